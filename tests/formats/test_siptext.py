from __future__ import annotations

import pytest

from scrubber.formats.siptext import FORMAT
from tests.formats.prefixes import IDENTITIES, slow


def test_lines_have_no_prefix() -> None:
    for line in (*IDENTITIES, b"INVITE sip:alice@pbx.example.com SIP/2.0", b"", b"[x] y"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (b"INVITE sip:alice@pbx.example.com SIP/2.0\r\nVia: x\r\n", True),
        (b"note\nSIP/2.0 200 OK\nVia: x\n", True),
        (b"REGISTER sip:pbx.example.com SIP/2.0\n", True),
        (b"we speak SIP/2.0 here\n", False),
        (b"GET / HTTP/1.1\r\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"INVITE ", b"SIP/2.0 ", b"A" * 20)) == {}
