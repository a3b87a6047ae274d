"""MGCP (RFC 3435): commands and responses between call agents and gateways, with session descriptions behind them.

Verbs, codes, transaction ids, modes and events stay. Endpoints, call agents, connection ids, dialled digits and what is
signalled to a telephone become pseudonyms or are suppressed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from scrubber.capture.document import label
from scrubber.capture.packet import Flow
from scrubber.grammar import sdp
from scrubber.model import Entity, FormRule
from scrubber.readings.message import Messages
from scrubber.values import Values

PORTS: Final = frozenset((2427, 2727))
RULE = "mgcp-parameter"

_COMMAND = re.compile(rb"([A-Za-z]{4} [0-9]{1,9} )([^ \r\n]{1,255})( MGCP [0-9]\.[0-9])([^\r\n]*)")
_RESPONSE = re.compile(rb"([0-9]{3} [0-9]{1,9})(?:([ \t]+)([^\r\n]*))?")
_PARAMETER = re.compile(rb"([ \t]*)([A-Za-z][A-Za-z0-9+/-]{0,31})([ \t]*:[ \t]*)([^\r\n]*?)([ \t]*)")
_ENDPOINT = re.compile(rb"([^@]*)@(.*)")
_LOCAL = re.compile(
    rb"(?i)(?:\*|\$|(?:aaln|ds|ts|s|e|t|pr|cnf|ann|ivr|slot|subunit|port|line)(?:[0-9*$]{0,3}|[0-9]{1,3}-[0-9]{1,3})(?:/[a-z]{0,4}[0-9*$-]{1,3}){0,6})"
)
_TOKENS = re.compile(
    rb"(?i)(?:(?:sendonly|recvonly|sendrecv|confrnce|conference|inactive|loopback|conttest|netwloop|netwtest|data"
    rb"|replcate)(?:, ?|\Z))+"
    rb"|graceful|forced|restart|disconnected|cancel-graceful|process|discard|step|loop|single|e:(?:a|mu)"
    rb"|(?:process|discard)[,;] ?(?:step|loop)|(?:step|loop)[,;] ?(?:process|discard)|[0-9]{1,3}"
    rb"|[a-z][a-z0-9]?(?:, ?[a-z][a-z0-9]?)*"
)
_REASON = re.compile(rb"([0-9]{1,3}[ \t]*)(.*)")
_PACKAGES = re.compile(rb"(?i)[a-z]{1,4}:[0-9]{1,3}(?:, ?[a-z]{1,4}:[0-9]{1,3})*")
_COUNTS = re.compile(rb"(?i)(?:[a-z]{2}=[0-9]{1,12}(?:, ?|\Z))+")
_NUMBERS = re.compile(rb"[0-9]{1,9}(?:[-,] ?[0-9]{1,9})*")
_EVENT = re.compile(
    rb"(?i)(?:(?P<package>d/|)(?P<digits>[0-9a-d*#]+)"
    rb"|(?P<name>[a-z]{1,4}/[a-z]{1,6}[0-9]?|[a-z]{2,4}[0-9]?)(?P<where>(?:@[^(),]*+)?)(?:\((?P<arguments>[^()]*+)\))?)"
    rb"(?=[ \t,()]|\Z)|(?P<other>[^ \t,()][^,()]*+)(?P<action>(?:\([a-z]\))?)|(?P<bracket>[()])"
)
_PATTERN = re.compile(rb"(?i)(?:d/)?\[[0-9a-dtlx*#-]{1,20}\]")
"""Which digits are asked for, not which were dialled."""
_ACTION = re.compile(rb"(?i)[a-z]?")
_OPTION = re.compile(
    rb"(?i)(p|a|b|e|gc|s|t|r|nt|mp|o|fmtp)(:)((?:[0-9]{1,4}|[a-z]{1,4}[0-9]{0,5}|g[.]?[0-9]{3}[a-z0-9]{0,4})(?:[-;](?:[0-9]{1,4}|[a-z]{1,4}[0-9]{0,5}))*)"
)


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram begins with a command, or on a usual port with a response.

    Lines end with CRLF or LF (RFC 3435 section 3.1); gateways that send nothing but CR are met, too.
    """
    line = next(iter(payload[:512].splitlines()), b"")
    if _COMMAND.fullmatch(line) is not None:
        return True
    usual = flow.sport in PORTS or flow.dport in PORTS
    return usual and _RESPONSE.fullmatch(line) is not None


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """The messages of a datagram: a line with nothing but a dot stands between them (RFC 3435 section 3.5.5)."""
    if not claims(payload, flow):
        return None
    messages = Messages(to.reader)
    pieces: list[bytes] = []
    first, description = True, False
    for line in payload.splitlines(keepends=True):
        text = line.rstrip(b"\r\n")
        end = line[len(text) :]
        if text == b".":
            first, description, new = True, False, text
        elif first:
            first, new = False, _first(text, messages, to)
        elif not text.strip():
            description, new = True, text
        elif description:
            new = messages.sdp_line(text) if sdp.is_sdp_line(text) else to.value(Entity.TEXT, text, RULE)
        else:
            new = _parameter(text, messages, to)
        pieces.append(new + end)
    return b"".join(pieces)


