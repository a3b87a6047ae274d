"""URIs as SIP carries them: sip, sips, tel, fax, im, pres, xmpp, mailto, cid, urn, data, http and others.

RFC 3261 section 19.1, RFC 3966 (tel), RFC 3860 (im), RFC 3859 (pres), RFC 6068 (mailto), RFC 2392 (cid),
RFC 8141 (urn), RFC 2397 (data). Broken URIs (no scheme, no host, blanks, missing ``>``) give the best parts that
can be told. What stays: scheme, port, parameter names and the values that ``uriparams`` calls protocol tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from scrubber.grammar import authority, callid, params
from scrubber.grammar.params import KEEP, WHOLE, Table, Treatment, generic, keep, spare, treat, trim
from scrubber.grammar.uriparams import PLAIN_PARAMS, REFERENCES, USER_PARAMS
from scrubber.model import Part

Handler = Callable[[bytes, int, int, list[Part], Table], None]
"""Reads what follows a scheme: ``(data, start, end, out, table)`` with the table for the URI parameters."""

_SCHEME = re.compile(rb"[\s<\"']*+([A-Za-z][A-Za-z0-9+.-]*+)\s*+:(?://(?=[^/]))?+")
_REGULAR = re.compile(
    rb"[Ss][Ii][Pp][Ss]?:(?!//)([^\s:;?@<>\"']++)@([A-Za-z0-9_-][A-Za-z0-9._-]*+)(?::[0-9]{1,5}+)?+(?=;|\Z)"
)
"""``sip:user@host:port`` and nothing odd, which is most of all traffic: groups 1 user, 2 host."""
_URI = params.syntax(b"?")
_REST = re.compile(rb"[^;?]*+")
_DIALLED = re.compile(rb"(?=[^0-9*#]*+[0-9*#])[0-9+*#().% A-Da-dPpWwXx-]++")
_MAC = re.compile(rb"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_HEADER = re.compile(rb"[?&\s]*+([^=&]*+)(?:=([^&]*+))?")
_URN = re.compile(rb"\s*+([A-Za-z0-9-]++):([^\s;?>\"]*+)")
_INSTANCE = re.compile(rb"(?i:urn):([A-Za-z0-9-]++):([^\s;?>\"]*+)")
_EMERGENCY_ID = re.compile(rb"uid:[A-Za-z]{1,16}:")
_EQUIPMENT = re.compile(rb"(?i:imei|imeisv|mac|ow|org|os|ops):")
_BARE = re.compile(
    rb"\s*+(?:[+*#]?[0-9][0-9*#-]*+|\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++|localhost"
    rb"|(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f.]{0,15}+)(?=[;?:\s>/]|\Z)"
)
_MEDIA_TYPE = re.compile(
    rb"(?:[A-Za-z]{1,16}/(?:(?![0-9]{5}|[0-9]\.[0-9])[A-Za-z0-9.+-]){1,64}+)?(?:;charset=[A-Za-z][A-Za-z0-9-]{1,12})?"
    rb"(?:;base64)?"
)
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\")
_HOST_WITH_PARAMS = re.compile(
    rb"\s*+(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.]++\]|(?:[A-Za-z0-9_-]++\.)++[A-Za-z][A-Za-z0-9-]*+)"
    rb"\s*+(?::[0-9]{1,5}\s*+)?;"
)
"""A host before a ``;``: an ``@`` behind it stands in a parameter, it does not end a user part."""
_URL_SCHEMES: Final = frozenset(
    b"http https ws wss ftp ftps tftp rtsp rtsps msrp msrps ldap ldaps h323 turn turns stun stuns".split()
)
_OPENING: Final = b" \t\r\n<\"'"
_CLOSING: Final = b" \t\r\n>\"'"


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of the URI that fills ``[start, end)``; blanks, quotes and angle brackets around it are skipped."""
    out: list[Part] = []
    collect(data, start, len(data) if end is None else end, out)
    return out


def collect(data: bytes, start: int, end: int, out: list[Part], table: Table | None = None, name: str = "free") -> None:
    """Append the parts of a URI to ``out``.

    ``table`` says what the URI parameters are (``URI_PARAMS`` unless given); ``name`` is given to text without a
    scheme that is neither ``user@host`` nor a host nor a number.
    """
    table = URI_PARAMS if table is None else table
    while end > start and data[end - 1] in _CLOSING:
        end -= 1
    match = _REGULAR.match(data, start, end)
    if match is not None:
        out.append(Part(*match.span(1), "user"))
        out.append(Part(*match.span(2), "host"))
        _tail(data, match.end(), end, out, table)
        return
    match = _SCHEME.match(data, start, end)
    if match is None:
        _schemeless(data, start, end, out, table, name)
        return
    scheme = match.group(1).lower()
    handler = SCHEMES.get(scheme)
    if handler is not None:
        handler(data, match.end(), end, out, table)
    elif scheme in _URL_SCHEMES or data[match.end() - 1] == 0x2F:
        spare(data, match.start(1), end, out, "url")
    else:
        _unknown_scheme(data, match.span(1), match.end(), end, out, table)


