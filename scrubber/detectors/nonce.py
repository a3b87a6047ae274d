"""Nonces of Asterisk in free text: the seconds of their making, a stroke, and 32 hexadecimal digits.

Source: Asterisk ``res/res_pjsip_authenticator_digest.c``, ``build_nonce``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.model import Entity, Finding

RULE = "nonce"

_NONCE = re.compile(rb"(?<![0-9A-Za-z])[0-9]{10}/[0-9a-f]{32}(?![0-9A-Za-z])")


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Nonces in ``data[start:end]``, in order."""
    if data.find(b"/", start) < 0:
        return
    for match in _NONCE.finditer(data, start, len(data) if end is None else end):
        yield Finding(*match.span(), Entity.NONCE, RULE)
