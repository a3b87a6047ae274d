from __future__ import annotations

import pytest

from scrubber.formats.coturn import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"0: : ",
        b"12: (813): INFO: ",
        b"12: (813): INFO: session 001000000000000002: ",
        b"12: : ERROR: ",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (b"voice.example.org has address 192.0.2.10", b"alice: x"):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize("line", [b"", b"12: alice", b"alice: : x", b"12: (alice): x"])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"12: : @ x",
        b"12: (@): INFO: x",
        b"12: (8): @: x",
        b"12: (8): INFO: session @: x",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("turn_812.log"), True),
        (sample("turnserver.conf"), True),
        (sample("kamailio.log"), False),
        (sample("microsip.ini"), False),
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
                b"0: : ",
                b"listening-port",
            ),
        )
        == {}
    )
