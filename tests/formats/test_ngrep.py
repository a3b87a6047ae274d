from __future__ import annotations

import pytest

from scrubber.formats.ngrep import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix_and_end_in_a_dot() -> None:
    for line in (
        *sample("sip-trace.txt").split(b"\n"),
        b"U 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 192.0.2.1:5060 #1",
    ):
        assert FORMAT.text_start(line) == 0
    assert FORMAT.tail == b"."


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("sip-trace.txt"), True),
        (b"U 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060 #1\nINVITE sip:a SIP/2.0.\n", True),
        (b"T 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060 [AP] #1\nx\n", True),
        (b"2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060\nx\n", True),
        (b"19:05:11.019613 IP 192.0.2.61.5060 > 198.51.100.30.5060: SIP\nx\n", True),
        (sample("ngrep-wrapped.txt"), True),
        (b"U 192.0.2.61:5060 -> 198.51.100.30:5060\n  INVITE sip:a SIP/2.0..Via: x\n", True),
        (b"#\nT 3fff:61::7:40122 -> 3fff:61::8:5060 [AP] #4\n  INVITE sip:a SIP/2.0..Via: x\n", True),
        (b"U 192.0.2.61:5060 -> 198.51.100.30:5060 INVITE sip:a SIP/2.0..Via: x\n", True),
        (sample("baresip.log"), False),
        (b"U know\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"U 2025/03/02 19:05:11.0 ", b"2025/03/02 19:05:11.0 ")) == {}
