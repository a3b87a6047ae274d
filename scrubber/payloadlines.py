"""Payloads of packets as ngrep prints them: with a dot for every octet that cannot be printed, line ends among them.

They are cut at the width of the terminal and stand two blanks further in (``-W normal``), or are one line below the
addresses (``-W none``) or behind them (``-W single``). A value that was cut is in no line; so a payload is read with
its rows joined and with the dots that are line ends as CR LF, and is printed again in rows of the same width.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from scrubber.dots import FIELD, NAME, is_binary, lined, printed

NARROWEST: Final = 16
"""Signs in a row of the narrowest terminal."""
SURE: Final = 3
"""So many rows, all but the last as wide as each other, may be lines of another text."""
USUAL: Final = 59
"""Signs in a row of a narrow terminal, but more than lines of a list have."""
STRIPPED: Final = 16
"""Blanks that an editor may have taken from the end of a row."""
LONGEST_HEAD: Final = 160
"""Bytes of a line with addresses."""
LONGEST_LEAD: Final = 256
"""Bytes of a line before a message in it."""
LONGEST_START: Final = 1200
"""Bytes of a request line."""

_INDENT: Final = b"  "
_END = rb"[0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z.]{1,16})?(?::[0-9]{1,5})?"
_HEAD = re.compile(
    rb"[A-Z?][0-9]?(?:\([0-9]{1,3}\))? (?:[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:.]{8,15} |\+[0-9]{1,12}\.[0-9]{1,9} )?"
    + _END + rb" -> " + _END
    + rb"(?: \[[A-Z]{0,9}\])?(?: [0-9]{1,3}:[0-9]{1,3})?(?: \+?[0-9]{1,5}@[0-9]{1,5}:[0-9]{1,5})?(?: #[0-9]{1,10})?"
)  # fmt: skip
"""Protocol, time, both ends, flags of TCP, kind of ICMP, fragment, count."""
_BLANK = re.compile(rb"[ \t\r]*\Z")
_OCTETS = re.compile(rb"(?:[0-9a-f]{2} ){8}")
"""A row of ``ngrep -x``."""
_NEXT = re.compile(rb"\r?(?:\Z|\n(?:\Z|\r?\n|#|[A-Z?][0-9(]?[^\n]{1,100} -> ))")
"""What follows a payload that is one line; others go on below."""
_METHOD = re.compile(rb"(?:\A|[ \t:])([A-Z]{3,16})\Z")
_DOTTED = re.compile(rb"SIP/2\.0(?: [1-6][0-9]{2} [^\n.]{0,64})?\.\.(?=" + NAME + rb")")
"""What in a line tells of a message in it whose line ends are dots."""


def is_head(line: bytes) -> bool:
    """Whether a line is the one above a payload, or begins like it: what is before it belongs to another packet."""
    return _HEAD.match(line[:LONGEST_HEAD]) is not None


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload of a block of text."""

    start: int
    """Where in the block it begins, with its indent."""
    end: int
    """Where it ends, without the end of its line."""
    text: bytes
    """What it says, with line ends."""
    rows: tuple[tuple[int, int], ...]
    """Where in the text, and in the block, each row begins."""
    width: int = 0
    """Signs in a row; 0 for a payload that is one line whatever its length."""
    indent: bytes = b""
    ending: bytes = b"\n"
    """What stands between two rows."""
    is_padded: bool = False
    """Whether the last row is as long as the others."""
    is_stripped: bool = False
    """Whether rows have lost the blanks at their ends."""

    def printed(self, new: bytes) -> bytes:
        """A text as this payload is printed."""
        rows = _cut(printed(new), self.width)
        if self.is_padded:
            rows[-1] += b" " * (self.width - _signs(rows[-1]))
        if self.is_stripped:
            rows = [row.rstrip(b" ") for row in rows]
        return self.ending.join([self.indent + row for row in rows])


def _signs(row: bytes) -> int:
    return len(row) if row.isascii() else len(row.decode("utf-8", "surrogateescape"))


def _cut(text: bytes, width: int) -> list[bytes]:
    if not width or len(text) <= width:
        return [text]
    if text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    signs = text.decode("utf-8", "surrogateescape")
    return [signs[at : at + width].encode("utf-8", "surrogateescape") for at in range(0, len(signs), width)]


