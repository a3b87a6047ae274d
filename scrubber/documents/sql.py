r"""Dumps of databases (``mysqldump``, ``pg_dump``, ``sqlite3 .dump``): each value by the name of its column.

The names come from the statement itself or from the ``CREATE TABLE`` before it. In tables whose rows name their own
value (``id, keyword, data``), that name decides. Lines may be of any length; quotes and escapes (``''``, ``\'``) stay
in their style. Of what is no statement only plain words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.documents.cell import Cells
from scrubber.documents.row import Row, held, named
from scrubber.documents.stretch import stretches

LONGEST: Final = 1 << 22
"""Bytes of one value; what is longer is read in pieces."""
COLUMNS: Final = 2048
TABLES: Final = 4096
_STATEMENT = re.compile(
    rb"(?i)(?:(?P<insert>(?:INSERT|REPLACE)\s+(?:IGNORE\s+|OR\s+\w{1,16}\s+)?INTO)|(?P<create>CREATE\s+(?:TEMP\w*\s+)?TABLE"
    rb"(?:\s+IF\s+NOT\s+EXISTS)?)|(?P<copy>COPY)(?=\s[^;\n]{1,4096}\sFROM\s+stdin)|CREATE\s+[A-Z]|DROP\s+[A-Z]|ALTER\s+[A-Z]"
    rb"|(?:UN)?LOCK\s+TABLES|SET\s+[@\w.]{1,64}\s*(?:=|TO\b)|PRAGMA\s+\w|BEGIN(?:\s+TRANSACTION)?\s*;|COMMIT\s*;"
    rb"|START\s+TRANSACTION|USE\s+[`\"\w]{1,64}\s*;|UPDATE\s+\S{1,128}\s+SET\b|DELETE\s+FROM|SELECT\s+pg_catalog"
    rb"|TRUNCATE\s+(?:TABLE\s+)?\S|GRANT\s+[A-Z]|COMMENT\s+ON|DELIMITER\s+\S|ANALYZE\b)"
)
_TOKENS = (
    rb"(?P<text>[ENXBenxb]?'(?:[^'%b]|''%b)*+')(?!')|(?P<name>`(?:[^`]|``)*+`|\"(?:[^\"]|\"\")*+\"|\[[^\]\n]{1,128}\])"
    rb"|(?P<comment>--[^\n]*+(?=\n)|\#[^\n]*+(?=\n)|/\*.*?(?:\*/|\Z))|(?P<word>[A-Za-z_\x80-\xff@][A-Za-z0-9_$.@\x80-\xff]*+)"
    rb"|(?P<number>[+-]?[0-9][0-9A-Za-z.]*+)|(?P<blank>\s++)|(?P<sign>.)"
)
_LEXERS: Final = {
    True: re.compile(_TOKENS % (rb"\\", rb"|\\."), re.DOTALL),
    False: re.compile(_TOKENS % (b"", b""), re.DOTALL),
}
"""With the escapes of MySQL, and without."""
_MYSQL = re.compile(rb"-- (?:MySQL|MariaDB) dump|ENGINE=|`|\\'")
_QUOTES: Final = (b"'", b'"', b"`")
_NO_COLUMN: Final = frozenset(
    b"primary key unique constraint foreign index fulltext check spatial exclude period".split()
)
_EXECUTED = re.compile(rb"/\*M?![0-9]{5,6} ((?:SET|ALTER|DROP|CREATE) [\w@=,.:'`+ *-]{1,256})\*/;?")
"""Statements in comments, which MySQL runs: they set the mode of a session."""


class Dump:
    """One dump, stretch by stretch."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._lexer: re.Pattern[bytes] | None = None
        self._escaped = True
        self._tables: dict[bytes, list[bytes]] = {}
        self._table = b""
        self._verb = ""
        """``insert``, ``create``, ``copy``, ``other`` or, between statements, nothing."""
        self._copying = False
        self._depth = 0
        self._values = False
        """Whether rows of values have begun."""
        self._listed: list[bytes] = []
        """Columns that the statement itself names."""
        self._expects_column = False
        self._last = b""
        """The last name in a statement that is no list of rows."""
        self._row: Row | None = None

    def read(self, text: bytes, *, last: bool) -> tuple[bytes, int]:
        """``text`` rewritten up to its last whole token, and where that ends; to its end if it is the ``last``."""
        if self._lexer is None:
            self._escaped = _MYSQL.search(text) is not None
            self._lexer = _LEXERS[self._escaped]
        pieces: list[bytes] = []
        position, stop = 0, len(text)
        while position < stop:
            if self._copying or not self._verb:
                end = self._outside(text, position, pieces, last=last)
                if end == position:
                    break
                position = end
                continue
            match = self._lexer.match(text, position)
            if match is None or (match.end() == stop and not last):
                break
            if match.lastgroup == "sign" and match[0] in _QUOTES:
                if not last and stop - position < LONGEST:
                    break  # a value whose end is not there
                if self._row is not None:
                    pieces.append(self._row.written())
                    self._row = None
                pieces.append(self._cells.denied(text[position:]))
                position = stop
                break
            self._token(match, pieces)
            position = match.end()
        if last and self._row is not None:
            pieces.append(self._row.written())
            self._row = None
        return b"".join(pieces), position

    # --- between statements

    def _outside(self, text: bytes, position: int, pieces: list[bytes], *, last: bool) -> int:
        """A line that is no statement, or the beginning of one; returns where reading goes on."""
        end = text.find(b"\n", position) + 1
        whole = end > 0
        end = end or len(text)
        if self._copying:
            if not whole and not last:
                return position
            pieces.append(self._copied(text[position:end]))
            return end
        start = position + len(text[position:end]) - len(text[position:end].lstrip())
        if start < end:
            statement = _STATEMENT.match(text, start)
            if statement is not None and statement.end() < len(text):
                pieces.append(text[position : statement.end()])
                self._begin(statement.lastgroup or "other")
                return statement.end()
        if not whole and not last:
            return position
        pieces.append(self._line(text[position:end]))
        return end

    def _begin(self, verb: str) -> None:
        self._verb, self._table, self._last = verb, b"", b""
        self._depth, self._values, self._listed = 0, False, []
        self._expects_column = False

    def _line(self, line: bytes) -> bytes:
        bare = line.strip()
        if bare in (b"", b";", b")", b");"):
            return line
        executed = _EXECUTED.fullmatch(bare)
        if executed is not None:
            plain = all(map(self._cells.is_plain, executed[1].replace(b"'", b" ").replace(b"@", b" ").split()))
            return line if plain or b"'" not in bare else self._cells.denied(line)
        return self._cells.denied(line)

    def _copied(self, line: bytes) -> bytes:
        """A row of ``COPY … FROM stdin``."""
        text = line.rstrip(b"\r\n")
        if text == b"\\.":
            self._copying, self._verb = False, ""
            return line
        values = text.split(b"\t")
        plain = [value.replace(b"\\n", b"\n").replace(b"\\t", b"\t").replace(b"\\\\", b"\\") for value in values]
        known = self._listed or self._tables.get(self._table, [])
        told = named(known, plain, lambda word: self._cells.rule(word) is not None)
        new = []
        for name, raw, value in zip(told, values, plain, strict=True):
            changed = value if raw == b"\\N" else held(name, value, self._cells)
            written = changed.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\n", b"\\n")
            new.append(raw if changed == value else written)
        return b"\t".join(new) + line[len(text) :]

    # --- in a statement

    def _token(self, match: re.Match[bytes], pieces: list[bytes]) -> None:
        kind, token = match.lastgroup or "", match[0]
        if kind == "comment":
            pieces.append(self._cells.denied(token))
        elif self._row is not None:
            self._in_row(kind, token, pieces)
        elif token == b";":
            pieces.append(token)
            self._end()
        elif self._values and token == b"(":
            self._row = Row(self._cells, self._listed or self._tables.get(self._table, []), escaped=self._escaped)
            pieces.append(token)
        elif kind in ("name", "word"):
            pieces.append(self._name(kind, token))
        elif kind in ("text", "number"):
            pieces.append(self._stray(kind, token))
        else:
            self._sign(token)
            pieces.append(token)

    def _in_row(self, kind: str, token: bytes, pieces: list[bytes]) -> None:
        row = self._row
        if row is not None and row.add(kind, token):
            pieces.append(row.written())
            self._row = None

    def _end(self) -> None:
        if self._verb == "create" and self._table and len(self._tables) < TABLES:
            self._tables[self._table] = self._listed
        if self._verb == "copy":
            self._copying = True
            return
        self._verb = ""

    def _sign(self, token: bytes) -> None:
        if token == b"(":
            self._depth += 1
            self._expects_column = self._depth == 1
        elif token == b")":
            self._depth -= 1
        elif token == b",":
            self._expects_column = self._depth == 1

    def _name(self, kind: str, token: bytes) -> bytes:
        bare = token if kind == "word" else token[1:-1]
        lowered = bare.lower()
        if not self._depth and kind == "word" and lowered in (b"values", b"value"):
            self._values = self._verb == "insert"
        elif not self._table and self._verb in ("insert", "create", "copy"):
            self._table = lowered.rpartition(b".")[2]
        elif self._expects_column and self._depth == 1:
            self._expects_column = False
            if (kind == "name" or lowered not in _NO_COLUMN) and len(self._listed) < COLUMNS:
                self._listed.append(bare)
        self._last = b"password" if lowered in (b"by", b"identified") else bare
        return self._cells.name(token)

    def _stray(self, kind: str, token: bytes) -> bytes:
        """A value that stands in no row: ``SET name = 'value'``, ``DEFAULT 'value'``."""
        row = Row(
            self._cells,
            [self._listed[-1] if self._verb == "create" and self._listed else self._last],
            escaped=self._escaped,
        )
        row.add(kind, token)
        return row.written()


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the dump and what becomes of it."""
    return stretches(chunks, Dump(cells))
