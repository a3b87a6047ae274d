"""Network time (RFC 5905): clock values and stratum stay, the reference may be an address, keys and control data go."""

from __future__ import annotations

from scrubber.capture.packet import Flow
from scrubber.values import Values

PORTS = frozenset({123})

_HEADER = 48
_REFERENCE = 12
_STRATUM = 17
"""The highest stratum that is met; text in its place is higher."""
_CONTROL, _PRIVATE = 6, 7
_NAMED = frozenset(
    b"GOES GPS GAL PPS IRIG WWVB DCF HBG MSF JJY LORC TDF CHU WWV WWVH NIST ACTS USNO PTB LOCL LCL INIT STEP RATE DENY"
    b" RSTR ACST AUTH AUTO BCST CRYP DROP MCST NKEY RMOT XFAC GNSS PTP CDMA FREE TEST ATOM MRS PZF XMIS LOCAL".split()
)
"""Reference clocks and reasons of refusal (RFC 5905 sections 7.3 and 7.4)."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a version and mode of the protocol stand in a payload of its length, on its port."""
    if PORTS.isdisjoint((flow.sport, flow.dport)) or not payload:
        return False
    version, mode = payload[0] >> 3 & 7, payload[0] & 7
    if not 1 <= version <= 4 or not mode:
        return False
    return len(payload) >= 8 if mode >= _CONTROL else len(payload) >= _HEADER and payload[1] <= _STRATUM


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A packet; ``None`` where it is too short for its mode."""
    if not claims(payload, flow):
        return None
    mode = payload[0] & 7
    if mode >= _CONTROL:
        kept = 12 if mode == _CONTROL else 8
        return payload[:kept] + to.blank(payload[kept:], "ntp control")
    reference = _reference(payload[1], payload[_REFERENCE : _REFERENCE + 4], to)
    rest = to.blank(payload[_HEADER:], "ntp key")
    return payload[:_REFERENCE] + reference + payload[_REFERENCE + 4 : _HEADER] + rest


def _reference(stratum: int, octets: bytes, to: Values) -> bytes:
    """A clock by name, the address of a server, or the digest of an IPv6 address."""
    if stratum < 2 or octets == bytes(4):
        return octets if octets.rstrip(b"\0") in _NAMED or octets == bytes(4) else to.blank(octets, "ntp reference")
    return to.ipv4(octets) if octets[0] < 224 else to.blank(octets, "ntp reference")
