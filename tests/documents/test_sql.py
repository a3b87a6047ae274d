from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import sql
from tests.documents.read import cells, held, sample, scrubbed, taught
from tests.passes import DOUBLING, doubling


def rows(data: bytes) -> list[tuple[str, ...]]:
    """What MySQL would insert, as the parser of SQLite sees it."""
    text = data.decode()
    text = re.sub(r"\\(.)", lambda escape: "''" if escape[1] == "'" else escape[1], text)
    database = sqlite3.connect(":memory:")
    for table, columns in (
        ("sip", "id,keyword,data,flags"),
        ("userman_users", "a,b,c,d,e,f,g,h"),
        ("kvstore", "key,val,type,id"),
    ):
        database.execute(f"CREATE TABLE {table} ({columns})")
    for statement in re.findall(r"^INSERT .*;$", text, re.MULTILINE):
        database.execute(statement)
    return [row for table in ("sip", "userman_users", "kvstore") for row in database.execute(f"SELECT * FROM {table}")]


def test_a_dump_keeps_its_statements_and_rows() -> None:
    before = sample("freepbx.sql")
    after = scrubbed(before, "sql")
    assert held(after) == []
    assert [line for line in after.split(b"\n") if not line.startswith(b"INSERT")] == [
        line for line in before.split(b"\n") if not line.startswith(b"INSERT")
    ]
    old, new = rows(before), rows(after)
    assert [[type(value) for value in row] for row in new] == [[type(value) for value in row] for row in old]
    secrets = [row[2] for row in new[:5] if row[1] == "secret"]
    assert secrets == ["REDACTED"] * 2
    assert [row[1] for row in new[:5]] == [row[1] for row in old[:5]]
    assert [row[3] for row in new[:5]] == [row[3] for row in old[:5]]
    assert (new[2][2], new[3][2]) == ("from-internal", "rfc4733")
    assert new[0][0] == new[2][0] != old[0][0]
    assert new[5][2] == "REDACTED"
    assert '"email"' in new[7][1]


@pytest.mark.parametrize(
    "text",
    [
        b"INSERT INTO t (user, secret) VALUES ('Xk29fj','Xk29fj');\n",
        b"INSERT INTO t VALUES ('a','Xk29fj'),(E'Xk29fj\\'',2,(SELECT 'Xk29fj'));\n",
        b"INSERT INTO `t` VALUES (1,'Xk29fj",
        b"CREATE TABLE t (a text DEFAULT 'Xk29fj' COMMENT 'of Xk29fj');\n",
        b"-- Xk29fj\n/* Xk29fj */\nINSERT INTO t VALUES (1 /* Xk29fj */);\n",
        b"COPY t (a, password) FROM stdin;\nXk29fj\tXk29fj\n\\N\tXk29fj\\n\n\\.\nSELECT 1;\n",
        b"UPDATE users SET password='Xk29fj' WHERE name='Xk29fj';\n",
        b"SET PASSWORD = 'Xk29fj';\n",
        b"GRANT ALL ON x.* TO 'Xk29fj'@'Xk29fj' IDENTIFIED BY 'Xk29fj';\n",
        b"INSERT INTO t VALUES (0x586b3239666a586b3239666a586b3239666a);\n",
        b"/*!40101 SET @x='Xk29fj' */;\n",
        b"BEGIN TRANSACTION;\nINSERT INTO t VALUES('Xk29fj \\');\nINSERT INTO t VALUES('x','Xk29fj');\nCOMMIT;\n",
        b"Xk29fj said: password is Xk29fj\n",
    ],
)
def test_what_goes(text: bytes) -> None:
    new = scrubbed(b"secret = Xk29fj\n" + text, "sql")
    assert b"Xk29fj" not in new
    assert b"586b32" not in new


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"INSERT INTO t VALUES (1,'yes',NULL,'2025-03-02 18:03:12',0.5);\n",
        b"CREATE TABLE t (\n  id int(11) NOT NULL DEFAULT '0',\n  PRIMARY KEY (id)\n);\n",
        b"LOCK TABLES `sip` WRITE;\nUNLOCK TABLES;\n",
        b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCOMMIT;\n",
        b"/*!40101 SET NAMES utf8 */;\n",
        b"COPY t (port) FROM stdin;\n5060\n\\N\n\\.\n\n",
    ],
)
def test_what_stays(text: bytes) -> None:
    assert scrubbed(text, "sql") == text


@pytest.mark.parametrize("size", [1, 9, 100, 1 << 20])
def test_chunks_do_not_matter(size: int) -> None:
    data = sample("freepbx.sql")
    assert scrubbed(data, "sql", size) == scrubbed(data, "sql")


def test_long_lines_go_through_in_stretches() -> None:
    data = (
        b"INSERT INTO `sip` VALUES "
        + b",".join(b"('%d','secret','Xk%d','x')" % (n, n) for n in range(120_000))
        + b";\n"
    )
    parts = list(sql.read((data[at : at + 65536] for at in range(0, len(data), 65536)), taught()))
    assert len(parts) > 2
    assert b"".join(new for _, new in parts) == data


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"INSERT INTO t VALUES (", b"COPY t FROM stdin;\n", b"CREATE TABLE t ("]),
)
def test_any_octets(data: bytes, head: bytes) -> None:
    list(sql.read(iter((head + data,)), cells()))
    assert b"".join(new for _, new in sql.read(iter((head + data,)), taught())) == head + data


@pytest.mark.parametrize("unit", [b"('a',1),", b"'", b"(", b"/*", b"--", b"INSERT INTO t VALUES (", b"'a',", b"\\'"])
def test_time_is_linear(unit: bytes) -> None:
    read = cells()
    start = b"INSERT INTO t VALUES ("
    assert doubling(lambda data: list(sql.read(iter((start + data,)), read)), unit, 1 << 13) <= DOUBLING


def test_a_secret_in_a_row_of_settings_without_columns() -> None:
    text = b"SET NAMES utf8;\nINSERT INTO `sip` VALUES ('4711','secret','Hoa\\'Sen;99=Q@mar',2);\n"
    assert scrubbed(text, "sql").endswith(b"','secret','REDACTED',2);\n")
