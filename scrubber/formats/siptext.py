"""SIP messages in text of no known program (pasted traces, trace tools, SIPp and sipdump files)."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_START = re.compile(rb"^(?:SIP/2\.0 [1-6][0-9]{2} |[A-Z]{3,20} [^ \n]{3,512} SIP/2\.0\r?$)", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 50 if _START.search(head) else 0


FORMAT = Format("sip-text", "SIP messages in any text", _sniff, PLAIN.text_start)
