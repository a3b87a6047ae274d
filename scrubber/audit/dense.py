"""Base64 and hexadecimal digits: runs of one alphabet that nothing marks as a notation.

Every reading takes a text and its different words, a line for each, and gives pairs: a piece as it stands, and what it
says. A run that is in no notation decodes to nonsense, in which no original is found.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

Pair = tuple[bytes, bytes]
"""A piece of a text and what it says."""

_BASE64 = re.compile(rb"[0-9A-Za-z+/_-]{8,}")
_STANDARD = bytes.maketrans(b"-_", b"+/")
BASE64_LINE = re.compile(rb"\n[ \t]{0,8}[0-9A-Za-z+/_-]{8,80}={0,2}\r?(?:\n|\Z)")
"""A line of nothing else."""
_BASE64_LINES = re.compile(rb"[0-9A-Za-z+/_-]{8,80}(?:\r?\n[ \t]{0,8}[0-9A-Za-z+/_-]{2,80}){1,2000}")
_BREAKS = b" \t\r\n"


@lru_cache(maxsize=1)
def _runs(words: bytes) -> list[bytes]:
    """Runs that may be base64, each once; two readings ask for them one after the other."""
    return [run for run in set(_BASE64.findall(words)) if not (run.islower() or run.isdigit())]


def base64(text: bytes, words: bytes) -> Iterator[Pair]:
    """Runs of base64 letters, of either alphabet, also over several lines."""
    for run in _runs(words):
        yield run, _sextets(run)
    if BASE64_LINE.search(text):
        for lines in _BASE64_LINES.findall(text):
            yield lines, _sextets(lines.translate(None, _BREAKS))


FEWEST_WHOLE = 9
"""Octets of a text that a run decodes to as a whole."""
_PRINTABLE = re.compile(rb"[\t\r\n\x20-\x7e]+")


def base64_whole(text: bytes, words: bytes) -> Iterator[Pair]:
    """Runs of base64 letters that as a whole are a text, so that even a short word in it is no coincidence."""
    del text
    for run in _runs(words):
        if len(run) % 4 == 1:
            continue
        says = binascii.a2b_base64(run.translate(_STANDARD) + b"==")
        if len(says) >= FEWEST_WHOLE and _PRINTABLE.fullmatch(says):
            yield run, says


def _sextets(run: bytes) -> bytes:
    """A run of base64 letters, decoded from each of four places on: the first need not be where an encoder began."""
    padded = run.translate(_STANDARD) + b"AAA"
    return b"\n".join(binascii.a2b_base64(padded[at : at + (len(padded) - at) // 4 * 4]) for at in range(4))


_UTF7 = re.compile(rb"\+([0-9A-Za-z+/]{3,512})-?")
_UTF7_MARK = re.compile(rb"\+(?:-[0-9A-Za-z]|A[0-9A-Za-z+/]{2}-|[0-9+/]{0,16}[A-Za-z][0-9A-Za-z+/]{4})")


def utf7(text: bytes, words: bytes) -> Iterator[Pair]:
    """Lines with characters in base64 behind a plus sign (RFC 2152)."""
    del words
    if _UTF7_MARK.search(text):
        for line in set(text.split(b"\n")):
            says = _UTF7.sub(_characters, line).replace(b"+-", b"+") if _UTF7_MARK.search(line) else line
            if says != line:
                yield line, says


def _characters(match: re.Match[bytes]) -> bytes:
    octets = binascii.a2b_base64(match[1][: len(match[1]) - (len(match[1]) % 4 == 1)] + b"==")
    try:
        return octets[: len(octets) & ~1].decode("utf-16-be").encode()
    except UnicodeError:
        return match[0]


_HEX = re.compile(rb"[0-9A-Fa-f]{10,}")
_HEX_PAIRS = re.compile(rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:.,-]){4,}[0-9A-Fa-f]{2}")
_HEX_RUN = re.compile(rb"[0-9A-Fa-f][0-9A-Fa-f:.,-]{13,}")
_HEX_ROW = re.compile(
    rb"(?<![0-9A-Za-z])(?:(?:[0-9A-Fa-f]{2}){1,8} {1,2}){3,256}(?:[0-9A-Fa-f]{2}){1,8}(?![0-9A-Za-z])"
)
HEX_GROUPS = re.compile(
    rb" (?:[0-9A-Fa-f]{2}){1,8} {1,2}(?:[0-9A-Fa-f]{2}){1,8} {1,2}(?:[0-9A-Fa-f]{2}){1,8}(?![0-9A-Za-z])"
)
_HEX_LIST = re.compile(rb"(?:0[xX](?:[0-9A-Fa-f]{2}){1,8}(?:, ?|[ \t])){1,512}0[xX](?:[0-9A-Fa-f]{2}){1,8}")
HEX_NEXT = re.compile(rb"0x[0-9A-Fa-f]{2,16}(?:, ?|[ \t])0x|0X[0-9A-Fa-f]{2,16}(?:, ?|[ \t])0X")
_LISTED = re.compile(rb"0[xX]([0-9A-Fa-f]+)")
_SIGNS = b":.,-"
_BETWEEN_ROWS = 160
"""Octets between two rows of a dump: the text column and the offset of the next."""


def hexadecimal(text: bytes, words: bytes) -> Iterator[Pair]:
    """Hexadecimal digits of octets: without separators, between colons, as the rows of a dump, as a list in C."""
    for run in set(_HEX.findall(words)):
        yield run, _octets(run) + b"\n" + _octets(run[1:])
    separated = b"\n".join(
        [word for word in words.split(b"\n") if word.count(b":") + word.count(b"-") + word.count(b",") > 3]
    )
    rows = {row for row in _HEX_RUN.findall(separated) if not row.isalnum()}
    for pairs in set(_HEX_PAIRS.findall(b"\n".join(rows))):
        yield pairs, _octets(pairs.translate(None, _SIGNS))
    if HEX_GROUPS.search(text):
        yield from _rows(text)
    if HEX_NEXT.search(text):
        for listed in set(_HEX_LIST.findall(text)):
            octets = [_octets(number) for number in _LISTED.findall(listed)]
            # Of numbers of several octets a debugger may show the last first.
            yield listed, b"".join(octets) + b"\n" + b"".join([number[::-1] for number in octets])


def _octets(digits: bytes) -> bytes:
    return binascii.unhexlify(digits[: len(digits) & ~1])


def _rows(text: bytes) -> Iterator[Pair]:
    """Rows of hexadecimal groups; those of one dump are joined, as a value may stand on both sides of a row's end."""
    first, position = b"", 0
    octets = bytearray()
    for row in _HEX_ROW.finditer(text):
        if octets and row.start() - position > _BETWEEN_ROWS:
            yield first, bytes(octets)
            octets.clear()
        first = first if octets else row[0]
        octets += _octets(row[0].replace(b" ", b""))
        position = row.end()
    if octets:
        yield first, bytes(octets)
