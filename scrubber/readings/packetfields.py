"""Fields of dissected packets, by the names tshark gives them in its JSON, Elasticsearch (``-T ek``) and PDML exports.

A name says which protocol a field belongs to and what it is: ``sip.from.user``, ``dns.qry.name``, ``eth.src_raw``; the
Elasticsearch form writes ``sip_sip_from_user``. Header fields of SIP are read by their grammar, so that what they teach
is swept in every other field. Fields of protocols that carry content or accounts are read as strictly as an unknown
header field; octets beside a decoded value become zeros, since they are the same value once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Final

from scrubber import encodings
from scrubber.grammar import sdp, sip
from scrubber.model import Entity
from scrubber.pseudonyms import secret
from scrubber.readings.message import Messages

RULE: Final = "packet-field"

_NAME = re.compile(rb"(?:([a-z][a-z0-9-]{1,31})_(?=\1_)|(?=[a-z][a-z0-9_-]{1,31}\.))([A-Za-z0-9_.-]{3,120})")
_HEX = re.compile(rb"[0-9A-Fa-f]{3,}")
_OCTETS = re.compile(rb"(?:[0-9A-Fa-f]{2}:){2,}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{16,}")
_PLAIN = re.compile(rb"-?[0-9]{1,6}(?:\.[0-9]{1,9})?|0x[0-9A-Fa-f]{1,8}|(?i:true|false)|0|1")
"""Numbers, flags and codes of a packet that are nobody's."""
_CHARSET = rb"(?i:utf-(?:8|16)|us-ascii|iso-8859-[0-9]{1,2})"
_DECLARED = re.compile(rb"<\?xml version=\"1\.[01]\" encoding=\"%b\"\?>|%b|1\.[01]" % (_CHARSET, _CHARSET))
"""What an XML declaration says, whole or in parts."""
_DIGITS = re.compile(rb"[0-9A-Fa-f]+")
_COLONS = re.compile(rb"(?:[0-9A-Fa-f]{2}:){2,}[0-9A-Fa-f]{2}")
_LINE_END = re.compile(rb"(?:\\r)?(?:\\n)?\s{0,4}\Z")
_EVEN = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_MAC = re.compile(rb"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_LONE = re.compile(rb' {6,64}"[0-9a-f]{5,}",?\s{0,2}')
_TAIL = re.compile(rb'"(?: (?:size|pos|show|value|unmaskedvalue|hide)="[0-9A-Za-z]*+"){1,6}\s{0,2}/?>\s{0,2}')
_FIELD = re.compile(rb"\s{0,64}<field(?=\s)")
_ATTRIBUTE = re.compile(rb'\s([a-z]{2,16})="([^"<>]*+)"')
_CLOSED = re.compile(rb"\s{0,8}/?>\s{0,8}")
_HEADED = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,40})[ \t]{0,4}:[ \t]{1,4}")
_WHOLE = re.compile(rb"[0-9]{1,5}|0x[0-9a-f]{2,8}")
_SERVICE = re.compile(rb"(?:_[A-Za-z0-9-]{1,20}\.){1,2}")
_STATUS = b"SIP/2.0 200 OK\r\n"

