"""Asterisk's ``queue_log``: ``epoch|callid|queue|agent|EVENT|data…``."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format

_LINE = re.compile(rb"1[0-9]{9}\|[^|\n]{0,128}\|[^|\n]{0,128}\|[^|\n]{0,256}\|[A-Z]{2,24}(?:\||\r?\Z)")


def _sniff(head: bytes, name: str) -> int:
    del name
    return 98 if share(head, _LINE.match) > 60 else 0


FORMAT = Format("queue-log", "Asterisk queue_log", _sniff, PLAIN.text_start, notation="queue_log")
