from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import tokens
from scrubber.grammar.params import KEEP, Table
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, growth, named

TABLE: Table = {b"id": "identifier", b"expires": KEEP}


def parse(data: bytes) -> list[Part]:
    out: list[Part] = []
    tokens.collect(data, 0, len(data), TABLE, out)
    return out


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"presence;id=a1, dialog ; expires=60", [(b"a1", "identifier")]),
        (b"id=a1;expires=60", [(b"a1", "identifier")]),
        (b"application/sdp", []),
        (b"*/*;q=0.5", []),
        (b"18000 (in a meeting)", [(b"(in", "free"), (b"a meeting)", "free")]),
        (b"alice@example.com;id=1", [(b"alice@example.com", "free"), (b"1", "identifier")]),
        (b"J\xc3\xb6rg", [(b"J\xc3\xb6rg", "free")]),
        (b'"quoted"', [(b'"quoted"', "free")]),
        (b",,,id=1", [(b"1", "identifier")]),
        (b"", []),
    ],
)
def test_collect(data: bytes, expected: Named) -> None:
    assert named(data, parse(data)) == expected


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(parse(data), 0, len(data))


@pytest.mark.parametrize("unit", [b",", b";", b" ", b"=", b'"\\', b"<", b"(", b"a,"])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(parse, unit) < LINEAR
    assert growth(lambda data: parse(data + b"x=1"), unit) < LINEAR
