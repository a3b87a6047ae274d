"""The notations a value can hide in: percent, base64, hex, encoded words, ENUM, BCD, and the encoding of a text.

Every ``*_decode`` (``*_unescape``) gives the bytes behind a notation, or None when the input is not valid in it. Every
``*_encode_like(value, like)`` writes ``value`` in the style of ``like``, a text that the decoder accepts: which
characters were escaped, letter case, padding, separators. When ``value`` is what ``like`` decodes to, the result is
``like`` again for every consistent style. Nothing here raises, whatever the bytes.

:func:`spellings` lists how a known value looks in notations that no decoder can undo on sight.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Container
from functools import cache

from scrubber.grammar.escapes import (
    ALPHANUMERIC,
    entities_escape_like,
    entities_unescape,
    entities_writer,
    json_escape_like,
    json_unescape,
    json_writer,
    octets_escape_like,
    percent_decode,
    percent_encode_like,
    quoted_escape_like,
    quoted_unescape,
    unescaped_octet,
)

__all__ = [
    "base64_decode",
    "base64_encode_like",
    "bcd_decode",
    "bcd_encode",
    "entities_escape_like",
    "entities_unescape",
    "enum_decode",
    "enum_encode",
    "hex_decode",
    "hex_encode_like",
    "json_escape_like",
    "json_unescape",
    "percent_decode",
    "percent_encode_like",
    "quoted_escape_like",
    "quoted_unescape",
    "spellings",
    "text_encoding",
    "words_decode",
    "words_encode_like",
]

# --- base64 (RFC 4648) and hex ------------------------------------------------------------------------------------

_BASE64 = re.compile(rb"[A-Za-z0-9+/]*+|[A-Za-z0-9_-]*+")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_STANDARD = bytes.maketrans(b"-_", b"+/")


def base64_decode(value: bytes) -> bytes | None:
    """Either alphabet, padded or not, line breaks allowed; None for mixed alphabets or an impossible length."""
    packed = value.translate(None, b"\r\n")
    body = packed.rstrip(b"=")
    padding = len(packed) - len(body)
    if len(body) % 4 == 1 or padding > 2 or (padding and len(packed) % 4) or not _fully(_BASE64, body):
        return None
    return binascii.a2b_base64(body.translate(_STANDARD) + b"=" * (-len(body) % 4))


def _fully(pattern: re.Pattern[bytes], value: bytes) -> bool:
    return pattern.fullmatch(value) is not None


def base64_encode_like(value: bytes, like: bytes) -> bytes:
    """``value`` in the alphabet, padding and line width of ``like``. Without a sign of either: standard, padded."""
    packed = like.translate(None, b"\r\n")
    url_safe = b"-" in packed or b"_" in packed
    text = base64.b64encode(value)
    if url_safe:
        text = text.translate(_URL_SAFE)
    if not packed.endswith(b"=") and (url_safe or len(packed) % 4):
        text = text.rstrip(b"=")
    width = like.find(b"\n")
    if width < 1:
        return text
    line_end = b"\r\n" if like[width - 1 : width] == b"\r" else b"\n"
    width = max(1, width + 1 - len(line_end))
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    return line_end.join(lines) + (line_end if like.endswith(line_end) else b"")


_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})*+")


def _hex_parts(value: bytes) -> tuple[bytes, bytes, bytes]:
    """Prefix, separator between octets, digits."""
    prefix = value[:2] if value[:2] in (b"0x", b"0X") else b""
    digits = value[len(prefix) :]
    separator = digits[2:3] if digits[2:3] in (b" ", b":", b"-", b".") else b""
    return prefix, separator, digits


def hex_decode(value: bytes) -> bytes | None:
    """``0x`` prefix and one separator (blank, colon, hyphen, dot) between octets allowed; None for anything else."""
    _, separator, digits = _hex_parts(value)
    if separator:
        octets = digits.split(separator)
        if any(len(octet) != 2 for octet in octets):
            return None
        digits = b"".join(octets)
    return binascii.unhexlify(digits) if _fully(_HEX, digits) else None


def hex_encode_like(value: bytes, like: bytes) -> bytes:
    """``value`` in the case, prefix and separator of ``like``; lower case when ``like`` has no letter."""
    prefix, separator, digits = _hex_parts(like)
    text = value.hex(separator.decode()) if separator else value.hex()
    upper = digits.upper() == digits and digits.lower() != digits
    return prefix + (text.upper() if upper else text).encode()


# --- encoded words (RFC 2047) -------------------------------------------------------------------------------------

_PLAIN_IN_WORD = ALPHANUMERIC | frozenset(b"!*+-/ ")
_Q = re.compile(rb"=([0-9A-Fa-f]{2})")
_Q_TOKEN = re.compile(rb"=[0-9A-Fa-f]{2}|.", re.DOTALL)
_WORD = re.compile(rb"=\?([A-Za-z0-9_.:+*-]{1,40})\?([QqBb])\?([^?]*)\?=")
_CHARSET = re.compile(
    r"utf-?8|(?:us-)?ascii|iso[-_]?8859[-_]\d{1,2}|latin-?\d{1,2}|(?:windows-?|cp)\d{3,4}|koi8-[rut]|gb2312|gbk|gb18030"
    r"|big5(?:-hkscs)?|shift[-_]jis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)|ks_c_5601-1987|tis-620|utf-16(?:le|be)?"
)
"""Charsets that are decoded. Python knows more names, among them ones that are no charsets or not linear."""


def _codec(charset: bytes) -> str | None:
    name = charset.decode("ascii").partition("*")[0].lower()  # RFC 2231 section 5: a language may follow
    if not _CHARSET.fullmatch(name):
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _word_text(word: re.Match[bytes]) -> str | None:
    codec = _codec(word[1])
    if codec is None:
        return None
    octets = base64_decode(word[3]) if word[2] in b"Bb" else _Q.sub(unescaped_octet, word[3].replace(b"_", b" "))
    try:
        return None if octets is None else octets.decode(codec)
    except UnicodeError:
        return None


def _word_pieces(value: bytes) -> list[tuple[bytes, str, re.Match[bytes] | None]] | None:
    """(bytes, text, encoded word or None) in order. Folding between two encoded words is a piece without text."""
    pieces: list[tuple[bytes, str, re.Match[bytes] | None]] = []
    position = 0
    for word in _WORD.finditer(value):
        text = _word_text(word)
        if text is None:
            return None
        between = value[position : word.start()]
        if between:
            pieces.append((between, "" if position and between.isspace() else _utf8(between), None))
        pieces.append((word[0], text, word))
        position = word.end()
    if not position:
        return None
    if value[position:]:
        pieces.append((value[position:], _utf8(value[position:]), None))
    return pieces


def _utf8(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def words_decode(value: bytes) -> bytes | None:
    """The UTF-8 text of a value with at least one encoded word; None for unknown charsets or broken words."""
    pieces = _word_pieces(value)
    return None if pieces is None else "".join(text for _, text, _ in pieces).encode("utf-8", "surrogateescape")


def words_encode_like(value: bytes, like: bytes) -> bytes:
    """UTF-8 ``value`` spread over the words of ``like``: same charsets, encodings and folding, characters per word.

    A character that the charset lacks becomes ``?``. Without a decodable word in ``like``: ``value``.
    """
    pieces = _word_pieces(like)
    if pieces is None:
        return value
    text = _utf8(value)
    last = max(index for index, piece in enumerate(pieces) if piece[1] or piece[2])
    out = []
    position = 0
    for index, (source, old, word) in enumerate(pieces):
        end = len(text) if index == last else position + len(old)
        new = text[position:end]
        position = end
        if word is not None:
            out.append(_word_like(new, word))
        else:
            out.append(new.encode("utf-8", "surrogateescape") if old else source)
    return b"".join(out)


def _word_like(text: str, word: re.Match[bytes]) -> bytes:
    octets = text.encode(_codec(word[1]) or "utf-8", "replace")
    if word[2] in b"Bb":
        body = base64_encode_like(octets, word[3])
    else:
        tokens = [b" " if token == b"_" else token for token in _Q_TOKEN.findall(word[3])]
        body = octets_escape_like(octets, tokens, b"=", _PLAIN_IN_WORD).replace(b" ", b"_")
    return b"=?%b?%b?%b?=" % (word[1], word[2], body)


# --- digits in reverse --------------------------------------------------------------------------------------------

_ENUM = re.compile(rb"[0-9](?:\.[0-9])*+")
_BCD_DIGITS = b"0123456789*#abc"


def enum_encode(digits: bytes) -> bytes | None:
    """``1234`` -> ``4.3.2.1`` (RFC 6116 section 3.2, without ``e164.arpa``); None for anything but digits."""
    return b".".join(digits[at : at + 1] for at in range(len(digits) - 1, -1, -1)) if digits.isdigit() else None


def enum_decode(labels: bytes) -> bytes | None:
    """``4.3.2.1`` -> ``1234``; None when a label is not one digit."""
    return labels[::-2] if _fully(_ENUM, labels) else None


def bcd_encode(digits: bytes) -> bytes | None:
    """Swapped nibbles, filler ``F`` (3GPP TS 24.008 section 10.5.4.7); None for other than ``0-9 * # a b c``."""
    if any(digit not in _BCD_DIGITS for digit in digits):
        return None
    nibbles = [_BCD_DIGITS.index(digit) for digit in digits] + [0xF] * (len(digits) % 2)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


