"""Fast rewriting of the header fields that make up most of a trace.

The value is cut at its cheapest delimiter, each piece is looked up in a memo, and only a piece never seen is read. A
piece that is not plainly simple raises :class:`~scrubber.readings.memo.Odd`, and the whole value takes the complete
reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.grammar.address import ADDRESS_PARAMS
from scrubber.grammar.digest import DIGEST_PARAMS
from scrubber.grammar.params import KEEP, Table, Treatment, is_token, keep
from scrubber.grammar.sdp_fields import NOTHING
from scrubber.grammar.uri import URI_PARAMS
from scrubber.grammar.via import VIA_PARAMS
from scrubber.model import Entity, FormRule
from scrubber.readings.memo import Memo, Odd
from scrubber.readings.message import SDP_RULE, Messages, with_version
from scrubber.readings.rewrite import Reader

PARTS = 1 << 12

_HOST = rb"([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])"
_URI = rb"(sips?:)(?:([A-Za-z0-9._+*#~!-]{1,64})@)?" + _HOST + rb"((?::[0-9]{1,5})?[ \t]*)"
_ADDR_SPEC = re.compile(rb"([ \t]*)" + _URI)
_NAME_ADDR = re.compile(rb'([ \t]*(?:"([^"\\<>;,%=?]{0,128})"[ \t]*)?<)' + _URI)
_LONE_NUMBER = re.compile(rb"[0-9][0-9-]*")
"""No host but what a URI without ``@`` leaves of a dialled number."""
_PARAM = re.compile(rb"[ \t]*([A-Za-z0-9-]{1,32})(?:=([^\"<>;,?@\\\s:/\[\]']{0,256}))?[ \t]*")
_VIA = re.compile(rb"([ \t]*[Ss][Ii][Pp]/2\.0/[A-Za-z]{2,8}(?:-[A-Za-z]{1,8})?[ \t]+)" + _HOST + rb"((?::[0-9]{1,5})?)")
_VIA_PARAM = re.compile(rb"([A-Za-z-]{1,16})(?:=([A-Za-z0-9.~+_*%!-]{0,256}))?")
_DIGEST = re.compile(rb"[ \t]*(?:Digest[ \t]+)?([A-Za-z]{2,16})=(?:\"([^\"\\<>,]{0,512})\"|([^\"\\<>,\s']{0,512}))")
_DIGEST_ENTITY = {"nonce": Entity.NONCE, "hash": Entity.HASH}
_COUNT = re.compile(rb"[0-9A-Fa-f]{1,8}")
_LOGIN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_CALL_ID = re.compile(rb"([ \t]*)([A-Za-z0-9._~+*!'-]{1,256})(?:@([A-Za-z0-9][A-Za-z0-9.-]{0,254}))?([ \t]*)")
_QUAD = rb"([0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_ORIGIN = re.compile(rb"(o=)(-|[A-Za-z0-9_]{1,64}) ([0-9]{1,20})( [0-9]{1,20} IN IP4 )" + _QUAD)
_CONNECTION = re.compile(rb"(c=IN IP4 )" + _QUAD)
_REQUEST = re.compile(rb"([A-Z]{3,20} )(.*)( SIP/2\.0)", re.DOTALL)


class Fields:
    """Fast rewriting of the header fields that make up most of a trace; :class:`Odd` for everything else."""

    def __init__(self, reader: Reader, messages: Messages) -> None:
        self._value = reader.value
        self._messages = messages
        self._name_addrs = Memo(self._name_addr, PARTS)
        self._addr_specs = Memo(self._addr_spec, PARTS)
        self._uri_params = Memo(lambda part: self._param(part, URI_PARAMS), PARTS)
        self._header_params = Memo(lambda part: self._param(part, ADDRESS_PARAMS), PARTS)
        self._hops = Memo(self._hop, PARTS)
        self._via_params = Memo(self._via_param, PARTS)
        self._digest_params = Memo(self._digest_param, PARTS)
        self._fast: dict[str, Callable[[bytes, str], bytes]] = {
            "address": self._address,
            "via": self._via,
            "digest": self._digest,
            "call-id": self._call_id,
        }
        self.forms = frozenset(self._fast)

    def value(self, rule: FormRule, value: bytes) -> bytes:
        """A header value under ``rule``, the same bytes as the complete reading gives."""
        fast = self._fast.get(rule.form)
        if fast is not None:
            try:
                return fast(value, rule.id)
            except Odd:
                pass
        return self._messages.field_value(rule, value)

    def fast(self, rule: FormRule, value: bytes) -> bytes | None:
        """The same where the value is plainly simple; None for any other."""
        try:
            return self._fast[rule.form](value, rule.id)
        except Odd:
            return None

    def start_line(self, line: bytes) -> bytes:
        """A request or status line."""
        match = _REQUEST.fullmatch(line)
        if match is not None:
            try:
                return match[1] + self._uri(match[2]) + match[3]
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
        before, closed, after = value.partition(b">")
        if not closed:
            return _joined(value, self._addr_specs, self._header_params)
        return _joined(before, self._name_addrs, self._uri_params) + closed + self._behind(after)

    def _behind(self, after: bytes) -> bytes:
        """The header parameters behind a URI in angle brackets."""
        text, mark, params = after.partition(b";")
        if text.strip(b" \t"):
            raise Odd
        return text + mark + b";".join(map(self._header_params.__getitem__, params.split(b";"))) if mark else text

    def _uri(self, value: bytes) -> bytes:
        return _joined(value, self._addr_specs, self._uri_params)

    def _name_addr(self, head: bytes) -> bytes:
        """``"display" <uri``, the parameters and the closing bracket cut off."""
        match = _NAME_ADDR.fullmatch(head)
        if match is None:
            raise Odd
        opening, display = match[1], match[2]
        if display:
            before, _, after = opening.partition(b'"')
            opening = before + b'"' + self._value(Entity.NAME, display, "sip-address") + after[len(display) :]
        return opening + self._address_uri(*match.groups(b"")[2:])

    def _addr_spec(self, head: bytes) -> bytes:
        """A URI without its parameters."""
        match = _ADDR_SPEC.fullmatch(head)
        if match is None:
            raise Odd
        return match[1] + self._address_uri(*match.groups(b"")[1:])

    def _address_uri(self, scheme: bytes, user: bytes, host: bytes, tail: bytes) -> bytes:
        if user:
            return scheme + self._value(Entity.USER, user, "sip-address") + b"@" + self._host(host) + tail
        if _LONE_NUMBER.fullmatch(host):
            return scheme + self._value(Entity.USER, host, "sip-address") + tail
        return scheme + self._host(host) + tail

    def _param(self, part: bytes, table: Table) -> bytes:
        """A parameter of an address under the table of its place."""
        if not part.strip(b" \t"):
            return part
        match = _PARAM.fullmatch(part)
        if match is None:
            raise Odd
        treatment = table.get(match[1].lower())
        start, end = match.span(2)
        if treatment == "tag" and start < end:
            return part[:start] + self._value(Entity.TAG, match[2], "sip-address") + part[end:]
        return _kept(part, treatment, match[2])

    def _host(self, host: bytes) -> bytes:
        if host.startswith(b"["):
            return b"[" + self._value(Entity.HOST, host[1:-1], "sip-address") + b"]"
        return self._value(Entity.HOST, host, "sip-address")

    def _via(self, value: bytes, rule: str) -> bytes:
        del rule
        return _joined(value, self._hops, self._via_params)

    def _hop(self, head: bytes) -> bytes:
        """Protocol and sent-by of a Via value."""
        match = _VIA.fullmatch(head)
        if match is None:
            raise Odd
        return match[1] + self._host(match[2]) + match[3]

    def _via_param(self, part: bytes) -> bytes:
        match = _VIA_PARAM.fullmatch(part)
        if match is None:
            raise Odd
        name, value = match[1].lower(), match[2]
        if value and name == b"branch":
            return match[1] + b"=" + self._value(Entity.BRANCH, value, "sip-via")
        if value and name in (b"received", b"maddr"):
            return match[1] + b"=" + self._host(value)
        return _kept(part, VIA_PARAMS.get(name), value)

    def _digest(self, value: bytes, rule: str) -> bytes:
        del rule
        return b",".join(map(self._digest_params.__getitem__, value.split(b",")))

    def _digest_param(self, part: bytes) -> bytes:
        match = _DIGEST.fullmatch(part)
        if match is None:
            raise Odd
        name, value = match[1].lower(), match[match.lastindex or 0]
        treatment = DIGEST_PARAMS.get(name)
        if not value:
            return _kept(part, treatment, value)
        start, end = match.span(match.lastindex or 0)
        if isinstance(treatment, str) and treatment in _DIGEST_ENTITY:
            return part[:start] + self._value(_DIGEST_ENTITY[treatment], value, "sip-digest") + part[end:]
        if name == b"username" and _LOGIN.fullmatch(value):
            return part[:start] + self._value(Entity.USER, value, "sip-digest") + part[end:]
        if name == b"uri":
            return part[:start] + self._uri(value) + part[end:]
        return part if name == b"nc" and _COUNT.fullmatch(value) else _kept(part, treatment, value)

    def _call_id(self, value: bytes, rule: str) -> bytes:
        match = _CALL_ID.fullmatch(value)
        if match is None or not match[2].strip(b"0"):
            raise Odd
        new = match[1] + self._value(Entity.CALL_ID, match[2], rule)
        if match[3] is not None:
            new += b"@" + self._value(Entity.HOST, match[3], rule)
        return new + match[4]


def _joined(value: bytes, heads: Memo[bytes], params: Memo[bytes]) -> bytes:
    """A value cut at its semicolons, the first piece looked up in ``heads``, the others in ``params``."""
    head, mark, rest = value.partition(b";")
    return heads[head] + mark + b";".join(map(params.__getitem__, rest.split(b";"))) if mark else heads[head]


def _kept(part: bytes, treatment: Treatment | None, value: bytes | None) -> bytes:
    """``part`` as it is, where the complete reading keeps it: a known flag, or a protocol token in its place."""
    if treatment is None or (value and (treatment not in (KEEP, keep) or not is_token(value, 0, len(value)))):
        raise Odd
    return part
