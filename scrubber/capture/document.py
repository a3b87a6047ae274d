"""Documents that travel without anything to say what they are: provisioning, phone books, applications of telephones.

JSON and XML are read like such files. Of settings, labels stay but for learned values and longer numbers in them; a
bare word that no table knows is no label but a name. Text that is none of these notations is suppressed at its length.
"""

from __future__ import annotations

import re

from scrubber.documents import json, xml
from scrubber.documents.cell import Cells
from scrubber.documents.inner import inner
from scrubber.values import Values

RULE = "document-value"
TEXT = "text of a document"
BINARY = "binary document"

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\xff\xfe", b"\xfe\xff")
_COMMENTS = (b"#", b";", b"//")
_SETTING = re.compile(rb"[ \t]*+((?:set[ \t]++)?[A-Za-z_%@$][A-Za-z0-9_.%@$/\[\]-]{0,127}+)[ \t]*+[:=][ \t]*+")
_SECTION = re.compile(rb"[ \t]*+\[([^\]\r\n]*+)\][ \t]*+")
_JSON = re.compile(rb"\s*+[{\[]\s*+[\"{\[\]}0-9tfn-]")
_NAMES = re.compile(rb"[A-Za-z0-9_\x80-\xff][A-Za-z0-9_.:\x80-\xff-]*+")
_BARE_LABEL = re.compile(rb"[A-Za-z0-9\x80-\xff-]++")
_PARAMETER_NUMBER = re.compile(rb"P[0-9]{1,5}")
"""How Grandstream numbers its settings."""


def is_text(data: bytes) -> bool:
    """Whether a document can be read as it stands: no control octets, nothing packed."""
    return not data.startswith(_PACKED) and len(data.translate(None, _CONTROLS)) == len(data)


def document(data: bytes, to: Values) -> bytes:
    """A document of any notation: JSON, XML, settings; what is binary or plain text is suppressed."""
    if not is_text(data):
        return to.blank(data, BINARY)
    if _JSON.match(data):
        return notation(data, to)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return markup(data, to)
    return settings(data, to)


def notation(data: bytes, to: Values, *, counts: int = 0) -> bytes:
    """JSON (RFC 8259): each value by its key; session descriptions in it are read as such.

    Numbers of up to ``counts`` digits are statistics, unless their key says something else.
    """
    cells = Cells(to, inner)

    def member(key: bytes, value: bytes) -> bytes:
        if len(value) <= counts and value.isdigit():
            rule = cells.rule(key)
            if rule is None or rule.entity is None:
                return value
        return to.body(b"application/sdp", value) if value.startswith(b"v=0\r\n") else cells.read(key, value)

    return json.Walk(member, cells.key).read(data, last=True)[0]


def label(name: bytes, to: Values) -> bytes:
    """A label, key, element or header name, but for learned values, addresses and numbers in it."""
    return Cells(to).name(name)


def markup(data: bytes, to: Values) -> bytes:
    """XML: texts and attribute values by the name of their element or attribute, unknown words replaced."""
    return xml.walk(data, Cells(to, inner))


class Names:
    """The names of elements and attributes, which come again and again."""

    def __init__(self, to: Values) -> None:
        self._cells = Cells(to)

    def around(self, tags: bytes, *, unknown: bool = False) -> bytes:
        """What stands between values; the name of an ``unknown`` instruction at its end is kept for XML alone."""
        tags, opening, name = tags.rpartition(b"<?") if unknown else (tags, b"", b"")
        kept = not name or name.startswith(b"xml-")
        new = _NAMES.sub(lambda match: self._cells.name(match[0]), tags)
        return new + opening + (name if kept else self._cells.denied(name))


def settings(data: bytes, to: Values) -> bytes:
    """Lines of ``label = value`` or ``label: value`` and sections; comments and other lines are suppressed."""
    cells = Cells(to, inner)
    return b"".join([_setting(line, cells) for line in data.splitlines(keepends=True)])


def labelled(told: bytes, value: bytes, to: Values) -> bytes:
    """One value under its label; quotes around it stay."""
    return Cells(to, inner).read(told, value)


def _setting(line: bytes, cells: Cells) -> bytes:
    text = line.rstrip(b"\r\n")
    end = line[len(text) :]
    if not text.strip():
        return line
    setting = _SETTING.match(text)
    if setting is not None:
        start, stop = setting.span(1)
        name = _setting_name(setting[1], cells)
        value = cells.read(setting[1].rpartition(b" ")[2], text[setting.end() :])
        return text[:start] + name + text[stop : setting.end()] + value + end
    section = _SECTION.fullmatch(text)
    if section is not None:
        start, stop = section.span(1)
        return text[:start] + cells.denied(text[start:stop]) + text[stop:] + end
    if text.lstrip().startswith(_COMMENTS):
        return text[: len(text) - len(text.lstrip())] + cells.reader.part("text", text.lstrip(), RULE) + end
    return cells.reader.part("text", text, RULE) + end


def _setting_name(name: bytes, cells: Cells) -> bytes:
    """What stands before ``=`` or ``:``; in a list of people that is a name."""
    if not _BARE_LABEL.fullmatch(name) or _PARAMETER_NUMBER.fullmatch(name) or cells.rule(name):
        return cells.name(name)
    return cells.denied(name)
