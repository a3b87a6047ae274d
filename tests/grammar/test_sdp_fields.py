from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sdp_fields
from scrubber.model import Part, Span
from tests.grammar.lossless import LINEAR, Named, check, growth, named

HOSTS: list[tuple[bytes, Named]] = [
    (b"192.0.2.1", [(b"192.0.2.1", "host")]),
    (b"192.0.2.1:5060", [(b"192.0.2.1", "host")]),
    (b"232.3.4.5/127/3", [(b"232.3.4.5", "host")]),
    (b"2001:db8::7", [(b"2001:db8::7", "host")]),
    (b"fe80::1%eth0", [(b"fe80::1", "host")]),
    (b"[2001:db8::7]:5060", [(b"2001:db8::7", "host")]),
    (b"[2001:db8::7", [(b"2001:db8::7", "host")]),
    (b"[local_ip]", [(b"[local_ip]", "free")]),
    (b"[", [(b"[", "free")]),
    (b"pbx.example.com.", [(b"pbx.example.com", "host")]),
    (b"pbx.example.com:5060", [(b"pbx.example.com", "host")]),
    *((nothing, []) for nothing in (b"", b"-", b"*", b"$", b".", b"0.0.0.0", b"::", b"0.0.0.0:9", b"[::]")),
]
USERS: list[tuple[bytes, Named]] = [
    (b"alice", [(b"alice", "user")]),
    (b"-", []),
    (b"", []),
    (b"alice@example.com", [(b"alice", "user"), (b"example.com", "host")]),
    (b"sip:alice@example.com:5060", [(b"alice", "user"), (b"example.com", "host")]),
    (b"@example.com", [(b"example.com", "host")]),
]
IDENTIFIERS: list[tuple[bytes, Named]] = [
    (b"9uB6", [(b"9uB6", "identifier")]),
    (b"id2@pc.example.com", [(b"id2", "identifier"), (b"pc.example.com", "host")]),
    (b"sip:alice@example.com", [(b"alice", "user"), (b"example.com", "host")]),
    (b"-", []),
    (b"", []),
]
NETWORKS: list[tuple[bytes, Named]] = [
    (b"IN IP4 192.0.2.1", [(b"192.0.2.1", "host")]),
    (b"in ip6 2001:db8::7 2001:db8::8", [(b"2001:db8::7", "host"), (b"2001:db8::8", "host")]),
    (b"IN 192.0.2.1", [(b"192.0.2.1", "host")]),
    (b"IN IP4", []),
    (b"IN", []),
    (b"", []),
    (b"PSTN E164 +1 555 0100", [(b"+1 555 0100", "number")]),
    (b"TN RFC2543 -", []),
    (b"TN RFC2543", []),
    (b"ATM NSAP 47.0091", [(b"ATM NSAP 47.0091", "free")]),
]


def network(data: bytes, start: int, end: int) -> Iterator[Part]:
    return sdp_fields.network(data, sdp_fields.fields(data, start, end))


READERS: dict[str, Callable[[bytes, int, int], Iterator[Part]]] = {
    "host": sdp_fields.host,
    "user": sdp_fields.user,
    "identifier": sdp_fields.identifier,
    "network": network,
}
CASES = [
    (name, value, expected)
    for name, table in zip(READERS, (HOSTS, USERS, IDENTIFIERS, NETWORKS), strict=True)
    for value, expected in table
]


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_field(name: str, value: bytes, expected: Named) -> None:
    assert named(value, list(READERS[name](value, 0, len(value)))) == expected


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_only_the_range_is_read(name: str, value: bytes, expected: Named) -> None:
    line = b"o=" + value + b" tail@example.org"
    parts = list(READERS[name](line, 2, 2 + len(value)))
    assert [(line[part.start : part.end], part.name) for part in parts] == expected


def test_fields_lie_between_blanks() -> None:
    assert sdp_fields.fields(b" a\tbc  d ", 0, 9) == [Span(1, 2), Span(3, 5), Span(7, 8)]
    assert sdp_fields.fields(b"abc", 1, 2) == [Span(1, 2)]
    assert sdp_fields.fields(b"  ", 0, 2) == []


@pytest.mark.parametrize(
    ("text", "expected"), [(b"20", True), (b"", False), (b"2x", False), (b"-2", False), ("٢".encode(), False)]
)
def test_decimals_are_ascii_digits(text: bytes, expected: bool) -> None:
    assert sdp_fields.is_decimal(text, Span(0, len(text))) is expected


def test_whole_leaves_blanks_and_nobody() -> None:
    assert list(sdp_fields.whole(b"  x y ", 0, 6, "text")) == [Part(2, 5, "text")]
    assert list(sdp_fields.whole(b" - ", 0, 3, "text")) == []
    assert list(sdp_fields.whole(b"   ", 0, 3, "text")) == []


VALUES = st.binary(max_size=60) | st.text("[]:@/%.-*$ 1aIN", max_size=30).map(str.encode)


@pytest.mark.parametrize("name", READERS)
@given(data=VALUES, bounds=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_any_value(name: str, data: bytes, bounds: tuple[int, int]) -> None:
    start, end = sorted(min(bound, len(data)) for bound in bounds)
    check(list(READERS[name](data, start, end)), start, end)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("unit", [b"[", b":", b"@", b"/", b"%", b".", b"a", b"IN IP4 ", b"1 ", b"sip:"])
def test_time_is_linear(name: str, unit: bytes) -> None:
    assert growth(lambda data: list(READERS[name](data, 0, len(data))), unit, 1000) < LINEAR
