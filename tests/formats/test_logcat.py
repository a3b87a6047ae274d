from __future__ import annotations

import pytest

from scrubber.formats.logcat import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"03-02 18:03:12.345  1234  1260 D ",
        b"2025-03-02 18:03:12.345678 +0100  1234  1260 I ",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (b"voice.example.org has address 192.0.2.10", b"alice: x"):
        assert prefix(FORMAT, start + text) == start


def test_a_tag_with_its_level_is_text() -> None:
    assert prefix(FORMAT, b"03-02 18:03:12.345 D/alice( 1234): x") == b"03-02 18:03:12.345 "


@pytest.mark.parametrize("line", [b"", b"03-02 18:03:12.345 alice", b"alice", b"D/SIP( 1234): x"])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"03-02 18:03:12.345  1234  1260 @ x",
        b"03-02 18:03:12.345  1234  1260 D @: x",
        b"03-02 18:03:12.345  @  1260 D x",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("logcat.txt"), True),
        (sample("apple-console.txt"), False),
        (sample("MicroSIP_log.txt"), False),
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
                b"03-02 18:03:12.345 ",
                b"D/",
            ),
        )
        == {}
    )
