"""Where a SIP message starts and ends among the lines of a log."""

from __future__ import annotations

import re
from typing import NamedTuple

from scrubber.grammar import mime, sip
from scrubber.model import Format
from scrubber.readings.message import is_sdp_type
from scrubber.readings.textline import ends_message

FIELD_LINES = 64
"""How far above a header field its start line is looked for."""
HEADER_LINES = 256
"""A header section longer than this many lines is not searched further."""

_LENGTH_FIELD = re.compile(rb"(?i)(?:content-length|l)[ \t]*:")
_TYPE_FIELD = re.compile(rb"(?i)(?:content-type|c)[ \t]*:")

_START = re.compile(
    rb"(?:INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE|SIP/2\.0) "
)
"""How a message begins that follows another one without a line end: any word would do for a method there."""

_STAMP = re.compile(
    rb"[\[<({|]?(?:[0-9]{2,4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{1,2}:[0-9]{2}:[0-9]{2}|[0-9]{10}[.:]"
    rb"|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ 0-9]?[0-9] [0-9]{2}:[0-9]{2})"
)
"""How a record of an unknown log begins; content may begin so, too, but hardly behind its declared end."""


class Extent(NamedTuple):
    """Line numbers of a message: start line, the blank line after the header (or ``end``), one past the last line.

    ``glued`` is where in the last line the next message of a stream begins, 0 for a line that ends where it should.
    """

    start: int
    blank: int
    end: int
    glued: int = 0


class Extents:
    """Finds the messages of one log format."""

    def __init__(self, fmt: Format) -> None:
        self._text_start = fmt.text_start
        self._tail = fmt.tail

    def text(self, line: bytes) -> bytes:
        """The text of a line, without log prefix and line end."""
        return line[self._text_start(line) :].removesuffix(self._tail).rstrip(b"\r")

    def around(self, lines: list[bytes], index: int, *, header_only: bool) -> Extent | None:
        """The message that line ``index`` belongs to."""
        blanks = 0
        for number in range(index, max(-1, index - (FIELD_LINES if header_only else HEADER_LINES)), -1):
            text = self.text(lines[number])
            if not text:
                blanks += 1
                if blanks > (0 if header_only else 1):
                    return None
            elif sip.is_start_line(text):
                extent = self.at(lines, number)
                return extent if index < extent.end else None
            elif (number != index and self._closes(lines[number], text)) or (
                header_only and text[0] not in b" \t" and not _field_like(text)
            ):
                return None
        return None

    def _closes(self, line: bytes, text: bytes) -> bool:
        """Whether a line can only stand outside a message."""
        return ends_message(text) or (line != text and line.rstrip(b"\r") != text and not _field_like(text))

    def at(self, lines: list[bytes], start: int) -> Extent:
        """The message whose start line is line ``start``."""
        prefixed = self._text_start(lines[start]) > 0
        declared = -1
        content_type = None
        number = start + 1
        last = min(len(lines), start + HEADER_LINES)
        while number < last:
            line = lines[number]
            text = self.text(line)
            if not text:
                break
            if not prefixed and (self._text_start(line) or ends_message(text)):
                return Extent(start, number, number)
            if prefixed and text[0] not in b" \t" and not _field_like(text):
                return Extent(start, number, number)
            if _LENGTH_FIELD.match(text):
                digits = text.partition(b":")[2].strip()
                declared = int(digits) if digits.isdigit() and len(digits) < 9 else -1
            elif _TYPE_FIELD.match(text):
                content_type = text.partition(b":")[2]
            number += 1
        else:
            return Extent(start, last, last)
        if content_type is None and declared and is_text_request(self.text(lines[start])):
            content_type = b""
        if content_type is not None and not prefixed and not is_sdp_type(content_type):
            return Extent(
                start, number, *self._content_end(lines, start, number + 1, declared, mime.boundary(content_type))
            )
        if declared == 0 or (declared < 0 and content_type is None):
            return Extent(start, number, number)
        return Extent(start, number, self._body_end(lines, number + 1, declared, prefixed=prefixed))

    def _body_end(self, lines: list[bytes], number: int, declared: int, *, prefixed: bool) -> int:
        """One past the last body line: declared bytes used up, a new record, or a closing line."""
        used = 0
        while number < len(lines):
            text = self.text(lines[number])
            if 0 <= declared <= used or (declared < 0 and not text):
                break
            if self._follows(lines[number], text, prefixed=prefixed):
                break
            used += len(text) + 2
            number += 1
        return number

    def _content_end(
        self, lines: list[bytes], start: int, first: int, declared: int, boundary: bytes
    ) -> tuple[int, int]:
        """One past the last line that may be content of another type than SDP, and where in it the next message begins.

        A doubtful line counts as content, which is read more strictly than free text. A blank line ends content of the
        declared length, and so does the next message of a stream. Where the length is wrong or missing, nothing does
        but a line that cannot be content, or hardly so behind the declared length or the first paragraph. Line ends
        count as they stand; without a CR they may have lost it in the log.
        """
        whole = len(lines[start]) > len(self.text(lines[start]))
        sizes = [0, 0]
        complete = declared == 0
        paragraph = False
        number = first
        while number < len(lines):
            line = lines[number]
            text = self.text(line)
            delimits = bool(boundary) and text.startswith(b"--" + boundary)
            if (complete and not text) or (not delimits and self._follows(line, text, prefixed=False)):
                break
            beyond = complete or 0 <= declared <= sizes[0] or (declared < 0 and paragraph)
            if beyond and _STAMP.match(text):
                break
            paragraph = paragraph or not text
            number += 1
            for size in reversed(sizes):
                if declared > size and _is_start(text, declared - size):
                    return number, declared - size
            end = len(line) - len(text) + 1
            for which, ending in enumerate((end, end if whole else 2)):
                sizes[which] += len(text) + ending
                complete = complete or declared in (sizes[which], sizes[which] - ending)
        while number > first and not self.text(lines[number - 1]):
            number -= 1
        return number, 0

    def _follows(self, line: bytes, text: bytes, *, prefixed: bool) -> bool:
        """Whether a line cannot be part of the body above it."""
        return (not prefixed and self._text_start(line) > 0) or ends_message(text) or sip.is_start_line(text)


def is_text_request(start_line: bytes) -> bool:
    """Whether a start line is of the request whose body is what a person wrote, even if nothing says so (RFC 3428)."""
    return start_line[:8] == b"MESSAGE "


def _is_start(text: bytes, position: int) -> bool:
    return _START.match(text, position) is not None and sip.is_start_line(text[position:])


def _field_like(text: bytes) -> bool:
    name, colon, _ = text.partition(b":")
    return bool(colon) and name.strip().replace(b"-", b"").isalnum()
