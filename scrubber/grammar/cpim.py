"""Instant messages in their wrapping: ``message/cpim`` (RFC 3862) with the header fields of IMDN (RFC 5438)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scrubber.grammar import address, mime
from scrubber.grammar.params import KEEP, Table, treat
from scrubber.model import Part

_NAMESPACE = re.compile(rb"[A-Za-z0-9.-]{0,32}+[ \t]*+<urn:ietf:params:[A-Za-z0-9:.-]{1,64}>")


class Message(NamedTuple):
    """A wrapped message: its own header block, and the section inside it with the MIME header and the content."""

    header_start: int
    header_end: int
    content: mime.Section


def split(data: bytes, start: int = 0, end: int | None = None) -> Message:
    """The blocks of a message. A MIME header around it (RFC 3862 section 2) is taken as part of its header block."""
    outer = mime.section(data, start, len(data) if end is None else end)
    block = outer
    if b"message/cpim" in _content_type(data, outer).lower():
        block = mime.section(data, outer.body_start, outer.body_end)
    content = mime.section(data, block.body_start, block.body_end)
    return Message(outer.header_start, block.header_end, content)


def _content_type(data: bytes, section: mime.Section) -> bytes:
    return mime.value_of(data, mime.fields(data, section.header_start, section.header_end), b"content-type")


def _namespace(data: bytes, start: int, end: int, out: list[Part]) -> None:
    if _NAMESPACE.fullmatch(data, start, end) is None:
        out.append(Part(start, end, "unknown"))


def _identifier(data: bytes, start: int, end: int, out: list[Part]) -> None:
    out += mime.content_id(data, start, end)


_FIELDS: Final[Table] = {
    **dict.fromkeys(b"from to cc bcc original-to imdn-record-route imdn-route".split(), address.collect),
    b"datetime": "time",
    b"subject": "text",
    b"ns": _namespace,
    b"message-id": _identifier,
    **dict.fromkeys(b"require disposition-notification content-type content-length payload-type".split(), KEEP),
}
"""By lower-case field name without name space prefix."""


def header_parts(data: bytes, start: int, end: int) -> list[Part]:
    """The parts of the header block of a message."""
    found: list[Part] = []
    for field in mime.fields(data, start, end):
        name = data[field.name_start : field.name_end].lower().rpartition(b".")[2]
        if field.value_start < field.value_end:
            treat(_FIELDS.get(name, "unknown"), data, field.value_start, field.value_end, found)
    return found
