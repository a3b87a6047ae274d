"""Mails (RFC 5322, RFC 2045): parts in quoted-printable or base64 are read plain and written back so.

Everything else is read like a log: header fields, plain parts, and what stands around a mail that was pasted. A part
that is no text, or longer than anybody reads, goes; what stands for it says so.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scrubber.documents.cell import Cells
from scrubber.documents.stretch import stretches

LONGEST: Final = 8 << 20
"""Bytes of a part that is read as one; a longer one goes."""
NOTE: Final = b"suppressed"
"""What stands for a part that is no text."""
_ENCODING = re.compile(
    rb"^Content-Transfer-Encoding:[ \t]*+\"?(quoted-printable|base64)\b", re.MULTILINE | re.IGNORECASE
)
_BLANK = re.compile(rb"\r?\n(?:\r?\n|\Z)")
_CHARSET = re.compile(rb"\bcharset=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_END = re.compile(rb"^(?:--|From )", re.MULTILINE)
"""The delimiter of a multipart, or the first line of the next mail of a mailbox; a body has them quoted."""
_HARD = re.compile(rb"(?<!=)\r?\n")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_CONTROL: Final = bytes(sorted({*range(32), 127} - set(b"\t\n\r\f\x1b")))
_UTF8: Final = frozenset(("utf-8", "ascii"))
_CHARSETS: Final = ("iso8859", "cp12", "koi8", "mac", "gb", "big5", "shift_jis", "euc", "iso2022", "tis")
"""What the names of further character sets begin with."""
_WIDTH: Final = 57
"""Octets of a line of base64: 76 characters (RFC 2045 section 6.8)."""


class _Part(NamedTuple):
    """How the body that begins is encoded."""

    encoding: bytes
    """Empty behind the beginning of a body that is too long."""
    charset: str


class Reading:
    """One file, stretch by stretch."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._part: _Part | None = None
        """The part whose body is open."""

    def read(self, data: bytes, *, last: bool) -> tuple[bytes, int]:
        """``data`` rewritten up to its last whole unit, and where that ends; to its end if it is the ``last``."""
        pieces: list[bytes] = []
        position = 0
        while position < len(data):
            if self._part is None:
                new, end = self._plain(data, position, last=last)
            else:
                new, end = self._body(self._part, data, position, last=last)
            if end == position:
                break
            pieces.append(new)
            position = end
        return b"".join(pieces), position

    def _plain(self, data: bytes, start: int, *, last: bool) -> tuple[bytes, int]:
        """What is not encoded, up to the end of the header of a part that is."""
        field = _ENCODING.search(data, start)
        blank = None if field is None else _BLANK.search(data, field.end())
        if field is not None and blank is not None and (last or blank.end() < len(data)):
            end = blank.end()
            self._part = _Part(field[1].lower(), _charset(data[_behind_blank(data, start, field.start()) : end]))
        else:
            end = len(data) if last else _behind_blank(data, start, len(data))
        return self._cells.to.lines(data[start:end]), end

    def _body(self, part: _Part, data: bytes, start: int, *, last: bool) -> tuple[bytes, int]:
        """The body of the part that is open."""
        closing = _END.search(data, start)
        end = len(data) if closing is None else closing.start()
        is_long = end - start > LONGEST or not part.encoding
        if closing is not None or last or is_long:
            self._part = part._replace(encoding=b"") if closing is None and is_long else None
        elif part.encoding == b"base64":
            return b"", start
        else:
            end = max((line.end() for line in _HARD.finditer(data, start)), default=start)
        if not part.encoding or end == start:
            return b"", end
        body = data[start:end]
        return self._printed(body, part) if part.encoding != b"base64" else self._packed(body, part), end

    def _printed(self, body: bytes, part: _Part) -> bytes:
        """A body in quoted-printable."""
        plain = binascii.a2b_qp(body)
        new = self._text(plain, part.charset)
        if new == plain:
            return body
        line = b"\r\n" if b"\r\n" in body else b"\n"
        return binascii.b2a_qp(new.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", line)

    def _packed(self, body: bytes, part: _Part) -> bytes:
        """A body in base64, and what stands behind it."""
        strange = _NO_BASE64.search(body)
        core = body.rstrip() if strange is None else body[: body.rfind(b"\n", 0, strange.start()) + 1].rstrip()
        rest = body[len(core) :] if strange is None else self._cells.to.lines(body[len(core) :])
        if not core:
            return rest
        try:
            plain = binascii.a2b_base64(core)
        except binascii.Error:
            plain = b"\0"
        new = self._text(plain, part.charset)
        if new == plain:
            return core + rest
        line = b"\r\n" if b"\r\n" in body else b"\n"
        rows = (new[at : at + _WIDTH] for at in range(0, len(new), _WIDTH))
        return line.join(binascii.b2a_base64(row, newline=False) for row in rows) + rest

    def _text(self, plain: bytes, charset: str) -> bytes:
        """What a part says, rewritten."""
        if len(plain) > LONGEST or plain.translate(None, _CONTROL) != plain:
            return NOTE
        try:
            text = plain if charset in _UTF8 else plain.decode(charset).encode()
        except UnicodeError:
            text, charset = plain, "utf-8"
        bare = text.strip()
        told = self._cells.inside(bare) if bare else None
        new = self._cells.to.lines(text) if told is None else text.replace(bare, told)
        return new if charset in _UTF8 else new.decode("utf-8", "replace").encode(charset, "replace")


def _behind_blank(data: bytes, start: int, stop: int) -> int:
    """Where the text behind the last blank line before ``stop`` begins; ``start`` when there is none."""
    ends = [(data.rfind(mark, start, stop), len(mark)) for mark in (b"\n\n", b"\n\r\n")]
    return max((first + size for first, size in ends if first >= 0), default=start)


def _charset(header: bytes) -> str:
    """The character set that the header of a part names, as Python calls it; UTF-8 for what it does not know."""
    named = _CHARSET.search(header)
    try:
        known = codecs.lookup(named[1].decode() if named else "utf-8")
    except LookupError:
        return "utf-8"
    return known.name if known.name.startswith(_CHARSETS) else "utf-8"


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the file and what becomes of it."""
    yield from stretches(chunks, Reading(cells), LONGEST)
