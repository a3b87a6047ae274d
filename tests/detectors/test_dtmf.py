from __future__ import annotations

import pytest

from scrubber.detectors import dtmf
from scrubber.model import Entity

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"DTMF begin '5' received on PJSIP/1001-0000001a", [b"5"]),
    (b"DTMF end '#' received on PJSIP/1001-0000001a, duration 120 ms", [b"#"]),
    (b"DTMF begin ignored '5' on PJSIP/1001-0000001a", [b"5"]),
    (b"DTMF end passthrough '5' on PJSIP/1001-0000001a", [b"5"]),
    (b"DTMF end accepted without begin '5' on PJSIP/1001-0000001a", [b"5"]),
    (b"DTMF begin emulation of '5' with duration 100 queued on SIP/a-00000001", [b"5"]),
    (b"DTMF[4067][C-0000001a] channel.c: digit '5' done", [b"5"]),
    (b"(0x7f) RTP creating BEGIN DTMF Frame: 54 (6), at 192.0.2.1:4002", [b"54", b"6"]),
    (b"Call 1 dialing DTMF 1234567#", [b"1234567#"]),
    (b"Call 0 sending DTMF 12345#  using SIP INFO method", [b"12345#"]),
    (b"strm0x7f0  Sending DTMF digit id 5", [b"5"]),
    (b"audio: send DTMF digit: '5'", [b"5"]),
    (b"audio: send DTMF digit end: '5'", [b"5"]),
    (b"Incoming DTMF on call 0: 5", [b"5"]),
    (b"Received DTMF event 5, duration=100", [b"5"]),
    (b"Receiving dtmf 5", [b"5"]),
    (b"Sending DTMF '5'", [b"5"]),
    (b"Got DTMF 5", [b"5"]),
    (b"DTMF: 5", [b"5"]),
    (b"DTMF-Digit: 5", [b"5"]),
    (b"RTP RECV DTMF 5:640", [b"5"]),
    (b"INFO DTMF(5)", [b"5"]),
    (b'SendDTMF("PJSIP/a-00000001", "1234#,200")', [b"1234#"]),
    (b"send_dtmf(1234@200)", [b"1234"]),
    (b"dtmf relay key=5", [b"5"]),
    (b"Signal=5", [b"5"]),
    (b"Signal= 11", [b"11"]),
    (b"\\r\\nSignal=5\\r\\nDuration=160", [b"5"]),
    (b"Digit: 5", [b"5"]),
    (b'{"type":"ChannelDtmfReceived","digit":"5","duration_ms":200}', [b"5"]),
    (b"type 101, seq 000012, ts 001600, len 000004, mark 1, event 05000320, end 0", [b"5"]),
    (b"event 0b000320, end 1", [b"b"]),
    (b"received event: '5' (end=0)", [b"5"]),
    (b"Rx-Frame Retry[ No] -- Type: DTMF_B  Subclass: 5", [b"5"]),
    (b"User entered '4321'", [b"4321"]),
    (b"Caller entered card 4111111111111111", [b"4111111111111111"]),
    (b'Authenticate("PJSIP/1001-00000002", "4321987,,7") in new stack', [b"4321987"]),
    (b" same => n,Authenticate(4321987,,7)", [b"4321987"]),
    (b"DISA on chan PJSIP/a-00000001 got bad password 4321", [b"4321"]),
]

MISSES: list[bytes] = [
    b"",
    b"Call 0: DTMF sent successfully with INFO",
    b"DTMF strings to send (0-9*R#A-B) (empty to cancel): DTMF digits enqueued for transmission",
    b"DTMF[4067][C-00000002] channel.c: done",
    b"Send RFC 2833 DTMF",
    b"dtmf_mode=auto_info",
    b"Content-Type: application/dtmf-relay",
    b"channel 'PJSIP/1001-00000043' has DTMF hooks",
    b"DNID Digits: 1001",
    b"Registered custom function 'PJSIP_DTMF_MODE'",
    b"a=rtpmap:101 telephone-event/8000",
    b"User entered nothing",
    b"event presence, Signal strength -70",
    b"Accepting a maximum of 4 digits.",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_digits_are_found(text: bytes, expected: list[bytes]) -> None:
    findings = list(dtmf.find(text))
    assert [text[item.start : item.end] for item in findings] == expected
    assert {item.entity for item in findings} == {Entity.DTMF}


@pytest.mark.parametrize("text", MISSES)
def test_other_lines_stay(text: bytes) -> None:
    assert list(dtmf.find(text)) == []


def test_a_pin_spread_over_lines_is_found_digit_by_digit() -> None:
    lines = [b"DTMF end '%c' received on PJSIP/1001-0000001a" % digit for digit in b"4321#"]
    values = [line[item.start : item.end] for line in lines for item in dtmf.find(line)]
    assert b"".join(values) == b"4321#"
