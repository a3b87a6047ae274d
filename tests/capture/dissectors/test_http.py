from __future__ import annotations

import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import http
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

GET = (
    b"GET /provision/00005e005301.cfg?user=alice.doe&password=hunter22&page=wanda HTTP/1.1\r\n"
    b"Host: pbx.example.com:8080\r\nAuthorization: Basic YWxpY2UuZG9lOmh1bnRlcjIy\r\n"
    b"Cookie: sid=hunter22\r\nUser-Agent: Yealink SIP-T46S 66.84.0.15 00:00:5e:00:53:01\r\n"
    b"Referer: http://pbx.example.com/wanda.html\r\nX-Forwarded-For: 192.0.2.77\r\nX-Odd: Wanda Blume\r\n"
    b"Accept: */*\r\nConnection: keep-alive\r\n\r\n"
)
PLANTED = (
    b"alice",
    b"hunter22",
    b"wanda",
    b"Wanda",
    b"Blume",
    b"pbx.example",
    b"192.0.2.77",
    b"5e0053",
    b"5e:00:53",
    b"YWxpY2",
)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
SEARCH = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 3\r\n'
    b"ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"
)
ALIVE = (
    b"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nLOCATION: http://192.0.2.77:80/desc.xml\r\n"
    b"USN: uuid:3f2504e0-4f89-11d3-9a0c-0305e82c3301::upnp:rootdevice\r\n\r\n"
)
SETUP = (
    b"SETUP rtsp://pbx.example.com/wanda/trackID=1 RTSP/1.0\r\nCSeq: 3\r\n"
    b"Transport: RTP/AVP;unicast;client_port=4588\r\n\r\n"
)


def response(content_type: bytes, body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s" % (
        content_type,
        more,
        len(body),
        body,
    )


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = http.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


def declared(message: bytes) -> tuple[int, int]:
    """Content-Length, and the octets that are there."""
    head, _, body = message.partition(b"\r\n\r\n")
    found = re.search(rb"Content-Length: *([0-9]+)", head)
    assert found is not None
    return int(found[1]), len(body)


@pytest.mark.parametrize(
    ("payload", "claimed"),
    [
        (GET, True),
        (SEARCH, True),
        (ALIVE, True),
        (SETUP, True),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", True),
        (b"HTTP/1.1 200\r\n\r\n", True),
        (b"OPTIONS sip:pbx.example.com SIP/2.0\r\n\r\n", False),
        (b"SIP/2.0 200 OK\r\n\r\n", False),
        (b"ALICE / HTTP/1.1\r\n", False),
        (b"GET / with no version\r\n", False),
        (b"", False),
    ],
)
def test_recognised_by_the_start_line(payload: bytes, claimed: bool) -> None:
    assert http.claims(payload, flow()) is claimed
    assert (http.dissect(payload, flow(), rewriting()) is not None) is claimed


def test_a_request_shows_what_was_asked_and_not_by_whom() -> None:
    new = rewritten(GET)
    assert re.match(rb"GET /provision/[0-9a-f]{12}\.cfg\?user=[^ &]+&password=REDACTED&page=[^ &]+ HTTP/1\.1\r\n", new)
    assert b":8080\r\n" in new
    assert b"Yealink SIP-T46S 66.84.0.15" in new
    assert b"Accept: */*\r\nConnection: keep-alive\r\n\r\n" in new
    assert not [value for value in PLANTED if value in new]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b"GET / HTTP/1.1", True),
        (b"OPTIONS * HTTP/1.1", True),
        (b"GET /index.html HTTP/1.0", True),
        (b"HTTP/1.1 503 Service Unavailable", True),
        (b"HTTP/1.1 200 OK", True),
        (b"GET /wanda HTTP/1.1", False),
        (b"CONNECT pbx.example.com:443 HTTP/1.1", False),
        (b"HTTP/1.1 404 call 192.0.2.77", False),
    ],
)
def test_start_lines(line: bytes, kept: bool) -> None:
    assert (rewritten(line + b"\r\n\r\n") == line + b"\r\n\r\n") is kept


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (b"application/json", b'{"user":"alice.doe","password":"hunter22"}'),
        (b"text/xml", b"<a><password>hunter22</password><n>Wanda</n></a>"),
        (b"text/xml", b"<soap:Envelope><x><Value>hunter22</Value></x></soap:Envelope>"),
        (b"application/octet-stream", b"account.1.password = hunter22\nlabel = Wanda\n"),
        (b"text/plain", b"Dear Wanda, call 192.0.2.77"),
        (b"text/html", b"<html><b>Wanda</b></html>"),
        (b"application/x-www-form-urlencoded", b"user=alice.doe&pass=hunter%32%32&who=Wanda"),
        (
            b"multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="p"\r\n\r\nWanda\r\n--b--\r\n',
        ),
        (b"", b"Wanda"),
        (b"application/sdp", b"v=0\r\no=alice.doe 1 1 IN IP4 192.0.2.77\r\ns=-\r\n"),
    ],
)
def test_bodies_by_type(content_type: bytes, body: bytes) -> None:
    new = rewritten(response(content_type, body))
    said, there = declared(new)
    assert said == there
    assert not [value for value in PLANTED if value in new]
    to, _ = learning()
    assert http.dissect(response(content_type, body), flow(), to) == response(content_type, body)


