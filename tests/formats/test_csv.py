from __future__ import annotations

import pytest

from scrubber.formats.csv import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "csv"
    for line in (*sample("Master.csv").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("Master.csv"), True),
        (b"name,number\n", True),
        (b"a;b\n1;2\n", False),
        (b"a,b,c\n", False),
        (b"O,1,101,15550100,x,y,51,16,sales,17\nT,1,102,15550101,x,y,0,17,desk,18\n", True),
        (b'Key="a",Other="b",More="c"\n' * 9, False),
        (b"one, two, and three words of a long sentence that goes on and on\n" * 9, False),
        (b"1\t2\t3\t4\t5\n" * 4, True),
        (sample("queue_log"), False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b'"', b",", b'",', b"a,")) == {}
