from __future__ import annotations

import pytest

from scrubber.documents.row import Row, held, is_path, named, path
from tests.documents.read import cells


@pytest.mark.parametrize(
    ("columns", "values", "told"),
    [
        ((b"id", b"keyword", b"data"), (b"1", b"secret", b"x"), [b"id", b"keyword", b"secret"]),
        ((b"name", b"number"), (b"Wanda", b"1"), [b"name", b"number"]),
        ((b"key", b"value"), (b"/AMPUSER/1001/cidname", b"x"), [b"key", b"cidname"]),
        ((), (b"/CF/1001", b"x"), [b"key", b""]),
        ((), (b"a", b"b"), [b"", b""]),
        ((b"a",), (b"1", b"2", b"3"), [b"a", b"", b""]),
    ],
)
def test_what_values_are_called(columns: tuple[bytes, ...], values: tuple[bytes, ...], told: list[bytes]) -> None:
    assert named(columns, values) == told


def test_a_word_names_the_next_value_where_no_column_has_a_name() -> None:
    def means(word: bytes) -> bool:
        return word in (b"secret", b"callerid")

    assert named((), (b"1001", b"secret", b"x", b"2"), means) == [b"", b"key", b"secret", b""]
    assert named((), (b"1001", b"x", b"secret"), means) == [b"", b"", b""]
    assert named((b"a",), (b"1001", b"secret", b"x"), means) == [b"a", b"", b""]


@pytest.mark.parametrize(
    ("value", "yes"),
    [(b"/AMPUSER/1001/cidname", True), (b"/CF/1001", True), (b"/etc", False), (b"/a/b.c", False), (b"x/y", False)],
)
def test_keys_of_the_database_of_asterisk(value: bytes, yes: bool) -> None:
    assert is_path(value) is yes


def test_accounts_in_a_path_go_and_settings_stay() -> None:
    new = path(b"/AMPUSER/4021/cidname", cells())
    assert new.startswith(b"/AMPUSER/")
    assert new.endswith(b"/cidname")
    assert b"4021" not in new


def test_names_of_settings_stay() -> None:
    assert held(b"keyword", b"secret", cells()) == b"secret"
    assert held(b"keyword", b"Wanda Blume", cells()) != b"Wanda Blume"


def row(tokens: list[tuple[str, bytes]], columns: list[bytes], *, escaped: bool = True) -> bytes:
    read = Row(cells(), columns, escaped=escaped)
    assert [read.add(kind, token) for kind, token in tokens][-1]
    return read.written()


@pytest.mark.parametrize(
    ("token", "escaped", "new"),
    [
        (b"'x''y'", True, b"REDACTED"),
        (b"'x\\'y'", True, b"REDACTED"),
        (b"N'x'", True, b"N'REDACTED'"),
        (b"X'414243'", True, b"'REDACTED'"),
        (b"'x\\'", False, b"'REDACTED'"),
    ],
)
def test_literals_keep_their_quotes(token: bytes, escaped: bool, new: bytes) -> None:
    assert new in row([("text", token), ("sign", b")")], [b"password"], escaped=escaped)


def test_numbers_and_words() -> None:
    tokens = [("number", b"4711"), ("sign", b","), ("word", b"NULL"), ("sign", b","), ("number", b"12"), ("sign", b")")]
    new = row(tokens, [b"pin", b"x", b"y"])
    assert new == b"'REDACTED',NULL,12)"
