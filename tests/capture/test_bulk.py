"""RTP in bulk does what the reading of single packets does, to the octet, or leaves a packet alone."""

from __future__ import annotations

from collections import Counter
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import dissect, templates
from scrubber.capture.bulk import Media, understands
from scrubber.capture.packet import Datagram, Frame
from scrubber.capture.peel import peel
from tests.capture import frames
from tests.capture.wire import learning, rewriting

TO = rewriting()
ETHERNET, COOKED, COOKED2, RAW = 1, 113, 276, 101


def rtp(kind: int = 0, size: int = 160, *, first: int = 0x80, rest: bytes = b"voice") -> bytes:
    return pack(">BBHII", first, kind, 7, 160, 99) + (rest * size)[:size]


def v4(payload: bytes, sport: int = 40000, dport: int = 40002) -> bytes:
    return frames.ipv4(frames.udp(payload, sport, dport))


def v6(payload: bytes) -> bytes:
    source, target = frames.CLIENT6, frames.SERVER6
    return frames.ipv6(frames.udp(payload, source=source, target=target))


def tagged(inside: bytes, kind: int = 0x0800, tags: int = 1) -> bytes:
    body = pack(">H", kind) + inside
    for tag in range(tags):
        body = pack(">HH", 0x8100, 100 + tag) + body
    return frames.MAC_B + frames.MAC_A + body


def cooked(inside: bytes, kind: int = 0x0800, hardware: int = 1, length: int = 6) -> bytes:
    return pack(">HHH8sH", 0, hardware, length, frames.MAC_A, kind) + inside


def cooked2(inside: bytes, kind: int = 0x0800, reserved: int = 0) -> bytes:
    return pack(">HHIHBB8s", kind, reserved, 3, 1, 0, 6, frames.MAC_A) + inside


def without(frame: bytes, at: int) -> bytes:
    """The frame with two octets of zero, where a checksum stands."""
    return frame[:at] + bytes(2) + frame[at + 2 :]


def broken(frame: bytes, at: int) -> bytes:
    return frame[:at] + bytes((frame[at] ^ 1,)) + frame[at + 1 :]


