from __future__ import annotations

import pytest

from scrubber.formats.baresip import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("baresip.log").split(b"\n"), *IDENTITIES, b"ua: alice", b"18:00:12.349 alice"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("baresip.log"), True),
        (b"ua: using account\ncall: connected\nsip:send: x\n", True),
        (b"call: somebody\n", False),
        (sample("linphone.log"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"ua: ", b"baresip v")) == {}
