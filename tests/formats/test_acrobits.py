from __future__ import annotations

import pytest

from scrubber.formats.acrobits import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("acrobits.log").split(b"\n"), *IDENTITIES):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("acrobits.log"), True),
        (b"Info\nBRIDGE\n2025-03-02T18:03:12.345Z (1740938592345275)\nx\n", True),
        (sample("sipis.log"), False),
        (sample("linphone.log"), False),
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
                b"2025-03-02T18:03:12.345Z (",
                b"Acrobits SDK for ",
            ),
        )
        == {}
    )
