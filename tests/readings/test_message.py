"""A whole message by its grammar: every field and body type, and the lengths that count them."""

from __future__ import annotations

import gzip
import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sip
from scrubber.model import Entity
from scrubber.readings.message import Messages, adjusted, is_sdp_type
from scrubber.readings.rewrite import DEPTH
from tests.capture.wire import learning
from tests.passes import DOUBLING, cleaned, complete, doubling

MESSAGES = Messages(complete())
SDP = (
    b"v=0\r\no=carla 20518 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
    b"m=audio 49170 RTP/AVP 0\r\n"
)
PIDF = b"""<?xml version="1.0"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:carla@doeberg.example">
<tuple id="t1"><status><basic>open</basic></status><contact>sip:carla@198.51.100.7</contact>
<note>Lunch with Mallory</note></tuple>
</presence>
"""


def message(content_type: bytes, body: bytes, extra: bytes = b"", off: int = 0) -> bytes:
    return (
        b"MESSAGE sip:bobby@doeberg.example SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds\r\n"
        b'From: "Carla Quarles" <sip:carla@doeberg.example>;tag=as1928301774\r\nTo: <sip:bobby@doeberg.example>\r\n'
        b"Call-ID: a84b4c76e66710@198.51.100.7\r\nCSeq: 1 MESSAGE\r\n"
        + extra
        + (b"Content-Type: " + content_type + b"\r\n" if content_type else b"")
        + b"Content-Length: %d\r\n\r\n" % (len(body) + off)
        + body
    )


def rewritten(data: bytes) -> tuple[sip.Message, bytes]:
    new = MESSAGES.message(data)
    return sip.message(new), new


def declared(data: bytes) -> int:
    match = re.search(rb"Content-Length: *([0-9]+)", data)
    assert match is not None
    return int(match[1])


HIDDEN = (b"carla", b"quarles", b"bobby", b"doeberg", b"198.51.100.7", b"776asdhds", b"1928301774", b"a84b4c76e66710")

BODIES: list[tuple[str, bytes, bytes, tuple[bytes, ...]]] = [
    ("text", b"text/plain", b"Meet Mallory at nine, code 4711", (b"Mallory", b"4711", b"nine")),
    ("text with charset", b"text/plain;charset=UTF-8", "Жанна ждёт".encode(), ("Жанна".encode(),)),
    ("html", b"text/html", b"<p>Meet <b>Mallory</b></p>", (b"Mallory",)),
    ("sdp", b"application/sdp", SDP, (b"carla", b"198.51.100.7")),
    ("dtmf", b"application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n", (b"Signal=5",)),
    ("dtmf alone", b"application/dtmf", b"5", (b"\r\n\r\n5",)),
    (
        "pidf",
        b"application/pidf+xml",
        PIDF,
        (b"carla", b"doeberg", b"Mallory", b"Lunch", b"198.51.100.7"),
    ),
    (
        "summary",
        b"application/simple-message-summary",
        b"Messages-Waiting: yes\r\nMessage-Account: sip:carla@doeberg.example\r\nVoice-Message: 2/8 (0/2)\r\n",
        (b"carla", b"doeberg"),
    ),
    (
        "sipfrag",
        b"message/sipfrag;version=2.0",
        b"SIP/2.0 200 OK\r\nContact: <sip:carla@doeberg.example>\r\n",
        (b"carla",),
    ),
    ("message/sip", b"message/sip", b"INVITE sip:mallory@doeberg.example SIP/2.0\r\n\r\n", (b"mallory",)),
    ("json", b"application/json", b'{"callerName":"Mallory","password":"hush-hush"}', (b"Mallory", b"hush-hush")),
    ("form", b"application/x-www-form-urlencoded", b"user=mallory&password=hush-hush", (b"mallory", b"hush-hush")),
    ("unknown", b"application/x-vendor", b"customer Mallory secret hush-hush", (b"Mallory", b"hush-hush")),
    ("binary", b"application/octet-stream", bytes(range(256)), (bytes(range(65, 91)),)),
    ("untyped text", b"", b"Meet Mallory at nine", (b"Mallory",)),
    ("untyped sdp", b"", SDP, (b"carla", b"198.51.100.7")),
]