class Joined:
    """A block as it reads when its payloads are joined."""

    def __init__(self, block: bytes, found: list[Payload]) -> None:
        pieces: list[bytes] = []
        self._places: list[tuple[int, int]] = []
        done = size = 0
        for payload in found:
            before = block[done : payload.start]
            self._places.append((size, done))
            if before and not before.endswith(b"\n"):
                before += b"\n"
            pieces += (before, payload.text)
            size += len(before)
            self._places += [(size + at, place) for at, place in payload.rows]
            size += len(payload.text)
            done = payload.end
        self._places.append((size, done))
        self._block = block
        self.text = b"".join([*pieces, block[done:]])

    def place(self, offset: int) -> int:
        """The offset in the block of an offset in the text."""
        index = bisect_right(self._places, (offset, 1 << 62)) - 1
        at, place = self._places[index]
        found = place + offset - at
        return min(found, self._places[index + 1][1]) if index + 1 < len(self._places) else found

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same for both ends of something."""
        begin = self.place(start)
        return begin, max(begin, self.place(end - 1) + 1) if end > start else begin

    def lines(self) -> list[int]:
        """For each line of the text the number of the line of the block where it begins, from 0."""
        numbers: list[int] = []
        number = position = start = 0
        for line in self.text.split(b"\n"):
            place = self.place(start)
            number += self._block.count(b"\n", position, place)
            position = max(position, place)
            numbers.append(number)
            start += len(line) + 1
        return numbers


def joined(block: bytes) -> Joined | None:
    """A block with its payloads joined; ``None`` where it holds none."""
    found = payloads(block)
    return Joined(block, found) if found else None


def through(block: bytes, read: Callable[[bytes], bytes], message: Callable[[bytes], bytes]) -> bytes:
    """A block whose payloads are read by ``message`` and printed as they were, and the rest of it by ``read``."""
    found = payloads(block)
    if not found:
        return read(block)
    pieces: list[bytes] = []
    done = 0
    for payload in found:
        if done < payload.start:
            pieces.append(read(block[done : payload.start]))
        pieces.append(payload.printed(message(payload.text)))
        done = payload.end
    if done < len(block):
        pieces.append(read(block[done:]))
    return b"".join(pieces)


def payloads(block: bytes) -> list[Payload]:
    """The payloads in a block of whole lines, in order."""
    headed = block.find(b" -> ") >= 0
    if not headed and block.find(b"..") < 0:
        return []
    places = [(start, end, True) for start, end in _heads(block)] if headed else []
    places += [(match.start(), match.end(), False) for match in _DOTTED.finditer(block)]
    if not places:
        return []
    found = list(_found(block, sorted(places)))
    widths = {payload.width for payload in found if _is_sure(payload)}
    found = [payload for payload in found if len(payload.rows) == 1 or payload.width in widths]
    widest = max(widths, default=0)
    return [_settled(payload, widest) for payload in found] if widest else found


def _is_sure(payload: Payload) -> bool:
    """Whether rows are those of a terminal for certain: what are lines must not be joined."""
    if len(payload.rows) == 1:
        return False
    return (
        (not payload.is_stripped and (len(payload.rows) > SURE or payload.width >= USUAL))
        or b"\r\n" in payload.text
        or is_binary(payload.text)
        or payload.is_padded
    )


def _settled(payload: Payload, widest: int) -> Payload:
    """A payload of one row in a terminal whose width other rows tell."""
    if not payload.indent or payload.width or len(payload.text) > widest:
        return payload
    fields = (payload.start, payload.end, payload.text, payload.rows, widest, payload.indent, payload.ending)
    return Payload(*fields, payload.is_padded, payload.is_stripped)


def _heads(block: bytes) -> Iterator[tuple[int, int]]:
    """Lines with addresses: where they begin, and where what ngrep says in them ends."""
    at = block.find(b" -> ")
    while at >= 0:
        start = block.rfind(b"\n", max(0, at - LONGEST_HEAD), at) + 1
        match = _HEAD.match(block, start, start + LONGEST_HEAD) if start or at <= LONGEST_HEAD else None
        if match is not None:
            yield start, match.end()
        at = block.find(b" -> ", at + 4)


def _found(block: bytes, places: list[tuple[int, int, bool]]) -> Iterator[Payload]:
    done = 0
    for start, end, is_a_head in places:
        if start < done:
            continue
        begin = _below(block, end) if is_a_head else _begin(block, start)
        if begin < done:
            continue
        if block[begin : begin + 2] == _INDENT and block[begin - 1 : begin] in (b"", b"\n"):
            payload, done = _wrapped(block, begin)
        else:
            done = _line_end(block, begin)
            payload = _single(block, begin, done)
        if payload is not None:
            yield payload


def _line_end(block: bytes, start: int) -> int:
    end = block.find(b"\n", start)
    return len(block) if end < 0 else end


def _below(block: bytes, end: int) -> int:
    """Where the payload begins that stands below or behind the addresses; -1 if nowhere."""
    line = _line_end(block, end)
    if _BLANK.match(block, end, line):
        return line + 1 if line + 1 < len(block) else -1
    return end + 1 if block[end : end + 1] == b" " else -1


def _begin(block: bytes, version: int) -> int:
    """Where the message begins whose start line has that version, or the row of it; -1 if nowhere."""
    first = max(0, version - LONGEST_LEAD - LONGEST_START)
    line = block.rfind(b"\n", first, version) + 1
    if first and not line:
        return -1
    begin = version
    if block[version + 7 : version + 8] != b" ":
        target = block.rfind(b" ", line, max(line, version - 1))
        method = _METHOD.search(block[max(line, target - 17) : max(line, target)])
        if method is None or block[version - 1 : version] != b" ":
            return -1
        begin = target - len(method[1])
    if begin - line > LONGEST_LEAD or block.count(b'"', line, begin) % 2:
        return -1
    return line if block[line:begin] == _INDENT else begin


def _single(block: bytes, begin: int, end: int) -> Payload | None:
    """A payload that is a line, or the rest of one."""
    if block[end - 1 : end] == b"\r":
        end -= 1
    text = lined(block[begin:end]) if FIELD.search(block, begin, end) else block[begin:end]
    taken = _NEXT.match(block, end) is not None if is_binary(text) else b"\r\n" in text
    if not taken:
        return None
    return Payload(begin, end, text, ((0, begin),))


def _wrapped(block: bytes, begin: int) -> tuple[Payload | None, int]:
    """A payload in rows, and where what was looked at ends; none if the rows are not those of a terminal."""
    rows: list[bytes] = []
    at = begin
    while block.startswith(_INDENT, at):
        end = _line_end(block, at)
        rows.append(block[at + 2 : end])
        at = end + 1
    end = min(at - 1, len(block))
    ending = b"\r\n" if all(row[-1:] == b"\r" for row in rows[:-1]) and len(rows) > 1 else b"\n"
    if rows[-1][-1:] == b"\r":
        rows[-1] = rows[-1][:-1]
        end -= 1
    if ending == b"\r\n":
        rows[:-1] = [row[:-1] for row in rows[:-1]]
    sizes = list(map(_signs, rows))
    width = max(sizes)
    if _OCTETS.match(rows[0]) or (len(rows) > 1 and (width < NARROWEST or width - min(sizes[:-1]) > STRIPPED)):
        return None, end
    is_padded = sizes[-1] == width and rows[-1][-1:] == b" " and not rows[-1].isspace()
    starts: list[tuple[int, int]] = []
    size, place = 0, begin
    pieces: list[bytes] = []
    for row, signs in zip(rows, sizes, strict=True):
        starts.append((size, place + 2))
        place += 2 + len(row) + len(ending)
        pieces.append(row + b" " * (width - signs) if len(pieces) < len(rows) - 1 else row)
        size += len(pieces[-1])
    if is_padded:
        pieces[-1] = pieces[-1].rstrip(b" ")
    is_known = len(rows) > 1 or is_padded
    text = lined(b"".join(pieces))
    stripped = len(rows) > 1 and min(sizes[:-1]) < width
    payload = Payload(begin, end, text, tuple(starts), width if is_known else 0, _INDENT, ending, is_padded, stripped)
    return payload, end
