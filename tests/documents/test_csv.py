from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import csv as tables
from tests.documents.read import cells, held, learned, sample, scrubbed, taught


def table(data: bytes, delimiter: str = ",") -> list[list[str]]:
    """A table as the reader of the standard library sees it."""
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


def test_records_of_calls_keep_their_columns() -> None:
    before = sample("Master.csv")
    after = scrubbed(before, "csv")
    assert held(after) == []
    old, new = table(before), table(after)
    assert [len(row) for row in new] == [len(row) for row in old] == [21] * 4
    for column in (3, 7, 9, 10, 11, 12, 13, 14, 15, 20):
        assert [row[column] for row in new] == [row[column] for row in old]
    numbers = dict(zip([row[1] for row in old], [row[1] for row in new], strict=True))
    assert new[0][2] == new[1][1] == numbers["2101"]
    assert f"PJSIP/{numbers['2101']}-0000002b" == new[0][6]
    assert new[3][1] == "anonymous"
    assert new[0][17].count("\n") == 1


def test_a_row_of_names_says_what_the_columns_are() -> None:
    before = sample("extensions.csv")
    after = scrubbed(before, "csv")
    assert held(after) == []
    old, new = table(before, ";"), table(after, ";")
    assert new[0] == old[0]
    assert [len(row) for row in new] == [9] * 4
    assert [row[2] for row in new[1:]] == ["REDACTED"] * 3
    assert [row[6] for row in new] == [row[6] for row in old]
    assert new[1][5].replace(":", "") == new[2][5].replace(":", "")


@pytest.mark.parametrize("separator", [b",", b";", b"\t", b"|"])
def test_columns_without_names_are_judged_by_what_they_hold(separator: bytes) -> None:
    rows = [
        (
            b"2025-03-02 18:0%d:00",
            b"%d" % (4710 + number),
            b"+4930901820%d%d" % (number, number),
            name,
            b"%d" % (number * 7),
        )
        for number, name in enumerate((b"Wanda Blume", b"Hugo Kranz", b"Ada Lind", b"Otto Weich", b"Ida Rohr"))
    ]
    data = b"\r\n".join(separator.join(row) for row in rows) + b"\r\n"
    new = [row.split(separator) for row in scrubbed(data, "csv").split(b"\r\n")[:-1]]
    assert [len(row) for row in new] == [5] * 5
    for old, row in zip(rows, new, strict=True):
        assert row[0] == old[0]
        assert row[4] == old[4]
        assert all(row[column] != old[column] for column in (1, 2, 3))


def test_names_of_a_table_are_learned() -> None:
    data = b"".join(b"%d,Wanda Blume%d,x\n" % (4700 + number, 0) for number in range(3))
    assert learned(b"name,extension\nWanda Blume,4711\nHugo Kranz,4712\n", "csv").plan() is not None
    assert b"Wanda" not in scrubbed(data + b"ask Wanda Blume,1,2\n", "csv")


@pytest.mark.parametrize(
    "data",
    [
        b'"a","b ""Wanda"" c","d"\n"e","f\nWanda","g"\n',
        b'a,"Wanda, Blume",c\n',
        b'a,"Wanda\n',
        b'"Wanda" Blume,x,"y\n',
        b"Wanda\n",
        b",,Wanda,\n,,,\n",
        b"Wanda;Blume\r\n\r\n",
        b'x,"{""who"":""Wanda""}"\n',
    ],
)
def test_tricky_rows(data: bytes) -> None:
    new = scrubbed(data, "csv")
    assert b"Wanda" not in new
    assert [new.count(sign) for sign in (b",", b"\n", b";")] == [data.count(sign) for sign in (b",", b"\n", b";")]
    assert b"".join(new for _, new in tables.read(iter((data,)), taught())) == data


def test_a_header_is_no_row_of_data() -> None:
    assert scrubbed(b"name,number\nWanda,4711\n", "csv").startswith(b"name,number\n")
    assert b"Wanda" not in scrubbed(b"Wanda,Blume\nname,number\n", "csv")


def test_chunks_do_not_matter() -> None:
    data = sample("Master.csv")
    assert len({scrubbed(data, "csv", size) for size in (1, 7, 100, 1 << 20)}) == 1


@given(st.binary(max_size=300))
def test_any_octets(data: bytes) -> None:
    pairs = list(tables.read(iter((data,)), cells()))
    assert b"".join(old for old, _ in pairs) == data
    assert b"".join(new for _, new in tables.read(iter((data,)), taught())) == data
