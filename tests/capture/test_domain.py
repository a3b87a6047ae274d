"""Domain names in octets: read, mapped, written, within every limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import domain
from scrubber.model import Entity
from tests.capture.wire import learning, rewriting

PBX = b"\x03pbx\x07example\x03com\0"


@pytest.mark.parametrize(
    ("message", "start", "labels", "end", "pointed"),
    [
        (PBX, 0, (b"pbx", b"example", b"com"), 17, False),
        (b"\0", 0, (), 1, False),
        (PBX + b"\x03sip\xc0\x04", 17, (b"sip", b"example", b"com"), 23, True),
        (PBX + b"\xc0\x00\xc0\x11", 19, (b"pbx", b"example", b"com"), 21, True),
        (b"\xc0\x02\x01a\0", 0, (b"a",), 2, True),
    ],
)
def test_names_are_read(message: bytes, start: int, labels: domain.Labels, end: int, pointed: bool) -> None:
    assert domain.read(message, start) == domain.Name(labels, end, pointed)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x03pb",
        b"\x03pbx",
        b"\xc0\x00",
        b"\xc0\x02\xc0\x00",
        b"\xc0",
        b"\x41a\0",
        b"\x80a\0",
        b"\xc0\x09",
        b"\x01a" * 128 + b"\0",
    ],
)
def test_what_is_no_name_is_refused(message: bytes) -> None:
    assert domain.read(message, 0) is None


def test_longest_name_is_read() -> None:
    name = domain.read(b"\x01a" * 127 + b"\0", 0)
    assert name is not None
    assert name.end == domain.LONGEST


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ((), ()),
        ((b"_sip", b"_udp", b"pbx", b"example", b"com"), (b"_sip", b"_udp")),
        ((b"Alice Doe's phone", b"_sip", b"_udp", b"local"), (b"_sip", b"_udp", b"local")),
        ((b"10", b"2", b"0", b"192", b"in-addr", b"arpa"), (b"in-addr", b"arpa")),
        ((b"a.b", b"example", b"com"), ()),
        ((b"pbx", b"local"), (b"local",)),
        ((b"\x01\x02\xff\x00\x03", b"example", b"com"), ()),
    ],
)
def test_names_are_mapped(labels: domain.Labels, kept: domain.Labels) -> None:
    new = domain.mapped(labels, rewriting())
    assert len(new) == len(labels)
    assert [label for label in new if label in kept] == list(kept)
    assert all(label in kept for label in labels if label in new)


def test_host_has_the_pseudonym_of_texts() -> None:
    to = rewriting()
    assert b".".join(domain.mapped((b"pbx", b"example", b"com"), to)) == to.text(b"pbx.example.com")


def test_reverse_name_has_the_octets_of_the_address() -> None:
    to = rewriting()
    mapped = domain.mapped((b"7", b"100", b"51", b"198", b"in-addr", b"arpa"), to)
    octets = to.ipv4(bytes((198, 51, 100, 7)))
    assert mapped[:4] == tuple(b"%d" % octet for octet in reversed(octets))


def test_numbers_are_mapped_in_their_digits() -> None:
    to = rewriting()
    number = to.reader.value(Entity.NUMBER, b"+15550100123", "test")
    mapped = domain.mapped((*(b"%c" % digit for digit in b"32100105551"), b"e164", b"arpa"), to)
    assert b"".join(reversed(mapped[:11])) == number[1:]


def test_pointers_are_written_again() -> None:
    places: domain.Places = {}
    first = domain.written((b"a", b"b"), 12, places, pointed=False)
    assert first == b"\1a\1b\0"
    assert domain.written((b"c", b"b"), 17, places, pointed=True) == b"\1c\xc0\x0e"
    assert domain.written((b"a", b"b"), 21, places, pointed=True) == b"\xc0\x0c"
    assert domain.written((b"a", b"b"), 23, places, pointed=False) == first


def test_lists_of_names() -> None:
    octets = PBX + b"\x03sip\xc0\x04"
    to, _ = learning()
    assert domain.replaced(octets, to) == octets
    new = domain.replaced(octets, rewriting())
    assert new is not None
    assert b"pbx" not in new
    assert b"example" not in new
    assert domain.replaced(b"\x03pb", rewriting()) is None


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_octets_are_read_within_limits(message: bytes, start: int) -> None:
    name = domain.read(message, start)
    assert name is None or sum(map(len, name.labels)) + len(name.labels) < domain.LONGEST


@given(st.lists(st.binary(min_size=1, max_size=63), max_size=6).map(tuple))
def test_any_labels_are_mapped_within_limits(labels: domain.Labels) -> None:
    if sum(map(len, labels)) + len(labels) >= domain.LONGEST:
        return
    new = domain.mapped(labels, rewriting())
    octets = domain.written(new, 0, {}, pointed=False)
    assert len(octets) <= domain.LONGEST
    assert domain.read(octets, 0) == domain.Name(new, len(octets), False)
    assert domain.mapped(labels, learning()[0]) == labels
