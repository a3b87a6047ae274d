"""Web servers: access logs of Apache and nginx (common, combined, with host or cookies) and their error logs."""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
_PREFIX = re.compile(
    rb"\[" + _DAY + rb" " + _MONTH + rb" [ 0-3][0-9] " + _CLOCK + rb"(?:\.[0-9]{1,6})? 20[0-9]{2}\] "
    rb"(?:\[[a-z0-9_]{0,24}:?(?:emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] )?"
    rb"(?:\[pid [0-9]{1,8}(?::tid [0-9]{1,20})?\] )?"
    rb"|20[0-9]{2}/[01][0-9]/[0-3][0-9] " + _CLOCK + rb" \[(?:emerg|alert|crit|error|warn|notice|info|debug)\] "
    rb"[0-9]{1,8}#[0-9]{1,8}: (?:\*[0-9]{1,12} )?"
)
_ACCESS = re.compile(
    rb"[^\s\"]{1,255} [^\"\r\n]{1,200}\[[0-3][0-9]/" + _MONTH + rb"/20[0-9]{2}:" + _CLOCK + rb" [+-][0-9]{4}\] \""
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, lambda line: _ACCESS.match(line) or _PREFIX.match(line))
    return max(part, 62) if part >= 30 else 0


FORMAT = Format("weblog", "Apache and nginx access and error logs", _sniff, text_start)
