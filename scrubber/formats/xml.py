"""XML documents: provisioning, phone books, accounts, call records, configurations; not the pages of a browser."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format

_ROOT = re.compile(rb"\s*+(?:<!--.{0,4096}?-->\s*+)?<(?P<name>[A-Za-z_][A-Za-z0-9_.:-]{0,63}+)[\s/>]", re.DOTALL)
_OTHERS = re.compile(rb"<(?:pdml|psml|html|!doctype html|svg)[\s>]", re.IGNORECASE)
"""Packets as XML, which have a reading of their own, pages and pictures."""
_PIECES = frozenset((b"span", b"div", b"p", b"pre", b"font", b"br", b"table", b"tr", b"td"))
"""What a piece of a page begins with: a view of a log, copied out of the browser."""


def _sniff(head: bytes, name: str) -> int:
    del name
    if _OTHERS.search(head, 0, 2048):
        return 0
    if head.lstrip().startswith(b"<?xml"):
        return 97
    root = _ROOT.match(head)
    if root is None or root["name"].lower() in _PIECES:
        return 0
    return 85 if share(head, lambda line: line.lstrip()[:1] == b"<") >= 50 and b"</" in head else 0


FORMAT = Format("xml", "XML documents: provisioning, phone books, accounts", _sniff, PLAIN.text_start, notation="xml")
