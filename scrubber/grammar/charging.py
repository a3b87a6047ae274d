"""Charging and access network: P-Charging-Vector, P-Charging-Function-Addresses, P-Access-Network-Info and kin.

RFC 7315 and 3GPP TS 24.229 section 7.2A. The correlation ids tie a call to its bill, the operator identifiers name the
networks, the cell and line identities say where the caller stood.
"""

from __future__ import annotations

from typing import Final

from scrubber.grammar import authority, params, tokens
from scrubber.grammar.params import KEEP, LIST, Table
from scrubber.model import Part


def _operators(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """Inter-operator identifiers: one domain or, in ``transit-ioi``, several with an index."""
    for element in params.split(data, start, end):
        authority.host_or("name", data, *element, out)


CHARGING_PARAMS: Final[Table] = {
    **dict.fromkeys(b"icid-value related-icid gcid fe-identifier".split(), "identifier"),
    **dict.fromkeys(
        b"icid-generated-at related-icid-generated-at ccf ecf ggsn sgw pgw sgsn bras fe-addr as-addr pdsn "
        b"pdg epdg".split(),
        authority.endpoint,
    ),
    **dict.fromkeys(b"orig-ioi term-ioi transit-ioi loopback-ioi ioi".split(), _operators),
    **dict.fromkeys(b"auth-token".split(), "secret"),
    **dict.fromkeys(
        b"pdp-sig pdp-item pdp-info flow-id loopback-indication dsl-bearer-item dsl-bearer-sig dsl-bearer-info".split(),
        KEEP,
    ),
    **dict.fromkeys(b"bcid pdn-connection-charging-id".split(), "identifier"),
}
"""Parameters of P-Charging-Vector and P-Charging-Function-Addresses."""
ACCESS_PARAMS: Final[Table] = {
    b"": "location",  # what such a field says of a place has new names in each release
    b"i-wlan-node-id": "mac",
    b"ue-local-ip-address": authority.endpoint,
    b"ue-local-port": KEEP,
    b"cell-info-age": KEEP,
    b"daylight-saving-time": KEEP,
    b"network-provided": KEEP,
    b"np": KEEP,
    b"age": KEEP,
}
"""Parameters of P-Access-Network-Info and Cellular-Network-Info; those not listed are places."""


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a charging header value: ``identifier``, ``host``, ``secret``."""
    end = len(data) if end is None else end
    out: list[Part] = []
    position = start
    while position < end:
        position = params.collect(data, position, end, CHARGING_PARAMS, out, LIST) + 1
    return out


def parse_access(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of an access network value: ``location``, ``mac``, ``host``; the access type stays."""
    out: list[Part] = []
    tokens.collect(data, start, len(data) if end is None else end, ACCESS_PARAMS, out)
    return out
