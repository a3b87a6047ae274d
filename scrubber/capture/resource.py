"""What stands inside resource records: strings, substitution expressions, options, parameters (RFC 1035, 3403, 6891).

Each function takes one such value and gives what stands for it; lengths around it are the affair of the caller.
"""

from __future__ import annotations

import re

from scrubber.capture import domain
from scrubber.capture.words import product, sentence
from scrubber.model import Entity
from scrubber.values import Values

ADDRESS = "dns-address"
_TEXT = "dns-text"
_POLICY = re.compile(rb"v=(?:spf1|DMARC1)(?![0-9A-Za-z])", re.IGNORECASE)
"""How the strings of a mail policy begin: hosts and addresses between words that everybody knows (RFC 7208, 7489)."""
_MECHANISM = re.compile(rb"(?i)([-+~?]?(?:a|mx|ptr|include|exists|redirect|exp)[:=])([0-9A-Za-z._-]{1,255})(.{0,255})")
"""A mechanism or modifier that names a host, and what stands behind it: macros, prefix lengths."""
_URI = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s;\"]{1,2048}")
_PAIR = re.compile(rb"([A-Za-z][0-9A-Za-z_-]{0,19}=)([^\x00-\x1f\x7f]*)")
_SPOKEN = re.compile(rb"[^\x00-\x1f\x7f]*")
_PATTERN_DIGITS = re.compile(rb"\+?[0-9]{4,20}")
_TARGET = re.compile(rb"([a-z]{2,8}:)((?:\\[0-9]|[+.])+)@([0-9A-Za-z.-]{1,255})(.{0,255})", re.IGNORECASE | re.DOTALL)
"""A URI whose user part is made of what the expression caught (RFC 3402 section 3.2)."""
_SERVICES = frozenset(
    b"sip sips d2u d2t d2s d2w d2x d2l e2u h323 tel pstn data voice voicemsg fax sms mms ems email mailto http https"
    b" web ft ftp pres im xmpp iax aaa d2t aaas ap1 ap5 ap6 diameter dtls tcp sctp relay turn udp tls tcp ical"
    b" vcard unifmsg cnam".split()
)
"""The words of service fields (RFC 3263, 6116, 6117, 6408); the flags of RFC 3404 are single letters."""
_PROTOCOLS = frozenset(b"h2 h3 http/1.1 http/1.0 dot doq sip/2 h3-29 mqtt ftp imap pop3 xmpp-client".split())
_TAGS = frozenset(b"issue issuewild issuemail iodef contactemail contactphone".split())
_KEPT_OPTIONS = frozenset({5, 6, 7, 9, 11})
"""EDNS options of algorithms and times: DAU, DHU, N3U, EXPIRE, TCP KEEPALIVE."""
_SUBNET, _ERROR = 8, 15


def text(string: bytes, to: Values) -> bytes:
    """A string of a TXT or HINFO record (RFC 1464, 6763 section 6): keys stay, every word of a value goes."""
    if not _SPOKEN.fullmatch(string):
        return to.blank(string, "dns")
    if _POLICY.match(string):
        return b" ".join(_mechanism(word, to) for word in string.split(b" "))
    pair = _PAIR.fullmatch(string)
    if pair is None:
        return to.reader.unknown(string, _TEXT, 0)
    return pair[1] + (to.reader.unknown(pair[2], _TEXT, 0) if pair[2] else b"")


def _mechanism(word: bytes, to: Values) -> bytes:
    named = _MECHANISM.fullmatch(word)
    if named is None:
        return to.text(word)
    return named[1] + to.value(Entity.HOST, named[2], domain.RULE) + to.text(named[3])


def hardware(string: bytes, to: Values) -> bytes:
    """A string of a HINFO record: makers and systems."""
    return product(string, to)


def free(text: bytes, to: Values) -> bytes:
    """Text that may hold hosts, addresses or URIs between words of a protocol; octets that are no text are blanked."""
    if not _SPOKEN.fullmatch(text):
        return to.blank(text, "dns")
    pieces, at = bytearray(), 0
    for uri in _URI.finditer(text):
        pieces += to.text(text[at : uri.start()]) + to.value(Entity.URL, uri[0], "dns-url")
        at = uri.end()
    return bytes(pieces) + to.text(text[at:])


