"""Asterisk: ``full``, ``messages``, ``debug``, ``security``, ``console`` in the default, plain and console layouts.

Source: Asterisk ``main/logger.c``. Only the first line of a multi-line message carries the prefix; the date layout is
configurable; the source file stands without (default) or with (plain) line number and function.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import share
from scrubber.model import Format

_TIME = rb"[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,6})?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
_DATE = (
    rb"(?:(?:19|20)[0-9]{2}[-/][0-1][0-9][-/][0-3][0-9][ T]"
    + _TIME
    + rb"|[0-3][0-9]/[0-1][0-9]/(?:19|20)[0-9]{2} "
    + _TIME
    + rb"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3][0-9] "
    + _TIME
    + rb"(?: (?:19|20)[0-9]{2})?)"
)
"""The configurable date in its usual layouts. A line with another one has no prefix: all of it is read."""
_PREFIX = re.compile(
    rb"\[" + _DATE + rb"\] (?:[A-Z_]{3,16}\[[0-9]{1,10}\](?:\[C-[0-9a-f]{8}\])?:? "
    rb"(?:[A-Za-z0-9_/+-]{1,64}\.(?:c|cc|cpp|h|y|ael|lex|exports)(?::[0-9]{1,6}(?: [A-Za-z0-9_]{1,64})?)?: ?|(?=\S))"
    rb"|(?=Asterisk ))"
)
_match = _PREFIX.match


def text_start(line: bytes) -> int:
    """Offset of the message text behind ``[DATE] LEVEL[LWP][C-id] file.c: ``."""
    if line[:1] != b"[":
        return 0
    found = _match(line)
    return found.end() if found else 0


def _sniff(head: bytes, name: str) -> int:
    del name
    marks = head.count(b"] VERBOSE[") + head.count(b"] NOTICE[") + head.count(b"] DEBUG[") + head.count(b"] SECURITY[")
    marks += head.count(b"] DTMF[") + head.count(b"] WARNING[") + head.count(b"] ERROR[")
    if not marks:
        return 40 if head.startswith(b"[") and b"] Asterisk " in head[:80] else 0
    return max(60, share(head, text_start))


FORMAT = Format("asterisk", "Asterisk full, messages, debug, security and console logs", _sniff, text_start)
