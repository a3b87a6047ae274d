"""The capture file of blocks: sections, interfaces, packets and what is told about them (draft-ietf-opsawg-pcapng).

Any number of sections in either byte order, any number of interfaces. Sections, interfaces, packets, names and
statistics go out, their options by a list; blocks of any other type (decryption secrets, journal entries, custom and
unknown ones) are dropped and counted.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from scrubber.capture import magic, pcapng_names, pcapng_options
from scrubber.capture.block import CUT, DAMAGED, LONGEST, NANO, Block, Snap, padded
from scrubber.capture.octets import Octets
from scrubber.capture.packet import Frame
from scrubber.capture.pcapng_options import ENHANCED, INTERFACE, NAMES, PACKET, SECTION, STATISTICS, Place
from scrubber.model import InputError
from scrubber.values import Values

LONGEST_BLOCK = 1 << 24
"""Octets of the longest block that is read."""
INTERFACES = 1 << 16
"""Interfaces of a section that are remembered."""
SIMPLE = 3
_LATEST = 1 << 62
"""A time in nanoseconds beyond this is none."""
MALFORMED = "pcapng block dropped: malformed"
_NAMED = {
    7: "IRIG time stamps",
    8: "ARINC 429",
    9: "systemd journal",
    10: "decryption secrets",
    0xBAD: "custom",
    0x4000_0BAD: "custom",
    0x8000_0001: "process",
}


class _Interface(NamedTuple):
    link: int
    snap: Snap
    second: int
    """Ticks of the clock in a second."""

    def ticks(self, shift_ns: int) -> int:
        return shift_ns * self.second // NANO


class _Section:
    __slots__ = ("head", "interfaces", "order", "tail", "word")

    def __init__(self, order: str) -> None:
        self.order = order
        self.interfaces: list[_Interface] = []
        self.head = struct.Struct(order + "II")
        self.word = struct.Struct(order + "I")

    def block(self, kind: int, body: bytes) -> bytes:
        """A block around a body whose length is a multiple of four."""
        length = len(body) + 12
        return self.head.pack(kind, length) + body + self.word.pack(length)

    def interface(self, number: int) -> _Interface | None:
        return self.interfaces[number] if number < len(self.interfaces) else None


class _Described(NamedTuple):
    """A block without a frame: octets that stay, and options."""

    section: _Section
    kind: int
    fixed: bytes
    options: bytes
    interface: _Interface | None = None
    stamped: bool = False
    """Whether the last eight of the octets that stay are a time."""

    @property
    def frame(self) -> Frame | None:
        return None

    @property
    def time(self) -> int | None:
        return None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        del frame
        ticks = self.interface.ticks(shift_ns) if self.interface is not None else 0
        order, fixed = self.section.order, self.fixed
        if self.stamped:
            fixed = fixed[:-8] + pcapng_options.moved(fixed[-8:], order, ticks)
        options = pcapng_options.encoded(self.options, self.kind, Place(order, to, ticks))
        return self.section.block(self.kind, fixed + options)

    def __repr__(self) -> str:
        return f"block of type {self.kind}"


class _Names(NamedTuple):
    section: _Section
    body: bytes

    @property
    def frame(self) -> Frame | None:
        return None

    @property
    def time(self) -> int | None:
        return None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        del frame, shift_ns
        place = Place(self.section.order, to)
        records, end = pcapng_names.encoded(self.body, place)
        return self.section.block(NAMES, records + pcapng_options.encoded(self.body[end:], NAMES, place))

    def __repr__(self) -> str:
        return "names"


class _Packet(NamedTuple):
    """An enhanced packet block, or the packet block that it replaced."""

    section: _Section
    kind: int
    interface: _Interface
    head: bytes
    """Interface and time."""
    frame: Frame
    options: bytes

    @property
    def time(self) -> int | None:
        high, low = struct.unpack_from(self.section.order + "II", self.head, 4)
        time: int = (high << 32 | low) * NANO // self.interface.second
        return time if time < _LATEST else None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        if frame is None:
            return b""
        order, head = self.section.order, self.head
        ticks = self.interface.ticks(shift_ns) if shift_ns else 0
        if ticks:
            head = head[:4] + pcapng_options.moved(head[4:], order, ticks)
        data, wire = self.interface.snap.cut(frame, len(self.frame.data))
        body = head + self.section.head.pack(len(data), min(wire, 0xFFFF_FFFF)) + padded(data)
        if self.options:
            body += pcapng_options.encoded(self.options, self.kind, Place(order, to, ticks))
        return self.section.block(self.kind, body)

    def __repr__(self) -> str:
        return repr(self.frame)


class _Simple(NamedTuple):
    """A simple packet block: its captured length is not written but follows from wire length and snap length."""

    section: _Section
    snap: Snap
    frame: Frame

    @property
    def time(self) -> int | None:
        return None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        del to, shift_ns
        if frame is None:
            return b""
        # Every reader computes the captured length, so the octets are filled up to it.
        wire = max(frame.wire, len(frame.data))
        captured = min(wire, self.snap.length or wire)
        if captured > max(LONGEST, len(frame.data)):
            wire = captured = len(frame.data)
        data = frame.data[:captured].ljust(captured, b"\0")
        return self.section.block(SIMPLE, self.section.word.pack(min(wire, 0xFFFF_FFFF)) + padded(data))


def blocks(octets: Octets, notes: Counter[str]) -> Iterator[Block]:
    """The blocks that go out. Errors: :class:`InputError` for a first section header that is damaged.

    At a block that is cut or cannot be one the file ends, and ``notes`` says so; they also count what is dropped.
    """
    section: _Section | None = None
    while head := octets.look(12):
        if head[:4] == magic.SECTION:
            opened = _Section(magic.ORDERS.get(head[8:12], "<"))
            raw = _whole(octets, opened) if head[8:12] in magic.ORDERS else None
            if section is None and (not raw or _section(opened, SECTION, raw[8:-4]) is None):
                raise InputError("pcapng section header is damaged or of an unknown version")
            section = opened
        elif section is None:
            raise InputError("pcapng section header is damaged or of an unknown version")
        else:
            raw = _whole(octets, section)
        if not raw:
            notes[DAMAGED if raw is None else CUT] += 1
            return
        kind: int = section.word.unpack_from(raw)[0]
        reader = _READERS.get(kind)
        if reader is None:
            notes[f"pcapng block dropped: {_NAMED.get(kind, 'unknown')}"] += 1
        elif (block := reader(section, kind, raw[8:-4])) is not None:
            yield block
        elif kind in (SECTION, INTERFACE):
            # Without it, what follows would be read in the wrong order or under the wrong interface.
            notes[DAMAGED] += 1
            return
        else:
            notes[MALFORMED] += 1


def _whole(octets: Octets, section: _Section) -> bytes | None:
    """The block that comes next; empty when the file ends within it, ``None`` when it cannot be one."""
    head = octets.look(8)
    if len(head) < 8:
        return b""
    _, length = section.head.unpack(head)
    if not 12 <= length <= LONGEST_BLOCK or length % 4:
        return None
    raw = octets.take(length)
    if len(raw) < length:
        return b""
    return raw if raw[-4:] == raw[4:8] else None


# --- from a body to a block: None for what is malformed ---------------------------------------------------------------


def _section(section: _Section, kind: int, body: bytes) -> Block | None:
    if len(body) < 16:
        return None
    major, minor = struct.unpack_from(section.order + "HH", body, 4)
    if major != 1 or minor > 2:
        return None
    # The length of the section is not known before its end; -1 says so.
    return _Described(section, kind, body[:8] + b"\xff" * 8, body[16:])


def _interface(section: _Section, kind: int, body: bytes) -> Block | None:
    if len(body) < 8 or len(section.interfaces) >= INTERFACES:
        return None
    link, snap = struct.unpack_from(section.order + "H2xI", body)
    options = body[8:]
    section.interfaces.append(_Interface(link, Snap(snap), pcapng_options.second(options, section.order)))
    return _Described(section, kind, body[:2] + bytes(2) + body[4:8], options)


def _enhanced(section: _Section, kind: int, body: bytes) -> Block | None:
    if len(body) < 20:
        return None
    number, _, _, captured, wire = struct.unpack_from(section.order + "IIIII", body)
    return _packet(section, kind, section.interface(number), body, (captured, wire))


def _obsolete(section: _Section, kind: int, body: bytes) -> Block | None:
    if len(body) < 20:
        return None
    # Beside the number of the interface stands how many packets were lost before this one.
    number, _, _, _, captured, wire = struct.unpack_from(section.order + "HHIIII", body)
    return _packet(section, kind, section.interface(number), body, (captured, wire))


def _packet(
    section: _Section, kind: int, interface: _Interface | None, body: bytes, lengths: tuple[int, int]
) -> Block | None:
    captured, wire = lengths
    end = 20 + captured
    if interface is None or captured > LONGEST or end > len(body):
        return None
    frame = Frame(body[20:end], max(wire, captured), interface.link)
    return _Packet(section, kind, interface, body[:12], frame, body[end + -captured % 4 :])


def _simple(section: _Section, kind: int, body: bytes) -> Block | None:
    del kind
    interface = section.interface(0)
    if interface is None or len(body) < 4:
        return None
    wire: int = section.word.unpack_from(body)[0]
    captured = min(wire, interface.snap.length or wire)
    if captured > min(LONGEST, len(body) - 4):
        return None
    return _Simple(section, interface.snap, Frame(body[4 : 4 + captured], wire, interface.link))


def _statistics(section: _Section, kind: int, body: bytes) -> Block | None:
    if len(body) < 12:
        return None
    interface = section.interface(section.word.unpack_from(body)[0])
    return None if interface is None else _Described(section, kind, body[:12], body[12:], interface, stamped=True)


def _names(section: _Section, kind: int, body: bytes) -> Block | None:
    del kind
    return _Names(section, body)


_READERS: Mapping[int, Callable[[_Section, int, bytes], Block | None]] = {
    SECTION: _section,
    INTERFACE: _interface,
    ENHANCED: _enhanced,
    PACKET: _obsolete,
    SIMPLE: _simple,
    NAMES: _names,
    STATISTICS: _statistics,
}
