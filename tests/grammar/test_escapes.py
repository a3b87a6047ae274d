"""Escapes inside a text: percent, JSON strings, SIP quoted strings, HTML and XML references."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar.escapes import (
    entities_escape_like,
    entities_unescape,
    json_escape_like,
    json_unescape,
    percent_decode,
    percent_encode_like,
    quoted_escape_like,
    quoted_unescape,
)
from tests.grammar.lossless import LINEAR, growth

Decode = Callable[[bytes], bytes | None]
Encode = Callable[[bytes, bytes], bytes]
PAIRS: tuple[tuple[Decode, Encode], ...] = (
    (percent_decode, percent_encode_like),
    (json_unescape, json_escape_like),
    (quoted_unescape, quoted_escape_like),
    (entities_unescape, entities_escape_like),
)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (b"", b""),
        (b"alice", b"alice"),
        (b"%61lice", b"alice"),
        (b"%2B15550100", b"+15550100"),
        (b"%2b15550100", b"+15550100"),
        (b"sip%3Aalice%40example.com", b"sip:alice@example.com"),
        (b"a+b%20c", b"a+b c"),
        (b"%C3%A9%c3%a9", "éé".encode()),
        (b"100%", None),
        (b"%zz", None),
        (b"%4", None),
    ],
)
def test_percent(escaped: bytes, plain: bytes | None) -> None:
    assert percent_decode(escaped) == plain
    if plain is not None:
        assert percent_encode_like(plain, escaped) == escaped


@pytest.mark.parametrize(
    ("new", "like", "expected"),
    [
        (b"zvelo", b"%61lice", b"%7Avelo"),  # the same place
        (b"+25550100", b"%2B15550100", b"%2B25550100"),
        (b"+2555", b"%2b15550100", b"%2b2555"),  # another length: the same kind of octet
        (b"zv@b", b"sip%3aalice%40example", b"zv%40b"),
        (b"\xc3\xa9\xff", b"%C3%A9", b"%C3%A9%FF"),
        (b"a b/c", b"abc", b"a%20b%2Fc"),
        (b"a/b%c", b"x/y", b"a/b%25c"),
        (b"zv", b"%61%6c%69%63%65", b"%7a%76"),
    ],
)
def test_percent_style(new: bytes, like: bytes, expected: bytes) -> None:
    assert percent_encode_like(new, like) == expected


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (b"", b""),
        (rb"\"Alice\"", b'"Alice"'),
        (rb"Ren\u00e9e", "Renée".encode()),
        (rb"Ren\u00E9e", "Renée".encode()),
        ("Renée".encode(), "Renée".encode()),
        (rb"sip:a\/b", b"sip:a/b"),
        (rb"\ud83d\ude00", "😀".encode()),
        (rb"a\\b\n\t", b"a\\b\n\t"),
        (rb"\u003calice\u0040example\u003e", b"<alice@example>"),
        (rb"\ud83d", None),
        (rb"\ude00\ud83d", None),
        (b"\\", None),
        (rb"\x41", None),
        (rb"\u00", None),
        (b"\\\xff", None),
    ],
)
def test_json(escaped: bytes, plain: bytes | None) -> None:
    assert json_unescape(escaped) == plain
    if plain is not None:
        assert json_escape_like(plain, escaped) == escaped


@pytest.mark.parametrize(
    ("new", "like", "expected"),
    [
        ("ö/x".encode(), rb"\u00e9", rb"\u00f6/x"),
        ("ü/x".encode(), rb"\u00E9\/", rb"\u00FC\/x"),
        ("ö\x01".encode(), b"abc", "ö".encode() + rb"\u0001"),
        (b"a/b</c>", rb"d/e<\/f>", rb"a/b<\/c>"),
        (b"a/b</c>", rb"d\/e<\/f>", rb"a\/b<\/c>"),
        ("😀".encode(), rb"\u00e9", rb"\ud83d\ude00"),
        (b"\xff", rb"\u00e9", b"\xff"),
    ],
)
def test_json_style(new: bytes, like: bytes, expected: bytes) -> None:
    assert json_escape_like(new, like) == expected


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (rb"Al \"Big\" Smith", b'Al "Big" Smith'),
        (rb"a\\b", b"a\\b"),
        (rb"\Alice", b"Alice"),
        (b"Alice\\", None),
        (b"", b""),
        (b"\\\n", b"\n"),
    ],
)
def test_quoted(escaped: bytes, plain: bytes | None) -> None:
    assert quoted_unescape(escaped) == plain


def test_quoted_style() -> None:
    assert quoted_escape_like(b'Zv "Xo" \\', rb"Al \"Big\"") == rb"Zv \"Xo\" \\"
    assert quoted_escape_like(b"a'b", rb"\'") == rb"a\'b"


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (b"a &amp; b", b"a & b"),
        (b"alice&#64;example.com", b"alice@example.com"),
        (b"alice&#x40;example.com", b"alice@example.com"),
        (b"Ren&eacute;e", "Renée".encode()),
        (b"Ren&#233;e &lt;1&gt;", "Renée <1>".encode()),
        (b"Ren&#xE9;e", "Renée".encode()),
        (b"O&apos;Malley", b"O'Malley"),
        (b"a&b&nosuch;", b"a&b&nosuch;"),
        (b"&#1114112;", None),
        (b"&#xD800;", None),
    ],
)
def test_entities(escaped: bytes, plain: bytes | None) -> None:
    assert entities_unescape(escaped) == plain
    if plain is not None:
        assert entities_escape_like(plain, escaped) == escaped


@pytest.mark.parametrize(
    ("new", "like", "expected"),
    [
        ("Xö&y".encode(), b"Ren&eacute;e", b"X&ouml;&amp;y"),
        ("Xő".encode(), b"Ren&eacute;e", b"X&#337;"),
        ("Xő".encode(), b"&#xe9;", b"X&#x151;"),
        ("Xü".encode(), b"&#xE9;", b"X&#xFC;"),
        ("Xü<".encode(), b"abc", "Xü&lt;".encode()),
        (b"<\xff>", b"a&amp;b", b"&lt;\xff>"),
    ],
)
def test_entities_style(new: bytes, like: bytes, expected: bytes) -> None:
    assert entities_escape_like(new, like) == expected


@given(st.text())
def test_other_writers_are_read_and_imitated(text: str) -> None:
    plain = text.encode()
    for escaped in (quote(text, safe="").encode(), quote(text).encode()):
        assert percent_decode(escaped) == plain
        assert percent_encode_like(plain, escaped) == escaped
    for escaped in (json.dumps(text)[1:-1].encode(), json.dumps(text, ensure_ascii=False)[1:-1].encode()):
        assert json_unescape(escaped) == plain
        assert json_unescape(json_escape_like(plain, escaped)) == plain
    escaped = html.escape(text).encode()
    assert entities_unescape(escaped) == plain
    assert entities_escape_like(plain, escaped) == escaped


@given(st.binary(), st.binary())
def test_anything_is_accepted_and_what_is_written_can_be_read(value: bytes, like: bytes) -> None:
    for decode, encode in PAIRS:
        decode(value)
        written = encode(value, like)
        if decode(like) is not None and like.isascii():
            assert decode(written) is not None
    assert percent_decode(percent_encode_like(value, b"%41")) == value
    assert quoted_unescape(quoted_escape_like(value, like)) == value
    assert json_unescape(json_escape_like(value, b"")) == value


def imitating(encode: Encode) -> Decode:
    return lambda data: encode(data, data)


@pytest.mark.parametrize("unit", [b"%", b"%41", b"\\", b"\\u00e9", b"\\ud83d", b"&", b"&#", b"&amp;", b'"', b"\xff"])
def test_time_is_linear(unit: bytes) -> None:
    for decode, encode in PAIRS:
        assert growth(decode, unit) < LINEAR
        assert growth(imitating(encode), unit) < LINEAR