def _first(text: bytes, messages: Messages, to: Values) -> bytes:
    command = _COMMAND.fullmatch(text)
    if command is not None:
        return command[1] + _entity(command[2], messages, to) + command[3] + _unknown(command[4], to)
    response = _RESPONSE.fullmatch(text)
    if response is not None:
        return response[1] + (response[2] or b"") + _unknown(response[3] or b"", to)
    return to.value(Entity.TEXT, text, RULE)


def _parameter(text: bytes, messages: Messages, to: Values) -> bytes:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        return to.value(Entity.TEXT, text, RULE)
    before, name, colon, value, after = match.groups()
    reading = _READINGS.get(name.upper(), _unread)
    name = label(name, to) if reading is _unread else name
    return before + name + colon + (reading(value, messages, to) if value else value) + after


def _unknown(value: bytes, to: Values) -> bytes:
    return to.reader.part("unknown", value, RULE) if value.strip() else value


def _unread(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    return _unknown(value, to)


def _entity(value: bytes, messages: Messages, to: Values) -> bytes:
    """``local name@host:port``; local names of the usual form say which line it is, others whose."""
    match = _ENDPOINT.fullmatch(value)
    if match is None:
        return value if _LOCAL.fullmatch(value) else to.value(Entity.USER, value, RULE)
    local = match[1] if not match[1] or _LOCAL.fullmatch(match[1]) else to.value(Entity.USER, match[1], RULE)
    return local + b"@" + messages.field_value(FormRule(RULE, "host"), match[2])


def _identifiers(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    return to.value(Entity.IDENTIFIER, value, RULE)


def _call(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    return to.value(Entity.CALL_ID, value, RULE)


def _token(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    kept = any(known.fullmatch(value) for known in (_TOKENS, _COUNTS, _PACKAGES))
    return value if kept else _unknown(value, to)


def _acknowledged(value: bytes, messages: Messages, to: Values) -> bytes:
    """Ids of transactions."""
    del messages
    return value if _NUMBERS.fullmatch(value) else _unknown(value, to)


def _reason(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    code = _REASON.fullmatch(value)
    return _unknown(value, to) if code is None else code[1] + _unknown(code[2], to)


def _options(value: bytes, messages: Messages, to: Values) -> bytes:
    """``p:20, a:PCMU``: what is no such option goes (RFC 3435 section 3.2.2.10)."""
    del messages
    pieces = []
    for option in value.split(b","):
        bare = option.strip(b" \t")
        kept = not bare or _OPTION.fullmatch(bare)
        pieces.append(option if kept else to.value(Entity.TEXT, option, RULE))
    return b",".join(pieces)


def _events(value: bytes, messages: Messages, to: Values) -> bytes:
    """``L/hd(N), L/ci(time, number, name)``: events stay with their actions, other arguments go."""
    del messages
    pieces: list[bytes] = []
    position = 0
    for match in _EVENT.finditer(value):
        pieces.append(_between(value[position : match.start()], to))
        pieces.append(_event(match, to))
        position = match.end()
    pieces.append(_between(value[position:], to))
    return b"".join(pieces)


def _between(text: bytes, to: Values) -> bytes:
    return text if not text.strip(b", \t") else to.value(Entity.TEXT, text, RULE)


def _event(match: re.Match[bytes], to: Values) -> bytes:
    """One event: dialled digits are masked behind their package, what has the form of no event at all is suppressed."""
    if match["bracket"]:
        return match["bracket"]
    if match["other"]:
        asked = _PATTERN.fullmatch(match["other"]) is not None
        return (match["other"] if asked else to.value(Entity.TEXT, match["other"], RULE)) + match["action"]
    if match["digits"]:
        return match["package"] + to.value(Entity.DTMF, match["digits"], RULE)
    name = match["name"] + (to.value(Entity.IDENTIFIER, match["where"], RULE) if match["where"] else b"")
    if match["arguments"] is None:
        return name
    return name + b"(" + b",".join([_argument(argument, to) for argument in match["arguments"].split(b",")]) + b")"


def _argument(argument: bytes, to: Values) -> bytes:
    bare = argument.strip(b' \t"')
    if _ACTION.fullmatch(bare):
        return argument
    start = argument.index(bare)
    return argument[:start] + to.value(Entity.NAME, bare, RULE) + argument[start + len(bare) :]


def _text(value: bytes, messages: Messages, to: Values) -> bytes:
    del messages
    return to.value(Entity.TEXT, value, RULE)


_READINGS: Final[dict[bytes, Callable[[bytes, Messages, Values], bytes]]] = {
    **dict.fromkeys((b"B", b"M", b"RM", b"RD", b"Q", b"P", b"PL", b"F", b"MD"), _token),
    b"K": _acknowledged,
    b"E": _reason,
    **dict.fromkeys((b"X", b"I", b"I2"), _identifiers),
    b"C": _call,
    **dict.fromkeys((b"N", b"Z", b"Z2"), _entity),
    **dict.fromkeys((b"R", b"S", b"T", b"O", b"ES"), _events),
    **dict.fromkeys((b"L", b"A"), _options),
    b"D": _text,
}
"""By code of a parameter (RFC 3435 section 3.2.2)."""
