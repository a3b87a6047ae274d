"""What people write below their own names: the lines of a chat behind the line that says who speaks and when.

No program wrote these, so a word with a capital that no vocabulary knows is somebody, and so is such a word that is a
line of its own. Guesses that no place vouches for: what they find is replaced but not learned.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from scrubber.detectors import chat
from scrubber.model import Entity, Finding
from scrubber.readings.rewrite import Reader
from scrubber.readings.vocabulary import is_plain

LINES: Final = 64
"""Below who speaks that are read as what is said."""
RULE: Final = "fragment-said"
ALONE: Final = "fragment-alone"
_CAPITAL = rb"(?:[A-Z]|\xc3[\x80-\x9e]|[\xc4\xc5][\x80-\xbf]|\xd0[\x81\x90-\xaf]|\xce[\x91-\xa9])"
_SMALL = rb"(?:[a-z]|[\xc3-\xd1][\x80-\xbf])"
_WORD = re.compile(
    rb"(?<![\w.@/\\$%&<#\x80-\xff-])"
    + _CAPITAL
    + _SMALL
    + rb"{2,32}(?:-"
    + _CAPITAL
    + _SMALL
    + rb"{1,32}){0,2}(?![\w@/=(\x80-\xff])"
)
"""A word with a capital, or several with a stroke between."""
_LONE = re.compile(rb"[ \t]{0,4}(" + _WORD.pattern + rb")[ \t]{0,4}")
_TOWN = re.compile(
    rb"[ \t]{0,4}((?:[A-Z]{1,2}-)?(?:[0-9]{4,5}|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4} [A-Z]{2}) "
    + _CAPITAL
    + _SMALL
    + rb"{2,32}(?:[ -](?:"
    + _CAPITAL
    + _SMALL
    + rb"{1,32}|a[mn]|de[rn]?|d[ai]|la|le|ob|sur|vor)){0,3})[ \t]{0,4}"
)
"""A code of the post and a town, as the last line of an address."""


def opens(text: bytes, stop_words: Collection[bytes]) -> bool:
    """Whether a line says who wrote what stands below it."""
    found = list(chat.find(text))
    if len(found) != 1:
        return False
    return not all(is_plain(word, stop_words) for word in text[found[0].start : found[0].end].split())


def remark(text: bytes, reader: Reader) -> bytes:
    """A line of what was said, with who said it when that stands in front."""
    found = reader.scanner.findings(text)
    taken = [(finding.start, finding.end) for finding in found]
    for word in _WORD.finditer(text):
        start, end = word.span()
        if not _is_known(word[0], reader) and not any(first < end and start < last for first, last in taken):
            found.append(Finding(start, end, Entity.NAME, RULE))
    return reader.settled(text, found)


def uttered(text: bytes, reader: Reader) -> bytes | None:
    """A line that says who wrote something and what; None for any other."""
    if not chat.speaks(text) or not opens(text, reader.rules.stop_words):
        return None
    return remark(text, reader)


def alone(text: bytes, reader: Reader) -> bytes | None:
    """A line that is a word with a capital, or a town with its code, which no vocabulary knows; None for any other."""
    for shape, entity in ((_LONE, Entity.NAME), (_TOWN, Entity.LOCATION)):
        lone = shape.fullmatch(text)
        if lone is not None and not all(_is_known(word, reader) for word in _WORD.findall(lone[1])):
            return text[: lone.start(1)] + reader.value(entity, lone[1], ALONE) + text[lone.end(1) :]
    return None


def _is_known(word: bytes, reader: Reader) -> bool:
    return all(is_plain(part, reader.rules.stop_words) for part in word.split(b"-"))
