from __future__ import annotations

import pytest

from scrubber.formats.packets import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("tshark-verbose.txt").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("tshark-verbose.txt"), True),
        (b"\t0x0000:  4500 001c  E...\n\t0x0010:  c000 0201  ....\n", True),
        (sample("packets.json"), False),
        (sample("sip-trace.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 55) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert (
        slow(
            FORMAT,
            (
                b"Frame 1: ",
                b"0000  41 ",
            ),
        )
        == {}
    )
