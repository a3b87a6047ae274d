"""What a batch remembers about its destination, in one SQLite file.

A row an input: under which digest of its name, what it was, by which rules it was written, and how that ended. Names,
contents and learned values stand here as digests under the key alone, so the file tells nothing without it; names of
outputs are scrubbed and stand as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Self

from scrubber.model import InputError, KeyFileError, ScrubError
from scrubber.pseudonyms.key import Key

SCHEMA = 1
PENDING = "pending"
"""The outcome of an input whose output may have been published by a run that did not end."""
PAUSE = 1.0
"""Seconds of work that a killed run may have to do again."""
_MARK = 16
_MANY = 500
"""Values asked for at once."""
_TABLES = """
CREATE TABLE IF NOT EXISTS about(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs(
    id BLOB PRIMARY KEY, tag BLOB, content BLOB, setup BLOB, lexicon BLOB,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, output BLOB NOT NULL, folded BLOB NOT NULL, done REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outputs ON inputs(folded);
CREATE TABLE IF NOT EXISTS outdated(output BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned(value BLOB PRIMARY KEY) WITHOUT ROWID;
"""


Keep = Callable[[bool], None]
"""Keeps a copy of the file; the argument says whether it must, or may wait."""


class Row(NamedTuple):
    """What is known about an input. Digests are under the key; ``None`` where nothing may be relied on."""

    tag: bytes | None
    content: bytes | None
    setup: bytes | None
    lexicon: bytes | None
    """Of everything that was learned when the output was written."""
    outcome: str
    reason: str = ""
    output: str = ""
    done: float = 0.0
    """Seconds since 1970."""


class Records:
    """The memory of one destination, in use by one run. Errors of all methods: :class:`InputError`."""

    def __init__(self, path: Path, key: Key | None, keep: Keep | None = None) -> None:
        """``key``: ``None`` when nothing is read that depends on it. ``keep`` is called whenever the file is whole.

        Errors also: :class:`KeyFileError` when the destination was written with another key.
        """
        self._keep = keep
        with _named():
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.executescript(_TABLES)
            self._base.execute("BEGIN IMMEDIATE")
        self._saved = monotonic()
        try:
            self._check("schema", str(SCHEMA).encode(), InputError("the state is of another version of scrubber"))
            if key is not None:
                mark = key.digest(b"batch-key", b"", _MARK)
                self._check("key", mark, KeyFileError("the destination was written with another key"))
        except ScrubError:
            self._base.close()
            raise

    def _check(self, name: str, value: bytes, error: Exception) -> None:
        with _named():
            self._base.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (name, value))
            (known,) = self._base.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        if known != value:
            raise error

    def told(self, name: str) -> bytes:
        """What a run before has told under this name; nothing when none has."""
        with _named():
            row = self._base.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return b"" if row is None else bytes(row[0])

    def tell(self, name: str, value: bytes) -> None:
        """Tell the runs to come."""
        with _named():
            self._base.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.save()
        finally:
            self._base.close()

    def save(self, *, must: bool = True) -> None:
        """Bring everything to the disk; ``must``: and to wherever else it is kept, however long ago that was done."""
        with _named():
            self._base.execute("COMMIT")
        try:
            if self._keep is not None:
                self._keep(must)
        finally:
            with _named():
                self._base.execute("BEGIN IMMEDIATE")
        self._saved = monotonic()

    def _changed(self) -> None:
        if monotonic() - self._saved >= PAUSE:
            self.save(must=False)

    # --- inputs

    def row(self, name: bytes) -> Row | None:
        """What is known about the input with this digest of its name."""
        with _named():
            found = self._base.execute(
                "SELECT tag, content, setup, lexicon, outcome, reason, output, done FROM inputs WHERE id = ?", (name,)
            ).fetchone()
        return None if found is None else Row(*found)._replace(output=_text(found[6]))

    def put(self, name: bytes, row: Row) -> None:
        """What is known from now on."""
        output = _raw(row.output)
        with _named():
            self._base.execute(
                "INSERT OR REPLACE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (name, *row[:6], output, _raw(row.output.casefold()), row.done),
            )
        self._changed()

    def forget(self, name: bytes) -> None:
        """Know nothing of an input any more."""
        with _named():
            self._base.execute("DELETE FROM inputs WHERE id = ?", (name,))
        self._changed()

    def taken(self, output: str, name: bytes) -> bool:
        """Whether another input has this output, or one that differs from it in case alone."""
        with _named():
            found = self._base.execute(
                "SELECT 1 FROM inputs WHERE folded = ? AND id <> ? LIMIT 1", (_raw(output.casefold()), name)
            )
            return found.fetchone() is not None

    def before(self, moment: float) -> list[tuple[bytes, Row]]:
        """What was done before a moment, in seconds since 1970, oldest first."""
        with _named():
            names = self._base.execute("SELECT id FROM inputs WHERE done < ? ORDER BY done", (moment,)).fetchall()
        rows = ((name, self.row(name)) for (name,) in names)
        return [(name, row) for name, row in rows if row is not None]

    def is_empty(self) -> bool:
        """Whether nothing is known of any input."""
        with _named():
            return self._base.execute("SELECT 1 FROM inputs LIMIT 1").fetchone() is None

    # --- outputs that another took the place of

    def outdate(self, output: str) -> None:
        """An output is to be removed."""
        with _named():
            self._base.execute("INSERT OR IGNORE INTO outdated VALUES (?)", (_raw(output),))

    def outdated(self) -> list[str]:
        """Outputs to be removed: nobody's any more."""
        with _named():
            self._base.execute("DELETE FROM outdated WHERE output IN (SELECT output FROM inputs)")
            return [_text(output) for (output,) in self._base.execute("SELECT output FROM outdated")]

    def is_outdated(self, output: str) -> bool:
        """Whether an output is to be removed."""
        with _named():
            found = self._base.execute("SELECT 1 FROM outdated WHERE output = ?", (_raw(output),))
            return found.fetchone() is not None

    def removed(self, output: str) -> None:
        """It is."""
        with _named():
            self._base.execute("DELETE FROM outdated WHERE output = ?", (_raw(output),))

    # --- what was learned

    def unknown(self, values: Iterable[bytes]) -> set[bytes]:
        """Those of the digests that no run before has learned."""
        unknown = set(values)
        waiting = list(unknown)
        with _named():
            for start in range(0, len(waiting), _MANY):
                part = waiting[start : start + _MANY]
                marks = ",".join("?" * len(part))
                found = self._base.execute(f"SELECT value FROM learned WHERE value IN ({marks})", part)  # noqa: S608 - question marks alone
                unknown.difference_update(value for (value,) in found)
        return unknown

    def learn(self, values: Iterable[bytes]) -> None:
        """All outputs know these values from now on."""
        with _named():
            self._base.executemany("INSERT OR IGNORE INTO learned VALUES (?)", ((value,) for value in values))


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "not usable")
        raise InputError(f"the state of the batch: {name.lower()}") from None


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
