"""The message around a line, and its repair.

Lines are rewritten one by one; a :class:`~scrubber.readings.memo.Cue` marks those for which that is not enough: a body
that is not SDP, a header field no table knows, a folded field, or a line whose length changed. Here the message around
such a line is found, read as a whole where need be, and everything that counts its bytes is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrubber.model import Entity, Format
from scrubber.pseudonyms import secret
from scrubber.readings import entry, inset, spoken, table, variable, wrapper
from scrubber.readings.extent import HEADER_LINES, Extent, Extents
from scrubber.readings.memo import Cue
from scrubber.readings.message import Messages, adjusted

_BANNER = re.compile(rb"(?:\(|\[|[ \t])([0-9]{1,9})(?:\]|\))? ?(?:bytes|octets)")
_LENGTH_FIELD = re.compile(rb"(?i)(?:content-length|l)[ \t]*:")
_KEY_LINE = re.compile(rb"[ \t>|]{0,16}[A-Za-z0-9+/=]{1,128}[ \t]{0,8}|[ \t]{0,16}[A-Za-z-]{1,32}: .{1,256}", re.DOTALL)
_RULER = re.compile(rb"[-=<>|*_~]{3,}.{0,120}", re.DOTALL)

NAMES = 1 << 10
"""Names in wrappers that are remembered."""
_APART = b"--end msg--"
"""Stands for lines that are read elsewhere."""


class _Unended(bytes):
    """A rewritten line without its end: the next message follows at once."""


def _is_doubled(line: bytes) -> bool:
    """Whether a line ends in two returns, and not in more."""
    return line[-2:] == b"\r\r" and line[-3:-2] != b"\r"


class Context:
    """Second look at the messages around cues in one block of lines."""

    def __init__(self, messages: Messages, fmt: Format) -> None:
        self._messages = messages
        self._extents = Extents(fmt)
        self._text_start = fmt.text_start
        self._tail = fmt.tail
        self._format = fmt
        self._names: dict[bytes, bytes] = {}

    def read(self, block: bytes, memo: Mapping[bytes, bytes], depth: int = 0) -> bytes:
        """A block through a memo of lines, cues dealt with; ``depth``: how many wrappers were taken off it."""
        lines = block.split(b"\n")
        if block.find(b"\r\r\n") >= 0 and any(map(_is_doubled, lines)):
            return self._doubled(lines, memo, depth)
        wrapped = wrapper.stretches(lines, self._format) if depth < wrapper.DEEPEST else []
        if wrapped:
            return self._unwrapped(lines, wrapped, memo, depth + 1)
        may_end_so = block.find(b".\r\n") >= 0 or (self._tail != b"." and block.find(b".\n") >= 0)
        dots = wrapper.dotted(lines) if may_end_so and b"SIP/2.0" in block and depth <= wrapper.DEEPEST else []
        if dots:
            return self._dotted(lines, dots, memo)
        cuts = inset.cuts(block, lines, self._text_start)
        if cuts:
            return self._inset(lines, cuts, memo)
        outs = list(map(memo.__getitem__, lines))
        if Cue in set(map(type, outs)):
            outs = self.settle(lines, outs)
        return b"\n".join(outs)

    def _doubled(self, lines: list[bytes], memo: Mapping[bytes, bytes], depth: int) -> bytes:
        """A block some of whose lines end in two returns and a line feed: read with one.

        Programs on Windows that write a message, which has its own returns, in text mode add another one to each.
        """
        texts = [line[:-1] if _is_doubled(line) else line for line in lines]
        rows = self.read(b"\n".join(texts), memo, depth).split(b"\n")
        if len(rows) != len(texts):
            rows = [self._messages.suppressed(text) for text in texts]
        return b"\n".join(
            [row + b"\r" if len(text) < len(line) else row for row, text, line in zip(rows, texts, lines, strict=True)]
        )

    def _unwrapped(
        self, lines: list[bytes], wrapped: list[wrapper.Stretch], memo: Mapping[bytes, bytes], depth: int
    ) -> bytes:
        """A block in pieces: what is wrapped without its wrapper, which is put back, and what stands between."""
        pieces: list[bytes] = []
        done = 0
        for start, end, cuts, _ in wrapped:
            if done < start:
                pieces.append(self.read(b"\n".join(lines[done:start]), memo, wrapper.DEEPEST))
            texts = [line[cut:] for line, cut in zip(lines[start:end], cuts, strict=True)]
            rows = self.read(b"\n".join(texts), memo, depth).split(b"\n")
            if len(rows) != len(texts):
                rows = [self._messages.suppressed(text) for text in texts]
            leads = (self._mark(line[:cut]) for line, cut in zip(lines[start:end], cuts, strict=True))
            pieces += [lead + row for lead, row in zip(leads, rows, strict=True)]
            done = end
        if done < len(lines):
            pieces.append(self.read(b"\n".join(lines[done:]), memo, wrapper.DEEPEST))
        return b"\n".join(pieces)

    def _dotted(self, lines: list[bytes], dots: list[tuple[int, int]], memo: Mapping[bytes, bytes]) -> bytes:
        """A block some of whose messages have dots for line ends: read without, and put back."""
        pieces: list[bytes] = []
        done = 0
        for start, end in (*dots, (len(lines), len(lines))):
            if done < start:
                pieces.append(self.read(b"\n".join(lines[done:start]), memo, wrapper.DEEPEST + 1))
            texts = [line.removesuffix(b"\r").removesuffix(b".") for line in lines[start:end]]
            if texts:
                rows = self.read(b"\n".join(texts), memo, wrapper.DEEPEST + 1).split(b"\n")
                if len(rows) != len(texts):
                    rows = [self._messages.suppressed(text) for text in texts]
                tails = (line[len(text) :] for line, text in zip(lines[start:end], texts, strict=True))
                pieces += [row + tail for row, tail in zip(rows, tails, strict=True)]
            done = end
        return b"\n".join(pieces)

    def _mark(self, lead: bytes) -> bytes:
        """A wrapper; of what it holds, names of machines and files may tell something."""
        place = wrapper.named(lead)
        if place is None:
            return lead
        start, end, machine = place
        reader = self._messages.reader
        name = lead[start:end]
        new = self._names.get(name)
        if new is None:
            new = reader.value(Entity.HOST, name, "log-host") if machine else reader.text(name)
            if len(self._names) < NAMES:
                self._names[name] = new
        return lead[:start] + new + lead[end:]

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
            inners = [inset.unquoted(lines[number], cuts[number]) for number in piece]
            texts = self._rows([text for text, _, _ in inners], memo)
            for number, row, (_, tail, quote) in zip(piece, texts, inners, strict=True):
                rows[number] = row.replace(b'"', quote) + tail
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
            if out.kind == "table":
                self._tabulate(lines, outs, index)
                continue
            if out.kind == "said":
                self._quote(lines, outs, index)
                continue
            extent = self._extents.around(lines, index, header_only=out.kind == "header")
            if extent is None:
                if out.kind == "header":
                    self._member(lines, outs, index)
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
        text = self._extents.text(start_line)
        lines[number : number + 1] = [head, start_line]
        outs[number : number + 1] = [head, self._messages.start_line(text) + start_line[len(text) :]]

    def _suppress_key(self, lines: list[bytes], outs: list[bytes], begin: int) -> None:
        """Everything between the marks of a PEM block (RFC 7468), whatever its lines look like."""
        for number in range(begin + 1, min(len(lines), begin + HEADER_LINES)):
            text = self._extents.text(lines[number])
            if text.lstrip()[:9] == b"-----END ":
                return
            if not text or _KEY_LINE.fullmatch(text) is None:
                return
            cut = lines[number].find(text)
            outs[number] = lines[number][:cut] + secret.filler(text) + lines[number][cut + len(text) :]

    def _tabulate(self, lines: list[bytes], outs: list[bytes], index: int) -> None:
        """The rows below a row of headings."""
        text = self._extents.text
        reader = self._messages.reader
        opened = table.headings(text(lines[index]), reader.scanner.labels)
        if opened is None:
            return
        prefixed = self._text_start(lines[index]) > 0
        for number in range(index + 1, min(len(lines), index + 1 + table.ROWS)):
            line = lines[number]
            body = text(line)
            if not prefixed and self._text_start(line):
                return
            new = None if table.ends(body) else table.row(body, opened, reader)
            if new is None or (type(outs[number]) is Cue and table.headings(body, reader.scanner.labels) is not None):
                return
            cut = line.find(body)
            outs[number] = line[:cut] + new + line[cut + len(body) :]

    def _quote(self, lines: list[bytes], outs: list[bytes], index: int) -> None:
        """What was said, below who said it: up to an empty line, a line of a log, or the next who speaks."""
        for number in range(index + 1, min(len(lines), index + 1 + spoken.LINES)):
            line = lines[number]
            text = self._extents.text(line)
            if not text.strip() or type(outs[number]) is Cue or len(text) < len(line.removesuffix(b"\r")):
                return
            outs[number] = spoken.remark(text, self._messages.reader) + line[len(text) :]

    def _member(self, lines: list[bytes], outs: list[bytes], index: int) -> None:
        """A field of no SIP message, which may be one of the manager interface."""
        text = self._extents.text(lines[index])
        above = (self._extents.text(lines[number]) for number in range(index - 1, -1, -1))
        new = variable.member(text, above, self._messages)
        if new is not None:
            cut = lines[index].find(text)
            outs[index] = lines[index][:cut] + new + lines[index][cut + len(text) :]

    def _assign(self, lines: list[bytes], outs: list[bytes], index: int) -> None:
        """A variable of a dial plan, whose name may stand on the line above or below."""
        text = self._extents.text(lines[index])
        neighbours = [
            self._extents.text(line) for line in (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
        ]
        new = variable.line(text, neighbours, self._messages) or entry.below(text, neighbours[:1], self._messages)
        if new is not None:
            cut = lines[index].find(text)
            outs[index] = outs[index][:cut] + new + lines[index][cut + len(text) :]

    def _repair(self, lines: list[bytes], outs: list[bytes], extent: Extent) -> None:
        """Correct Content-Length and the banner above for what the message's lines grew or shrank."""
        body = sum(len(outs[i]) - len(lines[i]) for i in range(extent.blank, extent.end))
        if body:
            for number in range(extent.start + 1, extent.blank):
                if _LENGTH_FIELD.match(self._extents.text(lines[number])):
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
        texts = [
            self._extents.text(line) if printed else line[cut:]
            for line, cut in zip(lines[start:end], cuts, strict=True)
        ]
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
    for row in entries:
        pieces.append(row)
        if type(row) is not _Unended:
            result.append(row if len(pieces) == 1 else b"".join(pieces))
            pieces = []
    return result


def _adjust_field(line: bytes, growth: int) -> bytes:
    name, colon, value = line.rpartition(b":")
    return name + colon + adjusted(value, growth)
