"""RADIUS: attributes by their kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import radius
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

RADIUS = flow(dport=1812)
ADDRESS = bytes((198, 51, 100, 7))
PLANTED = (
    b"alice",
    b"Alice",
    b"5550100123",
    b"pbx",
    b"example",
    b"tower7",
    b"0000-5e00",
    b"00-00-5E",
    ADDRESS,
    b"hunter22",
)


def attribute(code: int, value: bytes) -> bytes:
    return bytes((code, len(value) + 2)) + value


def packet(*attributes: bytes, code: int = 1) -> bytes:
    body = b"".join(attributes)
    return bytes((code, 7)) + (20 + len(body)).to_bytes(2, "big") + b"authenticator16!" + body


def attributes_of(payload: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 20
    assert int.from_bytes(payload[2:4], "big") == len(payload)
    while at < len(payload):
        found.append((payload[at], payload[at + 2 : at + payload[at + 1]]))
        at += payload[at + 1]
    assert at == len(payload)
    return found


def rewritten(payload: bytes) -> bytes:
    new = radius.dissect(payload, RADIUS, rewriting())
    assert new is not None
    assert radius.dissect(payload, RADIUS, learning()[0]) == payload
    return new


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (6, b"\0\0\0\2"),
        (46, b"\0\0\1\2"),
        (49, b"\0\0\0\1"),
        (108, b"REGISTER"),
        (110, b"auth"),
        (111, b"MD5"),
        (114, b"00000001"),
        (26, b"\0\0\0\x09" + attribute(30, b"h323-disconnect-cause=10")),
        (26, b"\0\0\0\x09" + attribute(28, b"h323-connect-time=*16:03:12.345 UTC Mon Mar 2 2026")),
        (26, b"\0\0\0\x09" + attribute(27, b"h323-call-type=VoIP")),
        (9, b"\xff\xff\xff\0"),
        (26, b"\0\0\x28\xaf" + attribute(8, b"26202") + attribute(10, b"5") + attribute(21, b"\6")),
    ],
)
def test_numbers_and_causes_stay(code: int, value: bytes) -> None:
    assert attributes_of(rewritten(packet(attribute(code, value)))) == [(code, value)]


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (1, b"alice.doe"),
        (2, b"hunter22hunter22"),
        (4, ADDRESS),
        (8, ADDRESS),
        (24, b"alice-state"),
        (18, b"Hello alice.doe"),
        (30, b"+15550100123"),
        (31, b"00-00-5E-00-53-01:Alice Doe"),
        (31, b"+15550100123"),
        (32, b"pbx.example.com"),
        (44, b"alice0000-5e00"),
        (66, b"\1198.51.100.7"),
        (79, b"\2\0\0\x0e\1alice.doe"),
        (87, b"alice 0/1"),
        (97, b"\0\x40\x20\1\x0d\xb9"),
        (103, b"0123456789abcdef0123456789abcdef"),
        (104, b"pbx.example.com"),
        (105, b"4f3a2b1c9e"),
        (108, b"alice"),
        (109, b"sip:alice.doe@pbx.example.com"),
        (115, b"alice.doe"),
        (122, b"sip:alice.doe@pbx.example.com"),
        (207, attribute(10, b"alice.doe") + attribute(1, b"pbx.example.com")),
        (26, b"\0\0\0\x09" + attribute(1, b"call-id=alice")),
        (26, b"\0\0\0\x09" + attribute(33, b"h323-gw-id=tower7")),
        (26, b"\0\0\0\x09" + attribute(24, b"h323-conf-id=0123ABCD 4567 89AB CDEF")),
        (26, b"\0\0\0\x09" + attribute(30, b"h323-disconnect-cause=alice")),
        (26, b"\0\0\1\x37" + attribute(16, b"alice")),
        (26, b"\0\0\x28\xaf" + attribute(1, b"262020000000001")),
        (26, b"\0\0\x28\xaf" + attribute(6, ADDRESS)),
        (26, b"\0\0\x28\xaf" + attribute(20, b"3551401000000001")),
        (26, b"\0\0\x28\xaf" + attribute(8, b"alice01")),
        (26, b"\0\0\x28\xaf" + attribute(22, b"\x82alice")),
        (26, b"alice"),
        (240, b"alice"),
        (6, b"alice"),
        (1, b"\xff\0alice"),
    ],
)
def test_values_go(code: int, value: bytes) -> None:
    new = rewritten(packet(attribute(code, value), attribute(6, b"\0\0\0\2")))
    (found, last) = attributes_of(new)
    assert found[0] == code
    assert found[1] != value
    assert last == (6, b"\0\0\0\2")
    assert new[4:20] == bytes(16)
    for planted in PLANTED:
        assert planted not in new, planted


def test_people_and_stations_have_the_pseudonyms_of_texts() -> None:
    to = rewriting()
    payload = packet(attribute(1, b"alice.doe"), attribute(31, b"00-00-5E-00-53-01"), attribute(30, b"+15550100123"))
    new = radius.dissect(payload, RADIUS, to)
    assert new is not None
    assert [value for _, value in attributes_of(new)] == [
        to.value(Entity.USER, b"alice.doe", "test"),
        to.value(Entity.MAC, b"00-00-5E-00-53-01", "test"),
        to.value(Entity.NUMBER, b"+15550100123", "test"),
    ]


def test_subscribers_stay_numbers_of_their_length() -> None:
    to = rewriting()
    subscriber, equipment, odd = b"262020000000001", b"3551401000000001", b"15550100123"
    value = attribute(1, subscriber) + attribute(20, equipment) + attribute(99, odd)
    new = radius.dissect(packet(attribute(26, b"\0\0\x28\xaf" + value)), RADIUS, to)
    assert new is not None
    mapped = attribute(1, to.value(Entity.USER, subscriber, "test")) + attribute(
        20, to.value(Entity.USER, equipment, "test")
    )
    assert new[26:] == mapped + attribute(99, b"0" * 11)
    assert all(octet in b"0123456789" for octet in new[28:43])


def test_damage_and_trailers_go() -> None:
    assert rewritten(packet(b"\1\x20alice"))[20:] == bytes(7)
    assert rewritten(packet(b"\1\1alice"))[20:] == bytes(7)
    assert rewritten(packet() + b"alice")[20:] == bytes(5)
    assert radius.dissect(b"alice", RADIUS, rewriting()) is None


@pytest.mark.parametrize(
    ("payload", "port", "cut", "expected"),
    [
        (packet(), 1812, False, True),
        (packet(), 5060, False, False),
        (packet(attribute(1, b"alice"))[:-2], 1812, False, False),
        (packet(attribute(1, b"alice"))[:-2], 1812, True, True),
        (packet(code=200), 1812, False, False),
        (b"\1", 1812, False, False),
    ],
)
def test_claims(payload: bytes, port: int, cut: bool, expected: bool) -> None:
    assert radius.claims(payload, flow(dport=port, cut=cut)) is expected


@given(st.binary(max_size=80))
def test_any_octets(rest: bytes) -> None:
    rewritten(packet(rest))
    radius.dissect(rest, RADIUS, rewriting())


@given(st.sampled_from(sorted(radius._ATTRIBUTES)), st.binary(max_size=60))
def test_any_value_leaves_the_attributes_whole(code: int, value: bytes) -> None:
    found = attributes_of(rewritten(packet(attribute(code, value), attribute(6, b"\0\0\0\2"))))
    assert [kind for kind, _ in found] == [code, 6]


@pytest.mark.parametrize(
    ("code", "value", "planted"),
    [
        (18, b"Hello Marla Vexel, call 4930555017", (b"Marla", b"Vexel", b"4930555017")),
        (109, b"marla.vexel", (b"marla", b"vexel")),
        (119, b"nextnonce=marla", (b"marla",)),
        (26, b"\0\0\0\x09\1\x1ch323-credit-time=4930555017", (b"4930555017",)),
    ],
)
def test_texts_name_nobody(code: int, value: bytes, planted: tuple[bytes, ...]) -> None:
    new = rewritten(packet(attribute(code, value)))
    assert not any(name in new for name in planted)


def test_what_a_server_says_about_a_result_stays() -> None:
    assert b"Invalid credentials" in rewritten(packet(attribute(18, b"Invalid credentials")))
