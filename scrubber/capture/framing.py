"""One direction of a TCP connection as a row of messages: found, rewritten one by one, found again after a loss.

What belongs to no message is blanked at its length. All work is linear in the octets, but for a bounded effort each
time octets arrive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, LONGEST, MORE, Memory, Stream
from scrubber.values import Values

Protocols = Callable[[bytes, Flow], Stream | None]
"""From the octets where a message may begin to its protocol."""
Named = Callable[[str], Stream | None]
"""From what :attr:`Stream.after` says to the protocol."""
Emit = Callable[[int, bytes], None]
"""Takes what has been dealt with: a number of old octets, and what stands for them."""

UNRECOGNISED = "unrecognised stream"
CONTRADICTING = "TCP segment that contradicts an earlier one"
LOST = 1 << 16
"""Octets without any message after which nothing is waited for, and messages are looked for where segments begin."""

_HEAD = 1024  # octets that are shown to the protocols
_LEAST = 16  # octets that are enough to recognise any protocol
_WINDOW = 4096  # octets in which the length of a message is looked for first
_SMALL = 8192  # octets that may be looked at each time some arrive
_CREDIT = 64  # octets of longer messages that may be looked at again for each octet that arrives
_WAIT = -1
_TEXT = bytes(sorted({*range(32, 256), 9, 10, 13} - {127}))
_LINE = re.compile(rb"[^\r\n]++")


class Framing:
    """Cuts octets into messages and has them rewritten."""

    __slots__ = (
        "_buffer",
        "_credit",
        "_emit",
        "_fixed",
        "_flow",
        "_line",
        "_lost",
        "_memory",
        "_named",
        "_need",
        "_protocols",
        "_segment",
        "_skip",
        "_stream",
        "_to",
        "_tried",
        "_unseen",
    )

    def __init__(self, flow: Flow, protocols: Protocols, named: Named, to: Values, emit: Emit) -> None:
        self._flow = flow
        self._protocols = protocols
        self._named = named
        self._to = to
        self._emit = emit
        self._buffer = bytearray()
        self._segment = 0  # where in the buffer the latest octets begin
        self._fixed: Stream | None = None  # the protocol that an earlier message switched to
        self._stream: Stream | None = None  # the protocol of the message at the start of the buffer
        self._need = MORE  # the length of that message
        self._tried = 0  # octets in which that length was not to be found
        self._credit = 0
        self._skip = 0  # octets that are left of a message that was cut
        self._lost = False  # whether a message is searched for
        self._line = False  # whether what was searched so far ends with a line end
        self._unseen = 0  # octets without a message
        self._memory = Memory()  # of what earlier messages said

    def __len__(self) -> int:
        """Octets that wait for the end of their message, and those that later ones may refer to."""
        return len(self._buffer) + len(self._memory.octets)

    def forget(self) -> None:
        """Keep nothing of earlier messages."""
        self._memory = Memory()

    def feed(self, octets: bytes) -> None:
        """Take the next octets, those of one segment."""
        self._segment = len(self._buffer)
        self._buffer += octets
        self._credit += _CREDIT * len(octets)
        self._work(final=False)

    def flush(self) -> None:
        """Deal with everything that waits, as with messages that were cut."""
        self._work(final=True)

    def gap(self, octets: int) -> None:
        """As many octets, at least one, are lost behind those that were fed; what they become is not emitted here."""
        self.flush()
        self.forget()
        ahead = self._skip - octets
        self._skip = max(ahead, 0)
        self._lost = ahead < 0
        self._line = False

    def alone(self, octets: bytes) -> bytes:
        """What stands for octets that are no part of the row: one whole message, or blanks."""
        stream = self._protocols(octets[:_HEAD], self._flow)
        new = None
        if stream is not None and stream.length(octets) == len(octets):
            new = stream.rewrite(octets, self._flow, self._to)
        return self._to.blank(octets, CONTRADICTING) if new is None else new

    def _work(self, *, final: bool) -> None:
        buffer = self._buffer
        at = 0
        while at < len(buffer):
            if self._skip:
                step = min(self._skip, len(buffer) - at)
                self._skip -= step
                self._blank(at, step)
            elif self._lost:
                step = self._search(at, final=final)
            else:
                step = self._message(at, final=final)
            if step == _WAIT:
                break
            at += step
        del buffer[:at]
        self._segment -= at

    # --- messages

    def _message(self, at: int, *, final: bool) -> int:
        """Octets dealt with where a message should begin."""
        size = len(self._buffer) - at
        stream = self._stream
        if stream is None:
            stream = self._recognised(at) or self._announced(at)
            if size < _LEAST and not final:
                return self._short(at, stream)
            if stream is None:
                self._lost = True
                self._line = False
                return 0
            self._stream = stream
        need = self._need or self._length(at, stream, final=final)
        if need == MORE and size < LONGEST and not final:
            return _WAIT
        if MORE < need <= size and need <= LONGEST:
            return self._whole(at, stream, need)
        if size < need <= LONGEST and not final:
            self._need = need
            return _WAIT
        if need < MORE:
            size = next(self._starts(at, first=False), (len(self._buffer), None))[0] - at
        elif need <= LONGEST:
            self._skip = max(need - size, 0)
        return self._cut(at, stream, size)

    def _short(self, at: int, stream: Stream | None) -> int:
        # Too few octets to tell protocols apart, but a short message may be whole already.
        octets = bytes(self._buffer[at:])
        length = stream.length(octets) if stream is not None else MORE
        return self._whole(at, stream, length) if stream is not None and 0 < length <= len(octets) else _WAIT

    def _length(self, at: int, stream: Stream, *, final: bool) -> int:
        size = len(self._buffer) - at
        if self._tried and size > _SMALL and self._credit < size and not final:
            return MORE
        width = size if self._tried else _WINDOW
        length = stream.length(bytes(self._buffer[at : at + width]))
        while length == MORE and width < size:
            width *= 4
            length = stream.length(bytes(self._buffer[at : at + width]))
        self._credit = max(self._credit - size, 0)
        self._tried = size
        return max(length, DAMAGED)

    def _whole(self, at: int, stream: Stream, length: int) -> int:
        octets = bytes(self._buffer[at : at + length])
        self._done(octets, self._rewritten(stream, octets, self._flow))
        name = stream.after(octets) if stream.after is not None else ""
        if name:
            self._fixed = self._named(name)
        return length

    def _cut(self, at: int, stream: Stream, length: int) -> int:
        octets = bytes(self._buffer[at : at + length])
        self._done(octets, self._rewritten(stream, octets, self._flow._replace(cut=True)))
        self.forget()
        self._lost = not self._skip
        self._line = octets.endswith(b"\n")
        return length

    def _rewritten(self, stream: Stream, octets: bytes, flow: Flow) -> bytes | None:
        if stream.remembering is None:
            return stream.rewrite(octets, flow, self._to)
        return stream.remembering(octets, flow, self._to, self._memory)

    def _done(self, octets: bytes, new: bytes | None) -> None:
        self._emit(len(octets), self._to.blank(octets, UNRECOGNISED) if new is None else new)
        self._stream = None
        self._need = MORE
        self._tried = self._unseen = 0

    # --- what belongs to no message

    def _announced(self, at: int) -> Stream | None:
        """The protocol that an earlier message switched to, unless no message of it can begin here."""
        fixed = self._fixed
        if fixed is None or fixed.length(bytes(self._buffer[at : at + _HEAD])) == DAMAGED:
            return None
        return fixed

    def _recognised(self, at: int) -> Stream | None:
        head = bytes(self._buffer[at : at + _HEAD])
        fixed = self._fixed
        return fixed if fixed is not None and fixed.begins(head, self._flow) else self._protocols(head, self._flow)

    def _search(self, at: int, *, final: bool) -> int:
        """Octets blanked before the place where a message begins or may begin."""
        size = len(self._buffer)
        place, stream = next(self._starts(at, first=True, final=final), (size, None))
        if stream is not None:
            self._stream = stream
            self._lost = False
            self._unseen = 0
        elif place == at:
            return _WAIT
        if place > at:
            self._line = self._buffer[place - 1] == 10
            self._unseen += place - at if stream is None else 0
            self._cross(at, place - at)
        return place - at

    def _starts(self, at: int, *, first: bool, final: bool = False) -> Iterator[tuple[int, Stream | None]]:
        """Where messages begin behind ``at``, and their protocol; ``None`` where more octets have to tell."""
        size = len(self._buffer)
        hears = self._unseen < LOST
        for place, line in self._places(at, first=first) if hears else ((max(at, self._segment), False),):
            stream = self._recognised(place)
            if size - place >= _LEAST or final:
                if stream is not None:
                    yield place, stream
            elif line:
                yield place, None
            elif stream is not None and MORE < stream.length(bytes(self._buffer[place:])) <= size - place:
                yield place, stream

    def _places(self, at: int, *, first: bool) -> Iterator[tuple[int, bool]]:
        """Where a message may begin, and whether that is the start of a line."""
        buffer = self._buffer
        segment = self._segment
        if first:
            yield at, self._line and buffer[at : at + 1].isupper()
        place = buffer.find(b"\n", at) + 1
        while 0 < place < len(buffer):
            if at < segment < place:
                yield segment, False
            if segment <= place:
                segment = 0
            if 65 <= buffer[place] <= 90:  # lines of headers and bodies hardly cost anything
                yield place, True
            elif place == self._segment:
                yield place, False
            place = buffer.find(b"\n", place) + 1
        if segment > at:
            yield segment, False

    def _blank(self, at: int, length: int) -> None:
        self._emit(length, self._to.blank(bytes(self._buffer[at : at + length]), UNRECOGNISED))

    def _cross(self, at: int, length: int) -> None:
        """As :meth:`_blank`, but text stays lines, or a reader would take what follows for the rest of something."""
        octets = bytes(self._buffer[at : at + length])
        if length < _LEAST or octets.translate(None, _TEXT):
            self._blank(at, length)
            return
        new = self._to.blank(octets, UNRECOGNISED, b"x")
        self._emit(length, new if new == octets else _LINE.sub(_crossed, octets))


def _crossed(line: re.Match[bytes]) -> bytes:
    return b"x" * len(line[0])
