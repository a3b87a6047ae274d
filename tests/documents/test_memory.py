from __future__ import annotations

import sqlite3

import pytest

from scrubber.documents import memory
from scrubber.model import InputError


def database(*statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(";".join(statements))
    connection.commit()
    return connection.serialize()


GOOD = database("CREATE TABLE t (a)", "INSERT INTO t VALUES ('x'),(x'00')")


def test_texts_and_blobs_are_told_apart() -> None:
    rows = [row[0] for row in memory.opened(iter((GOOD,))).execute("SELECT a FROM t")]
    assert [type(row) for row in rows] == [memory.Text, bytes]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SQLite format 3\0",
        b"x" * 1024,
        GOOD[:600],
        GOOD[:100] + bytes(len(GOOD) - 100),
        GOOD[:16] + b"\xff" * 3000,
    ],
)
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        memory.opened(iter((data,)))


def test_large_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LARGEST", 4096)
    with pytest.raises(InputError, match="larger than"):
        memory.opened(iter((GOOD, GOOD)))


def test_nothing_can_be_written_or_attached() -> None:
    source = memory.opened(iter((GOOD,)))
    for statement in ("INSERT INTO t VALUES (1)", "ATTACH 'x' AS y"):
        with pytest.raises(sqlite3.Error):
            source.execute(statement)


def test_endless_statements_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROUNDS", 2)
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    with pytest.raises(sqlite3.OperationalError):
        memory.fresh().execute(endless)


def test_what_a_database_is_stays() -> None:
    source = memory.opened(
        iter((database("PRAGMA user_version = 7", "PRAGMA application_id = 9", "CREATE TABLE t (a)"),))
    )
    target = memory.like(source)
    assert [target.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")] == [7, 9]