@pytest.mark.parametrize(
    ("content_type", "body", "hidden"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_bodies_lose_their_values_and_keep_their_count(
    content_type: bytes, body: bytes, hidden: tuple[bytes, ...]
) -> None:
    for off in (0, 7, -1):
        data = message(content_type, body, off=off)
        found, new = rewritten(data)
        for value in (*HIDDEN, *hidden):
            assert value.lower() not in new.lower()
        assert declared(new) == len(new) - found.body_start + off
        assert [field.name for field in found.fields] == [field.name for field in sip.message(data).fields]


@pytest.mark.parametrize("content_type", [b"application/json", b"application/vnd.vendor+json"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"Mallory","remark":"call Trudy"}',
        b'["Mallory",{"a":["Trudy"]}]',
        b'{"a":"{\\"b\\":\\"Mallory\\"}"}',
        b'{"a":"Mallory", "b":Trudy}',
        b'{"a":"Mallo',
        b'{"a":"Mallo\\',
        b"Mallory",
        b'{"who":471123,"at":52.520008,"Trudy@doeberg.example":1}',
    ],
)
def test_unknown_keys_of_json_bodies_are_sensitive(content_type: bytes, body: bytes) -> None:
    _, new = rewritten(message(content_type, body))
    for value in (b"Mallo", b"Trudy", b"471123", b"52.520008"):
        assert value not in new


def test_json_bodies_stay_json() -> None:
    body = b'{"a":true,"b":null,"c":-12,"d":0.5,"e":[1,"ok","2025-03-02T18:00:12Z"],"f":1740938592,"g":"Mallory"}'
    found, new = rewritten(message(b"application/json", body))
    assert new[found.body_start :].startswith(body[: body.index(b"Mallory")])
    assert isinstance(json.loads(new[found.body_start :])["g"], str)


def test_multipart_bodies_are_read_part_by_part() -> None:
    body = (
        b"--b1\r\nContent-Type: text/plain\r\n\r\nMeet Mallory\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n"
        + SDP
        + b"--b1\r\nContent-Type: multipart/mixed;boundary=b2\r\n\r\n--b2\r\n\r\nTrudy was here\r\n--b2--\r\n--b1--\r\n"
    )
    found, new = rewritten(message(b'multipart/mixed;boundary="b1"', body))
    for value in (*HIDDEN, b"Mallory", b"Trudy"):
        assert value.lower() not in new.lower()
    assert new.count(b"--b1") == 4
    assert new.count(b"--b2") == 2
    assert b"m=audio 49170 RTP/AVP 0" in new
    assert declared(new) == len(new) - found.body_start


@pytest.mark.parametrize("name", [b"Content-Encoding", b"e"])
@pytest.mark.parametrize(("encoding", "wbits"), [(b"gzip", 31), (b"deflate", 15), (b"deflate", -15), (b" X-GZip ", 31)])
def test_packed_bodies_are_read_and_packed_again(name: bytes, encoding: bytes, wbits: int) -> None:
    packing = zlib.compressobj(wbits=wbits)
    body = packing.compress(SDP) + packing.flush()
    old = message(b"application/sdp", body, name + b": " + encoding + b"\r\n")
    found, new = rewritten(old)
    assert zlib.decompress(new[found.body_start :], wbits) == MESSAGES.body(b"application/sdp", SDP) != SDP
    assert declared(new) == len(new) - found.body_start
    assert Messages(learning()[0].reader).message(old) == old


def test_a_body_that_only_calls_itself_packed_is_read() -> None:
    found, new = rewritten(message(b"application/sdp", SDP, b"Content-Encoding: gzip\r\n"))
    assert new[found.body_start :] == MESSAGES.body(b"application/sdp", SDP)


def test_a_body_that_holds_nothing_stays_as_it_was_packed() -> None:
    body = gzip.compress(b"m=audio 49170 RTP/AVP 0\r\n", mtime=0)
    found, new = rewritten(message(b"application/sdp", body, b"Content-Encoding: gzip\r\n"))
    assert new[found.body_start :] == body


def test_signalling_in_a_body_keeps_what_it_is_about() -> None:
    cause = b"\x0c\x02\x00\x02\x80\x91"
    body = b"--b1\r\nContent-Type: application/ISUP;version=itu-t92+\r\n\r\n" + cause + b"\r\n--b1--\r\n"
    assert cause in rewritten(message(b"multipart/mixed;boundary=b1", body))[1]
    q931 = b"\x08\x02\x12\x34\x05\x6c\x0c\x00\x805550100123"
    _, new = rewritten(message(b"application/x-q931", q931))
    assert new.endswith(complete().value(Entity.NUMBER, b"5550100123", "x"))
    assert q931[:9] in new


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"aes128"])
def test_encoded_bodies_become_filler_of_their_length(encoding: bytes) -> None:
    body = b"\x1f\x8b\x08Mallory and carla"
    found, new = rewritten(message(b"text/plain", body, b"Content-Encoding: " + encoding + b"\r\n"))
    assert len(new) - found.body_start == len(body)
    assert b"Mallory" not in new


