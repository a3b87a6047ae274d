from __future__ import annotations

import pytest

from scrubber.formats.twinkle import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"+++ 2-3-2025 18:03:12.345678 INFO SIP ",
        b"+++ 12-11-2025 18:03:12.345678 WARNING NORMAL ",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (b"voice.example.org has address 192.0.2.10", b"alice: x"):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize("line", [b"", b"---", b"+++ alice", b"+++ 2-3-2025 18:03:12.345678 INFO alice "])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"+++ @ 18:03:12.345678 INFO SIP x",
        b"+++ 2-3-2025 18:03:12.345678 @ SIP x",
        b"+++ 2-3-2025 18:03:12.345678 INFO SIP @",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("twinkle.log"), True),
        (sample("twinkle.cfg"), True),
        (sample("linphone.log"), False),
        (sample("baresip.log"), False),
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
                b"+++ 2-3-2025 ",
                b"user_name=",
            ),
        )
        == {}
    )
