from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import uri
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

ALICE: Named = [(b"alice", "user"), (b"example.com", "host")]

SIP = [
    (b"sip:alice@example.com", ALICE),
    (b"SIPS:alice@example.com:5061", ALICE),
    (b" <sip:alice@example.com> ", ALICE),
    (b'"sip:alice@example.com"', ALICE),
    (b"sip://alice@example.com", ALICE),
    (b"sip: alice @ example.com : 5060 ;lr", ALICE),
    (b"sip:alice:secret@example.com", [(b"alice", "user"), (b"secret", "password"), (b"example.com", "host")]),
    (b"sip:alice:@example.com", ALICE),
    (b"sip::secret@example.com", [(b"secret", "password"), (b"example.com", "host")]),
    (b"sip:alice%40example.com@example.net", [(b"alice%40example.com", "user"), (b"example.net", "host")]),
    (b"sip:alice@example.com@example.net", [(b"alice@example.com", "user"), (b"example.net", "host")]),
    (b"sip:00:00:5e:00:53:01@example.com", [(b"00:00:5e:00:53:01", "mac"), (b"example.com", "host")]),
    (b"sip:alice@[2001:db8::1]:5060;lr", [(b"alice", "user"), (b"2001:db8::1", "host")]),
    (b"sip:alice@2001:db8::1", [(b"alice", "user"), (b"2001:db8::1", "host")]),
    (b"sip:192.0.2.1", [(b"192.0.2.1", "host")]),
    (b"sip:1001", [(b"1001", "user")]),
    (b"sip:+15550100;user=phone", [(b"+15550100", "user")]),
    (b"sip:@example.com", [(b"example.com", "host")]),
    (b"sip:alice@", [(b"alice", "user")]),
    (b"sip:", []),
    (b"im:alice@example.com", ALICE),
    (b"pres:alice@example.com", ALICE),
    (b"xmpp:alice@example.com/phone", [*ALICE, (b"/phone", "free")]),
    (b"sip:alice@example.com:15550100", [*ALICE, (b":15550100", "free")]),
    (b"sip:alice@example.com > and more", [*ALICE, (b"> and more", "free")]),
    (b"sip:alice smith@example.com", [(b"alice smith", "user"), (b"example.com", "host")]),
]
USER_PARAMS = [
    (
        b"sip:+15550100;phone-context=example.com;isub=12;postd=pp22;ext=7@h.example;user=phone",
        [
            (b"+15550100", "user"),
            (b"example.com", "host"),
            (b"12", "number"),
            (b"pp22", "dtmf"),
            (b"7", "extension"),
            (b"h.example", "host"),
        ],
    ),
    (
        b"sip:+15550100;tgrp=acme;trunk-context=+1555;rn=+15550199;npdi;cic=+15550;cpc=ordinary@h.example",
        [
            (b"+15550100", "user"),
            (b"acme", "name"),
            (b"+1555", "number"),
            (b"+15550199", "number"),
            (b"+15550", "identifier"),
            (b"h.example", "host"),
        ],
    ),
    (b"sip:7;phone-context=+1@h.example", [(b"7", "user"), (b"h.example", "host")]),
]
URI_PARAMS = [
    (b"sip:h.example;transport=udp;lr=on;user=phone;method=INVITE;ttl=5;ob", [(b"h.example", "host")]),
    (b"sip:h.example;maddr=192.0.2.1", [(b"h.example", "host"), (b"192.0.2.1", "host")]),
    (b"sip:h.example;x-ast-orig-host=192.0.2.10:5060", [(b"h.example", "host"), (b"192.0.2.10", "host")]),
    (b"sip:h.example;alias=192.0.2.7~1024~1", [(b"h.example", "host"), (b"192.0.2.7", "host")]),
    (b"sip:h.example;received=192.0.2.7:5060", [(b"h.example", "host"), (b"192.0.2.7", "host")]),
    (b"sip:h.example;received='sip:192.0.2.7:5060;transport=tcp'", [(b"h.example", "host"), (b"192.0.2.7", "host")]),
    (b"sip:h.example;fs_path=sip%3Aa%40192.0.2.7", [(b"h.example", "host"), (b"sip%3Aa%40192.0.2.7", "nested")]),
    (b"sip:h.example;target=sip:alice@example.com;cause=486", [(b"h.example", "host"), *ALICE]),
    (b'sip:h.example;received="sip:a\\"b@example.com"', [(b"h.example", "host"), (b'sip:a\\"b@example.com', "nested")]),
    (b"sip:h.example;received=alice@example.com", [(b"h.example", "host"), *ALICE]),
    (b"sip:h.example;received=not a host", [(b"h.example", "host"), (b"not a host", "free")]),
    (b"sip:h.example;gr=urn:uuid:f81d4fae", [(b"h.example", "host"), (b"f81d4fae", "device")]),
    (b"sip:h.example;gr=hha9s8d-999a", [(b"h.example", "host"), (b"hha9s8d-999a", "device")]),
    (b"sip:h.example;rinstance=0b1c;line=ab", [(b"h.example", "host"), (b"0b1c", "identifier"), (b"ab", "identifier")]),
    (b"sip:h.example;pn-provider=apns;pn-prid=00fc13", [(b"h.example", "host"), (b"00fc13", "device")]),
    (b"sip:h.example;ftag=as1;did=f1.2;otg=acme", [
        (b"h.example", "host"), (b"as1", "tag"), (b"f1.2", "identifier"), (b"acme", "name"),
    ]),
    (b"sip:h.example;sigcomp-id=<urn:uuid:f81d>", [(b"h.example", "host"), (b"urn:uuid:f81d", "device")]),
    (b"sip:h.example;x=9f86d081884c7d65;y=Bob;bob", [
        (b"h.example", "host"), (b"9f86d081884c7d65", "identifier"), (b"Bob", "free"), (b"bob", "free"),
    ]),
    (b"sip:h.example;received=<sip:a;received=<sip:b;received=<sip:c", [
        (b"h.example", "host"), (b"a", "host"), (b"sip:b;received=<sip:c", "nested"),
    ]),
]  # fmt: skip
HEADERS = [
    (b"sip:h.example?Reason=SIP%3Bcause%3D302", [(b"h.example", "host"), (b"SIP%3Bcause%3D302", "unknown")]),
    (
        b"sip:h.example?Replaces=a1%40192.0.2.1%3Bto-tag%3D7%3Bfrom-tag%3D8%3Bearly-only&Subject=hi%20Bob",
        [
            (b"h.example", "host"),
            (b"a1", "call-id"),
            (b"192.0.2.1", "host"),
            (b"7", "tag"),
            (b"8", "tag"),
            (b"hi%20Bob", "text"),
        ],
    ),
    (b"sip:h.example;lr?method=INVITE&15550100=1", [(b"h.example", "host"), (b"15550100", "free"), (b"1", "unknown")]),
    (b"sip:h.example?", [(b"h.example", "host")]),
    (b"sip:alice@example.com;lr?body=hello", [*ALICE, (b"hello", "text")]),
]
OTHERS = [
    (b"tel:+1-555-0100;phone-context=example.com", [(b"+1-555-0100", "number"), (b"example.com", "host")]),
    (b"tel:7042;ext=12;postd=p1", [(b"7042", "number"), (b"12", "extension"), (b"p1", "dtmf")]),
    (b"tel:alice", [(b"alice", "user")]),
    (b"tel:+15550100@example.com", [(b"+15550100", "user"), (b"example.com", "host")]),
    (b"fax:+15550100", [(b"+15550100", "number")]),
    (
        b"mailto:alice@example.com,bob?subject=hello",
        [(b"alice@example.com", "email"), (b"bob", "user"), (b"hello", "text")],
    ),
    (b"cid:f1@example.com", [(b"f1", "identifier"), (b"example.com", "host")]),
    (b"urn:uuid:f81d4fae-7dec", [(b"f81d4fae-7dec", "device")]),
    (b"urn:gsma:imei:90420156-025763-0", [(b"90420156-025763-0", "device")]),
    (b"urn:dev:mac:00005e005301", [(b"00005e005301", "device")]),
    (b"urn:service:sos.police", []),
    (b"urn:alert:service:call-waiting", []),
    (b"urn:urn-7:3gpp-service.ims.icsi.mmtel", []),
    (b"urn:service:alice@example.com", [(b"alice@example.com", "free")]),
    (b"urn:emergency:uid:callid:a1:h.example", [(b"a1:h.example", "identifier")]),
    (b"urn:nena:service:responder.police", []),
    (b"urn:isbn:9783161484", [(b"9783161484", "identifier")]),
    (b"urn:x:", []),
    (b"urn:x", [(b"x", "unknown")]),
    (b"data:image/png;base64,AAAA", [(b"AAAA", "text")]),
    (b"data:15550100,hello", [(b"15550100", "free"), (b"hello", "text")]),
    (b"data:hello", [(b"hello", "text")]),
    (b"http://example.com/a;b?c=d", [(b"http://example.com/a;b?c=d", "url")]),
    (b"<https://example.com/>", [(b"https://example.com/", "url")]),
    (b"soap.beep://192.0.2.103:3002", [(b"soap.beep://192.0.2.103:3002", "url")]),
    (b"nobodyKnowsThisScheme:totallyopaquecontent", [(b"totallyopaquecontent", "unknown")]),
    (b"x15550100:y", [(b"x15550100", "free"), (b"y", "unknown")]),
]
SCHEMELESS = [
    (b"alice@example.com", ALICE),
    (b"alice:secret@example.com", [(b"alice", "user"), (b"secret", "password"), (b"example.com", "host")]),
    (b"example.com", [(b"example.com", "host")]),
    (b"example.com:5060;lr", [(b"example.com", "host")]),
    (b"[2001:db8::1]:5060", [(b"2001:db8::1", "host")]),
    (b"2001:db8::1", [(b"2001:db8::1", "host")]),
    (b"fe80::1", [(b"fe80::1", "host")]),
    (b"1001", [(b"1001", "user")]),
    (b"Alice", [(b"Alice", "free")]),
    (b"***", []),
    (b"", []),
]


