from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, Engine
from tests.capture.wire import learning
from tests.documents.read import cells, taught
from tests.passes import KEY, rule_set


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (b"", b"2025-03-02 18:03:12"),
        (b"", b"1.5"),
        (b"", b"42"),
        (b"", b"NO ANSWER"),
        (b"", b"tls"),
        (b"port", b"5060"),
        (b"duration", b"1260"),
        (b"context", b"from-internal"),
        (b"codecs", b"PCMA/8000 telephone-event/8000"),
        (b"dateformat", b"%F %T.%3q"),
        (b"subject_format", b"${VM_MSGNUM}"),
        (b"bind", b"0.0.0.0:5060"),
        (b"user_agent", b"Yealink SIP-T46S"),
        (b"appdata", b"PJSIP/trunk,12,tTkK"),
        (b"uniqueid", b"1740938592.42"),
        (b"", b"20250302180312"),
        (b"", b"callTag=77;cause=16"),
        (b"start_stamp", b"2025-03-02%2018%3A03%3A12"),
        (b"", b" "),
        (b"password", b"  "),
        (b"host", b"dynamic"),
    ],
)
def test_what_stays(told: bytes, value: bytes) -> None:
    assert cells().read(told, value) == value


@pytest.mark.parametrize(
    ("told", "value", "gone"),
    [
        (b"", b"Wanda", b"Wanda"),
        (b"", b"wanda blume", b"blume"),
        (b"", b"WANDA BLUME", b"WANDA"),
        (b"hobby", b"sailing with Wanda", b"Wanda"),
        (b"name", b"Wanda Blume", b"Wanda"),
        (b"friend", b"90417", b"90417"),
        (b"password", b"Xk29fj", b"Xk29fj"),
        (b"account.1.auth_secret", b'"Xk29fj"', b"Xk29fj"),
        (b"account.1.sip_server.1.address", b"pbx.blume.example", b"blume"),
        (b"callerid", b'"Wanda Blume" <4711>', b"4711"),
        (b"callerid", b"Wanda <4711>", b"Wanda"),
        (b"clid", b'"" <4711>', b"4711"),
        (b"context", b"wanda blume", b"wanda"),
        (b"value", b"Wanda", b"Wanda"),
        (b"value", b"%57anda%20Blume", b"anda"),
        (b"value", b"%2525252525252557anda", b"anda"),
        (b"", b"Wanda=1", b"Wanda"),
        (b"userfield", b"paid by Wanda", b"paid"),
        (b"data", b'{"who":"Wanda","pw":"Xk29fj"}', b"Wanda"),
        (b"data", b"<a><b>Wanda</b></a>", b"Wanda"),
        (b"trace", b"INVITE sip:wanda@blume.example SIP/2.0\r\nFrom: <sip:wanda@blume.example>\r\n", b"wanda"),
        (b"payload", b"57616e6461" * 6, b"57616e6461"),
        (b"octets", b"57:61:6e:64:61:20:42:6c:75:6d:65:00:01", b"57:61"),
        (b"", "Жанна".encode(), "Жанна".encode()),
    ],
)
def test_what_goes(told: bytes, value: bytes, gone: bytes) -> None:
    assert gone not in cells().read(told, value)


def test_quotes_and_blanks_stay() -> None:
    new = cells().read(b"password", b' "Xk29fj" ')
    assert new == b' "REDACTED" '


def test_an_identity_is_the_same_under_any_name() -> None:
    read = cells()
    number = read.read(b"src", b"4021")
    assert read.read(b"callerid", b"Somebody <4021>").endswith(b"<" + number + b">")
    assert read.read(b"", b"4021") == number


def test_a_place_without_a_meaning_teaches_nothing() -> None:
    to, lexicon = learning()
    Cells(to).read(b"hobby", b"Wandering")
    assert Engine(rule_set(), KEY, lexicon).rewriter(PLAIN).rewrite(b"it is Wandering") == b"it is Wandering"


@pytest.mark.parametrize("name", [b"secret", b"displayName", b"eth.dst_resolved", b"P270", b"call-id", b"lastSeenBy"])
def test_labels_stay(name: bytes) -> None:
    assert cells().key(name) == name


@pytest.mark.parametrize("name", [b"Wanda", b"wanda@blume.example", b"Wanda Blume", b"alice.doe", b"+4930901820123"])
def test_somebody_as_a_key_goes(name: bytes) -> None:
    assert cells().key(name) != name


@given(st.sampled_from([b"", b"password", b"callerid", b"host", b"data", b"name", b"port"]), st.binary(max_size=120))
def test_any_value(told: bytes, value: bytes) -> None:
    cells().read(told, value)
    assert taught().read(told, value) == value
