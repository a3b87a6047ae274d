"""What every detector is held to: any bytes at all, findings in order and in range, and linear time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.detectors import (
    address,
    card,
    channel,
    credentials,
    dtmf,
    home,
    labelled,
    location,
    nonce,
    number,
    recording,
    rows,
    token,
    trace,
    uri,
)
from scrubber.model import Entity, Finding, LabelRule
from tests.grammar.lossless import LINEAR, growth

Find = Callable[[bytes, int, int | None], Iterator[Finding]]

LABELS = ((b"pass", Entity.SECRET), (b"name", Entity.NAME), (b"body", Entity.TEXT), (b"user", Entity.USER))


def look_up(label: bytes) -> LabelRule | None:
    return next((LabelRule("label", entity) for part, entity in LABELS if part in label), None)


def labelled_find(data: bytes, start: int, end: int | None) -> Iterator[Finding]:
    return labelled.find(data, start, end, look_up)


def bare_find(data: bytes, start: int, end: int | None) -> Iterator[Finding]:
    return number.find_bare(data, start, len(data) if end is None else end, b"")


DETECTORS: dict[str, Find] = {
    "address": address.find,
    "card": card.find,
    "channel": channel.find,
    "credentials": credentials.find,
    "dtmf": dtmf.find,
    "home": home.find,
    "labelled": labelled_find,
    "location": location.find,
    "nonce": nonce.find,
    "number": number.find,
    "bare": bare_find,
    "recording": recording.find,
    "rows": rows.find,
    "token": token.find,
    "trace": trace.find,
    "uri": uri.find,
}

PIECES = [
    *(
        b" : = @ . , ; / \\ \" ' < > ( ) [ ] { } ? & % # + - _ -- => sip: tel: http:// csc: 192.0.2.1 2001:db8::1 ::"
        b""
        b" %40 00:11:22:33:44:55 alice 1001 +15550100 pbx.example.com a.b PJSIP/ Local/ sofia/ -0000001a z9hG4bK"
        b" password"
        b" name= user: body DTMF begin '5' Signal= event 05000320 lat= 51.5074 4111111111111111 /home/ C:\\Users\\ .wav"
        b" eyJhbGci -----BEGIN inline: key= Basic Bearer 3f2504e0-4f89-11d3-9a0c-0305e82c3301 <a> </a> in-addr.arpa =?"
        b" %3A Cookie: 1740938591/0123456789abcdef0123456789abcdef 192.0.2.1.5060 > $apr1$abcd"
    ).split(),
    *(b" ", b"\xc3\xa9", b"\xff", b"\0", b"\n"),
]
TEXT = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))


@pytest.mark.parametrize("name", DETECTORS)
@given(data=TEXT)
def test_findings_are_in_order_apart_and_in_range(name: str, data: bytes) -> None:
    position = 0
    for item in DETECTORS[name](data, 0, None):
        assert position <= item.start < item.end <= len(data)
        assert item.rule
        position = item.end


@pytest.mark.parametrize("name", DETECTORS)
@given(data=TEXT, bounds=st.tuples(st.integers(0, 220), st.integers(0, 220)))
def test_a_range_is_not_left(name: str, data: bytes, bounds: tuple[int, int]) -> None:
    start, end = sorted(min(bound, len(data)) for bound in bounds)
    for item in DETECTORS[name](data, start, end):
        assert start <= item.start < item.end <= end


HOSTILE = [
    *(
        b'a. 1. 1- 1_ : a: 1: :: @ a@ a@b. sip: tel:+ http:// http://a:b@ csc:a:b@ a= "a":" <a> <a <a>x</ 0x f 0 + 01-'
        b' (1) / /home/ \\ C:\\Users\\ PJSIP/ PJSIP/a@ Local/1@x; [1@x:1] z9hG4bK eyJ eyJhbGci. password= password="'
        b" name=( name=[ %40 a%40 x/?a= ?a=b& entered' lat=1. 1.0000,1.0000, geo:1, 4111 a_ A1 a1b2c3 =?a?B? inline:"
        b" sid= in-addr.arpa 1.2.3. 192-0-2- 00:11: .wav 1-2-3.wav -1.log"
        b" a.com .com _a._b.com ['a',' \\\"a\\\":\\\" value="
        b' ""a"":"" ( ) a(b)= user=a/ &lt; \xff \xc2\xb0 ${ user=${a} AAAA'
    ).split(),
    *(b"--password x ", b"Cookie: a=b; ", b"password: ", b"name: a ", b"body: ", b"DTMF digit ", b"phone 12 ", b"0 "),
    *(b"register => a:b@", b"N1 1.1 ", b"-----BEGIN X-----", b"1 2 3 4 5 ", b"4111111111111111 ", b" <1001>", b"' '"),
    *(b'name="a" value="', b"a b c: ", b"+1 ", b"(12) 34 ", b"DTMF begin '", b"event 0", b"x=1 y: 2 ", b"user: a/"),
    *(b"user=$a:", b"user=$(a", b"user=${", b"user: length=1 value=", b"user: a=", b"sequence number: "),
    *(b"serial: 0E 0E ", b"a@8000/ "),
    *(b"ssrc from 1 to ", b"a-1795283292.1", b"/a-b.pem", b"a_.key", b";a=b@c ", b"sip:;a=b@c", b'"a="'),
    *(b"Server: a ", b"snom1 1.1 ", b"12:00:00 378282246310005 ", b"tid 378282246310005 "),
    *(b"192.0.2.1.5060 > ", b"1.2.3.4.a > ", b"::1.5 > ", b"1:a:b.c:d", b"a:$1$", b"1740938591/0a"),
    *(b'"a","b","c","d","""', b'"A_BC","1234567890","', b"1740938591|a|", b'\\"', b'""a""'),
]


@pytest.mark.parametrize("name", DETECTORS)
def test_time_is_linear(name: str) -> None:
    def work(data: bytes) -> int:
        return sum(1 for _ in DETECTORS[name](data, 0, None))

    for unit in HOSTILE:
        ratio = growth(work, unit, 4096 // len(unit))
        assert ratio < LINEAR, unit