@pytest.mark.parametrize(
    ("content_type", "body", "more"),
    [
        (b"image/png", b"\x89PNG Wanda", b""),
        (b"application/json", b"\x1f\x8b\x08Wanda", b"Content-Encoding: gzip\r\n"),
        (b"text/plain", b"\x1f\x8b\x08Wanda", b""),
        (b"text/plain", b"Wanda\0\0", b""),
    ],
)
def test_what_is_binary_is_blanked_at_its_length(content_type: bytes, body: bytes, more: bytes) -> None:
    new = rewritten(response(content_type, body, more))
    assert new.endswith(b"\r\n\r\n" + bytes(len(body)))


@pytest.mark.parametrize(("coding", "wbits"), [(b"gzip", 31), (b"deflate", 15)])
def test_a_packed_document_is_read(coding: bytes, wbits: int) -> None:
    document = b"server = pbx.example.com\npassword = hunter22\nexpires = 3600\n"
    packing = zlib.compressobj(wbits=wbits)
    packed = packing.compress(document) + packing.flush()
    old = response(b"text/plain", packed, b"Content-Encoding: " + coding + b"\r\n")
    new = rewritten(old)
    assert http.STREAM.length(new) == len(new)
    content = zlib.decompress(new.partition(b"\r\n\r\n")[2], wbits)
    assert content.startswith(b"server = ")
    assert content.endswith(b"\nexpires = 3600\n")
    assert not [value for value in PLANTED if value in content]
    assert http.dissect(old, flow(), learning()[0]) == old


def test_the_skeleton_of_a_certificate_stays() -> None:
    new = rewritten(response(b"application/pkix-cert", b"\x30\x0b\x0c\x05Wanda\x02\x02\1\2"))
    assert new.endswith(b"\x30\x0b\x0c\x05xxxxx\x02\x02\0\0")


def test_chunks_are_counted_again() -> None:
    payload = CHUNKED + b"13\r\npassword = hunter22\r\n9\r\nlonger00\n\r\n0\r\nX-Sum: Wanda\r\n\r\n"
    new = rewritten(payload)
    assert http.STREAM.length(new) == len(new)
    assert not [value for value in PLANTED if value in new]
    assert http.dissect(payload, flow(), learning()[0]) == payload


def test_an_extension_of_a_chunk_stays_one() -> None:
    payload = CHUNKED + b"3 ;who=Wanda\r\na=b\r\n0\r\n\r\n"
    new = rewritten(payload)
    assert http.STREAM.length(new) == len(new)
    assert new.startswith(b"3 ;xx", len(new) - len(payload) + len(CHUNKED))
    assert b"Wanda" not in new
    assert http.dissect(payload, flow(), learning()[0]) == payload


def test_what_is_no_extension_of_a_chunk_does_not_stay() -> None:
    for behind in (b"3 Wanda\r\n", b"3 Wanda;x=1\r\n"):
        assert b"Wanda" not in rewritten(CHUNKED + behind + b"a=b\r\n0\r\n\r\n")


def test_octets_behind_a_message_are_blanked() -> None:
    assert rewritten(b"GET / HTTP/1.1\r\n\r\nWanda").endswith(b"\r\n\r\n" + bytes(5))
    assert rewritten(CHUNKED + b"zz is no size Wanda").endswith(b"\r\n\r\n" + bytes(19))


def test_services_are_found_on_a_network() -> None:
    assert rewritten(SEARCH) == SEARCH
    new = rewritten(ALIVE)
    assert b"NTS: ssdp:alive\r\n" in new
    assert new.endswith(b"::upnp:rootdevice\r\n\r\n")
    assert b"3f2504e0" not in new
    assert b"192.0.2.77" not in new


def test_streaming_requests() -> None:
    new = rewritten(SETUP)
    assert new.startswith(b"SETUP rtsp://")
    assert b"CSeq: 3\r\nTransport: RTP/AVP;unicast;client_port=4588\r\n" in new
    assert b"wanda" not in new
    media = flow(dport=554)
    assert http.STREAM.begins(b"$\0\0\x05Wanda", media)
    assert http.STREAM.length(b"$\0\0\x05Wanda") == 9
    assert http.dissect(b"$\0\0\x05Wanda", media, rewriting()) == b"$\0\0\x05" + bytes(5)


