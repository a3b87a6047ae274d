"""Channel names, dial strings and dial-plan positions of Asterisk and FreeSWITCH.

``TECH/ENDPOINT-hex``, ``TECH/NUMBER@ENDPOINT``, ``TECH/ENDPOINT/NUMBER``, ``[EXTENSION@CONTEXT:PRIORITY]``; Asterisk
``main/channel.c`` and ``main/pbx.c``, FreeSWITCH ``mod_sofia`` and ``mod_dptools``. Technology, context, application
and the hexadecimal counter stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ALNUM, AT, BRACKET, SLASH, ZEROED, ordered, word_before
from scrubber.grammar.composite import NO_SYSTEM
from scrubber.model import Entity, Finding

RULE = "channel"

_NAMED = (
    b"PJSIP SIP IAX2 IAX Agent SCCP Skinny MGCP H323 OOH323 Motif Gtalk Jingle Unistim USTM CBAnn CBRec Mobile"
    b" Dongle Khomp WebRTC Woomera"
)
_NUMBERED = b"DAHDI Zap dahdi freetdm openzap Dahdi CAPI mISDN Vpb Console"
_CONTEXTS = b"Local loopback"
_SWITCH = b"sofia user group verto.rtc verto rtc skinny dingaling"
_KINDS: dict[bytes, str] = {
    word: kind
    for words, kind in ((_NAMED, "named"), (_NUMBERED, "numbered"), (_CONTEXTS, "context"), (_SWITCH, "switch"))
    for word in words.split()
}
_SLASH = re.compile(
    rb"/(?:"
    + b"|".join(rb"(?<=" + re.escape(word) + rb"/)" for word in _KINDS)
    + rb")(?=[^\s/\"'(){}\[\]<>|,;:&@=$%-])"
)
_TOKEN = re.compile(rb"[A-Za-z0-9_.+*#'~\x80-\xff-]{1,128}+")
_HOST = re.compile(rb"\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253}+")
_COUNTER = re.compile(rb"-(?:[0-9a-f]{8}|0[0-9a-f]{3,6})(?:;[12])?\Z")
_SHORT_COUNTER = re.compile(rb"-[0-9]{1,5}\Z")
_SECRET = re.compile(rb":([^\s@/:,\"')&|]{1,64})(?=@)")
_IPV4 = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_DIGITS = re.compile(rb"[+*#]?[0-9]{2,32}")
_CALL_LEG = re.compile(rb"//-?[0-9]{1,10}/[0-9A-Zx]{12}/\Z")
"""Before the module in a line of Cisco's debug: ``//4711/8A2B3C4D5E6F/SIP/Msg/``."""
_POSITION = re.compile(rb"\[([^\s@\[\]\"']{1,80})@[\w.-]{1,80}:[0-9A-Za-z+-]{1,12}\]")
_GOTO = re.compile(rb"Goto ?\([\w.-]{0,80},([^\s,()]{1,80}),[0-9A-Za-z]{1,8}\)")
_EXTENSION = re.compile(rb"(?=[^0-9]{0,8}[0-9])(?![_*])[A-Za-z0-9_.+*#\x80-\xff-]{2,80}")
_FEATURE = re.compile(rb"[A-Z]{2,8}-(?=\+?[0-9]{2,32}#?\Z)")
"""``FMPR-1001``: FreePBX puts a feature before the number."""
_PORT = re.compile(rb":[0-9]{1,5}(?=/)")
_UNIQUE = re.compile(rb"-[12][0-9]{9}\.[0-9]{1,9}(?![0-9A-Za-z])")
_CALL_FIELD = re.compile(rb"(?:\A|-)[0-9]{3,}(?:-|\Z)")
"""A date, a time or a number in the name of a recording, whose end is an identifier, too."""
_URI_SCHEME = re.compile(rb"(?:sips?|tel):")

PROTOCOL = frozenset(
    b"2 2.0 XML PIDF IMS DTMF SDP TLS UDP TCP SCTP WS WSS SIMPLE RTP H323 SIPS PJSIP IAX2 XMPP ISUP REGISTER TRUNK"
    b" registrar t.38".split()
)
"""What stands behind ``SIP/`` and is no endpoint."""
KEPT = frozenset(
    b"anonymous unknown guest trunk gateway carrier provider default ast_msg_queue dsp outbound inbound internal"
    b" external public private dpma_endpoint artificial noendpoint s h i t e a o fax".split()
)
"""Endpoint names and extensions that say nothing about anybody."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Endpoints, dialled numbers, hosts and passwords of channel names in ``data[start:end]``, in order."""
    stop = len(data) if end is None else end
    found: list[Finding] = []
    if SLASH in data:
        for match in _SLASH.finditer(data, start, stop):
            found += _channel(data, match.start(), stop)
    if BRACKET in data and AT in data:
        found += _positions(_POSITION, data, start, stop)
    if data.find(b"Goto") >= 0:
        found += _positions(_GOTO, data, start, stop)
    if (data.find(b"-1") >= 0 or data.find(b"-2") >= 0) and data.translate(ZEROED).find(b"-0000000000.0") >= 0:
        found += _systems(data, start, stop)
    if found:
        yield from ordered(found)


