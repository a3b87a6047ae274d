from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import header
from scrubber.grammar.header import FORMS
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

WHOLE = ("tag", "text", "free", "unknown", "secret", "device", "time", "location", "mac")

TABLE = [
    ("address", b"Bob <sip:bob@example.net>", [(b"Bob", "display"), (b"bob", "user"), (b"example.net", "host")]),
    ("uri", b"<sip:bob@example.net>", [(b"bob", "user"), (b"example.net", "host")]),
    ("via", b"SIP/2.0/UDP h.example;branch=z9hG4bK1", [(b"h.example", "host"), (b"z9hG4bK1", "branch")]),
    ("digest", b"Bearer abc", [(b"abc", "secret")]),
    ("call-id", b"a@h.example", [(b"a", "call-id"), (b"h.example", "host")]),
    ("identifier", b"<a@h.example>", [(b"a", "identifier"), (b"h.example", "host")]),
    ("identifier", b"12345678-1234", [(b"12345678-1234", "identifier")]),
    ("identifier", b"ab30;remote=47755a", [(b"ab30", "identifier"), (b"47755a", "identifier")]),
    ("host", b"192.0.2.1:5060, h.example", [(b"192.0.2.1", "host"), (b"h.example", "host")]),
    ("host", b"<aaa://192.0.2.4:3868;transport=tcp>", [(b"aaa://192.0.2.4:3868;transport=tcp", "url")]),
    ("host", b"sip:bob@example.net", [(b"bob", "user"), (b"example.net", "host")]),
    ("host", b"two words", [(b"two words", "free")]),
    ("user", b'"bob"', [(b"bob", "user")]),
    ("user", b"bob@example.net", [(b"bob", "user"), (b"example.net", "host")]),
    ("user", b"", []),
    ("name", b"Boxes by Bob, Inc.", [(b"Boxes by Bob, Inc.", "name")]),
    ("name", b'other.example, "Visited network"', [(b"other.example,", "name"), (b"Visited network", "name")]),
    ("name", b'"cut off', [(b"cut off", "name")]),
    ("number", b"+1 555 0100", [(b"+1 555 0100", "number")]),
    ("number", b'"5550100"', [(b"5550100", "number")]),
    ("number", b"<tel:+15550100>;x=1", [(b"+15550100", "number")]),
    ("number", b"bob", [(b"bob", "user")]),
    ("keep", b"sip:bob@example.net", []),
    ("passport", b"..c2ln", [(b"c2ln", "hash")]),
    ("charging", b"icid-value=1", [(b"1", "identifier")]),
    ("access-network", b"ADSL;dsl-location=x", [(b"x", "location")]),
    ("info", b"<https://h.example/>", [(b"https://h.example/", "url")]),
    ("geolocation", b"<cid:a@h.example>", [(b"a", "identifier"), (b"h.example", "host")]),
    ("warning", b'399 h.example "x"', [(b"h.example", "host"), (b"x", "unknown")]),
    ("reason", b'SIP;cause=486;text="x"', [(b"x", "unknown")]),
    ("user-to-user", b"00C8", [(b"00C8", "hex-data")]),
    ("params", b'multipart/mixed;boundary="u9";charset=utf-8', [(b"u9", "identifier")]),
    ("params", b"attachment; filename=plan.pdf;handling=required", [(b"plan", "name")]),
    ("params", b'attachment; filename="Doe.Plan"', [(b"Doe.Plan", "name")]),
    ("params", b'attachment; filename=".pdf"', [(b".pdf", "name")]),
    ("params", b"dialog;id=1;call-id=a1;to-tag=t2", [(b"1", "identifier"), (b"a1", "identifier"), (b"t2", "tag")]),
    ("params", b'*;+sip.instance="<urn:uuid:f81d>";require;explicit', [(b"f81d", "device")]),
    ("params", b"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1234;port-s=5063;q=0.1", [(b"1234", "identifier")]),
    ("params", b"active;expires=600;retry-after=3;reason=noresource", []),
    ("params", b"1800;refresher=uac", []),
    *(
        ("product", machine, [(machine, "host")])
        for machine in (b"edge-07", b"EDGE-07", b"sbc1", b"fra-sbc2", b"pbx-brk-01", b"de-gw-3-a", b"zeus01")
    ),
    *(("product", machine, [(machine, "host")]) for machine in (b"copper-heron4", b"north-kettle80")),
    *(
        ("product", product, [(product, "product")])
        for product in b"snom-d785 polycom-vvx500 csipsimple-android8 linphone-desktop44 acrobits-groundwire5 "
        b"copper-heron".split()
    ),
    *(
        ("product", product, [(product, "product")])
        for product in b"SIP-T46G VEGAEURO/13.02 snom300 SPA-3102 SPA3102 HT802 VVX-310 kamailio asterisk-pbx-18 "
        b"FPBX-16.0.40.2 T01 sipXecs-4 SBC-1000 Z pbx friendly-scanner edge-07/1.2".split()
    ),
    ("product", b"Asterisk PBX 20.1.0", [(b"Asterisk PBX 20.1.0", "product")]),
    *(
        ("product", product + b" " + machine, [(product, "product"), (machine, "host")])
        for product in (b"BroadWorks/24", b"Coturn-4.6.1", b"Coturn-4.6.1 'Gorst'")
        for machine in (b"as-wanda68", b"turn-blume1", b"edge-wanda7")
    ),
    *(
        ("product", product, [(product, "product")])
        for product in (
            b"nginx/1.2 build-12.3",
            b"PJSUA/2.17 x86_64 glibc-2.36",
            b"BroadWorks/24 friendly-scanner",
            b"Relay as-wanda68 of 4",
            b"iOS/8.1 (12B411) iPhone",
            b"SPA504G (00005E005301)",
            b"Mozilla/5.0 (WINDOWSNT) (X11)",
            b"SPA504G (ABCDEFGHIJ)",
            b"SPA504G (1234567890)",
            b"Phone/1 (CCQ 7139)",
        )
    ),
    (
        "product",
        b"SPA504G-7.6 (CCQB2F6048D) x",
        [(b"SPA504G-7.6 (", "product"), (b"CCQB2F6048D", "device"), (b") x", "product")],
    ),
    ("product", b"Obihai/OBi302-3.2 50M000XX0000", [(b"Obihai/OBi302-3.2", "product"), (b"50M000XX0000", "device")]),
    *(
        ("product", product + serial, [(product.strip(), "product"), (serial, "device")])
        for product in (b"KettlePhone ", b"Kettle Phone/2.1 ")
        for serial in (b"ZX4711BCDEFG", b"FCH2201ABCD1", b"471120")
    ),
    (
        "product",
        b"KettlePhone/2.1 (0c:11:22:33:44:55; FCH465811ABCD)",
        [(b"KettlePhone/2.1 (0c:11:22:33:44:55;", "product"), (b"FCH465811ABCD", "device")],
    ),
    (
        "product",
        b"FRITZ!Box 7590 H000.000.00.000.000",
        [(b"FRITZ!Box 7590", "product"), (b"H000.000.00.000.000", "device")],
    ),
    *[
        ("product", product, [(product, "product")])
        for product in (
            b"Grandstream GXP2170",
            b"Yealink SIP-T46S 66.86.0.15",
            b"Client REV20200101",
            b"Aastra 480i 20161025",
            b"Kettle build 123456",
            b"Bria 5 release 5.8.3 stamp 104589",
            b"SIPp 3450",
            b"A B20230410001",
        )
    ],
    ("text", b"Budget\r\n with Bob", [(b"Budget", "text"), (b"with Bob", "text")]),
    *((form, b' "Alice 1" ', [(b"Alice 1", form)]) for form in WHOLE),
    *((form, b"---", []) for form in WHOLE),
]