REDUNDANT = b"\xee\x0f\0\x14\x6e"
"""The headers of two blocks (RFC 2198)."""
PRINTABLE = b"\x80\0printable "
VOICE = frames.ethernet(v4(rtp()))
USUAL: list[tuple[str, int, bytes]] = [
    ("plain", ETHERNET, VOICE),
    ("PCMA, marked", ETHERNET, frames.ethernet(v4(rtp(0x88)))),
    ("odd size", ETHERNET, frames.ethernet(v4(rtp(18, 33)))),
    ("no payload", ETHERNET, frames.ethernet(v4(rtp(0, 0)))),
    ("dynamic", ETHERNET, frames.ethernet(v4(rtp(111, 71)))),
    ("dynamic, first bit", ETHERNET, frames.ethernet(v4(rtp(111, 71, rest=b"\xee\0\0\4\x6fvoice")))),
    ("static, redundant", ETHERNET, frames.ethernet(v4(rtp(8, 160, rest=REDUNDANT + b"voice")))),
    ("silent already", ETHERNET, frames.ethernet(v4(rtp(rest=b"\xff")))),
    ("no checksum", ETHERNET, without(VOICE, 40)),
    ("tag", ETHERNET, tagged(v4(rtp()))),
    ("two tags", ETHERNET, tagged(v4(rtp()), tags=2)),
    ("IPv6", ETHERNET, frames.ethernet(v6(rtp()), 0x86DD)),
    ("IPv6, tag", ETHERNET, tagged(v6(rtp()), 0x86DD)),
    ("cooked", COOKED, cooked(v4(rtp()))),
    ("cooked, IPv6", COOKED, cooked(v6(rtp()), 0x86DD)),
    ("cooked 2", COOKED2, cooked2(v4(rtp()))),
    ("raw", RAW, v4(rtp())),
    ("raw, IPv6", RAW, v6(rtp())),
    ("printable numbers before sound", RAW, v4(PRINTABLE + bytes(range(120, 160)) + b"voice")),
]
ODD: list[tuple[str, int, bytes]] = [
    ("three tags", ETHERNET, tagged(v4(rtp()), tags=3)),
    ("trailer", ETHERNET, VOICE + b"slack"),
    ("wrong UDP checksum", ETHERNET, broken(VOICE, 60)),
    ("wrong header checksum", ETHERNET, broken(VOICE, 22)),
    ("header without checksum", ETHERNET, without(VOICE, 24)),
    ("fragment", ETHERNET, frames.ethernet(frames.ipv4(frames.udp(rtp()), place=0x2000))),
    ("options", ETHERNET, frames.ethernet(frames.ipv4(frames.udp(rtp()), options=bytes(4)))),
    ("signalling port", ETHERNET, frames.ethernet(v4(rtp(), 5060))),
    ("low port", ETHERNET, frames.ethernet(v4(rtp(), 53))),
    ("RTCP", ETHERNET, frames.ethernet(v4(rtp(200)))),
    ("CSRC", ETHERNET, frames.ethernet(v4(rtp(first=0x81)))),
    ("padding", ETHERNET, frames.ethernet(v4(rtp(first=0xA0)))),
    ("version 1", ETHERNET, frames.ethernet(v4(rtp(first=0x40)))),
    ("digit", ETHERNET, frames.ethernet(v4(rtp(101, 4, rest=b"\5\x0a\0\xa0")))),
    ("redundant", ETHERNET, frames.ethernet(v4(rtp(111, 71, rest=REDUNDANT + b"voice")))),
    ("redundant, small type", RAW, v6(rtp(63, 71, rest=REDUNDANT + b"voice"))),
    ("text", ETHERNET, frames.ethernet(v4(b"\x80\0marla vexel, 4930555017 and so on, to the end"))),
    ("text, short", ETHERNET, frames.ethernet(v6(b"\x80\0marla vexel"), 0x86DD)),
    ("text, zeros", ETHERNET, frames.ethernet(v4(b"\x80\0marla vexel" + bytes(9)))),
    ("text, some letters", RAW, v4("\0marla véxel, 4930555017 and so on, to".encode().join((b"\x80", b"end")))),
    ("TCP", ETHERNET, frames.ethernet(frames.ipv4(frames.tcp(rtp()), 6))),
    ("ARP", ETHERNET, frames.ethernet(bytes(60), 0x0806)),
    ("cooked, loopback address", COOKED, cooked(v4(rtp()), length=0)),
    ("cooked, netlink", COOKED, cooked(v4(rtp()), hardware=824)),
    ("cooked 2, reserved", COOKED2, cooked2(v4(rtp()), reserved=7)),
    ("short", RAW, v4(rtp())[:30]),
    ("one octet", ETHERNET, b"x"),
]


def single(octets: bytes, link: int) -> bytes:
    """A frame read on its own."""
    peeled = peel(Frame(octets, len(octets), link), TO)
    inner = peeled.inner
    assert isinstance(inner, Datagram)
    return peeled.around(dissect.datagram(inner.payload, inner.flow, TO))


