"""HTTP/1 (RFC 9112), and what borrowed its form: RTSP (RFC 2326, RFC 7826) and SSDP (HTTP over UDP).

Header fields follow the rules of SIP and HTTP fields in logs, the target is a URL, a body is read by its media type.
Content-Length and chunk sizes are corrected; what gzip or deflate compressed is packed again, what is compressed
otherwise or binary is blanked at its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Final, NamedTuple

from scrubber import coding, encodings
from scrubber.capture import certificate, chunked, fieldwords
from scrubber.capture.document import document, is_text, label, labelled
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.grammar import sip, xml_vocabulary
from scrubber.model import Entity, FormRule
from scrubber.readings.message import Messages, adjusted
from scrubber.values import Values

PORTS: Final = frozenset((80, 554, 1900, 5357, 7547, 8000, 8008, 8080, 8081, 8088, 8554))
RTSP_PORTS: Final = frozenset((554, 5554, 8554))
BODY = "HTTP body"
BEHIND = "octets behind an HTTP message"
CONTENT = "media in RTSP"
RULE = "http-url"

_TUNNELLED: Final = b"connection established"
_PHRASES: Final = sip.PHRASES | {status.phrase.lower().encode() for status in HTTPStatus} | {_TUNNELLED}
_LINE = re.compile(rb"[^\r\n]*+")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_VERSION = re.compile(rb"(?:HTTP|RTSP)/[0-9]\.[0-9]")
_STATUS = re.compile(rb"((?:HTTP|RTSP)/[0-9]\.[0-9] [1-9][0-9]{2})(?:( )([^\r\n]*+))?")
_REQUEST = re.compile(rb"([A-Z_-]{3,16})( )([^\r\n]*[^\r\n ])( )((?:HTTP|RTSP)/[0-9]\.[0-9])[ \t]*")
_OPENING = re.compile(
    rb"(?:HTTP|RTSP)/[0-9]\.[0-9]|([A-Z_-]{3,16}+) (?:[/*]|\Z|https?:|rtsps?u?:)|CONNECT [A-Za-z0-9\[]"
)
_PAIR = re.compile(rb"([^&=]*+)(=?)([^&]*+)(&|\Z)")
_TUNNEL = re.compile(rb"(?i)HTTP/[0-9]\.[0-9] 2[0-9]{2} (?:connection|tunnel) established")
"""What proxies answer to CONNECT, whose answer has no body (RFC 9110 section 9.3.6); the request stands elsewhere."""
_TLS = re.compile(rb"\x16\x03[\x00-\x04]")
"""What follows an answer to CONNECT that says less, and begins no body."""
_NO_BODY: Final = frozenset((b"204", b"304"))
_SERVICE = re.compile(
    rb"\"?(?:upnp:rootdevice|ssdp:[a-z]{1,16}|upnp:[a-z]{1,16}"
    rb"|urn:(?:schemas-upnp-org|schemas-wifialliance-org|microsoft.com):(?:device|service):[A-Za-z]{1,40}(?::[0-9]{1,3})?)\"?"
)
_UNIQUE = re.compile(rb"(uuid:)([^:\r\n]++)(?:(::)([^\r\n]*+))?")

_UNKNOWN = FormRule("http-text", "unknown")
_URI = re.compile(rb"(?i)(?:^|[\s,])uri=\"(/[^\"]*)\"")
_FIELDS: Final = {
    **dict.fromkeys((b"rtp-info", b"x-playback-options"), FormRule("http-text", "free")),
    **dict.fromkeys((b"soapaction", b"al"), FormRule(RULE, "uri")),
    b"session": FormRule("http-session", "identifier"),
}
"""Fields of HTTP and its kin that text logs do not know."""
_URL_FIELDS: Final = frozenset(
    b"referer origin location content-location content-base destination access-control-allow-origin".split()
)
_SERVICE_FIELDS: Final = frozenset((b"st", b"nt", b"nts", b"usn", b"man"))
_XML: Final = frozenset((b"xml", b"soap+xml"))
_WITHIN_SIP: Final = frozenset(
    b"sdp trickle-ice-sdpfrag vcard x-vcard directory dtmf-relay simple-message-summary sip sipfrag cpim".split()
)
_PAGES: Final = frozenset(b"html xhtml+xml css javascript x-javascript ecmascript".split())
_CERTIFICATES: Final = frozenset(
    b"ocsp-request ocsp-response pkix-cert pkix-crl x-x509-ca-cert x-x509-user-cert pkcs7-mime".split()
)
_BINARY: Final = frozenset((b"image", b"audio", b"video", b"font", b"model"))


class _Head(NamedTuple):
    """Start line and header fields, and what they say about the body."""

    message: sip.Message
    start_line: bytes
    content_type: bytes
    coding: bytes
    """How the body is compressed; nothing where it is not."""
    chunked: bool
    length: int | None

    @property
    def status(self) -> bytes:
        """The status code of a response, nothing for a request."""
        match = _STATUS.fullmatch(self.start_line)
        return b"" if match is None else match[1][-3:]

    @property
    def until_close(self) -> bool:
        """Whether the body ends with the connection (RFC 9112 section 6.3). Behind a tunnel's answer there is none."""
        if self.length is not None or self.chunked or not self.start_line.startswith(b"HTTP/"):
            return False
        if _TUNNEL.match(self.start_line):
            return False
        return not (self.status in _NO_BODY or self.status.startswith(b"1"))


