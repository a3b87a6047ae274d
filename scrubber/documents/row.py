r"""One row of values in SQL, and what its values are called.

``('1001','secret','hunter2-ward',2)`` in a table of keywords says itself that the third value is a secret, and so do
the paths of Asterisk's own database (``/AMPUSER/1001/cidname``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from scrubber.documents.cell import Cells

_NAMING: Final = frozenset(
    b"keyword key name variable var setting option param parameter config field item metric attribute property".split()
)
_HELD: Final = frozenset(b"data value val content setting_value config_value option_value meta_value".split())
_NUMBER = re.compile(rb"[+-]?[0-9]+(?:\.[0-9]+)?")
_SMALL = re.compile(rb"[+-]?(?:[0-9]{1,3}|[0-9]{1,3}\.[0-9]{1,2}|0\.[0-9]+)")
_PREFIX = re.compile(rb"[ENXBenxb]?'")
_ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"Z": b"\x1a", b"b": b"\b"}
_TO_ESCAPE = re.compile(rb"[\\'\n\r\0\x1a]")
_ESCAPES: Final = {b"\n": b"\\n", b"\r": b"\\r", b"\0": b"\\0", b"\x1a": b"\\Z", b"\\": b"\\\\", b"'": b"\\'"}
_MARKED: Final = b"\xff\xfe\xff"
"""What no text holds."""
_PATH_PART = re.compile(rb"[^/]+")
_SETTING = re.compile(rb"[a-z][a-z_]{2,39}")
"""What a table calls a setting where its columns have no names."""
_WORDED = re.compile(rb"[A-Za-z_][A-Za-z_ -]*")


def named(
    columns: Sequence[bytes], values: Sequence[bytes], means: Callable[[bytes], bool] | None = None
) -> list[bytes]:
    """The names by which the values of a row are read.

    ``means`` says whether a word is the name of something: where no column has a name, such a word is that of the next
    value.
    """
    told = [columns[at] if at < len(columns) else b"" for at in range(len(values))]
    lowered = [name.lower().strip(b'`"[] ') for name in told]
    naming = next((at for at, name in enumerate(lowered) if name in _NAMING and at < len(values)), None)
    if naming is None:
        paths = [at for at, value in enumerate(values[:1]) if value[:1] == b"/" and len(values) == 2]
        naming = 0 if paths else None
    if naming is None and means is not None and not columns:
        words = (at for at, value in enumerate(values[:-1]) if _SETTING.fullmatch(value) and means(value))
        naming = next(words, None)
    if naming is None:
        return told
    told[naming] = told[naming] or b"key"
    last = values[naming].rstrip(b"/").rpartition(b"/")[2] if values[naming][:1] == b"/" else values[naming]
    for at, name in enumerate(lowered):
        if at != naming and (name in _HELD or (not name and at == naming + 1)):
            told[at] = last if _WORDED.fullmatch(last) else b""
    return told


def is_path(value: bytes) -> bool:
    """Whether a value is a key of Asterisk's own database."""
    return value[:1] == b"/" and value.count(b"/") > 1 and b" " not in value and b"." not in value.rpartition(b"/")[2]


def path(value: bytes, cells: Cells) -> bytes:
    """A key of Asterisk's own database: numbers in it are accounts, names of settings stay."""

    def part(match: re.Match[bytes]) -> bytes:
        if match[0].lstrip(b"+").isdigit():
            return cells.read(b"user", match[0])
        return cells.name(match[0]) if cells.rule(match[0]) is not None else cells.denied(match[0])

    return _PATH_PART.sub(part, value)


def held(told: bytes, value: bytes, cells: Cells) -> bytes:
    """One value of a row by its name; the names that rows give to their values stay where they mean something."""
    if is_path(value):
        return path(value, cells)
    if told.lower() in _NAMING and cells.rule(value) is not None and b" " not in value:
        return cells.name(value)
    return cells.read(told, value)


class Row:
    """The tokens of one row, from behind its opening bracket to its closing one."""

    def __init__(self, cells: Cells, columns: Sequence[bytes], *, escaped: bool) -> None:
        self._cells = cells
        self._columns = columns
        self._escaped = escaped
        self._tokens: list[tuple[str, bytes, int]] = []
        """Kind, bytes and position in the row."""
        self._depth = 0
        self._column = 0

    def add(self, kind: str, token: bytes) -> bool:
        """Take one token; whether it ends the row."""
        if token == b"(":
            self._depth += 1
        elif token == b")":
            self._depth -= 1
        elif token == b"," and not self._depth:
            self._column += 1
        self._tokens.append((kind, token, self._column))
        return self._depth < 0

    def written(self) -> bytes:
        """The row rewritten."""
        values = [b""] * (self._column + 1)
        plain: list[bytes | None] = []
        for kind, token, column in self._tokens:
            value = self._plain(kind, token)
            plain.append(value)
            if value is not None and not values[column]:
                values[column] = value
        told = named(self._columns, values, lambda word: self._cells.rule(word) is not None)
        pieces = []
        for (kind, token, column), value in zip(self._tokens, plain, strict=True):
            pieces.append(token if value is None else self._value(kind, token, value, told[column]))
        return b"".join(pieces)

    def _plain(self, kind: str, token: bytes) -> bytes | None:
        """The value of a literal; None for what is none."""
        if kind == "text":
            body = token[token.index(b"'") + 1 : -1]
            if self._escaped or token[:1] in b"Ee":
                return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]) if escape[1] else b"'", body)
            return body.replace(b"''", b"'")
        if kind == "name":
            return token[1:-1]
        return token if kind in ("number", "word") else None

    def _value(self, kind: str, token: bytes, value: bytes, told: bytes) -> bytes:
        if kind == "word":
            return self._cells.denied(token)
        if kind == "number" and _SMALL.fullmatch(token):
            return token
        new = held(told, value, self._cells)
        if new == value:
            return token
        if kind == "number":
            return new if _NUMBER.fullmatch(new) else self._quoted(new, b"'")
        if kind == "name":
            return token[:1] + new.replace(token[-1:], token[-1:] * 2) + token[-1:]
        return self._quoted(new, token)

    def _quoted(self, value: bytes, like: bytes) -> bytes:
        prefix = _PREFIX.match(like)
        opening = b"'" if prefix is None else prefix[0]
        if opening[:1] in b"XxBb":
            opening = b"'"
        if self._escaped or opening[:1] in b"Ee":
            doubled = b"''" in like[len(opening) : -1]
            value = value.replace(b'"', _MARKED) if b'\\"' in like else value
            body = _TO_ESCAPE.sub(lambda sign: _ESCAPES[sign[0]] if sign[0] != b"'" or not doubled else b"''", value)
            body = body.replace(_MARKED, b'\\"')
        else:
            body = value.replace(b"'", b"''")
        return opening + body + b"'"
