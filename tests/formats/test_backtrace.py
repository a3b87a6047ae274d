from __future__ import annotations

import pytest

from scrubber.formats.backtrace import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("core-thread1.txt").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("core-thread1.txt"), True),
        (b"#0  abc_x (a=1)\n#1  0x00007f in def (b=2)\n#2  ghi (c=3)\n", True),
        (b"# a comment (x)\n#1 fix (y\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"#0  abc (", b"=== Thread ID: ")) == {}
