"""IP packets from their fragments, and the fragments from the rewritten packet (RFC 791, RFC 8200 section 4.5).

Messages of SCTP come in pieces, too, which are numbered (RFC 9260 section 6.9).

Where pieces overlap, the first that came wins. The memory is bounded: the oldest packets are given up.
"""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.capture.packet import Fragment

PENDING = 256
"""Packets that wait for more pieces."""
OCTETS = 4 << 20
"""Octets of all pieces that wait."""
PIECES = 1024
"""Pieces of one packet; one that has more is given up."""
_NUMBERS = 1 << 32
_COST = 64
"""Octets that a piece counts besides its own."""


class Pieces:
    """One IP packet and its fragments, in the order in which they came."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.cost = 0
        self._held = 0
        self._last: Fragment | None = None

    def __repr__(self) -> str:
        return f"Pieces({len(self.fragments)} fragments)"

    def add(self, fragment: Fragment) -> None:
        """Take one more piece."""
        self.fragments.append(fragment)
        self.cost += len(fragment.payload) + _COST
        self._held += len(fragment.payload)
        if self._last is None and not fragment.more:
            self._last = fragment

    def whole(self) -> bytes | None:
        """All octets behind the IP header, ``None`` while some are missing."""
        last = self._last
        if last is None:
            return None
        end = last.offset + len(last.payload)
        if self._held < end:
            return None
        reached = 0
        for piece in sorted(self.fragments, key=_offset):
            if piece.offset > reached:
                return None
            reached = max(reached, piece.offset + len(piece.payload))
        if reached < end:
            return None
        octets = bytearray(end)
        for piece in reversed(self.fragments):  # the first that came is written last and stands
            place = slice(piece.offset, min(piece.offset + len(piece.payload), end))
            if piece.offset < end:
                octets[place] = piece.payload[: end - piece.offset]
        return bytes(octets)

    def split(self, octets: bytes) -> Sequence[bytes]:
        """The payload of each fragment, in the order in which they came, once ``octets`` stand for the whole packet.

        Offsets stay; the last piece takes what the packet grew or shrank by. Where it shrank by more than that, zeros
        stand behind it, which the length in the next header does not count.
        """
        last = self._last
        start = last.offset if last is not None else 0
        octets = octets.ljust(start + 1, b"\0")
        return [
            octets[piece.offset :]
            if not piece.more and piece.offset == start
            else octets[piece.offset : piece.offset + len(piece.payload)].ljust(len(piece.payload), b"\0")
            for piece in self.fragments
        ]


class Numbered(Pieces):
    """The same of pieces that are numbered one after the other, within 32 bits."""

    def whole(self) -> bytes | None:
        """The octets of all pieces from the first to the last one."""
        row = self._row()
        return None if row is None else b"".join([piece.payload for piece in row])

    def split(self, octets: bytes) -> Sequence[bytes]:
        """As above; a piece that is none of the message becomes zeros."""
        row = self._row() or []
        new: dict[int, bytes] = {}
        at = 0
        for place, piece in enumerate(row, 1):
            size = len(piece.payload)
            end = len(octets) if place == len(row) else at + size
            new[piece.number] = octets[at:end].ljust(1 if place == len(row) else size, b"\0")
            at += size
        return [new.get(piece.number, bytes(len(piece.payload))) for piece in self.fragments]

    def _row(self) -> list[Fragment] | None:
        pieces = {piece.number: piece for piece in reversed(self.fragments)}
        first = next((piece.number for piece in self.fragments if not piece.offset), -1)
        if self._last is None or first < 0:
            return None
        count = (self._last.number - first) % _NUMBERS + 1
        if count > len(pieces):
            return None
        row = [pieces.get((first + place) % _NUMBERS) for place in range(count)]
        return [piece for piece in row if piece is not None] if None not in row else None


def _offset(fragment: Fragment) -> int:
    return fragment.offset


class Reassembly:
    """The packets of one capture of which pieces are still missing."""

    def __init__(self) -> None:
        self._pending: dict[tuple[bytes, ...], Pieces] = {}
        self._octets = 0
        self._lost: list[Pieces] = []

    def push(self, fragment: Fragment) -> Pieces:
        """The packet of which ``fragment`` is a piece; ask it whether it is :meth:`Pieces.whole` now.

        A packet that is whole is no longer pending: its key may be used anew. One that was given up because of this
        piece is among :meth:`lost`, maybe this one.
        """
        pieces = self._pending.get(fragment.key)
        if pieces is None:
            pieces = self._pending[fragment.key] = Pieces() if fragment.number < 0 else Numbered()
        self._octets -= pieces.cost
        pieces.add(fragment)
        self._octets += pieces.cost
        if len(pieces.fragments) > PIECES:
            self._give_up(fragment.key)
        while len(self._pending) > PENDING or self._octets > OCTETS:
            self._give_up(next(iter(self._pending)))
        return pieces

    def done(self, fragment: Fragment) -> None:
        """The packet of this piece is whole and dealt with."""
        pieces = self._pending.pop(fragment.key, None)
        if pieces is not None:
            self._octets -= pieces.cost

    def lost(self) -> list[Pieces]:
        """The packets that were given up since the last time this was asked; their pieces were never whole."""
        lost, self._lost = self._lost, []
        return lost

    def close(self) -> list[Pieces]:
        """All packets that are still incomplete, at the end of a capture."""
        lost = [*self.lost(), *self._pending.values()]
        self._pending.clear()
        self._octets = 0
        return lost

    def _give_up(self, key: tuple[bytes, ...]) -> None:
        pieces = self._pending.pop(key)
        self._octets -= pieces.cost
        self._lost.append(pieces)
