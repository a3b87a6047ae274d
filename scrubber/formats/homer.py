"""HOMER and other receivers of HEP: what they export, a packet an object, as JSON or as text."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_KEYS = re.compile(
    rb'"(protocol_header|data_header|capturePass|captureId|srcIp|correlation_id|create_date|raw)"\s{0,4}:'
)
_TEXT = re.compile(rb"^proto:(?:UDP|TCP|TLS|WS|WSS) [0-9T:.Z-]{10,32} {1,4}\S{3,64} {1,4}-{1,3}> ", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    del name
    if len(set(_KEYS.findall(head))) > 2:
        return 100
    return 80 if _TEXT.search(head) is not None else 0


FORMAT = Format("homer", "Exports of HOMER and other receivers of HEP", _sniff, PLAIN.text_start)
