"""Which lines of a text nobody understands, for a profile that lets none of these pass.

A line that is no part of a log entry, a message or a document is understood when each of its words is one of protocols
and programs, or was replaced, or stands behind a label that says what may stand there.
"""

from __future__ import annotations

import re

from scrubber.labelname import label_key
from scrubber.pseudonyms import time
from scrubber.readings import vocabulary
from scrubber.readings.rewrite import Reader

LONGEST = 1 << 12
"""Bytes of a line that may be understood."""
_LABELLED = re.compile(
    rb"[ \t;#>*|-]{0,32}([A-Za-z][A-Za-z0-9_./-]{0,48}(?: [A-Za-z0-9_./-]{1,24}){0,3})[ \t]{0,32}(?:=>|[:=])"
)
_WORD = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
_NUMBER = re.compile(rb"[0-9]{1,10}|[0-9]{1,9}T[0-9]{1,9}")
_COUNTER = re.compile(rb"0[0-9a-f]{7}|0x[0-9a-f]{1,16}")
"""Of a channel; a pointer."""
_DATE = re.compile(rb"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
"""One that was not moved shows by how much the others were."""
_TOGETHER = re.compile(rb"[A-Z]?[a-z]{2,15}|[A-Z]{2,12}(?![a-z])|[0-9]{1,2}(?![0-9])")
"""``FractionLost``, ``SourceSSRC``, ``Report0``."""


def is_understood(old: bytes, new: bytes, reader: Reader) -> bool:
    """Whether nothing is left of a line, as it was and as it became, of which it is not known what it says.

    Times are moved afterwards, all at once: what no notation of a time covers would show by how much.
    """
    if len(old) > LONGEST:
        return False
    old = time.NOTATIONS.sub(b" ", old)
    if not set(_DATE.findall(old)).isdisjoint(_DATE.findall(new)):
        return False
    left = {word for word in _told(old, reader) if not _is_plain(word, reader.rules.stop_words)}
    return not left or left.isdisjoint(_WORD.findall(new))


def _told(line: bytes, reader: Reader) -> list[bytes]:
    """The words of a line that have to explain themselves."""
    label = _LABELLED.match(line)
    rule = None if label is None else reader.scanner.labels(label[1])
    if label is None or rule is None:
        return _WORD.findall(line)
    words = _WORD.findall(line, label.end())
    if rule.entity is None:
        words = [word for word in words if _NUMBER.fullmatch(word) is None]
    if b" " not in label[1] or label_key(label[1]) in reader.rules.labels:
        return words
    # A rule that knows several words by one of them says nothing about the others.
    return words + _WORD.findall(label[1])


def _is_plain(word: bytes, stop_words: frozenset[bytes]) -> bool:
    """Whether a word, or each of those that are written together in it, names nobody."""
    if vocabulary.is_plain(word, stop_words) or _COUNTER.fullmatch(word) is not None:
        return True
    parts = _TOGETHER.findall(word)
    return b"".join(parts) == word and all(vocabulary.is_plain(part, stop_words) for part in parts)
