from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import params
from scrubber.grammar.params import KEEP, LIST
from scrubber.model import Part, Span
from tests.grammar.lossless import LINEAR, Named, check, growth, named

TABLE: params.Table = {b"tag": "tag", b"expires": KEEP, b"lr": KEEP, b"nick": params.keep}


def collected(data: bytes, table: params.Table = TABLE, cut: params.Syntax = LIST) -> list[Part]:
    out: list[Part] = []
    params.collect(data, 0, len(data), table, out, cut)
    return out


def read(data: bytes, work: Callable[[bytes, int, int, list[Part]], None]) -> Named:
    out: list[Part] = []
    work(data, 0, len(data), out)
    return named(data, out)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b";lr", [(b"lr", "free")]),
        (b";tag=abc;lr", [(b"abc", "value"), (b"lr", "free")]),
        (b"a=1; b = two words ;c", [(b"1", "value"), (b"two words", "value"), (b"c", "free")]),
        (b';a="x;y,z";b=1', [(b"x;y,z", "value"), (b"1", "value")]),
        (rb';a="x\"y\\";b', [(rb"x\"y\\", "value"), (b"b", "free")]),
        (b';a="cut off', [(b"cut off", "value")]),
        (b';a="cut\\', [(b"cut\\", "value")]),
        (b";a='sip:h;lr';b", [(b"sip:h;lr", "value"), (b"b", "free")]),
        (b";a='only one;b", [(b"'only one", "value"), (b"b", "free")]),
        (b";a=<sip:h;lr>;b", [(b"sip:h;lr", "value"), (b"b", "free")]),
        (b";a=;b=", []),
        (b";\r\n a\r\n =\r\n 1", [(b"1", "value")]),
        (b";;; ;", []),
        (b"=x", [(b"x", "value")]),
        (b"", []),
    ],
)
def test_values_in_any_quotes_end_where_they_should(data: bytes, expected: Named) -> None:
    assert named(data, collected(data, {b"": "value"}, params.WHOLE)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b";tag=as7d3f;lr;expires=3600", [(b"as7d3f", "tag")]),
        (b";TAG=x", [(b"x", "tag")]),
        (b";tag=", []),
        (b";tag=a,;tag=b", [(b"a", "tag")]),
        (b";expires=alice@example.com", [(b"alice@example.com", "free")]),
        (b";expires=15550100", [(b"15550100", "free")]),
        (b";expires=192.0.2.1", [(b"192.0.2.1", "free")]),
        (b";expires=00:00:5e:00:53:01", [(b"00:00:5e:00:53:01", "free")]),
        (b';nick="J\xc3\xb6rg"', [(b"J\xc3\xb6rg", "free")]),
        (b";alice", [(b"alice", "free")]),
        (b";15550100=x", [(b"15550100", "free"), (b"x", "free")]),
        (b";a192.0.2.1=1", [(b"a192.0.2.1", "free")]),
        (b';tag="a" junk;lr', [(b"a", "tag"), (b"junk", "free")]),
        (b'junk "more"; lr', [(b"junk", "free"), (b'"more"', "free")]),
        (b";>;<;lr", []),
    ],
)
def test_collect(data: bytes, expected: Named) -> None:
    assert named(data, collected(data)) == expected


def test_collect_says_where_the_list_ended() -> None:
    out: list[Part] = []
    assert params.collect(b";lr,<x>", 0, 7, TABLE, out) == 3
    assert params.collect(b";lr", 0, 3, TABLE, out) == 3
    assert params.collect(b"", 0, 0, TABLE, out) == 0
    assert out == []


