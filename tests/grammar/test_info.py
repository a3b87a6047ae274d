from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import info
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<https://www.example.com/alice/p.jpg> ;purpose=icon, <http://h.example/> ;purpose=info", [
            (b"https://www.example.com/alice/p.jpg", "url"), (b"http://h.example/", "url"),
        ]),
        (b"<sip:192.0.2.1>;answer-after=0", [(b"192.0.2.1", "host")]),
        (b'<sip:h.example>;appearance-index=1;appearance-uri="<sip:alice@h.example>"', [
            (b"h.example", "host"), (b"alice", "user"), (b"h.example", "host"),
        ]),
        (b'<sip:h.example>;purpose=forwarding;username="7042";contact="sip:alice@192.0.2.1"', [
            (b"h.example", "host"), (b"7042", "user"), (b"alice", "user"), (b"192.0.2.1", "host"),
        ]),
        (b"<data:image/png;base64,AAAA>;purpose=icon", [(b"AAAA", "text")]),
        (b'<http://127.0.0.1>;info=alert-internal;call-reason="ask Bob"', [
            (b"http://127.0.0.1", "url"), (b"ask Bob", "text"),
        ]),
        (b"info=alert-group;x-line-id=0", []),
        (b"<urn:alert:service:call-waiting>", []),
        (b"48.1174,-1.6803 accuracy 40m", [(b"48.1174,-1.6803 accuracy 40m", "free")]),
        (b"192.0.2.1,192.0.2.2", [(b"192.0.2.1", "host"), (b"192.0.2.2", "host")]),
        (b"Bellcore-dr1", [(b"Bellcore-dr1", "free")]),
        (b"<urn:x-cisco-remotecc:callinfo>;gci=1-55;isVoip;ui-state=ringin", [
            (b"callinfo", "free"), (b"1-55", "identifier"),
        ]),
        (b"", []),
    ],
)  # fmt: skip
def test_info(data: bytes, expected: Named) -> None:
    assert named(data, info.parse(data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<cid:target123@example.com>;inserted-by="h.example"', [
            (b"target123", "identifier"), (b"example.com", "host"), (b"h.example", "host"),
        ]),
        (b"<https://lis.example.com:8222/y77syc7cuecbh>;routing-allowed=yes", [
            (b"https://lis.example.com:8222/y77syc7cuecbh", "url"),
        ]),
        (b"<sips:alice@lis.example.com>;inserted-by=<sip:bob@h.example>", [
            (b"alice", "user"), (b"lis.example.com", "host"), (b"bob", "user"), (b"h.example", "host"),
        ]),
        (b"Main Street", [(b"Main Street", "location")]),
    ],
)  # fmt: skip
def test_location(data: bytes, expected: Named) -> None:
    assert named(data, info.parse_location(data)) == expected


def test_what_stays() -> None:
    data = b"<http://h.example/>;purpose=icon;answer-after=0;info=alert-internal"
    assert gaps(data, info.parse(data)) == b"<|>;purpose=icon;answer-after=0;info=alert-internal"


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(info.parse(data), 0, len(data))
    check(info.parse_location(data), 0, len(data))


@pytest.mark.parametrize("unit", [b";", b",", b'"\\', b"<", b"@", b"a=", b" "])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(info.parse, unit) < LINEAR
    assert growth(lambda data: info.parse_location(data + b"x=1"), unit) < LINEAR