_SAFE: Final = frozenset(
    b"frame eth ip ipv6 udp tcp sll sll2 vlan rtp rtcp arp icmp icmpv6 stun rtpevent geninfo null raw t38 ntp ppp gre"
    b" classicstun turnchannel srtp srtcp igmp sctp".split()
)
"""Protocols whose fields are numbers, addresses and words of the protocol."""
_LINES: Final[Mapping[bytes, bytes]] = {
    b"owner": b"o=",
    b"session_name": b"s=",
    b"session_info": b"i=",
    b"uri": b"u=",
    b"email": b"e=",
    b"phone": b"p=",
    b"connection_info": b"c=",
    b"session_attr": b"a=",
    b"media_attr": b"a=",
    b"encryption_key": b"k=",
    b"media": b"m=",
    b"media_title": b"i=",
}
"""Fields of a session description that are one of its lines, without the letter."""
_ENDINGS: Final[Mapping[bytes, str]] = {
    b"user": "user",
    b"username": "user",
    b"display_info": "display",
    b"displayname": "display",
    b"host": "host",
    b"address": "host",
    b"realm": "realm",
    b"tag": "tag",
    b"branch": "branch",
    b"call_id": "call-id",
    b"call_id_gen": "call-id",
    b"nonce": "nonce",
    b"cnonce": "nonce",
    b"opaque": "nonce",
    b"nextnonce": "nonce",
    b"response": "hash",
    b"rspauth": "hash",
    b"password": "secret",
    b"master_key": "secret",
    b"master_salt": "secret",
    b"key_and_salt": "secret",
    b"foundation": "identifier",
    b"sessionid": "identifier",
    b"icid_value": "identifier",
    b"cookie": "secret",
    b"cookie_pair": "secret",
    b"set_cookie": "secret",
    b"authbasic": "secret",
    b"authorization": "secret",
    b"proxy_authorization": "secret",
    b"file_data": "text",
    b"sdes_text": "identifier",
    b"community": "secret",
    b"hostname": "host",
    b"server_name": "host",
    b"qry_name": "host",
    b"resp_name": "host",
    b"cname": "host",
    b"ptr_domain_name": "host",
    b"srv_target": "host",
    b"srv_name": "host",
    b"naptr_replacement": "host",
    b"mx_mail_exchange": "host",
    b"soa_mname": "host",
    b"soa_rname": "host",
}
"""What the end of a name says about its field."""
_LONG: Final = 12
"""Octets that, left as they are, might be taken for an identifier."""
_LINKS: Final = frozenset(b"eth sll sll2 arp wlan vlan icmpv6 dhcp bootp lldp cdp".split())
"""Protocols whose fields of six octets are hardware addresses."""
_READ: Final = tuple(
    b"param parameter transport method scheme algorithm qop uri addr port received rport seq line time auth".split()
)
"""Fields of SIP whose content detectors read: addresses, parameters, words of the protocol."""
_CARRYING: Final = frozenset((b"sip", b"sdp", b"http", b"dns", b"mdns", b"rtcp", b"stun"))
"""Protocols with fields of both kinds."""


def is_field(name: bytes) -> bool:
    """Whether a name is one of a field of a packet's headers, whose values the detectors read."""
    protocol, mark, _ = name.partition(b".")
    return bool(mark) and (protocol in _SAFE or protocol in _CARRYING)


def field(name: bytes, value: bytes, messages: Messages) -> bytes | None:
    """What stands for the value of the field ``name``; None for a name that is none of a packet, or says nothing."""
    if not name:
        return _headed(value, messages)
    if name.endswith(b"_raw") and _HEX.fullmatch(value):
        return _zeros(value, messages)
    match = _NAME.fullmatch(name)
    if match is None or not value:
        return None
    full = match[2] if match[1] is None else match[2][: len(match[1])] + b"." + match[2][len(match[1]) + 1 :]
    protocol, _, rest = full.partition(b".")
    return _named(protocol, rest.lower().replace(b".", b"_").replace(b"-", b"_"), value, messages)


def _named(protocol: bytes, rest: bytes, value: bytes, messages: Messages) -> bytes | None:
    """What stands for a value by its protocol and the rest of its name."""
    if rest.endswith(b"_raw") or protocol.endswith(b"_raw"):
        return _HEX.sub(lambda digits: _zeros(digits[0], messages), value)
    if rest.endswith(b"_tree") or _PLAIN.fullmatch(value):
        return None
    if _COLONS.fullmatch(value) is not None and not (protocol in _LINKS and len(value) == len("00:00:00:00:00:00")):
        return _carried(value, messages)
    if protocol == b"sip":
        return _sip(rest, value, messages)
    if protocol == b"sdp" and rest in _LINES:
        letter = _LINES[rest]
        return messages.sdp_line(letter + value)[2:] if sdp.is_sdp_line(letter + value) else None
    return _other(protocol, rest, value, messages)


