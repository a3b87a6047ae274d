"""YAML in block style."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format

_LINE = re.compile(rb"[ \t]*+(?:- |[A-Za-z0-9_\"'./-][^:\n]{0,63}:(?:[ \t]|\r?\Z)|#|---|\.\.\.|[\])}])")
_NESTED = re.compile(rb"^[A-Za-z_][A-Za-z0-9_.-]{0,63}:[ \t]*\r?\n[ \t]{1,8}(?:- )?[A-Za-z0-9_\"'-]", re.MULTILINE)


def _sniff(head: bytes, name: str) -> int:
    if b"SIP/2.0" in head:
        return 0
    part = share(head, _LINE.match)
    if head.startswith((b"---\n", b"---\r\n", b"%YAML")) or name.lower().endswith((".yml", ".yaml")):
        return 80 if part >= 60 else 0
    return 55 if part >= 95 and len(_NESTED.findall(head)) > 1 else 0


FORMAT = Format("yaml", "YAML in block style", _sniff, PLAIN.text_start, notation="yaml")
