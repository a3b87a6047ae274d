"""Asterisk: ``full``, ``messages``, ``debug``, ``security``, ``console`` in the default, plain and console layouts.

Source: Asterisk ``main/logger.c``. Only the first line of a multi-line message carries the prefix; the date layout is
configurable; the source file stands without (default) or with (plain) line number and function.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"\[[0-9A-Za-z :.,+/T-]{8,36}\] (?:[A-Z_]{3,16}\[[0-9]{1,10}\](?:\[C-[0-9a-f]{8}\])?:? "
    rb"(?:[A-Za-z0-9_./+-]{1,64}\.(?:c|cc|cpp|h|y|ael|lex|exports)(?::[0-9]{1,6}(?: [A-Za-z0-9_]{1,64})?)?: ?|(?=\S))"
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
