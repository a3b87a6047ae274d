"""SIPIS, the push server of Acrobits-style softphones: its own log and those of its instances."""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start
from scrubber.model import Format

_PREFIX = re.compile(
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{3,6})? {1,2}"
    rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL) {1,3}"
)
_MARKS = (b"SIPIS", b"elector", b"push", b"pushToken", b"instance", b"sipis")
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    if b"SIPIS" not in head and b"sipis" not in head and not name.lower().startswith("sipis"):
        return 0
    lines = [line for line in head.split(b"\n")[:400] if line.strip()]
    share = 100 * sum(1 for line in lines if text_start(line)) // max(len(lines), 1)
    return 85 if share > 20 and sum(mark in head for mark in _MARKS) > 1 else 0


FORMAT = Format("sipis", "Logs of the push server SIPIS and of its instances", _sniff, text_start)