SEEDS = {
    "address": b'"Al" <sip:+15550100@h.example:5060;user=phone>;tag=as7, <sip:h.example;received="sip:192.0.2.1">',
    "uri": b"sip:alice:pw@h.example;alias=192.0.2.1~5060~1?Replaces=a%40h%3Bto-tag%3D7&Subject=hi",
    "via": b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport=5060;received=192.0.2.2",
    "digest": b'Digest username="bob", realm="h.example", nonce="8a", uri="sip:h.example", qop=auth, nc=00000001',
    "call-id": b"a84b@h.example;to-tag=1;early-only",
    "passport": b"eyJh.eyJv.eHh4;info=<https://h.example/p.cer>;alg=ES256;ppt=shaken",
    "charging": b'icid-value="Ay";icid-generated-at=192.0.2.8;orig-ioi=h.example',
    "access-network": b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=00101;network-provided",
    "info": b"<https://h.example/p.jpg>;purpose=icon, <sip:a@b>;answer-after=0",
    "geolocation": b"<cid:a@h.example>;inserted-by=h.example;routing-allowed=yes",
    "warning": b'370 devnull "Choose a bigger pipe"',
    "reason": b'Q.850;cause=16;text="Terminated", SIP;cause=200',
    "user-to-user": b"56a3;encoding=hex;purpose=foo",
    "params": b'multipart/mixed;boundary="xyz"; charset=utf-8',
    "identifier": b"<abc@h.example>",
    "host": b"192.0.2.1, h.example:5060",
}
ATOMS = st.sampled_from(
    b"; , : @ = ? & < > \" ' \\ / . % ( ) [ ] * + - ~ 1 a \xff \x00 %3B %3D %40 ;tag= ;x= ;received= ;gr= ;alias= "
    b"sip: tel: urn: urn:x: urn:uuid: data: mailto: cid: http:// SIP/2.0/UDP Digest Basic username= uri= realm= nc= "
    b"remote= encoding=hex 399 192.0.2.1 2001:db8::1 a.b.c".split(b" ")
) | st.sampled_from([b" ", b"\t", b"\r\n "])
CANARIES = (b"15555550177", b"203.0.113.77", b"carol@corp.example", b"00:00:5e:00:53:77")


