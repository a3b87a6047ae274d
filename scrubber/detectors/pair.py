"""An account and its password with a sign between, as people note them and programs print them: ``alice:k3Y9d-Q2m``.

That it is a password is told by its look: capitals, small letters and digits, of which one stands before a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import COLON
from scrubber.model import Entity, Finding

RULE = "pair"
_SIGNS = rb"[\w!#$.-]{0,31}"
_SECRET = (
    rb"(?=" + _SIGNS + rb"[0-9][A-Za-z])(?=" + _SIGNS + rb"[a-z])(?=" + _SIGNS + rb"[A-Z])"
    rb"[A-Za-z0-9][\w!#$.-]{6,30}[\w!#$](?![\w:/@=-]|\.[A-Za-z0-9])"
)
_COLONS = re.compile(
    rb"(?P<user>[A-Za-z](?<![\w/.:@%&?+-].)[a-z0-9_.-]{2,31})(?::(?P<other>[\w.-]{2,64}))?:(?P<secret>"
    + _SECRET
    + rb")",
    re.ASCII,
)
_ANNOUNCING = frozenset(
    b"sha1 sha224 sha256 sha384 sha512 md5 call-id callid call_id tag branch id uuid uid gid sid key nonce ufrag etag"
    b" ssrc trace span request session file line class method module version digest fingerprint cid msgid message-id"
    b" sessid from to via contact route sip sips tel udp tcp tls ws wss http https urn uri url channel chan commit"
    b" rev image conf call leg dialog txn transaction handle token hash sum checksum base64 hex mac cname msid label"
    b" mid".split()
)
"""Words before a colon behind which an identifier stands that has a meaning of its own."""


def find(data: bytes) -> Iterator[Finding]:
    """Accounts and passwords in ``data``, in order."""
    if COLON not in data:
        return
    for match in _COLONS.finditer(data):
        if match["user"].lower() in _ANNOUNCING:
            continue
        for group, entity in (("user", Entity.USER), ("other", Entity.USER), ("secret", Entity.SECRET)):
            start, end = match.span(group)
            if start < end and not (group == "other" and b"." in match["other"]):
                yield Finding(start, end, entity, RULE)
