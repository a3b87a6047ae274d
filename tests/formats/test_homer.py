from __future__ import annotations

import pytest

from scrubber.formats.homer import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("homer.json").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("homer.json"), True),
        (b"proto:UDP 2025-03-02T18:03:12.345678Z  192.0.2.1:5060 ---> 192.0.2.2:5060\n", True),
        (sample("asterisk-json.log"), False),
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
                b'"raw": ',
                b"proto:UDP 2025",
            ),
        )
        == {}
    )
