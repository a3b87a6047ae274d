from __future__ import annotations

import pytest

from scrubber.formats.packetdetails import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("packets.json").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("packets.json"), True),
        (sample("packets.pdml"), True),
        (sample("packets.psml"), True),
        (b'{"timestamp":"1","layers":{"frame":{"x":1}}}\n', True),
        (sample("asterisk-json.log"), False),
        (sample("tshark-verbose.txt"), False),
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
                b'"layers":',
                b"<pdml ",
            ),
        )
        == {}
    )
