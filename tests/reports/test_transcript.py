"""SIP messages out of logs of all kinds, with time and way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import PLAIN, records
from scrubber.formats import detect
from scrubber.heard import Heard
from scrubber.model import Format
from scrubber.reports.transcript import Transcript

REQUEST = (
    b"OPTIONS sip:100@pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
    b"Call-ID: a@b\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
ANSWER = (
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nCall-ID: a@b\r\nCSeq: 7 OPTIONS\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(SDP)
) + SDP
BARE, BARE_ANSWER = REQUEST.replace(b"\r", b""), ANSWER.replace(b"\r", b"")
HOME, PEER = b"192.0.2.1:5060", b"198.51.100.7:5060"
NOON = 1_740_938_592.5
CLOCK = 64_992.5


def prefixed(text: bytes, prefix: bytes) -> bytes:
    return b"".join(prefix + line + b"\n" for line in text.rstrip(b"\n").split(b"\n"))


def heard(text: bytes, fmt: str | Format) -> list[Heard]:
    chosen = detect.by_name(fmt) if isinstance(fmt, str) else fmt
    return list(Transcript(chosen).heard(records(iter([text]), chosen)))


LOGS: dict[str, tuple[str, bytes, list[tuple[int, float | None, bytes, bytes, bytes, bytes]]]] = {
    "asterisk, PJSIP": (
        "asterisk",
        b"[2025-03-02 18:03:12.500] VERBOSE[7] res_pjsip_logger.c: "
        b"<--- Transmitting SIP request (160 bytes) to UDP:198.51.100.7:5060 --->\n" + BARE + b"\n"
        b"[2025-03-02 18:03:12.750] VERBOSE[7] res_pjsip_logger.c: "
        b"<--- Received SIP response (300 bytes) from UDP:198.51.100.7:5060 --->\n" + BARE_ANSWER + b"\n"
        b"[2025-03-02 18:03:13.000] NOTICE[7] pbx.c: more\n",
        [(2, NOON, b"", PEER, b"UDP", REQUEST), (10, NOON + 0.25, PEER, b"", b"UDP", ANSWER)],
    ),
    "asterisk, chan_sip": (
        "asterisk",
        b"[2025-03-02 18:03:12.500] VERBOSE[7] chan_sip.c: Reliably Transmitting (no NAT) to 198.51.100.7:5060:\n"
        + BARE
        + b"---\n[2025-03-02 18:03:12.750] VERBOSE[7] chan_sip.c: \n<--- SIP read from UDP:198.51.100.7:5060 --->\n"
        + BARE_ANSWER
        + b"<------------->\n",
        [(2, NOON, b"", PEER, b"", REQUEST), (11, NOON + 0.25, PEER, b"", b"UDP", ANSWER)],
    ),
    "two in one read": (
        "asterisk",
        b"[2025-03-02 18:03:12.500] VERBOSE[7] res_pjsip_logger.c: "
        b"<--- Received SIP request (320 bytes) from TCP:198.51.100.7:5060 --->\n" + BARE + BARE + b"\n",
        [(2, NOON, PEER, b"", b"TCP", REQUEST), (8, NOON, PEER, b"", b"TCP", REQUEST)],
    ),
    "pjsip": (
        "pjsip",
        b"18:03:12.500           pjsua_core.c  .TX 160 bytes Request msg OPTIONS/cseq=7 (tdta0x5) "
        b"to UDP 198.51.100.7:5060:\n"
        + REQUEST
        + b"\n--end msg--\n18:03:12.750           pjsua_core.c !RX 300 bytes Response msg 200/OPTIONS/cseq=7 "
        b"(rdata0x5) from UDP 198.51.100.7:5060:\n" + ANSWER + b"\n--end msg--\n",
        [(2, CLOCK, b"", PEER, b"UDP", REQUEST), (11, CLOCK + 0.25, PEER, b"", b"UDP", ANSWER)],
    ),
    "ngrep": (
        "ngrep",
        b"\nU 2025/03/02 18:03:12.500000 192.0.2.1:5060 -> 198.51.100.7:5060 #1\n"
        + REQUEST.replace(b"\r", b".")
        + b"\n"
        b"U 2025/03/02 18:03:12.750000 198.51.100.7:5060 -> 192.0.2.1:5060 #2\n" + ANSWER.replace(b"\r", b"."),
        [(3, NOON, HOME, PEER, b"UDP", REQUEST), (11, NOON + 0.25, PEER, HOME, b"UDP", ANSWER)],
    ),
    "sipdump": (
        "sip-text",
        b"====================\ntag: rcv\npid: 3\nprocess: 1\ntime: 1740938592.500000\ndate: Sun Mar  2 18:03:12 2025\n"
        b"proto: udp ipv4\nsrcip: 192.0.2.1\nsrcport: 5060\ndstip: 198.51.100.7\ndstport: 5060\n~~~~~~~~~~~~~~~~~~~~\n"
        + REQUEST
        + b"||||||||||||||||||||\n",
        [(13, NOON, HOME, PEER, b"UDP", REQUEST)],
    ),
    "tcpdump -A": (
        "ngrep",
        b"18:03:12.500000 IP 192.0.2.1.5060 > 198.51.100.7.5060: SIP: OPTIONS sip:100@pbx.example.com SIP/2.0\n"
        b"E..V.3@.@.:c\nI)e.......B.." + REQUEST,
        [(3, CLOCK, HOME, PEER, b"UDP", REQUEST)],
    ),
    "sofia": (
        "sip-text",
        b"recv 160 bytes from udp/[198.51.100.7]:5060 at 18:03:12.500000:\n" + b"-" * 72 + b"\n" + BARE,
        [(3, CLOCK, PEER, b"", b"UDP", REQUEST)],
    ),
    "baresip": (
        "baresip",
        b"\x1b[36;1m#\nUDP 192.0.2.1:5060 -> 198.51.100.7:5060\n" + REQUEST + b"\x1b[;m\n",
        [(3, None, HOME, PEER, b"UDP", REQUEST)],
    ),
    "linphone": (
        "linphone",
        b"2025-03-02 18:03:12:500 belle-sip-message-channel [0x5]: message sent to [UDP://pbx.invalid:5060], "
        b"size: [6]\n" + BARE + b"\n",
        [(2, NOON, b"", b"pbx.invalid:5060", b"UDP", REQUEST)],
    ),
    "each line behind its prefix": (
        "syslog",
        prefixed(b"sent to UDP:198.51.100.7:5060\n" + BARE, b"Mar  2 18:03:12 host prog[7]: "),
        [(2, 61 * 86400 + 730 * 86400 + 64_992.0, b"", PEER, b"UDP", REQUEST)],
    ),
    "flattened": (
        "syslog",
        b"Mar  2 18:03:12 sbc x: ---- Incoming SIP Message from 198.51.100.7:5060 to A ---- #012"
        + REQUEST.replace(b"\r\n", b"#012")
        + b"\n",
        [(1, 61 * 86400 + 730 * 86400 + 64_992.0, PEER, b"", b"", REQUEST)],
    ),
    "json": (
        "json",
        json.dumps(
            {
                "timestamp": "2025-03-02 18:03:12.500",
                "message": "<--- Received SIP request (9 bytes) from UDP:198.51.100.7:5060 --->\n" + REQUEST.decode(),
            }
        ).encode()
        + b"\n",
        [(1, NOON, PEER, b"", b"UDP", REQUEST)],
    ),
    "pasted": ("plain", b"look at this:\n\n" + BARE + b"\nthanks\n", [(3, None, b"", b"", b"", REQUEST)]),
}


@pytest.mark.parametrize("name", LOGS)
def test_messages_of_a_log(name: str) -> None:
    fmt, text, expected = LOGS[name]
    found = heard(text, fmt)
    assert [tuple(one) for one in found] == [
        (place, None if time is None else pytest.approx(time, abs=1e-5), *rest) for place, time, *rest in expected
    ]


def test_what_follows_without_a_line_end_is_a_message_of_its_own() -> None:
    first = REQUEST.replace(b"Content-Length: 0", b"Content-Type: text/plain\r\nContent-Length: 5") + b"hello"
    assert [one.message for one in heard(first + ANSWER, PLAIN)] == [first, ANSWER]


def test_a_sentence_is_no_start_line() -> None:
    assert heard(b"asked for: something over SIP/2.0\n" + BARE.partition(b"\n")[2], PLAIN) == []


def test_a_fragment_within_a_body_is_no_message() -> None:
    notify = REQUEST.replace(b"Content-Length: 0", b"Content-Type: message/sipfrag\r\nContent-Length: 16")
    assert len(heard(notify + b"SIP/2.0 200 OK\r\n", PLAIN)) == 1


def test_cut_messages_are_given_as_far_as_they_go() -> None:
    for end in range(len(b"OPTIONS sip:100@pbx.example.com SIP/2.0\r\nVia: S"), len(REQUEST)):
        (found,) = heard(REQUEST[:end], PLAIN)
        assert REQUEST.startswith(found.message.rstrip(b"\r\n"))


def test_places_do_not_depend_on_the_blocks() -> None:
    text = (BARE + b"\n-----\n") * 9
    whole = heard(text, PLAIN)
    assert [one.place for one in whole] == [1 + 8 * number for number in range(9)]
    pieces = [line + b"\n" for line in text.split(b"\n-----\n")]
    assert len(list(Transcript(PLAIN).heard(pieces))) == 9


PIECES = st.sampled_from(
    [REQUEST, BARE_ANSWER, SDP, b"\n", b"SIP/2.0 200 OK", b"{", b'"', b"\\r\\n", b"#012", b"[Mar  2"]
)


@given(st.lists(PIECES | st.binary(max_size=20)), st.sampled_from([fmt.name for fmt in detect.FORMATS]))
def test_any_text(pieces: list[bytes], fmt: str) -> None:
    heard(b"".join(pieces), fmt)
