"""What the readers of capture formats give: blocks, with a frame or without."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from scrubber.capture.packet import Frame
from scrubber.values import Values

LONGEST = 4 * 262_144
"""Octets of the longest frame that is read: four times what tools let a snap length be."""
WRITTEN = 262_144
"""Octets of the longest frame that every tool reads."""
NANO = 10**9

CUT = "capture is cut: last record dropped"
DAMAGED = "capture is damaged: rest dropped"
REPAIRED = "capture record repaired: wire length below captured length"


class Block(Protocol):
    """A piece of a capture file: a packet record, a header, or a block of pcapng."""

    @property
    def frame(self) -> Frame | None:
        """What was captured, or ``None`` for a piece without a frame."""

    @property
    def time(self) -> int | None:
        """When the frame was captured, in nanoseconds since 1970; ``None`` where nothing tells."""

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        """The piece as it goes out.

        ``frame`` stands in place of its frame: captured length, wire length and padding follow; ``None`` drops a
        record. Its own metadata goes through ``to``, its time moves by ``shift_ns`` nanoseconds. A learning pass
        calls it as well, since names and addresses in metadata are learned here. Never raises.
        """


class Ready(NamedTuple):
    """Octets that go out as they are: a header that tells nothing, or records that were rewritten already."""

    octets: bytes

    @property
    def frame(self) -> Frame | None:
        """No frame that anybody has still to read."""
        return None

    @property
    def time(self) -> int | None:
        """No frame, no time."""
        return None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        """The octets, whatever stands in for the frame that they do not have."""
        del frame, to, shift_ns
        return self.octets


class Snap(NamedTuple):
    """How many octets of a frame may go out."""

    length: int
    """The snap length of the file or interface; 0 for none."""

    def cut(self, frame: Frame, captured: int) -> tuple[bytes, int]:
        """The octets and the wire length of ``frame``, which stands for one of ``captured`` octets.

        Readers refuse or cut what is longer than the snap length, so a frame that grew beyond it is cut there, as
        the capture program would have done it; a frame that was longer already may stay as long.
        """
        data = frame.data
        wire = max(frame.wire, len(data))
        most = max(min(self.length or WRITTEN, WRITTEN), captured)
        return (data if len(data) <= most else data[:most]), wire


def padded(data: bytes) -> bytes:
    """``data`` and the zeros that lead to a multiple of four."""
    return data + bytes(-len(data) % 4)
