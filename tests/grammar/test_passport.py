from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import passport
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

HEADER = b'{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/p.cer"}'
PAYLOAD = b'{"attest":"A","dest":{"tn":["15550199"]},"iat":1740938592,"orig":{"tn":"15550100"},"origid":"123e4567"}'
SIGNATURE = bytes(range(190, 254))


def segment(text: bytes) -> bytes:
    return base64.urlsafe_b64encode(text).rstrip(b"=")


TOKEN = b".".join((segment(HEADER), segment(PAYLOAD), segment(SIGNATURE)))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TOKEN, [(TOKEN, "passport")]),
        (
            TOKEN + b";info=<https://cert.example.org/p.cer>;alg=ES256;ppt=shaken",
            [(TOKEN, "passport"), (b"https://cert.example.org/p.cer", "url")],
        ),
        (TOKEN + b' ; info="https://h.example/"; ppt="div"', [(TOKEN, "passport"), (b"https://h.example/", "url")]),
        (TOKEN + b",\r\n " + TOKEN, [(TOKEN, "passport"), (TOKEN, "passport")]),
        (b"..c2lnbmF0dXJl;info=<https://h.example/>", [(b"c2lnbmF0dXJl", "hash"), (b"https://h.example/", "url")]),
        (b'"c2lnbmF0dXJl="', [(b"c2lnbmF0dXJl=", "hash")]),
        (b'"c2ln', [(b"c2ln", "hash")]),
        (b"<https://h.example/cert>;alg=rsa-sha1", [(b"https://h.example/cert", "url")]),
        (b"eyJh.eyJ", [(b"eyJh.eyJ", "hash")]),
        (TOKEN + b";own=Bob", [(TOKEN, "passport"), (b"Bob", "free")]),
        (b";info=<https://h.example/>", [(b"https://h.example/", "url")]),
        (b",,,", []),
        (b"", []),
    ],
)
def test_parse(data: bytes, expected: Named) -> None:
    assert named(data, passport.parse(data)) == expected


def test_what_stays() -> None:
    data = TOKEN + b";info=<https://h.example/>;alg=ES256;ppt=shaken"
    assert gaps(data, passport.parse(data)) == b"|;info=<|>;alg=ES256;ppt=shaken"


def test_decode() -> None:
    assert passport.decode(TOKEN) == (HEADER, PAYLOAD)


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"a.b",
        b"a.b.c",
        b"a.b.c.d.e",
        b"..sig",
        b"e30.e3.sig",
        b"e30.W10.sig",
        b"e30.!!!!.sig",
        segment(b"[]") + b"." + segment(b"{}") + b".c",
        b"e30." + b"A" * passport.MAX_TOKEN + b".c",
    ],
)
def test_what_cannot_be_decoded(token: bytes) -> None:
    assert passport.decode(token) is None
    filler = passport.encode(token, b"{}")
    assert set(filler) <= set(b"A.=")
    assert len(filler) == len(token)


def test_encode_replaces_payload_and_signature() -> None:
    payload = json.dumps({"orig": {"tn": "15550123"}}).encode()
    token = passport.encode(TOKEN, payload)
    assert passport.decode(token) == (HEADER, payload)
    assert token.split(b".")[0] == TOKEN.split(b".")[0]
    assert token.split(b".")[2] == b"A" * len(segment(SIGNATURE))
    assert passport.parse(token)[0].end == len(token)


def test_encode_replaces_the_header_on_request() -> None:
    assert passport.decode(passport.encode(TOKEN, PAYLOAD, b'{"alg":"ES256"}')) == (b'{"alg":"ES256"}', PAYLOAD)


def test_encode_keeps_the_style() -> None:
    header = base64.b64encode(b'{"a":">>>>"}')
    payload = base64.b64encode(b'{"b":"????"}  ')
    assert b"/" in payload
    assert payload.endswith(b"=")
    token = header + b"." + payload + b".AB=="
    assert passport.encode(token, b'{"b":"????"}  ') == header + b"." + payload + b".AA=="
    assert b"=" not in passport.encode(TOKEN, b'{"a":1 }')


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    check(passport.parse(data), 0, len(data))
    assert passport.decode(data) is None


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=4))
def test_encode_and_decode_agree(content: dict[str, str]) -> None:
    payload = json.dumps(content, ensure_ascii=False).encode()
    assert passport.decode(passport.encode(TOKEN, payload)) == (HEADER, payload)


@pytest.mark.parametrize("unit", [b".", b"A.", b",", b";", b'"\\', b"<", b'"', b";info=<", b" "])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(passport.parse, unit) < LINEAR
    assert growth(lambda data: passport.parse(data + b";x"), unit) < LINEAR
    assert growth(lambda data: passport.decode(data + b".e30.c"), unit) < LINEAR
