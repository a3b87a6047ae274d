"""The torture test messages of RFC 4475 that matter to a reader of fields: what is found and what is let stand."""

from __future__ import annotations

import pytest

from scrubber.grammar import header, sip
from scrubber.model import Part
from tests.grammar.lossless import check, gaps

FORMS = {
    b"via": "via",
    b"to": "address",
    b"from": "address",
    b"contact": "address",
    b"route": "address",
    b"call-id": "call-id",
    b"authorization": "digest",
    b"proxy-authenticate": "digest",
    b"warning": "warning",
    b"subject": "text",
    b"unknown-header": "unknown",
    b"extension-header": "unknown",
    b"newfangledheader": "unknown",
    b"unknownheaderwithunusualvalue": "unknown",
    b"": "free",
    **dict.fromkeys((b"cseq", b"max-forwards", b"content-length", b"content-type", b"expires", b"date"), "keep"),
}

WSINV = rb"""INVITE sip:alice-k@chair.example.com;unknownparam SIP/2.0
TO :
 sip:alice-k@chair.example.com ;   tag    = 1918181833n
from   : "J Example \\\""       <sip:bob-x@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:bob-x@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

v=0
"""
WSINV_PARTS = [
    ("user", b"alice-k"),
    ("host", b"chair.example.com"),
    ("free", b"unknownparam"),
    ("user", b"alice-k"),
    ("host", b"chair.example.com"),
    ("tag", b"1918181833n"),
    ("display", rb"J Example \\\""),
    ("user", b"bob-x"),
    ("host", b"example.com"),
    ("tag", b"98asjd8"),
    ("call-id", b"wsinv.ndaksdj"),
    ("host", b"192.0.2.1"),
    ("host", b"192.0.2.2"),
    ("branch", b"390skdjuw"),
    ("unknown", b"newfangled value\r\n continued newfangled value"),
    ("host", b"services.example.com"),
    ("free", b"value"),
    ("free", b"unknown-no-value"),
    ("host", b"spindle.example.com"),
    ("branch", b"z9hG4bK9ikj8"),
    ("host", b"192.168.255.111"),
    ("branch", b"z9hG4bK30239"),
    ("display", rb"Quoted string \"\""),
    ("user", b"bob-x"),
    ("host", b"example.com"),
    ("free", b"newvalue"),
    ("free", b"secondparam"),
]

INTMETH = (
    b"!interesting-Method0123456789_*+`.%indeed'~ "
    b"sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
    b"@example.com SIP/2.0\n"
    b"Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\n"
    b'To: "BEL:\x07 NUL:\x00 DEL:\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>\n'
    b"From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="
    b'"\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd0\xb0\xd1\x8e\xd1\x89\xd0\xb8\xd0\xb9";tag=_token~1\'+`*%!-.\n'
    b"Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\n"
    b"CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\n"
    b"Max-Forwards: 255\n"
    b"extensionHeader-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb\n"
    b"Content-Length: 0\n\n"
)
INTMETH_PARTS = [
    ("user", b"1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/"),
    ("free", b"*"),
    ("password", b"&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"),
    ("host", b"example.com"),
    ("host", b"host1.example.com"),
    ("branch", b"z9hG4bK-.!%66*_+`'~"),
    ("display", b"BEL:\x07 NUL:\x00 DEL:\x7f"),
    ("user", b"1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/"),
    ("host", b"example.com"),
    ("display", b"token1~` token2'+_ token3*%!.-"),
    ("user", b"mundane"),
    ("host", b"example.com"),
    ("free", b"\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd0\xb0\xd1\x8e\xd1\x89\xd0\xb8\xd0\xb9"),
    ("tag", b"_token~1'+`*%!-."),
    ("call-id", b"intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"),
    ("unknown", b"\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb"),
]


def parts_of(data: bytes) -> list[Part]:
    """Every part of a message by the forms above."""
    found = sip.message(data)
    parts = sip.start_line(data, 0, found.start_line_end)[1]
    for field in found.fields:
        parts += header.parts(FORMS.get(field.name, "unknown"), data, field.value_start, field.value_end)
    return parts


def shown(data: bytes) -> list[tuple[str, bytes]]:
    parts = parts_of(data)
    check(parts, 0, len(data))
    return [(part.name, data[part.start : part.end]) for part in parts]


def wired(text: bytes) -> bytes:
    return text.replace(b"\n", b"\r\n")


def test_a_short_tortuous_invite() -> None:
    assert shown(wired(WSINV)) == WSINV_PARTS


def test_wide_range_of_valid_characters() -> None:
    found = shown(wired(INTMETH))
    assert [part for part in found if part[1] != b"*"] == [part for part in INTMETH_PARTS if part[1] != b"*"]


