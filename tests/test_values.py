"""Values in the notations of packets, under the pass that rewrites and the one that learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import values
from scrubber.capture.overheard import overheard
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.model import Action, Entity
from scrubber.readings.rewrite import Rewrite
from scrubber.values import Values
from tests.capture.wire import learning, rewriting
from tests.passes import KEY, complete, engine

SAMPLE = Path(__file__).parent.parent / "samples" / "asterisk-pjsip.pcap"
TO = rewriting()


def acting(entity: Entity, action: Action) -> Values:
    rules = replace(engine().rules, actions={**engine().rules.actions, entity: action})
    return Values(Rewrite(rules, engine().surrogates, engine().sweep), lambda text: text)


def test_an_address_is_the_same_in_text_and_packet() -> None:
    packed = TO.ipv4(IPv4Address("198.51.100.77").packed)
    assert str(IPv4Address(packed)).encode() == complete().value(Entity.IPV4, b"198.51.100.77", "x")
    assert packed[0] >= 240
    six = TO.ipv6(IPv6Address("2a02:db9::77").packed)
    assert IPv6Address(six) == IPv6Address(complete().value(Entity.IPV6, b"2a02:db9::77", "x").decode())
    mac = TO.mac(bytes.fromhex("00005e005377"))
    assert mac.hex(":").encode() == complete().value(Entity.MAC, b"00:00:5e:00:53:77", "x")


@given(st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16))
def test_addresses_keep_their_size(packed: bytes) -> None:
    assert len(TO.address(packed)) == len(packed)
    assert learning()[0].address(packed) == packed


@given(st.binary(max_size=20).filter(lambda octets: len(octets) not in (4, 16)))
def test_what_is_no_address_becomes_zero(octets: bytes) -> None:
    assert TO.address(octets) == bytes(len(octets))


def test_an_action_that_gives_no_address_leaves_none() -> None:
    assert acting(Entity.IPV4, Action.REDACT).ipv4(bytes((192, 0, 2, 1))) == bytes(4)
    assert acting(Entity.IPV6, Action.REDACT).ipv6(IPv6Address("2a02::1").packed) == bytes(16)
    assert acting(Entity.MAC, Action.REDACT).mac(bytes(range(6))) == bytes(6)


def test_a_kept_address_stays() -> None:
    assert acting(Entity.IPV4, Action.KEEP).ipv4(bytes((192, 0, 2, 1))) == bytes((192, 0, 2, 1))


def test_addresses_are_learned() -> None:
    to, lexicon = learning()
    to.mac(bytes.fromhex("00005e005377"))
    assert b"00005e005377" in lexicon.values[Entity.MAC]


@pytest.mark.parametrize(
    ("value", "pad"), [(b"alice.doe\0\0\0", b"\0"), (b"alice.doe      ", b" "), (b"alice.doe", b"\0")]
)
def test_a_field_keeps_its_width_and_a_user_the_pseudonym(value: bytes, pad: bytes) -> None:
    new = TO.fixed(Entity.USER, value, "x", pad)
    assert len(new) == len(value)
    assert new.rstrip(pad) == complete().value(Entity.USER, b"alice.doe", "x")


def test_what_is_blanked_is_counted_once_a_time() -> None:
    to, before = TO, TO.reader.notes["some reason"]
    assert to.blank(b"secret", "some reason") == bytes(6)
    assert to.blank(bytes(6), "some reason") == bytes(6)
    assert to.blank(b"", "some reason") == b""
    assert to.blank(b"secret", "some reason", b"\xd5") == b"\xd5" * 6
    assert to.reader.notes["some reason"] == before + 2


def test_learning_blanks_nothing() -> None:
    assert learning()[0].blank(b"secret", "some reason") == b"secret"


def test_texts_go_the_ways_of_text_files() -> None:
    assert TO.text(b"from alice.doe") == complete().text(b"from alice.doe") != b"from alice.doe"
    message = b"OPTIONS sip:alice.doe@pbx.example.com SIP/2.0\r\nCall-ID: a84b4c76e66710\r\n\r\n"
    assert b"alice.doe" not in TO.message(message)
    assert b"alice.doe" not in TO.lines(b"user alice.doe\n")
    assert b"hunter22" not in TO.body(b"text/plain", b"my hunter22")
    assert TO.message(HEAD + b"\r\nkettle kolibri").endswith(b"\r\n\r\nxxxxx xxxxx xx")


HEAD = b"OPTIONS sip:alice.doe@pbx.example.com SIP/2.0\r\nCall-ID: a84b4c76e66710\r\n"
TYPED = b"CONTENT-type: application/sdp\r\n\r\n"
DESCRIPTION = b"v=0\r\no=alice.doe 1 1 IN IP4 192.0.2.4\r\nc=IN IP4 192.0.2.4\r\n"


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (HEAD + b"\r\n", "plain"),
        (HEAD + b"CSEQ : 1 OPTIONS\r\n\r\n" + DESCRIPTION, "plain"),
        (HEAD + TYPED + DESCRIPTION + b"> a quoted line\r\n", "lines"),
        (HEAD + TYPED + DESCRIPTION + b"s=\x1b[31mred\r\n", "lines"),
        (HEAD + TYPED + DESCRIPTION[:-2], "lines"),
        (HEAD + b"c: text/plain\r\n\r\nSome text", "lines"),
        (HEAD + b"\r\nSome text", "whole"),
        (HEAD + b"\r\n" + DESCRIPTION[:-2], "whole"),
        (HEAD + b"\r\n\x0c\x02\x00\x02\x80\x91\n\b", "whole"),
        (HEAD + b"X-Unheard-Of: 1\r\n\r\n", "whole"),
        (HEAD + b"Subject: folded\r\n line\r\n\r\n", "whole"),
        (HEAD + b"Subject: one\rtwo\r\n\r\n", "whole"),
        (HEAD + b"Subject: \0\r\n\r\n", "whole"),
        (HEAD, "whole"),
    ],
)
def test_the_way_of_a_message(message: bytes, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "NAMES", 1)
    ways: list[str] = []

    def by(way: str) -> Callable[[bytes], bytes]:
        def read(text: bytes) -> bytes:
            ways.append(way)
            return text

        return read

    to = Values(complete(), by("lines"), plain=by("plain"))
    monkeypatch.setattr(to, "_messages", Mock(message=by("whole")))
    assert [to.message(message) for _ in range(2)] == [message] * 2
    assert ways == [read] * 2


def test_messages_alone_are_what_they_are_in_a_text() -> None:
    messages = [met.message for met in overheard(iter([SAMPLE.read_bytes()]), engine().rules)]
    alone, fed = Learner(engine().rules), Learner(engine().rules)
    for message in messages:
        alone.message(message)
        fed.feed(message, PLAIN)
        assert alone.lexicon.values == fed.lexicon.values
    told = Engine(engine().rules, KEY, fed.lexicon)
    one, other = told.rewriter(PLAIN), told.rewriter(PLAIN)
    for message in messages:
        assert one.message(message) == other.rewrite(message) != message
        assert one.counts == other.counts
    assert len(messages) == 7


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "REMEMBERED", 8)
    to = rewriting()
    first = to.ipv4(bytes((198, 51, 100, 0)))
    for octet in range(40):
        to.ipv4(bytes((198, 51, 100, octet)))
        assert len(to._addresses) <= 8
    assert to.ipv4(bytes((198, 51, 100, 0))) == first


def test_a_number_of_a_system_keeps_its_width() -> None:
    drawn = TO.opaque(bytes.fromhex("cafeb0b5"), "x")
    assert len(drawn) == 4
    assert drawn != bytes.fromhex("cafeb0b5")
    assert TO.opaque(bytes(4), "x") == bytes(4)
    assert acting(Entity.IDENTIFIER, Action.REDACT).opaque(b"\1\2\3\4", "x") == bytes(4)
    assert learning()[0].opaque(b"\1\2\3\4", "x") == b"\1\2\3\4"