def _systems(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """The system name in front of a unique identifier: ``NAME-SECONDS.COUNT`` (Asterisk ``main/channel.c``)."""
    for match in _UNIQUE.finditer(data, start, stop):
        name = word_before(data, match.start(), ALNUM + b"_.-", 80).lstrip(b"0123456789_.-")
        first = max(start, match.start() - len(name))
        name = data[first : match.start()]
        if len(name) > 1 and name.lower() not in NO_SYSTEM and _CALL_FIELD.search(name) is None:
            yield Finding(first, match.start(), Entity.HOST, "channel.system")


def _positions(pattern: re.Pattern[bytes], data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in pattern.finditer(data, start, stop):
        if _EXTENSION.fullmatch(match[1]) is not None:
            feature = _FEATURE.match(match[1])
            first = match.start(1) + (feature.end() if feature is not None else 0)
            yield Finding(first, match.end(1), Entity.USER, "channel.position")


def _channel(data: bytes, slash: int, stop: int) -> Iterator[Finding]:
    """The findings of one channel name whose technology ends at the offset ``slash``."""
    technology = word_before(data, slash, ALNUM + b".", 12)
    kind = _KINDS.get(technology)
    before = data[max(0, slash - len(technology) - 1) : slash - len(technology)]
    if kind is None or (kind == "switch" and before in (b"_", b"-", b"/")):
        return
    if before == b"/" and _CALL_LEG.search(data, max(0, slash - 40), slash - len(technology)) is not None:
        return
    if kind == "switch":
        yield from _switch(data, slash + 1, stop, technology)
        return
    token = _TOKEN.match(data, slash + 1, stop)
    if token is None or token[0].rstrip(b".") in PROTOCOL or _URI_SCHEME.match(data, slash + 1, stop) is not None:
        return
    first, last = token.span()
    if kind == "numbered":
        yield from _dialled(data, last, stop)
        return
    follower = data[last : last + 1]
    if follower == b"@":
        yield from _endpoint(data, first, last, counted=False)
        yield from _after_at(data, last + 1, stop, is_context=kind == "context")
        return
    secret = _SECRET.match(data, last, stop)
    if secret is not None:
        yield from _endpoint(data, first, last, counted=False)
        yield Finding(secret.start(1), secret.end(1), Entity.SECRET, "channel.password")
        yield from _after_at(data, secret.end() + 1, stop, is_context=False)
        return
    yield from _endpoint(data, first, last, counted=True, short=technology.startswith(b"IAX"))
    yield from _dialled(data, last, stop)


def _endpoint(data: bytes, first: int, last: int, *, counted: bool, short: bool = False) -> Iterator[Finding]:
    """The endpoint in a span, without the counter that makes a channel name unique."""
    text = data[first:last].rstrip(b".'")
    if counted:
        counter = _COUNTER.search(text, max(0, len(text) - 12))
        if counter is None and short:
            counter = _SHORT_COUNTER.search(text, max(0, len(text) - 6))
        if counter is not None:
            text = text[: counter.start()]
    if not text or text.lower() in KEPT:
        return
    feature = _FEATURE.match(text)
    if feature is not None:
        first, text = first + feature.end(), text[feature.end() :]
    entity = Entity.HOST if _IPV4.fullmatch(text) is not None else Entity.USER
    yield Finding(first, first + len(text), entity, "channel.endpoint")


def _after_at(data: bytes, position: int, stop: int, *, is_context: bool) -> Iterator[Finding]:
    """What follows ``@``: a context stays, a dotted name is a host, else it is an endpoint; then a dialled number."""
    if is_context:
        return
    match = _HOST.match(data, position, stop)
    if match is None:
        return
    first, last = match.span()
    if data[first] == 0x5B:
        yield Finding(first + 1, last - 1, Entity.HOST, "channel.host")
    elif b"." in match[0].strip(b"."):
        yield Finding(first, first + len(match[0].rstrip(b".-")), Entity.HOST, "channel.host")
    else:
        yield from _endpoint(data, first, last, counted=True)
    yield from _dialled(data, last, stop)


def _dialled(data: bytes, position: int, stop: int) -> Iterator[Finding]:
    """A number behind a further slash: ``TECH/ENDPOINT/NUMBER``."""
    port = _PORT.match(data, position, stop)
    if port is not None:
        position = port.end()
    if data[position : position + 1] != b"/":
        return
    match = _DIGITS.match(data, position + 1, stop)
    if match is not None:
        yield Finding(match.start(), match.end(), Entity.USER, "channel.dialled")


def _switch(data: bytes, position: int, stop: int, technology: bytes) -> Iterator[Finding]:
    """FreeSWITCH: ``sofia/PROFILE/USER@HOST``, ``sofia/gateway/NAME/NUMBER``, ``user/USER@HOST``."""
    if technology == b"sofia":
        profile = _TOKEN.match(data, position, stop)
        if profile is None or data[profile.end() : profile.end() + 1] != b"/":
            return
        position = profile.end() + 1
        if profile[0] == b"gateway" and data.startswith(b":", position):
            return
        scheme = _URI_SCHEME.match(data, position, stop)
        if scheme is not None:
            return
    token = _TOKEN.match(data, position, stop)
    if token is None:
        return
    first, last = token.span()
    yield from _endpoint(data, first, last, counted=False)
    if data[last : last + 1] in b"@%" and last < stop:
        host = _HOST.match(data, last + 1, stop)
        if host is not None:
            inner = 1 if data[host.start()] == 0x5B else 0
            yield Finding(host.start() + inner, host.end() - inner, Entity.HOST, "channel.host")
    else:
        yield from _dialled(data, last, stop)
