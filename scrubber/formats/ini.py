"""Settings of programs: sections and ``name = value``."""

from __future__ import annotations

import re
from typing import Final

from scrubber.engine import PLAIN
from scrubber.model import Format

LINES: Final = 400
_SECTION = re.compile(
    rb"[ \t]*+\[[A-Za-z0-9_.@+*:/ \x80-\xff-]{1,128}\](?:[ \t]*+\([^()\n]{0,512}\))?[ \t]*+(?:[;#].*)?\r?\Z"
)
_SETTING = re.compile(rb"[ \t]*+[A-Za-z0-9_%$@/*+\x80-\xff][^=\n\"'<>{}]{0,63}?[ \t]*+(?:=>|\+=|=(?!=))")
_COMMENT = re.compile(rb"[ \t]*+(?:[;#]|//)")
_SHORT = re.compile(rb"[ \t]*+[a-z]=")
_LOGGED = re.compile(rb"\[?(?:19|20)[0-9]{2}[-/]|\[[A-Z][a-z]{2} [ 0-9]|[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:")


def likelihood(head: bytes) -> int:
    """How likely a text holds settings, from 0 to 90."""
    lines = [line.rstrip(b"\r") for line in head.split(b"\n")[:LINES] if line.strip()]
    if not lines or any(map(_LOGGED.match, lines)) or b"SIP/2.0 " in head or head.lstrip().startswith(b"<?"):
        return 0
    sections = sum(1 for line in lines if _SECTION.match(line))
    settings = sum(1 for line in lines if _SETTING.match(line))
    comments = sum(1 for line in lines if _COMMENT.match(line))
    short = sum(1 for line in lines if _SHORT.match(line))
    paired = sum(1 for line in lines if line.count(b"=") > 2 and b"=>" not in line)
    known = sections + settings + comments
    if settings < 2 or 2 * max(short, paired) > settings or 10 * known < 9 * len(lines) - 10 * (len(head) >= 1 << 16):
        return 0
    if sections:
        return 80
    return 70 if settings > 2 and settings + comments == len(lines) else 0


def _sniff(head: bytes, name: str) -> int:
    del name
    return likelihood(head)


FORMAT = Format("ini", "Settings of programs: sections, name = value", _sniff, PLAIN.text_start, notation="ini")
