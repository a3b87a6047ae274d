from __future__ import annotations

import pytest

from scrubber.detectors import channel
from scrubber.model import Entity

USER, HOST, SECRET = Entity.USER, Entity.HOST, Entity.SECRET

HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    # Asterisk channel names
    (b"PJSIP/1001-0000001a is ringing", [(b"1001", USER)]),
    (b"SIP/trunk-acme-0000001b", [(b"trunk-acme", USER)]),
    (b"Channel 0x7f3a14321300 'PJSIP/alice.b-00000042' allocated", [(b"alice.b", USER)]),
    (b"IAX2/acme-1234 hung up", [(b"acme", USER)]),
    (b"Device 'PJSIP/1001' changed to state '2'", [(b"1001", USER)]),
    (b"Local/15550100@from-internal-00000012;1", [(b"15550100", USER)]),
    (b"Local/FMPR-1001@from-internal-00000001;2", [(b"1001", USER)]),
    (b"Agent/1001 logged in", [(b"1001", USER)]),
    (b"CBAnn/board-acme-00000000;1", [(b"board-acme", USER)]),
    (b"SIP/198.51.100.7-0000001a", [(b"198.51.100.7", HOST)]),
    (b"PJSIP/1001-0000001a!internal!1002!5!Up", [(b"1001", USER)]),
    (b"Surrogate/PJSIP/1001-00000001", [(b"1001", USER)]),
    (b"PJSIP/1001-0000 cut", [(b"1001", USER)]),
    (b"GET /ari/endpoints/PJSIP/1001 HTTP/1.1", [(b"1001", USER)]),
    ("PJSIP/жанна-00000001".encode(), [("жанна".encode(), USER)]),
    # dial strings
    (b"Dial(PJSIP/15550100@acme,30)", [(b"15550100", USER), (b"acme", USER)]),
    (b'Dial("PJSIP/1001-0000001a", "PJSIP/1002&SIP/1003,30")', [(b"1001", USER), (b"1002", USER), (b"1003", USER)]),
    (b"Called PJSIP/acme/sip:15550100@198.51.100.7", [(b"acme", USER)]),
    (b"PJSIP/1001/sip:1001@192.0.2.1:5060", [(b"1001", USER)]),
    (b"SIP/acme/15550100", [(b"acme", USER), (b"15550100", USER)]),
    (b"SIP/1001@pbx.example.com", [(b"1001", USER), (b"pbx.example.com", HOST)]),
    (b"SIP/1001@[2001:db8::1]", [(b"1001", USER), (b"2001:db8::1", HOST)]),
    (
        b"IAX2/alice:s3cret@192.0.2.1:4569/15550100@ctx",
        [(b"alice", USER), (b"s3cret", SECRET), (b"192.0.2.1", HOST), (b"15550100", USER)],
    ),
    (b"DAHDI/g0/15550100", [(b"15550100", USER)]),
    # dial-plan positions
    (b"Executing [15550100@from-internal:3] NoOp", [(b"15550100", USER)]),
    (b"[+442079460123@from-carrier:1]", [(b"+442079460123", USER)]),
    (b"[FMGL-15550100#@macro-x:1]", [(b"15550100#", USER)]),
    (b"Goto (internal,1001,1)", [(b"1001", USER)]),
    # unique identifiers
    (b"uniqueid pbx-a01-1795283292.72 up", [(b"pbx-a01", HOST)]),
    (b"channel:pbx-a01-1795283292.73'", [(b"pbx-a01", HOST)]),
    (b'"pbx_1.example.com-1795283292.5"', [(b"pbx_1.example.com", HOST)]),
    (b"ab-1795283292.5,cd-1795283292.6", [(b"ab", HOST), (b"cd", HOST)]),
    # FreeSWITCH
    (b"New Channel sofia/internal/1001@pbx.example.com [x]", [(b"1001", USER), (b"pbx.example.com", HOST)]),
    (b"sofia/external/+15550100@198.51.100.7:5060", [(b"+15550100", USER), (b"198.51.100.7", HOST)]),
    (b"bridge(sofia/gateway/acme/15550100)", [(b"acme", USER), (b"15550100", USER)]),
    (b"bridge(user/1001) user/1002@pbx1", [(b"1001", USER), (b"1002", USER), (b"pbx1", HOST)]),
]

MISSES: list[bytes] = [
    b"//4711/8A2B3C4D5E6F/SIP/Msg/ccsipDisplayMsg:",
    b"",
    b"SIP/2.0 200 OK, Via: SIP/2.0/UDP x, SIP/SDP SIP/TLS",
    b"Message/ast_msg_queue PJSIP/anonymous-00000001 PJSIP/trunk-00000002",
    b"DAHDI/1-1 DAHDI/i1 Console/dsp",
    b"[s@macro-dial:1] [h@from-internal:1] [_X.@internal:1] [2025-03-02 18:03:12]",
    b"pjsip/distributor-0000002d res_pjsip/pjsip_options.c",
    b"/home/user/1001 my_user/x",
    b"Goto (internal,s,1)",
    b"sofia/gateway",
    b"RTP/SAVP audio/x",
    b"INVITE sip:x SIP/2.0.",
    b"PROTOCOL SIP/XML 968 SIP/2.",
    b"asterisk-1795283292.72 1795283292.72 log-1795283292.1 -1795283292.3",
    b"out-15550100-1001-20250302-180312-1740938592.12.wav exten-1001-1740938592.12",
    b"pbx-a01-179528329.72 pbx-a01-1795283292",
]


def found(text: bytes) -> list[tuple[bytes, Entity]]:
    return [(text[item.start : item.end], item.entity) for item in channel.find(text)]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_endpoints_and_numbers_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", MISSES)
def test_what_names_nobody_stays(text: bytes) -> None:
    assert found(text) == []
