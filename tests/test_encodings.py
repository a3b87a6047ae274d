"""Notations: base64, hex, encoded words, ENUM, BCD, the encoding of a text, spellings of known values."""

from __future__ import annotations

import base64
import unicodedata
from email.header import Header, decode_header
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import encodings
from scrubber.encodings import (
    base64_decode,
    base64_encode_like,
    bcd_decode,
    bcd_encode,
    enum_decode,
    enum_encode,
    hex_decode,
    hex_encode_like,
    spellings,
    text_encoding,
    words_decode,
    words_encode_like,
)
from tests.passes import DOUBLING, doubling

NAME = "Renée O'Malley"
SPELLED = dict(spellings(NAME.encode()))


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"", b""),
        (b"YWxpY2U6c2VjcmV0", b"alice:secret"),
        (b"YWxpY2U=", b"alice"),
        (b"YWxpY2U", b"alice"),
        (b"Ym9iOg==", b"bob:"),
        (b"Ym9iOg", b"bob:"),
        (b"-_-_", b"\xfb\xff\xbf"),
        (b"+/+/", b"\xfb\xff\xbf"),
        (b"-w", b"\xfb"),
        (b"YWxp\r\nY2U=\r\n", b"alice"),
        (b"YWxp\nY2U6\nc2Vj", b"alice:sec"),
        (b"+_==", None),
        (b"YWxpY", None),
        (b"YWxpY2U==", None),
        (b"YWxpY2U6====", None),
        (b"====", None),
        (b"YWxp Y2U=", None),
        (b"YW=xp", None),
        (b"alice@example", None),
    ],
)
def test_base64(encoded: bytes, plain: bytes | None) -> None:
    assert base64_decode(encoded) == plain
    if plain is not None:
        assert base64_encode_like(plain, encoded) == encoded


@pytest.mark.parametrize(
    ("new", "like", "expected"),
    [
        (b"bob:pw", b"YWxpY2U6c2VjcmV0", b"Ym9iOnB3"),
        (b"bob", b"YWxpY2U=", b"Ym9i"),
        (b"bobb", b"YWxpY2U=", b"Ym9iYg=="),
        (b"bobb", b"YWxpY2U", b"Ym9iYg"),
        (b"\xfb\xff", b"-_-_", b"-_8"),
        (b"\xfb\xff", b"YWxp", b"+/8="),
    ],
)
def test_base64_style(new: bytes, like: bytes, expected: bytes) -> None:
    assert base64_encode_like(new, like) == expected


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"", b""),
        (b"616c696365", b"alice"),
        (b"c3a9", "é".encode()),
        (b"C3A9", "é".encode()),
        (b"c3 a9 0d", b"\xc3\xa9\r"),
        (b"C3:A9", b"\xc3\xa9"),
        (b"0xc3a9", b"\xc3\xa9"),
        (b"61", b"a"),
        (b"616", None),
        (b"61 6", None),
        (b"61 62-63", None),
        (b"61  62", None),
        (b"6g", None),
        (b"alice", None),
    ],
)
def test_hex(encoded: bytes, plain: bytes | None) -> None:
    assert hex_decode(encoded) == plain
    if plain is not None:
        assert hex_encode_like(plain, encoded) == encoded


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"=?utf-8?Q?Ren=C3=A9e_X?=", "Renée X"),
        (b"=?UTF-8?b?UmVuw6ll?=", "Renée"),
        (b"=?iso-8859-1?q?Ren=E9e?=", "Renée"),
        (b"=?iso-8859-1?b?UmVu6WU=?=", "Renée"),
        (b"=?koi8-r?B?4c7OwQ==?=", "Анна"),
        (b"=?iso-2022-jp?B?GyRCRURDZhsoQg==?=", "田中"),
        (b"=?utf-8*fr?q?Ren=C3=A9e?=", "Renée"),
        (b"=?utf-8?q?Ren=C3=A9e?= =?utf-8?q?_Smith?=", "Renée Smith"),
        (b"=?utf-8?q?Ren=C3=A9e?=\r\n =?iso-8859-1?q?_M=FCller?=", "Renée Müller"),
        (b"Dr. =?utf-8?q?Ren=C3=A9e?= (home)", "Dr. Renée (home)"),
        (b"=?us-ascii?q?a=5Fb=3F=3D?=", "a_b?="),
        (b"Alice", None),
        (b"", None),
        (b"=?utf-8?q?Alice", None),
        (b"=?x-unknown?q?Alice?=", None),
        (b"=?zip?b?eJw=?=", None),
        (b"=?utf-8?b?!!!?=", None),
        (b"=?utf-8?q?=C3?=", None),
        (b"=?iso-8859-99?q?Alice?=", None),
        (b"=?utf-8?x?Alice?=", None),
    ],
)
def test_words(encoded: bytes, plain: str | None) -> None:
    assert words_decode(encoded) == (None if plain is None else plain.encode())
    if plain is not None:
        assert words_encode_like(plain.encode(), encoded) == encoded


