"""``database show`` of Asterisk: ``/FAMILY/key : value``, the key padded to its column (``main/db.c``)."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format

_ROW = re.compile(rb"/[A-Za-z][^\r\n:]{2,200}: |[0-9]{1,9} results? found")


def _sniff(head: bytes, name: str) -> int:
    del name
    return 65 if head.count(b"\n") > 1 and share(head, _ROW.match) >= 60 else 0


FORMAT = Format("astdb", "Asterisk internal database as text (database show)", _sniff, PLAIN.text_start)