def test_nesting_is_bounded() -> None:
    data = b"hello Mallory"
    for _ in range(DEPTH + 4):
        data = message(b"message/sip", data)
    assert b"Mallory" not in MESSAGES.message(data)
    assert MESSAGES.body(b"text/plain", b"hello Mallory", DEPTH) == b"AAAAA AAAAAAA"


@pytest.mark.parametrize(
    ("field", "hidden"),
    [
        (b"X-Unheard: Carla Quarles", b"Quarles"),
        (b"X-Unheard:Quarles", b"Quarles"),
        (b"X-Unheard: +15550100199", b"5550100199"),
        (b"X-Unheard: 00:00:5e:00:53:99", b"00:00:5e:00:53:99"),
        (b"X-Serial: 00005e005399", b"5e005399"),
        (b"X-My-Password: hush-hush", b"hush-hush"),
        (b"Subject: Mallory", b"Mallory"),
        (b"s: Mallory", b"Mallory"),
        (b"f: <sip:mallory@doeberg.example>", b"mallory"),
        (b"m: <sip:mallory@doeberg.example>", b"mallory"),
        (b'P-Asserted-Identity: "Mallory"\r\n\t<sip:m4llory@doeberg.example>', b"m4llory"),
        (b"Organization: Mallory Ltd", b"Mallory"),
        (b"User-Agent: Phone 00:00:5e:00:53:99", b"00:00:5e:00:53:99"),
        (b'Warning: 399 doeberg.example "Mallory is away"', b"doeberg.example"),
        (b"Authorization: Basic Y2FybGE6aHVzaC1odXNo", b"Y2FybGE6aHVzaC1odXNo"),
        (b"Connection: Server=x;UID=doe;PWD=hush-hush", b"hush-hush"),
        (b"Supported: password=hush-hush", b"hush-hush"),
        (b"Max-Forwards: +15550100199", b"5550100199"),
        (b"X-Unheard kettle_wren26", b"wren26"),
        (b"P-Asserted-Identity <sip:m4llory@doeberg.example>", b"m4llory"),
        (b"this is no field of sip:mallory@doeberg.example", b"mallory"),
    ],
)
def test_fields_lose_their_values(field: bytes, hidden: bytes) -> None:
    new = MESSAGES.message(message(b"text/plain", b"x", field + b"\r\n"))
    assert hidden.lower() not in new.lower()
    name = field.partition(b":")[0]
    assert b"\r\n" + name + b":" in new or b":" not in field.partition(b"sip:")[0]


@pytest.mark.parametrize(
    "field",
    [
        b"Max-Forwards: 70",
        b"Allow: INVITE, ACK, BYE, CANCEL",
        b"Supported: replaces, 100rel, timer",
        b"k: replaces",
        b"Expires: 3600",
        b"Event: message-summary",
        b"Privacy: id",
        b"Require: sec-agree",
        b"X-Unheard: 1",
        b"X-Unheard 1",
        b"Max-Forwards 70",
        b"X-Unheard",
        b"X-Unheard: yes",
        b"Session-Expires: 1800;refresher=uac",
        b"Subscription-State: terminated;reason=timeout;retry-after=300",
        b"Keep-Alive: timeout=5, max=100",
        b"Cache-Control: private, max-age=0, s-maxage=10",
        b"RAck: 4294967295 4294967295 INVITE",
        b"Timestamp: 1740938592.345",
    ],
)
def test_protocol_fields_stay(field: bytes) -> None:
    assert b"\r\n" + field + b"\r\n" in MESSAGES.message(message(b"text/plain", b"x", field + b"\r\n"))