# --- claims and framing


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram begins with a start line of HTTP or RTSP (SSDP sends such)."""
    return _begins(payload, whole=not flow.cut)


def _begins(data: bytes, *, whole: bool) -> bool:
    line = _LINE.match(data)
    if line is None or not line[0]:
        return False
    opening = _OPENING.match(data)
    if opening is None or (opening[1] and opening[1] not in fieldwords.METHODS):
        return False
    if line.end() == len(data) and not whole:
        return True
    return _is_start_line(line[0])


def _is_start_line(line: bytes) -> bool:
    request = _REQUEST.fullmatch(line)
    return _STATUS.fullmatch(line) is not None if request is None else request[1] in fieldwords.METHODS


def _is_media(data: bytes, flow: Flow) -> bool:
    """Binary data between RTSP messages: ``$``, channel, length (RFC 2326 section 10.12)."""
    return data[:1] == b"$" and (flow.sport in RTSP_PORTS or flow.dport in RTSP_PORTS)


def _opens(data: bytes, flow: Flow) -> bool:
    return _is_media(data, flow) or _begins(data, whole=False)


def _length(data: bytes) -> int:
    if data[:1] == b"$":
        return 4 + int.from_bytes(data[2:4]) if len(data) >= 4 else MORE
    if not _begins(data, whole=False):
        return DAMAGED
    blank = _BLANK_LINE.search(data)
    if blank is None:
        return MORE
    head = _head(data, blank.end())
    start = head.message.body_start
    if head.chunked:
        body = chunked.read(data, start)
        if body is None:
            return DAMAGED
        return MORE if body.last is None else body.end
    if head.until_close:
        return start if _TLS.match(data, start) else MORE
    return start + _declared(head)


def _declared(head: _Head) -> int:
    """Octets of a body that is not chunked and does not end with the connection."""
    return 0 if head.length is None or head.status in _NO_BODY or head.status.startswith(b"1") else head.length


def _head(data: bytes, end: int | None = None) -> _Head:
    message = sip.message(data, 0, end)
    found: dict[bytes, bytes] = {}
    for field in message.fields:
        found.setdefault(field.name, data[field.value_start : field.value_end])
    length = sip.content_length(message, data)
    packing = found.get(b"content-encoding", b"").strip().lower()
    return _Head(
        message,
        data[: message.start_line_end],
        found.get(b"content-type", b""),
        b"" if packing == b"identity" else packing,
        b"chunked" in found.get(b"transfer-encoding", b"").lower(),
        None if length is None else length[1],
    )


# --- rewriting


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One message, its lengths corrected; what stands behind it is blanked."""
    if _is_media(payload, flow):
        return payload[:4] + to.blank(payload[4:], CONTENT)
    if not _begins(payload, whole=not flow.cut):
        return None
    head = _head(payload)
    start = head.message.body_start
    if head.chunked:
        read = chunked.read(payload, start)
        body, growth, end = (b"", 0, start) if read is None else (_unchunked(read, head, to), 0, read.end)
    else:
        end = len(payload) if head.until_close else min(len(payload), start + _declared(head))
        body = _body(head, payload[start:end], to)
        growth = start + len(body) - end
    return _header(payload, head, growth, to) + body + to.blank(payload[end:], BEHIND)