def _zeros(octets: bytes, messages: Messages) -> bytes:
    """Zeros for octets that are a value once more, which is read where it stands decoded."""
    return secret.filler(octets) if messages.reader.replaces else octets


def _carried(value: bytes, messages: Messages) -> bytes:
    """Octets between colons: a SIP message as what it says, any others as zeros."""
    octets = bytes.fromhex(value.replace(b":", b"").decode())
    if not sip.is_start_line(octets.partition(b"\r\n")[0]):
        return _zeros(value, messages)
    new = messages.message(octets)
    return value if new == octets else new.hex(":").encode()


def _headed(value: bytes, messages: Messages) -> bytes | None:
    """A header field that no dissector knows: its whole line stands where a name should."""
    headed = _HEADED.match(value)
    if headed is None or not value[:1].isupper():
        return None
    rest = value[headed.end() :]
    tail = _LINE_END.search(rest)
    end = len(rest) if tail is None else tail.start()
    new = messages.field_value(messages.field_rule(headed[1].lower()), rest[:end])
    return messages.reader.known(headed[0]) + new + rest[end:]


def element(line: bytes, messages: Messages, value: Callable[[bytes, bytes], bytes]) -> bytes | None:
    """A ``<field>`` of PDML on a line of its own: the field, how the tree shows it, and its octets, all of one mind.

    ``value`` reads what no name explains. None where the line is no such element.
    """
    opened = _FIELD.match(line)
    if opened is None:
        return None
    found = {match[1]: match for match in _ATTRIBUTE.finditer(line, opened.end())}
    plain = {name: _unescaped(match[2]) for name, match in found.items()}
    name, old = plain.get(b"name", b""), plain.get(b"show", b"")
    named = field(name, old, messages)
    new = value(b"", old) if named is None and old else named or b""
    news: dict[bytes, bytes] = {b"show": new}
    label = plain.get(b"showname", b"")
    at = label.rfind(old) if len(old) > 1 else -1
    if at >= 0:
        news[b"showname"] = value(b"", label[:at]) + new + value(b"", label[at + len(old) :])
    elif named is not None and named != old:
        head, colon, rest = label.partition(b":")
        news[b"showname"] = value(b"", head) + colon + messages.reader.part("unknown", rest, RULE)
    else:
        news[b"showname"] = value(b"", label)
    for octets in (b"value", b"unmaskedvalue"):
        news[octets] = _octets(plain.get(octets, b""), old, new, messages)
    pieces, position = [line[: opened.end()]], opened.end()
    rest = line[max((match.end() for match in found.values()), default=opened.end()) :]
    if _CLOSED.fullmatch(rest) is None:
        return None
    for name, match in found.items():
        start, end = match.span(2)
        text = news.get(name)
        if text is not None and text != plain[name]:
            pieces += [line[position:start], encodings.entities_escape_like(text, match[2])]
            position = end
    return b"".join(pieces) + line[position:]


def extension(line: bytes, messages: Messages) -> bytes | None:
    """A header field of nobody's standard (``X-…``) that stands further in than a message would have it."""
    headed = _HEADED.match(line)
    if headed is None or headed[1][:2].lower() != b"x-":
        return None
    return headed[0] + messages.field_value(messages.field_rule(headed[1].lower()), line[headed.end() :])


def octets(line: bytes, messages: Messages) -> bytes | None:
    """Octets alone on a line of a JSON export, or at the end of an element of PDML, as zeros; None for other lines."""
    if _LONE.fullmatch(line) is None and _TAIL.fullmatch(line) is None:
        return None
    return _HEX.sub(lambda digits: _zeros(digits[0], messages), line)


