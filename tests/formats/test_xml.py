from __future__ import annotations

import pytest

from scrubber.formats.xml import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "xml"
    for line in (*sample("account.xml").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("account.xml"), True),
        (b"<a><b>c</b></a>", True),
        (b"<?xml version='1.0'?>", True),
        (b"<html><body></body></html>", False),
        (b'<span class="beige">[2025-03-02 18:03:12] NOTICE[1] x.c: y</span><br>\n' * 3, False),
        (b"<?xml version='1.0'?><pdml></pdml>", False),
        (b"<sip:a@b>", False),
        (b"<--- SIP read --->\n", False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"<", b"<!--", b"<a", b"<?xml")) == {}
