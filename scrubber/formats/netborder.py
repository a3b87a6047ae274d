"""NetBorder gateways: ``2025-03-02 18:03:12:345 -0600 [4067] INFO - component : text``, properties on lines below.

The milliseconds stand behind a colon. Properties (``pstn.in.ani=…``) and information elements in octets are bare lines.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9][:.,][0-9]{3} [+-][0-9]{4} \[[0-9]{1,10}\] "
    rb"(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL) {1,3}- "
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, text_start)
    if b"netborder." in head:
        return max(part, 70)
    return part if part > 20 else 60 * (head.count(b"\npstn.in.") > 1)


FORMAT = Format("netborder", "NetBorder Express and gateway logs", _sniff, text_start)
