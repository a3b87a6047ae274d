from __future__ import annotations

import pytest

from scrubber.formats.sql import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "sql"
    for line in (*sample("freepbx.sql").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("freepbx.sql"), True),
        (b"BEGIN TRANSACTION;\nCREATE TABLE t (a);\n", True),
        (b"INSERT INTO t VALUES (1);\n", True),
        (b"-- Host: x\nSET NAMES utf8mb4;\nUSE `asterisk`;\nINSERT INTO t VALUES (1);\n", True),
        (b"-- x\n", False),
        (b"SELECT 1;\n", False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"-- x\n", b"/*", b"CREATE TABLE ", b"/*!", b" ")) == {}
