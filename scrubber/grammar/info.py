"""References beside a call: Call-Info, Alert-Info, Error-Info, Geolocation.

RFC 3261 sections 20.4, 20.9 and 20.18, RFC 7840, RFC 6442.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import address, uri
from scrubber.grammar.params import KEEP, Table, spare
from scrubber.model import Part


def _party(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``username=`` and ``contact=`` of forwarding notices: a URI, an address of record or a plain user."""
    if uri.has_scheme(data, start, end) or data.find(b"@", start, end) >= 0:
        uri.reference(data, start, end, out)
    else:
        spare(data, start, end, out, "user")


INFO_PARAMS: Final[Table] = {
    **dict.fromkeys(
        b"purpose info answer-after appearance-index appearance-state appearance call-idx call-state delay m size "
        b"index x-line-id isvoip security orientation ui-state calltype control type level ringtone silent lang "
        b"language".split(),
        KEEP,
    ),
    b"username": _party,
    b"contact": _party,
    b"user": _party,
    b"appearance-uri": uri.reference,
    b"gci": "identifier",
    b"id": "identifier",
    b"integrity": "identifier",
    b"call-reason": "text",
}
"""Parameters of Call-Info, Alert-Info and Error-Info, those of BroadWorks, Cisco and miniSIPServer included."""
LOCATION_PARAMS: Final[Table] = {
    b"inserted-by": uri.reference,
    b"loc-src": uri.reference,
    b"used-for-routing": KEEP,
    b"routing-allowed": KEEP,
    b"message-routed-on-this-uri": KEEP,
    b"method": KEEP,
}
"""Parameters of Geolocation, current and of the older drafts."""


_POSITION = re.compile(rb"\s{0,8}[-+]?[0-9]{1,3}\.[0-9]{2,15}, {0,2}[-+]?[0-9]{1,3}\.[0-9]{2,15}(?![0-9.])")
"""Latitude and longitude, where a log calls them like a field of HTTP: no list of two hosts."""


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Call-Info type value: ``url`` or the parts of its URIs, ``user``; ring and purpose tokens stay."""
    out: list[Part] = []
    end = len(data) if end is None else end
    if _POSITION.match(data, start, end):
        return [Part(start, end, "free")]
    address.collect(data, start, end, out, INFO_PARAMS, "free")
    return out


def parse_location(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Geolocation value: ``url``, the id of ``cid:``, or SIP URI parts."""
    out: list[Part] = []
    address.collect(data, start, len(data) if end is None else end, out, LOCATION_PARAMS, "location")
    return out
