"""One JSON object a line: Asterisk's ``json`` log channel and any other program's JSON lines (RFC 8259)."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format
from scrubber.readings.jsonline import looks_like_json

_OF_LOG = re.compile(
    rb"\"(?:@?time_?stamp|level|severity|log_?level|msg|message|logmsg|__REALTIME_TIMESTAMP|MESSAGE|verb)\"\s{0,4}:"
)
"""What a line of a log, or a push message in one, has among its members."""


def _sniff(head: bytes, name: str) -> int:
    del name
    whole = head[: head.rfind(b"\n") + 1] or head
    if b"\n" not in whole.strip() and _OF_LOG.search(whole) is None:
        return 0  # one object without anything that logs have: a document
    return share(whole, looks_like_json)


FORMAT = Format("json", "JSON lines, Asterisk's json log channel among them", _sniff, PLAIN.text_start)
