"""The body of a SIP message by its media type: one table from type to grammar, and nothing that is not in it passes.

What no grammar reads is suppressed: text as ``text``, bytes as ``key`` (a filler of the same length). Parts that mean
more than a value: ``sip`` (the range holds a SIP message or a fragment of one), ``json`` (a document by RFC 8259),
``isup`` and ``q931`` (messages of the telephone network), ``free`` over a whole body (another generic notation of keys
and values), ``passport`` (a compact token).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from scrubber.grammar import cpim, form, mime, sdp, vcard, xml, xml_vocabulary
from scrubber.grammar.params import trim
from scrubber.model import Part

MAX_DEPTH: Final = 8
"""Bodies within bodies, of any type; what is deeper is text."""
MAX_MULTIPART_DEPTH: Final = 4

_MEDIA_TYPE = re.compile(rb"\s*+([A-Za-z0-9!#$&.+^_-]{1,127}+)/([A-Za-z0-9!#$&.+^_-]{1,127}+)\s*+(?=[;,]|\Z)")
_COMPRESSED: Final = (
    b"\x1f\x8b",
    b"\x78\x01",
    b"\x78\x9c",
    b"\x78\xda",
    b"\xfe\xff",
    b"\xff\xfe",
    b"PK\x03\x04",
    b"BZh",
)
"""How gzip, zlib, UTF-16, zip and bzip2 begin: their text is not readable as it stands."""
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_SAMPLE: Final = 4096

Grammar = Callable[[bytes, int, int], list[Part]]
"""Reads a body that is text."""


def _is_binary(data: bytes, start: int, end: int) -> bool:
    """Whether a body is compressed, in two-byte characters, or holds more than one control byte in sixteen."""
    if data.startswith(_COMPRESSED, start, end):
        return True
    sample = data[start : min(end, start + _SAMPLE)]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 16


def _whole(name: str, data: bytes, start: int, end: int) -> list[Part]:
    left, right = trim(data, start, end)
    return [Part(left, right, name)] if left < right else []


def _bytes(name: str, start: int, end: int) -> list[Part]:
    return [Part(start, end, name)] if start < end else []


def _known_xml(data: bytes, start: int, end: int) -> list[Part]:
    return xml.parts(data, start, end, xml_vocabulary.ELEMENTS, xml_vocabulary.ATTRIBUTES)


def _other_xml(data: bytes, start: int, end: int) -> list[Part]:
    return xml.parts(
        data,
        start,
        end,
        xml_vocabulary.ELEMENTS,
        xml_vocabulary.ATTRIBUTES,
        default="text",
        attribute_default="unknown",
    )


def _secret_xml(data: bytes, start: int, end: int) -> list[Part]:
    """Cards and emergency data: everything said in it is about a person."""
    return xml.parts(data, start, end, {}, {}, default="text", attribute_default="unknown")


_BINARY: Final[Mapping[bytes, str]] = {
    **dict.fromkeys(
        b"octet-stream gtd pkcs7-mime pkcs7-signature pkcs10 pkix-cert x-x509-ca-cert x-pkcs7-mime x-pkcs7-signature "
        b"pgp pgp-encrypted pgp-signature pgp-keys vnd.cirpack.isdn-ext zip gzip x-gzip pdf "
        b"emergencycalldata.ecall.msd mikey".split(),
        "key",
    ),
    b"isup": "isup",
    b"vnd.3gpp.sms": "sms",
    **dict.fromkeys((b"qsig", b"q931", b"x-q931", b"vnd.q931"), "q931"),
}
"""What a binary body is by its subtype; messages of the telephone network can be read (RFC 3204, ITU-T Q.1912.5)."""
_TEXT_GRAMMARS: Final[Mapping[bytes, Grammar]] = {
    **dict.fromkeys((b"sdp", b"trickle-ice-sdpfrag", b"x-sdp", b"session-description"), sdp.parse),
    **dict.fromkeys(
        b"dtmf-relay dtmf telephone-event vnd.nortelnetworks.digits hook-flash dtmf-info x-dtmf-relay".split(),
        form.dtmf,
    ),
    b"simple-message-summary": form.message_summary,
    **dict.fromkeys((b"vcard", b"x-vcard", b"directory"), vcard.parse),
    **dict.fromkeys((b"vcard+json", b"jcard+json", b"jcard"), vcard.jcard),
    **dict.fromkeys((b"vcard+xml", b"held+xml"), _secret_xml),
    **dict.fromkeys(xml_vocabulary.KNOWN, _known_xml),
    b"json": partial(_whole, "json"),
    **dict.fromkeys((b"x-www-form-urlencoded", b"xml", b"soap+xml"), partial(_whole, "free")),
    b"passport": partial(_whole, "passport"),
    **dict.fromkeys((b"jwt", b"jose"), partial(_whole, "secret")),
}
"""By lower-case subtype; the registries of the top-level types do not give a subtype two meanings."""
_SIP: Final = frozenset((b"message/sip", b"message/sipfrag", b"application/sip", b"application/sipfrag"))
_TEXT_TYPES: Final = frozenset((b"application", b"message", b"text", b"audio"))
_BINARY_TYPES: Final = frozenset((b"image", b"audio", b"video", b"font", b"model"))


def _grammar(top: bytes, subtype: bytes) -> Grammar:
    """The grammar of a type that is text, if it is: unknown ones are suppressed."""
    grammar = _TEXT_GRAMMARS.get(subtype)
    if grammar is not None:
        return grammar
    if subtype.startswith(b"emergencycalldata."):
        return _secret_xml
    if subtype.endswith(b"+xml") and top != b"text":
        return _other_xml
    return partial(_whole, "json" if subtype.endswith(b"+json") else "text")


def _section(data: bytes, section: mime.Section, depth: int, multiparts: int) -> list[Part]:
    """A section of a multipart body. What is encoded for transfer is not readable as it stands, and suppressed."""
    found = mime.header_parts(data, section.header_start, section.header_end)
    block = mime.fields(data, section.header_start, section.header_end)
    encoding = mime.value_of(data, block, b"content-transfer-encoding").lower()
    body = section.body_start, section.body_end
    if encoding in (b"base64", b"x-uuencode", b"uuencode"):
        return found + _whole("key", data, *body)
    if encoding == b"quoted-printable" or mime.value_of(data, block, b"content-encoding"):
        return found + (_bytes("key", *body) if _is_binary(data, *body) else _whole("text", data, *body))
    content_type = mime.value_of(data, block, b"content-type") or b"text/plain"
    return found + _parts(content_type, data, *body, depth + 1, multiparts)


def _multipart(content_type: bytes, data: bytes, start: int, end: int, depth: int, multiparts: int) -> list[Part]:
    sections = mime.parts(data, start, end, mime.boundary(content_type))
    sections = sections or mime.parts(data, start, end, mime.first_boundary(data, start, end))
    if not sections or multiparts > MAX_MULTIPART_DEPTH:
        return _bytes("key", start, end) if _is_binary(data, start, end) else _whole("text", data, start, end)
    return [part for section in sections for part in _section(data, section, depth, multiparts)]


def _cpim(data: bytes, start: int, end: int, depth: int, multiparts: int) -> list[Part]:
    message = cpim.split(data, start, end)
    found = cpim.header_parts(data, message.header_start, message.header_end)
    return found + _section(data, message.content, depth, multiparts)


def _parts(content_type: bytes, data: bytes, start: int, end: int, depth: int, multiparts: int) -> list[Part]:
    match = _MEDIA_TYPE.match(content_type)
    top, subtype = (match[1].lower(), match[2].lower()) if match else (b"", b"")
    if depth > MAX_DEPTH:
        return _whole("text", data, start, end)
    if top == b"multipart":
        return _multipart(content_type, data, start, end, depth, multiparts + 1)
    if top + b"/" + subtype in _SIP:
        return _bytes("sip", start, end)
    if top == b"application" and subtype in _BINARY:
        return _bytes(_BINARY[subtype], start, end)
    if (top in _BINARY_TYPES and subtype != b"telephone-event") or _is_binary(data, start, end):
        return _bytes("key", start, end)
    if subtype == b"cpim" and top == b"message":
        return _cpim(data, start, end, depth, multiparts)
    if not content_type.strip() and sdp.is_sdp_line(data[start : start + 512].partition(b"\n")[0].rstrip(b"\r")):
        return sdp.parse(data, start, end)
    return _grammar(top, subtype)(data, start, end) if top in _TEXT_TYPES else _whole("text", data, start, end)


def parts(content_type: bytes, data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a body, for any bytes and any value of Content-Type (parameters included, any case)."""
    return _parts(content_type, data, start, len(data) if end is None else end, 0, 0)
