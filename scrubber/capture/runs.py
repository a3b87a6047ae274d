"""A capture file as blocks, its runs of RTP packets as one block each: rewritten in bulk while the file is read.

Only classic capture files have records that are worth reading this way; any other file, and the rest of one from its
first odd record on, comes block by block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scrubber.capture import container, magic, pcap
from scrubber.capture.block import LONGEST, Block, Ready
from scrubber.capture.bulk import Media, understands
from scrubber.capture.octets import Octets
from scrubber.capture.packet import Frame
from scrubber.values import Values

STRETCH = 1 << 20
"""Octets that are read at once."""
ROW = 64
"""Records that are compared at once, and twice as many after each row that agreed."""


class Walked(NamedTuple):
    """Whole records: where they begin, where they end, and whether all of each frame is there."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    whole: NDArray[np.bool_]


def blocks(chunks: Iterator[bytes], notes: Counter[str], to: Values) -> Iterator[Block]:
    """As :func:`container.blocks <scrubber.capture.container.blocks>`, with runs of usual RTP packets as single blocks.

    These have no frame and go out as they are: rewritten through ``to``, their times as they were.
    """
    octets = Octets(chunks)
    if magic.kind(octets.look(12)) != magic.PCAP:
        yield from container.read(octets, notes)
        return
    form, header = pcap.opened(octets.take(pcap.HEADER))
    yield header
    if understands(form.link):
        media = Media(form.link, to)
        for head, stretch in walks(octets, form):
            yield from _split(head, stretch, form, media)
    yield from pcap.records(octets, form, notes)


def walks(octets: Octets, form: pcap.Form) -> Iterator[tuple[bytearray, Walked]]:
    """Stretches of whole records and where these stand, up to the first odd one, which is left in ``octets``."""
    while form.plain:
        head = octets.lent(STRETCH)
        stretch = _walked(head, form.record)
        end = 0 if stretch is None else int(stretch.ends[-1])
        octets.back(head[end:])
        if stretch is None:
            return
        del head[end:]
        yield head, stretch


def _walked(head: bytearray, record: Struct) -> Walked | None:
    """The records that ``head`` begins with, up to one that is not whole or cannot be one; ``None`` without any.

    Voice packets come in rows of the same length. Where two records agree, or one has the length of a row that was met,
    the following ones are compared at once, at the places where they would stand if they agreed as well.
    """
    order, size, limit = record.format[0], record.size, len(head) - record.size
    if limit < 0:
        return None
    unpack, both = Struct(order + "II").unpack_from, np.dtype(order + "u8")
    # Both lengths of a record as one number, at any offset.
    lengths = np.ndarray((limit + 1,), both, head, 8, (1,))
    met: set[tuple[int, ...]] = set()
    rows: list[tuple[int, int, int, int]] = []
    position, before = 0, (-1, -1)
    while position <= limit:
        told = captured, wire = unpack(head, position + 8)
        stride, count = size + captured, 1
        if captured > wire or captured > LONGEST or position + stride > len(head):
            break
        if told == before or told in met:
            met.add(told)
            count = _agreeing(lengths, position, stride, len(head))
        rows.append((position, count, stride, wire))
        position, before = position + count * stride, told
    if not rows:
        return None
    first, counts, strides, wires = np.array(rows, np.int64).T
    behind = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = np.repeat(first, counts) + behind * np.repeat(strides, counts)
    ends = np.append(begins[1:], position)
    return Walked(begins, ends, ends - begins - size == np.repeat(wires, counts))


def _agreeing(lengths: NDArray[np.uint64], position: int, stride: int, end: int) -> int:
    """How many whole records from ``position`` on have the lengths of that one, each ``stride`` octets."""
    own, most, row, count = lengths[position], (end - position) // stride, ROW, 1
    while count < most:
        start = position + count * stride
        same = lengths[start : position + min(count + row, most) * stride : stride] == own
        differing = int(same.argmin())
        if not same[differing]:
            return count + differing
        count += len(same)
        row *= 2
    return count


def _split(buffer: bytearray, stretch: Walked, form: pcap.Form, media: Media) -> Iterator[Block]:
    """The usual records of a stretch, rewritten, in runs, and each of the others between them."""
    size = form.record.size
    done = np.zeros(len(stretch.starts), np.bool_)
    whole = np.flatnonzero(stretch.whole)
    done[whole] = media.rewrite(buffer, stretch.starts[whole] + size, stretch.ends[whole])
    others = np.flatnonzero(~done)
    view = memoryview(buffer)
    behind = 0
    for start, end in zip(stretch.starts[others].tolist(), stretch.ends[others].tolist(), strict=True):
        if start > behind:
            yield Ready(bytes(view[behind:start]))
        fields = form.record.unpack_from(buffer, start)
        yield pcap.Record(form, fields, Frame(bytes(view[start + size : end]), fields[3], form.link))
        behind = end
    if behind < len(buffer):
        yield Ready(bytes(view[behind:]))
