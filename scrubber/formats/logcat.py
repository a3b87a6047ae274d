"""Android's logcat around the lines of a softphone: ``03-02 18:03:12.345  1234  1260 D tag: text`` and other layouts.

What stands behind the tag is read as text of its own, since messages are printed line by line (``inset.py``).
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3,6}(?: [+-][0-9]{4})? "
    rb"(?: {0,6}[0-9]{1,7}(?: {1,7}[0-9]{1,7}){0,2} [VDIWEFA] |(?=[VDIWEFA]/))"
)
_PROCESS = re.compile(rb"(?:--------- beginning of |[VDIWEFA]/[^(\r\n]{1,64}\( {0,6}[0-9]{1,7}\): )")
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, lambda line: text_start(line) or _PROCESS.match(line))
    return max(part, 85) if part > 50 else 0


FORMAT = Format("logcat", "Android logcat around the log of an app", _sniff, text_start)
