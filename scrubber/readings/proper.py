"""Names of people and companies in prose: two or more proper nouns in a row.

Words with a capital, or of a script without capitals, that stand side by side and of which none is a word of protocols,
programs or plain English. A guess that no place vouches for, so what it finds is replaced but not learned.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from scrubber.model import Entity, Finding
from scrubber.readings.vocabulary import is_plain
from scrubber.spans import PROPER

RULE: Final = PROPER
_SMALL: Final = rb"(?:[a-z\x80-\xff]|['-](?=[A-Za-z\xc3-\xc5])|(?<=['-])[A-Z]|(?<=Mc)[A-Z]|(?<=Mac)[A-Z])"
_WORD: Final = (
    rb"[A-Z\xc3-\xc5\xce\xd0\xd7-\xdb\xe0\xe3-\xed](?<![\w.@/\\$%%<&\x80-\xff-].)(?:(?<=[A-Z])%b{1,39}+"
    rb"|(?:(?<=\xc3)[\x80-\x9e]|(?<=[\xc4\xc5])[\x80-\xbf])%b{1,39}+"
    rb"|(?:(?<=\xd0)[\x81\x90-\xaf]|(?<=\xce)[\x91-\xa9])(?:-?[\xce-\xd1][\x80-\xbf]){1,40}+"
    rb"|(?:(?<=\xd7)[\x90-\xaa]|(?<=[\xd8-\xdb])[\x80-\xbf])(?:-?[\xd7-\xdb][\x80-\xbf]){1,40}+"
    rb"|(?<=[\xe0\xe3-\xed])[\x80-\xbf]{2}(?:[\xe0\xe3-\xed][\x80-\xbf]{2}){0,23}+)" % (_SMALL, _SMALL)
)
"""A word with a capital, or of letters that have none; its first byte stands first, which makes the search fast."""
_JOINT: Final = (
    rb"(?: (?:\xc3\x93|O|U\xc3\xad|Ui"
    rb"|de|del|della|der|den|di|da|dos|du|la|le|van|von|zu|ten|ter|bin|ibn|al|el|y|and|&)){0,2} "
)
_RUN: Final = re.compile(
    _WORD + rb"(?:" + _JOINT + _WORD + rb"){1,5}+(?![\w@/=(\x80-\xff]|:[/:]|\\(?![nrt\"]))", re.DOTALL
)
"""Proper nouns with a blank between, or a particle of a name."""
_NOUN: Final = re.compile(rb"[^ ]+")
_LOWER: Final = re.compile(rb"[a-z&]{1,5}")
_CAPITALS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" + bytes(range(0xC3, 0xEE))
_SHAPE: Final = bytes(
    0x41 if byte in _CAPITALS else 0x61 if byte > 0x7F or chr(byte).islower() else byte for byte in range(256)
)
"""Table for ``bytes.translate``: letters become ``A`` or ``a``, so that few lines are looked at any closer."""
_SIDE_BY_SIDE: Final = b"a A"


def find(text: bytes, stop_words: Collection[bytes]) -> Iterator[Finding]:
    """Rows of proper nouns that no vocabulary knows."""
    if text.translate(_SHAPE).find(_SIDE_BY_SIDE) < 0:
        return
    for run in _RUN.finditer(text):
        first = last = -1
        count = 0
        for noun in _NOUN.finditer(text, *run.span()):
            if _LOWER.fullmatch(noun[0]) is not None:
                continue
            if is_plain(noun[0].rstrip(b"'-"), stop_words):
                if count > 1:
                    yield Finding(first, last, Entity.NAME, RULE)
                first, count = -1, 0
                continue
            first = noun.start() if first < 0 else first
            last = noun.end()
            count += 1
        if count > 1:
            yield Finding(first, last, Entity.NAME, RULE)
