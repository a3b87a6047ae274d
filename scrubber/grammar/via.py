"""Via (RFC 3261 section 20.42), one hop or several.

RFC 3581 (rport), RFC 5923 (alias), RFC 6223 (keep), RFC 7339 (oc), RFC 5049 (sigcomp-id), MS-SIPRE (ms-received-*).
Each hop gives ``host`` (sent-by, received, maddr), ``branch`` and what its other parameters hold; protocol, transport,
ports and ``rport`` stay, and so does the relation between sent-by and ``received``.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import authority, params, uri
from scrubber.grammar.params import KEEP, LIST, Table, spare
from scrubber.grammar.uriparams import alias
from scrubber.model import Part

VIA_PARAMS: Final[Table] = {
    b"branch": "branch",
    b"received": authority.endpoint,
    b"maddr": authority.endpoint,
    b"alias": alias,
    b"i": "identifier",
    b"sigcomp-id": uri.instance,
    b"x-route-tag": uri.reference,
    b"received-realm": authority.endpoint,
    b"x-real-ip": authority.endpoint,
    **dict.fromkeys(b"rport ttl keep comp oc oc-algo oc-validity oc-seq hidden nat cpd ms-received-port".split(), KEEP),
    b"ms-received-cid": "identifier",
}
_PROTOCOL = re.compile(
    rb"[\s,]*+[A-Za-z]{1,8}+\s*+/\s*+[0-9]{1,2}(?:\.[0-9]{1,2})?\s*+/\s*+[A-Za-z]{1,8}+(?:[+-][A-Za-z]{1,8}+)?[0-9]?\s++"
)
_ELEMENT = re.compile(rb"[\s,]*+([^,;]*+)")


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Via value, one hop or several separated by commas."""
    end = len(data) if end is None else end
    out: list[Part] = []
    position = start
    while position < end:
        protocol = _PROTOCOL.match(data, position, end)
        if protocol is not None:
            position = authority.collect(data, protocol.end(), end, out)
        else:
            position = _without_protocol(data, position, end, out)
        if position < end and data[position] != 0x2C:
            position = params.collect(data, position, end, VIA_PARAMS, out, LIST)
        position += 1
    return out


def _without_protocol(data: bytes, start: int, end: int, out: list[Part]) -> int:
    """A hop that does not begin with ``SIP/2.0/UDP``: a bare host stays recognisable, the rest is ``free``."""
    element = _ELEMENT.match(data, start, end)
    if element is None:  # the pattern matches everywhere; this is for the type checker
        return end
    if authority.is_host_like(data, *element.span(1)):
        authority.endpoint(data, *element.span(1), out)
    else:
        spare(data, *element.span(1), out)
    return element.end()
