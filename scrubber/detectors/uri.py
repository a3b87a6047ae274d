"""URIs, mail addresses and host names in free text.

RFC 3261 section 19.1 and RFC 3966 through ``grammar.uri``; RFC 3986 for the others; RFC 5321 section 4.1.2 for
``user@host``; ``csc:user:password@CODE`` is the link by which mobile softphones are provisioned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors import domain, home
from scrubber.detectors.shapes import ALNUM, AT, COLON, EQUALS, QUESTION, SLASH, blanked, ordered, word_before
from scrubber.grammar import uri
from scrubber.model import Entity, Finding
from scrubber.parts import PART_ENTITY

RULE = "uri"
GUESS = "fragment-query"
"""Of a value that its name says nothing about: replaced where it stands, but not learned."""

_PART_ENTITY = {
    **PART_ENTITY,
    "key": Entity.SECRET,
    "realm": Entity.HOST,
    "base64-pair": Entity.SECRET,
    "passport": Entity.SECRET,
    "hex-data": Entity.IDENTIFIER,
    "unknown": Entity.IDENTIFIER,
}
"""What a part of a SIP or tel URI is in free text; parts not named here are left to the other detectors."""

_SCHEMES = (
    b"sip",
    b"sips",
    b"tel",
    b"mailto",
    b"xmpp",
    b"im",
    b"pres",
    b"fax",
    b"csc",
    b"stun",
    b"stuns",
    b"turn",
    b"turns",
)
_COLON = re.compile(
    rb":(?:(?=//)|(?:" + b"|".join(rb"(?<=(?i:" + name + rb"):)" for name in _SCHEMES) + rb")(?=[^\s:/\"'<>(){},;]))"
)
_SCHEME_BYTES = ALNUM + b"_"
_DIALLED_SCHEMES = frozenset((b"tel", b"fax"))
_MAIL_SCHEMES = frozenset((b"im", b"pres", b"xmpp", b"mailto"))
_RELAY_SCHEMES = frozenset((b"stun", b"stuns", b"turn", b"turns"))
_REST = re.compile(
    rb"(?:[^\x00-\x20\"'<>(),|\\\[\]{}`^&]|&(?!(?i:[lg]t|quot|apos|#[0-9x]))|'(?=[A-Za-z][A-Za-z0-9.%_-]{0,60}@)"
    rb"|\[[0-9A-Fa-f:.%]{2,60}\]){1,2048}+"
)
_IDENTITY = re.compile(rb"[^\s:\"'<>]{0,64}?[@0-9.\[]")
_CLOUD_LINK = re.compile(rb"([^\s\"'<>]{1,128}):([^\s\"'<>:@]{1,128})@([A-Za-z0-9*_.-]{1,64})")
_USERINFO = re.compile(
    rb"([^\s/?#\"'<>\\@:]{0,128})(:?)((?<=[^/:]:)(?![0-9]{0,5}[/?#])[^\s\"<>\\@]{1,256}(?=@[A-Za-z0-9\[])|[^\s/?#\"<>\\]{0,256})@"
)
"""Account and password; a password may hold a stroke that nobody escaped, a port none."""
_HOST = re.compile(
    rb"\[([0-9A-Fa-f:.]{2,45})(?:%[^\]\s]{1,32})?\]|([A-Za-z0-9_\x80-\xff][A-Za-z0-9_.\x80-\xff-]{0,252})"
)
_PORT = re.compile(rb"(?::[0-9]{1,5})?")
_PATH = re.compile(rb"/[^\s\"'<>?#\\|`]{0,2048}")
_QUERY = re.compile(rb"[?#&][^\s\"'<>\\|`]{1,4096}")
_RELATIVE = re.compile(rb"\?(?=[A-Za-z_][A-Za-z0-9_.-]{0,40}=)")
_GOES_ON = re.compile(rb"&[A-Za-z_][A-Za-z0-9_.-]{0,40}=")
"""The rest of a query of which a value has been replaced before."""
_PAIR = re.compile(rb"([A-Za-z0-9_.%\[\]-]{1,64})=([^&;\s\"'<>#)]{1,2048})")
_SEGMENT = re.compile(rb"/(?:(?P<word>[A-Za-z_-]{2,32})/)?(?P<digits>\+?[0-9]{2,15})(?=[/?.\s\"']|\Z)")
_ESCAPED_AT = re.compile(rb"%40(?=([A-Za-z0-9][A-Za-z0-9.-]{0,252}|%5[Bb]))")

_SECRET_LABEL = re.compile(
    rb"(?i)token|key|pass|pwd|secret|auth|code|sig|session|sid$|cookie|jwt|credential|^pin$|^otp$"
)
_USER_LABEL = re.compile(
    rb"(?i)^(?:user(?:name|id)?|login|account|ext(?:en(?:sion)?)?|number|num|from|to|caller(?:id)?|called|callee|phone|mobile"
    rb"|msisdn|target(?:number)?|src|dst|did|cli|ani|dnis|mailbox|agent|peer|endpoint|aor|name|cn|uid)$"
)
_OPAQUE = re.compile(
    rb"(?=[^0-9]{0,64}[0-9])(?=[^A-Za-z]{0,64}[A-Za-z])[A-Za-z0-9_.~%+/=-]{12,}+|[0-9]{7,}+|[A-Za-z0-9_-]{24,}+"
)
_SPELLED = re.compile(rb"(?!(?i:json|xml|html|csv|asc|desc)\Z)[^0-9][^\s]{2,255}")
"""Under a name of one or two letters (``k=``) a word may be a key as well as anything else."""
_REASON = b"reason="
"""A header field of a URI that says why a call went on (RFC 3326, RFC 7044): protocol and cause stay."""
_TOLD_REASON = re.compile(
    rb"(?i)(?:sip|q\.850|preemption|stir)(?:%3b(?:cause|ppi)(?:=|%3d)[0-9]{1,4}){0,2}"
    rb"(?:%3btext(?:=|%3d)%22(?P<text>[^%\s\"]{1,128}(?:%20[^%\s\"]{1,128}){0,16})%22)?"
)
_PLACEHOLDER = re.compile(rb"%[a-zA-Z]{3}[^%]{0,64}%|\$?\{.*|<.*|%[sd]|\*{3,}|(?i:true|false|yes|no|null|none|on|off)")

_IP = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LOCAL = ALNUM + b"._%+*#~'-" + bytes(range(0x80, 0x100))
_CALL_ID = re.compile(
    rb"[0-9]{1,10}-[0-9]{1,10}|(?=[^0-9]{0,32}[0-9])(?:[0-9A-Fa-f]{16,64}|[0-9A-Fa-f-]{30,64})"
    rb"|(?=[^0-9]{0,32}+[0-9]{1,32}+[^0-9]{1,32}+[0-9]{1,32}+[^0-9]{1,32}+[0-9])[A-Za-z0-9._~%+-]{20,128}"
)
_DAY = re.compile(rb"[0-9]{1,2}-[0-9]{1,2}")
_CLOCK = re.compile(rb"[0-9]{2}:[0-9]{2}:[0-9]{2}")
"""A day and a time, as AudioCodes prints them: ``[Time:21-11@21:10:01.123]``."""
_CALL_ID_LABEL = re.compile(rb"(?i)call-?id\W{1,4}\Z")
_SERVICE_WORDS = frozenset(
    b"s h i t o a e n default voicemail hint fax root admin asterisk freeswitch anonymous unknown".split()
)
_CONTEXT = re.compile(
    rb"(?i)(?:from|to|ext|app|macro|sub|func|ctx|dial|ivr|default|internal|outbound|inbound|features)(?:[-_].*)?"
)
_REGISTER = re.compile(
    rb"register[ \t]{0,8}=>?[ \t]{0,8}(?:[a-z]{2,4}://|[^\s?]{1,64}\?)?"
    rb"([^\s:@/]{1,64})(?:@[^\s:@/]{1,128})?:([^\s:@]{1,64})(?::[^\s:@]{1,64})?@"
)
_CODEC_RATE = re.compile(
    rb"(?i)(?:(?:pcm[au]?|l(?:8|16|24)|opus|speex|silk|ilbc|isac|g7[0-9]{2}(?:\.[0-9])?[a-z]?|gsm|amr(?:-wb)?|evs|celt"
    rb"|siren(?:7|14)|slin(?:ear)?[0-9]{0,3}|[au]law|[au]-law|telephone-event|cn|h26[1-5][sp]?|vp[89]|av1|aac(?:-?[a-z]{2,3})?"
    rb"|mp4a-latm|mpeg4-generic|lpc|dvi4|adpcm|bv(?:16|32)|codec2|t140|t38|red|ulpfec|rtx|mpa)"
    rb"@[0-9]{1,6}(?:\.[0-9]{1,3})?(?:k?(?:hz|bps|bit)?)"
    rb"|[a-z][a-z0-9_.-]{1,24}@(?:8000|11025|12000|16000|22050|24000|32000|44100|48000|90000|96000)/[0-9]{1,2})"
    rb"(?![0-9A-Za-z_.-])"
)
"""A codec at its clock or bit rate (``PCM@16000/1/20ms``) is nobody's address."""
_PARAMETER_BEFORE = re.compile(rb";[A-Za-z][A-Za-z0-9_-]{0,31}=\Z")
_SIP_SCHEME = re.compile(rb"(?i)(?<![a-z])(?:sips?|tel):")
_PATH_BYTES = ALNUM + b"_.-/%~"


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Users, passwords, hosts and identifiers of the URIs and names in ``data[start:end]``, in order.

    A mail address is one EMAIL; a telephone number or an opaque token before ``@`` is a USER or CALL_ID beside a HOST.
    """
    stop = len(data) if end is None else end
    found: list[Finding] = []
    rest = data
    if COLON in data:
        found += _uris(data, start, stop)
        if data.find(b"register") >= 0:
            for match in _REGISTER.finditer(data, start, stop):
                found.append(Finding(match.start(1), match.end(1), Entity.USER, "uri.register"))
                found.append(Finding(match.start(2), match.end(2), Entity.SECRET, "uri.register"))
    if EQUALS in data and (QUESTION in data or data[start : start + 1] == b"&"):
        found += _relative(data, start, stop)
    if found:
        rest = blanked(data, ((item.start, item.end) for item in found))
    if AT in rest:
        mails = list(_addresses(rest, start, stop))
        found += mails
        rest = blanked(rest, ((item.start, item.end) for item in mails))
    if rest.find(b"%40") >= 0:
        found += _escaped(rest, start, stop)
    if hosts := list(domain.names(rest, start, stop)):
        owners = {item.start for item in home.find(data, start, stop)}  # who is called like a domain has no host
        found += [Finding(first, last, Entity.HOST, "uri.host") for first, last in hosts if first not in owners]
    if found:
        yield from ordered(found)


def _uris(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """The findings of every URI with a scheme; a SIP URI hides the schemes inside it, its grammar reads them."""
    reached = start
    for match in _COLON.finditer(data, start, stop):
        colon = match.start()
        if data.startswith(b"//", colon + 1):
            if word_before(data, colon, _SCHEME_BYTES, 24)[:1].isalpha():
                yield from _url(data, colon + 3, stop)
        elif colon >= reached:
            last = _end_of_uri(data, colon, stop)
            if last is not None:
                yield from _uri(data, colon, last)
                reached = last


def _end_of_uri(data: bytes, colon: int, stop: int) -> int | None:
    """Where the URI ends whose scheme ends at ``colon``; None when that is no scheme or no URI follows."""
    name = _scheme_before(data, colon)
    if name not in _SCHEMES:
        return None
    chained = data[colon - len(name) - 1 : colon - len(name)] == b":"  # a list of protocols: ip:udp:sip:sdp
    if chained and _IDENTITY.match(data, colon + 1, stop) is None:
        return None
    match = _REST.match(data, colon + 1, stop)
    if match is None:
        return None
    if name in _DIALLED_SCHEMES and data[colon + 1 : colon + 2] not in b"+0123456789(%*#":
        return None
    last = match.start() + len(match[0].rstrip(b".:;!?"))
    if name == b"csc":
        return stop
    return None if name in _MAIL_SCHEMES and data.find(b"@", colon, last) < 0 else last


def _scheme_before(data: bytes, colon: int) -> bytes:
    scheme = word_before(data, colon, _SCHEME_BYTES, 24).lower()
    return b"sip" if scheme == b"pjsip" else scheme


def _is_reason(data: bytes, start: int) -> bool:
    return data[max(0, start - len(_REASON)) : start].lower() == _REASON


def _uri(data: bytes, colon: int, last: int) -> Iterator[Finding]:
    name = _scheme_before(data, colon)
    if name == b"csc":
        yield from _cloud_link(data, colon + 1, last)
    elif name in _RELAY_SCHEMES:
        yield from _url(data, colon + 1, last)
    else:
        for part in uri.parse(data, colon - len(name), last):
            kind = _PART_ENTITY.get(part.name)
            reason = _TOLD_REASON.fullmatch(data, part.start, part.end) if _is_reason(data, part.start) else None
            if kind is not None and reason is not None:
                if reason["text"]:
                    yield Finding(*reason.span("text"), Entity.IDENTIFIER, "uri.sip")
            elif kind is not None:
                yield Finding(part.start, part.end, kind, "uri.sip")


def _cloud_link(data: bytes, position: int, stop: int) -> Iterator[Finding]:
    """``user:password@CODE``; the user part may hold ``@`` and ``:`` itself."""
    link = _CLOUD_LINK.match(data, position, stop)
    if link is not None:
        for group, entity in ((1, Entity.USER), (2, Entity.SECRET), (3, Entity.HOST)):
            yield Finding(link.start(group), link.end(group), entity, "uri.cloud")


def _url(data: bytes, position: int, stop: int) -> Iterator[Finding]:
    """Authority, path and query of a URL; ``position`` is behind ``//``."""
    info = _USERINFO.match(data, position, min(stop, position + 400))
    if info is not None:
        if info[2]:
            yield Finding(info.start(1), info.end(1), Entity.USER, "uri.userinfo")
            yield Finding(info.start(3), info.end(3), Entity.SECRET, "uri.userinfo")
        else:
            yield Finding(info.start(1), info.end() - 1, Entity.SECRET, "uri.userinfo")
        position = info.end()
    host = _HOST.match(data, position, stop)
    if host is None:
        return
    first, last = host.span(host.lastindex or 0)
    last = first + len(data[first:last].rstrip(b".-"))
    if data[first:last].lower() != b"localhost":
        yield Finding(first, last, Entity.HOST, "uri.url")
    port = _PORT.match(data, host.end(), stop)
    position = host.end() if port is None else port.end()
    path = _PATH.match(data, position, stop)
    if path is not None:
        yield from _segments(data, position, path.end())
        position = path.end()
    yield from _query(data, position, stop)


