from __future__ import annotations

import pytest

from scrubber.formats.vega import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize("start", [b"LOG: 03/02/2025 18:03:12.345 ", b"SIP m:1234567 0002 "])
def test_prefixes(start: bytes) -> None:
    for text in (
        (b"CARLA x", b"ISDN x")
        if start[:4] in (b"LOG:", b"[202")
        else (b"00074<-- UA RX",)
        if start[:3] == b"SIP"
        else (b"carla", b"192.0.2.10 x")
    ):
        assert prefix(FORMAT, start + text) == start


@pytest.mark.parametrize("line", [b"", b"LOG: carla", b"SIP m:carla 0002 00074<-- UA RX", b"-- Serial #: 1"])
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"LOG: 03/02/2025 18:03:12.345 ISDN @",
        b"LOG: @ ISDN x",
        b"SIP m:1234567 0002 00074<-- UA RX --- From @",
        b"SIP m:@ 0002 00074<-- UA RX",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("vega-support.txt"), True),
        (b"SIP m:1 2 3<-- UA RX --- From UDP\n", True),
        (b"SIP m:1 2 3--- UA TX --> To UDP\n", True),
        (b"Serial # 1\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"LOG: 03/02/2025 ", b"SIP m:1")) == {}
