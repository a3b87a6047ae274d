"""Simple service discovery (UPnP Device Architecture 2.0 section 1): start line and header fields over UDP."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture.packet import Flow
from scrubber.capture.words import words
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({1900})

_START = re.compile(
    rb"(?:M-SEARCH \* HTTP/1\.[01]|NOTIFY \* HTTP/1\.[01]|HTTP/1\.[01] [0-9]{3}"
    rb"(?: (?:OK|Bad Request|Precondition Failed)?)?)\r?\n"
)
_LINE = re.compile(rb"([A-Za-z0-9.-]{1,40})(:[ \t]*)([^\r\n]*)(\r?\n|\Z)")
_NUMBERS = re.compile(rb"[0-9]{0,6}|max-age *= *[0-9]{1,6}|\"?ssdp:(?:all|discover|alive|byebye|update)\"?|\*")
_TARGET = re.compile(
    rb"(uuid:)([^:\s]{1,80})|(urn:)([^:\s]{1,80})(:[^\s]{0,120}?)?(?=::|\Z)|upnp:rootdevice|ssdp:all|::"
)
_STANDARD = frozenset((b"schemas-upnp-org", b"dial-multiscreen-org", b"schemas-wifialliance-org", b"schemas-sonos-com"))
_DATE = re.compile(rb"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{5,8}(?: GMT| UTC| [+-][0-9]{4})?")
_TYPE = re.compile(rb":(?:device|service):[A-Za-z]{1,40}[0-9]{0,2}:[0-9]{1,2}")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a start line of the protocol begins, on its port."""
    return not PORTS.isdisjoint((flow.sport, flow.dport)) and _START.match(payload) is not None


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message, line by line; what is no header field is blanked."""
    del flow
    start = _START.match(payload)
    if start is None:
        return None
    out, at = bytearray(start[0]), start.end()
    while at < len(payload):
        line = _LINE.match(payload, at)
        if line is None:
            break
        name, colon, value, end = line.groups()
        read = _FIELDS.get(name.lower())
        out += (name if read else words(name, to)) + colon + (read or words)(value, to) + end
        at = line.end()
    rest = payload[at:]
    return bytes(out + (rest if not rest.strip(b"\r\n") else to.blank(rest, "ssdp", b"x")))


def _kept(value: bytes, to: Values) -> bytes:
    return value if _NUMBERS.fullmatch(value) else words(value, to)


def _host(value: bytes, to: Values) -> bytes:
    return to.value(Entity.HOST, value, "ssdp-host")


def _url(value: bytes, to: Values) -> bytes:
    return to.value(Entity.URL, value, "ssdp-location")


def _date(value: bytes, to: Values) -> bytes:
    return to.text(value) if _DATE.fullmatch(value) else to.blank(value, "ssdp", b"x")


def _targets(value: bytes, to: Values) -> bytes:
    """``uuid:…``, ``urn:…``, one after the other between double colons."""
    out, at = bytearray(), 0
    for match in _TARGET.finditer(value):
        out += words(value[at : match.start()], to)
        at = match.end()
        if match[1]:
            out += match[1] + to.value(Entity.DEVICE, match[2], "ssdp-uuid")
        elif match[3]:
            known = match[4] in _STANDARD and _TYPE.fullmatch(match[5] or b"")
            out += match[0] if known else match[3] + words(match[4] + (match[5] or b""), to)
        else:
            out += match[0]
    return bytes(out + words(value[at:], to))


_FIELDS: Mapping[bytes, Callable[[bytes, Values], bytes]] = {
    b"host": _host,
    b"location": _url,
    b"al": _url,
    b"date": _date,
    **dict.fromkeys((b"st", b"nt", b"usn"), _targets),
    **dict.fromkeys((b"man", b"mx", b"nts", b"ext", b"cache-control", b"content-length"), _kept),
    **dict.fromkeys((b"bootid.upnp.org", b"nextbootid.upnp.org", b"configid.upnp.org", b"searchport.upnp.org"), _kept),
    **dict.fromkeys((b"server", b"user-agent", b"opt", b"01-nls", b"x-user-agent"), words),
}
