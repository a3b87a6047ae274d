"""Identity header fields and the PASSporT inside: where the token is, and its content.

RFC 8224, RFC 8225, RFC 8588 (shaken), RFC 4474.
A PASSporT names caller and callee in its payload, the carrier in the certificate URL of its header. ``decode`` hands
out both as JSON; ``encode`` puts changed JSON back in the same base64url style with a signature that verifies nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from scrubber.grammar import params, uri
from scrubber.grammar.params import KEEP, LIST, Table, spare, trim
from scrubber.model import Part

IDENTITY_PARAMS: Final[Table] = {
    b"info": uri.collect,
    b"alg": KEEP,
    b"ppt": KEEP,
    b"typ": KEEP,
    b"canon": "passport",
}
_TOKEN = re.compile(rb"[\s,]*+(?:\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+|<([^<>]*+)>?+|([^\s;,\"<]++))?", re.DOTALL)
"""Groups: 1 quoted signature (RFC 4474), 2 URL of Identity-Info, 3 compact token."""
_COMPACT = re.compile(rb"[A-Za-z0-9_+/=-]++\.[A-Za-z0-9_+/=-]++\.[A-Za-z0-9_+/=-]*+")
_BASE64 = re.compile(rb"[A-Za-z0-9_+/-]*+={0,2}+")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
MAX_TOKEN: Final = 1 << 20
"""Tokens longer than this are not decoded; a SIP message cannot carry them."""


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of Identity and Identity-Info: ``passport`` (the whole token), ``hash`` (a lone signature), ``url``."""
    end = len(data) if end is None else end
    out: list[Part] = []
    position = start
    while position < end:
        match = _TOKEN.match(data, position, end)
        if match is not None:
            _token(data, match, out)
            position = match.end()
        if position < end and data[position] != 0x2C:
            position = params.collect(data, position, end, IDENTITY_PARAMS, out, LIST)
        position += 1
    return out


def _token(data: bytes, match: re.Match[bytes], out: list[Part]) -> None:
    if match.lastindex is None:
        return
    start, end = trim(data, *match.span(match.lastindex))
    if uri.has_scheme(data, start, end):
        uri.collect(data, start, end, out)
    elif _COMPACT.fullmatch(data, start, end):
        out.append(Part(start, end, "passport"))
    else:
        while start < end and data[start] == 0x2E:  # "..signature": the compact form without header and payload
            start += 1
        spare(data, start, end, out, "hash")


def decode(token: bytes) -> tuple[bytes, bytes] | None:
    """Header and payload of a compact token as JSON bytes; ``None`` if these two are not base64url of JSON objects."""
    segments = token.split(b".")
    if len(segments) != 3 or len(token) > MAX_TOKEN:
        return None
    header, payload = _unpack(segments[0]), _unpack(segments[1])
    if header is None or payload is None:
        return None
    return header, payload


def encode(token: bytes, payload_json: bytes, header_json: bytes | None = None) -> bytes:
    """``token`` with another payload (and header, if given), in its own base64 style.

    The signature becomes a filler of the same length: the real one would vouch for what is no longer there. A token
    that ``decode`` refuses is returned as filler throughout.
    """
    segments = token.split(b".")
    if decode(token) is None:
        return re.sub(rb"[^.=]", b"A", token)
    header = segments[0] if header_json is None else _pack(header_json, segments[0])
    return b".".join((header, _pack(payload_json, segments[1]), re.sub(rb"[^=]", b"A", segments[2])))


def _unpack(segment: bytes) -> bytes | None:
    """The JSON object that a segment encodes, with or without padding, in either base64 alphabet."""
    if _BASE64.fullmatch(segment) is None:
        return None
    bare = segment.rstrip(b"=").translate(_STANDARD)
    try:
        text = base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return None
    return text if text.lstrip()[:1] == b"{" and text.rstrip()[-1:] == b"}" else None


def _pack(text: bytes, like: bytes) -> bytes:
    """Base64 in the style of ``like``: padding and the standard alphabet only if it shows them."""
    packed = base64.b64encode(text)
    if b"+" not in like and b"/" not in like:
        packed = packed.translate(_URL_SAFE)
    return packed if like.endswith(b"=") else packed.rstrip(b"=")
