from __future__ import annotations

import pytest

from scrubber.formats.ami import FORMAT
from tests.formats.prefixes import IDENTITIES, sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("manager.log").split(b"\n"), *IDENTITIES, b"Output: x"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("manager.log"), True),
        (b"Event: Newchannel\r\nPrivilege: call,all\r\n\r\n", True),
        (b"Event: x\nINVITE sip:a SIP/2.0\nVia: y\n", False),
        (b"Events happen\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"Output: ", b"Event: a\n")) == {}
