"""YAML in block style, line by line: each value by its key, layout, comments, anchors and quotes as they were.

Nothing is loaded or written back, so no tag runs and no anchor is expanded. Values that go over several lines are read
line by line under the key they began with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, records

DEEPEST: Final = 64
_LINE = re.compile(
    rb"(?P<indent>[ \t]*+(?:-[ \t]++|\?[ \t]++)*+)"
    rb"(?:(?P<key>\"[^\"\r\n]{0,128}\"|'[^'\r\n]{0,128}'|[^\s\"'#:\[\]{},&*!|>%@`-][^:#\r\n]{0,127}?)"
    rb"(?P<mark>[ \t]*+:(?=[ \t]|\Z)[ \t]*+))?"
)
_PROPERTY = re.compile(rb"(?:[&!*][^\s,\[\]{}]*+(?:[ \t]++|\Z))++")
"""Anchors, tags and aliases."""
_BLOCK = re.compile(rb"[|>][0-9+-]{0,2}(?:[ \t]++#[^\r\n]*+)?")
_FLOW = re.compile(
    rb"(?P<open>[\[{,][\[{\s]*+)(?:(?P<key>[A-Za-z_][A-Za-z0-9_.-]{0,64}+)(?P<mark>[ \t]*+:[ \t]++))?"
    rb"(?P<value>\"[^\"]*+\"|'[^']*+'|[^,\[\]{}\"']*+)"
)
_COMMENT = re.compile(rb"[ \t]++#")
_MARKERS: Final = (b"---", b"...")


class Reading:
    """One file, block by block."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._open: list[tuple[int, bytes]] = []
        """Of each mapping that is open, how far in it stands and its latest key."""
        self._scalar = -1
        """How far in the key of a block scalar stands; -1 outside of one."""

    def read(self, block: bytes) -> bytes:
        """A block of whole lines."""
        return b"".join([self._line(line) for line in block.splitlines(keepends=True)])

    def _line(self, line: bytes) -> bytes:
        text = line.rstrip(b"\r\n")
        end = line[len(text) :]
        bare = text.lstrip(b" \t")
        depth = len(text) - len(bare)
        if not bare or text in _MARKERS:
            return line
        if self._scalar >= 0 and depth > self._scalar:
            return text[:depth] + self._cells.read(self._told(depth), bare) + end
        self._scalar = -1
        if bare[:1] == b"#" or (bare[:1] == b"%" and not depth):
            return self._cells.denied(text) + end
        match = _LINE.match(text)
        if match is None:
            return self._cells.denied(text) + end
        new = text[: match.end("indent")]
        position = len(new)
        if match["key"] is not None:
            told = match["key"].strip(b"\"'")
            new += match["key"].replace(told, self._cells.key(told)) + match["mark"]
            self._enter(position, told)
            position = match.end()
            if _BLOCK.fullmatch(text, position):
                self._scalar = depth
        else:
            told = self._told(position)
        return new + self._value(told, text[position:]) + end

    def _enter(self, depth: int, key: bytes) -> None:
        while self._open and self._open[-1][0] >= depth:
            self._open.pop()
        if len(self._open) < DEEPEST:
            self._open.append((depth, key))

    def _told(self, depth: int) -> bytes:
        """The key that a line without one belongs to."""
        for indent, key in reversed(self._open):
            if indent <= depth:
                return key
        return b""

    def _value(self, told: bytes, value: bytes) -> bytes:
        properties = _PROPERTY.match(value)
        head = value[: properties.end()] if properties else b""
        rest = value[len(head) :]
        quoted = rest[:1] in (b'"', b"'")
        comment = _COMMENT.search(rest, rest.rfind(rest[:1], 1) + 1 if quoted else 0)
        stop = len(rest) if comment is None else comment.start()
        new = rest[:stop]
        if new[:1] in (b"{", b"[") and not _FLOW.sub(b"", new).strip(b"]} \t"):
            new = _FLOW.sub(lambda item: self._item(told, item), new)
        elif not _BLOCK.fullmatch(new):
            new = self._cells.read(told, new)
        if head:
            head = self._cells.name(head)
        return head + new + (self._cells.denied(rest[stop:]) if stop < len(rest) else b"")

    def _item(self, told: bytes, item: re.Match[bytes]) -> bytes:
        """One value of a mapping or row within a line."""
        key = item["key"]
        if key is None:
            return item["open"] + self._cells.read(told, item["value"])
        return item["open"] + self._cells.key(key) + item["mark"] + self._cells.read(key, item["value"])


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a block of lines and what becomes of it."""
    reading = Reading(cells)
    for block in records(chunks, PLAIN):
        yield block, reading.read(block)
