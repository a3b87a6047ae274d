"""The event socket of FreeSWITCH: commands and events stay, whose they are goes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import esl
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting
from tests.passes import DOUBLING, doubling

SOCKET = flow(dport=8021)
UUID = b"3e1f0a52-0d1f-4f57-9a3c-0b7c6a1d2e3f"
EVENT = (
    b"Event-Name: CHANNEL_CREATE\nEvent-Calling-File: switch_channel.c\nChannel-State: CS_INIT\nUnique-ID: "
    + UUID
    + b"\n"
    b"FreeSWITCH-Hostname: copper-heron4\nFreeSWITCH-IPv6: 2001%3Adb9%3A%3A77\nCaller-Caller-ID-Name: Carla%20Quarles\n"
    b"Caller-Caller-ID-Number: %2B12025550143\nvariable_sip_auth_password: Vq7%24kettle\n"
    b"variable_sip_contact_uri: carla.q%40203.0.113.9%3A5060\nvariable_sip_h_X-Cust: QUARLES-471120\n"
    b"variable_sdp: v%3D0%0D%0Ac%3DIN%20IP4%20203.0.113.9%0D%0Am%3Daudio%204%20RTP/AVP%200%0D%0A\nDTMF-Digit: 7\n\n"
)
JSON = b'{"Event-Name":"CUSTOM","Caller-Caller-ID-Name":"Carla Quarles","_body":"meet Wanda at nine"}'
PLANTED = b"Carla carla Quarles QUARLES kettle 203.0.113.9 2001:db9 5550143 heron4 Wanda 3e1f0a52 471120".split()


def block(kind: bytes, body: bytes) -> bytes:
    return b"Content-Length: %d\nContent-Type: %b\n\n" % (len(body), kind) + body


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    way = SOCKET._replace(cut=cut)
    assert esl.STREAM.rewrite(payload, way, learning()[0]) == payload
    new = esl.STREAM.rewrite(payload, way, rewriting())
    assert new is not None
    assert not [value for value in PLANTED if value in new]
    if not cut:
        assert esl.STREAM.length(new) == len(new)
    return new


def test_an_event_keeps_its_keys_and_what_the_switch_says() -> None:
    new = rewritten(block(b"text/event-plain", EVENT))
    length = re.search(rb"Content-Length: ([0-9]+)\n", new)
    assert length is not None
    assert int(length[1]) == len(new.partition(b"\n\n")[2])
    for kept in (
        b"Event-Name: CHANNEL_CREATE\n",
        b"Event-Calling-File: switch_channel.c\n",
        b"Channel-State: CS_INIT\n",
        b"FreeSWITCH-IPv6: 2001%3Adb8%3A",
        b"Caller-Caller-ID-Number: %2B1",
        b"%3A5060\n",
        b"variable_sdp: v%3D0%0D%0Ac%3DIN%20IP4%20",
        b"%0D%0Am%3Daudio%204%20RTP/AVP%200%0D%0A\n",
        b"\nDTMF-Digit: 0\n",
    ):
        assert kept in new


def test_what_is_written_in_an_event_goes() -> None:
    event = b"Event-Name: MESSAGE\nContent-Length: 18\n\nmeet Wanda at nine"
    new = rewritten(block(b"text/event-plain", event))
    inner = new.partition(b"\n\n")[2]
    assert inner.startswith(b"Event-Name: MESSAGE\nContent-Length: %d\n\n" % len(inner.partition(b"\n\n")[2]))


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        (block(b"text/event-json", JSON), b'"Event-Name":"CUSTOM"'),
        (block(b"api/response", b"+OK 203.0.113.9 registered\n"), b"+OK "),
        (block(b"text/event-xml", b"<event>Carla Quarles</event>"), bytes(28)),
        (block(b"text/event-json", b"Carla Quarles"), bytes(13)),
        (b"auth Vq7$kettle\n\n", b"auth "),
        (b"userauth carla.q@heron4.example:Vq7$kettle\n\n", b"userauth "),
        (b"bgapi originate sofia/gateway/quarles/+12025550143 &park()\nJob-UUID: " + UUID + b"\n\n",
         b"originate sofia/gateway/"),
        (b"sendmsg " + UUID + b"\ncall-command: execute\nexecute-app-name: send_dtmf\nexecute-app-arg: 471120\n\n",
         b"\ncall-command: execute\nexecute-app-name: send_dtmf\nexecute-app-arg: "),
    ],
)  # fmt: skip
def test_values_go(payload: bytes, kept: bytes) -> None:
    assert kept in rewritten(payload)


@pytest.mark.parametrize(
    "payload",
    [
        b"Content-Type: auth/request\n\n",
        b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n",
        b"event plain ALL\n\n",
        b"connect\n\n",
        b"exit\n\n",
        b"\n\n",
        b"api sofia status profile internal reg\n\n",
    ],
)
def test_what_stays(payload: bytes) -> None:
    assert rewritten(payload) == payload


@pytest.mark.parametrize(
    ("data", "port", "begins", "length"),
    [
        (b"Content-Type: auth/request\n\n", 4, True, 28),
        (b"Content-Length: 3\nContent-Type: api/response\n\nabcd", 4, True, 49),
        (b"Content-Length: 3\nContent-Type: api/resp", 4, False, DAMAGED),
        (b"auth x\n\n", 8021, True, 8),
        (b"auth x\n\n", 4, False, 8),
        (b"auth x\n", 8021, True, MORE),
        (b"auth x", 8021, False, MORE),
        (b"Content-Type: text/html\n\n", 8021, False, DAMAGED),
        (b"GET / HTTP/1.1\r\n\r\n", 8021, False, DAMAGED),
    ],
)
def test_where_a_block_begins_and_ends(data: bytes, port: int, *, begins: bool, length: int) -> None:
    assert esl.STREAM.begins(data, flow(dport=port)) is begins
    assert esl.STREAM.length(data) == length


def test_a_cut_block_is_read_as_far_as_it_goes() -> None:
    new = rewritten(block(b"text/event-plain", EVENT)[:200], cut=True)
    assert b"Event-Name: CHANNEL_CREATE\n" in new
    assert rewritten(b"auth Vq7$kettle\n", cut=True).startswith(b"auth ")


@given(st.binary(max_size=80), st.sampled_from((b"", b"Event-Name: ", b"a: %3A", b"\n\n", b"auth ", b"sendmsg\n")))
def test_any_octets(octets: bytes, front: bytes) -> None:
    for payload in (front + octets, block(b"text/event-plain", front + octets), front + octets + b"\n\n"):
        esl.STREAM.length(payload)
        new = esl.STREAM.rewrite(payload, SOCKET, rewriting())
        assert (new is None) == (esl.STREAM.rewrite(payload, SOCKET, learning()[0]) is None)
        assert esl.STREAM.rewrite(payload, SOCKET, learning()[0]) in (None, payload)


@pytest.mark.parametrize("unit", [b"a: b\n", b"Content-Length: 1\n", b"%3A", b"@", b"\n", b"Content-Type: "])
def test_time_is_linear(unit: bytes) -> None:
    def read(units: bytes) -> None:
        data = b"Content-Type: command/reply\n" + units
        esl.STREAM.length(data)
        esl.STREAM.rewrite(data + b"\n\n", SOCKET, learning()[0])

    assert doubling(read, unit) <= DOUBLING


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        (b"Caller-Caller-ID-Name: DOEMANN", False),
        (b"Caller-Caller-ID-Name: WANDA_DOEMANN", False),
        (b"variable_customer: DOEMANN", False),
        (b"Reply-Text: -ERR no such user wanda.doemann@192.0.2.77", False),
        (b"variable_endpoint_disposition: EARLY_MEDIA", True),
        (b"variable_proto_specific_hangup_cause: NORMAL_CLEARING", True),
        (b"Channel-State: CS_EXECUTE", True),
    ],
)
def test_a_word_in_capitals_may_be_a_name(line: bytes, *, stays: bool) -> None:
    body = line + b"\n\n"
    new = esl.STREAM.rewrite(block(b"text/event-plain", body), SOCKET, rewriting())
    assert new is not None
    assert (line in new) is stays
    assert stays or not [value for value in (b"DOEMANN", b"doemann", b"192.0.2.77") if value in new]
