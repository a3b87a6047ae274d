from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import callid
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

TABLE = [
    (b"a84b4c76e66710@pc33.example.com", [(b"a84b4c76e66710", "call-id"), (b"pc33.example.com", "host")]),
    (b"a84b4c76e66710@192.0.2.1:5060", [(b"a84b4c76e66710", "call-id"), (b"192.0.2.1", "host")]),
    (b"a84b4c76e66710@[2001:db8::1]", [(b"a84b4c76e66710", "call-id"), (b"2001:db8::1", "host")]),
    (b"a84b4c76e66710@2001:db8::1", [(b"a84b4c76e66710", "call-id"), (b"2001:db8::1", "host")]),
    (b"123456789@192_0_2_10", [(b"123456789", "call-id"), (b"192_0_2_10", "host")]),
    (b"a84b4c76e66710", [(b"a84b4c76e66710", "call-id")]),
    (b"a@b@h.example", [(b"a@b", "call-id"), (b"h.example", "host")]),
    (b"@h.example", [(b"h.example", "host")]),
    (b"a@", [(b"a@", "call-id")]),
    (b"w%ZK-!.*_+'@word`~)(><:\\/\"][?}{", [(b"w%ZK-!.*_+'@word`~)(><:\\/\"][?}{", "call-id")]),
    (b"a@h.example, b@i.example", [
        (b"a", "call-id"), (b"h.example", "host"), (b"b", "call-id"), (b"i.example", "host"),
    ]),
    (b"98732@h.example;from-tag=r33th4x0r;to-tag=ff87ff;early-only", [
        (b"98732", "call-id"), (b"h.example", "host"), (b"r33th4x0r", "tag"), (b"ff87ff", "tag"),
    ]),
    (b"a%40192.0.2.1%3Bto-tag%3D1%3bfrom-tag%3d2", [
        (b"a", "call-id"), (b"192.0.2.1", "host"), (b"1", "tag"), (b"2", "tag"),
    ]),
    (b"a@h.example ; local-tag = 1 ; remote-tag = 2", [
        (b"a", "call-id"), (b"h.example", "host"), (b"1", "tag"), (b"2", "tag"),
    ]),
    (b'a;to-tag="1"', [(b"a", "call-id"), (b"1", "tag")]),
    (b"ab30317f1a784dc4;remote=47755a9de7794ba3", [
        (b"ab30317f1a784dc4", "identifier"), (b"47755a9de7794ba3", "identifier"),
    ]),
    (b"ab30317f1a784dc4;remote=00000000000000000000000000000000;logme", [(b"ab30317f1a784dc4", "identifier")]),
    (b"00000000000000000000000000000000", []),
    (b"a;x=Bob;bob;15550100=1", [
        (b"a", "call-id"), (b"Bob", "free"), (b"bob", "free"), (b"15550100", "free"),
    ]),
    (b"", []),
    (b" ,; ", []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), TABLE)
def test_parse(data: bytes, expected: Named) -> None:
    assert named(data, callid.parse(data)) == expected


def test_plain_and_encoded_forms_give_the_same_parts() -> None:
    plain = b"a@192.0.2.1;to-tag=1;from-tag=2"
    encoded = plain.replace(b"@", b"%40").replace(b";", b"%3B").replace(b"=", b"%3D")
    assert named(plain, callid.parse(plain)) == named(encoded, callid.parse(encoded))
    assert gaps(encoded, callid.parse(encoded)) == b"|%40|%3Bto-tag%3D|%3Bfrom-tag%3D|"


def test_the_name_of_the_ids_is_the_callers() -> None:
    out: list[Part] = []
    callid.collect(b"a@h.example", 0, 11, out, "identifier")
    assert out == [Part(0, 1, "identifier"), Part(2, 11, "host")]


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(callid.parse(data), 0, len(data))


@pytest.mark.parametrize("unit", [b"@", b";", b",", b"%3B", b"%40", b"=", b'"', b" ", b"%", b"a@,", b";a="])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(callid.parse, unit) < LINEAR
