"""``host:port`` (RFC 3261 section 25.1, RFC 3986 section 3.2.2): names, IPv4, IPv6 with and without its brackets."""

from __future__ import annotations

import re

from scrubber.grammar.params import keep, spare, trim
from scrubber.model import Part

_HOST_PORT = re.compile(
    rb"\s*+(?:\[([^\]\s;?<>]*+)\]?+|([^\s:;?/<>,\"@\[\]]*+))(?:\s*+:\s*+[0-9]{0,5}+(?![0-9]))?+\s*+"
)
_BARE_IPV6 = re.compile(rb"\s*+((?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f.]{0,15}+)(?=[\s;?>,\"@/%]|\Z)\s*+")
_HOST_LIKE = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_\x80-\xff][A-Za-z0-9._\x80-\xff-]*+)(?::[0-9]{1,5}+)?+|[0-9A-Fa-f:.]{2,45}+"
)
"""Letters of other alphabets included, as people write them (RFC 5890 section 2.3.2.1)."""
_USER_LIKE = re.compile(rb"[+*#]?[0-9][0-9*#-]*+|[*#][0-9*#-]++")


def collect(data: bytes, start: int, end: int, out: list[Part], bare: str = "host") -> int:
    """Append the host at ``start`` and skip the port; returns the offset after them and the blanks behind.

    A lone digit string is no host name (RFC 1123 section 2.1) but what a URI without ``@`` leaves of a dialled
    number; it is given the name ``bare``.
    """
    match = _HOST_PORT.match(data, start, end)
    if match is None:  # the pattern matches everywhere; this is for the type checker
        return start
    position = match.end()
    host_start, host_end = match.span(match.lastindex or 0)
    if match.lastindex == 1:
        zone = data.find(b"%", host_start, host_end)
        if zone >= 0:
            if zone > host_start:
                out.append(Part(host_start, zone, "host"))
            keep(data, zone + 1, host_end, out)
            return position
    elif position < end and data[position] not in b";?@,":
        unbracketed = _BARE_IPV6.match(data, start, end)
        if unbracketed is not None:
            position = unbracketed.end()
            host_start, host_end = unbracketed.span(1)
    if host_end > host_start:
        name = bare if bare != "host" and _USER_LIKE.fullmatch(data, host_start, host_end) else "host"
        out.append(Part(host_start, host_end, name))
    return position


def endpoint(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """Append the parts of a value that is a host with an optional port; what follows them is ``free``."""
    position = collect(data, start, end, out)
    spare(data, position, end, out)


def is_host_like(data: bytes, start: int, end: int) -> bool:
    """Whether a span can be a host name or an address, with or without a port."""
    return _HOST_LIKE.fullmatch(data, start, end) is not None


def host_or(name: str, data: bytes, start: int, end: int, out: list[Part]) -> None:
    """Append a host where the span looks like one, otherwise the whole trimmed span under ``name``."""
    start, end = trim(data, start, end)
    if is_host_like(data, start, end):
        endpoint(data, start, end, out)
    else:
        spare(data, start, end, out, name)
