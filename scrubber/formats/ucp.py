"""Logs of the user panel and other programs of node.js: ``util.inspect`` objects, stack traces."""

from __future__ import annotations

import re

from scrubber.formats.prefix import marked, regex_start
from scrubber.model import Format

_PREFIX = re.compile(rb"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{3}Z)?: (?=\S)")
_STACK = re.compile(rb"^    at \S[^\r\n]{2,200}:[0-9]{1,6}:[0-9]{1,6}\)?\r?$", re.MULTILINE)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    known = marked(head, (b"UCP Node Server", b"node_modules/ucp", b"/var/www/html/admin/modules/ucp", b"ucpnode"), 1)
    stack = _STACK.search(head) is not None and b"node" in head
    if "ucp" in name.lower() and (known or stack):
        return 80
    return 60 if known else 45 * stack


FORMAT = Format("ucp", "FreePBX user panel and other node.js logs", _sniff, text_start)