def _unescaped(text: bytes) -> bytes:
    return (encodings.entities_unescape(text) if b"&" in text else text) or text


def _octets(digits: bytes, old: bytes, new: bytes, messages: Messages) -> bytes:
    """The octets of a field that spell what it shows become those of what it shows now; any others are zeros."""
    if len(digits) < 3 or not messages.reader.replaces:
        return digits
    if _DIGITS.fullmatch(digits) is None:
        return new if digits == old else messages.reader.text(digits)
    raw = bytes.fromhex(digits.decode()) if _EVEN.fullmatch(digits) else b""
    if raw and raw == old and (old != new or len(raw) < _LONG):
        return new.hex().encode()
    if raw and len(raw) in (4, 6, 16) and old != new:
        packed = _packed(new)
        if len(packed) == len(raw) and _packed(old) == raw:
            return packed.hex().encode()
    headed = _HEADED.match(raw)
    if headed is not None and raw[headed.end() :].rstrip() == old != new:
        return (headed[0] + new + raw[headed.end() + len(old) :]).hex().encode()
    if old == new and _WHOLE.fullmatch(old) and int(old, 0) == int(digits, 16):
        return digits
    return _HEX.sub(lambda match: secret.filler(match[0]), digits)


def _packed(shown: bytes) -> bytes:
    """An address as octets; nothing for anything else."""
    text = shown.decode("ascii", "replace")
    try:
        return bytes.fromhex(text.replace(":", "")) if _MAC.fullmatch(shown) else ip_address(text).packed
    except ValueError:
        return b""


def _sip(rest: bytes, value: bytes, messages: Messages) -> bytes | None:
    """A header field by its grammar, the whole header section, or a part of a field."""
    if rest == b"msg_hdr":
        ended = value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        new = messages.message(_STATUS + ended)[len(_STATUS) :]
        return new if b"\r\n" in value else new.replace(b"\r\n", b"\n")
    if rest in (b"request_line", b"status_line"):
        return messages.start_line(value)
    rule = messages.reader.rules.headers.get(rest.replace(b"_", b"-"))
    if rule is not None:
        return messages.field_value(rule, value)
    if rest == b"auth_nc" and _DIGITS.fullmatch(value):
        return value
    part = _part(rest)
    if part is None and not rest.endswith(_READ):
        part = "unknown"
    return None if part is None else _quoted(part, value, messages)


def _other(protocol: bytes, rest: bytes, value: bytes, messages: Messages) -> bytes | None:
    reader = messages.reader
    part = _part(rest) if protocol in _CARRYING else None
    if part == "host" and protocol in (b"dns", b"mdns"):
        service = _SERVICE.match(value)
        cut = 0 if service is None else service.end()
        return value if value == b"<Root>" else value[:cut] + reader.value(Entity.HOST, value[cut:], RULE)
    if part is not None:
        return _quoted(part, value, messages)
    if protocol in _SAFE or protocol in _CARRYING or protocol.startswith(b"_"):
        return None
    if protocol == b"xml" and rest.startswith(b"xmlpi") and _DECLARED.fullmatch(value):
        return value
    if _OCTETS.fullmatch(value):
        return _zeros(value, messages)
    return reader.part("unknown", value, RULE)


def _part(rest: bytes) -> str | None:
    """The longest ending of a name that says what it is."""
    words = rest.split(b"_")
    for first in range(len(words)):
        part = _ENDINGS.get(b"_".join(words[first:]))
        if part is not None:
            return part
    return None


def _quoted(part: str, value: bytes, messages: Messages) -> bytes:
    """The value inside its quotes, where it has some."""
    if part == "text" and not messages.reader.replaces:
        return value  # a document; what it holds is learned from its own fields
    bare = value.strip(b' "')
    start = value.find(bare)
    return value[:start] + messages.reader.part(part, bare, RULE) + value[start + len(bare) :] if bare else value
