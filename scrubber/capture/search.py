"""What an audit searches in a capture file: its octets in long stretches, and which frame each of them belongs to.

Packets hold numbers that change all the time, and among a million of them some spell a short name. In a frame a short
value therefore counts only where it stands in a text; in metadata it always does.

Of what was blanked little is searched: a long row of zeros is read as a short one, which is longer than the zeros in
any value, and a row of another octet that ends a frame by its beginning.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from scrubber.capture import container, magic, pcap, runs
from scrubber.capture.block import Block
from scrubber.capture.bulk import understands
from scrubber.capture.octets import Octets
from scrubber.capture.packet import Fragment, Frame, Segment
from scrubber.capture.peel import is_datagram, peel
from scrubber.capture.silence import Silence
from scrubber.capture.vectors import Offsets
from scrubber.edges import APART
from scrubber.model import Finding, Place
from scrubber.values import Values

SEARCHED = 1 << 18
"""Octets of blocks that are searched at once."""
SHOWN = 64
"""Octets of a frame that are always searched; what comes then may be silence."""
SHORT = 6
"""Octets from which on a value is no coincidence in a million packets."""
NOTATION = "."
"""In a rule that names a notation, whose finder knows what may be a coincidence."""
PACKED = frozenset(("packed", "little-endian", "xor", "bcd", "payload"))
"""Notations in octets, whose findings end where the value does: one that goes on behind a frame stands in none."""
TEXT = 8
"""Readable octets in a row that make a text."""
TAIL = 256
"""Octets of a segment that are searched again together with the next one of its direction."""
TAILS = 4096
"""Directions whose last octets are remembered."""
_NONE = -1
_EMPTY = Frame(b"", 0, 0)
_BARE = 32
"""Octets of a record without a frame and without options."""
_TCP = b"\x06"
"""The number of TCP stands in the header before it; in texts it does not occur."""
_FRAGMENTED = re.compile(
    rb"[\x45-\x4f].{5}(?:[\x20-\x3f].|[\x00-\x1f][^\x00]|[\x01-\x1f].)|\x86\xdd.{6}\x2c", re.DOTALL
)
"""An IPv4 header of a fragment, or an IPv6 header before one."""
_SMALL = 128
"""A frame with a payload too short for a text is shorter, whatever options its headers have."""
_HEADERS = 64
"""Octets in which the header of a fragment begins."""
_READABLE = re.compile(rb"[\x20-\x7e]{%d}" % TEXT)
_ROW = bytes(64)
"""A row of zeros of which not all are searched."""
_ROW_KEPT = 16
"""Zeros that are searched at its beginning, and at its end."""
_NO_ZERO = re.compile(rb"[^\0]")
_BESIDE_ROW = re.compile(rb"[ -~]{2}([^ -~])\1{7}|([^ -~])\2{7}[ -~]{2,7}\Z")
"""The end of a value before a row, or the beginning of one behind it at the end of a frame."""
_UNREADABLE = re.compile(rb"[^\t\n\r\x20-\x7e]")
_MESSAGE = re.compile(rb"SIP/2\.0 [1-6][0-9]{2} |[A-Z]{3,12} [^\s]{1,512} SIP/2\.0\r?\n")
"""How a SIP message begins (RFC 3261 section 7)."""
CHECKSUM = 2
"""Octets of the checksum before the payload of a datagram."""
LONGEST_METHOD = 12
_CUT_WORD, _WORD_CUT = re.compile(rb"\A[^\s<>\"']{1,256}"), re.compile(rb"[^\s<>\"']{1,256}\Z")
"""A word at the edge of what is remembered may be half of one, and then looks like what it is not."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some octets of a file, frames and metadata among them."""

    octets: bytes
    starts: Offsets
    ends: Offsets
    """Where each piece begins and ends; what stands between them are times and lengths."""
    before: Offsets
    """How many frames the file has up to and with each piece."""
    links: Offsets
    """The link type of each piece; negative for metadata."""
    gaps: Mapping[int, Gaps]
    """What was left out of pieces, by their place."""

    def placed(self, findings: Iterable[Finding]) -> Iterator[Place]:
        """The findings in :attr:`octets` that count, each in its frame."""
        for found in sorted(findings):
            at = int(np.searchsorted(self.starts, found.start, "right")) - 1
            packed = found.rule.rpartition(NOTATION)[2] in PACKED
            if at < 0 or (found.end - 1 if packed else found.start) >= self.ends[at] or self._begins_inside(found):
                continue
            long = found.end - found.start >= SHORT or NOTATION in found.rule or self.links[at] == _NONE
            if long or self._is_text(found.start, found.end):
                offset = found.start - int(self.starts[at])
                offset += sum(size for place, size in self.gaps.get(at, ()) if place <= offset)
                yield Place(found.rule, found.entity, offset, int(self.before[at]))

    def _begins_inside(self, found: Finding) -> bool:
        """Whether a message begins within a word: the octets of a checksum before ``ACK`` make it ``JACK``."""
        if found.end - found.start > LONGEST_METHOD + CHECKSUM:
            return False
        return any(_MESSAGE.match(self.octets, found.start + size) for size in range(1, CHECKSUM + 1))

    def _is_text(self, start: int, end: int) -> bool:
        around = self.octets[max(0, start - TEXT) : end + TEXT]
        inside = min(start, TEXT)
        left = max((match.end() for match in _UNREADABLE.finditer(around, 0, inside)), default=0)
        right = _UNREADABLE.search(around, inside + end - start)
        return (len(around) if right is None else right.start()) - left >= TEXT

    def readable(self) -> Iterator[tuple[int, Frame]]:
        """The frames in which a text stands, or so little that it may be a piece of one, with their numbers."""
        search, frames = _READABLE.search, np.flatnonzero(self.links >= 0).tolist()
        starts, ends = self.starts.tolist(), self.ends.tolist()
        for at in frames:
            start, end = starts[at], ends[at]
            text = search(self.octets, start, end) is not None
            if at in self.gaps:
                text = text or _BESIDE_ROW.search(self.octets, start, end) is not None
            small = at not in self.gaps and end - start < _SMALL
            if text or small:
                data = self.octets[start:end]
                if text or _is_piece(data):
                    yield int(self.before[at]), Frame(data, end - start, int(self.links[at]))


