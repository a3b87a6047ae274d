"""The message around a line: where it starts and ends in a log, and its repair.

Lines are rewritten one by one; a :class:`~scrubber.memo.Cue` marks those for which that is not enough: a body that is
not SDP, a header field no table knows, a folded field, or a line whose length changed. Here the message around such a
line is found, read as a whole where need be, and everything that counts its bytes is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scrubber import inset, variable
from scrubber.grammar import mime, sip
from scrubber.memo import Cue
from scrubber.message import Messages, adjusted, is_sdp_type
from scrubber.model import Format
from scrubber.pseudonyms import secret
from scrubber.textline import ends_message

FIELD_LINES = 64
"""How far above a header field its start line is looked for."""
HEADER_LINES = 256
"""A header section longer than this many lines is not searched further."""

_BANNER = re.compile(rb"(?:\(|\[|[ \t])([0-9]{1,9})(?:\]|\))? ?(?:bytes|octets)")
_LENGTH_FIELD = re.compile(rb"(?i)(?:content-length|l)[ \t]*:")
_KEY_LINE = re.compile(rb"[ \t>|]{0,16}[A-Za-z0-9+/=]{1,128}[ \t]{0,8}|[ \t]{0,16}[A-Za-z-]{1,32}: .{1,256}", re.DOTALL)
_RULER = re.compile(rb"[-=<>|*_~]{3,}.{0,120}", re.DOTALL)
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

_APART = b"--end msg--"
"""Stands for lines that are read elsewhere."""


class Extent(NamedTuple):
    """Line numbers of a message: start line, the blank line after the header (or ``end``), one past the last line.

    ``glued`` is where in the last line the next message of a stream begins, 0 for a line that ends where it should.
    """

    start: int
    blank: int
    end: int
    glued: int = 0


class _Unended(bytes):
    """A rewritten line without its end: the next message follows at once."""


class Context:
    """Second look at the messages around cues in one block of lines."""

    def __init__(self, messages: Messages, fmt: Format) -> None:
        self._messages = messages
        self._text_start = fmt.text_start
        self._tail = fmt.tail

    def read(self, block: bytes, memo: Mapping[bytes, bytes]) -> bytes:
        """A block through a memo of lines, cues dealt with."""
        lines = block.split(b"\n")
        cuts = inset.cuts(block, lines, self._text_start)
        if cuts:
            return self._inset(lines, cuts, memo)
        outs = list(map(memo.__getitem__, lines))
        if Cue in set(map(type, outs)):
            outs = self.settle(lines, outs)
        return b"\n".join(outs)

    def _inset(self, lines: list[bytes], cuts: dict[int, int], memo: Mapping[bytes, bytes]) -> bytes:
        """A block some of whose messages stand further in: what is before their lines is read on its own.

        What stands further in line by line is a text of its own, which no line around it belongs to.
        """
        outer = [line[cuts.get(number, 0) :] for number, line in enumerate(lines)]
        inner: list[int] = []
        pieces: list[list[int]] = []
        for number in sorted(cuts):
            if number + 1 in cuts or number - 1 in cuts:
                if not inner or inner[-1] != number - 1:
                    pieces.append(inner := [])
                inner.append(number)
                outer[number] = _APART
        rows = self._rows(outer, memo)
        for piece in pieces:
            texts = [lines[number][cuts[number] :] for number in piece]
            for number, row in zip(piece, self._rows(texts, memo), strict=True):
                rows[number] = row
        for number, cut in cuts.items():
            rows[number] = memo[lines[number][:cut]] + rows[number]
        return b"\n".join(rows)

    def _rows(self, lines: list[bytes], memo: Mapping[bytes, bytes]) -> list[bytes]:
        """As many lines, rewritten."""
        rows = b"\n".join(self.settle(list(lines), list(map(memo.__getitem__, lines)))).split(b"\n")
        return rows if len(rows) == len(lines) else [self._messages.suppressed(line) for line in lines]

    def settle(self, lines: list[bytes], outs: list[bytes]) -> list[bytes]:
        """``outs`` with every cue dealt with; one entry may then hold several lines.

        ``lines`` and ``outs`` grow by the messages that begin in the middle of a line.
        """
        done = 0
        index = -1
        skip: list[tuple[int, int, bytes]] = []
        while (index := index + 1) < len(outs):
            out = outs[index]
            if type(out) is not Cue or index < done:
                continue
            if out.kind == "pem":
                self._suppress_key(lines, outs, index)
                continue
            if out.kind == "variable":
                self._assign(lines, outs, index)
                continue
            extent = self._around(lines, index, header_only=out.kind == "header")
            if extent is None:
                continue
            if extent.glued:
                self._part(lines, outs, extent.end - 1, extent.glued)
            kinds = {entry.kind for entry in outs[extent.start : extent.end] if type(entry) is Cue}
            if kinds <= {"resized"} and not extent.glued:
                self._repair(lines, outs, extent)
            else:
                skip.append(self._reread(lines, outs, extent))
            done = extent.end
        return _assembled(outs, skip) if skip else outs

    def _part(self, lines: list[bytes], outs: list[bytes], number: int, position: int) -> None:
        """A line in two: the end of a body, and the start line behind it."""
        head, start_line = lines[number][:position], lines[number][position:]
        text = self._text(start_line)
        lines[number : number + 1] = [head, start_line]
        outs[number : number + 1] = [head, self._messages.start_line(text) + start_line[len(text) :]]

    def _suppress_key(self, lines: list[bytes], outs: list[bytes], begin: int) -> None:
        """Everything between the marks of a PEM block (RFC 7468), whatever its lines look like."""
        for number in range(begin + 1, min(len(lines), begin + HEADER_LINES)):
            text = self._text(lines[number])
            if text.lstrip()[:9] == b"-----END ":
                return
            if not text or _KEY_LINE.fullmatch(text) is None:
                return
            cut = lines[number].find(text)
            outs[number] = lines[number][:cut] + secret.filler(text) + lines[number][cut + len(text) :]

    def _assign(self, lines: list[bytes], outs: list[bytes], index: int) -> None:
        """A variable of a dial plan, whose name may stand on the line above or below."""
        text = self._text(lines[index])
        neighbours = [self._text(line) for line in (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])]
        new = variable.line(text, neighbours, self._messages)
        if new is not None:
            cut = lines[index].find(text)
            outs[index] = outs[index][:cut] + new + lines[index][cut + len(text) :]

    def _text(self, line: bytes) -> bytes:
        return line[self._text_start(line) :].removesuffix(self._tail).rstrip(b"\r")

    def _around(self, lines: list[bytes], index: int, *, header_only: bool) -> Extent | None:
        """The message that line ``index`` belongs to."""
        blanks = 0
        for number in range(index, max(-1, index - (FIELD_LINES if header_only else HEADER_LINES)), -1):
            text = self._text(lines[number])
            if not text:
                blanks += 1
                if blanks > (0 if header_only else 1):
                    return None
            elif sip.is_start_line(text):
                extent = self._extent(lines, number)
                return extent if index < extent.end else None
            elif (number != index and self._closes(lines[number], text)) or (
                header_only and text[0] not in b" \t" and not _field_like(text)
            ):
                return None
        return None

    def _closes(self, line: bytes, text: bytes) -> bool:
        """Whether a line can only stand outside a message."""
        return ends_message(text) or (line != text and line.rstrip(b"\r") != text and not _field_like(text))

    def _extent(self, lines: list[bytes], start: int) -> Extent:
        prefixed = self._text_start(lines[start]) > 0
        declared = -1
        content_type = None
        number = start + 1
        last = min(len(lines), start + HEADER_LINES)
        while number < last:
            line = lines[number]
            text = self._text(line)
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
            text = self._text(lines[number])
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
        whole = len(lines[start]) > len(self._text(lines[start]))
        sizes = [0, 0]
        complete = declared == 0
        paragraph = False
        number = first
        while number < len(lines):
            line = lines[number]
            text = self._text(line)
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
        while number > first and not self._text(lines[number - 1]):
            number -= 1
        return number, 0

    def _follows(self, line: bytes, text: bytes, *, prefixed: bool) -> bool:
        """Whether a line cannot be part of the body above it."""
        return (not prefixed and self._text_start(line) > 0) or ends_message(text) or sip.is_start_line(text)

    def _repair(self, lines: list[bytes], outs: list[bytes], extent: Extent) -> None:
        """Correct Content-Length and the banner above for what the message's lines grew or shrank."""
        body = sum(len(outs[i]) - len(lines[i]) for i in range(extent.blank, extent.end))
        if body:
            for number in range(extent.start + 1, extent.blank):
                if _LENGTH_FIELD.match(self._text(lines[number])):
                    outs[number] = _adjust_field(outs[number], body)
                    break
        growth = sum(len(outs[i]) - len(lines[i]) for i in range(extent.start, extent.end))
        self._repair_banner(outs, extent.start, growth)

    def _repair_banner(self, outs: list[bytes], start: int, growth: int) -> None:
        if not growth:
            return
        for number in range(start - 1, max(-1, start - 3), -1):
            line = outs[number]
            match = _BANNER.search(line)
            if match is not None:
                begin, end = match.span(1)
                outs[number] = line[:begin] + adjusted(match[1], growth).strip() + line[end:]
                return
            if line.strip() and not _RULER.match(line):
                return

    def _reread(self, lines: list[bytes], outs: list[bytes], extent: Extent) -> tuple[int, int, bytes]:
        """The whole message by its grammar, log prefixes taken off and put back."""
        start, _, end, glued = extent
        cuts = [self._text_start(line) for line in lines[start:end]]
        printed = self._tail != b"\r"
        texts = [self._text(line) if printed else line[cut:] for line, cut in zip(lines[start:end], cuts, strict=True)]
        old = b"\n".join(texts)
        new = self._messages.message(old)
        self._repair_banner(outs, start, len(new) - len(old))
        if not printed and not any(cuts):
            return start, end, _Unended(new) if glued else new
        rows = new.split(b"\n")
        if len(rows) != len(texts):
            rows = [self._messages.suppressed(text) for text in texts]
        wrapped = []
        for line, cut, text, row in zip(lines[start:end], cuts, texts, rows, strict=True):
            wrapped.append(line[:cut] + row + line[cut + len(text) :])
        joined = b"\n".join(wrapped)
        return start, end, _Unended(joined) if glued else joined


def _assembled(outs: list[bytes], skip: list[tuple[int, int, bytes]]) -> list[bytes]:
    """``outs`` with stretches of lines replaced by messages; what has no line end is joined to what follows."""
    entries: list[bytes] = []
    position = 0
    for start, end, new in skip:
        entries += outs[position:start]
        entries.append(new)
        position = end
    entries += outs[position:]
    result: list[bytes] = []
    pieces: list[bytes] = []
    for entry in entries:
        pieces.append(entry)
        if type(entry) is not _Unended:
            result.append(entry if len(pieces) == 1 else b"".join(pieces))
            pieces = []
    return result


def _is_start(text: bytes, position: int) -> bool:
    return _START.match(text, position) is not None and sip.is_start_line(text[position:])


def _field_like(text: bytes) -> bool:
    name, colon, _ = text.partition(b":")
    return bool(colon) and name.strip().replace(b"-", b"").isalnum()


def _adjust_field(line: bytes, growth: int) -> bytes:
    name, colon, value = line.rpartition(b":")
    return name + colon + adjusted(value, growth)
