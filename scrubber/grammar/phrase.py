"""Fields that carry words for people or for applications: Warning, Reason, User-to-User.

RFC 3261 section 20.43 (Warning), RFC 3326 and RFC 8606 (Reason), RFC 7433 (User-to-User).
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import authority, params, tokens
from scrubber.grammar.params import KEEP, LIST, Table, spare, trim
from scrubber.model import Part

REASON_PARAMS: Final[Table] = {
    b"cause": KEEP,
    b"text": "unknown",
    b"location": KEEP,
    b"reasoncode": KEEP,
    b"ppid": KEEP,
    b"eri-location": KEEP,
}
USER_TO_USER_PARAMS: Final[Table] = {b"encoding": KEEP, b"purpose": KEEP, b"content": KEEP, b"": "text"}
_WARNING = re.compile(rb"[0-9]{3}\s++([^\s\"]++)\s*+(?:\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+)?", re.DOTALL)
_DATA = re.compile(rb"[\s,]*+(?:\"((?:[^\"\\]++|\\(?:.|\Z))*+)\"?+|([^;,\"]*+))", re.DOTALL)
_HEX = re.compile(rb"[0-9A-Fa-f]++")


def parse_warning(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Warning value: the agent as ``host`` or ``name``, the text as ``unknown``; codes stay."""
    out: list[Part] = []
    for element in params.split(data, start, len(data) if end is None else end):
        match = _WARNING.match(data, *element)
        if match is None:
            spare(data, *element, out)
            continue
        authority.host_or("name", data, *match.span(1), out)
        if match.start(2) >= 0:
            spare(data, *match.span(2), out, "unknown")
        spare(data, match.end(), element.end, out, "unknown")
    return out


def parse_reason(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Reason value: the text as ``unknown``; protocol and cause stay."""
    out: list[Part] = []
    tokens.collect(data, start, len(data) if end is None else end, REASON_PARAMS, out)
    return out


def parse_user_to_user(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a User-to-User value: ``hex-data`` or ``text``; encoding, purpose and content type stay."""
    end = len(data) if end is None else end
    out: list[Part] = []
    position = start
    while position < end:
        match = _DATA.match(data, position, end)
        if match is not None:
            value_start, value_end = trim(data, *match.span(match.lastindex or 0))
            is_hex = _HEX.fullmatch(data, value_start, value_end) is not None
            spare(data, value_start, value_end, out, "hex-data" if is_hex else "text")
            position = match.end()
        if position < end and data[position] != 0x2C:
            position = params.collect(data, position, end, USER_TO_USER_PARAMS, out, LIST)
        position += 1
    return out
