"""Fast rewriting of the header fields that make up most of a trace.

The value is cut at its cheapest delimiter, each piece is looked up in a memo, and only a piece never seen is read. A
piece that is not plainly simple raises :class:`~scrubber.memo.Odd`, and the whole value takes the complete reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.grammar.sdp_fields import NOTHING
from scrubber.memo import Memo, Odd
from scrubber.message import SDP_RULE, Messages, with_version
from scrubber.model import Entity, FormRule
from scrubber.rewrite import Reader

PARTS = 1 << 14

_KEPT_PARAMS = frozenset(
    b"expires q reg-id ob lr transport user method ttl rport index reason counter privacy screen party refresher"
    b" audio video automata class mobility methods isfocus alias keep comp".split()
)
_ADDRESS = re.compile(
    rb'([ \t]*)(?:(")([^"\\<>;,%=?]{0,128})"[ \t]*)?(<?)(sips?:)(?:([A-Za-z0-9._+*#~!-]{1,64})@)?'
    rb"([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?(>?)[ \t]*"
)
_PARAM = re.compile(rb"([ \t]*)([A-Za-z0-9-]{1,32})(?:=([^\"<>;,?@\\ \t:/\[\]]{0,256}))?(>?)[ \t]*")
_VIA = re.compile(
    rb"([ \t]*[Ss][Ii][Pp]/2\.0/[A-Za-z0-9-]{2,8}[ \t]+)([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?"
)
_VIA_PARAM = re.compile(rb"([A-Za-z-]{1,16})(?:=([A-Za-z0-9.~+_*%!-]{0,256}))?")
_DIGEST = re.compile(rb'([ \t]*(?:Digest[ \t]+)?)([A-Za-z]{2,16})(=)("?)([^"\\<>,]{0,512})("?)')
_DIGEST_ENTITY = {
    b"username": Entity.USER,
    b"nonce": Entity.NONCE,
    b"cnonce": Entity.NONCE,
    b"opaque": Entity.NONCE,
    b"nextnonce": Entity.NONCE,
    b"response": Entity.HASH,
    b"rspauth": Entity.HASH,
}
_DIGEST_KEPT = frozenset({b"nc", b"qop", b"algorithm", b"stale"})
_CALL_ID = re.compile(rb"([ \t]*)([A-Za-z0-9._~+*!%'-]{1,256})(?:@([A-Za-z0-9.-]{1,255}))?([ \t]*)")
_QUAD = rb"([0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_ORIGIN = re.compile(rb"(o=)(-|[A-Za-z0-9_]{1,64}) ([0-9]{1,20})( [0-9]{1,20} IN IP4 )" + _QUAD)
_CONNECTION = re.compile(rb"(c=IN IP4 )" + _QUAD)
_REQUEST = re.compile(rb"([A-Z]{3,20} )(.*)( SIP/2\.0)", re.DOTALL)


class Fields:
    """Fast rewriting of the header fields that make up most of a trace; :class:`Odd` for everything else."""

    def __init__(self, reader: Reader, messages: Messages) -> None:
        self._value = reader.value
        self._messages = messages
        self._address_parts = Memo(self._address_part, PARTS)
        self._via_parts = Memo(self._via_part, PARTS)
        self._digest_parts = Memo(self._digest_part, PARTS)
        self._fast: dict[str, Callable[[bytes, str], bytes]] = {
            "address": self._address,
            "via": self._via,
            "digest": self._digest,
            "call-id": self._call_id,
        }

    def value(self, rule: FormRule, value: bytes) -> bytes:
        """A header value under ``rule``, the same bytes as the complete reading gives."""
        fast = self._fast.get(rule.form)
        if fast is not None:
            try:
                return fast(value, rule.id)
            except Odd:
                pass
        return self._messages.field_value(rule, value)

    def start_line(self, line: bytes) -> bytes:
        """A request or status line."""
        match = _REQUEST.fullmatch(line)
        if match is not None:
            try:
                return match[1] + self._address(match[2], "") + match[3]
            except Odd:
                pass
        return self._messages.start_line(line)

    def sdp_line(self, line: bytes) -> bytes:
        """One line of a session description, known as such, without its line end."""
        match = _ORIGIN.fullmatch(line)
        if match is None:
            match = _CONNECTION.fullmatch(line)
            if match is None or match[2] in NOTHING:
                return self._messages.sdp_line(line)
            return match[1] + self._value(Entity.HOST, match[2], SDP_RULE)
        user, session, host = match.group(2, 3, 5)
        if session in NOTHING or host in NOTHING:
            return self._messages.sdp_line(line)
        new = match[1] + (user if user == b"-" else self._value(Entity.USER, user, SDP_RULE))
        new += b" " + self._value(Entity.IDENTIFIER, session, SDP_RULE)
        return with_version(line, new + match[4] + self._value(Entity.HOST, host, SDP_RULE))

    def _address(self, value: bytes, rule: str) -> bytes:
        del rule
        return b";".join(map(self._address_parts.__getitem__, value.split(b";")))

    def _address_part(self, part: bytes) -> bytes:
        match = _ADDRESS.fullmatch(part)
        if match is not None:
            return self._address_head(match)
        match = _PARAM.fullmatch(part)
        if match is None:
            raise Odd
        _, name, value, _ = match.groups()
        if name.lower() in _KEPT_PARAMS:
            return part
        if name.lower() != b"tag" or not value:
            raise Odd
        start, end = match.span(3)
        return part[:start] + self._value(Entity.TAG, value, "sip-address") + part[end:]

    def _address_head(self, match: re.Match[bytes]) -> bytes:
        blank, quote, display, angle, scheme, user, host, port, close = match.groups(b"")
        head = blank
        if quote:
            head += match[0][len(blank) : match.start(3) - match.start()]
            head += self._value(Entity.NAME, display, "sip-address") if display.strip() else display
            head += match[0][match.end(3) - match.start() : match.start(4) - match.start()]
        tail = match[0][match.end(8) - match.start() if port else match.end(7) - match.start() :]
        del close
        name = head + angle + scheme + (self._value(Entity.USER, user, "sip-address") + b"@" if user else b"")
        return name + self._host(host) + port + tail

    def _host(self, host: bytes) -> bytes:
        if host.startswith(b"["):
            return b"[" + self._value(Entity.HOST, host[1:-1], "sip-address") + b"]"
        return self._value(Entity.HOST, host, "sip-address")

    def _via(self, value: bytes, rule: str) -> bytes:
        del rule
        return b";".join(map(self._via_parts.__getitem__, value.split(b";")))

    def _via_part(self, part: bytes) -> bytes:
        match = _VIA.fullmatch(part)
        if match is not None:
            return match[1] + self._host(match[2]) + (match[3] or b"")
        match = _VIA_PARAM.fullmatch(part)
        if match is None:
            raise Odd
        name, value = match[1].lower(), match[2]
        if not value or name in (b"rport", b"ttl", b"alias", b"keep"):
            if value and not value.isdigit():
                raise Odd
            return part
        if name == b"branch":
            return match[1] + b"=" + self._value(Entity.BRANCH, value, "sip-via")
        if name in (b"received", b"maddr"):
            return match[1] + b"=" + self._host(value)
        raise Odd

    def _digest(self, value: bytes, rule: str) -> bytes:
        del rule
        return b",".join(map(self._digest_parts.__getitem__, value.split(b",")))

    def _digest_part(self, part: bytes) -> bytes:
        match = _DIGEST.fullmatch(part)
        if match is None or match[4] != match[6]:
            raise Odd
        name, value = match[2].lower(), match[5]
        if name in _DIGEST_KEPT:
            return part
        start, end = match.span(5)
        entity = _DIGEST_ENTITY.get(name)
        if entity is not None:
            return part[:start] + self._value(entity, value, "sip-digest") + part[end:]
        if name == b"uri":
            return part[:start] + self._address(value, "") + part[end:]
        raise Odd

    def _call_id(self, value: bytes, rule: str) -> bytes:
        match = _CALL_ID.fullmatch(value)
        if match is None:
            raise Odd
        new = match[1] + self._value(Entity.CALL_ID, match[2], rule)
        if match[3] is not None:
            new += b"@" + self._value(Entity.HOST, match[3], rule)
        return new + match[4]
