from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import phrase
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

WARNINGS = [
    (
        b'307 isi.example "Session parameter \'foo\' not understood", 301 192.0.2.1:5060 "Incompatible"',
        [
            (b"isi.example", "host"),
            (b"Session parameter 'foo' not understood", "unknown"),
            (b"192.0.2.1", "host"),
            (b"Incompatible", "unknown"),
        ],
    ),
    (b'399 "call Bob', [(b'399 "call Bob', "free")]),
    (b'399 my`agent "a \\"b\\"" rest', [(b"my`agent", "name"), (b'a \\"b\\"', "unknown"), (b"rest", "unknown")]),
    (b"399 devnull", [(b"devnull", "host")]),
    (b"ask Bob", [(b"ask Bob", "free")]),
    (b"", []),
]
REASONS = [
    (b'Q.850;cause=16;text="Terminated", SIP ;cause=200 ;text="Call completed elsewhere"', [
        (b"Terminated", "unknown"), (b"Call completed elsewhere", "unknown"),
    ]),
    (b"SIP;cause=15550100", [(b"15550100", "free")]),
    (b"X.int;reasoncode=0x603;add-info=05CC.0001.0001", [(b"05CC.0001.0001", "identifier")]),
    (b"alice@example.com;cause=1", [(b"alice@example.com", "free")]),
    (b"", []),
]  # fmt: skip
USER_TO_USER = [
    (b"56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui;content=isdn-uui", [(b"56a390f3d2b7310023a2", "hex-data")]),
    (b'"customer 4711";purpose=own', [(b"customer 4711", "text")]),
    (b"customer=4711;encoding=text", [(b"customer=4711", "text")]),
    (b'"cut off', [(b"cut off", "text")]),
    (b"00C8,04FA;encoding=hex", [(b"00C8", "hex-data"), (b"04FA", "hex-data")]),
    (b"00C8;own=Bob", [(b"00C8", "hex-data"), (b"Bob", "text")]),
    (b"", []),
]


@pytest.mark.parametrize(("data", "expected"), WARNINGS)
def test_warning(data: bytes, expected: Named) -> None:
    assert named(data, phrase.parse_warning(data)) == expected


@pytest.mark.parametrize(("data", "expected"), REASONS)
def test_reason(data: bytes, expected: Named) -> None:
    assert named(data, phrase.parse_reason(data)) == expected


@pytest.mark.parametrize(("data", "expected"), USER_TO_USER)
def test_user_to_user(data: bytes, expected: Named) -> None:
    assert named(data, phrase.parse_user_to_user(data)) == expected


def test_what_stays() -> None:
    data = b'Q.850;cause=16;text="busy", SIP;cause=486'
    assert gaps(data, phrase.parse_reason(data)) == b'Q.850;cause=16;text="|", SIP;cause=486'
    data = b'399 h.example "busy"'
    assert gaps(data, phrase.parse_warning(data)) == b'399 | "|"'


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    for parse in (phrase.parse_warning, phrase.parse_reason, phrase.parse_user_to_user):
        check(parse(data), 0, len(data))


@pytest.mark.parametrize("unit", [b";", b",", b'"\\', b'"', b"399 a ", b"a=", b" ", b"(", b"<"])
def test_time_is_linear(unit: bytes) -> None:
    for parse in (phrase.parse_warning, phrase.parse_reason, phrase.parse_user_to_user):
        assert growth(parse, unit) < LINEAR
        assert growth(lambda data, parse=parse: parse(data + b"x=1"), unit) < LINEAR  # type: ignore[misc]