def bcd_decode(octets: bytes) -> bytes | None:
    """The digits of swapped nibbles; None when a filler stands anywhere but in the last high nibble."""
    nibbles = [nibble for octet in octets for nibble in (octet & 15, octet >> 4)]
    if nibbles and nibbles[-1] == 0xF:
        nibbles.pop()
    return None if 0xF in nibbles else bytes(_BCD_DIGITS[nibble] for nibble in nibbles)


# --- the encoding of a text ---------------------------------------------------------------------------------------


def text_encoding(head: bytes) -> str:
    """``utf-8``, ``utf-16-le``, ``utf-16-be`` or ``latin-1``, from the first bytes of a text (4 KiB are plenty).

    A byte order mark decides; without one, zero octets at every second place mean UTF-16. A character cut at the end
    of ``head`` is no error.
    """
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    units = len(head) // 2
    even, odd = head[: units * 2 : 2].count(0), head[1 : units * 2 : 2].count(0)
    if odd * 2 > units and even * 8 < units + 8:
        return "utf-16-le"
    if even * 2 > units and odd * 8 < units + 8:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


# --- how a known value looks elsewhere ----------------------------------------------------------------------------

SHORTEST_SPELLING = 4
"""Octets; a shorter text would be found by chance."""
SHORTEST_IN_BASE64 = 8
"""Octets of a value whose base64 is looked for at any offset."""

