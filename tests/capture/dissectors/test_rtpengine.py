"""Media proxies: who calls goes, what is asked of them stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import rtpengine
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting
from tests.passes import DOUBLING, doubling

WHERE = flow(dport=22222)
SDP = (
    b"v=0\r\no=alice.doe 1 1 IN IP4 192.0.2.77\r\ns=-\r\nc=IN IP4 192.0.2.77\r\nt=0 0\r\n"
    b"m=audio 18202 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
)


def string(text: bytes) -> bytes:
    return b"%d:%b" % (len(text), text)


def dictionary(*pairs: tuple[bytes, bytes]) -> bytes:
    return b"d" + b"".join(string(key) + value for key, value in pairs) + b"e"


OFFER = b"4471_1 " + dictionary(
    (b"command", string(b"offer")),
    (b"sdp", string(SDP)),
    (b"call-id", string(b"a84b4c76e66710@192.0.2.77")),
    (b"from-tag", string(b"as19f3b7")),
    (b"received-from", b"l" + string(b"IP4") + string(b"192.0.2.77") + b"e"),
    (b"flags", b"l" + string(b"trust-address") + b"e"),
    (b"metadata", string(b"caller=+15550100123;name=Wanda Blume")),
)
DTMF = b"4471_2 " + dictionary((b"command", string(b"play DTMF")), (b"code", string(b"7")), (b"volume", b"i8e"))
NUMBERED = b"4471_2 " + dictionary((b"command", string(b"play DTMF")), (b"code", b"i7e"))
ANSWERED = b"4471_1 " + dictionary((b"result", string(b"ok")), (b"sdp", string(SDP)))
RECORD = b'4471_3 {"command":"start recording","call-id":"a84b4c76e66710@192.0.2.77","recording-file":"/x/wanda.wav"}'
PLAYED = b'4471_3 {"command":"play media","file":"/wanda/blume_471.wav"}'
LINES = [
    b"8899_27 U a84b4c76e66710@192.0.2.77 192.0.2.77 18202 as19f3b7;1\n",
    b"8899_87 Lc8 a84b4c76e66710@192.0.2.77 [2001:db9::77] 19000 as19f3b7;1 bs20a4c8;1",
    b"8899_27 R a84b4c76e66710@192.0.2.77-0 wanda.rec as19f3b7;1\n",
    b"8899_70 P3 a84b4c76e66710@192.0.2.77 /prompts/wanda session as19f3b7;1\n",
    b"wanda4471x D a84b4c76e66710@192.0.2.77 as19f3b7 bs20a4c8\n",
    b"8899_1 35002 192.0.2.77\n",
]
PLANTED = b"alice wanda Wanda Blume 192.0.2.77 2001:db9 a84b4c76 as19f3b7 bs20a4c8 5550100123".split()


def rewritten(payload: bytes) -> bytes:
    new = rtpengine.dissect(payload, WHERE, rewriting())
    assert new is not None
    assert rtpengine.dissect(payload, WHERE, learning()[0]) == payload
    return new


@pytest.mark.parametrize("payload", [OFFER, DTMF, NUMBERED, ANSWERED, RECORD, PLAYED, *LINES])
def test_an_identity_goes(payload: bytes) -> None:
    assert rtpengine.claims(payload, WHERE)
    new = rewritten(payload)
    assert not [value for value in PLANTED if value in new]
    assert rtpengine.claims(new, WHERE)


def test_what_is_asked_for_stays() -> None:
    new = rewritten(OFFER)
    assert new.startswith(b"4471_1 d7:command5:offer3:sdp")
    assert b"m=audio 18202 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n" in new
    assert b"13:received-froml3:IP4" in new
    assert b"5:flagsl13:trust-addresse" in new
    assert json.loads(rewritten(RECORD)[7:])["command"] == "start recording"
    assert rewritten(b"8899_2 V\n") == b"8899_2 V\n"
    assert rewritten(b"8899_2 0\n") == b"8899_2 0\n"
    assert rewritten(b"8899_2 E8\n") == b"8899_2 E8\n"
    assert rewritten(LINES[3]).endswith(b" session " + rewritten(LINES[0]).split()[-1] + b"\n")


def test_a_dialled_digit_goes() -> None:
    assert b"4:code1:7" not in rewritten(DTMF)
    assert rewritten(DTMF).endswith(b"6:volumei8ee")
    assert b"codei7e" not in rewritten(NUMBERED)


def test_a_dialog_is_the_one_of_its_messages() -> None:
    to = rewriting()
    call, tag = (
        to.value(entity, value, "test")
        for entity, value in ((Entity.CALL_ID, b"a84b4c76e66710"), (Entity.TAG, b"as19f3b7"))
    )
    for payload in (OFFER, *LINES[:2]):
        new = rtpengine.dissect(payload, WHERE, to)
        assert new is not None
        assert call in new
        assert tag in new
    legs = rtpengine.dissect(LINES[2], WHERE, to)
    assert legs is not None
    assert legs.split()[2].endswith(b"-0")
    plain = rtpengine.dissect(LINES[0], WHERE, to)
    assert plain is not None
    assert legs.split()[2][:-2] == plain.split()[2]


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (OFFER, 40002, True),
        (RECORD, 40002, True),
        (LINES[0], 22222, True),
        (LINES[0], 40002, False),
        (LINES[5], 40002, False),
        (b"8899_2 Uc0,8,101z20 wanda 192.0.2.77 18202 as19f3b7;1\n", 22222, True),
        (b"8899_2 Ul192.0.2.77 a84b4c76e66710@192.0.2.77 192.0.2.77 18202 as19f3b7;1\n", 22222, False),
        (b"8899_2 Uwanda.blume\n", 22222, False),
        (OFFER[:-2], 22222, False),
        (b"", 22222, False),
        (b"4471_1 hello there", 22222, False),
        (b"INVITE sip:alice@example.com SIP/2.0\r\n\r\n", 22222, False),
    ],
)
def test_claims(payload: bytes, port: int, *, claimed: bool) -> None:
    assert rtpengine.claims(payload, flow(dport=port)) is claimed


@pytest.mark.parametrize(
    "payload", [b"1_1 d7:command99:offere", b"1_1 d7:command5:offere e", b'1_1 {"a":wanda}', b"wanda"]
)
def test_what_is_damaged_is_nobodys(payload: bytes) -> None:
    assert rtpengine.dissect(payload, WHERE, rewriting()) is None


@given(
    st.binary(max_size=40), st.sampled_from([b"", *LINES, OFFER, RECORD, b"1_1 d", b'1_1 {"a":']), st.integers(0, 300)
)
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    new = rtpengine.dissect(payload, WHERE, learning()[0])
    assert new in (None, payload)
    rtpengine.dissect(payload, WHERE, rewriting())


@pytest.mark.parametrize("unit", [b"d1:a", b"1_1 d7:command", b" a", b'{"a":', b"1:", b"i1e"])
@pytest.mark.parametrize("head", [b"1_1 ", b"1_1 d3:abc", b"1_1 U", b'1_1 {"a":'])
def test_time_is_linear(head: bytes, unit: bytes) -> None:
    to = rewriting()

    def read(octets: bytes) -> None:
        for end in (b"", b"e", b"}"):
            rtpengine.claims(head + octets + end, WHERE)
            rtpengine.dissect(head + octets + end, WHERE, to)

    assert doubling(read, unit) <= DOUBLING
