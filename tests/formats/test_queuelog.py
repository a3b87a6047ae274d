from __future__ import annotations

import pytest

from scrubber.formats.queuelog import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "queue_log"
    for line in (*sample("queue_log").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("queue_log"), True),
        (b"1740938592|NONE|NONE|NONE|CONFIGRELOAD|\n", True),
        (b"1|2|3\n", False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"|", b"1740938592|")) == {}
