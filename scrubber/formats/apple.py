"""Consoles of Apple's systems around the lines of a softphone.

The unified log (``log show``, default and ``compact`` style), Console's copies, and what Xcode prints. The name of the
program is part of the text.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_TIME = rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3,6}"
_PREFIX = re.compile(
    _TIME + rb"(?:[+-][0-9]{4} (?:0x[0-9a-f]{1,8} {1,8}(?:Default|Info|Debug|Error|Fault|Activity) {1,8}"
    rb"0x[0-9a-f]{1,16} {1,24}[0-9]{1,7} {1,6}[0-9]{1,4} {1,4})?"
    rb"| (?:Df|I|Db|E|F|A) {1,3}(?=[A-Za-z0-9_. -]{1,64}\[[0-9a-f]{1,8}:[0-9a-f]{1,12}\]))"
)
_NAMED = re.compile(rb"(?:default|info|debug|error|fault)\t[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}[+-][0-9]{4}\t")
_NAMED_START = regex_start(_NAMED)
_STAMPED_START = regex_start(_PREFIX)


def text_start(line: bytes) -> int:
    """Offset of the text behind the stamp, and behind thread and type where they stand."""
    return _STAMPED_START(line) or _NAMED_START(line)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, text_start)
    return max(part, 82) if part > 40 else 0


FORMAT = Format("apple", "Consoles of iOS and macOS around the log of an app", _sniff, text_start)
