from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import megaco
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting
from tests.passes import DOUBLING, doubling

LONG = b"""MEGACO/1 [203.0.113.77]:2944
Transaction = 10003 { Context = $ {
 Add = wanda/line7 { Media { Stream = 1 { LocalControl { Mode = ReceiveOnly, nt/jit=40 }, Local {
v=0
c=IN IP4 203.0.113.77
s=Wanda
m=audio 20000 RTP/AVP 0
} } }, ; Wanda again
 Events = 1 { dd/ce{DigitMap= wandamap}},
 ObservedEvents = 9 { 20260301T10000000:dd/ce{ds="4930555017",Meth=FM}, 20260301T10000000:dd/d5 },
 Signals{ andisp/di="Wanda Ames", andisp/num=4711 } } } }
"""
SHORT = (
    b"!/1 <gw.wanda-net.com>\nT=555282730{C=191{MF=RTP/1727{M{O{MO=SR,RV=ON},TS{vendor/wanda=4711,SI=IV},L{v=0\n"
    b'c=IN IP4 $\n}}},SC=ROOT{SV{MT=RS,RE="901 Cold boot",AD=55555,PF=Wanda/1}},AV=ds/1/5{AT{M}}}}'
)
REPLY = b'MEGACO/2 wanda.gw\r\nP=5{C=-{ER=435{"not found Wanda"}}}'
PLANTED = b"anda ames 203.0.113.77 line7 4930555017 d5 4711".split()
KEPT = (
    b"Transaction = 10003 { Context = $",
    b"Mode = ReceiveOnly, nt/jit=40",
    b"m=audio 20000 RTP/AVP 0",
    b"Meth=FM",
    b"T=555282730{C=191{MF=RTP/1727{M{O{MO=SR,RV=ON}",
    b"c=IN IP4 $\n}",
    b"MT=RS",
    b'RE="901 ',
    b"AD=55555",
    b"AV=ds/1/5{AT{M}}",
    b'P=5{C=-{ER=435{"not found ',
    b"20260301T10000000:dd/ce",
    b"andisp/di=",
    b"SC=ROOT",
)


def rewritten(payload: bytes) -> bytes:
    new = megaco.dissect(payload, flow(), rewriting())
    assert new is not None
    return new


@pytest.mark.parametrize("payload", [LONG, SHORT, REPLY])
def test_identities_go(payload: bytes) -> None:
    assert megaco.claims(payload, flow())
    new = rewritten(payload)
    assert not [value for value in PLANTED if value in new.lower()]
    assert new.count(b"{") == payload.count(b"{")


@pytest.mark.parametrize("kept", KEPT)
def test_the_call_flow_stays(kept: bytes) -> None:
    before, after = LONG + SHORT + REPLY, rewritten(LONG) + rewritten(SHORT) + rewritten(REPLY)
    assert kept in before
    assert kept in after


@pytest.mark.parametrize(
    "payload", [b"", b"MEGACO", b"MEGACO/1", b"MEGACO/1 ", b"!/1 {", b"!wanda", b"MEGACO /1 [x]", b"!/x <y>"]
)
def test_what_is_none(payload: bytes) -> None:
    assert not megaco.claims(payload, flow())
    assert megaco.dissect(payload, flow(), rewriting()) is None


@given(st.text(alphabet='AC=ds{}"\\;,:/ 179\r\nlvw$[]<').map(str.encode) | st.binary(max_size=80))
def test_any_octets_come_back_when_learning(octets: bytes) -> None:
    payload = b"!/1 [203.0.113.77] " + octets
    assert megaco.dissect(payload, flow(), learning()[0]) in (payload, None)
    megaco.dissect(payload, flow(), rewriting())


@pytest.mark.parametrize("unit", [b"{", b"A=", b'"', b"x ", b"L{v=0\n", b";\n", b"\\}"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda octets: megaco.dissect(b"!/1 <a> " + octets, flow(), rewriting()), unit, 1 << 12) < DOUBLING


def test_over_tcp_each_message_has_its_length() -> None:
    payload = b"\3\0" + (4 + len(LONG)).to_bytes(2) + LONG
    assert megaco.STREAM.begins(payload[:16], flow())
    assert not megaco.STREAM.begins(b"\3\0\0\x20\x08\2\0\1\5", flow())
    assert not megaco.STREAM.begins(LONG[:16], flow())
    assert megaco.STREAM.length(payload[:9]) == len(payload)
    assert megaco.STREAM.length(b"\3\0") == MORE
    assert megaco.STREAM.length(b"\3\0\0\4") == megaco.STREAM.length(LONG) == DAMAGED
    new = megaco.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert new[4:] == rewritten(LONG)
    assert int.from_bytes(new[2:4]) == len(new)
    assert megaco.STREAM.rewrite(payload, flow(), learning()[0]) == payload
    assert megaco.STREAM.rewrite(payload[:9], flow(), rewriting()) is None
