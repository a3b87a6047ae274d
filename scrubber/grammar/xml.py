"""A lenient, lossless reader of XML: spans instead of a tree, for documents that may be cut or wrong anywhere.

Nothing is resolved: no entity, no DTD, no name space but the prefix that is cut off. What does not look like markup is
text, so it is named and scanned like text. Time is linear and nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Final, NamedTuple

from scrubber.grammar.params import KEEP
from scrubber.grammar.xml_values import value_parts
from scrubber.model import Part

_NAME = re.compile(rb"[A-Za-z_:\x80-\xff][A-Za-z0-9_:.\x80-\xff-]*+")
_SCHEME = re.compile(rb"(?:sips?|tel|im|pres|mailto|xmpp|https?|ftp|urn|cid):", re.IGNORECASE)
_BETWEEN = re.compile(rb"[\s/]*+")
_EQUALS = re.compile(rb"\s*+=\s*+")
_QUOTED = {b'"': re.compile(rb'[^"<]*+'), b"'": re.compile(rb"[^'<]*+")}
_BARE = re.compile(rb"[^\s<>\"'/]++")
_BARE_VALUE = re.compile(rb"[^\s<>\"']++")
_TO_CLOSE = re.compile(rb"[^<>]*+")
_DECLARATION = re.compile(rb"[\w\s=\"'.-]{0,128}")
_SUBSET_END = re.compile(rb"\]\s*+>")


class Token(NamedTuple):
    """One piece of a document.

    ``kind`` is ``start`` or ``end`` (of an element), ``attribute``, ``text``, ``cdata``, ``comment``, ``instruction``,
    ``declaration`` (``<?xml``), ``doctype`` or ``junk`` (inside a tag, but no attribute). ``name`` is the lower-case
    name without prefix of an element or attribute. The range is that of the name of an element, of the value of an
    attribute without quotes, of the content of anything else.
    """

    kind: str
    start: int
    end: int
    name: bytes


Reader = Callable[[bytes, int, int], Generator[Token, None, int]]


def _local(raw: bytes) -> bytes:
    """``xmlns:dm`` is a name space, ``dm:person`` a person."""
    prefix, colon, rest = raw.lower().rpartition(b":")
    return b"xmlns" if colon and prefix == b"xmlns" else rest


def _until(kind: str, opening: int, closing: bytes) -> Reader:
    """A reader of everything up to a fixed mark, or up to the end when the mark is missing."""

    def read(data: bytes, left: int, end: int) -> Generator[Token, None, int]:
        begin = min(left + opening, end)
        stop = data.find(closing, begin, end)
        yield Token(kind, begin, stop if stop >= 0 else end, b"")
        return stop + len(closing) if stop >= 0 else end

    return read


def _instruction(data: bytes, left: int, end: int) -> Generator[Token, None, int]:
    stop = data.find(b"?>", left + 2, end)
    name = _NAME.match(data, left + 2, end)
    begin = name.end() if name else left + 2
    kind = "declaration" if name and name[0] == b"xml" else "instruction"
    right = stop if stop >= 0 else end
    yield Token(kind, min(begin, right), right, b"")
    return stop + 2 if stop >= 0 else end


def _doctype(data: bytes, left: int, end: int) -> Generator[Token, None, int]:
    """``<!DOCTYPE name …>``; with an internal subset up to its closing bracket."""
    head = data.find(b">", left, end)
    bracket = data.find(b"[", left, head if head >= 0 else end)
    if bracket >= 0:
        match = _SUBSET_END.search(data, bracket, end)
        yield Token("doctype", left + 2, match.start() if match else end, b"")
        return match.end() if match else end
    yield Token("doctype", left + 2, head if head >= 0 else end, b"")
    return head + 1 if head >= 0 else end


def _end_tag(data: bytes, left: int, end: int) -> Generator[Token, None, int]:
    name = _NAME.match(data, left + 2, end)
    begin = name.end() if name else left + 2
    match = _TO_CLOSE.match(data, begin, end)
    stop = match.end() if match else end
    yield Token("end", left + 2, begin, _local(name[0]) if name else b"")
    if data[begin:stop].strip():
        yield Token("junk", begin, stop, b"")
    return stop + 1 if data[stop : stop + 1] == b">" and stop < end else stop


def _attribute(data: bytes, at: int, end: int) -> tuple[Token | None, int]:
    """The attribute at an offset that is neither blank nor the end of the tag, and the offset behind it."""
    name = _NAME.match(data, at, end)
    equals = _EQUALS.match(data, name.end(), end) if name else None
    if name is None or equals is None:
        quoted = _QUOTED.get(data[at : at + 1])
        match = quoted.match(data, at + 1, end) if quoted else _BARE.match(data, at, end)
        if match is None or match.start() == match.end():
            return None, at + 1
        return Token("junk", match.start(), match.end(), b""), match.end() + (quoted is not None)
    begin = equals.end()
    quoted = _QUOTED.get(data[begin : begin + 1]) if begin < end else None
    if quoted is None:
        bare = _BARE_VALUE.match(data, begin, end)
        stop = bare.end() if bare else begin
        return Token("attribute", begin, stop, _local(name[0])), stop
    match = quoted.match(data, begin + 1, end)
    stop = match.end() if match else end
    closed = stop < end and data[stop] == data[begin]
    return Token("attribute" if closed or stop == end else "junk", begin + 1, stop, _local(name[0])), stop + closed


def _start_tag(data: bytes, left: int, end: int) -> Generator[Token, None, int]:
    match = _NAME.match(data, left + 1, end)
    at = match.end() if match else left + 1
    name = _local(data[left + 1 : at])
    yield Token("start", left + 1, at, name)
    empty = False
    while at < end:
        between = _BETWEEN.match(data, at, end)
        at, empty = (between.end(), b"/" in between[0]) if between else (at, False)
        mark = data[at : at + 1] if at < end else b""
        if mark == b">":
            at += 1
            break
        if mark in (b"", b"<"):
            break
        token, at = _attribute(data, at, end)
        if token:
            yield token
    if empty:
        yield Token("end", at, at, name)
    return at


_MARKUP: Final[tuple[tuple[bytes, Reader], ...]] = (
    (b"<!--", _until("comment", 4, b"-->")),
    (b"<![CDATA[", _until("cdata", 9, b"]]>")),
    (b"<!", _doctype),
    (b"<?", _instruction),
)


def _reader(data: bytes, left: int, end: int) -> Reader | None:
    """The reader of the markup that begins at a ``<``, or none when the ``<`` is text (``<sip:…>``, ``a < b``)."""
    for opening, reader in _MARKUP:
        if data.startswith(opening, left, end):
            return reader
    closing = data[left + 1 : left + 2] == b"/"
    at = left + 1 + closing
    name = _NAME.match(data, at, end)
    if name is None or _SCHEME.match(data, at, end) or data[name.end() : name.end() + 1] == b"@":
        return None
    return _end_tag if closing else _start_tag


def tokens(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of a document, or of any bytes, in order; an empty element gives a ``start`` and an ``end``."""
    stop = len(data) if end is None else end
    at = text_from = start
    while (left := data.find(b"<", at, stop)) >= 0:
        reader = _reader(data, left, stop)
        if reader is None:
            at = left + 1
            continue
        if text_from < left:
            yield Token("text", text_from, left, b"")
        at = text_from = yield from reader(data, left, stop)
    if text_from < stop:
        yield Token("text", text_from, stop, b"")