def has_scheme(data: bytes, start: int, end: int) -> bool:
    """Whether the span begins with a scheme that this grammar knows."""
    match = _SCHEME.match(data, start, end)
    return match is not None and (match.group(1).lower() in SCHEMES or match.group(1).lower() in _URL_SCHEMES)


def reference(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """A parameter value that is a URI or a host: parts when it is plain, ``nested`` when it is escaped."""
    if has_scheme(data, start, end) and data.find(b"\\", start, end) < 0:
        collect(data, start, end, out, _INNER_PARAMS)
    elif _ESCAPE.search(data, start, end):
        spare(data, start, end, out, "nested")
    elif data.find(b"@", start, end) >= 0:
        collect(data, start, end, out, _INNER_PARAMS)
    else:
        authority.host_or("free", data, start, end, out)


def instance(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """An instance id (RFC 5626 section 4.1, RFC 5627): what is specific in a URN, or the whole opaque value."""
    while start < end and data[start] in _OPENING:
        start += 1
    while end > start and data[end - 1] in _CLOSING:
        end -= 1
    match = _INSTANCE.fullmatch(data, start, end)
    if match is None:
        spare(data, start, end, out, "device")
    else:
        params.skeleton(data, *match.span(1), out)
        _NAMESPACES.get(match.group(1).lower(), _device_urn)(data, *match.span(2), out)


def _schemeless(data: bytes, start: int, end: int, out: list[Part], table: Table, name: str) -> None:
    while start < end and data[start] in _OPENING:
        start += 1
    if data.find(b"@", start, end) >= 0 or _BARE.match(data, start, end):
        _sip(data, start, end, out, table)
    else:
        spare(data, start, end, out, name)


def _unknown_scheme(data: bytes, word: tuple[int, int], start: int, end: int, out: list[Part], table: Table) -> None:
    """``example.com:5060``, ``alice:secret@example.com``, or a scheme of which nothing is known."""
    rest = _REST.match(data, word[0], end)
    authority_end = end if rest is None else rest.end()
    if data.find(b"@", start, end) >= 0 or authority.is_host_like(data, *trim(data, word[0], authority_end)):
        _sip(data, word[0], end, out, table)
    else:
        params.skeleton(data, *word, out)
        spare(data, start, end, out, "unknown")


def _sip(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    at = data.find(b"@", start, end)
    if at < 0 or _HOST_WITH_PARAMS.match(data, start, at):
        _tail(data, authority.collect(data, start, end, out, "user"), end, out, table)
        return
    # A user part that is an e-mail address and not escaped: the last @ before a parameter begins the host.
    following = data.find(b"@", at + 1, end)
    while following >= 0 and data.find(b";", at, following) < 0 and data.find(b"?", at, following) < 0:
        at = following
        following = data.find(b"@", at + 1, end)
    _userinfo(data, start, at, out)
    _tail(data, authority.collect(data, at + 1, end, out), end, out, table)


def _userinfo(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``user;parameters:password``, the text before ``@``."""
    colon = data.find(b":", start, end)
    if colon >= 0 and _MAC.fullmatch(data, start, end):
        out.append(Part(start, end, "mac"))
        return
    stop = end if colon < 0 else colon
    semicolon = data.find(b";", start, stop)
    user_start, user_end = trim(data, start, stop if semicolon < 0 else semicolon)
    if user_start < user_end:
        out.append(Part(user_start, user_end, "user"))
    if semicolon >= 0:
        params.collect(data, semicolon, stop, USER_PARAMS, out, WHOLE)
    if colon >= 0 and colon + 1 < end:
        out.append(Part(colon + 1, end, "password"))


def _tail(data: bytes, position: int, end: int, out: list[Part], table: Table) -> None:
    """What follows the host or number: parameters and header fields; text that is neither is ``free``."""
    if position >= end:
        return
    if data[position] not in b";?":
        stop = _rest(data, position, end)
        spare(data, position, stop, out)
        position = stop
    if position < end and data[position] == 0x3B:
        position = params.collect(data, position, end, table, out, _URI)
    if position < end:
        _headers(data, position, end, out)


def _rest(data: bytes, start: int, end: int) -> int:
    match = _REST.match(data, start, end)
    return end if match is None else match.end()


def _headers(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``?name=value&…`` (RFC 3261 section 19.1.1); values are percent-encoded header fields or a body."""
    for match in _HEADER.finditer(data, start, end):
        params.skeleton(data, *trim(data, *match.span(1)), out)
        treatment = _HEADERS.get(match.group(1).strip().lower(), "unknown")
        if match.start(2) < match.end(2):
            treat(treatment, data, *match.span(2), out)


def _tel(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    if data.find(b"@", start, end) >= 0:
        _sip(data, start, end, out, table)
        return
    stop = _rest(data, start, end)
    number_start, number_end = trim(data, start, stop)
    name = "number" if _DIALLED.fullmatch(data, number_start, number_end) else "user"
    spare(data, number_start, number_end, out, name)
    _tail(data, stop, end, out, table)


def _mailto(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    stop = _rest(data, start, end)
    for address in params.split(data, start, stop):
        spare(data, *address, out, "email" if data.find(b"@", *address) >= 0 else "user")
    _tail(data, stop, end, out, table)


def _content_id(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    stop = _rest(data, start, end)
    callid.identify(data, *trim(data, start, stop), out, "identifier")
    _tail(data, stop, end, out, table)


def _urn(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    match = _URN.match(data, start, end)
    if match is None:
        spare(data, start, end, out, "unknown")
        return
    params.skeleton(data, *match.span(1), out)
    _NAMESPACES.get(match.group(1).lower(), generic)(data, *match.span(2), out)
    _tail(data, match.end(), end, out, table)


def _device_urn(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``uuid:…``, ``gsma:imei:…`` (RFC 7254), ``dev:mac:…`` (RFC 9039): all but the sub-namespace."""
    match = _EQUIPMENT.match(data, start, end)
    spare(data, start if match is None else match.end(), end, out, "device")


def _emergency_urn(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``urn:emergency:uid:callid:…`` and ``urn:nena:uid:…`` name one call; their other names are protocol tokens."""
    match = _EMERGENCY_ID.match(data, start, end)
    if match is None:
        keep(data, start, end, out)
    else:
        spare(data, match.end(), end, out, "identifier")


def _data(data: bytes, start: int, end: int, out: list[Part], table: Table) -> None:
    """``data:type;base64,body``: the body is content, whatever its type."""
    del table
    comma = data.find(b",", start, end)
    if comma >= 0 and not _MEDIA_TYPE.fullmatch(data, start, comma):
        spare(data, start, comma, out)
    spare(data, comma + 1 if comma >= 0 else start, end, out, "text")


SCHEMES: Final[Mapping[bytes, Handler]] = {
    **dict.fromkeys(b"sip sips im pres xmpp ims sipx aim".split(), _sip),
    **dict.fromkeys(b"tel fax modem callto sms".split(), _tel),
    b"mailto": _mailto,
    **dict.fromkeys((b"cid", b"mid"), _content_id),
    b"urn": _urn,
    b"data": _data,
}
"""By lower-case scheme."""
_NAMESPACES: Final[Mapping[bytes, Callable[[bytes, int, int, list[Part]], None]]] = {
    **dict.fromkeys(b"uuid gsma dev imei meid esn".split(), _device_urn),
    **dict.fromkeys(b"nena emergency".split(), _emergency_urn),
    **dict.fromkeys(b"service alert urn-7 ietf 3gpp oma schemas-upnp-org".split(), keep),
}
_HEADERS: Final[Mapping[bytes, Treatment]] = {
    **dict.fromkeys(b"replaces join target-dialog call-id in-reply-to".split(), callid.collect),
    **dict.fromkeys(b"body subject".split(), "text"),
    **dict.fromkeys(
        b"from to contact route record-route path refer-to referred-by reply-to diversion history-info via identity"
        b" p-asserted-identity p-preferred-identity remote-party-id call-info alert-info error-info authorization"
        b" proxy-authorization".split(),
        "nested",
    ),
    **dict.fromkeys(b"method privacy priority require supported expires max-forwards".split(), KEEP),
}
"""Header fields in a URI; any other may hold anything."""
URI_PARAMS: Final[Table] = {
    **PLAIN_PARAMS,
    **dict.fromkeys(REFERENCES, reference),
    b"gr": instance,
    b"sip.instance": instance,
}
"""Parameters of a SIP URI."""
_INNER_PARAMS: Final[Table] = {**PLAIN_PARAMS, **dict.fromkeys(REFERENCES, "nested"), b"gr": instance}
"""Parameters of a URI inside a parameter: no further level is opened, so that depth is bounded."""
