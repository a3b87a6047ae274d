"""Packets as text: trees of tshark ``-V``, hexadecimal dumps of tcpdump ``-X``, tshark ``-x``, ngrep ``-x``."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import SAMPLE
from scrubber.model import Format
from scrubber.readings.textline import looks_like_hexdump

_FRAME = re.compile(rb"^Frame [0-9]{1,9}: [0-9]{1,9} bytes on wire", re.MULTILINE)
_ROWS = 2
"""Rows of a dump that one would hardly meet otherwise."""


def _sniff(head: bytes, name: str) -> int:
    del name
    if _FRAME.search(head) is not None:
        return 90
    lines = [line for line in head.split(b"\n")[:SAMPLE] if line.strip()]
    rows = sum(map(looks_like_hexdump, lines))
    return 90 if rows >= _ROWS and 4 * rows >= len(lines) else 0


FORMAT = Format(
    "packets", "tshark -V trees, hexadecimal dumps of packets", _sniff, PLAIN.text_start, notation="packets"
)
