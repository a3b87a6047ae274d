from __future__ import annotations

import pytest

from scrubber.formats.console import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("asterisk-cli.txt").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("asterisk-cli.txt"), True),
        (b"pbx1*CLI> core show channels\n", True),
        (b"Name/username             Host    Dyn\nx\n", True),
        (b"freeswitch@pbx1> status\n", True),
        (b"the CLI is here\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"pbx1*CLI> ", b"Channel   ")) == {}
