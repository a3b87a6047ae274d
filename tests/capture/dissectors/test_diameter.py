"""Diameter: attributes by vendor and code, groups inside groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import diameter
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

DIAMETER = flow(dport=3868)
ADDRESS = bytes((198, 51, 100, 7))
PLANTED = (b"alice", b"15550100123", b"pbx", b"example", b"tower7", ADDRESS)
RESULT = b"\0\0\7\xd1"


def attribute(code: int, value: bytes, vendor: int = 0) -> bytes:
    head = b"\xc0" if vendor else b"\x40"
    named = vendor.to_bytes(4, "big") if vendor else b""
    size = 8 + len(named) + len(value)
    return code.to_bytes(4, "big") + head + size.to_bytes(3, "big") + named + value + bytes(-size % 4)


def message(*attributes: bytes) -> bytes:
    body = b"".join(attributes)
    return b"\1" + (20 + len(body)).to_bytes(3, "big") + b"\x80\0\1\x10\0\0\0\4" + b"hop!end!" + body


def attributes_of(octets: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(octets):
        size = int.from_bytes(octets[at + 5 : at + 8], "big")
        start = at + (12 if octets[at + 4] & 0x80 else 8)
        found.append((int.from_bytes(octets[at : at + 4], "big"), octets[start : at + size]))
        at += size + -size % 4
    assert at == len(octets)
    return found


def rewritten(payload: bytes) -> bytes:
    new = diameter.dissect(payload, DIAMETER, rewriting())
    assert new is not None
    assert diameter.dissect(payload, DIAMETER, learning()[0]) == payload
    assert int.from_bytes(new[1:4], "big") == len(new)
    return new


@pytest.mark.parametrize(
    ("code", "value", "vendor"),
    [
        (268, RESULT, 0),
        (416, b"\0\0\0\1", 0),
        (260, attribute(266, b"\0\0\x28\xaf") + attribute(258, b"\0\0\0\4"), 0),
        (608, b"SIP Digest"[:3], 10415),
        (829, b"\0\0\0\1", 10415),
    ],
)
def test_numbers_and_results_stay(code: int, value: bytes, vendor: int) -> None:
    payload = message(attribute(code, value, vendor))
    assert rewritten(payload) == payload


@pytest.mark.parametrize(
    ("code", "value", "vendor"),
    [
        (263, b"pbx.example.com;1876543210;523;alice", 0),
        (264, b"pbx.example.com", 0),
        (296, b"example.com", 0),
        (292, b"aaa://pbx.example.com:3868;transport=tcp", 0),
        (1, b"alice.doe@example.com", 0),
        (257, b"\0\1" + ADDRESS, 0),
        (257, b"\0\x08" + b"15550100123", 0),
        (8, ADDRESS, 0),
        (97, b"\0\x40\x20\1\x0d\xb9", 0),
        (443, attribute(450, b"\0\0\0\0") + attribute(444, b"15550100123"), 0),
        (444, b"sip:alice.doe@pbx.example.com", 0),
        (444, b"alice.doe", 0),
        (281, b"no route to pbx.example.com", 0),
        (461, b"alice.32260@3gpp.org", 0),
        (33, b"alice", 0),
        (104, b"pbx.example.com", 0),
        (268, b"alice", 0),
        (1, b"\0alice", 0),
        (601, b"sip:alice.doe@pbx.example.com", 10415),
        (612, attribute(608, b"Digest", 10415) + attribute(609, b"alice", 10415), 10415),
        (22, b"\1alice", 10415),
        (1, b"15550100123", 10415),
        (268, b"alicedoe", 9999),
    ],
)
def test_values_go(code: int, value: bytes, vendor: int) -> None:
    payload = message(attribute(code, value, vendor), attribute(268, RESULT))
    new = rewritten(payload)
    first, last = attributes_of(new[20:])
    assert first[0] == code
    assert first[1] != value
    assert last == (268, RESULT)
    for planted in PLANTED:
        assert planted not in new, planted


def test_sessions_keep_their_numbers() -> None:
    to = rewriting()
    new = diameter.dissect(message(attribute(263, b"pbx.example.com;18;523;app")), DIAMETER, to)
    assert new is not None
    host = to.value(Entity.HOST, b"pbx.example.com", "test")
    assert attributes_of(new[20:])[0][1].startswith(host + b";18;523;")


def test_lengths_follow_in_groups() -> None:
    inner = attribute(264, b"t.co") + attribute(298, RESULT)
    new = rewritten(message(attribute(297, inner)))
    ((_, group),) = attributes_of(new[20:])
    host, result = attributes_of(group)
    assert len(host[1]) != 4
    assert result == (298, RESULT)


@pytest.mark.parametrize("code", [606, 702])
def test_of_a_profile_the_structure_stays(code: int) -> None:
    profile = (
        b"<IMSSubscription><PrivateID>alice@example.net</PrivateID><ServiceProfile><PublicIdentity>"
        b"<BarringIndication>0</BarringIndication><Identity>sip:+15550100123@pbx.example.com</Identity></PublicIdentity>"
        b"<InitialFilterCriteria><Priority>1</Priority><ApplicationServer><ServerName>sip:tower7.example.com</ServerName>"
        b"</ApplicationServer></InitialFilterCriteria></ServiceProfile></IMSSubscription>"
    )
    new = rewritten(message(attribute(code, profile, 10415)))
    ((_, written),) = attributes_of(new[20:])
    assert not [value for value in PLANTED if value in written]
    for kept in (b"<IMSSubscription><PrivateID>", b"<BarringIndication>0<", b"<Priority>1<", b"<Identity>sip:+1"):
        assert kept in written
    broken = message(attribute(code, b"\x1f\x8balice", 10415), attribute(code, b"alice pbx", 10415))
    assert [set(value) for _, value in attributes_of(rewritten(broken)[20:])] == [{0}, {0}]


def test_of_media_the_description_and_the_packets_stay() -> None:
    said = b"uplink\noffer\nv=0\r\no=alice 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\n"
    said += b"m=audio 4 RTP/AVP 0\r\n"
    rules = [b"permit out 17 from 198.51.100.7 49170 to any", b"permit in ip from any to 198.51.100.7/32 30000,30001"]
    flows = attribute(519, b"".join(attribute(507, rule, 10415) for rule in rules), 10415)
    media = attribute(517, attribute(518, b"\0\0\0\1", 10415) + flows + attribute(524, said, 10415), 10415)
    ((_, inside),) = attributes_of(rewritten(message(media))[20:])
    (_, number), (_, flows), (_, codecs) = attributes_of(inside)
    written = [codecs, *(value for _, value in attributes_of(flows))]
    assert number == b"\0\0\0\1"
    assert written[0].startswith(b"uplink\noffer\nv=0\r\no=")
    assert written[0].endswith(b"m=audio 4 RTP/AVP 0\r\n")
    assert written[1].startswith(b"permit out 17 from 24")
    assert written[1].endswith(b" 49170 to any")
    assert written[2].endswith(b"/32 30000,30001")
    assert not [value for value in written if b"198.51.100.7" in value or b"alice" in value]
    for broken in (b"sideways\noffer\nv=0\r\n", b"uplink\noffer\nalice was here", b"permit out 17 from alice to any"):
        ((_, new),) = attributes_of(rewritten(message(attribute(524 + -17 * (broken[:1] == b"p"), broken, 10415)))[20:])
        assert not any(new)


def test_groups_end_somewhere() -> None:
    inner = attribute(444, b"15550100123")
    for _ in range(40):
        inner = attribute(443, inner)
    assert b"15550100123" not in rewritten(message(inner))


def test_damage_goes() -> None:
    assert rewritten(message(attribute(264, b"alice")[:5] + b"\xff\xff\xff" + b"alice123"))[20:] == bytes(16)
    assert diameter.dissect(b"alice", DIAMETER, rewriting()) is None


def test_a_cut_message_keeps_its_length() -> None:
    payload = message(attribute(268, RESULT), attribute(264, b"tower7.example.com"))
    new = diameter.dissect(payload[:-6], DIAMETER._replace(cut=True), rewriting())
    assert new is not None
    assert new[:32] == payload[:32]
    assert b"tower7" not in new


@pytest.mark.parametrize(
    ("payload", "port", "expected"),
    [
        (message(), 3868, True),
        (message(), 5060, False),
        (message() + b"\0\0\0\0", 3868, False),
        (b"\2" + message()[1:], 3868, False),
        (b"\1", 3868, False),
    ],
)
def test_claims(payload: bytes, port: int, expected: bool) -> None:
    assert diameter.claims(payload, flow(dport=port)) is expected


def test_framing() -> None:
    payload = message(attribute(268, RESULT))
    assert diameter.STREAM.begins(payload[:16], DIAMETER)
    assert not diameter.STREAM.begins(payload[:16], flow())
    assert diameter.STREAM.length(payload + b"more") == len(payload)
    assert diameter.STREAM.length(b"\1\0") == MORE
    assert diameter.STREAM.length(b"\1\0\0\0") == DAMAGED


@pytest.mark.parametrize("context", [b"32251@3gpp.org", b"9.32260@3gpp.org", b"001.262.9.32260@3gpp.org"])
def test_the_context_of_charging_stays(context: bytes) -> None:
    octets = message(attribute(461, context))
    assert rewritten(octets) == octets


@given(st.binary(max_size=80))
def test_any_octets(rest: bytes) -> None:
    rewritten(message(rest + bytes(-len(rest) % 4)))
    diameter.dissect(rest, DIAMETER, rewriting())
    diameter.claims(rest, DIAMETER)


@given(st.sampled_from(sorted(diameter._ATTRIBUTES)), st.binary(max_size=60))
def test_any_value_leaves_the_attributes_whole(kind: tuple[int, int], value: bytes) -> None:
    payload = message(attribute(kind[1], value, kind[0]), attribute(268, RESULT))
    assert [code for code, _ in attributes_of(rewritten(payload)[20:])] == [kind[1], 268]


@pytest.mark.parametrize(
    ("code", "value", "vendor"),
    [
        (444, b"Private: Marla Vexel", 0),
        (30, b"3C-5A-B4-C7-D8-E9:Vexel Marla", 0),
        (31, b"3c5a.b4c7.d8e9", 0),
        (281, b"Unknown user Marla Vexel", 0),
        (18, b"Marla is barred", 0),
        (292, b"AAAS://marla", 0),
        (2035, b"Marla:Vexel", 10415),
    ],
)
def test_texts_name_nobody(code: int, value: bytes, vendor: int) -> None:
    new = rewritten(message(attribute(code, value, vendor))).lower()
    for planted in (b"marla", b"vexel", b"3c-5a-b4", b"3c5a"):
        assert planted not in new