def _segments(data: bytes, position: int, stop: int) -> Iterator[Finding]:
    """Numbers among the segments of a path: long ones anywhere, short ones behind a word that speaks of a user."""
    for match in _SEGMENT.finditer(data, position, stop):
        digits = match["digits"]
        if len(digits) >= 7:
            if len(digits) not in (10, 13) or digits[:1] != b"1":
                yield Finding(match.start("digits"), match.end("digits"), Entity.NUMBER, "uri.path")
        elif match["word"] is not None and _USER_LABEL.match(match["word"].rstrip(b"s")) is not None:
            yield Finding(match.start("digits"), match.end("digits"), Entity.EXTENSION, "uri.path")


def _relative(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Queries behind a path without scheme and host, as access logs and ``GET`` lines have them."""
    reached = start
    if _GOES_ON.match(data, start, stop) is not None:
        yield from _query(data, start, stop)
    for match in _RELATIVE.finditer(data, start, stop):
        if match.start() >= reached and SLASH in word_before(data, match.start(), _PATH_BYTES, 256):
            query = _QUERY.match(data, match.start(), stop)
            reached = stop if query is None else query.end()
            yield from _query(data, match.start(), stop)


def _query(data: bytes, position: int, stop: int) -> Iterator[Finding]:
    """Values of ``?name=value&…``: by the name, otherwise by their look."""
    query = _QUERY.match(data, position, stop)
    if query is None:
        return
    for match in _PAIR.finditer(data, query.start() + 1, query.end()):
        label = match[1].translate(None, b"-_.[]")
        value = match[2].rstrip(b".,")
        entity: Entity | None = None
        if _PLACEHOLDER.fullmatch(value) is not None:
            continue
        if _SECRET_LABEL.search(label) is not None:
            entity = Entity.SECRET
        elif b"%40" in value or b"@" in value or label.lower() in (b"mac", b"macaddress"):
            continue
        elif _USER_LABEL.match(label) is not None:
            entity = Entity.USER
        elif _OPAQUE.fullmatch(value) is not None:
            entity = Entity.IDENTIFIER
        elif (len(label) < 3 or not value.isascii()) and _SPELLED.fullmatch(value) is not None:
            yield Finding(match.start(2), match.start(2) + len(value), Entity.NAME, GUESS)
        if entity is not None and value:
            yield Finding(match.start(2), match.start(2) + len(value), entity, "uri.query")


def _addresses(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """``user@host`` without a scheme."""
    at = data.find(b"@", start, stop)
    while at >= 0:
        host = _HOST.match(data, at + 1, stop)
        local = word_before(data, at, _LOCAL, 128).lstrip(b".'*-" if data[at - 1 : at] != b"*" else b".'-")
        first = max(at - len(local), start)
        if host is not None and local.strip(b"%._+*#~'-"):
            if _is_parameter(data, first):  # of a user part with brackets, which ended the URI too early
                yield from _host_alone(data, host)
            elif _CODEC_RATE.match(data, first, stop) is None and not _is_argument(data, first, at):
                yield from _address(data, first, at, host)
        at = data.find(b"@", at + 1, stop)


def _is_parameter(data: bytes, position: int) -> bool:
    """Whether ``;name=`` of a SIP or tel URI ends at ``position``."""
    if _PARAMETER_BEFORE.search(data, max(0, position - 34), position) is None:
        return False
    window = data[max(0, position - 256) : position]
    blank = max(window.rfind(byte) for byte in (b" ", b"\t", b"\n"))
    return _SIP_SCHEME.search(window, blank + 1) is not None


def _is_argument(data: bytes, first: int, at: int) -> bool:
    """Whether a debugger tells the value of an argument at the entry of a function: ``req=req@entry=0x7f``."""
    return data.startswith(b"@entry=", at) and data.endswith(data[first:at] + b"=", 0, first)


def _host_alone(data: bytes, host: re.Match[bytes]) -> Iterator[Finding]:
    first, last = host.span(host.lastindex or 0)
    last = first + len(data[first:last].rstrip(b".-_"))
    if last > first:
        yield Finding(first, last, Entity.HOST, "uri.host")


def _address(data: bytes, first: int, at: int, host: re.Match[bytes]) -> Iterator[Finding]:
    local = data[first:at]
    host_first, host_last = host.span(host.lastindex or 0)
    host_last = host_first + len(data[host_first:host_last].rstrip(b".-_"))
    name = data[host_first:host_last]
    top = name.rpartition(b".")[2]
    literal = host.lastindex == 1 or _IP.fullmatch(name) is not None
    real = literal or (b"." in name and top.isalpha() and len(top) >= 2)
    labelled = _CALL_ID_LABEL.search(data, max(0, first - 12), first) is not None
    if _DAY.fullmatch(local) is not None and _CLOCK.match(data, host_first) is not None:
        return
    if labelled or _CALL_ID.fullmatch(local) is not None:
        yield Finding(first, at, Entity.CALL_ID, "uri.call-id")
    elif real and not literal and not any(byte in b"0123456789" for byte in local[:1]) and local[:1] not in b"+%*#":
        yield Finding(first, host_last, Entity.EMAIL, "uri.mail")
        return
    elif local.lower() not in _SERVICE_WORDS:
        yield Finding(first, at, Entity.USER, "uri.user")
    if real or (_CONTEXT.fullmatch(name) is None and _mixed(name)):
        yield Finding(host_first, host_last, Entity.HOST, "uri.host")


def _mixed(name: bytes) -> bool:
    """Whether an undotted name reads like a machine (``pbx1``) and not like a dial-plan context."""
    return any(byte in b"0123456789" for byte in name) and re.search(rb"[A-Za-z]", name) is not None


def _escaped(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """``user%40host``, with ``sip%3A`` before it or not."""
    for match in _ESCAPED_AT.finditer(data, start, stop):
        local = word_before(data, match.start(), ALNUM + b"._%+*~-", 128)
        for escape in (b"%3A", b"%3a", b"%22", b"%3C", b"%3c", b"%20", b"%2F", b"%2f", b"%3D", b"%3d"):
            local = local.rpartition(escape)[2]
        if local:
            yield Finding(max(start, match.start() - len(local)), match.start(), Entity.USER, "uri.escaped")
        host = match[1].rstrip(b".-")
        if b"." in host and _IP.fullmatch(host) is None:
            yield Finding(match.end(), match.end() + len(host), Entity.HOST, "uri.escaped")
