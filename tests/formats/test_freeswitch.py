from __future__ import annotations

import pytest

from scrubber.formats.freeswitch import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"2025-03-02 18:03:12.345678 98.70% [NOTICE] switch_channel.c:1142 ",
        b"2025-03-02 18:03:12.345678 [DEBUG] sofia.c:7084 ",
        b"2025-03-02 18:03:12.345678 [ERR] ",
    ],
)
def test_prefixes(start: bytes) -> None:
    for text in (
        (b"CARLA x", b"ISDN x")
        if start[:4] in (b"LOG:", b"[202")
        else (b"00074<-- UA RX",)
        if start[:3] == b"SIP"
        else (b"carla", b"192.0.2.10 x")
    ):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"3f2504e0-4f89-11d3-9a0c-0305e82c3301 2025-03-02 18:03:12.345678 [DEBUG] sofia.c:1 x",
        b"2025-03-02 18:03:12.345678 [carla] x",
        b"2025-03-02 18:03:12 [DEBUG] x",
    ],
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"2025-03-02 18:03:12.345678 [DEBUG] @",
        b"2025-03-02 18:03:12.345678 [DEBUG] @ x",
        b"2025-03-02 18:03:12.345678 @ [DEBUG] x",
        b"@ 2025-03-02 18:03:12.345678 [DEBUG] x.c:1 y",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("freeswitch.log"), True),
        (b"recv 356 bytes from udp/[192.0.2.10]:5060 at 18:03:12.345678:\n", True),
        (b"EXECUTE [depth=0] x\nEXECUTE [depth=0] y\n", True),
        (b"recv 3 bytes\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"2025-03-02 18:03:12.345678 [DEBUG] ",)) == {}
