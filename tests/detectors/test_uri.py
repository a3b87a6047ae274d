from __future__ import annotations

import pytest

from scrubber.detectors import uri
from scrubber.model import Entity

USER, HOST, SECRET, EMAIL = Entity.USER, Entity.HOST, Entity.SECRET, Entity.EMAIL
NUMBER, CALL_ID, DEVICE, ID, EXT = Entity.NUMBER, Entity.CALL_ID, Entity.DEVICE, Entity.IDENTIFIER, Entity.EXTENSION

Expected = list[tuple[bytes, Entity]]

SIP: list[tuple[bytes, Expected]] = [
    (b"Making call to sip:1001@pbx.example.com", [(b"1001", USER), (b"pbx.example.com", HOST)]),
    (b"'sip:1001@h.example', x", [(b"1001", USER), (b"h.example", HOST)]),
    (b"<sip:1001-0x55d0c8a1@192.0.2.138:5060>;expires=300", [(b"1001-0x55d0c8a1", USER), (b"192.0.2.138", HOST)]),
    (
        b"Contact 1001/sip:1001@192.0.2.1:5060;ob;pn-prid=4f9c1e7a is now Reachable",
        [(b"1001", USER), (b"192.0.2.1", HOST), (b"4f9c1e7a", DEVICE)],
    ),
    (b"sip:alice:s3cret@h.example.", [(b"alice", USER), (b"s3cret", SECRET), (b"h.example", HOST)]),
    (b'"sip:o\'brien@h.example"', [(b"o'brien", USER), (b"h.example", HOST)]),
    (b"&lt;sip:1001@192.0.2.1&gt;;tag=x", [(b"1001", USER), (b"192.0.2.1", HOST)]),
    (b"[sip:[2001:db8::1]:5067;transport=TCP]", [(b"2001:db8::1", HOST)]),
    (b"MessageSend(pjsip:1001,sip:1002@h.example)", [(b"1001", USER), (b"1002", USER), (b"h.example", HOST)]),
    (b"tel:+1-555-555-0100;phone-context=example.com", [(b"+1-555-555-0100", NUMBER), (b"example.com", HOST)]),
    (b"pres:alice@h.example", [(b"alice", USER), (b"h.example", HOST)]),
    (b"mailto:alice@example.com", [(b"alice@example.com", EMAIL)]),
    (b"csc:alice@example.com:s3cret@ACME*", [(b"alice@example.com", USER), (b"s3cret", SECRET), (b"ACME*", HOST)]),
    (b"fs_path=sip%3A1001%40198.51.100.7%3A5060", [(b"1001", USER)]),
    (b"sip%3A%2B15550100%40edge.example.net", [(b"%2B15550100", USER), (b"edge.example.net", HOST)]),
    (
        b"register => alice:s3cret@sip.example.com/1001",
        [(b"alice", USER), (b"s3cret", SECRET), (b"sip.example.com", HOST)],
    ),
]

URLS: list[tuple[bytes, Expected]] = [
    (
        b"http://admin:pa%21ss,x@h.example:8088/ari/endpoints?api_key=crm:x&user=1001",
        [
            (b"admin", USER),
            (b"pa%21ss,x", SECRET),
            (b"h.example", HOST),
            (b"crm:x", SECRET),
            (b"1001", USER),
        ],
    ),
    (b"https://t0ken@h.example/", [(b"t0ken", SECRET), (b"h.example", HOST)]),
    (b"connected ws://pbx:8088/ws", [(b"pbx", HOST)]),
    (b"wss://web.example.com:8080/ws.", [(b"web.example.com", HOST)]),
    (b"tftp://192.0.2.5/x ldap://[2001:db8::5]/o=x", [(b"192.0.2.5", HOST), (b"2001:db8::5", HOST)]),
    (b"stun:stun.example.com:3478", [(b"stun.example.com", HOST)]),
    (
        b"https://h.example/c/15550100?id=Q77190433x1y2z&state=on",
        [(b"h.example", HOST), (b"15550100", NUMBER), (b"Q77190433x1y2z", ID)],
    ),
    (b"http://h.example/users/1001/", [(b"h.example", HOST), (b"1001", EXT)]),
    (b'"GET /phonebook.xml?mac=001122334455&ext=1001 HTTP/1.1"', [(b"1001", USER)]),
    (b"Request URI is /rawman?action=login&username=alice&secret=s3", [(b"alice", USER), (b"s3", SECRET)]),
    (b"https://alice:hunter/2@h.example/x", [(b"alice", USER), (b"hunter/2", SECRET), (b"h.example", HOST)]),
    (b"https://h.example:8443/x@y", [(b"h.example", HOST), (b"x", USER)]),
    (b"https://h.example/?mail=alice%40example.com", [(b"h.example", HOST), (b"alice", USER), (b"example.com", HOST)]),
]

