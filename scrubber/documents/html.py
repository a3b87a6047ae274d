"""Pages (HTML, of telephones and of web interfaces): cells by their headings, or by the cell beside them.

A heading above a column, the cell to the left, a term of a list of definitions or the label of an input field says what
a value is, as a column or a key does elsewhere. Everything else keeps plain words alone: what people read, what is
commented out, scripts and styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber import encodings
from scrubber.documents.cell import Cells
from scrubber.documents.stretch import stretches
from scrubber.grammar import xml

LONGEST: Final = 1 << 20
"""Bytes of one tag, text, script or comment; what is longer is read in pieces."""
COLUMNS: Final = 256
"""Headings of a table that are remembered."""
_LOGGED = re.compile(
    rb"\s*+(?:\[?(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
    rb"|(?:\]?[A-Z]{4,8})?\[[0-9]{1,8}\](?:\[C-[0-9a-f]{8}\])?:? [a-z0-9_./-]{2,60}\.(?:c|cpp|php|js)\b)"
)
"""A line of a log, as a web interface shows it, or what stands behind its coloured level."""
_SETTINGS = re.compile(rb"(?:\s*+[A-Za-z_][A-Za-z0-9_.-]{1,40}[!&$]: [^\r\n]*+(?=\r?\n|\Z)){1,4096}\s*+")
"""Settings of a Snom telephone, as its web interface shows all of them in one text."""
_UNIT = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b[^>]*+>(?P<inner>.*?)(?P<close></(?P=raw)\s*+>|\Z)"
    rb"|</?[A-Za-z!?](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+(?P<tag>>)|(?P<text>.[^<]*+)",
    re.DOTALL | re.IGNORECASE,
)
_ELEMENT = re.compile(rb"</?([A-Za-z][A-Za-z0-9:-]{0,63})")
_NAME = re.compile(rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_:.\x80-\xff-]*+")
_ELEMENTS: Final = frozenset(
    b"html head body title meta link base script style table thead tbody tfoot tr th td caption col colgroup dl dt dd"
    b" ul ol li p div span br hr h1 h2 h3 h4 h5 h6 a img form input select option optgroup textarea button label"
    b" fieldset legend b i u s em strong small big tt code pre kbd samp sub sup center font nobr frame frameset iframe"
    b" noscript nav main header footer section article aside details summary figure figcaption abbr address blockquote"
    b" canvas svg path g video audio source embed object param map area doctype".split()
)
"""What else stands in angle brackets is none of a page."""
_NAMED: Final = (b"name", b"id", b"for")
_TOLD: Final = frozenset((b"title", b"alt", b"placeholder", b"content", b"label", b"summary"))
"""Attributes whose names say something of the text in them."""
_LOOKS: Final = frozenset(
    b"class style rel type lang dir align valign width height colspan rowspan border cellpadding cellspacing charset"
    b" method enctype target media color bgcolor size scope role tabindex maxlength rows cols autocomplete xmlns"
    b" http-equiv viewbox".split()
)
"""Attributes that say how something looks or behaves. Any other may hold anything: links, scripts, descriptions."""
_CELLS: Final = frozenset((b"td", b"th"))
_TERMS: Final = frozenset((b"dt", b"label", b"legend"))
_HOLDING: Final = frozenset((b"td", b"dd", b"textarea", b"option"))
_BLANKS: Final = b" \t\r\n:*"


class Page:
    """One page; what says the meaning of the next value is remembered from stretch to stretch."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._element = b""
        self._term = b""
        """The last term of a list or label of a field."""
        self._headings: list[bytes] = []
        self._row: list[bytes] = []
        """What stands in the cells of the row so far, and of which kind they are."""
        self._heads = True

    def read(self, text: bytes, *, last: bool) -> tuple[bytes, int]:
        """``text`` rewritten up to its last whole unit, and where that ends; to its end if it is the ``last``."""
        pieces: list[bytes] = []
        position, stop = 0, len(text)
        while position < stop:
            match = _UNIT.match(text, position)
            if match is None or (match.end() == stop and match["tag"] is None and not last):
                break
            pieces.append(self._unit(match))
            position = match.end()
        return b"".join(pieces), position

    def _unit(self, match: re.Match[bytes]) -> bytes:
        unit = match[0]
        if match["raw"] is not None:
            start, end = match.start("inner") - match.start(), match.end("inner") - match.start()
            head = self._attributes(unit[:start], b"")
            return head + self._cells.denied(unit[start:end]) + unit[end:]
        if match["tag"] is not None:
            return self._tag(unit)
        if unit.startswith(b"<!--"):
            return self._cells.denied(unit)
        return self._text(unit)

    def _tag(self, tag: bytes) -> bytes:
        element = _ELEMENT.match(tag)
        name = b"" if element is None else element[1].lower()
        if name not in _ELEMENTS and not tag.lower().startswith(b"<!doctype html"):
            return self._cells.denied(tag)
        if tag[1:2] == b"/":
            self._closed(name)
            return self._names(tag)
        self._opened(name)
        return self._attributes(tag, name)

    def _opened(self, name: bytes) -> None:
        if name == b"table":
            self._headings, self._row, self._heads = [], [], True
        elif name == b"tr":
            self._row, self._heads = [], True
        elif name in _CELLS:
            self._row.append(b"")
            self._heads = self._heads and name == b"th"
        elif name in _TERMS:
            self._term = b""
        if name in _CELLS or name in _TERMS or name in _HOLDING:
            self._element = name

    def _closed(self, name: bytes) -> None:
        if name == b"tr":
            if self._row and (self._heads or not self._headings):
                self._headings = self._row[:COLUMNS] if len(self._row) > 2 or self._heads else [b""]
            self._row = []
        if name == self._element:
            self._element = b""

    def _attributes(self, tag: bytes, element: bytes) -> bytes:
        pieces: list[bytes] = []
        position = 0
        named = b""
        for token in xml.tokens(tag):
            if token.kind not in ("attribute", "junk"):
                continue
            raw = tag[token.start : token.end]
            if token.name in _NAMED and self._cells.rule(raw) is not None:
                named = raw
            pieces.append(self._names(tag[position : token.start]))
            if token.kind == "junk":
                pieces.append(self._cells.denied(raw))
            elif token.name == b"value" and element != b"option":
                pieces.append(self._escaped(named or self._term or self._beside(), raw))
            elif token.name in _LOOKS or token.name in _NAMED:
                pieces.append(self._cells.to.text(raw))
            else:
                pieces.append(self._escaped(token.name if token.name in _TOLD else b"", raw))
            position = token.end
        pieces.append(self._names(tag[position:]))
        return b"".join(pieces)

    def _names(self, tag: bytes) -> bytes:
        return _NAME.sub(lambda name: self._cells.name(name[0]), tag)

    def _text(self, raw: bytes) -> bytes:
        bare = raw.strip()
        if not bare:
            return raw
        if self._element in _CELLS and self._row:
            told = self._told()
            self._row[-1] += bare
            heading = self._heads or (not told and self._cells.rule(_label(bare)) is not None)
            return self._key(raw) if heading else self._escaped(told, raw)
        if self._element in _TERMS:
            self._term += bare
            return self._key(raw)
        if self._element in _HOLDING:
            return self._escaped(self._term, raw)
        return self._escaped(b"", raw)

    def _beside(self) -> bytes:
        """What the cell to the left says about what stands here."""
        return _label(self._row[-2]) if len(self._row) > 1 else b""

    def _told(self) -> bytes:
        """What the row or the table calls the cell that was opened last."""
        beside = self._beside()
        if beside and self._cells.rule(beside) is not None:
            return beside
        column = len(self._row) - 1
        above = _label(self._headings[column]) if column < len(self._headings) else b""
        return above or beside

    def _key(self, raw: bytes) -> bytes:
        """A heading or term."""
        known = self._cells.rule(_label(raw)) is not None
        return self._cells.to.text(raw) if known else self._cells.denied(raw)

    def _escaped(self, told: bytes, raw: bytes) -> bytes:
        plain = encodings.entities_unescape(raw) if b"&" in raw else raw
        if plain is None:
            plain = raw
        logged = not told and (_LOGGED.match(plain) is not None or _SETTINGS.fullmatch(plain) is not None)
        new = self._cells.to.text(plain) if logged else self._cells.read(_label(told), plain)
        return raw if new == plain else encodings.entities_escape_like(new, raw)


def _label(text: bytes) -> bytes:
    return text.strip(_BLANKS)


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the page and what becomes of it."""
    return stretches(chunks, Page(cells), LONGEST)
