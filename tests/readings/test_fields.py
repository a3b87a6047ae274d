"""The fast reading of a header value gives the bytes of the complete one, and teaches the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.readings.fields import Fields
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Learning
from tests.passes import complete, rule_set

HEADERS = {"address": b"from", "via": b"via", "digest": b"authorization", "call-id": b"call-id"}

VALUES: dict[str, list[bytes]] = {
    "address": [
        b' "Alice Doe" <sip:alice.doe@pbx.example.com>;tag=as1c2a9f3b',
        b" Bob <sip:bob@pbx.example.com:5061;transport=tls>;tag=1928301774",
        b" <sip:1001@192.0.2.10:51234;ob>;expires=300",
        b"sip:+15550100123@pbx.example.com;user=phone",
        b" <sips:alice@[2001:db9::1]:5061>",
        b" <tel:+15550100123>",
        b' "Doe, Alice" <sip:alice@pbx.example.com>, "Bob" <sip:bob@pbx.example.com>',
        b' "Al\\"ice" <sip:alice@pbx.example.com>',
        b" <sip:%41lice@pbx.example.com>",
        b" <sip:alice@pbx.example.com?Subject=hello%20Bob>",
        b" <sip:carrier.example.net;lr>",
        b" <sip:alice@pbx.example.com>;x-customer=alice",
        b' <sip:a@192.0.2.1>;+sip.instance="<urn:uuid:123e4567-e89b-12d3-a456-426614174000>";reg-id=1',
        b" <sip:anonymous@anonymous.invalid>",
        b" *",
        b" <urn:service:sos>",
        b"",
        b" ",
        b" <sip:alice@pbx.example.com",
        b' "Alice Doe',
        b' "Alice Doe" <sip:al',
        b" sip:",
        b" <sip:@pbx.example.com>",
        b" <sip:alice@>",
        b" <sip:alice@pbx.example.com>;tag",
        b" <sip:alice@pbx.example.com>;tag=",
        b" <sip:alice@pbx.example.com>;;tag=x1y2z3",
        b" <sip:alice@pbx.example.com> ;\ttag=x1y2z3 ",
        b" <SIP:Alice@PBX.EXAMPLE.COM>",
        b" alice",
        b" Alice Doe <1001>",
        '\t"Жанна" <sip:1001@pbx.example.com>'.encode(),
        b"\r\n <sip:alice@pbx.example.com>\r\n ;tag=x1y2z3",
    ],
    "via": [
        b" SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds;received=198.51.100.7;rport=1024",
        b" SIP/2.0/TLS phone.example.com:5061;branch=z9hG4bK87a",
        b" SIP/2.0/TCP [2001:db9::1]:5060;branch=z9hG4bK87a;received=2001:db9::2",
        b" SIP/2.0/UDP 192.0.2.10;rport;branch=z9hG4bKx;alias",
        b" SIP/2.0/UDP a.example.com;branch=z9hG4bKa, SIP/2.0/UDP b.example.com;branch=z9hG4bKb",
        b" SIP / 2.0 / UDP 192.0.2.10;branch=z9hG4bKx",
        b" SIP/2.0/UDP 192.0.2.10;maddr=239.255.255.1;ttl=16",
        b" SIP/2.0/UDP 192.0.2.10;branch=",
        b" SIP/2.0/UDP 192.0.2.10;branch=1001",
        b" SIP/2.0/UDP 192.0.2.10;rport=alice",
        b" SIP/2.0/UDP 192.0.2.10;x=alice",
        b" SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKx;received=",
        b" SIP/2.0/UDP ",
        b" SIP/2.0/UDP 192.0.2",
        b"",
    ],
    "digest": [
        b' Digest username="alice.doe", realm="pbx.example.com", nonce="84a4cc6f3082121f", uri="sip:pbx.example.com"',
        b' Digest response="7587245234b3434cc3412213e5f113a5", algorithm=MD5',
        b' Digest realm="asterisk",nonce="1740938591/0cb1e29c",opaque="0c5c",stale=true,qop="auth"',
        b' Digest username="1001",realm="Doe Widgets",uri="sip:1001@192.0.2.1:5060;transport=tcp"',
        b' Digest username="alice@pbx.example.com", cnonce="6f03", nc=00000001, qop=auth',
        b' nextnonce="84a4", rspauth="75872", qop=auth',
        b' Digest username="Al\\"ice", realm="x"',
        b' Digest username="Alice,Doe", realm="x"',
        b" Digest username*=UTF-8''J%C3%A4s",
        b' Digest qop="auth,auth-int", nonce=""',
        b' Digest uri="tel:+15550100123"',
        b' Digest uri="/index.html"',
        b' Digest response="75872',
        b" Digest username=alice",
        b" Digest username=",
        b" Digest ",
        b" Digest",
        b" Basic YWxpY2U6aHVudGVyMjI=",
        b" Bearer c2VjcmV0LXRva2VuLTEyMzQ1Njc4OTA",
        b"",
    ],
    "call-id": [
        b" a84b4c76e66710@192.0.2.10",
        b" 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        b" 68b2e6fd4c0a9d1e@pbx.example.com:5060",
        b" a84b4c76e66710@[2001:db9::1]",
        b" 1740938591.42",
        b" alice",
        b" alice@localhost",
        b" a84b4c76e66710@192.0.2.10;to-tag=7743;from-tag=6472",
        b" <a84b4c76e66710@192.0.2.10>",
        b" @192.0.2.10",
        b" a84b@",
        b" a84b@b@c",
        b" a84b4c76 e66710",
        b"",
    ],
}

ODD: dict[str, list[bytes]] = {
    "address": [
        b" expires=192.0.2.1",
        b" <sip:alice@pbx.example.com>;expires=5550100123",
        b" <sip:alice@pbx.example.com>;transport=5550100123",
        b" <sip:alice@pbx.example.com>;user=192.0.2.1",
        b"sip:1-;tag=as1c2a9f3b",
        b"sip:m;tag=as1c2a9f3b>;transport=tcp",
        b" <sip:alice@pbx.example.com;privacy=alice>",
        b" <sip:alice@pbx.example.com;reg-id>",
        b" <sip:alice@pbx.example.com>;refresher=uac",
        b" <sip:alice@pbx.example.com>;alias=alice",
        b" <sip:alice@pbx.example.com>;tag='as1c2a9f3b'",
        b" <sip:alice@pbx.example.com>alice;tag=as1c2a9f3b",
        b" tag=as1c2a9f3b;<sip:alice@pbx.example.com>",
        b'"Alice Doe" sip:alice@pbx.example.com',
        b'" " <sip:alice@pbx.example.com>',
        b'"" <sip:alice@pbx.example.com>',
        b"<sip:alice@pbx.example.com>;tag=as1c2a9f3b\r\n ;lr",
    ],
    "via": [
        b"alice",
        b" SIP/2.0/UDP 192.0.2.10;alice",
        b" SIP/2.0/12345678 192.0.2.10",
        b" SIP/2.0/UDP 192.0.2.10;rport=5550100123",
        b" SIP/2.0/UDP 192.0.2.10;alias=5550100",
        b"alias;SIP/2.0/UDP 192.0.2.10",
    ],
    "digest": [
        b" Digest nc=alice",
        b" Digest qop=auth alice",
        b" Digest algorithm=MD5 alice",
        b" Digest nonce=a b",
        b" Digest response='x'0",
        b" Digest nc=123456789",
        b' Digest qop="5550100123"',
        b' Digest username=" alice "',
        b' Digest username="alice@pbx.example.com"',
        b' Digest username="-"',
        b' Digest username="sip:alice"',
    ],
    "call-id": [
        b" abc%40host",
        b" abc%40192.0.2.1",
        b" 00000000000000000000000000000000",
        b" a84b4c76e66710@.example.com",
        b" a84b4c76e66710@-",
    ],
}
"""Values that look simple to a fast reading and are not to the complete one."""

ALPHABETS: dict[str, tuple[list[bytes], list[bytes]]] = {
    "address": (
        [
            b'"Alice Doe" <sip:',
            b"<sip:",
            b"sip:",
            b" <sips:",
            b'"Al\\"ice" <sip:',
            b'"A, B" <sip:',
            b"Bob <sip:",
            b"<tel:",
        ],
        b"alice alice@ @ pbx.example.com 192.0.2.1 [2001:db9::1] 1001 +15550100123 %41lice :5060 > >; , ;tag=as1c2a9f3b"
        b" ;tag= ;lr; ;ob; ;expires=60; ;transport=tcp; ;user=phone; ;q=0.5; ;reason=unconditional; ;x-foo=bar ;gr ?"
        b' ?Subject=hi * . \xc3\xa9 " < ;isub=12 ;index=1.1;'
        b" ;alice ;counter=5550100123 ;party=alice ;user=192.0.2.1 ;reg-id ;tag='x' 1-".split(b" "),
    ),
    "via": (
        [b"SIP/2.0/UDP ", b" SIP/2.0/TLS ", b"sip/2.0/tcp\t", b"SIP / 2.0 / UDP "],
        b"192.0.2.1 pbx.example.com [2001:db9::1] :5060 ;branch=z9hG4bK776asdhds ;branch= ;branch=abc ;rport"
        b" ;rport=5060 ;rport=alice ;received=198.51.100.7 ;received=2001:db9::1 ;received= ;maddr=pbx.example.com"
        b" ;ttl=1 ;ttl=x , ;"
        b' alice = ;alias ;keep ;keep=20 ;x=y . ;BRANCH=z9hG4bKx " ;i=abc ;alice ;alias=1'
        b" ;rport=5550100123".split(b" "),
    ),
    "digest": (
        [b"Digest ", b" digest ", b' Digest username="alice",'],
        b'username="alice.doe" username="+15550100123" username="alice@pbx.example.com" realm="pbx.example.com"'
        b' realm="asterisk" nonce="1740938591/0cb1e29c" nonce="" cnonce="abc" opaque="0c5c" response="6629fae49393a053"'
        b' uri="sip:pbx.example.com" uri="sip:alice@pbx.example.com:5060;transport=tcp" uri="sip:a;b=c" uri="" uri="*"'
        b' nc=00000001 qop=auth qop="auth,auth-int" algorithm=MD5 stale=true , ,\r\n ,userhash=true, auts="abc" ;'
        b' username="\xc3\xa9" username="" username="100" nextnonce="x" rspauth="abc" qop="auth'
        b" nc=alice nonce=a\tb qop=5550100123 response='x'".split(b" "),
    ),
    "call-id": (
        [b"", b" ", b"\t"],
        b'a84b4c76e66710 @ 192.0.2.1 pbx.example.com [2001:db9::1] alice 1001 +15550100123 - " x'
        b" 6f03675a-6b0d-411e-a3d9-8d111738f7d9 < > :5060 host . , ; \xc3\xa9 1740938591.42 ( 0 @localhost"
        b" _1 z9hG4bK % %40 00000000000000000000000000000000".split(b" "),
    ),
}
"""Per form, how a value may begin and what may follow, well-formed or not."""

MESSAGES = Messages(complete())
FIELDS = Fields(complete(), MESSAGES)


def both(form: str, value: bytes) -> tuple[bytes, bytes]:
    rule = rule_set().headers[HEADERS[form]]
    assert rule.form == form
    return FIELDS.value(rule, value), MESSAGES.field_value(rule, value)


def learned(form: str, value: bytes, *, fast: bool) -> dict[Entity, set[bytes]]:
    known = Lexicon(rule_set().stop_words)
    reader = Learning(rule_set(), known)
    messages = Messages(reader)
    rule = rule_set().headers[HEADERS[form]]
    read = Fields(reader, messages).value if fast else messages.field_value
    assert read(rule, value) == value
    return known.values


def values(form: str) -> st.SearchStrategy[bytes]:
    heads, pieces = ALPHABETS[form]
    tail = st.lists(st.sampled_from(pieces), max_size=7).map(b"".join)
    return st.tuples(st.sampled_from(heads), tail).map(b"".join)


TABLE = [(form, value) for table in (VALUES, ODD) for form, entries in table.items() for value in entries]


@pytest.mark.parametrize(("form", "value"), TABLE)
def test_same_bytes_as_the_complete_reading(form: str, value: bytes) -> None:
    fast, whole = both(form, value)
    assert fast == whole


@pytest.mark.parametrize("form", HEADERS)
@given(data=st.data())
def test_same_bytes_for_anything(form: str, data: st.DataObject) -> None:
    value = data.draw(values(form))
    fast, whole = both(form, value)
    assert fast == whole


@pytest.mark.parametrize(("form", "value"), TABLE)
def test_teaches_what_the_complete_reading_teaches(form: str, value: bytes) -> None:
    assert learned(form, value, fast=True) == learned(form, value, fast=False)


def test_a_number_alone_in_a_uri_is_learned() -> None:
    assert learned("address", b"<sip:1001>", fast=True) == learned("address", b"<sip:1001>", fast=False) != {}


@pytest.mark.parametrize(
    "line",
    [
        b"INVITE sip:alice.doe@pbx.example.com SIP/2.0",
        b"REGISTER sip:pbx.example.com SIP/2.0",
        b"OPTIONS sip:1001@192.0.2.10:51234;ob SIP/2.0",
        b"INVITE tel:+15550100123 SIP/2.0",
        b'INVITE "Alice" <sip:alice@pbx.example.com> SIP/2.0',
        b"INVITE sip:alice@pbx.example.com;x=1001?Subject=hi SIP/2.0",
        b"INVITE sips:%41lice@[2001:db9::1]:5061;transport=tls SIP/2.0",
        b"NOTIFY urn:service:sos SIP/2.0",
        b"SIP/2.0 200 OK",
        b"SIP/2.0 486 Alice is busy",
        b"SIP/2.0 180 Ringing",
        b"SIP/2.0 ",
        b"INVITE sip:alice@pbx.exa",
        b"INVITE  sip:alice@pbx.example.com  SIP/2.0",
        b"",
    ],
)
def test_start_lines_are_read_alike(line: bytes) -> None:
    assert FIELDS.start_line(line) == MESSAGES.start_line(line)


def test_kept_and_unlisted_forms_take_the_complete_reading() -> None:
    for name in (b"cseq", b"user-agent", b"content-type", b"subject", b"date"):
        rule = rule_set().headers[name]
        for value in (b" 1 INVITE", b" Phone/1.0 00:00:5e:00:53:01", b" application/sdp", b" hello Alice"):
            assert FIELDS.value(rule, value) == MESSAGES.field_value(rule, value)


def test_the_same_part_in_another_place_is_the_same() -> None:
    rule = rule_set().headers[b"via"]
    first = FIELDS.value(rule, b" SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK776asdhds")
    second = FIELDS.value(rule, b" SIP/2.0/TCP 192.0.2.99;rport;branch=z9hG4bK776asdhds")
    assert first.rpartition(b"=")[2] == second.rpartition(b"=")[2] != b"z9hG4bK776asdhds"


@pytest.mark.parametrize(
    "line",
    [
        b"o=- 1740938718 1740938719 IN IP4 192.0.2.10",
        b"o=alice_doe 1 1 IN IP4 198.51.100.7",
        b"o=1001 1 1 IN IP4 0.0.0.0",
        b"o=IN 1 1 IN IP4 192.0.2.10",
        b"o=alice.doe 1 1 IN IP4 192.0.2.10",
        b"o=alice doe 1 1 IN IP4 192.0.2.10",
        b"o=- 99999999999999999999 1 IN IP4 192.0.2.10",
        b"o=- 1 1 IN IP6 2001:db9::1",
        b"o=- 1 1 IN IP4 pbx.example.com",
        b"o=- 1 1 IN IP4 999.1.1.1",
        b"c=IN IP4 192.0.2.10",
        b"c=IN IP4 0.0.0.0",
        b"c=IN IP4 224.2.1.1/127",
        b"c=IN IP6 2001:db9::1",
        b"m=audio 49170 RTP/AVP 0 8",
        b"a=sendrecv",
    ],
)
def test_same_bytes_for_a_session_line(line: bytes) -> None:
    reader = complete()
    assert Fields(reader, Messages(reader)).sdp_line(line) == Messages(reader).sdp_line(line)
    lexicons = Lexicon(), Lexicon()
    readers = [Learning(rule_set(), known) for known in lexicons]
    Fields(readers[0], Messages(readers[0])).sdp_line(line)
    Messages(readers[1]).sdp_line(line)
    assert lexicons[0].values == lexicons[1].values
