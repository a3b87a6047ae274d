from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import digest
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

CREDENTIALS = (
    b'Digest username="bob", realm="example.com", nonce="84a4cc6f", uri="sip:bob@example.com;transport=tcp", '
    b'qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae4", opaque="", algorithm=MD5'
)
PARTS: Named = [
    (b"bob", "user"),
    (b"example.com", "realm"),
    (b"84a4cc6f", "nonce"),
    (b"bob", "user"),
    (b"example.com", "host"),
    (b"0a4f113b", "nonce"),
    (b"6629fae4", "hash"),
]
DIGEST = [
    (CREDENTIALS, PARTS),
    (CREDENTIALS.replace(b",", b""), PARTS),
    (CREDENTIALS.replace(b"=", b" = "), PARTS),
    (CREDENTIALS.replace(b", ", b",\r\n "), PARTS),
    (CREDENTIALS.replace(b'"', b""), PARTS),
    (CREDENTIALS.replace(b'"', b"'"), PARTS),
    (CREDENTIALS.replace(b"Digest ", b""), PARTS),
    (CREDENTIALS.replace(b"Digest", b"DIGEST"), PARTS),
    (b'Digest realm="a b", domain="sip:h.example sips:i.example", stale=FALSE, qop="auth,auth-int"', [
        (b"a b", "realm"), (b"h.example", "host"), (b"i.example", "host"),
    ]),
    (b'Digest realm="a", nonce="1", Digest realm="b", algorithm=SHA-256, nonce=2, Basic realm="c"', [
        (b"a", "realm"), (b"1", "nonce"), (b"b", "realm"), (b"2", "nonce"), (b"c", "realm"),
    ]),
    (b'nextnonce="47364c23", qop=auth, rspauth="5913e0", cnonce="0a4f", nc=00000001', [
        (b"47364c23", "nonce"), (b"5913e0", "hash"), (b"0a4f", "nonce"),
    ]),
    (b'Digest username="001010123456789@ims.example.org", integrity-protected=yes, auts="a==", ck="0f", ik="0e"', [
        (b"001010123456789", "user"), (b"ims.example.org", "host"), (b"a==", "secret"), (b"0f", "secret"),
        (b"0e", "secret"),
    ]),
    (b'Digest username="sip:bob@example.com"', [(b"bob", "user"), (b"example.com", "host")]),
    (rb'Digest username="EXAMPLE\\bob", realm="say \"hi\""', [(rb"EXAMPLE\\bob", "user"), (rb"say \"hi\"", "realm")]),
    (b"Digest username*=UTF-8''J%C3%A4s, userhash=false", [(b"J%C3%A4s", "user")]),
    (b"Digest username*=bob", [(b"bob", "user")]),
    (b'Digest uri="/", nc=alice', [(b"alice", "free")]),
    (b'Digest username="bo', [(b"bo", "user")]),
    (b'Digest username="bo\\', [(b"bo\\", "user")]),
    (b'Digest username="bob", resp', [(b"bob", "user"), (b"resp", "free")]),
    (b'Digest x-token="abc", x-note=Bob, level=5', [(b"abc", "secret"), (b"Bob", "free")]),
    (b'Digest bob"smith", realm=a', [(b"bob", "free"), (b'"smith"', "free"), (b"a", "realm")]),
    (b"", []),
    (b" , ;", []),
]  # fmt: skip
BLOBS = [
    (b"Basic Ym9iOnNlY3JldA==", [(b"Ym9iOnNlY3JldA==", "base64-pair")]),
    (b"basic  Ym9iOnNlY3JldA", [(b"Ym9iOnNlY3JldA", "base64-pair")]),
    (b'Basic realm="h.example", charset="UTF-8"', [(b"h.example", "realm")]),
    (b"Basic Ym9i, Bearer abcdef", [(b"Ym9i", "base64-pair"), (b"abcdef", "secret")]),
    (b"Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl", [
        (b"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl", "secret"),
    ]),
    (b"Bearer eyJhbGciOiJkaXIifQ..iv.text.tag", [(b"eyJhbGciOiJkaXIifQ..iv.text.tag", "secret")]),
    (b'Bearer realm="h.example", scope="a b", error="invalid_token", authz_server="https://h.example/"', [
        (b"h.example", "realm"), (b"a b", "free"), (b"https://h.example/", "url"),
    ]),
    (b"NTLM TlRMTVNTUAADAAAA", [(b"TlRMTVNTUAADAAAA", "secret")]),
    (b'NTLM opaque="1A", gssapi-data="TlRM", targetname="sip/server.example.com", version=4, cnum="1"', [
        (b"1A", "nonce"), (b"TlRM", "secret"), (b"server.example.com", "host"),
    ]),
    (b"Negotiate YIIJ", [(b"YIIJ", "secret")]),
    (b"Own YIIJ==", [(b"YIIJ==", "secret")]),
    (b"Own YIIJ rest", [(b"YIIJ", "secret"), (b"rest", "secret")]),
    (b"NoOneKnowsThisScheme opaque-data=here", [(b"here", "free")]),
    (b"15550100 abc", [(b"15550100", "free"), (b"abc", "free")]),
    (b"alice", [(b"alice", "free")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [*DIGEST, *BLOBS])
def test_parse(data: bytes, expected: Named) -> None:
    assert named(data, digest.parse(data)) == expected


def test_what_stays() -> None:
    assert gaps(CREDENTIALS, digest.parse(CREDENTIALS)) == (
        b'Digest username="|", realm="|", nonce="|", uri="sip:|@|;transport=tcp", '
        b'qop=auth, nc=00000001, cnonce="|", response="|", opaque="", algorithm=MD5'
    )


def test_cut_off_anywhere() -> None:
    for end in range(len(CREDENTIALS)):
        check(digest.parse(CREDENTIALS, 0, end), 0, end)
        check(digest.parse(CREDENTIALS, end), end, len(CREDENTIALS))


def test_username() -> None:
    out: list[Part] = []
    digest.username(b"bob@two words", 0, 13, out)
    assert out == [Part(0, 13, "user")]


@given(st.binary(max_size=60))
@pytest.mark.parametrize("prefix", [b"", b"Digest ", b"Basic ", b'Digest username="', b"Bearer "])
def test_any_bytes(prefix: bytes, data: bytes) -> None:
    check(digest.parse(prefix + data), 0, len(prefix) + len(data))


@pytest.mark.parametrize(
    "unit", [b",", b'"', b'"\\', b"=", b"a=", b"a='", b"a ", b"Basic ", b"Basic a=", b"@", b"<", b" "]
)
def test_time_is_linear(unit: bytes) -> None:
    assert growth(digest.parse, unit) < LINEAR
    assert growth(lambda data: digest.parse(b'Digest uri="' + data), unit) < LINEAR
