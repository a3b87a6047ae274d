"""baresip: screen output with SIP trace (``-s``): rulers, ``UDP a:p -> b:p``, the message, free text between."""

from __future__ import annotations

from scrubber.engine import PLAIN
from scrubber.model import Format


def _sniff(head: bytes, name: str) -> int:
    del name
    marks = (b"baresip v", b"ua: ", b"sip:send:", b"sip:recv:", b"baresip is ready", b"call: ")
    found = sum(mark in head for mark in marks)
    return 70 if b"baresip v" in head[:4096] else 20 * found if found > 1 else 0


FORMAT = Format("baresip", "baresip screen logs with SIP trace", _sniff, PLAIN.text_start)