def _header(payload: bytes, head: _Head, growth: int, to: Values) -> bytes:
    start, end = head.message.start_line_end, head.message.body_start
    return _start_line(head.start_line, to) + _fields(payload[:end], start, head.message.fields, to, growth)


def _fields(data: bytes, position: int, fields: Iterable[sip.Field], to: Values, growth: int = 0) -> bytes:
    """Header fields from an offset to the end; ``growth`` is what the body behind them has grown by."""
    messages = Messages(to.reader)
    pieces: list[bytes] = []
    for field in fields:
        value = data[field.value_start : field.value_end]
        pieces.append(_named(data[position : field.value_start], field.name, to))
        if not field.name:
            pieces.append(to.reader.part("text", value, RULE))
        elif field.name == b"content-length" and growth:
            pieces.append(adjusted(value, growth))
        else:
            pieces.append(_field(field.name, value, messages, to))
        position = field.value_end
    pieces.append(data[position:])
    return b"".join(pieces)


def _named(text: bytes, name: bytes, to: Values) -> bytes:
    """A line break, the name of a field and its colon; a name that no table knows may be anything."""
    if not name or name in fieldwords.FIELDS or name in _FIELDS or name in to.reader.rules.headers:
        return text
    return label(text, to)


def _credentials(value: bytes, messages: Messages, to: Values) -> bytes:
    """``Digest …`` names the target once more; of what other schemes send nothing stays (RFC 9110 section 11.6)."""
    scheme, blank, rest = value.partition(b" ")
    if scheme.lower() not in (b"basic", b"digest"):
        return messages.field_value(_UNKNOWN, scheme) + blank + (to.value(Entity.SECRET, rest, RULE) if rest else rest)
    rule = messages.field_rule(b"authorization")
    uri = _URI.search(value)
    if uri is None:
        return messages.field_value(rule, value)
    start, end = uri.span(1)
    new = messages.field_value(rule, value[:start] + b"/" + value[end:])
    place = _URI.search(new)
    return new if place is None else new[: place.start(1)] + _target(b"", uri[1], to) + new[place.end(1) :]


def _field(name: bytes, value: bytes, messages: Messages, to: Values) -> bytes:
    if name in fieldwords.FIELDS or (name in fieldwords.DATES and not fieldwords.DATE.fullmatch(value)):
        return fieldwords.read(value, to)
    if name in (b"authorization", b"proxy-authorization"):
        return _credentials(value, messages, to)
    if name in _SERVICE_FIELDS:
        if _SERVICE.fullmatch(value):
            return value
        unique = _UNIQUE.fullmatch(value)
        if unique is not None:
            service = unique[4] or b""
            if not _SERVICE.fullmatch(service):
                service = to.reader.part("unknown", service, RULE) if service else service
            return unique[1] + to.value(Entity.IDENTIFIER, unique[2], "http-service") + (unique[3] or b"") + service
    if name in _URL_FIELDS:
        return _target(b"", value, to)
    rule = _FIELDS.get(name)
    return messages.field_value(messages.field_rule(name) if rule is None else rule, value)


def _start_line(line: bytes, to: Values) -> bytes:
    status = _STATUS.fullmatch(line)
    if status is not None:
        phrase = status[3] or b""
        return status[1] + (status[2] or b"") + _reason(phrase, to)
    request = _REQUEST.fullmatch(line)
    if request is not None and request[1] in fieldwords.METHODS:
        method, _, target, _, version = request.groups()
        return method + b" " + _target(method, target, to) + b" " + version + line[request.end(5) :]
    method, blank, target = line.partition(b" ")
    if method in fieldwords.METHODS:
        return method + blank + _target(method, target, to)
    return line if _VERSION.fullmatch(line) else to.reader.part("text", line, RULE)


def _reason(phrase: bytes, to: Values) -> bytes:
    """Words for people, of which the registered ones stay."""
    if not phrase or phrase.lower() in _PHRASES:
        return phrase
    return to.reader.part("unknown", phrase, RULE)