ADDRESSES: list[tuple[bytes, Expected]] = [
    (b"for alice.doe@example.com in", [(b"alice.doe@example.com", EMAIL)]),
    ("жанна@example.com".encode(), [("жанна@example.com".encode(), EMAIL)]),
    (b"Can't find user [1001@192.0.2.1]", [(b"1001", USER), (b"192.0.2.1", HOST)]),
    (b"15550100@sms.example.com", [(b"15550100", USER), (b"sms.example.com", HOST)]),
    (b"15550100@from-internal voicemail@default", [(b"15550100", USER)]),
    (b"root@pbx1:~# alice@office", [(b"pbx1", HOST), (b"alice", USER)]),
    (b"b2f1e9c0d4a5f6e7@192.0.2.1", [(b"b2f1e9c0d4a5f6e7", CALL_ID), (b"192.0.2.1", HOST)]),
    (b"1-30412@192.0.2.1", [(b"1-30412", CALL_ID), (b"192.0.2.1", HOST)]),
    (b"(callid: abc@h.example)", [(b"abc", CALL_ID), (b"h.example", HOST)]),
    (b"alice@[2001:db8::1]", [(b"alice", USER), (b"2001:db8::1", HOST)]),
    (b"<sip:+1(555)0100;cpc=ordinary@h.example>", [(b"+1", USER), (b"h.example", HOST)]),
    (b"x;mail=alice@h.example", [(b"alice@h.example", EMAIL)]),
    (b"sip:h.example x;mail=alice@h.example", [(b"h.example", HOST), (b"alice@h.example", EMAIL)]),
    (b"alice@16000 opus@8000x1", [(b"alice", USER), (b"opus", USER), (b"8000x1", HOST)]),
]

HOSTS: list[tuple[bytes, Expected]] = [
    (b"query[A] pbx.example.com from", [(b"pbx.example.com", HOST)]),
    (b"GET /book.xml?k=Dill&fmt=xml&v=2 HTTP/1.1", [(b"Dill", Entity.NAME)]),
    (b"&p=kalyna HTTP/1.1", [(b"kalyna", Entity.NAME)]),
    ("https://example.com/x?city=Łódź".encode(), [(b"example.com", HOST), ("Łódź".encode(), Entity.NAME)]),
    (b"realm: sip.example.net.", [(b"sip.example.net", HOST)]),
    (b"target=_sip._udp.pbx.example.com", [(b"pbx.example.com", HOST)]),
]

MISSES: list[bytes] = [
    b'"C:\\Users\\gwen.ao\\AppData\\Local\\MicroSIP\\MicroSIP.exe" /home/gwen.at/.config',
    b"[Time:21-11@21:10:01.123]",
    b"",
    b"sip: is a scheme, tel: 123, im:alice, urn:service:sos, chan_sip:1001",
    b"std::string https://localhost/x",
    b"pbx.c app_dial.c extensions.conf Main.cpp libfoo.so.2",
    b"%account[username]%@ s@x @",
    b"What? a=b user?=x",
    b"http:// http://${HOST}/x",
    b"eth:ethertype:ip:udp:sip:sdp",
    b"PCM@16000/1/20ms opus@48000/2, G722@8000 (L16@8000) x-codec@16000/1",
    b"opus@48kHz PCMU@64kbps telephone-event@8000",
    b"foo (p=p@entry=0x7f, req=req@entry=0x8) at a.c:1",
]


def found(text: bytes) -> Expected:
    return [(text[item.start : item.end], item.entity) for item in uri.find(text)]


@pytest.mark.parametrize(("text", "expected"), SIP)
def test_uris_of_calls(text: bytes, expected: Expected) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_urls(text: bytes, expected: Expected) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), ADDRESSES)
def test_addresses_without_a_scheme(text: bytes, expected: Expected) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), HOSTS)
def test_host_names(text: bytes, expected: Expected) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", MISSES)
def test_look_alikes_stay(text: bytes) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (b"SIP%3Bcause%3D302", b""),
        (b"Q.850%3Bcause%3D16%3Btext%3D%22Normal%20end%22", b"Normal%20end"),
        (b"Alice%20Doe", b"Alice%20Doe"),
        (b"SIP%3Bcause%3D302%3Btext%3DAlice", b"SIP%3Bcause%3D302%3Btext%3DAlice"),
        (
            b"SIP%3Bcause%3D302%3Btext%3D%22Moved%22%3Bby%3DAlice",
            b"SIP%3Bcause%3D302%3Btext%3D%22Moved%22%3Bby%3DAlice",
        ),
    ],
)
def test_of_a_reason_only_what_the_standard_says_stays(reason: bytes, expected: bytes) -> None:
    text = b"<sip:1001@192.0.2.10?Reason=%b>" % reason
    shown = [text[item.start : item.end] for item in uri.find(text) if item.start > text.index(b"?")]
    assert shown == ([expected] if expected else [])
