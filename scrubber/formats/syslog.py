"""Syslog wrappers of any program: RFC 3164 and RFC 5424 as files show them, journald's short form, files of containers.

The host name is part of the text, not of the prefix, since it may name its owner. A container's line (Kubernetes, CRI
log format) has none: behind the time stand its stream and whether it is whole.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

PREFIX = re.compile(
    rb"(?:<[0-9]{1,3}>)?(?:1 )?"
    rb"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{3,6})?"
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?) "
    rb"(?:(?:stdout|stderr) [FP](?: |(?=\r?\Z)))?"
)
text_start = regex_start(PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    return share(head, text_start) * 4 // 5


HOST = re.compile(
    rb"(?<!(?:stdout|stderr) [FP] )([A-Za-z0-9][A-Za-z0-9._-]{0,62}) "
    rb"(?=[A-Za-z0-9_./-]{1,48}(?:\([^()\s]{1,64}\))?(?:\[[0-9]{1,10}\])?(?: <[A-Z][a-z]{2,9}>)?:? )"
)
"""The machine's name in front of the program's (RFC 3164 section 4.1.2, RFC 5424 section 6.2.4)."""
FORMAT = Format("syslog", "Syslog and journald lines of any program", _sniff, text_start, host=HOST)