def test_a_table_can_decide_about_names_it_does_not_list() -> None:
    data = b";lr;street=Main;15550100=5;flag"
    table: params.Table = {b"lr": KEEP, b"": "location"}
    expected = [(b"Main", "location"), (b"15550100", "free"), (b"5", "location"), (b"flag", "free")]
    assert named(data, collected(data, table)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x=5", []),
        (b"x=0.75", []),
        (b"x=true", []),
        (b"x=50%", []),
        (b"x=192.0.2.1:5060", [(b"192.0.2.1", "host")]),
        (b"x=pbx.example.com", [(b"pbx.example.com", "host")]),
        (b"x=sip%3Aalice%40example.com", [(b"sip%3Aalice%40example.com", "nested")]),
        (b"x=+15550100", [(b"+15550100", "number")]),
        (b"x=9f86d081884c7d65", [(b"9f86d081884c7d65", "identifier")]),
        (b"x=1740938592", [(b"1740938592", "identifier")]),
        (b"x=Wonderland", [(b"Wonderland", "free")]),
        (b"x-password=12", [(b"12", "secret")]),
        (b"x-api-key=true", [(b"true", "secret")]),
        (b"monkey=7", []),
        (b"device-id=abc", [(b"abc", "device")]),
        (b"x-mac=00005e005301", [(b"00005e005301", "mac")]),
        (b"phonenumber=5550100", [(b"5550100", "number")]),
        (b"phonenumber=alice", [(b"alice", "user")]),
        (b"x-user=101", [(b"101", "user")]),
        (b"x-user=yes", []),
        (b"company=Acme", [(b"Acme", "name")]),
        (b"call-id=abc", [(b"abc", "identifier")]),
        (b"+g.3gpp.smsip=urn%3Aurn-7", []),
        (b"+g.3gpp.x=alice@example.com", [(b"alice@example.com", "free")]),
    ],
)
def test_unknown_parameters_are_judged_by_name_and_shape(data: bytes, expected: Named) -> None:
    assert named(data, collected(data, {})) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'"abc"', Span(1, 4)),
        (rb'"a\"b" c', Span(1, 5)),
        (b'"abc', Span(1, 4)),
        (b'"abc\\', Span(1, 4)),
        (b'""', Span(1, 1)),
        (b"abc", None),
        (b"", None),
    ],
)
def test_quoted(data: bytes, expected: Span | None) -> None:
    assert params.quoted(data, 0, len(data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a, b ,c", [b"a", b"b", b"c"]),
        (b'"a,b",c', [b'"a,b"', b"c"]),
        (rb'"a\",b",c', [rb'"a\",b"', b"c"]),
        (b"<sip:a,b>,c", [b"<sip:a,b>", b"c"]),
        (b"a (x,y) b,c", [b"a (x,y) b", b"c"]),
        (rb"(x\),y),c", [rb"(x\),y)", b"c"]),
        (b'"a,b', [b'"a,b']),
        (b"<a,<b>", [b"<a,<b>"]),
        (b",, ,", []),
        (b"", []),
    ],
)
def test_split(data: bytes, expected: list[bytes]) -> None:
    assert [data[start:end] for start, end in params.split(data)] == expected


def test_small_things() -> None:
    assert params.trim(b" \r\n a b\t", 0, 8) == Span(4, 7)
    assert params.trim(b"   ", 0, 3) == Span(3, 3)
    assert params.has_word(b"--\xc3", 0, 3)
    assert not params.has_word(b"--><", 0, 4)
    assert params.is_token(b"UDP", 0, 3)
    assert not params.is_token(b"5550100", 0, 7)
    assert read(b" a ", params.spare) == [(b"a", "free")]
    assert read(b" - ", params.spare) == []
    assert read(b"token", params.keep) == []


@given(st.binary(max_size=80), st.sampled_from([LIST, params.WHOLE, params.syntax(b"?&")]))
def test_any_bytes(data: bytes, cut: params.Syntax) -> None:
    check(collected(data, cut=cut), 0, len(data))
    for start, end in params.split(data):
        assert 0 <= start < end <= len(data)


@pytest.mark.parametrize("unit", [b";", b"<", b'"\\', b",", b"=", b"'", b";a='", b';"', b"(", b";a=<", b";a=b c"])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(collected, unit) < LINEAR
    assert growth(params.split, unit) < LINEAR
