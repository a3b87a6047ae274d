from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import xmpp
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting
from tests.passes import DOUBLING, doubling

WHERE = flow(dport=5222)
STREAM = (
    b"<?xml version='1.0'?><stream:stream from='alice.doe@example.com' to='acmewidgets.example' version='1.0' "
    b"xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
)
MESSAGE = (
    b"<message from='alice.doe@acmewidgets.example/Tower 7' to='wanda@acmewidgets.example' type='chat' id='ktx72v49'>"
    b"<body>Hi Wanda</body><x secret='hunter22'/></message>"
)
OTHER = (
    b"<alice.doe alicedoe='1' xmlns='jabber:wanda' node='http://jabber.org/wanda'/><mechanism>WANDA</mechanism>"
    b"<?wanda?><x mechanism='WANDA-1' id=' '/>"
)
STATE = b"<presence><show>dnd</show><priority>-1</priority></presence>"
AUTH = b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlLmRvZQBodW50ZXIyMg==</auth>"
STARTTLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
PROCEED = b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
FEATURES = (
    b"<stream:features>" + STARTTLS + b"<mechanisms><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>"
)
PLANTED = (b"alice", b"acmewidgets", b"anda", b"Tower", b"ktx72v49", b"hunter22", b"AGFsaWN", b"WANDA")


@pytest.mark.parametrize("payload", [STREAM, MESSAGE, AUTH, OTHER, MESSAGE[:60], MESSAGE[:130], MESSAGE[60:]])
def test_an_identity_goes(payload: bytes) -> None:
    new = xmpp.STREAM.rewrite(payload, WHERE, rewriting())
    assert new is not None
    assert not [value for value in PLANTED if value in new]
    assert xmpp.STREAM.rewrite(payload, WHERE, learning()[0]) == payload


@pytest.mark.parametrize("payload", [STARTTLS, PROCEED, FEATURES, STATE, b"</stream:stream>", b"<presence/>", b" "])
def test_what_stays(payload: bytes) -> None:
    assert xmpp.STREAM.rewrite(payload, WHERE, rewriting()) == payload


def test_a_stanza_stays_one() -> None:
    new = xmpp.STREAM.rewrite(MESSAGE, WHERE, rewriting())
    assert new is not None
    assert new.startswith(b"<message from='")
    assert b" type='chat' id='" in new
    assert new.endswith(b"</body><x secret='REDACTED'/></message>") or b"</body><x secret='" in new


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (STREAM + MESSAGE, len(STREAM + MESSAGE)),
        (MESSAGE + b"<pres", len(MESSAGE)),
        (PROCEED + b"\x16\3\1\0><>", len(PROCEED)),
        (b"<message to='x", MORE),
        (b"<", MORE),
        (b"  <a>", 2),
        (b"text", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert xmpp.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "port", "begins"),
    [
        (STREAM, 40002, True),
        (STREAM[:16], 40002, True),
        (MESSAGE, 5222, True),
        (MESSAGE, 40002, False),
        (b"a<", 5222, False),
    ],
)
def test_where_a_stanza_begins(data: bytes, port: int, begins: bool) -> None:
    assert xmpp.STREAM.begins(data, flow(dport=port)) is begins


@pytest.mark.parametrize(("message", "name"), [(STARTTLS, "tls"), (PROCEED, "tls"), (FEATURES, ""), (MESSAGE, "")])
def test_what_follows(message: bytes, name: str) -> None:
    assert xmpp.STREAM.after is not None
    assert xmpp.STREAM.after(message) == name


def test_learning() -> None:
    to, lexicon = learning()
    xmpp.STREAM.rewrite(MESSAGE, WHERE, to)
    assert b"alice.doe" in lexicon.values[Entity.USER]


@given(st.binary(max_size=100), st.sampled_from([b"", STREAM, MESSAGE, AUTH, b"<a b='"]), st.integers(0, 200))
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    xmpp.STREAM.begins(payload, WHERE)
    assert xmpp.STREAM.length(payload) >= DAMAGED
    xmpp.STREAM.rewrite(payload, WHERE, rewriting())
    assert xmpp.STREAM.rewrite(payload, WHERE, learning()[0]) in (None, payload)


@pytest.mark.parametrize("unit", [b"<a b='c@d'>e</a>", b"<", b"<a ", b"<!--"])
def test_time_is_linear(unit: bytes) -> None:
    to = rewriting()
    assert doubling(lambda data: xmpp.STREAM.rewrite(data, WHERE, to), unit, 1 << 13) <= DOUBLING