class _Open:
    """The elements that are open, and how the text in the innermost is named."""

    def __init__(self, elements: Mapping[bytes, str], default: str) -> None:
        self._elements = elements
        self._default = default
        self._stack: list[tuple[bytes, str]] = []
        self._count: dict[bytes, int] = {}

    @property
    def element(self) -> bytes:
        return self._stack[-1][0] if self._stack else b""

    @property
    def text(self) -> str:
        return self._stack[-1][1] if self._stack else self._default

    def push(self, name: bytes) -> None:
        """An element that is in no table is named like what it stands in, so ``<note><b>`` is still a note."""
        inherited = self.text if self.text != KEEP else self._default
        known = self._elements.get(self.element + b"/" + name)
        self._stack.append((name, known if known is not None else self._elements.get(name, inherited)))
        self._count[name] = self._count.get(name, 0) + 1

    def pop(self, name: bytes) -> None:
        """Close an element and what is still open in it; an end tag that nothing opened is ignored."""
        if not self._count.get(name):
            return
        while self._stack:
            last = self._stack.pop()[0]
            self._count[last] -= 1
            if last == name:
                return


_FIXED: Final = {"comment": "text", "declaration": "free", "instruction": "free", "doctype": "free", "junk": "unknown"}


def parts(  # noqa: PLR0913 - the two tables and the two names for what is in neither
    data: bytes,
    start: int,
    end: int,
    elements: Mapping[bytes, str],
    attributes: Mapping[bytes, str],
    *,
    default: str = "free",
    attribute_default: str = "free",
) -> list[Part]:
    """The parts of a document, for any bytes.

    ``elements`` maps lower-case local names, or ``parent/name``, to the part name of the text in the element;
    ``attributes`` maps names, or ``element@name``, likewise. ``xml_values`` says which names stand for a grammar of
    their own (``uri``, ``call-id`` …) and what ``KEEP`` means. What is in no table gets the defaults.
    """
    found: list[Part] = []
    opened = _Open(elements, default)
    for token in tokens(data, start, end):
        if token.kind == "start":
            opened.push(token.name)
        elif token.kind == "end":
            opened.pop(token.name)
        elif token.kind == "attribute":
            own = attributes.get(opened.element + b"@" + token.name)
            name = own if own is not None else attributes.get(token.name, attribute_default)
            found += value_parts(data, token.start, token.end, name)
        elif token.kind in ("text", "cdata"):
            found += value_parts(data, token.start, token.end, opened.text, escaped=token.kind == "text")
        elif token.kind == "doctype" and b"[" in data[token.start : token.end]:
            found += value_parts(data, token.start, token.end, "text")
        elif token.kind != "declaration" or _DECLARATION.fullmatch(data, token.start, token.end) is None:
            found += value_parts(data, token.start, token.end, _FIXED[token.kind], escaped=False)
    return found
