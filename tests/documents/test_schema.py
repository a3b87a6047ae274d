from __future__ import annotations

import pytest

from scrubber.documents import memory, schema
from scrubber.model import InputError
from tests.documents.read import cells
from tests.documents.test_memory import database


def read(*statements: str) -> schema.Schema:
    return schema.read(memory.opened(iter((database(*statements),))), cells())


def test_tables_come_first() -> None:
    found = read(
        "CREATE TABLE t (a integer primary key autoincrement, b text, c text generated always as (b) stored)",
        "CREATE INDEX i ON t (b)",
        "CREATE VIEW v AS SELECT * FROM t",
    )
    assert [table.name for table in found.tables] == ["t"]
    assert found.tables[0].columns == ("a", "b")
    assert [statement.split()[1] for statement in found.others] == ["INDEX", "VIEW"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"CREATE TABLE t (a text default 'yes')", b"CREATE TABLE t (a text default 'yes')"),
        (b"CREATE TABLE t (a int) -- x", b"CREATE TABLE t (a int) -- x"),
        (b"DEFAULT x'57616e'", b"DEFAULT x'000000'"),
    ],
)
def test_statements(before: bytes, after: bytes) -> None:
    assert schema.statement(before, cells()) == after


@pytest.mark.parametrize("text", [b"DEFAULT 'Wanda'", b"-- Wanda", b"/* Wanda", b"'it''s Wanda'"])
def test_words_of_an_author_go(text: bytes) -> None:
    assert b"Wanda" not in schema.statement(text, cells())


def test_virtual_tables_are_refused() -> None:
    with pytest.raises(InputError, match="virtual"):
        read("CREATE VIRTUAL TABLE t USING fts5(a)")


def test_names_are_quoted() -> None:
    assert schema.quoted('a"b') == '"a""b"'
