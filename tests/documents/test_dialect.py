from __future__ import annotations

import pytest

from scrubber.documents import dialect


@pytest.mark.parametrize(
    ("rows", "separator", "quoted"),
    [
        ([b"a,b,c", b"d,e,f"], b",", False),
        ([b'"a","b;x",c', b'"d","e;",f'], b",", True),
        ([b"a;b,b;c", b"d;e;f"], b";", False),
        ([b"a\tb c\td", b"e\tf, g\th"], b"\t", False),
        ([b"1|2|3"], b"|", False),
    ],
)
def test_how_a_table_is_written(rows: list[bytes], separator: bytes, quoted: bool) -> None:
    assert dialect.recognised(rows) == (separator, quoted)


@pytest.mark.parametrize("rows", [[], [b"nothing here"], [b"a,b", b"c", b"d,e,f,g"]])
def test_what_is_no_table(rows: list[bytes]) -> None:
    assert dialect.recognised(rows) is None


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (b"a,b", [b"a", b"b"]),
        (b'"a,b",c', [b"a,b", b"c"]),
        (b'"a""b",', [b'a""b', b""]),
        (b'"a"b,c', [b'"a"b', b"c"]),
        (b"", [b""]),
        (b'"', [b'"']),
    ],
)
def test_cutting_a_row(row: bytes, cells: list[bytes]) -> None:
    found = dialect.cut(row, dialect.Dialect(), dialect.fields(b","))
    assert [row[start:end] for start, end, _ in found] == cells


@pytest.mark.parametrize(
    ("first", "rest", "header"),
    [
        ([b"name", b"number"], [[b"Wanda", b"4711"]], True),
        ([b"Wanda", b"Blume"], [[b"Hugo", b"Kranz"]], False),
        ([b"name", b"4711"], [], False),
        ([b"name", b"name"], [], False),
        ([b"name", b"secret"], [[b"x", b"secret"]], False),
        ([b"caller", b"colour", b"shape", b"smell"], [], False),
    ],
)
def test_rows_of_names(first: list[bytes], rest: list[list[bytes]], header: bool) -> None:
    known = {b"number", b"secret", b"caller"}.__contains__
    assert dialect.is_header(first, rest, known) is header


def test_channel_events_with_and_without_flags() -> None:
    start = [b"CHAN_START", b"1740938592.1", b"Wanda", b"1", b"", b"", b"", b"s", b"x", b"PJSIP/1-00000001", b"", b""]
    end = [b"ACC-1", b"1740938592.1", b"1740938592.1", b"", b"", b"", b""]
    assert dialect.columns([start + end], bool).names[12:15] == (b"accountcode", b"uniqueid", b"linkedid")
    assert dialect.columns([[*start, b"3", *end]], bool).names[12:15] == (b"", b"accountcode", b"uniqueid")


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ([b"4711", b"4712", b"100"], dialect.NUMBER),
        ([b"4", b"71", b"1260"], dialect.MEASURE),
        ([b"Wanda Blume", b"Hugo Kranz"], dialect.NAME),
        ([b'"Wanda" <1>', b"x <2>"], dialect.CALLER),
        ([b"2025-03-02 18:03:12"], b""),
        ([b"11/18/2026", b"11/19/2026"], b""),
        ([b"31/18/2026", b"31/19/2026"], dialect.NUMBER),
        ([b""], b""),
        ([b"x", b"Wanda Blume", b"12"], b""),
    ],
)
def test_kinds_of_columns(column: list[bytes], told: bytes) -> None:
    assert dialect.columns([[cell] for cell in column], lambda _: False).names == (told,)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([b"11/19/2026", b"1795081801"], True),
        ([b"2026-11-20 00:03:21", b"1795081801"], True),
        ([b"2026-11-25", b"1795081801"], False),
        ([b"START", b"1795081801"], False),
    ],
)
def test_seconds_are_those_whose_day_stands_beside_them(row: list[bytes], told: bool) -> None:
    assert (dialect.columns([row, row], lambda _: False).names[1] == dialect.TIME) is told
