"""Texts of ``ast_coredumper`` and gdb: stack frames with arguments, local variables, locks."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_FRAME = re.compile(rb"^#[0-9]{1,4} {1,3}(?:0x[0-9a-f]{4,16} in )?[A-Za-z_][A-Za-z0-9_]{1,80} \(", re.MULTILINE)
_MARK = re.compile(rb"^(?:!@!@!@! |Thread [0-9]{1,6} \(|=== Thread ID: )", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    del name
    frames = len(_FRAME.findall(head))
    return 75 if frames > 2 or (frames and _MARK.search(head)) or head.count(b"=== Thread ID: ") > 1 else 0


FORMAT = Format("backtrace", "gdb and ast_coredumper texts", _sniff, PLAIN.text_start)
