"""Dots are taken for line ends where they are such, and for letters where a text has too many of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.dots import BINARY, FIELD, is_binary, lined, printed, unprinted
from tests.passes import DOUBLING, doubling
from tests.test_payloadlines import INVITE


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"SIP/2.0 200 OK..Via: x..CSeq: 1 BYE....", b"SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 BYE\r\n\r\n"),
        (b"SIP/2.0 200 OK..Via: x..CSeq: 1 BYE..", b"SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 BYE\r\n"),
        # What is cut by the end of the packet.
        (b"SIP/2.0 200 OK..Via: x..CSe", b"SIP/2.0 200 OK\r\nVia: x\r\nCSe"),
        (b"SIP/2.0 200 OK..Via: x..To: y.", b"SIP/2.0 200 OK\r\nVia: x\r\nTo: y\r"),
        (b"SIP/2.0 200 OK..Via: x..To: y...", b"SIP/2.0 200 OK\r\nVia: x\r\nTo: y\r\n\r"),
        (b".CSeq: 1 BYE..To: y..", b"\nCSeq: 1 BYE\r\nTo: y\r\n"),
        # Dots that are dots.
        (b"SIP/2.0 200 OK..Subject: so.....To: x....", b"SIP/2.0 200 OK\r\nSubject: so...\r\nTo: x\r\n\r\n"),
        (b"SIP/2.0 200 OK..Server: Foo Inc...To: x..", b"SIP/2.0 200 OK\r\nServer: Foo Inc.\r\nTo: x\r\n"),
        (b"SIP/2.0 200 OK..Subject: well.. yes..To: x", b"SIP/2.0 200 OK\r\nSubject: well.. yes\r\nTo: x"),
        (b'SIP/2.0 200 OK..From: "Jos.. M" <sip:x@y>..', b'SIP/2.0 200 OK\r\nFrom: "Jos.. M" <sip:x@y>\r\n'),
        (b"SIP/2.0 200 OK..Route: <sip:..sip:a>..", b"SIP/2.0 200 OK\r\nRoute: <sip:..sip:a>\r\n"),
        (b"SIP/2.0 200 OK..X: ..a=b..To: x", b"SIP/2.0 200 OK\r\nX: ..a=b\r\nTo: x"),
        # Rows of dots that are letters of other scripts.
        (
            b'BYE sip:a@b SIP/2.0..f: "...." <sip:x>..t: "....." <sip:z>..X: ..............CSeq: 1..l: 4........',
            b'BYE sip:a@b SIP/2.0\r\nf: "...." <sip:x>\r\nt: "....." <sip:z>\r\nX: ............\r\nCSeq: 1\r\nl: 4'
            + b"\r\n" * 4,
        ),
        (
            b'ACK sip:a@b SIP/2.0..f: "....".<sip:x>..Subject: ........ ......To: x..l: 5....v=0....',
            b'ACK sip:a@b SIP/2.0\r\nf: "....".<sip:x>\r\nSubject: ........ ....\r\nTo: x\r\nl: 5\r\n\r\nv=0'
            + b"\r\n" * 2,
        ),
        (
            b'ACK sip:a@b SIP/2.0..To: x..Contact: "....A" <sip:x>....v=0..',
            b'ACK sip:a@b SIP/2.0\r\nTo: x\r\nContact: "....A" <sip:x>\r\n\r\nv=0\r\n',
        ),
        (
            b"ACK sip:a@b SIP/2.0..l: 9..Subject: ........Via: x......v=0..s=..",
            b"ACK sip:a@b SIP/2.0\r\nl: 9\r\nSubject: ......\r\nVia: x..\r\n\r\nv=0\r\ns=\r\n",
        ),
        # Bodies.
        (
            b"INVITE sip:a@b SIP/2.0..Via: x....v=0..o=- 1 1 IN IP4 1.2.3.4..s=a b..t=0 0..",
            b"INVITE sip:a@b SIP/2.0\r\nVia: x\r\n\r\nv=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=a b\r\nt=0 0\r\n",
        ),
        (
            b"INFO sip:a@b SIP/2.0..Via: x....Signal=5..Duration=160..",
            b"INFO sip:a@b SIP/2.0\r\nVia: x\r\n\r\nSignal=5\r\nDuration=160\r\n",
        ),
        (
            b"NOTIFY sip:a@b SIP/2.0..Via: x....Messages-Waiting: no..Voice-Message: 0/1..",
            b"NOTIFY sip:a@b SIP/2.0\r\nVia: x\r\n\r\nMessages-Waiting: no\r\nVoice-Message: 0/1\r\n",
        ),
        (
            b"NOTIFY sip:a@b SIP/2.0..Via: x....<?xml version='1.0'?>..<a>..  <b/>..</a>..",
            b"NOTIFY sip:a@b SIP/2.0\r\nVia: x\r\n\r\n<?xml version='1.0'?>\r\n<a>\r\n  <b/>\r\n</a>\r\n",
        ),
        (
            b"ACK sip:a@b SIP/2.0..Via: x....--b1..Content-Type: text/x....v=0..s=-..--b1--..",
            b"ACK sip:a@b SIP/2.0\r\nVia: x\r\n\r\n--b1\r\nContent-Type: text/x\r\n\r\nv=0\r\ns=-\r\n--b1--\r\n",
        ),
        (
            b"MESSAGE sip:a@b SIP/2.0..Via: x....Wait... I come",
            b"MESSAGE sip:a@b SIP/2.0\r\nVia: x\r\n\r\nWait... I come",
        ),
        # What goes on in another packet, and other protocols.
        (b"ntent-Length: 9....v=0..s=-..t=0 0..", b"ntent-Length: 9\r\n\r\nv=0\r\ns=-\r\nt=0 0\r\n"),
        (b"e><a>b</a>.<c>d.e</c>..  <f/>.</a>", b"e><a>b</a>\n<c>d.e</c>\r\n  <f/>\n</a>"),
        (b"<.<..>.>..x", b"<.<..>.>..x"),
        (b"..To: x..From: y", b"\r\nTo: x\r\nFrom: y"),
        (b"GET /cfg?a=..b=c HTTP/1.1..Host: x....", b"GET /cfg?a=..b=c HTTP/1.1\r\nHost: x\r\n\r\n"),
        (b"HTTP/1.1 200 OK..Server: x....{}", b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{}"),
        (b"....", b"...."),
        (b"..", b".."),
        (b"", b""),
        (b"a text.. with dots... in it", b"a text.. with dots... in it"),
    ],
)
def test_line_ends(payload: bytes, expected: bytes) -> None:
    assert lined(payload) == expected
    assert printed(lined(payload)) == payload


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (b"....", True),
        (b"\x2e" * 20 + b"abc", True),
        (b"call 192.0.2.10 or pbx.example.com", False),
        (b"Wait... I come, and more of us do", False),
        (printed(INVITE), False),
        (lined(printed(INVITE)), False),
        (b"SIP/2.0 200 " + b"." * 90, False),
        (b"", False),
    ],
)
def test_what_is_a_text(text: bytes, is_one: bool) -> None:
    assert is_binary(text) is is_one
    assert unprinted(text) == b"." * len(text)
    assert unprinted(b"ab._sip._udp." + text) == b"..._sip._udp." + b"." * len(text)
    assert BINARY > 1


@given(st.lists(st.sampled_from([b".", b"..", b"....", b"To: ", b"a=b", b"<a>", b"l: 4", b'"', b"SIP/2.0 200 OK"])))
def test_no_dot_is_lost(pieces: list[bytes]) -> None:
    payload = b"".join(pieces)
    assert printed(lined(payload)) == payload
    assert FIELD.search(lined(payload)) is None


@pytest.mark.parametrize("lead", [b"", b"INVITE sip:a@b SIP/2.0..A: b....", b"SIP/2.0 200 OK..", b"..l: 9.."])
@pytest.mark.parametrize(
    "unit",
    [
        *(
            b"....a",
            b'"....a',
            b'"....A....b"',
            b'..X: "....a',
            b"..",
            b".",
            b"..A:",
            b"..a=",
            b"..ab-",
            b"..--",
            b"--a",
        ),
        *(b"<>..  ", b">.<a", b"....\r\n", b"..l: 1", b"_sip.", b"a.", b"ABC ", b"A =", b"..To: "),
    ],
)
def test_hostile_payloads_take_linear_time(lead: bytes, unit: bytes) -> None:
    def read(text: bytes) -> None:
        lined(lead + text)
        is_binary(text)
        unprinted(text)

    assert doubling(read, unit) <= DOUBLING
