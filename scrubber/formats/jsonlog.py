"""One JSON object a line: Asterisk's ``json`` log channel and any other program's JSON lines (RFC 8259)."""

from __future__ import annotations

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.jsonline import looks_like_json
from scrubber.model import Format


def _sniff(head: bytes, name: str) -> int:
    del name
    whole = head[: head.rfind(b"\n") + 1] or head
    return share(whole, looks_like_json)


FORMAT = Format("json", "JSON lines, Asterisk's json log channel among them", _sniff, PLAIN.text_start)
