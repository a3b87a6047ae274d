"""XML of any vocabulary: texts by the names of their elements, attribute values by their own, in stretches of any size.

Nothing is resolved: no entity, no document type. An internal subset and comments are suppressed, instructions read as
unknown words. Elements that name what follows (``<param name="secret" value="…"/>``, ``<name>…</name><value>…``) are
read by those names. What is no markup at all is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber import encodings
from scrubber.documents.cell import Cells
from scrubber.documents.stretch import stretches
from scrubber.grammar import xml
from scrubber.readings.denial import UNTOLD

DEEPEST: Final = 256
"""Elements in each other that are told apart."""
LONGEST: Final = 1 << 20
"""Bytes of one tag, text or comment; what is longer is read in pieces."""
_UNIT = re.compile(
    rb"<!--.*?(?:-->|(?P<comment>\Z))|<!\[CDATA\[.*?(?:\]\]>|(?P<cdata>\Z))|<\?.*?(?:\?>|(?P<instruction>\Z))"
    rb"|(?P<doctype><!(?=[A-Za-z]))"
    rb"|</?(?!(?i:sips?|tel|im|pres|mailto|xmpp|https?|ftp|urn|cid):)(?=[A-Za-z_:\x80-\xff][\w:.\x80-\xff-]{0,127}+[\s/>])(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+(?P<tag>>)|(?P<text>.[^<]*+)",
    re.DOTALL,
)
_NAMING: Final = (b"name", b"key", b"id", b"param", b"keyword")
_DECLARATION = re.compile(rb"<\?xml[\w\s=\"'.-]{0,128}\?>")
_OPENING = re.compile(rb"\s*+<[?!A-Za-z_]")
_DOCTYPE = re.compile(rb"(<!DOCTYPE\s++)([A-Za-z_:][A-Za-z0-9_:.-]{0,64}+)(?=[\s>\[])", re.IGNORECASE)
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_REMARK = re.compile(rb"\s{0,80}+(?:NOTE|Note|TODO|FIXME|XXX|WARNING|IMPORTANT)S?:")
"""How a comment begins whose every word is judged, although a note elsewhere is what somebody wrote."""
_HEAD = re.compile(rb"[^\[>]*+[\[>]")
_SUBSET_END = re.compile(rb"\]\s*+>")
_NAME = re.compile(rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_:.\x80-\xff-]*+")


class Reading:
    """One document; what is open is remembered from stretch to stretch."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._open: list[bytes] = []
        self._beyond = 0
        self._named = b""
        """What the element before calls the value that follows."""
        self._foreign: bool | None = None
        """Whether the text does not begin like XML, so that a word in angle brackets may be anything."""
        self._undeclared = False
        """Whether declarations of entities were taken out, so that references to them say nothing."""

    def read(self, text: bytes, *, last: bool) -> tuple[bytes, int]:
        """``text`` rewritten up to its last whole unit, and where that ends; to its end if it is the ``last``."""
        pieces: list[bytes] = []
        position, stop = 0, len(text)
        if self._foreign is None:
            self._foreign = _OPENING.match(text) is None
        while position < stop:
            match = _UNIT.match(text, position)
            if match is None:
                break
            if match["doctype"] is not None:
                end = _doctype_end(text, position)
                if end is None and not last:
                    break
                pieces.append(self._doctype(text[position:end]))
                position = stop if end is None else end
                continue
            if match.end() == stop and match["tag"] is None and not last:
                break
            pieces.append(self._unit(match[0], match))
            position = match.end()
        return b"".join(pieces), position

    def _unit(self, unit: bytes, match: re.Match[bytes]) -> bytes:
        cells = self._cells
        if match["tag"] is not None:
            return self._end(unit) if unit[1:2] == b"/" else self._start(unit)
        if match["text"] is not None:
            return self._text(unit)
        if unit.startswith(b"<![CDATA["):
            end = len(unit) - (3 if match["cdata"] is None else 0)
            return unit[:9] + self._told(unit[9:end]).replace(b"]]>", b"]] >") + unit[end:]
        if unit.startswith(b"<!--"):
            end = len(unit) - (3 if match["comment"] is None else 0)
            return unit[:4] + self._comment(unit[4:end]) + unit[end:]
        if _DECLARATION.fullmatch(unit):
            return unit
        return cells.denied(unit)

    def _doctype(self, declaration: bytes) -> bytes:
        """A document type; what it declares itself goes, since entities could spell anything."""
        cells = self._cells
        name = _DOCTYPE.match(declaration)
        start = 0 if name is None else name.end()
        first = declaration.find(b"[")
        head = declaration[:start] if name is None else name[1] + cells.name(name[2])
        if first < 0:
            return head + cells.denied(declaration[start:])
        last = max(declaration.rfind(b"]"), first + 1)
        cells.reader.notes["internal subset of a document type"] += 1
        self._undeclared = cells.reader.replaces
        subset = b"" if cells.reader.replaces else declaration[first + 1 : last]
        return head + cells.denied(declaration[start:first]) + b"[" + subset + declaration[last:]

    def _comment(self, text: bytes) -> bytes:
        """A comment is text, or a piece of the document that is switched off."""
        if not is_markup(text):
            remark = _REMARK.match(text)
            start = 0 if remark is None else remark.end()
            return text[:start] + self._cells.denied(text[start:])
        return Reading(self._cells).read(text, last=True)[0].replace(b"--", b"- ")

    def _start(self, tag: bytes) -> bytes:
        cells = self._cells
        name = _NAME.match(tag, 1)
        element = b"" if name is None else name[0]
        pieces: list[bytes] = []
        position = 0
        named = b""
        for token in xml.tokens(tag):
            if token.kind not in ("attribute", "junk"):
                continue
            raw = tag[token.start : token.end]
            pieces.append(self._names(tag[position : token.start]))
            told = token.name or element
            if token.name in UNTOLD and named:
                told = named
            if token.name in _NAMING:
                named = raw
            if token.name in _NAMING and b"value=" in tag:
                pieces.append(cells.key(raw))
            elif token.name in (b"xmlns", b"schemalocation"):
                pieces.append(cells.to.text(raw))
            else:
                pieces.append(self._escaped(told, raw))
            position = token.end
        pieces.append(self._names(tag[position:]))
        if not tag.endswith(b"/>"):
            if len(self._open) < DEEPEST:
                self._open.append(named if named and _local(element) in UNTOLD else element)
            else:
                self._beyond += 1
        return b"".join(pieces)

    def _end(self, tag: bytes) -> bytes:
        if self._beyond:
            self._beyond -= 1
        elif self._open:
            self._open.pop()
        return self._names(tag)

    def _names(self, tags: bytes) -> bytes:
        if self._foreign:
            return self._cells.denied(tags)
        return _NAME.sub(lambda name: self._cells.name(name[0]), tags)

    def _text(self, raw: bytes) -> bytes:
        if not raw.strip():
            return raw
        return self._escaped(self._element(raw), raw)

    def _told(self, raw: bytes) -> bytes:
        return self._cells.read(self._element(raw), raw) if raw.strip() else raw

    def _element(self, raw: bytes) -> bytes:
        """The name of the text that stands here."""
        element = self._open[-1] if self._open else b""
        local = _local(element)
        named, self._named = self._named, b""
        if local in _NAMING:
            self._named = raw.strip()
        elif local in UNTOLD and named:
            return named
        if local in UNTOLD and len(self._open) > 1:
            return element if local in _NAMING else self._open[-2]
        return element.rpartition(b":")[2]

    def _escaped(self, told: bytes, raw: bytes) -> bytes:
        """A value in character references, read in its plain form."""
        if not raw.strip():
            return raw
        plain = encodings.entities_unescape(raw) if b"&" in raw else raw
        if plain is None:
            plain = raw
        new = self._cells.read(told, plain)
        new = raw if new == plain else encodings.entities_escape_like(new, raw)
        return _ENTITY.sub(b"&amp;", new) if self._undeclared else new


def is_markup(text: bytes) -> bool:
    """Whether a value is a document or a piece of one."""
    return _OPENING.match(text) is not None and text.rstrip()[-1:] == b">" and (b"</" in text or b"/>" in text)


def _doctype_end(text: bytes, position: int) -> int | None:
    """Behind the document type that begins at ``position``; None when its end is not there."""
    head = _HEAD.match(text, position)
    if head is None or text[head.end() - 1] == 0x3E:
        return None if head is None else head.end()
    end = _SUBSET_END.search(text, head.end())
    return None if end is None else end.end()


def _local(name: bytes) -> bytes:
    return name.lower().rpartition(b":")[2]


def walk(data: bytes, cells: Cells) -> bytes:
    """A whole document in memory."""
    return Reading(cells).read(data, last=True)[0]


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the document and what becomes of it."""
    return stretches(chunks, Reading(cells), LONGEST)
