from __future__ import annotations

import pytest

from scrubber.formats.apple import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"2025-03-02 18:03:12.345678+0100 ",
        b"2025-03-02 18:03:12.345912+0100 0x1a2b     Default     0x0                  1234   0    ",
        b"default\t18:03:12.345678+0100\t",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (b"voice.example.org has address 192.0.2.10", b"alice: x"):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize("line", [b"", b"2025-03-02 18:03:12.345 alice", b"alice", b"default alice"])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"2025-03-02 18:03:12.345678+0100 @[12:13] x",
        b"2025-03-02 18:03:12.345678+0100 0x1a @ 0x0 1 0 x",
        b"@\t18:03:12.345678+0100\tx",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("apple-console.txt"), True),
        (sample("logcat.txt"), False),
        (sample("linphone.log"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 55) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"2025-03-02 18:03:12.345678+0100 ",)) == {}
