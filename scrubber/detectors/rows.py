"""Rows of account files: fields between colons, the last one a password or its hash.

``user:realm:hash`` (htdigest), ``user:$apr1$…`` (htpasswd, passwd, shadow), ``7:user:domain:password`` (Kamailio
``db_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.model import Entity, Finding

RULE = "rows"

_DB_TEXT = re.compile(rb"\A[0-9]{1,9}:([^\s:]{1,64}):([^\s:]{1,253}\.[A-Za-z0-9]{1,24}):([^\s:]{1,256})(?=:|\Z)")
_HTDIGEST = re.compile(rb"\A([^\s:]{1,64}):([^:\r\n]{1,128}):([0-9a-f]{32})\Z")
_HTPASSWD = re.compile(rb"\A([A-Za-z0-9_.@+-]{1,64}):(\$[0-9a-z]{1,6}\$\S{4,256}|\{SHA\}\S{8,64})(?=:|\Z)")


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """User, domain and password of a line that is one account row."""
    line = data[start : len(data) if end is None else end].rstrip()
    if line.count(b":") < 1:
        return
    for pattern, entities in (
        (_DB_TEXT, (Entity.USER, Entity.HOST, Entity.SECRET)),
        (_HTDIGEST, (Entity.USER, Entity.HOST, Entity.HASH)),
        (_HTPASSWD, (Entity.USER, Entity.SECRET)),
    ):
        match = pattern.match(line)
        if match is not None:
            for group, entity in enumerate(entities, 1):
                yield Finding(start + match.start(group), start + match.end(group), entity, RULE)
            return
