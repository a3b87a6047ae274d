"""Logs of desk telephones with a layout of their own: Snom (level in brackets, date) and Polycom (columns of bars)."""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

PREFIX = re.compile(
    rb"\[[0-9]\][0-9]{1,2}/[0-9]{1,2}/(?:19|20)[0-9]{2} [0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[:.][0-9]{3})?: "
    rb"|[01][0-9][0-3][0-9][0-2][0-9][0-5][0-9][0-6][0-9](?:\.[0-9]{3})?\|[a-z][a-z0-9]{1,5} {0,4}\|[0-9*]\|[0-9]{2}\|"
)
text_start = regex_start(PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    return max(share(head, text_start) * 9 // 10, 60 if text_start(head) else 0)


FORMAT = Format("desk-phone", "Logs of Snom and Polycom telephones", _sniff, text_start)
