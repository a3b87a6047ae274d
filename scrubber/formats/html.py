"""Pages of a browser: what telephones, gateways and web interfaces show."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_OPENING = re.compile(
    rb"\s*+(?:<!--.{0,4096}?-->\s*+)?<(?:!doctype html|html|head|body|table|form|dl)[\s>]", re.DOTALL | re.IGNORECASE
)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 98 if _OPENING.match(head) is not None else 0


FORMAT = Format("html", "HTML pages of telephones and web interfaces", _sniff, PLAIN.text_start, notation="html")
