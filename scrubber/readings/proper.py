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
_INITIAL: Final = re.compile(
    rb"(?:[A-Z](?<![\w.@/\\$%&<\x80-\xff-].)|(?<![\w.@/\x80-\xff-])[\xc3-\xc5][\x80-\xbf])\. ?(?:[A-Z]\. ?)?("
    + _WORD
    + rb")"
    rb"(?![\w@/=(\x80-\xff]|:[/:])",
    re.DOTALL,
)
"""The first letter of a first name, and the surname: ``W. Doemann``."""
_CALLED: Final = re.compile(
    rb"(?i:(?<![\w.-])(?:caller|callee|ask|tell|spoke (?:to|with)|talked to|called by|call from|colleague|"
    rb"holder|attn|herrn?|frau|se\xc3\xb1ora?|pani?|monsieur|madame|signora?|mevrouw|dhr\.?|mevr\.?|imieniu|habe|"
    rb"wife|husband|boss))[ :=]{1,2}"
    rb"((?:[a-z]|[\xc3-\xc5][\x80-\xbf])(?:[a-z'-]|[\xc3-\xc5][\x80-\xbf]){2,31})"
    rb" ((?:[a-z]|[\xc3-\xc5][\x80-\xbf])(?:[a-z'-]|[\xc3-\xc5][\x80-\xbf]){3,31})(?![\w@/=(\x80-\xff])"
)
"""A first name and a surname in small letters behind what somebody is, or what one does with people."""
_HAN: Final = rb"(?:[\xe3-\xe9][\x80-\xbf]{2})"
_HONOURS: Final = tuple(word.encode() for word in ("\u69d8", "\u5ba2\u6237", "\u7528\u6237", "\u8054\u7cfb\u4eba"))
"""The honorific of Japan, and Chinese words for customers."""
_HONOURED: Final = re.compile(
    b"(%b{2,6}?)(?=%b)|(?:%b)(%b{2,4}?)(?=%b)"
    % (
        _HAN,
        _HONOURS[0],
        b"|".join(_HONOURS[1:]),
        _HAN,
        b"|".join(
            word.encode()
            for word in ("\u6765\u7535", "\u7535\u8bdd", "\u624b\u673a", "\u53cd\u6620", "\u81f4\u7535", "\uff0c")
        ),
    )
)
"""A name before the honorific, or behind such a word and before what the customer does."""
_FORMED: Final = re.compile(
    rb"[a-z]+(?:ing|ed|ly|tions?|ments?|ness|able|ible|ive|ous|ful|less|ies|ers|ates?|i[sz]e[sd]?|als?|ity)"
)
"""An English word by its end, which no vocabulary needs to know."""
_NOUN: Final = re.compile(rb"[^ ]+")
_LOWER: Final = re.compile(rb"[a-z&]{1,5}")
_CAPITALS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" + bytes(range(0xC3, 0xEE))
_SHAPE: Final = bytes(
    0x41 if byte in _CAPITALS else 0x61 if byte > 0x7F or chr(byte).islower() else byte for byte in range(256)
)
"""Table for ``bytes.translate``: letters become ``A`` or ``a``, so that few lines are looked at any closer."""
_SIDE_BY_SIDE: Final = b"a A"
_LETTER: Final = b". A"
_RIGHTS: Final = b"opyright"
"""The author of a program is named in its statement of rights."""


def find(text: bytes, stop_words: Collection[bytes]) -> Iterator[Finding]:
    """Rows of proper nouns that no vocabulary knows, surnames behind a first letter, names in small letters."""
    yield from _of_people(text, stop_words)
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


def _of_people(text: bytes, stop_words: Collection[bytes]) -> Iterator[Finding]:
    """Surnames behind a letter, and names in small letters where people are spoken of."""
    if text.translate(_SHAPE).find(_LETTER) >= 0 and text.find(_RIGHTS) < 0:
        for match in _INITIAL.finditer(text):
            if not is_plain(match[1].rstrip(b"'-"), stop_words):
                yield Finding(*match.span(), Entity.NAME, RULE)
    if not text.isascii() and any(text.find(honour) >= 0 for honour in _HONOURS):
        for match in _HONOURED.finditer(text):
            yield Finding(*match.span(match.lastindex or 0), Entity.NAME, RULE)
    for match in _CALLED.finditer(text) if text.find(b" ") >= 0 else ():
        if not any(is_plain(word, stop_words) or _FORMED.fullmatch(word) for word in match.groups()):
            yield Finding(match.start(1), match.end(2), Entity.NAME, RULE)
