"""Whom the path of a web service is about: ``/users/NAME/devices``, ``/api/v2/people/NAME``.

The segment behind a collection of people or of their things, unless it is a page or an action. Nothing else vouches for
it, so that what it finds is replaced but not learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import SLASH
from scrubber.model import Entity, Finding

RULE = "fragment-path"

_COLLECTIONS = (
    rb"users?|people|persons?|members?|accounts?|profiles?|customers?|clients?|tenants?|subscribers?|mailbox(?:es)?"
    rb"|devices?|contacts?|employees?|agents?"
)
_SEGMENT = re.compile(
    rb"/(?i:"
    + _COLLECTIONS
    + rb")/([A-Za-z0-9\x80-\xff][^/\\\s:;,\"'<>|*?()\[\]{}$`&=#%]{2,63})(?=[/?#&\s\"'<>,;)]|\Z)"
)
_WORDS = tuple(re.sub(rb"\(.*|.\?", b"", word) for word in _COLLECTIONS.split(b"|"))
"""Of which one stands in every such path."""
_MAC = re.compile(rb"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}")
_PAGE = re.compile(rb"(?i).{1,60}\.(?:php|html?|js|css|json|xml|png|jpe?g|svg|cgi|aspx?|txt|log|conf|cfg|py|c|h|so)")
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_KEPT = frozenset(
    b"login logout signin signout signup register list new add edit delete create update search find query settings"
    b" password reset index count all export import status active inactive bulk batch avatar info details detail view"
    b" show get set current self online offline admin admins root default shared public guest asterisk permissions"
    b" roles role groups group devices extensions voicemail contacts calls call presence events history messages token"
    b" tokens session sessions auth verify validate confirm activate deactivate enable disable sync push pull manager"
    b" home profile profiles preferences options config configuration template templates common system internal"
    b" external modules assets static images img css scripts script lib libs src bin include views controllers models"
    b" api v1 v2 v3 rest ajax pci usb net block char virtual platform tty snd dahdi null random".split()
)
"""Pages, actions, and what else is called so by programs and kernels."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Names in paths of ``data[start:end]``, in order."""
    if SLASH not in data:
        return
    lowered = data.lower()
    if not any(lowered.find(word) >= 0 for word in _WORDS):
        return
    for match in _SEGMENT.finditer(data, start, len(data) if end is None else end):
        name = match[1].rstrip(b".")
        if name.lower() in _KEPT or _PAGE.fullmatch(name) is not None or _UUID.fullmatch(name) is not None:
            continue
        entity = Entity.MAC if _MAC.fullmatch(name) is not None else Entity.USER
        yield Finding(match.start(1), match.start(1) + len(name), entity, RULE)
