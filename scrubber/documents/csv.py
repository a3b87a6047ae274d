"""Tables in text: values between commas, semicolons, tabs, pipes (RFC 4180), with or without a row of names.

A value is read by the name of its column. Where a table has none, what stands in a column says what it is, and each
value is still judged by itself. Separators, quotes and line ends stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scrubber.documents.cell import Cells
from scrubber.documents.dialect import MEASURE, ROWS, Columns, Dialect, columns, cut, fields, recognised
from scrubber.engine import PLAIN, records

LONGEST: Final = 1 << 16
"""Bytes of a row; one that goes on longer has lost a quote and ends with its line."""
_MEASURED: Final = frozenset(b"0123456789.")


class Table:
    """One table, block by block."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._dialect: Dialect | None = None
        self._pattern = fields(b",")
        self._columns = Columns()
        self._heading = False

    def read(self, rows: Sequence[bytes]) -> bytes:
        """Whole rows with their line ends."""
        if self._dialect is None:
            self._look(rows)
        return b"".join(map(self._row, rows))

    @property
    def is_quoted(self) -> bool:
        """Whether a row may go on behind the end of a line."""
        return self._dialect is None or self._dialect.quoted

    def _look(self, rows: Sequence[bytes]) -> None:
        """Find out how the table is written and what its columns hold."""
        sample = [row.rstrip(b"\r\n") for row in rows[: ROWS + 1] if row.strip()]
        dialect = self._dialect = recognised(sample) or Dialect()
        pattern = self._pattern = fields(dialect.separator)
        values = [[row[a:b].replace(b'""', b'"') for a, b, _ in cut(row, dialect, pattern)] for row in sample]
        self._columns = columns(values, lambda name: self._cells.rule(name) is not None)
        self._heading = self._columns.header

    def _row(self, row: bytes) -> bytes:
        text = row.rstrip(b"\r\n")
        if not text:
            return row
        dialect, names, read = self._dialect or Dialect(), self._columns.names, self._cells.read
        pieces: list[bytes] = []
        position = 0
        for number, (start, end, quoted) in enumerate(cut(text, dialect, self._pattern)):
            if start == end:
                continue
            raw = text[start:end]
            value = raw.replace(b'""', b'"') if quoted else raw
            if self._heading:
                new = self._cells.name(value)
            else:
                told = names[number] if number < len(names) else b""
                new = self._cells.denied(value) if told is MEASURE and not _is_measure(value) else read(told, value)
            if new != value:
                pieces += (text[position:start], _written(new, dialect, quoted=quoted))
                position = end
        self._heading = False
        return b"".join((*pieces, text[position:], row[len(text) :]))


def _is_measure(value: bytes) -> bool:
    return len(value) < 14 and _MEASURED.issuperset(value.strip())


def _written(value: bytes, dialect: Dialect, *, quoted: bool) -> bytes:
    """A value as its place asks for it."""
    if quoted:
        return value.replace(b'"', b'""')
    if dialect.separator in value or b"\n" in value:
        return b'"' + value.replace(b'"', b'""') + b'"' if dialect.quoted else value.replace(dialect.separator, b"_")
    return value


def rows(text: bytes, *, quoted: bool, last: bool) -> tuple[list[bytes], int]:
    """The whole rows at the beginning of a text with their line ends, and where they end."""
    lines = text.splitlines(keepends=True) if b"\r" not in text.replace(b"\r\n", b"") else _lines(text)
    if not last and lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    if not quoted or b'"' not in text:
        return lines, sum(map(len, lines))
    found: list[bytes] = []
    number, end = 0, 0
    while number < len(lines):
        row, taken = lines[number], 1
        if row.count(b'"') % 2:
            row, taken = _joined(lines, number)
            if not taken and not last and sum(map(len, lines[number:])) < LONGEST:
                break
            row, taken = (row, taken) if taken else (lines[number], 1)
        found.append(row)
        end += len(row)
        number += taken
    return found, end


def _lines(text: bytes) -> list[bytes]:
    """Lines by their line feeds alone."""
    lines = [line + b"\n" for line in text.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _joined(lines: Sequence[bytes], first: int) -> tuple[bytes, int]:
    """The row that begins in a line with an odd number of quotes, and its lines; no line when it does not end."""
    size, quotes = 0, 0
    for number in range(first, len(lines)):
        size += len(lines[number])
        quotes += lines[number].count(b'"')
        if size > LONGEST:
            break
        if not quotes % 2:
            return b"".join(lines[first : number + 1]), number + 1 - first
    return b"", 0


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of some rows and what becomes of them."""
    table = Table(cells)
    rest = b""
    for block in records(chunks, PLAIN):
        data = rest + block
        whole, end = rows(data, quoted=table.is_quoted, last=False)
        rest = data[end:]
        if end:
            yield data[:end], table.read(whole)
    if rest:
        whole, _ = rows(rest, quoted=table.is_quoted, last=True)
        yield rest, table.read(whole)
