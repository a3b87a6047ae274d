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
DEEPEST: Final = 6
"""Documents in each other."""


def inner(value: bytes, cells: Cells) -> bytes | None:
    """A value that is a document or a message, rewritten; None for any other."""
    if _MESSAGE.match(value) is not None or is_message_line(value, cells.reader.rules.headers):
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