def test_the_answer_of_a_proxy_stays() -> None:
    new = rewritten(b"HTTP/1.1 200 Connection established\r\nProxy-agent: box\r\n\r\n")
    assert new.startswith(b"HTTP/1.1 200 Connection established\r\n")


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (GET + GET, len(GET)),
        (GET[:80], MORE),
        (GET[:16], MORE),
        (response(b"text/plain", b"hello") + b"HTTP", len(response(b"text/plain", b"hello"))),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 48),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81", 36),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", MORE),
        (b"HTTP/1.0 200 OK\r\n\r\n\x16\3\3\0\x54", 19),
        (b"HTTP/1.1 200 Connection Established\r\nVia: 1.1 proxy\r\n\r\n", 55),
        (b"HTTP/1.1 200 Tunnel established\r\n\r\nx", 35),
        (b"HTTP/1.1 200 Connection Established\r\nContent-Length: 1\r\n\r\nx", 59),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", 28),
        (CHUNKED + b"1\r\na\r\n0\r\n\r\nrest", len(CHUNKED) + 11),
        (CHUNKED + b"1\r\na\r\n0\r\n", MORE),
        (CHUNKED + b"this is no size", DAMAGED),
        (b"SIP/2.0 200 OK\r\n\r\n", DAMAGED),
        (b"$\0", MORE),
    ],
)
def test_length_over_tcp(data: bytes, length: int) -> None:
    assert http.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("message", "protocol"),
    [
        (b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "websocket"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\r\n", "websocket"),
        (b"HTTP/1.1 403 Forbidden\r\nUpgrade: websocket\r\n\r\n", ""),
        (GET, ""),
    ],
)
def test_what_follows_a_handshake(message: bytes, protocol: str) -> None:
    assert http.STREAM.after is not None
    assert http.STREAM.after(message) == protocol


def test_learning() -> None:
    to, lexicon = learning()
    assert http.dissect(GET, flow(), to) == GET
    assert b"hunter22" in lexicon.values[Entity.SECRET]
    assert b"pbx.example.com" in lexicon.values[Entity.HOST]


@pytest.mark.parametrize("size", [10, 40, 100, 200, len(GET) - 1])
def test_a_cut_message_shows_nothing(size: int) -> None:
    new = rewritten(GET[:size], cut=True)
    assert not [value for value in PLANTED if value in new]


@given(
    st.binary(max_size=150),
    st.sampled_from(
        [b"", GET, CHUNKED, CHUNKED + b"5\r\nhello\r\n", ALIVE, SETUP, response(b"text/xml", b"<a>b</a>"), b"$"]
    ),
    st.booleans(),
)
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(dport=554, cut=cut)
    http.claims(payload, where)
    http.STREAM.begins(payload, where)
    assert http.STREAM.length(payload) >= DAMAGED
    if http.STREAM.after is not None:
        http.STREAM.after(payload)
    http.dissect(payload, where, rewriting())
    assert http.dissect(payload, where, learning()[0]) in (None, payload)


@pytest.mark.parametrize(
    "field",
    [
        b"Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3YW5kYSJ9.c2ln",
        b"Authorization: wanda",
        b'Authorization: Digest username="alice.doe", uri="/p/wanda/6603917"',
        b'Authorization: Digest username="alice.doe", URI="/p/wanda/6603917"',
        b"X-Alice.Doe-Id: 7",
        b"wanda blume",
        b"Expect: wanda",
        b"Age: 0306603917",
        b"Allow: wanda",
        b"Date: Sat, Wanda",
        b"Transport: wanda;source=192.0.2.77",
        b"X-Requested-With: com.wanda.app",
        b"Access-Control-Allow-Origin: https://wanda.example",
    ],
)
def test_fields_hold_nobody(field: bytes) -> None:
    payload = b"GET / HTTP/1.1\r\n" + field + b"\r\n\r\n"
    new = rewritten(payload)
    assert not [value for value in (*PLANTED, b"6603917", b"eyJ", b"Alice.Doe") if value in new]
    assert http.dissect(payload, flow(), learning()[0]) == payload


def test_a_reason_is_what_somebody_wrote() -> None:
    assert b"Wanda" not in rewritten(b"HTTP/1.1 404 No such user Wanda\r\n\r\n")
    assert rewritten(b"HTTP/1.1 404 Not Found\r\n\r\n") == b"HTTP/1.1 404 Not Found\r\n\r\n"


@pytest.mark.parametrize(
    "body", [b'{"a":"Wanda Blume"}', b'["wanda"]', b'{"variables":{"CALLERID(name)":"Wanda Blume","X":"wanda"}}']
)
def test_unknown_keys(body: bytes) -> None:
    assert not [value for value in PLANTED if value in rewritten(response(b"application/json", body))]


def test_a_key_that_is_somebody() -> None:
    assert b"alice" not in rewritten(response(b"application/x-www-form-urlencoded", b"alice.doe_password=x&alicedoe=1"))
