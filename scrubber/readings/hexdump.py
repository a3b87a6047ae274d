"""Hexadecimal dumps of whole packets or payloads: the octets they show, and the same rows around other octets.

tcpdump ``-X`` and ``-XX``, tshark and Wireshark ``-x``, ``ngrep -x``, ``hexdump -C``, ``xxd``. A dump is understood
when its offsets follow one another and its text column, where there is one, says the same as its octets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

LONGEST: Final = 1 << 18
"""Octets of a dump that are read; what a longer one shows is no packet."""
WIDEST: Final = 64
"""Octets of a row."""

_ROW = re.compile(rb"([ \t]{0,16})((?:0x)?)([0-9A-Fa-f]{4,8})(:?)([ \t]{1,3})(?=[0-9A-Fa-f]{2})(.{2,400})", re.DOTALL)
_GROUP = re.compile(rb"([ \t]{0,3})((?:[0-9A-Fa-f]{2}){1,8})(?=[ \t]|\Z)")
_PRINT = bytes(byte if 32 <= byte < 127 else 46 for byte in range(256))
_GRAPH = bytes(byte if 33 <= byte < 127 else 46 for byte in range(256))
_TABLES: Final = (_PRINT, _GRAPH)
"""How a text column shows octets: tshark and ngrep leave a blank, tcpdump makes it a full stop, too."""

_STYLES: Final = ((False, False), (False, True), (True, False), (True, True))


class _Row(NamedTuple):
    """What stands before the octets of a row, and behind."""

    head: bytes
    offset: int
    rest: bytes


class _Shape(NamedTuple):
    """How the rows of a dump are written."""

    width: int
    """Octets of a full row."""
    blanks: tuple[bytes, ...]
    """What stands before each octet of a full row."""
    column: int = 0
    """Where the text column begins in what follows the offset; 0 without one."""
    bars: bool = False
    table: bytes = _PRINT
    half: bool = False
    """Whether a blank parts the text column after its eighth character."""
    trimmed: bool = True
    """Whether blanks at the end of a row are missing."""


class Dump(NamedTuple):
    """Rows of lines that show octets: half-open line numbers, and what they show."""

    start: int
    end: int
    octets: bytes
    rows: tuple[_Row, ...]
    shape: _Shape
    tail: bytes

    def around(self, octets: bytes) -> list[bytes]:
        """Lines that show other octets in the same way."""
        shape = self.shape
        first = self.rows[0]
        indent, prefix, digits, mark, gap = _parts(first.head)
        lines = []
        for at in range(0, len(octets), shape.width):
            offset = b"%0*x" % (len(digits), first.offset + at)
            if digits.upper() == digits and any(row.head.upper() == row.head != row.head.lower() for row in self.rows):
                offset = offset.upper()
            row = octets[at : at + shape.width]
            lines.append(indent + prefix + offset + mark + gap + _line(row, shape) + self.tail)
        return lines


def _parts(head: bytes) -> tuple[bytes, ...]:
    match = _ROW.fullmatch(head + b"00")
    return match.groups()[:5] if match is not None else (b"", b"", head, b"", b"")


def _line(row: bytes, shape: _Shape) -> bytes:
    text = b"".join([blank + b"%02x" % octet for blank, octet in zip(shape.blanks, row, strict=False)])
    if shape.column:
        text = text.ljust(shape.column) + _column(row, shape)
    return text.rstrip() if shape.trimmed else text


def _column(row: bytes, shape: _Shape) -> bytes:
    shown = row.translate(shape.table)
    if shape.half and len(shown) > 8:
        shown = shown[:8] + b" " + shown[8:]
    return b"|" + shown + b"|" if shape.bars else shown


def dumps(lines: Sequence[bytes]) -> Iterator[Dump]:
    """The dumps in a row of lines, in order. Rows that are not understood belong to none. Never raises."""
    number = 0
    while number < len(lines):
        row = _row(lines[number])
        if row is None:
            number += 1
            continue
        rows = [row]
        while number + len(rows) < len(lines) and len(rows) * WIDEST < LONGEST:
            following = _row(lines[number + len(rows)])
            if following is None or not 0 < following.offset - rows[-1].offset <= WIDEST:
                break
            if len(rows) > 1 and following.offset - rows[-1].offset != rows[1].offset - rows[0].offset:
                break
            rows.append(following)
        tail = b"\r" if lines[number].endswith(b"\r") else b""
        dump = _dump(number, rows, tail)
        if dump is not None:
            yield dump
        number += len(rows)


def _row(line: bytes) -> _Row | None:
    match = _ROW.fullmatch(line.rstrip(b"\r"))
    return None if match is None else _Row(line[: match.start(6)], int(match[3], 16), match[6])


def _dump(number: int, rows: list[_Row], tail: bytes) -> Dump | None:
    """The dump that the rows are, in the first shape that all of them have."""
    width = rows[1].offset - rows[0].offset if len(rows) > 1 else 0
    for shape in _full_shapes(rows, width) if width else _only_shapes(rows[0]):
        octets = b""
        for index, row in enumerate(rows):
            found = _octets(row, shape, last=index == len(rows) - 1)
            if found is None:
                break
            octets += found
        else:
            return Dump(number, number + len(rows), octets, tuple(rows), shape, tail)
    return None


def _groups(rest: bytes, count: int) -> tuple[tuple[bytes, ...], bytes, int] | None:
    """The blanks before each of the first ``count`` octets, the octets, and where they end."""
    blanks: list[bytes] = []
    digits = b""
    position = 0
    while len(digits) < 2 * count:
        match = _GROUP.match(rest, position)
        if match is None or len(digits) + len(match[2]) > 2 * count:
            return None
        blanks += [match[1], *([b""] * (len(match[2]) // 2 - 1))]
        digits += match[2]
        position = match.end()
    return tuple(blanks), bytes.fromhex(digits.decode()), position


def _full_shapes(rows: list[_Row], width: int) -> Iterator[_Shape]:
    """The shapes that the first, full row of a dump may have."""
    first = _groups(rows[0].rest, width)
    if first is None:
        return
    blanks, octets, end = first
    trimmed = not any(row.rest.endswith(b" ") for row in rows)
    yield from _columns(rows[0].rest, octets, end, _Shape(width, blanks, trimmed=trimmed))


def _only_shapes(row: _Row) -> Iterator[_Shape]:
    """The shapes that a dump of one row may have, whose text column tells how many octets there are."""
    for count in range(16, 0, -1):
        found = _groups(row.rest, count)
        if found is not None and row.rest[found[2] :].strip():
            blanks, octets, end = found
            filled = tuple(blanks[index] if index < count else b" " for index in range(16))
            yield from _columns(row.rest, octets, end, _Shape(16, filled))


def _columns(rest: bytes, octets: bytes, end: int, bare: _Shape) -> Iterator[_Shape]:
    """The shapes whose text column stands where that of a row does; the column may begin with blanks of its own."""
    behind = rest[end:]
    if not behind.strip():
        yield bare
        return
    start = end + len(behind) - len(behind.lstrip(b" \t"))
    for column in range(max(end + 1, start - 8), start + 1):
        for table in _TABLES:
            for bars, half in _STYLES:
                shape = bare._replace(column=column, table=table, bars=bars, half=half)
                if _says(rest[column:], octets, shape):
                    yield shape


def _says(text: bytes, octets: bytes, shape: _Shape) -> bool:
    return text.rstrip() == _column(octets, shape).rstrip()


def _octets(row: _Row, shape: _Shape, *, last: bool) -> bytes | None:
    """The octets of a row, when its text column agrees."""
    shown = row.rest[: shape.column] if shape.column else row.rest
    digits = b"".join(shown.split())
    if len(digits) % 2 or not digits or len(digits) > 2 * shape.width or (len(digits) < 2 * shape.width and not last):
        return None
    try:
        octets = bytes.fromhex(digits.decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    return octets if not shape.column or _says(row.rest[shape.column :], octets, shape) else None
