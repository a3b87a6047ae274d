"""Documents that travel without anything to say what they are: provisioning, phone books, applications of telephones.

What a label names is read by that label, JSON by its keys; of anything else only protocol tokens stay. Labels stay but
for learned values and longer numbers in them; a bare word that no table knows is no label but a name. Text that is none
of these notations is suppressed at its length.
"""

from __future__ import annotations

import re

from scrubber import encodings
from scrubber.grammar import xml
from scrubber.grammar.params import trim
from scrubber.message import Messages
from scrubber.model import Entity, FormRule
from scrubber.values import Values

RULE = "document-value"
LABEL_RULE = "fragment-label"
"""Begins like the rules whose findings are not learned."""
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
_ITEM = re.compile(
    rb'"((?:[^"\\]|\\.)*+)"(\s*:)?|(?<![0-9A-Za-z_.+"-])(-?(?:[0-9]{3,}+|[0-9]++(?=\.[0-9]{3}))(?:\.[0-9]++)?)',
    re.DOTALL,
)
_NO_KEY = re.compile(rb"[\s@]")
_NAMES = re.compile(rb"[A-Za-z0-9_\x80-\xff][A-Za-z0-9_.:\x80-\xff-]*+")
_DIGITS = re.compile(rb"[0-9]{5,}|[0-9A-Fa-f]{12,}")
_BARE_LABEL = re.compile(rb"[A-Za-z0-9\x80-\xff-]++")
_PARAMETER_NUMBER = re.compile(rb"P[0-9]{1,5}")
"""How Grandstream numbers its settings."""
_CHANNEL = re.compile(rb"(?:PJSIP|SIP|IAX2|DAHDI|Local|SCCP)/[^\s/]{1,64}-[0-9a-f]{8}(?:;[12])?")
_SENTENCE = re.compile(rb"[A-Za-z\x80-\xff].*\s")


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
    pieces: list[bytes] = []
    position, key = 0, b""
    for match in _ITEM.finditer(data):
        start, end = match.span(1 if match[3] is None else 3)
        raw = data[start:end]
        decoded = encodings.json_unescape(raw) if b"\\" in raw else raw
        if decoded is None:
            decoded = raw
        if match[2]:
            key = decoded
            new = _unknown(key, to) if _NO_KEY.search(key) else label(key, to)
        else:
            new = _member(key, decoded, to, counts)
        pieces.append(data[position:start])
        pieces.append(raw if new == decoded else encodings.json_escape_like(new, raw))
        position = end
    return b"".join(pieces) + data[position:]


def _member(key: bytes, value: bytes, to: Values, counts: int) -> bytes:
    if len(value) <= counts and value.isdigit():
        rule = to.reader.scanner.labels(key)
        if rule is None or rule.entity is None:
            return value
    return to.body(b"application/sdp", value) if value.startswith(b"v=0\r\n") else labelled(key, value, to)


def label(name: bytes, to: Values) -> bytes:
    """A label, key, element or header name, but for learned values, addresses and numbers in it."""
    return _DIGITS.sub(lambda digits: to.reader.part("unknown", digits[0], LABEL_RULE), to.reader.protocol(name))


def markup(data: bytes, to: Values) -> bytes:
    """XML: texts and attribute values by the name of their element or attribute, comments suppressed.

    ``<param name="label" value="…"/>`` and ``<Name>label</Name><Value>…</Value>`` give labels of their own.
    """
    pieces: list[bytes] = []
    names = Names(to)
    position = 0
    element, named, spoken = b"", b"", b""
    for token in xml.tokens(data):
        raw = data[token.start : token.end]
        if token.kind in ("start", "end"):
            element = token.name if token.kind == "start" else b""
            named = b""
            continue
        told, text = element, token.kind in ("text", "cdata")
        if token.kind == "attribute":
            told = named if token.name in _UNTOLD and named else token.name
            named = raw if token.name in _NAMING else named
        elif text and raw.strip():
            told = spoken if element == b"value" and spoken else (named or element)
            spoken = raw if element == b"name" else b""
        pieces.append(names.around(data[position : token.start], unknown=token.kind == "instruction"))
        if text or token.kind == "attribute":
            pieces.append(_escaped(told, raw, to))
        elif token.kind == "declaration" and _DECLARATION.fullmatch(raw):
            pieces.append(raw)
        else:
            pieces.append(to.reader.part("text", raw, RULE) if token.kind == "comment" else _unknown(raw, to))
        position = token.end
    pieces.append(names.around(data[position:]))
    return b"".join(pieces)


