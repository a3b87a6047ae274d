"""Credentials of HTTP's and SIP's schemes in the middle of a text: Basic (RFC 7617) and Bearer (RFC 6750).

Of some no letter looks like it, so that only the word before them tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber import encodings
from scrubber.detectors.shapes import ordered
from scrubber.model import Entity, Finding

RULE = "token"
WORDS = (b"basic ", b"bearer ")
"""One of these, in lower case, stands before."""
_BASIC = re.compile(rb"(?<![A-Za-z])(?i:basic) {1,64}([A-Za-z0-9+/]{4,4096}+={0,2})(?![A-Za-z0-9+/=])")
_BEARER = re.compile(
    rb"(?<![A-Za-z])(?i:bearer) {1,64}((?=[A-Za-z._~+/-]{0,128}[0-9])[A-Za-z0-9._~+/-]{6,4096}[A-Za-z0-9_~+/-]={0,2})"
)
_PAIR = re.compile(
    rb"(?=[A-Za-z0-9+/][a-z]{0,32}[A-Z0-9+/=])(?:[A-Za-z0-9+/]{4}){2,2048}+(?:[A-Za-z0-9+/]{2,3}={1,2})?+"
)
"""What is whole and no word: it has capitals or digits behind its first letters."""
_FEWEST_UNSEEN = 16
"""Letters and digits behind ``Basic`` that are credentials although no colon comes out of them, being cut."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Credentials in ``data[start:end]``: an account and a password, and long runs that no word looks like."""
    stop = len(data) if end is None else end
    pairs = [match.span(1) for match in _BASIC.finditer(data, start, stop) if _is_pair(match[1])]
    tokens = [match.span(1) for match in _BEARER.finditer(data, start, stop)]
    yield from ordered([Finding(*span, Entity.SECRET, RULE) for span in pairs + tokens])


def _is_pair(value: bytes) -> bool:
    bare = value.rstrip(b"=")
    if _PAIR.fullmatch(value) is not None or (len(bare) >= _FEWEST_UNSEEN and not bare.isalpha()):
        return True
    decoded = encodings.base64_decode(bare[: len(bare) & -4])  # what a cut left of it
    return decoded is not None and b":" in decoded
