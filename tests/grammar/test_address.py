from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import address
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

ALICE: Named = [(b"alice", "user"), (b"example.com", "host")]
BOB: Named = [(b"bob", "user"), (b"example.net", "host")]

NAME_ADDR = [
    (b'"Alice" <sip:alice@example.com>;tag=88sja8x', [(b"Alice", "display"), *ALICE, (b"88sja8x", "tag")]),
    (b"Alice Smith <sip:alice@example.com>", [(b"Alice Smith", "display"), *ALICE]),
    (b"<sip:alice@example.com>", ALICE),
    (b'""<sip:alice@example.com>', ALICE),
    (b'"Alice \\"Al\\" Smith\\\\"\t<sip:alice@example.com>', [(b'Alice \\"Al\\" Smith\\\\', "display"), *ALICE]),
    (b'"<sip:x@y>, Inc." <sip:alice@example.com>', [(b"<sip:x@y>, Inc.", "display"), *ALICE]),
    (b"=?UTF-8?Q?J=C3=B6rg?= <sip:alice@example.com>", [(b"=?UTF-8?Q?J=C3=B6rg?=", "display"), *ALICE]),
    (b'"\xd0\x96\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0" <sip:alice@example.com>', [
        (b"\xd0\x96\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0", "display"), *ALICE,
    ]),
    (b'Alice "Al" Smith <sip:alice@example.com>', [
        (b"Alice", "display"), (b"Al", "display"), (b"Smith", "display"), *ALICE,
    ]),
    (b"Anonymous <sip:anonymous@anonymous.invalid>", [
        (b"Anonymous", "display"), (b"anonymous", "user"), (b"anonymous.invalid", "host"),
    ]),
    (b"<tel:+15550100>;tag=1", [(b"+15550100", "number"), (b"1", "tag")]),
    (b"<urn:service:sos>", []),
    (b"<sip:proxy.example.com;lr;ftag=as1>", [(b"proxy.example.com", "host"), (b"as1", "tag")]),
]  # fmt: skip
LISTS = [
    (b"*", []),
    (b" * ;expires=0", []),
    (b'<sip:alice@example.com>, "B, C" <sip:bob@example.net>;q=0.5', [*ALICE, (b"B, C", "display"), *BOB]),
    (b"sip:alice@example.com,sip:bob@example.net", [*ALICE, *BOB]),
    (b",, <sip:alice@example.com>,,", ALICE),
    (b"\r\n <sip:alice@example.com>,\r\n\t<sip:bob@example.net>", [*ALICE, *BOB]),
    (b"", []),
]  # fmt: skip
ADDR_SPEC = [
    (b"sip:alice@example.com;tag=hyh8;transport=udp", [*ALICE, (b"hyh8", "tag")]),
    (b"sip:alice@example.com ; tag=hyh8", [*ALICE, (b"hyh8", "tag")]),
    (b"tel:+15550100;tag=1", [(b"+15550100", "number"), (b"1", "tag")]),
    (b"sip:+15550100;phone-context=h.example@example.com;tag=1", [
        (b"+15550100", "user"), (b"h.example", "host"), (b"example.com", "host"), (b"1", "tag"),
    ]),
    (b"sip:1001;tag=a@b", [(b"1001", "user"), (b"a@b", "tag")]),
    (b"sip:alice@example.com?Subject=hi", [*ALICE, (b"hi", "text")]),
    (b"alice@example.com", ALICE),
    (b"1001", [(b"1001", "user")]),
    (b"Anonymous", [(b"Anonymous", "display")]),
    (b'"Alice"', [(b"Alice", "display")]),
    (b"Alice Smith;tag=1", [(b"Alice Smith", "display"), (b"1", "tag")]),
    (b"tag=1;index=1", [(b"1", "tag")]),
]  # fmt: skip
BROKEN = [
    (b'"Mr. J. User <sip:alice@example.com>', [(b"Mr. J. User", "display"), *ALICE]),
    (b'"Alice <sip:alice@example.com>;tag=1, Bob <sip:bob@example.net>', [
        (b"Alice ", "display"), *ALICE, (b"1", "tag"), (b"Bob", "display"), *BOB,
    ]),
    (b"Smith, Alice <sip:alice@example.com>;tag=1", [
        (b"Smith", "display"), (b"Alice", "display"), *ALICE, (b"1", "tag"),
    ]),
    (b"<sip:alice@example.com", ALICE),
    (b"Alice <sip:alice@example.com;tag=1", [(b"Alice", "display"), *ALICE, (b"1", "tag")]),
    (b"<sip:alice@example.com, <sip:bob@example.net>", [*ALICE, *BOB]),
    (b"<<sip:alice@example.com>>;tag=1", [*ALICE, (b"1", "tag")]),
    (b"< sip:alice@example.com >", ALICE),
    (b"sip:alice@example.com>;tag=1", [*ALICE, (b"1", "tag")]),
    (b"sip:alice@example.com and Bob;tag=1", [*ALICE, (b"and", "free"), (b"Bob", "free"), (b"1", "tag")]),
    (b"<sip:alice@example.com> Bob;tag=1", [*ALICE, (b"Bob", "free"), (b"1", "tag")]),
    (b"Bob; Sales <sip:alice@example.com>", [
        (b"Bob", "display"), (b"Sales", "free"), (b"<sip:alice@example.com>", "free"),
    ]),
    (b'"', []),
    (b'"Ali', [(b"Ali", "display")]),
    (b"<", []),
]  # fmt: skip
PARAMS = [
    (b'<sip:alice@example.com>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-00005E005301>";reg-id=1', [
        *ALICE, (b"00000000-0000-1000-8000-00005E005301", "device"),
    ]),
    (b'<sip:alice@example.com>;+sip.instance="<00005e005301>"', [*ALICE, (b"00005e005301", "device")]),
    (b'<sip:alice@example.com>;pub-gruu="sip:alice@example.com;gr=urn:uuid:f81d"', [
        *ALICE, *ALICE, (b"f81d", "device"),
    ]),
    (b'<sip:alice@example.com>;temp-gruu="sip:tgruu.7hs@example.com;gr"', [
        *ALICE, (b"tgruu.7hs", "user"), (b"example.com", "host"),
    ]),
    (b'<sip:alice@example.com>;received="sip:192.0.2.1:5060"', [*ALICE, (b"192.0.2.1", "host")]),
    (b'<sip:alice@example.com>;expires=60;q=0.7;methods="INVITE, ACK";audio;isfocus;+g.3gpp.smsip', ALICE),
    (b'<sip:alice@example.com>;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel"', ALICE),
    (b"<sip:alice@example.com>;reason=unconditional;counter=1;privacy=off;screen=yes", ALICE),
    (b'<sip:alice@example.com>;reason="call J\xc3\xb6rg"', [*ALICE, (b"call J\xc3\xb6rg", "free")]),
    (b"<sip:alice@example.com?Reason=SIP%3Bcause%3D302&Privacy=history>;index=1.1;rc=1", [
        *ALICE, (b"SIP%3Bcause%3D302", "unknown"),
    ]),
    (b"<sip:alice@example.com>;x-note=\"Bob's desk\";x=42", [*ALICE, (b"Bob's desk", "free")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [*NAME_ADDR, *LISTS, *ADDR_SPEC, *BROKEN, *PARAMS])
def test_parse(data: bytes, expected: Named) -> None:
    assert [(value.strip(), name) for value, name in named(data, address.parse(data))] == [
        (value.strip(), name) for value, name in expected
    ]


def test_what_stays() -> None:
    data = b'"Alice" <sip:alice@example.com:5060;transport=tls>;tag=1;expires=60, Bob <tel:+15550100>'
    kept = b'"|" <sip:|@|:5060;transport=tls>;tag=|;expires=60, | <tel:|>'
    assert gaps(data, address.parse(data)) == kept


@pytest.mark.parametrize("data", [data for data, _ in [*NAME_ADDR, *BROKEN, *PARAMS]])
def test_cut_off_anywhere(data: bytes) -> None:
    for end in range(len(data)):
        check(address.parse(data, 0, end), 0, end)
        check(address.parse(data, end), end, len(data))


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    check(address.parse(data), 0, len(data))


@given(st.text('ab:@<>"\\;,=? 1', max_size=60))
def test_any_punctuation(text: str) -> None:
    data = text.encode()
    check(address.parse(data), 0, len(data))


@pytest.mark.parametrize(
    "unit",
    [b";", b"<", b">", b'"\\', b",", b"@", b'"', b'",', b'\\"<>,', b"a,", b"<a", b'"<', b"a b", b"sip:a@b,", b"1;"],
)
def test_time_is_linear(unit: bytes) -> None:
    assert growth(address.parse, unit) < LINEAR
    assert growth(lambda data: address.parse(b'"' + data), unit) < LINEAR
    assert growth(lambda data: address.parse(data + b"x=1"), unit) < LINEAR
