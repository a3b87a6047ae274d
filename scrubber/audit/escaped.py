"""Escapes: percent, backslash, character references, quoted-printable, encoded words, and letters that look alike.

A mark says where one may stand, and the piece of the line around it is decoded. Every reading takes a text and gives
pairs: a piece as it stands, and what it says.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from scrubber.encodings import words_decode

Pair = tuple[bytes, bytes]
"""A piece of a text and what it says."""

BEFORE, BEHIND, OVERLAP = 256, 1024, 128
"""Octets around a mark that are decoded with it, and how many of them are decoded again with the next one."""
LAST_CHARACTER = 0x10FFFF
ROUNDS = 4
"""How often percent is undone that hides percent."""


_REST = re.compile(rb"[0-9A-Za-z\x80-\xff]{0,64}")


def _word_end(text: bytes, at: int) -> int:
    """Where the word ends that goes on at a place; a longer one than any name is cut."""
    rest = _REST.match(text, min(at, len(text)))
    return at if rest is None else rest.end()


def _windows(text: bytes, mark: re.Pattern[bytes]) -> Iterator[bytes]:
    """The pieces of the lines of ``text`` around each mark."""
    done = 0
    for match in mark.finditer(text):
        at = match.start()
        if at < done:
            continue
        start = max(0, at - BEFORE, done - OVERLAP)
        begins = text.rfind(b"\n", start, at) + 1
        # Half a word is another word.
        start = begins or (min(at, _word_end(text, start)) if start else 0)
        end = text.find(b"\n", match.end(), at + BEHIND)
        done = end if end >= 0 else _word_end(text, at + BEHIND)
        yield text[start:done]


_PERCENT = re.compile(rb"%(?:([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))")
"""An octet, or a unit of UTF-16 as browsers wrote it."""


def percent(text: bytes, words: bytes) -> Iterator[Pair]:
    """Percent escapes (RFC 3986 section 2.1), as often as they were applied; in forms a plus is a blank."""
    del text
    for piece in set(_windows(words, _PERCENT)):
        rounds = [piece]
        while len(rounds) <= ROUNDS and (says := _whole(_PERCENT.sub(_octet, rounds[-1]))) != rounds[-1]:
            rounds.append(says)
        says = b"\n".join(rounds[1:])
        yield piece, says + b"\n" + says.replace(b"+", b" ") if b"+" in piece else says
    for word in words.split(b"\n") if b"+" in words else ():
        if word.count(b"+") > 1 and b"%" not in word:
            yield word, word.replace(b"+", b" ")


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),)) if match[1] else _code(match[2])


def _code(digits: bytes) -> bytes:
    """The character of a number; what is none stays away."""
    number = int(digits, 16)
    return chr(number).encode("utf-8", "surrogatepass") if number <= LAST_CHARACTER else b""


_BACKSLASH = re.compile(
    rb"\\(?:(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8}))|x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|([\"/\\']))"
)
_HASH = re.compile(rb"#(?:x([0-9A-Fa-f]{2})|([0-3][0-7]{2}))(?![0-9A-Fa-f])")
_HALF = re.compile(rb"\xed[\xa0-\xbf]")


def backslash(text: bytes, words: bytes) -> Iterator[Pair]:
    """What stands behind a backslash in JSON (RFC 8259 section 7) and C, or behind a hash in syslog."""
    del words
    if b"\\" in text:
        for piece in _windows(text, _BACKSLASH):
            yield piece, _whole(_BACKSLASH.sub(_character, piece))
    if b"#" in text:
        for piece in _windows(text, _HASH):
            yield piece, _HASH.sub(_character_of_hash, piece)


def _character(match: re.Match[bytes]) -> bytes:
    *units, octet, octal, sign = match.groups()
    if any(units):
        return _code(next(filter(None, units)))
    return sign or bytes((int(octet, 16) if octet else int(octal, 8),))


def _character_of_hash(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16) if match[1] else int(match[2], 8),))


def _whole(text: bytes) -> bytes:
    """A text in which characters beyond the first plane are no halves any more."""
    if not _HALF.search(text):
        return text
    try:
        units = text.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    except UnicodeError:
        return text
    return units.decode("utf-16-le", "replace").encode()


_REFERENCE = re.compile(rb"&(?:#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z][A-Za-z0-9]{1,30};)")
"""Browsers ask for no semicolon behind a number."""


def references(text: bytes, words: bytes) -> Iterator[Pair]:
    """Character references of HTML and XML: by name, decimal and hexadecimal number; also of references."""
    del words
    for piece in _windows(text, _REFERENCE) if b"&" in text else ():
        yield piece, _text(_text(piece, html.unescape), html.unescape)


def _text(piece: bytes, change: Callable[[str], str]) -> bytes:
    return change(piece.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_QUOTED_MARK = re.compile(rb"=(?:[89A-Fa-f][0-9A-Fa-f]|[0-9A-Fa-f]{2}=[0-9A-Fa-f]{2}|40|3[Dd]|2[0BbEe])")
SOFT = re.compile(rb"=\r?(?:\n|\Z)")
"""How a line ends that goes on."""
_SOFT_BREAK = re.compile(rb"=\r?\n")
_SOFT_LINES = re.compile(rb"[^\n]{1,998}\n(?:[^\n]{0,998}=\r?\n){0,64}[^\n]{0,998}")


def quoted_printable(text: bytes, words: bytes) -> Iterator[Pair]:
    """Quoted-printable (RFC 2045 section 6.7) in a line."""
    del words
    for piece in _windows(text, _QUOTED_MARK):
        yield piece, _QUOTED.sub(_octet, piece)


def soft_broken(text: bytes, words: bytes) -> Iterator[Pair]:
    """Lines that quoted-printable wrapped, as one and as they stand."""
    del words
    done = 0
    if b"=\n" not in text and b"=\r\n" not in text:
        return
    for piece in _windows(text, _SOFT_BREAK):
        yield piece, _QUOTED.sub(_octet, piece)
    for mark in _SOFT_BREAK.finditer(text):
        if mark.start() >= done:
            start = max(done, mark.start() - 998)
            start = max(start, text.rfind(b"\n", start, mark.start()) + 1)
            lines = _SOFT_LINES.match(text, start)
            done = mark.end() if lines is None else lines.end()
            yield text[start:done], _QUOTED.sub(_octet, _SOFT_BREAK.sub(b"", text[start:done]))


BEGINS = re.compile(rb"=\?")
"""How encoded words begin."""
_WORD = rb"=\?[^?\s]{1,40}\?[BbQq]\?[^?\n]{0,512}\?="
_WORDS = re.compile(_WORD + rb"(?:\s{0,8}" + _WORD + rb"){0,64}")
_BETWEEN = re.compile(rb"\?=\s{0,8}=\?")


def encoded_words(text: bytes, words: bytes) -> Iterator[Pair]:
    """Encoded words (RFC 2047), one after the other, folded or not."""
    del words
    for row in set(_WORDS.findall(text)) if b"=?" in text else ():
        says = words_decode(_BETWEEN.sub(b"?= =?", row))
        if says is not None:
            yield row, says


_ODD = re.compile(
    rb"\xef[\xbb-\xbf]|\xe2\x80[\x80-\x8f\xa8-\xaf]|\xe2\x81[\x9f-\xaf]|\xc2[\xa0\xad]|[\xd9\xdb][\xa0-\xb9]"
)
_INVISIBLE = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0x00AD}
_PUNYCODE = re.compile(rb"(?i)xn--[0-9a-z-]{1,59}")


def look_alike(text: bytes, words: bytes) -> Iterator[Pair]:
    """Characters that look like others or like nothing: of full width, of no width, digits of other scripts."""
    for piece in () if words.isascii() or not _ODD.search(words) else _windows(text, _ODD):
        yield piece, _text(piece, _usual)
    for label in set(_PUNYCODE.findall(words)) if b"xn--" in words.lower() else ():
        try:
            yield label, label[4:].decode("punycode").encode()
        except (UnicodeError, ValueError, OverflowError):
            continue


def _usual(text: str) -> str:
    kept = "".join(char for char in text if ord(char) not in _INVISIBLE)
    digits = "".join(str(unicodedata.digit(char)) if not char.isascii() and char.isdecimal() else char for char in kept)
    return unicodedata.normalize("NFKC", digits.encode("utf-8", "replace").decode())
