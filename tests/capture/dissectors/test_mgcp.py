from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import mgcp
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting
from tests.passes import DOUBLING, doubling

WHERE = flow(dport=2427)
CREATE = (
    b"CRCX 1204 aaln/1@pbx.example.com MGCP 1.0\r\nC: A3C47F21456789F0\r\nL: p:10, a:PCMU\r\nM: sendrecv\r\n"
    b"N: ca@tower7.example.com:5678\r\nX: 0123456789AD\r\nR: L/hd(N), [0-9#*T](D)\r\n"
    b"S: L/ci(03/02/18/03,15550100123,Alice Doe), L/rg\r\nD: (0T|1555xxxx)\r\nO: L/hd,D/5,D/5,5550100\r\n"
    b"Zz: wanda\r\nA: k:hunter22\r\n\r\nv=0\r\no=alice.doe 1 1 IN IP4 192.0.2.77\r\nm=audio 3456 RTP/AVP 0\r\n"
)
ANSWER = b"200 1204 OK\r\nI: FDE234C8\r\n.\r\nNTFY 1205 wanda@[192.0.2.77] MGCP 1.0\r\nO: 5,5,5\r\n"
OTHER = (
    b"NTFY 7 s15550100123@pbx.example.com MGCP 1.0\r\nN: line5550100\r\nB: wanda\r\nRM: wanda\r\nRD: 5550100\r\n"
    b"M: wanda\r\nK: wanda\r\nalice.doe: x\r\nE: 900 wanda\r\nES: L/hd(wanda)\r\n.\r\n510 1203 wanda is away\r\n"
)
PLANTED = (
    b"pbx.example A3C47F21456789F0 tower7 0123456789AD 15550100123 lice 03/02 1555x wanda hunter22 192.0.2.77 FDE234C8 "
    b"5550100 D/5 5,5 alice"
).split()


def rewritten(payload: bytes) -> bytes:
    new = mgcp.dissect(payload, WHERE, rewriting())
    assert new is not None
    return new


@pytest.mark.parametrize("payload", [CREATE, ANSWER, OTHER])
def test_an_identity_goes(payload: bytes) -> None:
    new = rewritten(payload)
    assert not [value for value in PLANTED if value in new]
    assert new.count(b"\r\n") == payload.count(b"\r\n")
    assert mgcp.dissect(payload, WHERE, learning()[0]) == payload


def test_what_stays() -> None:
    new = rewritten(CREATE)
    assert new.startswith(b"CRCX 1204 aaln/1@")
    assert b" MGCP 1.0\r\n" in new
    assert b"\r\nL: p:10, a:PCMU\r\nM: sendrecv\r\n" in new
    assert b":5678\r\n" in new
    assert b"R: L/hd(N), " in new
    assert b"S: L/ci(" in new
    assert b"), L/rg\r\n" in new
    assert b"O: L/hd," in new
    assert b"m=audio 3456 RTP/AVP 0\r\n" in new
    answer = rewritten(ANSWER)
    assert answer.startswith(b"200 1204 OK\r\nI: ")
    assert b"\r\n.\r\nNTFY 1205 " in answer


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (CREATE, 40002, True),
        (ANSWER, 2427, True),
        (ANSWER, 40002, False),
        (b"200 OK\r\n", 2427, False),
        (b"INVITE sip:1001@pbx.example.com SIP/2.0\r\n", 2427, False),
        (b"", 2427, False),
    ],
)
def test_claims(payload: bytes, port: int, claimed: bool) -> None:
    assert mgcp.claims(payload, flow(dport=port)) is claimed


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"S: L/rg, L/ci(07/08/18/40,15550100123,Alice Doe)", b"S: L/rg, L/ci("),
        (b"O: L/hd, D/5,D/5", b"O: L/hd, D/0,D/0"),
        (b"S: L/dl,display(Alice Doe)", b"S: L/dl,"),
        (b"S: show Alice Doe", b"S: "),
    ],
)
def test_an_event_behind_others_is_read_like_the_first(line: bytes, expected: bytes) -> None:
    new = rewritten(b"RQNT 1 aaln/1@[192.0.2.77] MGCP 1.0\r\n" + line + b"\r\n").splitlines()[1]
    assert new.startswith(expected)
    assert not [word for word in (b"lice", b"Doe", b"5550100", b"07/08", b"/5") if word in new]


def test_lines_that_end_with_nothing_but_a_carriage_return() -> None:
    lines = CREATE.replace(b"\r\n", b"\r")
    assert rewritten(lines) == rewritten(CREATE).replace(b"\r\n", b"\r")


def test_learning() -> None:
    to, lexicon = learning()
    mgcp.dissect(CREATE, WHERE, to)
    assert b"pbx.example.com" in lexicon.values[Entity.HOST]


@given(
    st.binary(max_size=150),
    st.sampled_from([b"", CREATE, ANSWER, b"200 1 \r\nR: ", b"200 1\r\nL: "]),
    st.integers(0, 400),
)
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    mgcp.dissect(payload, WHERE, rewriting())
    assert mgcp.dissect(payload, WHERE, learning()[0]) in (None, payload)


@pytest.mark.parametrize("unit", [b"R: L/hd(N), ", b"(", b"a/", b"L: p:10, ", b"5,"])
def test_time_is_linear(unit: bytes) -> None:
    to = rewriting()
    assert doubling(lambda data: mgcp.dissect(b"200 1 OK\r\nR: " + data, WHERE, to), unit, 1 << 12) <= DOUBLING


@pytest.mark.parametrize(
    "line",
    [
        b"M: recvonly",
        b"M: sendonly, conttest, netwtest",
        b"RM: graceful",
        b"RD: 30",
        b"K: 1204-1208, 1210",
        b"E: 900",
        b"F: R, D, S",
        b"PL: G:1, L:0",
        b"Q: process, loop",
        b"P: PS=1245, OS=62345, PL=0",
        b"B: e:mu",
        b"S: L/rg, L/wt1, l/p",
        b"R: L/hu(N), D/[0-9#*T](D), [0-9#*T](D)",
    ],
)
def test_words_of_the_protocol_stay(line: bytes) -> None:
    assert rewritten(b"AUCX 1 aaln/1@[192.0.2.77] MGCP 1.0\r\n" + line + b"\r\n").endswith(b"\r\n" + line + b"\r\n")
