"""Address books, calendars and directories: vCard (RFC 6350), iCalendar (RFC 5545), LDIF (RFC 2849)."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_OPENING = re.compile(
    rb"\s*+(?:#[^\n]*+\n\s*+)*+(?:BEGIN:(?:VCARD|VCALENDAR)\r?\n|version: 1\r?\n|dn::? ?\S)", re.IGNORECASE
)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 98 if _OPENING.match(head) is not None else 0


FORMAT = Format(
    "content-lines",
    "vCard, iCalendar and LDIF: contacts, calendars, directories",
    _sniff,
    PLAIN.text_start,
    notation="content-lines",
)