def test_folded_human_text_stays_folded() -> None:
    data = message(b"text/plain", b"x", b"Subject: Budget\r\n with Mallory\r\nExpires: 5\r\n")
    new = MESSAGES.message(data)
    assert b"Mallory" not in new
    assert [field.name for field in sip.message(new).fields] == [field.name for field in sip.message(data).fields]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message(data: bytes) -> None:
    MESSAGES.message(data)
    MESSAGES.body(b"", data)
    MESSAGES.body(data, data)
    MESSAGES.start_line(data)
    MESSAGES.sdp_line(data)


@given(
    st.lists(
        st.sampled_from(
            [b"From: ", b"<sip:carla@doeberg.example>", b"\r\n", b"\n", b" ", b":", b"v=0", b"Content-Length: 4"]
        )
    )
)
def test_no_value_survives_in_broken_messages(pieces: list[bytes]) -> None:
    new = MESSAGES.message(b"INVITE sip:carla@doeberg.example SIP/2.0\r\n" + b"".join(pieces))
    assert b"carla@doeberg" not in new


@pytest.mark.parametrize(
    ("value", "growth", "new"),
    [
        (b" 100", 5, b" 105"),
        (b" 100", -5, b"  95"),
        (b" 95", 10, b" 105"),
        (b"  95", 10, b" 105"),
        (b"100", -5, b"095"),
        (b"95", 10, b"105"),
        (b" 5", -10, b" 0"),
        (b"\t9", 1, b"\t10"),
        (b" 0", 0, b" 0"),
        (b" 12 ", 1, b" 13 "),
        (b" none", 5, b" none"),
        (b"", 5, b""),
    ],
)
def test_lengths_are_adjusted_in_their_width(value: bytes, growth: int, new: bytes) -> None:
    assert adjusted(value, growth) == new


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (b" application/sdp", True),
        (b"APPLICATION/SDP ; charset=utf-8", True),
        (b" application/sdpx", False),
        (b" multipart/mixed;boundary=x", False),
        (b"", False),
    ],
)
def test_plain_sdp(value: bytes, plain: bool) -> None:
    assert is_sdp_type(value) is plain


def test_lines_that_could_not_be_put_back_are_suppressed() -> None:
    assert MESSAGES.suppressed(b"Mallory was here") == complete().value(Entity.TEXT, b"Mallory was here", "r")


@pytest.mark.parametrize(
    "unit", [b"a", b"From: a\r\n", b"\r\n", b" \r\n", b":", b"X: \r\n ", b"--b\r\n", b"a=b\r\n", b"<", b"(", b'"']
)
def test_messages_take_linear_time(unit: bytes) -> None:
    start = b"INVITE sip:a@b.example SIP/2.0\r\n"
    assert doubling(lambda data: MESSAGES.message(start + data), unit, 1 << 14) <= DOUBLING
    assert doubling(lambda data: MESSAGES.body(b"multipart/mixed;boundary=b", data), unit, 1 << 14) <= DOUBLING


@pytest.mark.parametrize(
    ("content_type", "around"),
    [
        (b"application/sdp", b"%b"),
        (b"multipart/mixed;boundary=x", b"--x\r\nContent-Type: application/sdp\r\n\r\n%b--x--\r\n"),
    ],
)
def test_a_session_version_says_nothing_of_the_id_that_went(content_type: bytes, around: bytes) -> None:
    body = around % SDP.replace(b"20518 1 IN", b"4004271684 4004271686 IN")
    _, new = rewritten(message(content_type, body))
    origin = re.search(rb"\no=\S+ ([0-9]+) ([0-9]+) IN", new)
    assert origin is not None
    assert b"40042716" not in new
    assert int(origin[2]) - int(origin[1]) == 2


@pytest.mark.parametrize(
    ("name", "value", "gone"),
    [
        (b"Supported", b"Kw4llm0n7, timer", b"Kw4llm0n7"),
        (b"Allow-Events", b"Quillmort, presence", b"Quillmort"),
        (b"Connection", b"Vextarn8849 keep-alive", b"Vextarn"),
        (b"Priority", b"Quillmort-77", b"Quillmort"),
        (b"Session-Expires", b"1800;Quillmort", b"Quillmort"),
    ],
)
def test_what_no_protocol_chooses_does_not_stay_in_its_fields(name: bytes, value: bytes, gone: bytes) -> None:
    new = cleaned(b"OPTIONS sip:a@b.example SIP/2.0\r\n%b: %b\r\n\r\n" % (name, value))
    assert gone not in new
    assert all(word in new for word in (b"timer", b"presence", b"keep-alive", b"1800") if word in value)
