"""XMPP (RFC 6120): stanzas as pieces of XML. Elements, name spaces and types stay, texts and addresses do not.

A piece ends behind a tag, so an element may be spread over several; each is read on its own, and what no vocabulary
knows is suppressed.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.document import Names
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.grammar import xml
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((5222, 5223, 5269, 5280))
RULE = "xmpp-text"

_STREAM = re.compile(rb"(?:<\?xml[^<>]{0,128}\?>\s{0,16})?<stream:stream[\s>]")
_TAG = re.compile(rb"<[?/]?[A-Za-z]")
_ADDRESS = re.compile(rb"([^\s@/<>\"']{1,256})@([A-Za-z0-9._\[\]:-]{1,255})(?:(/)(.{1,256}))?", re.DOTALL)
_SPACE = re.compile(
    rb"urn:(?:ietf:params:xml:ns|xmpp):[A-Za-z0-9:._-]{0,64}|vcard-temp(?::[a-z:]{1,16})?|http://etherx\.jabber\.org/streams"
    rb"|jabber:(?:client|server|component:[a-z]{1,16}|(?:iq|x):[a-z:]{1,24})"
    rb"|http://jabber\.org/(?:protocol|features|network)/[A-Za-z0-9/#+_-]{0,64}"
)
_TOKEN = re.compile(rb"(?i)[0-9]{1,3}(?:\.[0-9]{1,2})?|true|false|[a-z]{2}(?:-[a-z]{2})?")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TYPES: Final = frozenset(
    b"get set result error available unavailable subscribe subscribed unsubscribe unsubscribed probe chat groupchat "
    b"headline normal both none remove auth cancel continue modify wait submit form text-single".split()
)
_MECHANISM = re.compile(
    rb"PLAIN|ANONYMOUS|EXTERNAL|LOGIN|OAUTHBEARER|GSSAPI|GS2-KRB5(?:-PLUS)?|(?:DIGEST|CRAM)-MD5|X-[A-Z0-9-]{3,12}"
    rb"|SCRAM-SHA-?(?:1|224|256|384|512|3-512)(?:-PLUS)?"
)
_KEPT: Final = {
    b"mechanism": _MECHANISM,
    b"show": re.compile(rb"away|chat|dnd|xa"),
    b"priority": re.compile(rb"-?[0-9]{1,3}"),
}
"""Texts that are vocabulary, by their element (RFC 6120 section 6.3.3, RFC 6121 section 4.7.2)."""
_DECLARED: Final = b" version=encodigutfUTF-81.0'\"standaloyesISO59\r\n\t"
"""Octets of an XML declaration."""
_HOSTS: Final = frozenset((b"to", b"from", b"jid", b"by"))


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether a stream begins here, or on a usual port any tag."""
    if _STREAM.match(data) is not None or (data.startswith(b"<?xml") and len(data) < 24):
        return True
    usual = flow.sport in PORTS or flow.dport in PORTS
    return usual and (_TAG.match(data) is not None or data[:1] == b" ")


def _length(data: bytes) -> int:
    """Up to the last tag of what is there, whatever it closes."""
    if data[:1] == b" ":
        return len(data) - len(data.lstrip(b" "))
    if _TAG.match(data) is None:
        return MORE if len(data) < 3 and data[:1] == b"<" else DAMAGED
    # Behind the last tag TLS or compression may begin.
    binary = _BINARY.search(data)
    stop = len(data) if binary is None else binary.start()
    end = max(data.rfind(b"><", 0, stop), stop - 1 if data.endswith(b">", 0, stop) else -1)
    return end + 1 if end >= 0 else MORE


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """Some stanzas, or pieces of them."""
    del flow
    pieces: list[bytes] = []
    names = Names(to)
    position = 0
    element = b""
    for token in xml.tokens(payload):
        raw = payload[token.start : token.end]
        if token.kind in ("start", "end"):
            element = token.name if token.kind == "start" else b""
            continue
        pieces.append(names.around(payload[position : token.start], unknown=token.kind == "instruction"))
        if token.kind == "attribute":
            pieces.append(_attribute(token.name, raw, to))
        elif token.kind == "text" and element in _KEPT and _KEPT[element].fullmatch(raw):
            pieces.append(raw)
        else:
            known = token.kind == "declaration" and len(raw) < 128 and not raw.translate(None, _DECLARED)
            pieces.append(raw if known or not raw.strip() else to.value(Entity.TEXT, raw, RULE))
        position = token.end
    pieces.append(names.around(payload[position:]))
    return b"".join(pieces)


def _attribute(name: bytes, value: bytes, to: Values) -> bytes:
    if not value.strip():
        return value
    if name in (b"id", b"sid", b"ver", b"node"):
        return value if _SPACE.fullmatch(value) else to.value(Entity.IDENTIFIER, value, RULE)
    if name in _HOSTS:
        return _jid(value, to)
    if _SPACE.fullmatch(value) or value.lower() in _TYPES or _TOKEN.fullmatch(value):
        return value
    if name == b"mechanism" and _MECHANISM.fullmatch(value):
        return value
    return to.reader.part("unknown", value, RULE)


def _jid(value: bytes, to: Values) -> bytes:
    """``user@host/resource``, or a host (RFC 7622)."""
    match = _ADDRESS.fullmatch(value)
    if match is None:
        host, slash, resource = value.partition(b"/")
        behind = to.value(Entity.NAME, resource, RULE) if resource else resource
        return (to.value(Entity.HOST, host, RULE) if host else host) + slash + behind
    user, host, slash, resource = match.groups(b"")
    new = to.value(Entity.USER, user, RULE) + b"@" + to.value(Entity.HOST, host, RULE) + slash
    return new + (to.value(Entity.NAME, resource, RULE) if resource else b"")


def _after(message: bytes) -> str:
    """``tls`` behind STARTTLS and its answer (RFC 6120 section 5.4.2)."""
    last = message[-256:]
    asked = b"<starttls" in last and b"</stream:features" not in message
    return "tls" if asked or b"<proceed" in last else ""


STREAM = Stream("xmpp", _opens, _length, _rewrite, _after)
