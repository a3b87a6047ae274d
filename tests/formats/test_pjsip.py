from __future__ import annotations

import pytest

from scrubber.formats.pjsip import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"18:00:12.349           pjsua_core.c  .",
        b"18:00:12.353         sip_endpoint.c !.",
        b"18:00:12.369             tsx0x18f31c  ..",
        b"18:00:12.369       strm0x7f0a12345678  ",
        b"2025-03-02 18:00:12.349 pjsua_acc.c  ....",
        b"Sun 2025-03-02 18:00:12.349  pjsua_acc.c  ",
        b"18:00:12,349 ",
    ],
)
def test_prefixes(start: bytes) -> None:
    line = start + b"Registered as sip:alice@pbx.example.com"
    assert prefix(FORMAT, line) == start


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"From: <sip:alice@pbx.example.com>",
        b"18:00 alice",
        b"alice 18:00:12.349 x.c  y",
        b"v=0",
        b"--end msg--",
        b"18:00:12.3 x.c  y",
    ],
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"18:00:12.349           pjsua_core.c  .@ ringing",
        b"18:00:12.349           pjsua_core.c !@ ringing",
        b"@ 18:00:12.349           pjsua_core.c  .ringing",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    "template",
    [
        b"18:00:12.349 @ is calling",
        b"18:00:12.349  @",
        b"2025-03-02 18:00:12.349 @ ringing",
        b"18:00:12.349          @  .ringing",
    ],
)
def test_no_identity_is_taken_for_a_sender(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize("sender", [b"udp0000018f2a3c", b"APP", b"tcps7", b"alice"])
def test_senders_of_no_certain_shape_are_text(sender: bytes) -> None:
    assert prefix(FORMAT, b"18:00:12.369        " + sender + b"  ringing").strip() == b"18:00:12.369"


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("MicroSIP_log.txt"), True),
        (sample("asterisk-pjsip.log"), False),
        (sample("linphone.log"), False),
        (b"18:00:12.349 x.c  no word of the library\n", False),
        (b"pjsua is mentioned\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 55) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"18:00:12.349 ", b"--end msg--\n", b"18:00:12.349           pjsua_core.c  ")) == {}
