"""Values that are documents themselves: JSON, XML and messages in a cell, an attribute or a string."""

from __future__ import annotations

import re
from typing import Final

from scrubber.documents import json, xml
from scrubber.documents.cell import Cells
from scrubber.readings.messageline import is_message_line

_MESSAGE = re.compile(
    rb"\s*+(?:[A-Z]{3,16} \S{1,1024} SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} [^\r\n]{0,256})(?:\r?\n|\\r|\\n)|v=0\r?\n"
)
"""The start line of a SIP message, or the first line of a session description."""
_WITHIN = re.compile(rb"\n[^\r\n]{0,256}?\b(?:[A-Z]{3,16} sips?:\S{1,1024} SIP/2\.0|SIP/2\.0 [1-6][0-9]{2} [A-Z])")
_STAMPED = re.compile(
    rb"(?:^|\n)[^\r\n0-9]{0,32}(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ T]|(?:[A-Z][a-z]{2} {1,2}[0-9]{1,2} )?)"
    rb"[0-9]{2}:[0-9]{2}:[0-9]{2}(?![0-9:])"
)
_FEWEST_LINES: Final = 4
_LOOKED_AT: Final = 1 << 14
"""Octets by which an excerpt of a log is recognised."""
DEEPEST: Final = 6
"""Documents in each other."""


def is_excerpt(value: bytes) -> bool:
    """Whether a value is a piece of a log: lines among which a SIP message begins, or of which several bear a time."""
    head = value[:_LOOKED_AT]
    if head.count(b"\n") < _FEWEST_LINES:
        return False
    return _WITHIN.search(head) is not None or len(_STAMPED.findall(head)) >= _FEWEST_LINES


def inner(value: bytes, cells: Cells) -> bytes | None:
    """A value that is a document or a message, rewritten; None for any other."""
    if _MESSAGE.match(value) is not None or is_message_line(value, cells.reader.rules.headers):
        return cells.to.lines(value)
    if is_excerpt(value):
        return cells.to.lines(value)
    ends = value[:1] + value[-1:]
    if cells.depth >= DEEPEST or ends not in (b"{}", b"[]", b"<>"):
        return None
    if ends == b"<>":
        if not xml.is_markup(value):
            return None
        read = xml.walk
    elif b'"' in value:
        read = json.walk
    else:
        return None
    cells.depth += 1
    try:
        return read(value, cells)
    finally:
        cells.depth -= 1
