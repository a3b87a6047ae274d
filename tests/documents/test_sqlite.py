from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator

import pytest

from scrubber.audit.residue import Residue
from scrubber.documents.sqlite import Database
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.model import InputError
from tests.documents.test_memory import database
from tests.passes import KEY, rule_set

STATEMENTS = (
    "CREATE TABLE astdb (key varchar(256), value varchar(256), PRIMARY KEY(key))",
    "INSERT INTO astdb VALUES ('/SIP/Registry/7351','198.51.100.4:5060:3600:7351:sip:7351@198.51.100.4:5060')",
    "INSERT INTO astdb VALUES ('/AMPUSER/7351/cidname','Wanda Blume'),('/AMPUSER/7351/password','hunter2w')",
    """CREATE TABLE users (id integer primary key autoincrement, ext integer unique, name text default 'Wanda',
    pw text unique, pic blob, seen real, big text generated always as (upper(name)) stored)""",
    """INSERT INTO users (ext, name, pw, pic, seen)
    VALUES (7351,'Wanda Blume','a1secret',x'0001ff57616e6461',1740938592.25)""",
    "INSERT INTO users (ext, name, pw, pic, seen) VALUES (7352,'Hugo Kranz','b2secret',CAST('Wanda' AS BLOB),NULL)",
    "CREATE TABLE pairs (a text primary key, b) WITHOUT ROWID",
    "INSERT INTO pairs VALUES ('Wanda', 7), ('yes', 'no')",
    "CREATE INDEX by_name ON users (name)",
    "CREATE VIEW wandas AS SELECT * FROM users WHERE name = 'Wanda Blume' /* Wanda */",
    "CREATE TRIGGER remember AFTER INSERT ON users BEGIN UPDATE users SET name = 'Hugo' WHERE id = new.id; END",
    "INSERT INTO pairs VALUES ('Wanda Blume was here', 'x')",
    "DELETE FROM pairs WHERE b = 'x'",
)


def passes(data: bytes) -> tuple[bytes, Engine]:
    kind, learner = Database(), Learner(rule_set())
    kind.learn(iter((data,)), learner)
    engine = Engine(rule_set(), KEY, learner.lexicon)
    return b"".join(kind.rewrite(iter((data,)), engine.rewriter(PLAIN))), engine


def rows(data: bytes, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return connection.execute(query).fetchall()


def test_a_database_is_made_again() -> None:
    before = database(*STATEMENTS)
    after, engine = passes(before)
    assert [
        name
        for name in (b"Wanda", b"WANDA", b"Blume", b"Hugo", b"Kranz", b"hunter", b"7351", b"secret'")
        if name in after
    ] == []
    assert rows(after, "PRAGMA integrity_check") == [("ok",)]
    names = "SELECT type, name FROM sqlite_schema ORDER BY name"
    assert rows(after, names) == rows(before, names)
    for table in ("astdb", "users", "pairs"):
        kinds = f"SELECT {', '.join(f'typeof({column})' for column in columns(before, table))} FROM {table}"
        assert rows(after, kinds) == rows(before, kinds)
    first, second = rows(after, "SELECT id, ext, pw, seen, length(pic), big, name FROM users")
    assert (first[0], first[3], first[4]) == (1, 1740938592.25, 8)
    assert first[2] != second[2]
    assert first[5] == str(first[6]).upper()
    assert (f"/AMPUSER/{first[1]}/cidname", first[6]) in rows(after, "SELECT * FROM astdb")
    assert (f"/AMPUSER/{first[1]}/password", "REDACTED") in rows(after, "SELECT * FROM astdb")
    assert list(Database().residues(iter((after,)), Residue(engine).check)) == []
    assert list(Database().residues(iter((before,)), Residue(engine).check))
    assert list(Database().exposed(iter((before,)), rule_set()))
    assert list(Database().exposed(iter((after,)), rule_set())) == []


def columns(data: bytes, table: str) -> list[str]:
    return [str(row[1]) for row in rows(data, f"PRAGMA table_info({table})")]


def test_the_same_key_gives_the_same_file() -> None:
    data = database(*STATEMENTS)
    assert passes(data)[0] == passes(data)[0]


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE t (a, CHECK (a = 'Wanda'))", "INSERT INTO t VALUES ('Wanda')"),
        ("CREATE TABLE t (a text unique)", *(f"INSERT INTO t VALUES ('Wanda {'x' * number}')" for number in range(9))),
        (
            "CREATE TABLE t (secret text primary key)",
            *(f"INSERT INTO t VALUES ('Wanda{number}')" for number in range(70)),
        ),
        ("CREATE TABLE t (pin integer primary key)", "INSERT INTO t VALUES (90417), (90418)"),
        ('CREATE TABLE "Wan""da" ("a b" text)', 'INSERT INTO "Wan""da" VALUES (\'Wanda\')'),
        ("PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('Wanda')"),
        ("CREATE TABLE t (a)", "INSERT INTO t VALUES (CAST(x'ff57616e6461' AS TEXT)), ('Wanda' || char(0) || 'Wanda')"),
        ("CREATE TABLE t (a)", "CREATE VIEW v AS SELECT missing(a) FROM t", "INSERT INTO t VALUES ('Wanda')"),
        ("CREATE TABLE a (x REFERENCES b)", "CREATE TABLE b (y)", "INSERT INTO a VALUES ('Wanda')"),
    ],
)
def test_unusual_databases(statements: tuple[str, ...]) -> None:
    before = database(*statements)
    after, _ = passes(before)
    assert b"Wanda" not in after
    assert b"W\0a\0n\0d\0a\0" not in after
    assert rows(after, "PRAGMA integrity_check") == [("ok",)]


def damaged(data: bytes) -> Iterator[bytes]:
    choose = random.Random(4)
    for _ in range(60):
        copy = bytearray(data)
        for _ in range(choose.choice((1, 4, 40))):
            copy[choose.randrange(16, len(copy))] = choose.randrange(256)
        yield bytes(copy)


def test_hostile_files_are_refused_or_safe() -> None:
    refused = 0
    for data in damaged(database(*STATEMENTS)):
        try:
            after, _ = passes(data)
        except InputError:
            refused += 1
            continue
        assert b"Blume" not in after
    assert refused


def test_a_value_of_many_bytes() -> None:
    after, _ = passes(database("CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(3000000))"))
    assert rows(after, "SELECT length(a) FROM t") == [(3000000,)]
