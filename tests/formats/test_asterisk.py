from __future__ import annotations

import pytest

from scrubber.formats.asterisk import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed

PREFIXES = [
    b"[2025-03-02 18:03:12.345] VERBOSE[4068] res_pjsip_logger.c: ",
    b"[2025-03-02 18:03:12] NOTICE[4068][C-0000001a] chan_sip.c: ",
    b"[Mar  2 09:14:00] VERBOSE[3284] pbx.c: ",
    b"[Mar  2 09:14:00.123] DEBUG[3284] res_rtp_asterisk.c: ",
    b"[2025-03-02 18:03:12] SECURITY[12] res_security_log.c: ",
    b"[2025-03-02 18:03:12] DTMF[12][C-00000001] channel.c: ",
    b"[2025-03-02 18:03:12] WARNING[12] chan_sip.c:1234 handle_request: ",
    b"[2025-03-02 18:03:12] DEBUG[12] pjsip/dialplan_functions.c: ",
    b"[2025-03-02T18:03:12.345+0100] ERROR[12] res_config_mysql.c: ",
    b"[2025-03-02 18:03:12] VERBOSE[4068] ",
    b"[2025-03-02 18:03:12] WARNING[4068]: chan_sip.c:1234 handle_request: ",
]


@pytest.mark.parametrize("start", PREFIXES)
def test_prefixes(start: bytes) -> None:
    for text in (b"Registered SIP 'alice'", b"alice: x", b"<--- SIP read --->", b"-- alice"):
        assert prefix(FORMAT, start + text) == start


def test_the_first_line_of_a_file() -> None:
    line = b"[2025-03-02 18:03:12.345] Asterisk 20.11.1 built by alice @ pbx.example.com"
    assert prefix(FORMAT, line) == b"[2025-03-02 18:03:12.345] "


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[",
        b"[]",
        b"From: <sip:alice@pbx.example.com>",
        b"[2025-03-02 18:03:12]",
        b"[2025-03-02 18:03:12] ringing",
        b"[alice] NOTICE[1] x.c: ringing",
        b"[2025-03-02 18:03:12] notice[1] x.c: ringing",
        b"[2025-03-02 18:03:12] NOTICE[alice] x.c: ringing",
        b" [2025-03-02 18:03:12] NOTICE[1] x.c: ringing",
        b"[general]",
        b"2025-03-02 18:03:12 NOTICE[1] x.c: ringing",
    ],
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"[2025-03-02 18:03:12] @[12] x.c: ringing",
        b"[2025-03-02 18:03:12] NOTICE[12][C-@] x.c: ringing",
        b"[2025-03-02 18:03:12] NOTICE[12] @: ringing",
        b"[2025-03-02 18:03:12] NOTICE[12] @ ringing",
        b"[2025-03-02 18:03:12] NOTICE[12]: @ ringing",
        b"[2025-03-02 18:03:12] NOTICE[12] x.c: @ ringing",
        b"[2025-03-02 18:03:12] NOTICE[12] x.c:@ ringing",
        b"[2025-03-02 18:03:12] @ ringing",
        b"@ [2025-03-02 18:03:12] NOTICE[12] x.c: ringing",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    "template", [b"[@] NOTICE[12] x.c: ringing", b"[Mar  2 @] NOTICE[1] x.c: y", b"[@] Asterisk 20"]
)
def test_no_identity_is_taken_for_a_date(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("asterisk-pjsip.log"), True),
        (sample("asterisk-chan_sip.log"), True),
        (sample("messages.1.gz"), True),
        (b"[2025-03-02 18:03:12] Asterisk 20.11.1 built by x @ y\n", True),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"[general]\nbindaddr=0.0.0.0\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 40) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"[", b"[2025-03-02 18:03:12] VERBOSE[1] ", b"[2025-03-02 18:03:12] ")) == {}
