"""JSON documents of any layout; JSON lines are a log."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_OPENING = re.compile(
    rb"\s*+(?:\{\s*+(?:\"|\}|\Z)|\[\s*+(?:[\"{\[\]]|(?:-?[0-9.eE+-]{1,24}+|true|false|null)\s*+(?:,|\]\s*+(?:[\],]|\Z))|\Z))"
)
_LINES = re.compile(rb"\s*+(?:\{[^\n]*\}|\[[^\n]*\])[ \t\r]*+\n\s*+[^\s,\]}]")
"""A line that is a whole value above another line: of a log."""


def _sniff(head: bytes, name: str) -> int:
    del name
    if _OPENING.match(head) is None or _LINES.match(head) is not None:
        return 0
    return 99 if b'"' in head[:4096] else 0


FORMAT = Format("json-document", "JSON documents", _sniff, PLAIN.text_start, notation="json")
