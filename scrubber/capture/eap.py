"""EAP (RFC 3748), as it stands in IEEE 802.1X, PPP and RADIUS: what was asked and answered, not by whom."""

from __future__ import annotations

from scrubber.values import Values

_HEADER = 4
_CODES = (1, 2, 3, 4)
_METHOD = 1
"""Octets of the method of a request or a response."""


def message(octets: bytes, to: Values) -> bytes:
    """Code, number, length and method stay; identities, challenges and keys go. Other octets are blanked."""
    known = len(octets) >= _HEADER and octets[0] in _CODES and int.from_bytes(octets[2:4], "big") >= _HEADER
    kept = _HEADER + _METHOD if known else 0
    return octets[:kept] + to.blank(octets[kept:], "EAP message")
