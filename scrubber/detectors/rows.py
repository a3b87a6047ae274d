"""Rows of account files and of Asterisk's records, whose columns say what they hold.

``user:realm:hash`` (htdigest), ``user:$apr1$…`` (htpasswd, passwd, shadow), ``7:user:domain:password`` (Kamailio
``db_text``); call detail records (Asterisk ``cdr/cdr_csv.c``), channel events (``cel/cel_custom.c`` with the sample
mapping) and the queue log (``main/logger.c``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.model import Entity, Finding

RULE = "rows"

_DB_TEXT = re.compile(rb"\A[0-9]{1,9}:([^\s:]{1,64}):([^\s:]{1,253}\.[A-Za-z0-9]{1,24}):([^\s:]{1,256})(?=:|\Z)")
_HTDIGEST = re.compile(rb"\A([^\s:]{1,64}):([^:\r\n]{1,128}):([0-9a-f]{32})\Z")
_HTPASSWD = re.compile(rb"\A([A-Za-z0-9_.@+-]{1,64}):(\$[0-9a-z]{1,6}\$\S{4,256}|\{SHA\}\S{8,64})(?=:|\Z)")


_CALL = re.compile(
    rb'\A"([^"]{0,80})","([^"]{0,80})","([^"]{0,80})","[^"]{0,80}",'
    rb'"(?:""((?:[^"]|""(?! ?<)){0,128})"" ?)?(?:<([^>"]{0,80})>)?","[A-Za-z0-9]{2,12}/'
)
"""accountcode, src, dst, dcontext, clid."""
_EVENT = re.compile(
    rb'\A"[A-Z_]{4,24}","[0-9.]{10,24}","((?:[^"\\]|\\.|""){0,256}+)","([^"]{0,80})","([^"]{0,80})","([^"]{0,80})","([^"]{0,80})",'
)
"""eventtype, eventtime, cidname, cidnum, cidani, cidrdnis, ciddnid."""
_QUEUE = re.compile(rb"\A[0-9]{10}\|[^|\s]{1,80}\|([^|]{1,80})\|([^|]{1,80})\|[A-Z]{4,24}\|")
_LABEL = rb"(?=[A-Za-z0-9.-]{0,62}[A-Za-z])[A-Za-z0-9][A-Za-z0-9.-]{2,253}"
_HOSTS = re.compile(
    rb"\A(?:[0-9]{1,3}\.){3}[0-9]{1,3}[ \t]{1,40}"
    rb"(?!(?:is|dev|via|was|has|not|proto|metric|scope|src|down|alive|permanent|unreachable|reachable|stale|localhost)\b)("
    + _LABEL
    + rb")(?:[ \t]{1,40}("
    + _LABEL
    + rb"))?(?:[ \t]{1,40}("
    + _LABEL
    + rb"))?[ \t]{0,40}(?:#.{0,200})?\Z"
)
"""A row of a hosts file: an address and the names of its machine, nothing else."""
_NONE = frozenset((b"NONE", b"s", b"h", b"i", b"t", b"none"))
_ROWS = (
    (_DB_TEXT, (Entity.USER, Entity.HOST, Entity.SECRET)),
    (_HTDIGEST, (Entity.USER, Entity.HOST, Entity.HASH)),
    (_HTPASSWD, (Entity.USER, Entity.SECRET)),
    (_EVENT, (Entity.NAME, Entity.USER, Entity.USER, Entity.USER, Entity.USER)),
    (_CALL, (Entity.USER, Entity.USER, Entity.USER, Entity.NAME, Entity.USER)),
    (_QUEUE, (Entity.NAME, Entity.NAME)),
    (_HOSTS, (Entity.HOST, Entity.HOST, Entity.HOST)),
)


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """The identities of a line that is one such row."""
    line = data[start : len(data) if end is None else end].rstrip()
    for pattern, entities in _ROWS:
        match = pattern.match(line)
        if match is None:
            continue
        for group, entity in enumerate(entities, 1):
            first, last = match.span(group)
            if first < last and match[group] not in _NONE:
                yield Finding(start + first, start + last, entity, RULE)
        return
