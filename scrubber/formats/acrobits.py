"""Acrobits-style softphones: blocks in which every datum stands on its own line, below a banner between asterisks.

Level, topic, ``2025-03-02T18:03:12.345Z (1740938592345275)``, ``Origin: Tracking.cpp:305``, then the data. How messages
and requests are framed is not known, so content decides; nothing is taken for a prefix.
"""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_STAMP = re.compile(rb"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z \([0-9]{16}\)\r?$", re.MULTILINE)
_BANNER = re.compile(rb"^(?:Acrobits|[A-Za-z ]{2,40}) SDK for [A-Za-z ]{2,40}, build ", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    del name
    if _BANNER.search(head) is not None:
        return 95
    return 80 if _STAMP.search(head) is not None else 0


FORMAT = Format("acrobits", "In-app logs of Acrobits-style softphones, in blocks", _sniff, PLAIN.text_start)