def _target(method: bytes, target: bytes, to: Values) -> bytes:
    if target in (b"*", b"/"):
        return target
    if method == b"CONNECT":
        return Messages(to.reader).field_value(FormRule("http-host", "host"), target)
    path, mark, query = target.partition(b"?")
    return to.value(Entity.URL, path, RULE) + mark + _query(query, to)


def _query(query: bytes, to: Values) -> bytes:
    """``name=value&…``: what a label knows by its label, everything else as a piece of a URL."""
    if b"#" in query:
        return to.value(Entity.URL, query, RULE)
    return b"".join([_pair(match, to) for match in _PAIR.finditer(query) if match[0]])


def _pair(match: re.Match[bytes], to: Values) -> bytes:
    name, equals, value, mark = match.groups()
    rule = to.reader.scanner.labels(name)
    if rule is None or rule.entity is None or not value:
        new = to.value(Entity.URL, b"?" + name + equals + value, RULE).removeprefix(b"?")
        return (label(name, to) + new[len(name) :] if new.startswith(name) else new) + mark
    plain = value.replace(b"+", b"%20") if b"+" in value and b"%" in value else value
    plain = encodings.percent_decode(plain) or value
    new = labelled(name, plain, to)
    name = label(name, to)
    return name + equals + (value if new == plain else encodings.percent_encode_like(new, value)) + mark


# --- bodies


def _unchunked(body: chunked.Chunked, head: _Head, to: Values) -> bytes:
    """A chunked body, read as a whole and put back into its chunks."""
    new = chunked.written(body, _body(head, b"".join([chunk.data for chunk in body.chunks]), to), _extension(to))
    if body.last is None:
        return new
    last = body.last
    return new + last.digits + _extension(to)(last.extension) + last.mark + _trailer(last.data, to) + last.behind


def _extension(to: Values) -> Callable[[bytes], bytes]:
    def read(extension: bytes) -> bytes:
        blanks, mark, text = extension.partition(b";")
        if blanks.strip():
            return to.reader.part("text", extension, RULE)  # it is none
        return blanks + mark + (to.reader.part("text", text, RULE) if text else text)

    return read


def _trailer(data: bytes, to: Values) -> bytes:
    """The fields behind the last chunk (RFC 9112 section 7.1.2)."""
    return _fields(data, 0, sip.fields(data), to)


def _body(head: _Head, data: bytes, to: Values) -> bytes:
    """A body by its media type, unpacked for that and packed again."""
    if not head.coding:
        return _content(head, data, to)
    content = coding.plain(head.coding, data)
    if content is None:
        return to.blank(data, BODY)
    new = _content(head, content, to)
    return coding.again(new, content, data, bare=to.reader.replaces)


def _content(head: _Head, data: bytes, to: Values) -> bytes:
    if not data.strip():
        return data
    top, _, subtype = head.content_type.partition(b";")[0].strip().lower().partition(b"/")
    if subtype in _CERTIFICATES:
        return certificate.blanked(data, to)
    if top == b"multipart":
        return to.body(head.content_type, data)
    if top in _BINARY or not is_text(data):
        return to.blank(data, BODY)
    return _text(head.content_type, top, subtype, data, to)


def _text(content_type: bytes, top: bytes, subtype: bytes, data: bytes, to: Values) -> bytes:
    """A body that can be read as it stands."""
    if subtype in _PAGES:
        return to.blank(data, BODY, b" ")
    if top == b"message" or subtype in _WITHIN_SIP or subtype in xml_vocabulary.KNOWN:
        return to.body(content_type, data)
    if subtype == b"x-www-form-urlencoded":
        return _query(data, to)
    if b"Envelope" in data[:512] and (subtype in _XML or subtype.endswith(b"+xml")):
        # Remote procedure calls name their values in other elements, in as many ways as there are methods.
        return to.body(b"application/envelope+xml", data)
    return document(data, to)


def _after(message: bytes) -> str:
    """``websocket`` behind a handshake (RFC 6455 section 4)."""
    blank = _BLANK_LINE.search(message)
    head = _head(message, None if blank is None else blank.end())
    if head.status not in (b"", b"101"):
        return ""
    for field in head.message.fields:
        if field.name == b"upgrade" and message[field.value_start : field.value_end].lower() == b"websocket":
            return "websocket"
    return ""


STREAM = Stream("http", _opens, _length, dissect, _after)