def bulk(octets: list[bytes], link: int, media: Media | None = None) -> tuple[list[bytes], list[bool]]:
    """Many frames in one buffer, and which of them were dealt with. ``media`` may have met their headers before."""
    buffer = bytearray(b"head" + b"".join(octets) + b"tail")
    ends = np.cumsum([len(octet) for octet in octets], dtype=np.int64) + 4
    starts = ends - np.array([len(octet) for octet in octets], np.int64)
    done = (media or Media(link, TO)).rewrite(buffer, starts, ends)
    assert bytes(buffer[:4] + buffer[-4:]) == b"headtail"
    pieces = [bytes(buffer[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return pieces, done.tolist()


@pytest.mark.parametrize(("link", "octets"), [row[1:] for row in USUAL], ids=[row[0] for row in USUAL])
def test_usual_packets(link: int, octets: bytes) -> None:
    media = Media(link, TO)
    for _ in range(3):
        (new,), (done,) = bulk([octets], link, media)
        assert done
        assert new == single(octets, link) != octets
        assert b"voice" not in new


@pytest.mark.parametrize(("link", "octets"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_odd_packets_are_left_alone(link: int, octets: bytes) -> None:
    media = Media(link, TO)
    bulk([row[2] for row in USUAL if row[1] == link], link, media)
    for _ in range(2):
        assert bulk([octets], link, media) == ([octets], [False])


def test_many_packets_at_once() -> None:
    for link in {row[1] for row in USUAL}:
        usual = [octets for _, kind, octets in USUAL if kind == link] * 3
        odd = [octets for _, kind, octets in ODD if kind == link]
        media = Media(link, TO)
        for _ in range(2):
            pieces, done = bulk([*usual, *odd, *usual], link, media)
            assert done == [True] * len(usual) + [False] * len(odd) + [True] * len(usual)
            assert pieces[: len(usual)] == [single(octets, link) for octets in usual] == pieces[-len(usual) :]


@settings(max_examples=300)
@given(st.data())
def test_whatever_is_dealt_with_is_right(data: st.DataObject) -> None:
    """A usual packet with some octets changed is the same in bulk and alone, or it is left alone.

    It makes no difference whether the packet before the change was met.
    """
    _, link, octets = data.draw(st.sampled_from(USUAL))
    changed = bytearray(octets)
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=3)):
        changed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(changed))) if data.draw(st.booleans()) else len(changed)
    one = bytes(changed[:cut])
    (new,), (done,) = bulk([one], link)
    assert new == (single(one, link) if done else one)
    media = Media(link, TO)
    bulk([octets], link, media)
    assert bulk([one], link, media) == ([new], [done])


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF), st.binary(max_size=40)), min_size=1))
def test_streams_in_which_only_numbers_change(packets: list[tuple[int, int, bytes]]) -> None:
    """Sequence number, time, identification and payload: the same as alone, headers and checksums with them."""
    media = Media(ETHERNET, TO)
    for number, stamp, said in packets:
        payload = pack(">BBHII", 0x80, 0, number, stamp, 0xFFFF_FFFF) + said
        octets = frames.ethernet(frames.ipv4(frames.udp(payload, 40000, 40002), number=number))
        (new,), (done,) = bulk([octets], ETHERNET, media)
        # By chance a right checksum is what a network card would have been left to finish.
        before = frames.word_sum(frames.pseudo(len(octets) - 34, 17))
        assert done == ((int.from_bytes(octets[40:42]) - before) % 0xFFFF != 0)
        assert new == (single(octets, ETHERNET) if done else octets)


def test_headers_that_end_in_an_other_length_are_others() -> None:
    media = Media(ETHERNET, TO)
    bulk([VOICE], ETHERNET, media)
    for odd in (VOICE + bytes(2), VOICE[:-2]):
        assert bulk([odd], ETHERNET, media) == ([odd], [False])


@pytest.mark.parametrize("most", [2, 3, 5])
def test_forgotten_headers_are_read_again(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST", most)
    media = Media(ETHERNET, TO)
    streams = [frames.ethernet(v4(rtp(), 40000 + 2 * number)) for number in range(7)]
    for start in (0, 3, 0, 2, 5, 0):
        some = streams[start : start + 4]
        assert bulk(some, ETHERNET, media) == ([single(one, ETHERNET) for one in some], [True] * len(some))


def test_notes_are_those_of_single_packets() -> None:
    octets = [row[2] for row in USUAL if row[1] == ETHERNET]
    TO.reader.notes.clear()
    for one in octets:
        single(one, ETHERNET)
    alone = Counter(TO.reader.notes)
    TO.reader.notes.clear()
    media = Media(ETHERNET, TO)
    bulk(octets, ETHERNET, media)
    assert alone == TO.reader.notes
    assert alone
    bulk(octets, ETHERNET, media)
    assert TO.reader.notes == Counter({reason: 2 * count for reason, count in alone.items()})


@pytest.mark.parametrize(("link", "octets"), [row[1:] for row in USUAL], ids=[row[0] for row in USUAL])
def test_learning_hears_what_is_replaced_and_changes_nothing(link: int, octets: bytes) -> None:
    to, lexicon = learning()
    buffer = bytearray(octets)
    media = Media(link, to)
    for _ in range(2):
        assert media.rewrite(buffer, np.array([0]), np.array([len(octets)])).tolist() == [True]
        assert buffer == octets
    in_bulk = lexicon.originals
    to, lexicon = learning()
    peel(Frame(octets, len(octets), link), to)
    alone = lexicon.originals
    assert (in_bulk.ipv4, in_bulk.ipv6, in_bulk.marks.count) == (alone.ipv4, alone.ipv6, alone.marks.count)
    assert in_bulk.ipv4 or in_bulk.ipv6


def test_nothing_to_do() -> None:
    assert bulk([], ETHERNET) == ([], [])


def test_links() -> None:
    assert all(understands(link) for link in (ETHERNET, COOKED, COOKED2, RAW))
    assert not understands(147)