def test_kept_bytes_of_the_tortuous_invite_hold_no_identity() -> None:
    data = wired(WSINV)
    kept = gaps(data, parts_of(data))
    for word in (b"alice-k", b"example", b"192.", b"J Example", b"bob-x", b"asjd8", b"ndaksdj", b"newvalue"):
        assert word not in kept


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0", [
            ("user", b"sips%3Auser%40example.com"), ("host", b"example.net"),
        ]),
        (b"REGISTER sip:null-%00-null@example.com SIP/2.0", [("user", b"null-%00-null"), ("host", b"example.com")]),
        (b"RE%47IST%45R sip:registrar.example.com SIP/2.0", [("host", b"registrar.example.com")]),
        (b"OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", [
            ("user", b"user"), ("nested", b"u%40example.net"), ("host", b"example.com"),
        ]),
        (b"INVITE <sip:user@example.com> SIP/2.0", [("user", b"user"), ("host", b"example.com")]),
        (b"INVITE sip:user@example.com; lr SIP/2.0", [("user", b"user"), ("host", b"example.com")]),
        (b"INVITE  sip:user@example.com  SIP/2.0", [("user", b"user"), ("host", b"example.com")]),
        (b"OPTIONS sip:remote-target@example.com SIP/2.0  ", [("user", b"remote-target"), ("host", b"example.com")]),
        (b"INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", [
            ("user", b"user"), ("host", b"example.com"), ("nested", b"%3Csip:example.com%3E"),
        ]),
        (b"OPTIONS sip:t.bob@example.org SIP/7.0", [("user", b"t.bob"), ("host", b"example.org")]),
        (b"OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", [("unknown", b"totallyopaquecontent")]),
        (b"OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", [("url", b"soap.beep://192.0.2.103:3002")]),
        (b"SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe", [("free", b"= 2**3 * 5**2 \xd0\xbd\xd0\xbe")]),
        (b"SIP/2.0 100 ", []),
        (b"SIP/2.0 4294967301 better not break the receiver", [
            ("free", b"4294967301"), ("free", b"better not break the receiver"),
        ]),
    ],
)  # fmt: skip
def test_start_lines(line: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert sip.is_start_line(line)
    assert shown(line + b"\r\n\r\n") == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b'To: "Mr. J. User <sip:j.user@example.com>', [
            ("display", b"Mr. J. User "), ("user", b"j.user"), ("host", b"example.com"),
        ]),
        (b"From:    Doe, Alice <sip:alice.doe@example.com>;tag=43", [
            ("display", b"Doe"), ("display", b"Alice"), ("user", b"alice.doe"), ("host", b"example.com"),
            ("tag", b"43"),
        ]),
        (b"Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E", [
            ("user", b"user"), ("host", b"example.com"), ("nested", b"%3Csip:sip.example.com%3E"),
        ]),
        (b"Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>", [
            ("user", b"user"), ("host", b"example.com"), ("nested", b"%3Csip:sip.example.com%3E"),
        ]),
        (b'Contact: "Joe" <sip:joe@example.org>;;;;', [
            ("display", b"Joe"), ("user", b"joe"), ("host", b"example.org"),
        ]),
        (b"To: isbn:2983792873", [("unknown", b"2983792873")]),
        (b"From: <http://www.example.com>;tag=3234233", [("url", b"http://www.example.com"), ("tag", b"3234233")]),
        (b"Contact: <name:John_Smith>", [("unknown", b"John_Smith")]),
        (b"Contact: sip:%6Csoft@h.example;unknownparam", [
            ("user", b"%6Csoft"), ("host", b"h.example"), ("free", b"unknownparam"),
        ]),
        (b"To: <>", []),
        (b"Via: SIP/2.0/UDP 192.0.2.15;;,;,,", [("host", b"192.0.2.15")]),
        (b"Via: SIP/2.0/UDP t1.example.org;branch=z9hG4bKkdjuw;rport;branch=z9hG4bKkdjuw2", [
            ("host", b"t1.example.org"), ("branch", b"z9hG4bKkdjuw"), ("branch", b"z9hG4bKkdjuw2"),
        ]),
        (b"Via: SIP/2.0/UNKNOWN t5.example.org;branch=z9hG4bKPlumb", [
            ("host", b"t5.example.org"), ("branch", b"z9hG4bKPlumb"),
        ]),
        (b"Via:     SIP/2.0/UDP 192.0.2.53:-5", [("host", b"192.0.2.53"), ("free", b"-5")]),
        (b'Warning: 1812 overture "In Progress"', [("free", b'1812 overture "In Progress"')]),
        (b"Authorization: NoOneKnowsThisScheme opaque-data=here", [("free", b"here")]),
        (b'Proxy-Authenticate: SuperMegaSecureScheme realm="h.example"', [("realm", b"h.example")]),
        (b"Content-Length: -999", []),
        (b"Expires: 0 0l@example.com", []),
        (b"Date: Fri, 01 Jan 2010 16:00:00 EST", []),
        (b"{s:FF:7F", [("unknown", b"FF:7F")]),
    ],
)  # fmt: skip
def test_fields(field: bytes, expected: list[tuple[str, bytes]]) -> None:
    data = b"OPTIONS urn:service:sos SIP/2.0\r\n" + field + b"\r\n\r\n"
    assert [(name, value.rstrip()) for name, value in shown(data)] == [
        (name, value.rstrip()) for name, value in expected
    ]


def test_a_request_of_an_older_version() -> None:
    data = wired(
        b"INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n"
        b"From: <sip:+15550100@h.example:5060>\n"
        b"Subject: Hello\nTo: sip:+15550199@h.example\nCSeq: 56 INVITE\nContact: <sip:+15550100@192.0.2.1>\n\nv=0\n"
    )
    assert shown(data) == [
        ("user", b"UserB"),
        ("host", b"example.com"),
        ("host", b"iftgw.example.com"),
        ("user", b"+15550100"),
        ("host", b"h.example"),
        ("text", b"Hello"),
        ("user", b"+15550199"),
        ("host", b"h.example"),
        ("user", b"+15550100"),
        ("host", b"192.0.2.1"),
    ]


def test_overlong_values() -> None:
    long = b"a" * 3000
    data = b"INVITE sip:" + long + b"@h.example SIP/2.0\r\nTo: <sip:" + long + b"@h.example>;" + long + b"=v\r\n\r\n"
    assert [(name, len(value)) for name, value in shown(data)] == [
        ("user", 3000),
        ("host", 9),
        ("user", 3000),
        ("host", 9),
        ("free", 3000),
        ("free", 1),
    ]


def test_cut_off_anywhere() -> None:
    data = wired(WSINV)
    for end in range(0, len(data), 3):
        check(parts_of(data[:end]), 0, end)
