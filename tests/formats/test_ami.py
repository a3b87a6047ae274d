from __future__ import annotations

import pytest

from scrubber.formats.ami import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize("start", [b"Output: "])
def test_prefixes(start: bytes) -> None:
    for text in (
        (b"CARLA x", b"ISDN x")
        if start[:4] in (b"LOG:", b"[202")
        else (b"00074<-- UA RX",)
        if start[:3] == b"SIP"
        else (b"carla", b"192.0.2.10 x")
    ):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize("line", [b"", b"Event: Newchannel", b"output: x", b"Output:", b" Output: x"])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize("template", [b"Output: @", b"@ Output: x", b"CallerIDName: @"])
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


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
