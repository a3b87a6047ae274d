from __future__ import annotations

import pytest

from scrubber.formats.sipp import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("sipp-messages.log").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("sipp-messages.log"), True),
        (b"----------------------------- Statistics Screen ------- [1-9]: Change Screen --\n", True),
        (sample("sip-trace.txt"), False),
        (sample("console.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 55) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"-----------------------------------------------  ",)) == {}
