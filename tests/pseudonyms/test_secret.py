"""Redaction, filler, suppressed text, DTMF."""

from __future__ import annotations

import base64
import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import Entity
from scrubber.pseudonyms.secret import digit_mark, filler, is_suppressed, redacted, text


@pytest.mark.parametrize("entity", list(Entity))
def test_marker_is_made_of_letters(entity: Entity) -> None:
    marker = redacted(entity.value.encode(), b'p@ss"<>word')
    assert re.fullmatch(rb"REDACTED[a-z]*", marker)
    assert marker == redacted(entity.value.encode(), marker) == redacted(entity.value.encode(), b"x" * 99)


def test_marker_by_entity() -> None:
    assert redacted(b"secret", b"hunter2") == b"REDACTED"
    assert redacted(b"", b"hunter2") == b"REDACTED"
    assert redacted(b"card", b"4111") == b"REDACTEDcard"
    assert redacted(b"call-id", b"x") == b"REDACTEDcallid"
    assert redacted(b"secret", b"") == b""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"12345", b"00000"),
        (b"deadBEEF01", b"0000000000"),
        (b"AA:BB:0C", b"00:00:00"),
        (b"12 34\r\n56", b"00 00\r\n00"),
        (b"d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj", b"A" * 40),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"A" * 22 + b"=="),
        (b"url_safe-key", b"A" * 12),
        (b"wrapped\r\nkey=\r\n", b"AAAAAAA\r\nAAA=\r\n"),
        (b"some pass=word!", b"AAAA AAAAAAAAAA"),
        ("pässwort".encode(), b"A" * 9),
        (b"====", b"===="),
        (b"AAAA", b"AAAA"),
    ],
)
def test_filler(value: bytes, expected: bytes) -> None:
    assert filler(value) == expected


@given(st.binary(min_size=1, max_size=60))
def test_filler_for_base64_decodes_to_the_same_size(value: bytes) -> None:
    mapped = filler(base64.b64encode(value))
    assert len(base64.b64decode(mapped, validate=True)) == len(value)


@given(st.binary(max_size=80))
def test_filler_is_as_long_idempotent_and_tells_nothing(value: bytes) -> None:
    mapped = filler(value)
    assert len(mapped) == len(value)
    assert filler(mapped) == mapped
    assert set(mapped) <= set(b"0A=:-. \t\r\n")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"-", b"-"),
        (b"   ", b"   "),
        (b"\r\n\r\n", b"\r\n\r\n"),
        (b"x", b"x"),
        (b"Hi Bob", b"xxxxxx"),
        (b"Call me at 10:30, Bob!", b"xxxxx xxxxx x.xx. xxx."),
        (b"abcdefghijklm", b"xxxxx xxxxx x"),
        (b"one two three\r\nfour five\nsix", b"xxxxx xxxxx x\r\nxxxxx xxx\nxxx"),
        (b'{"a": "b"}\t<c>\x1b[0m', b"..x.. .x..x x...xx"),
        (b"a\x00b\x00c\x00", b"x\x00x\x00x\x00"),
        ("Müller".encode(), "xéxx x".encode()),
        ("Müller".encode("latin-1"), b"x\xe9xxxx"),
        ("Привет, Алиса".encode(), "жжжжжж.xжжжжж".encode()),
        ("مرحبا".encode(), "سسسسس".encode()),
        ("שלום".encode(), "אאאא".encode()),
        ("Γεια".encode(), "αααα".encode()),
        ("会議カナ회의".encode(), "字字アア가가".encode()),
        ("สวัส".encode(), "กกกก".encode()),
        ("“a” – 😀𠮷".encode(), "ếxếxế 😀𠀀".encode()),
        (b"\xc3(\xed\xa0\x80\xf8\xff", b"\xe9.\xe9\xe9\xe9\xe9\xe9"),
    ],
)
def test_text(value: bytes, expected: bytes) -> None:
    assert text(value) == expected


@given(st.one_of(st.binary(max_size=120), st.text(max_size=60).map(lambda words: words.encode("utf-8", "replace"))))
def test_text_is_as_long_idempotent_and_keeps_lines_and_validity(value: bytes) -> None:
    mapped = text(value)
    assert len(mapped) == len(value)
    assert text(mapped) == mapped
    for before, after in zip(value, mapped, strict=True):
        assert (before in b"\r\n") == (after in b"\r\n")
        assert (before < 0x80) == (after < 0x80)
    if mapped != value:
        assert set(mapped) & set(string.ascii_letters.encode() + string.digits.encode()) <= {0x78}
    try:
        value.decode()
    except UnicodeDecodeError:
        return
    assert len(mapped.decode()) == len(value.decode())


@given(st.lists(st.binary(max_size=30), max_size=4))
def test_a_suppressed_text_is_known_on_sight(pieces: list[bytes]) -> None:
    assert is_suppressed(text(b"".join(pieces)))
    assert is_suppressed(b" REDACTEDcard".join([text(b"a" + piece) for piece in pieces]))


@pytest.mark.parametrize("value", [b"\x1f\x8b\x08 some \xff octets\n", b"Zm9vYmE=", b"AAAA AA\r\nAAA"])
def test_octets_that_were_filled_are_a_suppressed_text(value: bytes) -> None:
    assert is_suppressed(filler(value))


@pytest.mark.parametrize(
    "value", [b"AAAA b AA", b"see you", b"xxxxx b xxx", b"1", b"REDACTED Bob", "Ольга".encode(), b"x!"]
)
def test_a_text_is_no_suppressed_one(value: bytes) -> None:
    assert not is_suppressed(value)


@given(st.text("abc .,\n", max_size=40), st.text("abc .,\n", max_size=40))
def test_text_hides_where_the_words_end(first: str, second: str) -> None:
    letters = [re.sub("[abc ]", "a", words) for words in (first, second)]
    if letters[0] == letters[1] and all(set(words) & set("abc.,") for words in (first, second)):
        assert text(first.encode()) == text(second.encode())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"0123456789*#ABCDabcd", b"0" * 20),
        (b"4,5w6 #", b"0,0w0 0"),
        (b"1\r\n", b"0\r\n"),
    ],
)
def test_digit_mark(value: bytes, expected: bytes) -> None:
    assert digit_mark(value) == expected
    assert digit_mark(expected) == expected


@pytest.mark.parametrize(
    "unit", [b"a", b"a ", b" ", b" -", b"\n", b"a\n", b"\xc3", "ж".encode(), b"\xf0\x90", b"A=", b"-"]
)
def test_hostile_length_takes_linear_time(unit: bytes) -> None:
    def elapsed(value: bytes) -> float:
        best = 9e9
        for _ in range(3):
            start = time.perf_counter()
            text(value)
            filler(value)
            best = min(best, time.perf_counter() - start)
        return best

    assert elapsed(unit * 80_000) < 16 * elapsed(unit * 20_000) + 0.01
