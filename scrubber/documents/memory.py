"""SQLite databases that stand in memory, opened so that nothing in them can run, grow or go anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from scrubber.model import InputError

MAGIC: Final = b"SQLite format 3\0"
LARGEST: Final = 1 << 28
"""Bytes of a database; both the one that is read and the new one stand in memory."""
LONGEST: Final = 1 << 24
"""Bytes of one value."""
STEPS: Final = 1 << 16
ROUNDS: Final = 1 << 14
"""How often a connection may take so many steps of SQLite's machine."""
DAMAGED: Final = "a damaged or encrypted database: export its tables as text first"
_PAGE: Final = 1024
_SETTINGS: Final = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "foreign_keys = OFF",
    "recursive_triggers = OFF",
    "ignore_check_constraints = ON",
    "temp_store = MEMORY",
    "journal_mode = OFF",
)


class Text(bytes):
    """A value of the type TEXT; octets without this name are a BLOB."""

    __slots__ = ()


def opened(chunks: Iterator[bytes]) -> sqlite3.Connection:
    """The database that a file holds, for reading. Raises :class:`InputError` for what is too large or damaged."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > LARGEST:
            raise InputError(f"a database larger than {LARGEST >> 20} MiB; export it as SQL text instead")
    if not data.startswith(MAGIC) or len(data) < 512:
        raise InputError(DAMAGED)
    # A database in write-ahead mode asks for a second file; these two octets of the header say so.
    data[18:20] = b"\x01\x01"
    connection = fresh()
    try:
        connection.deserialize(bytes(data))
        connection.execute("PRAGMA query_only = ON")
        healthy = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == b"ok"
    except (sqlite3.Error, UnicodeError, MemoryError, OverflowError):
        healthy = False
    if not healthy:
        connection.close()
        raise InputError(DAMAGED)
    return connection


def fresh() -> sqlite3.Connection:
    """An empty database with limits on what its statements may cost."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.text_factory = Text
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, LONGEST),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    ):
        connection.setlimit(limit, most)
    for setting in _SETTINGS:
        connection.execute("PRAGMA " + setting)
    rounds = 0

    def exhausted() -> bool:
        nonlocal rounds
        rounds += 1
        return rounds > ROUNDS

    connection.set_progress_handler(exhausted, STEPS)
    return connection


def like(source: sqlite3.Connection) -> sqlite3.Connection:
    """An empty database with the page size and the numbers of another one, which cannot grow beyond twice the limit."""
    connection = fresh()
    for setting in ("page_size", "encoding", "user_version", "application_id"):
        value = source.execute(f"PRAGMA {setting}").fetchone()[0]
        written = f"'{value.decode()}'" if isinstance(value, bytes) else str(value)
        connection.execute(f"PRAGMA {setting} = {written}")
    size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    connection.execute(f"PRAGMA max_page_count = {2 * LARGEST // max(size, _PAGE // 2)}")
    return connection
