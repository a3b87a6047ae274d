"""Whether a value is one line of a message: a header field of SIP, or a line of a session description.

Who gathers logs (journald, fluent-bit, Elasticsearch) makes a record of each line, so a message stands there a line a
value, and nothing around the value says so.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

QUOTES: Final = (b'""', b'\\"')
"""How a quote is written between the quotes around a line: in tables, and in most other notations."""
_FIELD = re.compile(
    rb"([A-Za-z][A-Za-z-]{1,40}) ?:[ \t]{0,4}(?:SIP/2\.0/|Digest [a-z]|(?:[^\r\n<]{0,256}<)?(?:sips?|tel):)"
    rb"[^\r\n]{1,16384}\r?"
)
"""A header field with what stands in no other text: a hop, credentials, an address."""
_SESSION = re.compile(
    rb"(?:a=(?:candidate|crypto|fingerprint|ice-[a-z]{1,8}|key-mgmt|remote-candidates|rtcp|ssrc)[: ]|c=IN IP[46] "
    rb"|o=[^\s]{1,256} [0-9]{1,20} [0-9]{1,20} IN |m=(?:application|audio|image|message|text|video) [0-9])"
    rb"[^\r\n]{1,16384}\r?"
)
"""A line of a session description that could be nothing else (RFC 8866 section 5)."""


def is_message_line(value: bytes, fields: Container[bytes]) -> bool:
    """Whether a value is a line of a message; ``fields``: names of header fields, in lower case."""
    if value[1:2] == b"=":
        return _SESSION.fullmatch(value) is not None
    field = _FIELD.fullmatch(value)
    return field is not None and field[1].lower() in fields
