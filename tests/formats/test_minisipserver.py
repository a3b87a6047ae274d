from __future__ import annotations

import pytest

from scrubber.formats.minisipserver import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("minisipserver.txt").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("minisipserver.txt"), True),
        (b"Local user '100' is online\nO-CDR: 1\n", True),
        (sample("sip-trace.txt"), False),
        (sample("kamailio.log"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 55) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"miniSIP",)) == {}
