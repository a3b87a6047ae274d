"""Twinkle: ``twinkle.log`` and profiles of ``key=value`` lines.

A record begins with ``+++ 2-3-2025 18:03:12.345678 INFO SIP ::function`` and ends with ``---``.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start
from scrubber.model import Format

_PREFIX = re.compile(
    rb"\+\+\+ [0-9]{1,2}-[0-9]{1,2}-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} "
    rb"(?:DEBUG|INFO|WARNING|CRITICAL) (?:NORMAL|SIP|STUN|MEMMAN) "
)
_PROFILE = re.compile(rb"^(?:user_name|user_domain|auth_realm|auth_pass|registrar|outbound_proxy)=", re.MULTILINE)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    if any(text_start(line) for line in head.split(b"\n")[:200]):
        return 80
    return 78 if len(set(_PROFILE.findall(head))) > 2 else 0


FORMAT = Format("twinkle", "Twinkle: log and profiles", _sniff, text_start)