@pytest.mark.parametrize(
    ("new", "like", "expected"),
    [
        ("Zvéxo W".encode(), b"=?utf-8?Q?Ren=C3=A9e_X?=", b"=?utf-8?Q?Zv=C3=A9xo_W?="),
        ("Zvüxo".encode(), b"=?iso-8859-1?q?Ren=E9e?=", b"=?iso-8859-1?q?Zv=FCxo?="),
        ("Zvőxo".encode(), b"=?iso-8859-1?q?Ren=E9e?=", b"=?iso-8859-1?q?Zv=3Fxo?="),
        (b"a?b=c_d", b"=?utf-8?q?Ren?=", b"=?utf-8?q?a=3Fb=3Dc=5Fd?="),
        (
            "Zvéxo Bxtyz".encode(),
            b"=?utf-8?q?Ren=C3=A9e?=\r\n =?utf-8?b?IFNtaXRo?=",
            b"=?utf-8?q?Zv=C3=A9xo?=\r\n =?utf-8?b?IEJ4dHl6?=",
        ),
        (b"Alice", b"no word", b"Alice"),
    ],
)
def test_words_style(new: bytes, like: bytes, expected: bytes) -> None:
    assert words_encode_like(new, like) == expected


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
    st.sampled_from(["utf-8", "iso-8859-1", "koi8-r"]),
)
def test_words_of_other_writers(text: str, charset: str) -> None:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return
    encoded = Header(text, charset, maxlinelen=10_000).encode().encode()
    plain = words_decode(encoded)
    assert plain is not None
    assert plain.decode() == text
    again = words_encode_like(plain, encoded)
    assert words_decode(again) == plain
    [(octets, name)] = decode_header(again.decode())
    assert octets.decode(name) == text


@pytest.mark.parametrize(
    ("digits", "labels"), [(b"1234", b"4.3.2.1"), (b"7", b"7"), (b"15550100123", b"3.2.1.0.0.1.0.5.5.5.1")]
)
def test_enum(digits: bytes, labels: bytes) -> None:
    assert enum_encode(digits) == labels
    assert enum_decode(labels) == digits


@pytest.mark.parametrize("labels", [b"", b"12.3", b"1..2", b".1", b"1.", b"a.1"])
def test_not_enum(labels: bytes) -> None:
    assert enum_decode(labels) is None


def test_no_enum_of_other_than_digits() -> None:
    assert enum_encode(b"") is None
    assert enum_encode(b"+1") is None


@pytest.mark.parametrize(
    ("digits", "octets"),
    [
        (b"", b""),
        (b"1234", b"\x21\x43"),
        (b"123", b"\x21\xf3"),
        (b"15550100123", bytes.fromhex("5155101032f1")[:0] + bytes.fromhex("5155100021f3")),
        (b"*#abc0", b"\xba\xdc\x0e"),
    ],
)
def test_bcd(digits: bytes, octets: bytes) -> None:
    assert bcd_encode(digits) == octets
    assert bcd_decode(octets) == digits


def test_not_bcd() -> None:
    assert bcd_encode(b"+1") is None
    assert bcd_decode(b"\xff") is None
    assert bcd_decode(b"\xf1\x22") is None


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"", "utf-8"),
        (b"INVITE sip:alice@example.com SIP/2.0\r\n", "utf-8"),
        ("Анна".encode(), "utf-8"),
        ("Анна".encode()[:-1], "utf-8"),
        (b"\xef\xbb\xbfAlice", "utf-8"),
        ("Renée".encode("latin-1"), "latin-1"),
        (b"\xff\xfeA\0", "utf-16-le"),
        (b"\xfe\xff\0A", "utf-16-be"),
        ("18:03:12 Alice\r\n".encode("utf-16-le"), "utf-16-le"),
        ("18:03:12 Alice\r\n".encode("utf-16-be"), "utf-16-be"),
        ("18:03:12 Renée Анна\r\n".encode("utf-16-le"), "utf-16-le"),
        (b"binary\0\0\0\0\0\0\0\0", "utf-8"),
        (b"A", "utf-8"),
    ],
)
def test_text_encoding(head: bytes, encoding: str) -> None:
    assert text_encoding(head) == encoding


