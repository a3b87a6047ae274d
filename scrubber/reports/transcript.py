"""The SIP messages of a log in their order, with the time and the ends that the lines around them tell.

A message is found as the passes find it (:mod:`scrubber.readings.extent`, :mod:`scrubber.readings.inset`): bare, behind
the prefix of each line, further in, flattened into one line by escaped line ends, or as a string in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scrubber import banner
from scrubber.banner import Banner
from scrubber.grammar import sip
from scrubber.heard import Heard
from scrubber.model import Format
from scrubber.payloadlines import joined
from scrubber.readings import inset
from scrubber.readings.extent import Extent, Extents
from scrubber.readings.jsonline import looks_like_json, scrub_json
from scrubber.readings.textline import escaped_newlines
from scrubber.stamp import Clock
from scrubber.terminal import uncoloured

LONGEST = 1 << 17
"""Octets of a message that are given; a longer one is cut."""
ABOVE = 12
"""Lines above a message that may tell about it: as many as the header of a ``sipdump`` file has."""
SAYING = 6
"""How many of these lines may say anything where they are no such header."""
DEPTH = 2
"""Notations around a message: one that is flattened within JSON."""

_VERSION = re.compile(rb"(?i:SIP)/[0-9]{1,4}\.[0-9]{1,4}(?![0-9]*/)")
"""What every start line holds; in a Via field a slash stands behind it."""
_METHODS = rb"INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE"
_BEHIND = re.compile(rb"[^ ]{0,255}?[^ A-Za-z-]((?:" + _METHODS + rb") [^ ]{3,} SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} )")
"""A start line right behind the octets of a header, as ``tcpdump -A`` prints them."""
_START = re.compile(
    rb"(?:" + _METHODS + rb")[ \t]|[!-~]{1,64}[ \t]{1,8}<?(?i:sips?|tel|urn|im|pres|https?):[^ \t]|(?i:SIP)/"
)
"""How the text of a start line begins; a sentence with a colon in it may pass for one otherwise."""
_FIELD = re.compile(rb"[A-Za-z][A-Za-z-]{0,63}[ \t]{0,4}:")
_TIMED = re.compile(rb"time: ")
_KEYED = re.compile(rb"[a-z]{2,8}: |[~=]{8}")


class _Told(NamedTuple):
    """What the log tells about a message outside of it."""

    time: float | None = None
    way: Banner = banner.NOTHING
    place: int = 0
    """The line of what holds the message in another notation; 0 where it stands as it is."""


_NOTHING = _Told()


class Transcript:
    """Reads the blocks of one log."""

    def __init__(self, fmt: Format) -> None:
        self._text_start = fmt.text_start
        self._extents = Extents(fmt)
        self._clock = Clock()

    def heard(self, blocks: Iterable[bytes]) -> Iterator[Heard]:
        """The messages of blocks of whole lines, in order. Never raises."""
        first = 1
        for block in blocks:
            if b"IP/" in block or b"ip/" in block:
                yield from self._shown(uncoloured(block), first)
            first += block.count(b"\n")

    def _shown(self, block: bytes, first: int) -> Iterator[Heard]:
        """The messages of a block without colours, payloads that are cut into rows read as a whole."""
        shown = joined(block)
        if shown is None:
            yield from self._block(block, first, _NOTHING, 0)
            return
        lines = shown.lines()
        for one in self._block(shown.text, 1, _NOTHING, 0):
            yield one._replace(place=first + lines[one.place - 1])

    def _block(self, block: bytes, first: int, around: _Told, depth: int) -> Iterator[Heard]:
        lines = block.split(b"\n")
        cuts = inset.cuts(block, lines, self._text_start)
        done = 0
        told = around
        for number in _numbers(block):
            if number < done:
                continue
            line, cut = lines[number], cuts.get(number, 0) or _behind(lines, number)
            rows, start = lines, number
            if cut and number + 1 in cuts:
                rows, start = _stretch(lines, number, cuts), 0
            elif cut:
                lines[number] = line[cut:]
            text = self._extents.text(rows[start])
            if _START.match(text) is None or not sip.is_start_line(text):
                for inner in _unfolded(line[self._text_start(line) :]) if depth < DEPTH else ():
                    within = around if around.place else _Told(self._clock.read(line), place=first + number)
                    yield from self._block(inner, 0, within, depth + 1)
                continue
            head = line[: cut or self._text_start(line)]
            # What comes in one piece with the message before it has no banner of its own.
            told = self._told(head, lines, number, done) or (told if done and number - done <= 1 else around)
            before = first + number - start
            for extent in self._extents_from(rows, start):
                message = self._message(rows, extent)
                if message:
                    time = around.time if told.time is None else told.time
                    way = told.way
                    yield Heard(
                        around.place or before + extent.start, time, way.source, way.destination, way.transport, message
                    )
                done = number - start + extent.end

    def _extents_from(self, rows: list[bytes], start: int) -> Iterator[Extent]:
        """The message at a line, and those that follow it without a line end."""
        while True:
            extent = self._extents.at(rows, start)
            yield extent
            if not extent.glued:
                return
            start = extent.end - 1
            rows[start] = rows[start][extent.glued :]

    def _told(self, head: bytes, lines: Sequence[bytes], number: int, done: int) -> _Told | None:
        """Time and way of the message at a line, told by what stands before it and by the lines above."""
        saying = [head] if head else []
        blanks = 0
        keyed = False
        for above in range(number - 1, max(done, number - ABOVE) - 1, -1):
            line = lines[above]
            if not line.strip():
                blanks += 1
                if blanks > 1 or len(saying) > 1:
                    break
                continue
            keyed = keyed or _KEYED.match(line) is not None
            saying.append(line)
            if len(saying) >= SAYING and not keyed:
                break
        timed = sorted(saying, key=lambda line: _TIMED.match(line) is None) if keyed else saying
        times = (self._clock.read(line) for line in timed)
        time, way = next((time for time in times if time is not None), None), banner.read(saying)
        return None if time is None and way is banner.NOTHING else _Told(time, way)

    def _message(self, rows: Sequence[bytes], extent: Extent) -> bytes:
        """The message; empty for a start line alone, as fragments in bodies are."""
        if extent.blank == extent.start + 1:
            return b""
        text = self._extents.text
        header = b"\r\n".join(map(text, rows[extent.start : extent.blank]))
        body = list(map(text, rows[extent.blank + 1 : extent.end]))
        if extent.glued:
            body[-1] = rows[extent.end - 1][: extent.glued]
        elif body:
            body.append(b"")
        return (header + b"\r\n\r\n" + b"\r\n".join(body))[:LONGEST]


def _numbers(block: bytes) -> Iterator[int]:
    """The lines that may be start lines, or hold a whole message."""
    number = position = 0
    for version in _VERSION.finditer(block):
        counted = block.count(b"\n", position, version.start())
        if counted or not position:
            number += counted
            yield number
        position = version.start()


def _behind(lines: Sequence[bytes], number: int) -> int:
    """Where a start line begins that follows other octets at once; 0 for an ordinary line."""
    match = _BEHIND.match(lines[number])
    if match is None or number + 1 >= len(lines) or _FIELD.match(lines[number + 1]) is None:
        return 0
    return match.start(1)


def _stretch(lines: Sequence[bytes], first: int, cuts: dict[int, int]) -> list[bytes]:
    """The lines of a message that stand further in, without what stands before them."""
    end = first
    while end in cuts:
        end += 1
    return [lines[number][cuts[number] :] for number in range(first, end)]


def _unfolded(text: bytes) -> list[bytes]:
    """The texts of several lines that are written into one."""
    found: list[bytes] = []

    def member(key: bytes, value: bytes) -> bytes:
        del key
        if b"\n" in value and _VERSION.search(value):
            found.append(value)
        return value

    def inner(value: bytes) -> bytes:
        found.append(value)
        return value

    if looks_like_json(text):
        scrub_json(text, member)
    if not found:
        escaped_newlines(text.removesuffix(b"\r"), inner)
    return found
