"""Documents that travel without anything to say what they are: provisioning, phone books, applications of telephones.

What a label names is read by that label, JSON by its keys; of anything else only protocol tokens stay. Text that is
none of these notations is suppressed at its length.
"""

from __future__ import annotations

import re

from scrubber import encodings
from scrubber.capture.values import Values
from scrubber.grammar import xml
from scrubber.grammar.params import trim
from scrubber.message import Messages
from scrubber.model import Entity, FormRule

RULE = "document-value"
TEXT = "text of a document"
BINARY = "binary document"

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\xff\xfe", b"\xfe\xff")
_COMMENTS = (b"#", b";", b"//")
_SETTING = re.compile(rb"[ \t]*+((?:set[ \t]++)?[A-Za-z_%@$][A-Za-z0-9_.%@$/\[\]-]{0,127}+)[ \t]*+[:=][ \t]*+")
_SECTION = re.compile(rb"[ \t]*+\[([^\]\r\n]*+)\][ \t]*+")
_JSON = re.compile(rb"\s*+[{\[]\s*+[\"{\[\]}0-9tfn-]")
_ENCLOSING = (b'""', b"''", b"<>")
_UNTOLD = frozenset((b"name", b"value", b"key", b"id", b"data", b"item", b"text", b"param", b"string", b"setting"))
"""Labels that say nothing: what stands under them is named by another."""
_NAMING = (b"name", b"key", b"id", b"param")
_FORMS = {Entity.HOST: "host", Entity.USER: "user", Entity.NUMBER: "number"}
"""Entities whose place allows more than one value: how it is taken apart."""
_DECLARATION = re.compile(rb"[\w\s=\"'.-]{0,128}")


def is_text(data: bytes) -> bool:
    """Whether a document can be read as it stands: no control octets, nothing packed."""
    return not data.startswith(_PACKED) and len(data.translate(None, _CONTROLS)) == len(data)


def document(data: bytes, to: Values) -> bytes:
    """A document of any notation: JSON, XML, settings; what is binary or plain text is suppressed."""
    if not is_text(data):
        return to.blank(data, BINARY)
    if _JSON.match(data):
        return to.lines(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return markup(data, to)
    return settings(data, to)


def markup(data: bytes, to: Values) -> bytes:
    """XML: texts and attribute values by the name of their element or attribute, comments suppressed.

    ``<param name="label" value="…"/>`` and ``<Name>label</Name><Value>…</Value>`` give labels of their own.
    """
    pieces: list[bytes] = []
    position = 0
    element, named, spoken = b"", b"", b""
    for token in xml.tokens(data):
        raw = data[token.start : token.end]
        if token.kind in ("start", "end"):
            element = token.name if token.kind == "start" else b""
            named = b""
            continue
        label, text = element, token.kind in ("text", "cdata")
        if token.kind == "attribute":
            label = named if token.name in _UNTOLD and named else token.name
            named = raw if token.name in _NAMING else named
        elif text and raw.strip():
            label = spoken if element == b"value" and spoken else (named or element)
            spoken = raw if element == b"name" else b""
        pieces.append(data[position : token.start])
        if text or token.kind == "attribute":
            pieces.append(_escaped(label, raw, to))
        elif token.kind == "declaration" and _DECLARATION.fullmatch(raw):
            pieces.append(raw)
        else:
            pieces.append(to.reader.part("text", raw, RULE) if token.kind == "comment" else _unknown(raw, to))
        position = token.end
    pieces.append(data[position:])
    return b"".join(pieces)


def settings(data: bytes, to: Values) -> bytes:
    """Lines of ``label = value`` or ``label: value`` and sections; comments and other lines are suppressed."""
    return b"".join([_setting(line, to) for line in data.splitlines(keepends=True)])


def labelled(label: bytes, value: bytes, to: Values) -> bytes:
    """One value under its label; quotes around it stay."""
    start, end = trim(value, 0, len(value))
    if end - start >= 2 and value[start : start + 1] + value[end - 1 : end] in _ENCLOSING:
        start, end = start + 1, end - 1
    bare = value[start:end]
    return value[:start] + (_bare(label, bare, to) if bare else bare) + value[end:]


def _bare(label: bytes, value: bytes, to: Values) -> bytes:
    last = label.rpartition(b".")[2].lower()
    rule = None if last in _UNTOLD and b"." not in label else to.reader.scanner.labels(label)
    if rule is None:
        return _unknown(value, to)
    if rule.entity is None:
        return to.text(value)
    form = _FORMS.get(rule.entity)
    if form is None:
        return to.value(rule.entity, value, rule.id)
    return Messages(to.reader).field_value(FormRule(rule.id, form), value)


def _unknown(value: bytes, to: Values) -> bytes:
    """What stands in no table: protocol tokens stay, all other words are replaced."""
    return to.reader.part("unknown", value, RULE) if value.strip() else value


def _escaped(label: bytes, raw: bytes, to: Values) -> bytes:
    """A value in character references, read in its plain form."""
    if not raw.strip():
        return raw
    plain = encodings.entities_unescape(raw) if b"&" in raw else raw
    if plain is None:
        plain = raw
    new = labelled(label, plain, to)
    return raw if new == plain else encodings.entities_escape_like(new, raw)


def _setting(line: bytes, to: Values) -> bytes:
    text = line.rstrip(b"\r\n")
    end = line[len(text) :]
    if not text.strip():
        return line
    setting = _SETTING.match(text)
    if setting is not None:
        return setting[0] + labelled(setting[1].rpartition(b" ")[2], text[setting.end() :], to) + end
    section = _SECTION.fullmatch(text)
    if section is not None:
        start, stop = section.span(1)
        return text[:start] + _unknown(text[start:stop], to) + text[stop:] + end
    if text.lstrip().startswith(_COMMENTS):
        return text[: len(text) - len(text.lstrip())] + to.reader.part("text", text.lstrip(), RULE) + end
    return to.reader.part("text", text, RULE) + end