@pytest.mark.parametrize(("data", "expected"), [*SIP, *USER_PARAMS, *URI_PARAMS, *HEADERS, *OTHERS, *SCHEMELESS])
def test_parse(data: bytes, expected: Named) -> None:
    assert named(data, uri.parse(data)) == expected


def test_what_stays() -> None:
    data = b"sips:alice:secret@example.com:5061;transport=tcp;maddr=192.0.2.1?Priority=urgent"
    assert gaps(data, uri.parse(data)) == b"sips:|:|@|:5061;transport=tcp;maddr=|?Priority=urgent"


def test_a_span_inside_other_bytes() -> None:
    data = b"to sip:alice@example.com now"
    assert uri.parse(data, 3, 24) == [Part(7, 12, "user"), Part(13, 24, "host")]


def test_the_name_for_plain_text_is_the_callers() -> None:
    out: list[Part] = []
    uri.collect(b"Alice", 0, 5, out, None, "display")
    assert out == [Part(0, 5, "display")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<urn:uuid:f81d4fae>", [(b"f81d4fae", "device")]),
        (b"urn:uuid:f81d4fae", [(b"f81d4fae", "device")]),
        (b"<00005e005301>", [(b"00005e005301", "device")]),
        (b"urn:x15550100:f81d", [(b"x15550100", "free"), (b"f81d", "device")]),
        (b"<>", []),
    ],
)
def test_instance(data: bytes, expected: Named) -> None:
    out: list[Part] = []
    uri.instance(data, 0, len(data), out)
    assert named(data, out) == expected


