"""The schema of an SQLite database: its statements, with what their authors wrote into them taken out.

Names of tables and columns stay but for learned values and longer numbers; literals and comments are values of nobody.
Source: https://www.sqlite.org/schematab.html
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final, NamedTuple

from scrubber.documents.cell import Cells
from scrubber.model import InputError

TABLES: Final = 10_000
COLUMNS: Final = 2_000
_TOKEN = re.compile(
    rb"(?P<text>[xX]?'(?:[^']|'')*+')|(?P<name>\"(?:[^\"]|\"\")*+\"|`(?:[^`]|``)*+`|\[[^\]]*+\])"
    rb"|(?P<comment>--[^\n]*+|/\*.*?(?:\*/|\Z))|(?P<word>[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+)|(?P<rest>.)",
    re.DOTALL,
)
_OWN: Final = "sqlite_"
"""How the tables of SQLite itself are called: they are made anew."""


class Table(NamedTuple):
    """A table that is to be copied."""

    name: str
    made: str
    """The statement that makes it again."""
    new: str
    """Its name there."""
    columns: tuple[str, ...]
    """Those that hold values; SQLite computes others."""
    new_columns: tuple[str, ...]


class Schema(NamedTuple):
    """What a database is made of."""

    tables: tuple[Table, ...]
    others: tuple[str, ...]
    """Statements for indexes, views and triggers, to run when the tables are filled."""


def read(source: sqlite3.Connection, cells: Cells) -> Schema:
    """The schema of a database. Raises :class:`InputError` for what cannot be made again."""
    rows = source.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL LIMIT ?",
        (TABLES + 1,),
    ).fetchall()
    if len(rows) > TABLES:
        raise InputError("a database with too many tables")
    tables: list[Table] = []
    others: list[str] = []
    for kind, raw, sql in rows:
        name = _text(raw)
        if name.startswith(_OWN):
            continue
        made = _text(statement(bytes(sql), cells))
        if _text(kind) != "table":
            others.append(made)
        elif re.match(r"\s*CREATE\s+VIRTUAL", made, re.IGNORECASE):
            raise InputError("a database with virtual tables, whose rows cannot be read safely")
        else:
            held = _columns(source, name)
            tables.append(Table(name, made, _renamed(name, cells), held, tuple(_renamed(one, cells) for one in held)))
    return Schema(tuple(tables), tuple(others))


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def statement(sql: bytes, cells: Cells) -> bytes:
    """A statement of a schema with its literals and comments rewritten."""
    pieces = []
    for match in _TOKEN.finditer(sql):
        token, kind = match[0], match.lastgroup
        if kind == "text" and token[:1] == b"'":
            new = cells.denied(token[1:-1].replace(b"''", b"'")).replace(b"'", b"''")
            pieces.append(b"'" + new + b"'")
        elif kind == "text":
            pieces.append(b"x'" + b"0" * (len(token) - 3) + b"'" if cells.reader.replaces else token)
        elif kind == "comment":
            pieces.append(token[:2] + cells.denied(token[2:]))
        elif kind == "name":
            pieces.append(token[:1] + cells.name(token[1:-1]) + token[-1:])
        else:
            pieces.append(cells.name(token) if kind == "word" else token)
    return b"".join(pieces)


def _columns(source: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """The columns of a table but for those that SQLite computes."""
    found = tuple(_text(row[1]) for row in source.execute(f"PRAGMA table_xinfo({quoted(name)})") if row[6] == 0)
    if not 0 < len(found) <= COLUMNS:
        raise InputError("a table without columns, or with too many")
    return found


def _renamed(name: str, cells: Cells) -> str:
    return _text(cells.name(name.encode("utf-8", "surrogateescape")))


def _text(value: object) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
