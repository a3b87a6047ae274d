from __future__ import annotations

import pytest

from scrubber.formats.asteriskconf import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "ini"
    for line in (*sample("pjsip.conf").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("pjsip.conf"), True),
        (b"[a]\nexten => s,1,Answer()\nexten => s,2,Hangup()\n", True),
        (b"[a]\nb=c\nd=e\n", False),
        (sample("microsip.ini"), False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"[", b"=>", b"exten =>", b"[a](", b"type")) == {}
