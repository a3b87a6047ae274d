"""The manager interface of Asterisk: transcripts of a telnet session or of a program, ``Key: value`` in blocks.

Source: Asterisk ``main/manager.c``. The lines of a command's output stand behind ``Output: ``.
"""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format

_MEMBER = re.compile(rb"[A-Za-z][A-Za-z0-9_-]{1,40}(?:\([^()\r\n]{0,80}\))?: ?|\r?$")
_FIRST = re.compile(rb"^(?:Event|Action|Response): [A-Za-z]", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    del name
    if head.startswith(b"Asterisk Call Manager/"):
        return 90
    blocks = len(_FIRST.findall(head))
    return 70 if blocks and share(head, _MEMBER.match) >= 80 and b"SIP/2.0" not in head else 0


FORMAT = Format("ami", "Asterisk manager interface transcripts", _sniff, PLAIN.text_start)