@pytest.mark.parametrize(
    ("notation", "spelled"),
    [
        ("percent", quote(NAME, safe="").encode()),
        ("percent-lower", b"Ren%c3%a9e%20O%27Malley"),
        ("form", quote_plus(NAME).encode()),
        ("json", rb"Ren\u00e9e O'Malley"),
        ("json-upper", rb"Ren\u00E9e O'Malley"),
        ("html-hex", b"Ren&#xE9;e O&#x27;Malley"),
        ("html-name", b"Ren&eacute;e O&apos;Malley"),
        ("html-decimal", b"Ren&#233;e O'Malley"),
        ("hex", NAME.encode().hex().encode()),
        ("hex-upper", NAME.encode().hex().upper().encode()),
        ("hex-spaced", NAME.encode().hex(" ").encode()),
        ("latin-1", NAME.encode("latin-1")),
        ("twice-utf-8", "RenÃ©e O'Malley".encode()),
        ("decomposed", unicodedata.normalize("NFD", NAME).encode()),
        ("q-word", b"Ren=C3=A9e_O=27Malley"),
        ("quoted-printable", b"Ren=C3=A9e O'Malley"),
        ("dots", b"Ren..e O'Malley"),
        ("question-marks", b"Ren??e O'Malley"),
        ("dropped", b"Rene O'Malley"),
        ("dot-each", b"Ren.e O'Malley"),
        ("question-mark-each", b"Ren?e O'Malley"),
        ("octal", rb"Ren\303\251e O'Malley"),
        ("backslash-x", rb"Ren\xc3\xa9e O'Malley"),
        ("hash-octal", b"Ren#303#251e O'Malley"),
        ("hash-x", b"Ren#xc3#xa9e O'Malley"),
    ],
)
def test_spelling(notation: str, spelled: bytes) -> None:
    assert SPELLED[notation] == spelled


@pytest.mark.parametrize(
    ("text", "left"),
    [("René 12", "Ren 12"), ("Zoë 12", "Zo 12"), ("Ole Ø", None), ("приходи в 58 дом", None), ("Жанна A1", None)],
)
def test_what_is_left_without_other_letters_tells_something_or_is_not_looked_for(text: str, left: str | None) -> None:
    spelled = dict(spellings(text.encode())).get("dropped")
    assert spelled == (None if left is None else left.encode())


def test_spellings_of_plain_values() -> None:
    assert dict(spellings(b"a/b/c/d"))["json-slash"] == rb"a\/b\/c\/d"
    assert dict(spellings(b"15550100123"))["enum"] == b"3.2.1.0.0.1.0.5.5.5.1"
    assert dict(spellings(b'Al "Big"'))["quoted"] == rb"Al \"Big\""
    assert dict(spellings(b"alice@example.com"))["json-markup"] == rb"alice\u0040example.com"
    assert {notation for notation, _ in spellings(b"alice")} == {"hex", "hex-upper", "hex-spaced", "hex-spaced-upper"}
    assert spellings(b"") == ()


@given(st.binary(min_size=8, max_size=40), st.binary(max_size=5), st.binary(max_size=5))
def test_base64_core_is_in_every_base64_text(value: bytes, before: bytes, after: bytes) -> None:
    spelled = dict(spellings(value))
    core = spelled[f"base64-{len(before) % 3}"]
    assert core in base64.b64encode(before + value + after)
    assert len(core) >= len(value) * 4 // 3 - 2
    assert spelled[f"base64url-{len(before) % 3}"] in base64.urlsafe_b64encode(before + value + after)


@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_spellings_are_fit_for_searching(value: bytes) -> None:
    found = spellings(value)
    assert found == spellings(value)
    assert len(dict(found)) == len(found)
    for _, spelled in found:
        assert len(spelled) >= encodings.SHORTEST_SPELLING
        assert spelled != value
        assert any(chr(byte).isalnum() or byte >= 0x80 for byte in spelled)


@given(st.binary(), st.binary())
def test_anything_is_accepted(value: bytes, like: bytes) -> None:
    for decode, encode in ((base64_decode, base64_encode_like), (hex_decode, hex_encode_like)):
        plain = decode(like)
        if plain is not None:
            assert decode(encode(plain, like)) == plain
            assert decode(encode(value, like)) == value
    words_decode(value)
    words_encode_like(value, like)
    words_encode_like(value, b"=?utf-8?q?" + like + b"?=")
    enum_decode(value)
    bcd_decode(value)
    bcd_encode(value)
    assert text_encoding(value) in {"utf-8", "utf-16-le", "utf-16-be", "latin-1"}


@given(st.text("0123456789*#abc"))
def test_bcd_is_reversible(digits: str) -> None:
    octets = bcd_encode(digits.encode())
    assert octets is not None
    if not digits.endswith("c") or len(digits) % 2:
        assert bcd_decode(octets) == digits.encode()


@pytest.mark.parametrize(
    "unit", [b"=?utf-8?q?", b"=?utf-8?q?a?=", b"=?", b"? ", b"YW", b"61 ", b"1.", b"=", b"\xff", b"a\n"]
)
def test_time_is_linear(unit: bytes) -> None:
    def work(data: bytes) -> None:
        for read in (words_decode, base64_decode, hex_decode, enum_decode, text_encoding, spellings):
            read(data)
        for write in (words_encode_like, base64_encode_like, hex_encode_like):
            write(data, data)

    assert doubling(work, unit, 1 << 13) <= DOUBLING
