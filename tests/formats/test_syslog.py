from __future__ import annotations

import pytest

from scrubber.formats.syslog import FORMAT, HOST
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"Mar  2 18:10:12 ",
        b"Mar 22 18:10:12.123456 ",
        b"<134>Mar  2 18:10:12 ",
        b"<13>1 2025-03-02T18:10:12.123456+01:00 ",
        b"1 2025-03-02T18:10:12Z ",
        b"2025-03-02T18:10:12.123+0100 ",
        b"2025-03-02T18:10:12.123456789Z stdout F ",
        b"2025-03-02T18:10:12.123456789Z stderr P ",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (b"edge1 prog[23]: alice", b"192.0.2.10 prog: x", b"alice"):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"Mar",
        b"March 2 18:10:12 x",
        b"Mar  2 18:10 x",
        b"From: <sip:alice@pbx.example.com>",
        b"May be",
        b"<134>alice",
        b"2025-03-02 x",
    ],
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"Mar  2 18:10:12 @ prog[23]: ringing",
        b"Mar  2 18:10:12 edge1 @[23]: ringing",
        b"<134>@ Mar  2 18:10:12 edge1 prog: x",
        b"<@>Mar  2 18:10:12 edge1 prog: x",
        b"@ Mar  2 18:10:12 edge1 prog: x",
        b"2025-03-02T18:10:12Z @ prog - - x",
        b"2025-03-02T@ edge1 prog: x",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (b"Mar  2 18:10:12 edge1 prog[23]: x\n" * 3, True),
        (sample("kamailio.log"), True),
        (sample("sip-trace.txt"), False),
        (b"Mar is a month\n" * 3, False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"Mar  2 18:10:12 ", b"<13>1 2025-03-02T")) == {}


@pytest.mark.parametrize(
    ("line", "host"),
    [
        (b"Mar  2 18:10:12 edge1 prog[23]: x", b"edge1"),
        (b"2025-03-02T18:10:12Z edge1 prog: x", b"edge1"),
        (b"2025-03-02T18:10:12Z stdout F call from: x", None),
        (b"2025-03-02T18:10:12Z stderr F edge1 prog: x", None),
    ],
)
def test_whose_line_it_is(line: bytes, host: bytes | None) -> None:
    found = HOST.match(line, FORMAT.text_start(line))
    assert (None if found is None else found[1]) == host
