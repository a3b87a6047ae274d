"""Configuration of Asterisk: ``=>``, templates, sections that are named for people."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.ini import likelihood
from scrubber.model import Format

_MARK = re.compile(
    rb"^[ \t]*+(?:(?:exten|same|include|member|register|[0-9]{2,10})[ \t]*+=>|\[[^\]\n]{1,64}\]\([^)\n]{1,64}\)"
    rb"|type[ \t]*+=[ \t]*+(?:endpoint|aor|auth|friend|peer|user|transport|identify|registration|bridge)\b)",
    re.MULTILINE,
)


def _sniff(head: bytes, name: str) -> int:
    del name
    likely = likelihood(head)
    return likely + 10 if likely and _MARK.search(head) is not None else 0


FORMAT = Format("asterisk-conf", "Configuration of Asterisk", _sniff, PLAIN.text_start, notation="ini")
