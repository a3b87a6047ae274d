"""Numbers of customers, contracts and devices: a few capital letters and six digits or more; keys of licences.

Nobody but those who gave it knows what such a number stands for, and no protocol writes its own so: counters of
programs begin with zeros, standards and articles with their publisher, releases with a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ZEROED
from scrubber.model import Entity, Finding

RULE = "reference"
KEY = "reference.key"
_FEWEST_SIGNS = 2
_FEWEST = b"000000"
"""The shape of the fewest digits."""
_REFERENCE = re.compile(
    rb"(?<![\w.@%+-])(?!(?:RFC|ISO|CVE|KB|UTC|GMT|KDE|AST|MS|PT|PIDF|GUID)-?[0-9])[A-Z]{1,4}-?"
    rb"(?!000|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])[0-9]{6,10}(?![\w-]|\.[0-9])"
)
_GROUPED = re.compile(
    rb"(?<![\w.@%+-])(?=[0-9-]{0,8}[A-Z])(?=[A-Z-]{0,40}[0-9])"
    rb"(?:[0-9A-Z]{5}-(?:[0-9A-Z]{5}-){2,4}[0-9A-Z]{5}|[0-9A-Z]{4}-(?:[0-9A-Z]{4}-){2,6}[0-9A-Z]{4})(?![\w-])"
)
"""The key of a licence."""


def find(data: bytes) -> Iterator[Finding]:
    """References in ``data``, in order."""
    if data.translate(ZEROED).find(_FEWEST) >= 0:
        for match in _REFERENCE.finditer(data):
            if data[max(0, match.start() - 1) : match.start()] == b"[" and data[match.end() : match.end() + 1] == b"]":
                continue  # what a program calls its message
            yield Finding(match.start(), match.end(), Entity.IDENTIFIER, RULE)
    if data.count(b"-") > _FEWEST_SIGNS:
        for match in _GROUPED.finditer(data):
            yield Finding(match.start(), match.end(), Entity.SECRET, KEY)


def is_one(word: bytes) -> bool:
    """Whether a word is nothing but a reference."""
    return _REFERENCE.fullmatch(word) is not None
