"""Quoted display names in front of a URI, wherever a name-addr stands in free text (RFC 3261 section 25.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.model import Entity, Finding

RULE = "display-name"
MARKS = (b'" <', b'"<')
"""One of these stands in every such text."""
_DISPLAY = re.compile(rb'"((?:[^"\\\r\n=]|\\.){1,128}+)"{1,2} ?<(?=(?:sips?|tel):|\+?[0-9*#]{2,20}>)')


def find(text: bytes) -> Iterator[Finding]:
    """Display names in ``text``, in order."""
    for match in _DISPLAY.finditer(text):
        yield Finding(*match.span(1), Entity.NAME, RULE)
