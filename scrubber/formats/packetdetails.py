"""Dissected packets as documents: tshark ``-T json``, ``-T jsonraw``, ``-T ek``, ``-T pdml`` and ``-T psml``.

Names of fields say what their values are; octets beside a value become those of what stands for it, or zeros.
"""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_JSON = re.compile(rb'"_source"\s{0,8}:\s{0,8}\{\s{0,32}"layers"|"layers"\s{0,4}:\s{0,4}\{\s{0,32}"frame')
_XML = re.compile(rb"<(?:pdml|psml)[\s>]")


def _sniff(head: bytes, name: str) -> int:
    del name
    return 100 if _JSON.search(head) is not None or _XML.search(head[:2048]) is not None else 0


FORMAT = Format("packet-details", "tshark JSON, Elasticsearch, PDML and PSML exports", _sniff, PLAIN.text_start)