@pytest.mark.parametrize(("form", "data", "expected"), TABLE)
def test_parts(form: str, data: bytes, expected: Named) -> None:
    assert named(data, header.parts(form, data)) == expected


def test_every_form_is_shown() -> None:
    assert {form for form, _, _ in TABLE} == set(FORMS)


def test_an_unknown_form_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        header.parts("no-such-form", b"")


def test_a_span_inside_other_bytes() -> None:
    data = b"Subject: hello\r\n"
    for form in WHOLE:
        assert header.parts(form, data, 9, 14) == [Part(9, 14, form)]


@pytest.mark.parametrize("form", sorted(SEEDS))
def test_an_address_or_number_never_stays_wherever_it_stands(form: str) -> None:
    """A value planted anywhere in a damaged field is part of the parts, all but a rest too short to tell."""
    choice = random.Random(form)
    for _ in range(400):
        data = bytearray(SEEDS[form])
        for _ in range(choice.randrange(3)):
            place = choice.randrange(len(data))
            data[place : place + 1] = choice.choice((b"", b";", b"<", b'"', b"\\", b"@", b" ", b"=", b"'", b">"))
        canary = choice.choice(CANARIES)
        place = choice.randrange(len(data) + 1)
        data[place:place] = canary
        kept = gaps(bytes(data), header.parts(form, bytes(data)))
        assert all(canary[start : start + 6] not in kept for start in range(len(canary) - 5)), bytes(data)


@given(data=st.binary(max_size=80) | st.lists(ATOMS, max_size=16).map(b"".join))
@pytest.mark.parametrize("form", sorted(FORMS))
def test_any_bytes(form: str, data: bytes) -> None:
    check(header.parts(form, data), 0, len(data))
    check(header.parts(form, data, len(data) // 3, len(data) * 2 // 3), len(data) // 3, len(data) * 2 // 3)


@pytest.mark.parametrize("form", sorted(set(FORMS) - set(WHOLE) - {"keep"}))
def test_time_is_linear(form: str) -> None:
    for unit in (b";", b"<", b'"\\', b",", b"@", b'"', b"=", b" ", b"a;x=<", b"sip:a@b,", b'\\"<>,'):
        assert growth(lambda data: header.parts(form, data), unit, 800) < LINEAR
