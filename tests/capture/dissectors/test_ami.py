from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import ami
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting

BANNER = b"Asterisk Call Manager/8.0.2\r\n"
LOGIN = b"Action: Login\r\nActionID: 1\r\nUsername: alice.doe\r\nSecret: hunter22\r\n\r\n"
EVENT = (
    b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/1001-00000001\r\nChannelStateDesc: Ring\r\n"
    b"CallerIDNum: +15550100123\r\nCallerIDName: Alice Doe\r\n\r\n"
)
OUTPUT = b"Response: Follows\r\nPrivilege: Command\r\nendpoint 1001\n\n alice.doe\n--END COMMAND--\r\n\r\n"


@pytest.mark.parametrize("payload", [LOGIN, EVENT, OUTPUT])
def test_an_identity_goes(payload: bytes) -> None:
    new = ami.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert not [value for value in (b"alice", b"Alice", b"hunter22", b"1001", b"15550100123") if value in new]
    assert new.count(b"\n") == payload.count(b"\n")
    assert new.startswith(payload[:15])
    assert ami.STREAM.rewrite(payload, flow(), learning()[0]) == payload


@pytest.mark.parametrize(
    "payload",
    [
        b"Event: VarSet\r\nChannel: PJSIP/1001-00000001\r\nVariable: SECRETCODE\r\nValue: 6603917\r\n\r\n",
        b"Event: UserEvent\r\nVariable: Content=wanda\r\nKunde: Wanda blume\r\nNummer: K-6603917\r\n\r\n",
        b"Action: Command\r\nCommand: database put wanda pin 6603917\r\n\r\n",
        b"Action: Login\r\nActionID: wanda-6603917\r\n\r\n",
        b"Event: VarSet\r\nVariable: WORD\r\nValue: wanda blume\r\n\r\n",
        b"Action: Originate\r\nVariable: PIN=6603917\r\n\r\n",
        b"Action: Originate\r\nChannel: PJSIP/1001\r\nAccount: tenant-wanda\r\nPriority: 1\r\n\r\n",
        b"Action: Originate\r\nVariable: A=1\r\nAccount: wanda and blume\r\n\r\n",
        b"Event: Hangup\r\nChanVariable(PJSIP/1001): CODE=wanda\r\nChanVariable: CODE=6603917\r\n\r\n",
    ],
)
def test_a_variable_names_its_value(payload: bytes) -> None:
    new = ami.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert not [value for value in (b"6603917", b"wanda", b"blume") if value in new]
    assert new.count(b"ariable") == payload.count(b"ariable")
    assert new.count(b"\r\n") == payload.count(b"\r\n")
    assert ami.STREAM.rewrite(payload, flow(), learning()[0]) == payload


def test_statistics_stay() -> None:
    event = b"Event: VarSet\r\nVariable: RTPAUDIOQOSLOSS\r\nValue:   minrxlost=000.000000;  lostpackets=12;\r\n\r\n"
    assert ami.STREAM.rewrite(event, flow(), rewriting()) == event


def test_the_state_of_a_channel_stays() -> None:
    new = ami.STREAM.rewrite(EVENT, flow(), rewriting())
    assert new is not None
    assert b"ChannelStateDesc: Ring\r\n" in new
    assert b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/" in new


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (BANNER + EVENT, len(BANNER)),
        (BANNER[:10], DAMAGED),
        (BANNER[:25], MORE),
        (LOGIN + EVENT, len(LOGIN)),
        (LOGIN[:-2], MORE),
        (OUTPUT + EVENT, len(OUTPUT)),
        (b"\r\n" + EVENT, 2),
        (b"GET / HTTP/1.1\r\n\r\n", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert ami.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (BANNER, True),
        (LOGIN[:16], True),
        (EVENT, True),
        (b"Response: Success\r\n", True),
        (b"\r\n", False),
        (b"INVITE sip:1001@pbx.example.com SIP/2.0", False),
    ],
)
def test_where_a_block_begins(data: bytes, begins: bool) -> None:
    assert ami.STREAM.begins(data, flow()) is begins


def test_what_is_no_identity_stays() -> None:
    assert ami.STREAM.rewrite(BANNER, flow(), rewriting()) == BANNER
    assert ami.STREAM.rewrite(b"\r\n", flow(), rewriting()) == b"\r\n"


@given(st.binary(max_size=150), st.sampled_from([b"", BANNER, LOGIN[:30], OUTPUT[:40], b"\r\n"]))
def test_any_octets(tail: bytes, head: bytes) -> None:
    payload = head + tail
    ami.STREAM.begins(payload, flow(dport=5038))
    assert ami.STREAM.length(payload) >= DAMAGED
    ami.STREAM.rewrite(payload, flow(), rewriting())
    assert ami.STREAM.rewrite(payload, flow(), learning()[0]) == payload


def test_keys_of_events_stay() -> None:
    payload = b"Event: Hangup\r\nCause: 16\r\nCause-txt: Normal Clearing\r\nChannelState: 6\r\nEventTime: 12\r\n\r\n"
    assert ami.STREAM.rewrite(payload, flow(), rewriting()) == payload


def test_a_key_that_is_somebody_goes() -> None:
    new = ami.STREAM.rewrite(b"Event: UserEvent\r\nalice.doe: 1\r\n\r\n", flow(), rewriting())
    assert new is not None
    assert b"alice" not in new


@pytest.mark.parametrize(("value", "stays"), [(b"12345", True), (b"15550100123", False), (b"wanda", False)])
def test_times_of_a_call_stay(value: bytes, stays: bool) -> None:
    payload = b"Event: VarSet\r\nVariable: DIALEDTIME_MS\r\nValue: " + value + b"\r\n\r\n"
    new = ami.STREAM.rewrite(payload, flow(), rewriting())
    assert (new == payload) is stays
