from __future__ import annotations

import pytest

from scrubber.formats.yaml import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "yaml"
    for line in (*sample("sipp-users.yaml").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("sipp-users.yaml"), True),
        (b"---\na: b\n", True),
        (b"a:\n  b: c\nd:\n  - e\n", True),
        (b"Action: Login\r\nSecret: x\r\n", False),
        (sample("ticket.txt"), False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"-", b"- ", b"a:", b"---\n", b"a: ")) == {}
