"""Capture files built by hand, and what the readers make of them."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable

from scrubber.capture import container
from scrubber.capture.packet import Frame
from scrubber.values import Values

FRAMES = (b"first frame", bytes(range(64)), b"x" * 61, b"")


def pcap(
    frames: Iterable[bytes] = FRAMES,
    *,
    order: str = "<",
    number: int = 0xA1B2C3D4,
    version: tuple[int, int] = (2, 4),
    snap: int = 65535,
    link: int = 1,
) -> bytes:
    """A file whose frames come at one second each and were cut by one octet."""
    out = [struct.pack(order + "IHHiIII", number, *version, 0, 0, snap, link)]
    more = struct.pack(order + "IHBx", 0, 0x0800, 4) if number == 0xA1B2CD34 else b""
    for place, frame in enumerate(frames):
        out.append(struct.pack(order + "IIII", 1_700_000_000 + place, 17, len(frame), len(frame) + 1) + more + frame)
    return b"".join(out)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(options: bytes = b"", order: str = "<", version: tuple[int, int] = (1, 0), length: int = -1) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, *version, length) + options, order)


def interface(options: bytes = b"", order: str = "<", link: int = 1, snap: int = 65535) -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, snap) + options, order)


def packet(
    frame: bytes, options: bytes = b"", order: str = "<", number: int = 0, time: int = 1 << 40, wire: int = 0
) -> bytes:
    head = struct.pack(order + "IIIII", number, time >> 32, time & 0xFFFF_FFFF, len(frame), wire or len(frame))
    return block(6, head + frame + bytes(-len(frame) % 4) + options, order)


def pcapng(frames: Iterable[bytes] = FRAMES, order: str = "<") -> bytes:
    return b"".join([section(order=order), interface(order=order), *(packet(frame, order=order) for frame in frames)])


def read(data: bytes, size: int = 1 << 20) -> tuple[list[container.Block], Counter[str]]:
    """The blocks of a file that comes in pieces of ``size``."""
    notes: Counter[str] = Counter()
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return list(container.blocks(pieces, notes)), notes


def frames(data: bytes) -> list[Frame]:
    return [block.frame for block in read(data)[0] if block.frame is not None]


def written(data: bytes, to: Values, shift_ns: int = 0, size: int = 1 << 20) -> bytes:
    """The file as it goes out with its frames unchanged."""
    return b"".join(block.encoded(block.frame, to, shift_ns) for block in read(data, size)[0])
