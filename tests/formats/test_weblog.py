from __future__ import annotations

import pytest

from scrubber.formats.weblog import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"[Sun Mar 02 18:03:12.123456 2025] [php7:error] [pid 4071] ",
        b"[Sun Mar 02 18:03:12 2025] [error] ",
        b"2025/03/02 18:03:12 [error] 4071#4071: *12 ",
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
    "line", [b"", b'192.0.2.10 - carla [02/Mar/2025:18:03:12 +0000] "GET / HTTP/1.1" 200 1', b"[carla] [error] x"]
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"[Sun Mar 02 18:03:12 2025] [error] [client @] x",
        b"[Sun Mar 02 18:03:12 2025] [@] x",
        b"[@] [error] x",
        b"2025/03/02 18:03:12 [error] @",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("access.log"), True),
        (b'192.0.2.10 - - [02/Mar/2025:18:03:12 +0000] "GET / HTTP/1.1" 200 1\n', True),
        (b"GET / HTTP/1.1\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"[Sun Mar 02 18:03:12 2025] ", b'192.0.2.10 - - [02/Mar/2025:18:03:12 +0000] "')) == {}
