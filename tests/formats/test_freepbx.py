from __future__ import annotations

import pytest

from scrubber.formats.freepbx import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"[2025-Mar-02 18:03:12] [INFO] ",
        b"[2025-03-02 18:03:12] [freepbx.CRITICAL]: ",
        b"[2025-03-02 18:03:12] [freepbx_security.NOTICE]: ",
        b"[PHP-NOTICE] ",
        b"2025-Mar-02 18:03:12\t",
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
    "line", [b"", b"[2025-Mar-02 18:03:12] [carla.INFO]: x", b"[INFO] x", b"2025-Mar-02 18:03:12 x"]
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"[2025-Mar-02 18:03:12] [INFO] (@:12) - x",
        b"[2025-Mar-02 18:03:12] [@] x",
        b"[@] [INFO] x",
        b"[PHP-NOTICE] (@:12) - x",
        b"2025-Mar-02 18:03:12\t@:12",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("freepbx.log"), True),
        (b"[2025-Mar-02 18:03:12] [INFO] (a/b.php:1) - x\n", True),
        (b"Array\n(\n    [a] => 1\n    [b] => 2\n    [c] => 3\n)\n", True),
        (b"[2025-03-02 18:03:12] NOTICE[1] x.c: y\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"[2025-Mar-02 18:03:12] [", b"    [a] => ")) == {}