def _is_piece(data: bytes) -> bool:
    """Whether a frame may be a segment or a fragment."""
    return _TCP in data or _FRAGMENTED.search(data, 0, _HEADERS) is not None


Gaps = tuple[tuple[int, int], ...]
"""Where octets of a piece are left out, counted without them, and how many."""
Piece = tuple[bytes, int, int, Gaps]
"""Octets of a frame or of metadata, how many frames the file has up to there, the link type, and what is left out."""


def stretches(chunks: Iterator[bytes], to: Values) -> Iterator[Stretch]:
    """All frames and all metadata of a file, in order, but silence. ``to`` is a reading that changes nothing."""
    return _joined(_pieces(Octets(chunks), to))


def _pieces(octets: Octets, to: Values) -> Iterator[Piece]:
    number = 0
    if magic.kind(octets.look(12)) != magic.PCAP:
        yield from _of_blocks(container.read(octets, Counter()), to, 0)
        return
    form, _ = pcap.opened(octets.take(pcap.HEADER))
    silence = Silence(form.link, to) if understands(form.link) else None
    for head, walked in runs.walks(octets, form):
        starts, ends = walked.starts + form.record.size, walked.ends
        view = memoryview(head)
        numbers = np.arange(number + 1, number + len(starts) + 1)
        number += len(starts)
        if silence is not None:
            said = np.flatnonzero(~silence(head, starts, ends))
            starts, ends, numbers = starts[said], ends[said], numbers[said]
        for start, end, count in zip(starts.tolist(), ends.tolist(), numbers.tolist(), strict=True):
            octets_of, gaps = _without_filling(bytes(view[start:end]))
            yield octets_of, count, form.link, gaps
    yield from _of_blocks(pcap.records(octets, form, Counter()), to, number)