_HIGH = rb"[\x80-\xff]"
_TELLING = re.compile(rb"[0-9A-Za-z\x80-\xff]")

_Respell = Callable[[bytes], bytes | None]


def _each(octets: bytes, form: bytes, blank: bytes = b" ") -> _Respell:
    """Every octet of the class ``octets`` written as ``form`` (a %-template of its number); blanks as ``blank``."""

    @cache
    def table() -> list[bytes]:
        pattern = re.compile(octets)
        plain = [blank if byte == 0x20 else bytes((byte,)) for byte in range(256)]
        return [form % byte if pattern.match(bytes((byte,))) else plain[byte] for byte in range(256)]

    return lambda value: b"".join([table()[byte] for byte in value])


def _high(form: bytes) -> _Respell:
    """Every octet above 0x7F replaced by ``form``, literally."""
    return lambda value: re.sub(_HIGH, form, value)


def _text(change: Callable[[str], bytes]) -> _Respell:
    """A change of the text, for values that are valid UTF-8 but not ASCII."""

    def respell(value: bytes) -> bytes | None:
        try:
            return None if value.isascii() else change(value.decode())
        except UnicodeError:
            return None

    return respell


def _base64_core(skip: int, alphabet: bytes) -> _Respell:
    """The characters of a base64 text that depend on the value alone when ``skip`` octets (mod 3) stand before it."""

    def respell(value: bytes) -> bytes | None:
        if len(value) < SHORTEST_IN_BASE64:
            return None
        text = base64.b64encode(b"\0" * skip + value)[(skip * 8 + 5) // 6 : (skip + len(value)) * 8 // 6]
        return text.translate(bytes.maketrans(b"+/", alphabet))

    return respell


def _reversed_digits(value: bytes) -> bytes | None:
    digits = value.removeprefix(b"+")
    return enum_encode(digits) if len(digits) >= 7 else None


_JSON_MARKUP = b"".join(b"\\u%04x" % code for code in b"&<>'@+")
_SPELLINGS: tuple[tuple[str, _Respell], ...] = (
    ("percent", _each(rb"[^A-Za-z0-9._~-]", b"%%%02X")),
    ("percent-lower", _each(rb"[^A-Za-z0-9._~-]", b"%%%02x")),
    ("form", _each(rb"[^A-Za-z0-9._~ -]", b"%%%02X", blank=b"+")),
    ("json", json_writer(rb"\u00e9")),
    ("json-upper", json_writer(rb"\u00E9")),
    ("json-slash", json_writer(rb"\/")),
    ("json-slash-ascii", json_writer(rb"\/\u00e9")),
    ("json-markup", json_writer(_JSON_MARKUP)),
    ("html", entities_writer(b"&lt;&gt;&quot;&#39;")),
    ("html-decimal", entities_writer(b"&lt;&gt;&quot;&#64;&#233;")),
    ("html-hex", entities_writer(b"&lt;&gt;&quot;&#x27;&#x40;&#xE9;")),
    ("html-hex-lower", entities_writer(b"&lt;&gt;&quot;&#x27;&#x40;&#xe9;")),
    ("html-name", entities_writer(b"&lt;&gt;&quot;&apos;&eacute;")),
    ("quoted", lambda value: quoted_escape_like(value, b"")),
    ("hex", lambda value: value.hex().encode()),
    ("hex-upper", lambda value: value.hex().upper().encode()),
    ("hex-spaced", lambda value: value.hex(" ").encode()),
    ("hex-spaced-upper", lambda value: value.hex(" ").upper().encode()),
    *((f"base64-{skip}", _base64_core(skip, b"+/")) for skip in range(3)),
    *((f"base64url-{skip}", _base64_core(skip, b"-_")) for skip in range(3)),
    ("latin-1", _text(lambda text: text.encode("latin-1"))),
    ("twice-utf-8", _text(lambda text: text.encode().decode("latin-1").encode())),
    ("composed", _text(lambda text: unicodedata.normalize("NFC", text).encode())),
    ("decomposed", _text(lambda text: unicodedata.normalize("NFD", text).encode())),
    ("q-word", _each(rb"[^A-Za-z0-9!*+/ -]", b"=%02X", blank=b"_")),
    ("quoted-printable", _each(rb"[=\x80-\xff]", b"=%02X")),
    ("dots", _high(b".")),
    ("question-marks", _high(b"?")),
    # Of a text in another script next to nothing is left.
    ("dropped", lambda value: left if len(_TELLING.findall(left := re.sub(_HIGH, b"", value))) > 3 else None),
    ("dot-each", _text(lambda text: text.encode("ascii", "replace").replace(b"?", b"."))),
    ("question-mark-each", _text(lambda text: text.encode("ascii", "replace"))),
    ("octal", _each(_HIGH, rb"\%03o")),
    ("backslash-x", _each(_HIGH, rb"\x%02x")),
    ("backslash-x-upper", _each(_HIGH, rb"\x%02X")),
    ("hash-octal", _each(_HIGH, b"#%03o")),
    ("hash-x", _each(_HIGH, b"#x%02x")),
    ("hash-x-upper", _each(_HIGH, b"#x%02X")),
    ("enum", _reversed_digits),
)


def spellings(value: bytes, only: Container[str] | None = None) -> tuple[tuple[str, bytes], ...]:
    """(notation, ``value`` in it) for all notations, or some ``only``, under which a learned value is looked for.

    Always in the same order. A spelling that is ``value`` itself, is shorter than :data:`SHORTEST_SPELLING` or has no
    letter and no digit is left out; two notations may give the same spelling. The replacement of a spelling found is
    the spelling of the pseudonym in the same notation.
    """
    found = ((notation, respell(value)) for notation, respell in _SPELLINGS if only is None or notation in only)
    return tuple(
        (notation, text)
        for notation, text in found
        if text is not None and text != value and len(text) >= SHORTEST_SPELLING and _TELLING.search(text)
    )