@pytest.mark.parametrize(
    ("data", "expected"), [(b"sip:x", True), (b" <tel:1>", True), (b"http://x", True), (b"x:y", False), (b"sip", False)]
)
def test_has_scheme(data: bytes, expected: bool) -> None:
    assert uri.has_scheme(data, 0, len(data)) is expected


@given(st.binary(max_size=80))
@pytest.mark.parametrize(
    "scheme", [b"", b"sip:", b"tel:", b"mailto:", b"cid:", b"urn:", b"data:", b"sip:a@b", b"http:"]
)
def test_any_bytes(scheme: bytes, data: bytes) -> None:
    check(uri.parse(scheme + data), 0, len(scheme) + len(data))
    check(uri.parse(data + b"?" + scheme, 1, len(data)), 1, len(data))


@given(st.text("ab1@;:?&=%<>\"'[]./ +\\", max_size=60))
def test_any_punctuation(text: str) -> None:
    data = b"sip:" + text.encode()
    check(uri.parse(data), 0, len(data))


@pytest.mark.parametrize(
    "unit",
    [
        b"@",
        b"a@",
        b"a@;",
        b":",
        b";",
        b"?",
        b"&",
        b"<",
        b'"',
        b"'",
        b"\\",
        b"%3B",
        b"=",
        b";received=<sip:",
        b"a:b@",
        b" ",
    ],
)
def test_time_is_linear(unit: bytes) -> None:
    assert growth(uri.parse, unit) < LINEAR
    assert growth(lambda data: uri.parse(b"sip:" + data + b"@x"), unit) < LINEAR
    assert growth(lambda data: uri.parse(b"sip:a@b;x=" + data), unit) < LINEAR
