"""The classic capture file: one header, then a record a frame (draft-ietf-opsawg-pcap).

Both byte orders, microseconds and nanoseconds, and the modified record header with eight octets more. A file goes out
in the form it came in. Kept of the file header: version, snap length, link type with its FCS bits; the fields for
time zone and accuracy are zeroed.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scrubber.capture import magic
from scrubber.capture.block import CUT, DAMAGED, LONGEST, NANO, REPAIRED, Block, Ready, Snap
from scrubber.capture.octets import Octets
from scrubber.capture.packet import Frame
from scrubber.capture.vectors import gathered
from scrubber.model import InputError
from scrubber.values import Values

HEADER = 24
MAJOR, MINOR = 2, 4
LINK = 0x03FF_FFFF
"""The bits of the last header field that name the link type; those above tell the length of the FCS."""
_WRAP = 1 << 32


class Form(NamedTuple):
    """How the records of a file are written."""

    record: struct.Struct
    """Seconds, fraction, captured length, wire length, and what the modified header adds."""
    second: int
    """Fractions of a second in a second."""
    snap: Snap
    link: int
    old: bool
    """Whether the version is one in which either length could come first."""

    @property
    def plain(self) -> bool:
        """Whether a record header holds times and lengths alone, in their order."""
        return self.record.size == 16 and not self.old


class Record(NamedTuple):
    """A frame and when it was captured."""

    form: Form
    fields: tuple[int, ...]
    frame: Frame

    @property
    def time(self) -> int:
        """Nanoseconds since 1970 (:meth:`Block.time <scrubber.capture.block.Block.time>`)."""
        return self.fields[0] * NANO + self.fields[1] * (NANO // self.form.second)

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        """The record with another frame (:meth:`Block.encoded <scrubber.capture.block.Block.encoded>`)."""
        del to
        if frame is None:
            return b""
        seconds, fraction, _, _, *more = self.fields
        if shift_ns:
            seconds, fraction = _moved(seconds, fraction, self.form.second, shift_ns)
        data, wire = self.form.snap.cut(frame, len(self.frame.data))
        if more:
            more[0] = 0  # the number of an interface on a machine that nobody else knows
        return self.form.record.pack(seconds, fraction, len(data), min(wire, _WRAP - 1), *more) + data


def blocks(octets: Octets, notes: Counter[str]) -> Iterator[Block]:
    """The file header and the records. Errors: :class:`InputError` for a header that is damaged or of an old form."""
    form, header = opened(octets.take(HEADER))
    yield header
    yield from records(octets, form, notes)


def records(octets: Octets, form: Form, notes: Counter[str]) -> Iterator[Block]:
    """The records behind the file header. At one that is cut or cannot be one the file ends; ``notes`` says so."""
    size, unpack = form.record.size, form.record.unpack
    while head := octets.take(size):
        if len(head) < size:
            notes[CUT] += 1
            return
        fields = unpack(head)
        captured, wire = fields[2], fields[3]
        if captured > wire:
            if form.old:
                captured, wire = wire, captured
            else:
                notes[REPAIRED] += 1
                wire = captured
        if captured > LONGEST:
            notes[DAMAGED] += 1
            return
        data = octets.take(captured)
        if len(data) < captured:
            notes[CUT] += 1
            return
        yield Record(form, fields, Frame(data, wire, form.link))


def times(buffer: bytearray, starts: NDArray[np.int64], form: Form) -> NDArray[np.int64]:
    """The times of the records at ``starts``, in nanoseconds since 1970; all of them must lie in ``buffer``."""
    words = _words(buffer, starts, form)
    return words[:, 0].astype(np.int64) * NANO + words[:, 1].astype(np.int64) * (NANO // form.second)


def wires(buffer: bytearray, starts: NDArray[np.int64], form: Form) -> NDArray[np.int64]:
    """The octets on the wire of these records, for a :attr:`Form.plain` form."""
    return _words(buffer, starts, form)[:, 3].astype(np.int64)


def _words(buffer: bytearray, starts: NDArray[np.int64], form: Form) -> NDArray[Any]:
    rows = gathered(buffer, starts, 16)
    return np.ascontiguousarray(rows).view(form.record.format[0] + "u4")


def opened(header: bytes) -> tuple[Form, Block]:
    """How the file is written, and its header as it goes out. Errors: :class:`InputError`."""
    order, number = magic.PCAP_MAGICS.get(header[:4], ("<", 0))
    if len(header) < HEADER or not number:
        raise InputError("damaged pcap header")
    layout = struct.Struct(order + "IHHiIII")
    _, major, minor, _, _, snap, network = layout.unpack(header)
    if major != MAJOR or minor > MINOR:
        raise InputError("pcap version is not supported")
    form = Form(
        struct.Struct(order + ("IIIIIHBx" if number == magic.MODIFIED else "IIII")),
        NANO if number == magic.NANOSECONDS else 10**6,
        Snap(snap),
        network & LINK,
        minor < MINOR,
    )
    # Records go out with the captured length first, so an older version would be read wrong.
    return form, Ready(layout.pack(number, MAJOR, MINOR, 0, 0, snap, network))


def _moved(seconds: int, fraction: int, second: int, shift_ns: int) -> tuple[int, int]:
    """A time moved; what leaves the range of the field comes in at its other end, so intervals stay."""
    moved = seconds * second + fraction + shift_ns * second // NANO
    return moved // second % _WRAP, moved % second