def flags(string: bytes, to: Values) -> bytes:
    """The flag of a NAPTR record (RFC 3404 section 4.3): one letter."""
    single = len(string) < 2 and (not string or string.isalnum())
    return string if single else to.blank(string, "dns")


def service(string: bytes, to: Values) -> bytes:
    """The services of a NAPTR record."""
    known = not string or _SERVICES.issuperset(re.split(rb"[+:]", string.lower()))
    return string if known else text(string, to)


def tag(string: bytes, to: Values) -> bytes:
    """The property of a CAA record (RFC 8659 section 4.1)."""
    return string if string.lower() in _TAGS else to.blank(string, "dns", b"x")


def expression(string: bytes, to: Values) -> bytes:
    """A substitution expression (RFC 3402 section 3.2): pattern, replacement and flags, a delimiter before each."""
    mark = string[:1]
    parts = string.split(mark) if mark else []
    if len(parts) != 4 or parts[3] not in (b"", b"i") or not _SPOKEN.fullmatch(string):
        return to.blank(string, "dns")
    pattern = _PATTERN_DIGITS.sub(lambda run: to.value(Entity.NUMBER, run[0], "dns-pattern"), parts[1])
    target = _replacement(parts[2], to)
    return mark + to.text(pattern) + mark + target.replace(mark, b"") + mark + parts[3]


def _replacement(text: bytes, to: Values) -> bytes:
    caught = _TARGET.fullmatch(text)
    if caught is None:
        return to.value(Entity.URL, text, "dns-url") if b"://" in text else to.text(text)
    scheme, user, host, rest = caught.groups()
    return scheme + user + b"@" + to.value(Entity.HOST, host, domain.RULE) + to.text(rest)


def option(code: int, value: bytes, to: Values) -> bytes:
    """An EDNS option (RFC 6891 section 6.1.2); cookies, identifiers and unknown ones are blanked."""
    if code in _KEPT_OPTIONS and len(value) <= 16:
        return value
    if code == _SUBNET:
        return _subnet(value, to)
    if code == _ERROR and len(value) >= 2:  # RFC 8914
        return value[:2] + sentence(value[2:], to)
    return to.blank(value, "dns-option")


def _subnet(value: bytes, to: Values) -> bytes:
    """Client subnet (RFC 7871 section 6): family, prefix lengths, and the octets that the prefix needs."""
    family, source = value[:2], value[2:3]
    size = {b"\0\1": 4, b"\0\2": 16}.get(family, 0)
    part = value[4:]
    if len(part) > size or not source:
        return to.blank(value, "dns-option")
    kept = min(source[0], 8 * len(part))
    mapped = int.from_bytes(to.address(part.ljust(size, b"\0"), ADDRESS), "big")
    masked = mapped >> 8 * size - kept << 8 * size - kept
    new = masked.to_bytes(size, "big")[: len(part)]
    plain = int.from_bytes(part.ljust(size, b"\0"), "big")
    # Bits beyond the prefix are not allowed; while nothing is replaced they stay like everything else.
    return value[:4] + (part if mapped == plain else new)


def prefix(family: bytes, part: bytes, to: Values) -> bytes:
    """The octets of an address that a prefix has, without zeros at their end (RFC 3123 section 4)."""
    size = {b"\0\1": 4, b"\0\2": 16}.get(family, 0)
    if len(part) > size:
        return to.blank(part, "dns")
    return to.address(part.ljust(size, b"\0"), ADDRESS)[: len(part)]


def parameter(key: int, value: bytes, to: Values) -> bytes:
    """A service parameter (RFC 9460 section 7), of the same length."""
    if (key == 3 and len(value) == 2) or (key == 0 and len(value) <= 32):
        return value
    width = {4: 4, 6: 16}.get(key)
    if width and len(value) % width == 0:
        return b"".join(to.address(value[at : at + width], ADDRESS) for at in range(0, len(value), width))
    if key != 1:
        return to.blank(value, "dns-parameter")
    out, at = bytearray(), 0
    while at < len(value):
        protocol = value[at + 1 : at + 1 + value[at]]
        out += value[at : at + 1] + (protocol if protocol in _PROTOCOLS else to.blank(protocol, "dns-parameter", b"x"))
        at += 1 + len(protocol)
    return bytes(out)