def _without_filling(data: bytes) -> tuple[bytes, Gaps]:
    """A frame without most of what was blanked in it, and where that stood."""
    shown = SHOWN + TEXT
    if len(data) > shown and data.count(data[SHOWN : SHOWN + 1], SHOWN) == len(data) - SHOWN:
        return data[:shown], ((shown, len(data) - shown),)
    at = data.find(_ROW)
    if at < 0:
        return data, ()
    pieces: list[bytes] = []
    gaps: list[tuple[int, int]] = []
    begin = size = 0
    while at >= 0:
        behind = _NO_ZERO.search(data, at)
        end = (len(data) if behind is None else behind.start()) - _ROW_KEPT
        pieces.append(data[begin : at + _ROW_KEPT])
        size += len(pieces[-1])
        gaps.append((size, end - at - _ROW_KEPT))
        begin, at = end, data.find(_ROW, end + _ROW_KEPT)
    return b"".join((*pieces, data[begin:])), tuple(gaps)


def _of_blocks(blocks: Iterator[Block], to: Values, number: int) -> Iterator[Piece]:
    for block in blocks:
        frame = block.frame
        number += frame is not None
        if frame is None:
            yield block.encoded(None, to), number, _NONE, ()
            continue
        data, gaps = _without_filling(frame.data)
        yield data, number, frame.link, gaps
        beside = block.encoded(_EMPTY, to)
        if len(beside) > _BARE:
            yield beside, number, _NONE, ()


def _joined(pieces: Iterator[Piece]) -> Iterator[Stretch]:
    """Pieces in stretches of about :data:`SEARCHED` octets."""
    gathered: list[Piece] = []
    size = 0
    for piece in pieces:
        gathered.append(piece)
        size += len(piece[0])
        if size >= SEARCHED:
            yield _stretch(gathered)
            gathered, size = [], 0
    yield _stretch(gathered)


def _stretch(pieces: list[Piece]) -> Stretch:
    sizes = np.array([len(piece[0]) for piece in pieces], np.int64)
    ends = np.cumsum(sizes + len(APART)) - len(APART)
    before = np.array([piece[1] for piece in pieces], np.int64)
    links = np.array([piece[2] for piece in pieces], np.int64)
    gaps = {at: piece[3] for at, piece in enumerate(pieces) if piece[3]}
    return Stretch(APART.join([piece[0] for piece in pieces]), ends - sizes, ends, before, links, gaps)


class Tails:
    """The last octets of each direction of a stream and of each packet in fragments, for what stands on both sides."""

    def __init__(self, to: Values) -> None:
        self._to = to
        self._tails: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def across(self, frame: Frame) -> bytes:
        """The end of the segment or fragment before and the beginning of this one; nothing for what is neither."""
        if is_datagram(frame) or not _is_piece(frame.data):
            return b""
        inner = peel(frame, self._to).inner
        if not isinstance(inner, Segment | Fragment) or not inner.payload:
            return b""
        flow = inner.flow._replace(cut=False) if isinstance(inner, Segment) else inner.key
        before = self._tails.pop(flow, b"")
        whole = before + inner.payload
        self._tails[flow] = whole if len(whole) <= TAIL else _CUT_WORD.sub(b"", whole[-TAIL:])
        if len(self._tails) > TAILS:
            self._tails.popitem(last=False)
        after = inner.payload
        if before.endswith(b"\n") and _MESSAGE.match(after):
            # No value belongs to two messages.
            return b""
        return before and before + (after if len(after) <= TAIL else _WORD_CUT.sub(b"", after[:TAIL]))


class Seams:
    """Where segments and fragments meet, as one text."""

    def __init__(self, across: Iterable[tuple[int, bytes]]) -> None:
        """``across``: numbers of frames and what :meth:`Tails.across` gave for them."""
        met = [(number, octets) for number, octets in across if octets]
        self._numbers = [number for number, _ in met]
        self._starts = list(accumulate((len(octets) + len(APART) for _, octets in met), initial=0))
        self.octets = APART.join([octets for _, octets in met])

    def placed(self, findings: Iterable[Finding]) -> Iterator[Place]:
        """The findings in :attr:`octets`, each in the frame behind its seam."""
        for found in findings:
            yield Place(found.rule, found.entity, 0, self._numbers[bisect_right(self._starts, found.start) - 1])
