"""miniSIPServer, local and cloud: log texts and traces pasted from its trace tool.

No line format is public, so the name of the program or its phrases say what it is, and content does the rest.
"""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_NAME = re.compile(rb"(?i)mini ?sip ?server|\bmyvoipapp\b")
_PHRASES = (b"ocal user", b"xternal line", b"O-CDR", b"T-CDR", b"race tool", b"purpose=forwarding")


def _sniff(head: bytes, name: str) -> int:
    if _NAME.search(head) is not None or _NAME.search(name.encode("utf-8", "surrogateescape")) is not None:
        return 75
    return 58 if sum(phrase in head for phrase in _PHRASES) > 1 else 0


FORMAT = Format(
    "minisipserver", "miniSIPServer and Cloud-miniSIPServer: logs and pasted traces", _sniff, PLAIN.text_start
)
