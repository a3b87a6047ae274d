"""How a table in text is written: its separator and quotes, whether its first row names the columns, and their kinds.

A table without names is judged by what stands in its columns. Layouts that programs never name are known by sight: the
call detail records and channel events of Asterisk (``cdr/cdr_csv.c``, ``cel/cel_custom.c``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from scrubber.pseudonyms import time
from scrubber.readings.denial import DATE
from scrubber.readings.vocabulary import WORDS

SEPARATORS: Final = (b",", b";", b"\t", b"|", b"!")
ROWS: Final = 200
"""Rows by which a table is judged."""
NAME: Final = b"displayname"
NUMBER: Final = b"number"
CALLER: Final = b"callerid"
MEASURE: Final = b"duration"
TIME: Final = b"timestamp"
"""The names by which a column is read that has none of its own."""
CDR: Final = (
    b"accountcode src dst dcontext callerid channel dstchannel lastapp lastdata start answer end duration billsec"
    b" disposition amaflags uniqueid userfield peeraccount linkedid sequence"
).split()
CEL: Final = b"eventtype time cidname cidnum ani rdnis dnid exten context channel app appdata".split()
CEL_END: Final = b"accountcode uniqueid linkedid peer userfield eventtype extra".split()
"""Between these two parts, the flags may stand or not."""
_EVENTS: Final = frozenset(
    b"CHAN_START CHAN_END LINKEDID_END ANSWER HANGUP APP_START APP_END PARK_START PARK_END BRIDGE_ENTER BRIDGE_EXIT"
    b" BLINDTRANSFER ATTENDEDTRANSFER PICKUP FORWARD LOCAL_OPTIMIZE LOCAL_OPTIMIZE_BEGIN".split()
)
_DISPOSITIONS: Final = frozenset((b"ANSWERED", b"NO ANSWER", b"BUSY", b"FAILED", b"CONGESTION", b"UNKNOWN"))
_UNIQUE = re.compile(rb"(?:[A-Za-z0-9._-]{1,64}-)?1[0-9]{9}\.[0-9]{1,9}")
_NUMBER = re.compile(rb"[+*#]?[0-9(][0-9 ()./#*-]{0,24}")
_MEASURE = re.compile(rb"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_EPOCH = re.compile(rb"1[4-9][0-9]{8}")
_DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d")
_CALLER = re.compile(rb'"?[^<>]{0,128}"?\s?<[+0-9A-Za-z*#._-]{0,64}>')
_PERSON = re.compile(
    rb"(?:[A-Z\x80-\xff][A-Za-z'.\x80-\xff-]{0,31})(?: [A-Za-z\x80-\xff][A-Za-z'.\x80-\xff-]{0,31}){1,4}"
)
_LABEL = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_ ./()#%\x80-\xff-]{0,47}")

Rows = Sequence[Sequence[bytes]]


class Dialect(NamedTuple):
    """How the rows of a table are written."""

    separator: bytes = b","
    quoted: bool = True
    """Whether values may stand in double quotes, which are doubled inside."""


class Columns(NamedTuple):
    """What the columns of a table hold."""

    names: tuple[bytes, ...] = ()
    """By position; empty where nothing is said."""
    header: bool = False
    """Whether the first row holds these names."""


def fields(separator: bytes) -> re.Pattern[bytes]:
    """A pattern for one value of a row: its first group is what stands between quotes, its second a bare value."""
    mark = re.escape(separator)
    return re.compile(rb'[ ]*+"((?:[^"]|"")*+)"[ ]*+(?=%b|\Z)|([^%b]*+)' % (mark, mark), re.DOTALL)


def cut(row: bytes, dialect: Dialect, pattern: re.Pattern[bytes]) -> list[tuple[int, int, bool]]:
    """Where the values of a row stand, and whether quotes stand around them. A row comes without its line end."""
    if not dialect.quoted or b'"' not in row:
        found, position = [], 0
        for piece in row.split(dialect.separator):
            found.append((position, position + len(piece), False))
            position += len(piece) + 1
        return found
    found, position = [], 0
    while True:
        match = pattern.match(row, position)
        if match is None:
            return found
        group = 1 if match[1] is not None else 2
        found.append((*match.span(group), group == 1))
        position = match.end() + 1
        if position > len(row):
            return found


def recognised(sample: Sequence[bytes]) -> Dialect | None:
    """The dialect in which nearly all rows of a sample have the same number of values; None when there is none."""
    best: tuple[float, int, Dialect] | None = None
    for separator in SEPARATORS:
        quoted = _is_quoted(sample, separator)
        dialect = Dialect(separator, quoted)
        pattern = fields(separator)
        counts = [len(cut(row, dialect, pattern)) for row in sample]
        usual = max(set(counts), key=counts.count) if counts else 0
        share = counts.count(usual) / len(counts) if counts else 0
        if usual < 2 or share < 0.8:
            continue
        rank = (round(share, 1), usual, dialect)
        if best is None or rank[:2] > best[:2]:
            best = rank
    return None if best is None else best[2]


def _is_quoted(sample: Sequence[bytes], separator: bytes) -> bool:
    return any(
        row.lstrip(b" ").startswith(b'"') or separator + b'"' in row or separator + b' "' in row for row in sample
    )


def columns(rows: Rows, known: Callable[[bytes], bool]) -> Columns:
    """What the columns hold; ``known`` says whether a name of a column means something."""
    if not rows:
        return Columns()
    if is_header(rows[0], rows[1:], known):
        named = tuple(NAME if name.strip().lower() in (b"name", b"names") else name.strip() for name in rows[0])
        return Columns(named, header=True)
    width = max(map(len, rows))
    layout = _layout(rows)
    if layout:
        return Columns(tuple(layout[:width]) + (b"",) * (width - len(layout)))
    return Columns(
        tuple(TIME if _counts(rows, at) else _kind([row[at] for row in rows if at < len(row)]) for at in range(width))
    )


def _counts(rows: Rows, at: int) -> bool:
    """Whether a column holds seconds since 1970: each row says the day of them once more, in another column."""
    filled = [row for row in rows if at < len(row) and row[at].strip()]
    return bool(filled) and all(_EPOCH.fullmatch(row[at].strip()) and _says_day(row, int(row[at])) for row in filled)


def _says_day(row: Sequence[bytes], seconds: int) -> bool:
    """Whether a cell is the day of a time, or the one before or after it where clocks are ahead or behind."""
    days = {
        (datetime.fromtimestamp(seconds, UTC) + timedelta(days)).strftime(form).encode()
        for days in (-1, 0, 1)
        for form in _DAYS
    }
    return any(cell.strip()[:10] in days or cell.strip()[:8] in days for cell in row)


def is_header(first: Sequence[bytes], rest: Rows, known: Callable[[bytes], bool]) -> bool:
    """Whether a first row names the columns: names that differ, half of them known, none of them seen below."""
    names = [cell.strip().lower() for cell in first]
    filled = [name for name in names if name]
    if len(filled) < 2 or len(set(filled)) < len(filled) or not all(map(_LABEL.fullmatch, filled)):
        return False
    said = sum(1 for name in filled if known(name) or name in (b"name", b"id"))
    if 2 * said < len(filled):
        return False
    below = {cell.strip().lower() for row in rest for cell in row}
    return not any(name in below for name in filled if name not in WORDS)


def _layout(rows: Rows) -> list[bytes]:
    """The names of a layout that is known by sight."""
    hits = [_is_record(row) for row in rows]
    if 5 * sum(hits) >= 4 * len(hits):
        return CDR
    events = [row for row in rows if len(row) >= 16 and row[0] in _EVENTS]
    if 2 * len(events) < len(rows):
        return []
    flags = int(not any(_UNIQUE.fullmatch(row[13]) for row in events))
    if not all(_UNIQUE.fullmatch(row[13 + flags]) for row in events):
        return []
    return [*CEL, *[b""] * flags, *CEL_END]


def _is_record(row: Sequence[bytes]) -> bool:
    if len(row) < 15 or row[14] not in _DISPOSITIONS or not (row[12].isdigit() and row[13].isdigit()):
        return False
    return all(not row[at] or time.NOTATIONS.fullmatch(row[at]) for at in (9, 10, 11))


def _kind(cells: Sequence[bytes]) -> bytes:
    """The name by which the values of a column are read."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return b""
    most = 0.7 * len(filled)

    def share(pattern: re.Pattern[bytes]) -> bool:
        return sum(1 for cell in filled if pattern.fullmatch(cell)) >= most

    if share(time.NOTATIONS) or share(DATE):
        return b""
    if share(_NUMBER):
        short = sum(1 for cell in filled if len(cell) < 3 and cell.isdigit())
        return MEASURE if 5 * short >= len(filled) and share(_MEASURE) else NUMBER
    if share(_CALLER):
        return CALLER
    return NAME if share(_PERSON) else b""
