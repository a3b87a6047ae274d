"""SQLite databases, scrubbed through their own tables into a fresh database.

Nothing of the old file is copied but what its tables hold: no free pages, no journal, no statistics. A database that
cannot be read as a whole (damaged, encrypted, with virtual tables) is refused. Triggers and views are made again and
never called. Works in memory. Source: https://www.sqlite.org/fileformat.html, https://www.sqlite.org/security.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from scrubber.documents import schema
from scrubber.documents.cell import Cells
from scrubber.documents.inner import inner
from scrubber.documents.memory import DAMAGED, Text, like, opened
from scrubber.documents.row import held, named
from scrubber.engine import PLAIN, Learner, Rewriter, exposing
from scrubber.exposure import Exposure
from scrubber.model import Finding, Format, InputError, Place, RuleSet
from scrubber.textfile import located
from scrubber.values import Values

CHUNK: Final = 1 << 20
SMALL: Final = 1000
"""Numbers below this are counts and switches."""
ATTEMPTS: Final = 1 << 10
"""How often a row that must differ from others is changed until it does."""
BINARY: Final = "binary value of a database"
UNMADE: Final = "index or view of a database"
_NAMES: Final = str.maketrans("", "", "\0")

Value = bytes | int | float | None


@dataclass(frozen=True, slots=True)
class Database:
    """A database file as the passes go over it."""

    name: str = "sqlite"

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass. Raises :class:`InputError` for what cannot be read."""

        def lines(text: bytes) -> bytes:
            learner.feed(text, PLAIN)
            return text

        cells = Cells(Values(learner.reader, lines), inner)
        with closing(opened(chunks)) as source:
            for _ in _rows(source, cells):
                pass

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass: the octets of a fresh database."""
        cells = Cells(Values(rewriter.reader, rewriter.inner), inner)
        moved = rewriter.moved if rewriter.shift else None
        with closing(opened(chunks)) as source, closing(like(source)) as target:
            _copy(source, target, cells, moved)
            data = target.serialize()
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]

    def residues(self, chunks: Iterator[bytes], find: Callable[[bytes, Format], list[Finding]]) -> Iterator[Place]:
        """Where ``find`` meets an original in an output: its line is the number of the row, behind the schema."""
        with closing(opened(chunks)) as source:
            yield from located(lambda block: find(block, PLAIN), _texts(source))

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""
        shown = Exposure(rules)
        cells = Cells(Values(shown, exposing(shown, PLAIN)), inner)
        with closing(opened(chunks)) as source:
            for number, _ in enumerate(_rows(source, cells), 1):
                yield from [Place(rule, entity, 0, number) for entity, rule in shown.values.values()]
                shown.values.clear()


def _rows(source: sqlite3.Connection, cells: Cells) -> Iterator[list[Value]]:
    """Every row of every table, rewritten."""
    for table in _schema(source, cells).tables:
        for row in _read(source, table):
            yield _changed(table, row, cells)


def _schema(source: sqlite3.Connection, cells: Cells) -> schema.Schema:
    try:
        return schema.read(source, cells)
    except (sqlite3.Error, UnicodeError):
        raise InputError(DAMAGED) from None


def _read(source: sqlite3.Connection, table: schema.Table) -> Iterator[list[Value]]:
    names = ", ".join(map(schema.quoted, table.columns))
    try:
        for row in source.execute(f"SELECT {names} FROM {schema.quoted(table.name)} NOT INDEXED"):  # noqa: S608 - quoted
            yield list(row)
    except (sqlite3.Error, UnicodeError):
        raise InputError(DAMAGED) from None


def _changed(table: schema.Table, row: Sequence[Value], cells: Cells) -> list[Value]:
    names = [name.encode("utf-8", "surrogateescape") for name in table.columns]
    told = named(names, [value if isinstance(value, bytes) else b"" for value in row])
    return [_value(name, value, cells) for name, value in zip(told, row, strict=True)]


def _value(told: bytes, value: Value, cells: Cells) -> Value:
    if isinstance(value, Text):
        return Text(held(told, bytes(value), cells))
    if isinstance(value, bytes):
        return held(told, value, cells) if _is_text(value) else cells.to.blank(value, BINARY)
    if value is None or -SMALL < value < SMALL:
        return value
    rule = cells.rule(told)
    if isinstance(value, float) and (rule is None or rule.entity is None):
        return value
    raw = repr(value).encode()
    new = cells.read(told, raw)
    return value if new == raw else _number(new, value)


def _number(new: bytes, like_this: float) -> Value:
    """A number again where it can be one."""
    try:
        number = int(new) if isinstance(like_this, int) else float(new)
    except ValueError:
        return Text(new)
    return number if abs(number) < 1 << 63 else Text(new)


def _is_text(blob: bytes) -> bool:
    try:
        return blob.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _copy(
    source: sqlite3.Connection, target: sqlite3.Connection, cells: Cells, moved: Callable[[bytes], bytes] | None
) -> None:
    """Fill an empty database with what another one holds, rewritten."""
    plan = _schema(source, cells)
    try:
        target.execute("BEGIN")
        for table in plan.tables:
            target.execute(table.made)
            names = ", ".join(map(schema.quoted, table.new_columns))
            marks = ", ".join("?" * len(table.columns))
            insert = f"INSERT INTO {schema.quoted(table.new)} ({names}) VALUES ({marks})"  # noqa: S608 - quoted
            for row in _read(source, table):
                new = _changed(table, row, cells)
                _insert(target, insert, row, [_moved(value, moved) for value in new] if moved else new)
        target.execute("COMMIT")
    except (sqlite3.Error, UnicodeError, OverflowError):
        raise InputError("a database whose tables cannot be made again") from None
    for statement in plan.others:
        try:
            target.execute(statement)
        except (sqlite3.Error, sqlite3.Warning, UnicodeError):
            cells.reader.notes[UNMADE] += 1


def _insert(target: sqlite3.Connection, insert: str, old: Sequence[Value], new: Sequence[Value]) -> None:
    """A row in a table that may ask for values that differ; what stands for a secret is the same for all."""
    pairs = list(zip(old, new, strict=True))
    blank = [isinstance(after, bytes) and before != after and _is_blank(after) for before, after in pairs]
    for attempt in range(ATTEMPTS):
        change = blank if any(blank) and attempt < ATTEMPTS // 2 else [before != after for before, after in pairs]
        row = [
            _other(*pair, attempt) if differs and attempt else pair[1]
            for pair, differs in zip(pairs, change, strict=True)
        ]
        try:
            target.execute(insert, [_bound(value) for value in row])
        except sqlite3.IntegrityError:
            continue
        return
    raise InputError("a database with rows that cannot be told apart any more")


def _is_blank(value: bytes) -> bool:
    """Whether nothing of the original is left in a value, so that others may have become the same."""
    return value.startswith(b"REDACTED") or not value.translate(None, b"x. 0A\0")


def _other(old: Value, new: Value, attempt: int) -> Value:
    """A replaced value, made different from others of its kind."""
    if isinstance(new, Text):
        return None if isinstance(old, int | float) and attempt > 1 else Text(new + b"%d" % attempt)
    if isinstance(new, bytes):
        return new + b"%d" % attempt
    return new if new is None else new + attempt


def _bound(value: Value) -> str | bytes | int | float | None:
    return value.decode("utf-8", "replace").translate(_NAMES) if isinstance(value, Text) else value


def _moved(value: Value, moved: Callable[[bytes], bytes]) -> Value:
    """A value with its time moved."""
    if isinstance(value, Text):
        return Text(moved(value))
    if isinstance(value, int | float):
        raw = repr(value).encode()
        new = moved(raw)
        return value if new == raw else _number(new, value)
    return value


def _texts(source: sqlite3.Connection) -> Iterator[bytes]:
    """The statements of the schema and the rows of a database, each as a line."""
    try:
        for (sql,) in source.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"):
            yield bytes(sql).replace(b"\n", b" ") + b"\n"
        names = [
            bytes(name).decode() for (name,) in source.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for name in names:
            for row in source.execute(f"SELECT * FROM {schema.quoted(name)}"):  # noqa: S608 - quoted
                values = [value if isinstance(value, bytes) else repr(value).encode() for value in row]
                yield b"\t".join(values).replace(b"\n", b" ") + b"\n"
    except (sqlite3.Error, UnicodeError):
        raise InputError(DAMAGED) from None
