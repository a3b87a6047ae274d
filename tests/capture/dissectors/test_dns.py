"""Messages of the Domain Name System, record by record."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import domain
from scrubber.capture.dissectors import dns
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting

ASKED = b"\x03pbx\x07example\x03com\0"
POINTER = b"\xc0\x0c"
DNS = flow(dport=53)


def octets(number: int, size: int = 2) -> bytes:
    return number.to_bytes(size, "big")


def message(*records: tuple[int, bytes], name: bytes = POINTER) -> bytes:
    answers = b"".join(
        name + octets(kind) + b"\0\1" + octets(3600, 4) + octets(len(rdata)) + rdata for kind, rdata in records
    )
    counts = octets(1) + octets(len(records)) + bytes(4)
    return b"\x12\x34\x81\x80" + counts + ASKED + b"\0\1\0\1" + answers


def rdata_of(payload: bytes) -> list[bytes]:
    """What the answers of a message with one question hold."""
    question = domain.read(payload, 12)
    assert question is not None
    at, found = question.end + 4, []
    for _ in range(int.from_bytes(payload[6:8], "big")):
        name = domain.read(payload, at)
        assert name is not None
        at = name.end + 10
        size = int.from_bytes(payload[at - 2 : at], "big")
        found.append(payload[at : at + size])
        at += size
    assert at == len(payload)
    return found


def rewritten(payload: bytes) -> bytes:
    new = dns.dissect(payload, DNS, rewriting())
    assert new is not None
    return new


def text(value: bytes) -> bytes:
    return octets(len(value), 1) + value


RECORDS = [
    (1, bytes((198, 51, 100, 7))),
    (28, IPv6Address("2001:db9:7::15").packed),
    (5, b"\x04edge\xc0\x10"),
    (2, b"\x02ns\xc0\x10"),
    (12, ASKED),
    (15, b"\0\x0a\x04mail\xc0\x10"),
    (6, b"\x02ns\xc0\x10\x05admin\xc0\x10" + bytes(range(20))),
    (33, b"\0\x01\0\x02\x13\xc4\x06tower7\x07example\x03com\0"),
    (35, b"\0\x64\0\x0a\1s\7SIP+D2U\0\x04_sip\x04_udp\xc0\x10"),
    (35, b"\0\x64\0\x0a\1u\7E2U+sip" + text(b"!^.*$!sip:alice.doe@pbx.example.com!") + b"\0"),
    (35, b"\0\x64\0\x0a\1u\7E2U+sip" + text(b"!^\\+1555010(.*)$!sip:\\1@pbx.example.com!") + b"\0"),
    (16, text(b"v=spf1 ip4:198.51.100.7 include:pbx.example.com -all")),
    (16, text(b"fn=Alice Doe") + text(b"txtvers=1") + text(b"md=")),
    (13, text(b"alice-laptop") + text(b"\x01\x02\xff")),
    (257, b"\0" + text(b"issue") + b"pbx.example.com"),
    (43, b"\x30\x39\x08\x02" + b"alicedoe" * 4),
    (46, b"\0\x01\x08\x02" + bytes(12) + b"\x30\x39" + ASKED + b"alicedoe" * 8),
    (48, b"\x01\x01\x03\x08" + b"alicedoe" * 8),
    (47, ASKED + b"\0\x04\x40\0\0\x01"),
    (50, b"\1\0\0\5\4salt\x14alicedoealicedoealic\0\x04\x40\0\0\x01"),
    (65, b"\0\1" + ASKED + b"\0\1\0\3\2h2\0\4\0\4\xc6\x33\x64\x07\0\5\0\x08alicedoe"),
    (256, b"\0\x0a\0\1sip:alice.doe@pbx.example.com"),
    (250, b"\x0bhmac-sha256\0" + bytes(6) + b"\1\x2c\0\x08alicedoe\x12\x34\0\0\0\0"),
    (108, bytes.fromhex("00005e005301")),
    (65280, b"alice.doe"),
    (1, b"alice"),
    (16, b"\xffalicedoe"),
    (5, b"\xc0\xff"),
]


@pytest.mark.parametrize("record", RECORDS)
def test_records(record: tuple[int, bytes]) -> None:
    payload = message(record)
    new = rewritten(payload)
    for planted in (b"alice", b"Alice", b"pbx", b"example", b"tower7", b"\xc6\x33\x64\x07", b"1555010", b"198.51"):
        assert planted not in new, planted
    assert new[:12] == payload[:12]
    assert len(rdata_of(new)) == 1
    to, _ = learning()
    assert dns.dissect(payload, DNS, to) == payload


def test_numbers_and_services_stay() -> None:
    srv, naptr, spoken = rdata_of(rewritten(message(RECORDS[7], RECORDS[8], RECORDS[12])))
    assert srv[:6] == b"\0\x01\0\x02\x13\xc4"
    assert naptr.startswith(b"\0\x64\0\x0a\1s\7SIP+D2U\0\x04_sip\x04_udp")
    assert b"\x09txtvers=1" in spoken
    assert spoken.startswith(b"\x0cfn=")


def test_caught_digits_stay_where_they_are_put() -> None:
    (rdata,) = rdata_of(rewritten(message(RECORDS[10])))
    assert b"sip:\\1@" in rdata


def test_addresses_and_names_agree() -> None:
    to = rewriting()
    new = dns.dissect(message(RECORDS[0], RECORDS[4]), DNS, to)
    assert new is not None
    address, pointer = rdata_of(new)
    assert address == to.ipv4(bytes((198, 51, 100, 7)))
    name = domain.read(pointer, 0)
    question = domain.read(new, 12)
    assert name is not None
    assert question is not None
    assert name.labels == question.labels == domain.mapped((b"pbx", b"example", b"com"), to)


def test_pointers_still_point() -> None:
    payload = message((1, bytes((198, 51, 100, 7))), (5, b"\x04edge\xc0\x10"))
    new = rewritten(payload)
    assert len(new) == len(payload)
    assert new.count(b"\xc0\x0c") == 2


def option(code: int, value: bytes) -> bytes:
    return octets(code) + octets(len(value)) + value


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        (3, b"alicedoe", bytes(8)),
        (10, b"alicedoe", bytes(8)),
        (11, b"\0\x64", b"\0\x64"),
        (15, b"\0\x06not found", b"\0\x06not found"),
        (65001, b"\x00\x00\x5e\x00\x53\x01", bytes(6)),
        (8, b"\0\1\x18\0\xc6\x33", None),
        (8, b"\0\7\x18\0\xc6\x33", bytes(6)),
    ],
)
def test_options(code: int, value: bytes, expected: bytes | None) -> None:
    payload = message((41, option(code, value)), name=b"\0")
    (rdata,) = rdata_of(rewritten(payload))
    if expected is None:
        expected = value[:4] + rewriting().ipv4(b"\xc6\x33\0\0")[:2]
    assert rdata == option(code, expected)
    assert dns.dissect(payload, DNS, learning()[0]) == payload


def test_subnet_has_no_bits_beyond_its_prefix() -> None:
    (rdata,) = rdata_of(rewritten(message((41, option(8, b"\0\1\x14\0\xc6\x33\x60")), name=b"\0")))
    assert rdata[-1] & 0x0F == 0


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (message(), (40000, 53), True),
        (message(), (5353, 5353), True),
        (message(), (40000, 5060), False),
        (message()[:11], (40000, 53), False),
        (message()[:7] + b"\x09" + message()[8:], (40000, 53), True),
        (message()[:7] + b"\x09" + message()[8:-1] + b"\x77", (40000, 53), False),
        (b"INVITE sip:alice@example.com SIP/2.0", (40000, 53), False),
        (b"\0\0\x78\0" + bytes(8), (40000, 53), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert dns.claims(payload, flow(*ports)) is expected


def test_a_cut_message_keeps_what_is_whole() -> None:
    payload = message((16, text(b"alice.doe and more")), (1, bytes(4)))[:-20]
    new = dns.dissect(payload, flow(dport=53, cut=True), rewriting())
    assert new is not None
    assert b"alice" not in new
    assert len(new) == len(payload)


def test_framing() -> None:
    payload = message((33, b"\0\x01\0\x02\x13\xc4\x02t1\x02co\0"))
    framed = octets(len(payload)) + payload
    assert dns.STREAM.begins(framed, DNS)
    assert not dns.STREAM.begins(framed, flow())
    assert dns.STREAM.length(framed + b"more") == len(framed)
    assert dns.STREAM.length(b"\0") == MORE
    assert dns.STREAM.length(b"\0\1") == DAMAGED
    new = dns.STREAM.rewrite(framed, DNS, rewriting())
    assert new is not None
    assert int.from_bytes(new[:2], "big") == len(new) - 2 != len(payload)
    cut = dns.STREAM.rewrite(framed[:-5], DNS._replace(cut=True), rewriting())
    assert cut is not None
    assert int.from_bytes(cut[:2], "big") - (len(cut) - 2) == 5


HEADERS = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
    lambda counts: b"\1\2\0\0" + octets(counts[0]) + octets(counts[1]) + bytes(4)
)
RDATA = st.sampled_from(sorted(dns._RDATA))


@given(HEADERS, st.binary(max_size=120), st.booleans())
def test_any_octets(header: bytes, rest: bytes, cut: bool) -> None:
    travels = flow(dport=53, cut=cut)
    dns.dissect(header + rest, travels, rewriting())
    assert dns.dissect(header + rest, travels, learning()[0]) in (None, header + rest)
    dns.STREAM.rewrite(header + rest, travels, rewriting())


@given(RDATA, st.binary(max_size=60))
def test_any_rdata(kind: int, rdata: bytes) -> None:
    payload = message((kind, rdata), (1, bytes(IPv4Address("198.51.100.7").packed)))
    assert dns.dissect(payload, DNS, learning()[0]) == payload
    assert rdata_of(rewritten(payload))[1] == rewriting().ipv4(IPv4Address("198.51.100.7").packed)


@pytest.mark.parametrize(
    ("record", "planted"),
    [
        ((13, b"\x08MARLACPU\x07VEXELOS"), (b"MARLA", b"VEXEL")),
        ((16, b"\x18v=spf1 a:marla mx:vexel/24"), (b"marla", b"vexel")),
        ((42, b"\0\1\x18\3\xd5\xf1\x5b"), (b"\xd5\xf1\x5b",)),
        ((256, b"\0\1\0\1https://pbx.example.com/marla/book"), (b"marla",)),
        ((257, b"\0\5issueca.example.com; accounturi=https://example.com/marla"), (b"marla",)),
    ],
)
def test_no_word_of_a_record_is_let_through(record: tuple[int, bytes], planted: tuple[bytes, ...]) -> None:
    (rdata,) = rdata_of(rewritten(message(record)))
    assert rdata
    assert not any(name in rdata for name in planted)


def test_prefixes_keep_their_form() -> None:
    (rdata,) = rdata_of(rewritten(message((42, b"\0\1\x18\x83\xd5\xf1\x5b"))))
    assert rdata[:4] == b"\0\1\x18\x83"
    assert len(rdata) == 7