class Names:
    """The names of elements and attributes, which come again and again."""

    def __init__(self, to: Values) -> None:
        self._to = to
        self._known: dict[bytes, bytes] = {}

    def around(self, tags: bytes, *, unknown: bool = False) -> bytes:
        """What stands between values; the name of an ``unknown`` instruction at its end is kept for XML alone."""
        tags, opening, name = tags.rpartition(b"<?") if unknown else (tags, b"", b"")
        kept = not name or name.startswith(b"xml-")
        return _NAMES.sub(self._name, tags) + opening + (name if kept else _unknown(name, self._to))

    def _name(self, match: re.Match[bytes]) -> bytes:
        name = match[0]
        new = self._known.get(name)
        if new is None:
            new = self._known[name] = label(name, self._to)
        return new


def settings(data: bytes, to: Values) -> bytes:
    """Lines of ``label = value`` or ``label: value`` and sections; comments and other lines are suppressed."""
    return b"".join([_setting(line, to) for line in data.splitlines(keepends=True)])


def labelled(told: bytes, value: bytes, to: Values) -> bytes:
    """One value under its label; quotes around it stay."""
    start, end = trim(value, 0, len(value))
    if end - start >= 2 and value[start : start + 1] + value[end - 1 : end] in _ENCLOSING:
        start, end = start + 1, end - 1
    bare = value[start:end]
    return value[:start] + (_bare(told, bare, to) if bare else bare) + value[end:]


def _bare(told: bytes, value: bytes, to: Values) -> bytes:
    last = told.rpartition(b".")[2].lower()
    rule = None if last in _UNTOLD and b"." not in told else to.reader.scanner.labels(told)
    if rule is None or (rule.entity is None and (last in _UNTOLD or _SENTENCE.match(value))):
        return _unknown(value, to)
    if rule.entity is None:
        return to.text(value)
    form = _FORMS.get(rule.entity)
    if form is None:
        return to.value(rule.entity, value, rule.id)
    return Messages(to.reader).field_value(FormRule(rule.id, form), value)


def _unknown(value: bytes, to: Values) -> bytes:
    """What stands in no table: protocol tokens stay, all other words are replaced."""
    if _CHANNEL.fullmatch(value):
        return to.text(value)
    return to.reader.part("unknown", value, RULE) if value.strip() else value


def _escaped(told: bytes, raw: bytes, to: Values) -> bytes:
    """A value in character references, read in its plain form."""
    if not raw.strip():
        return raw
    plain = encodings.entities_unescape(raw) if b"&" in raw else raw
    if plain is None:
        plain = raw
    new = labelled(told, plain, to)
    return raw if new == plain else encodings.entities_escape_like(new, raw)


def _setting(line: bytes, to: Values) -> bytes:
    text = line.rstrip(b"\r\n")
    end = line[len(text) :]
    if not text.strip():
        return line
    setting = _SETTING.match(text)
    if setting is not None:
        start, stop = setting.span(1)
        name = _setting_name(setting[1], to)
        value = labelled(setting[1].rpartition(b" ")[2], text[setting.end() :], to)
        return text[:start] + name + text[stop : setting.end()] + value + end
    section = _SECTION.fullmatch(text)
    if section is not None:
        start, stop = section.span(1)
        return text[:start] + _unknown(text[start:stop], to) + text[stop:] + end
    if text.lstrip().startswith(_COMMENTS):
        return text[: len(text) - len(text.lstrip())] + to.reader.part("text", text.lstrip(), RULE) + end
    return to.reader.part("text", text, RULE) + end


def _setting_name(name: bytes, to: Values) -> bytes:
    """What stands before ``=`` or ``:``; in a list of people that is a name."""
    if not _BARE_LABEL.fullmatch(name) or _PARAMETER_NUMBER.fullmatch(name) or to.reader.scanner.labels(name):
        return label(name, to)
    return to.reader.part("unknown", name, LABEL_RULE)
