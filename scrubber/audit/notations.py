"""The notations an audit undoes, one reading each, and what stands apart in a text but belongs together.

Every reading takes a text and its different words, a line for each, and gives pairs: a piece as it stands, and what it
says. ``voip-domain`` calls them hidden leaks: one value, many encodings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from scrubber.audit import dense, escaped

Pair = tuple[bytes, bytes]
"""A piece of a text and what it says."""


class Notation(NamedTuple):
    """How pieces in a notation are found and decoded."""

    name: str
    read: Callable[[bytes, bytes], Iterable[Pair]]
    least: int = 0
    """Octets of a word that is no coincidence in what random letters decode to."""
    by_line: bool = False
    """Whether each line of a text is read by itself, so that one that stands there twice need not be read twice."""
    shown: tuple[re.Pattern[bytes], ...] = ()
    """One of these stands in a text of which not only the words tell something; looked for in its different lines."""

    def found(self, text: bytes, lines: bytes, words: bytes) -> Iterable[Pair]:
        """What is read of a text, of its different lines and its different words."""
        if self.by_line:
            return self.read(lines, words)
        if self.shown:
            behind = b"\n" + lines
            if not any(mark.search(behind) for mark in self.shown):
                return self.read(b"", words)
        return self.read(text, words)


SHORTEST_RANDOM = 6
SHORTEST_IN_WHOLE = 4
SHORTEST_REVERSED = 7
SHORTEST_JOINED = 7
_UTF16_MARK = re.compile(rb"\0[\t\r\n\x20-\x7e]\0[\t\r\n\x20-\x7e]\0[\t\r\n\x20-\x7e]")
_UTF16 = re.compile(rb"[\t\r\n\x20-\x7e]?(?:\0[\t\r\n\x20-\x7e]){4,4096}")


def _utf16(text: bytes, words: bytes) -> Iterator[Pair]:
    """ASCII characters in UTF-16 of either order."""
    del words
    for run in set(_UTF16.findall(text)) if _UTF16_MARK.search(text) else ():
        yield run, run.replace(b"\0", b"")


def _reversed(text: bytes, words: bytes) -> Iterator[Pair]:
    """Words written from their end."""
    del text
    yield words, words[::-1]


_GOES_ON = re.compile(rb"[ \t]{0,8}(?=[^\s\[])(?!(?:19|20)[0-9]{2}-|[A-Za-z-]{1,32}: )")
"""The beginning of a line that may go on with what the one before it began."""
WIDEST = 64
"""Octets on each side of a line's end."""


def _joined(text: bytes, words: bytes) -> Iterator[Pair]:
    """The last word of a line and the first of the next, where a fold or a narrow terminal may have cut one."""
    del words
    lines, ends = text.split(b"\n"), _Ends()
    begins = {line: line[at : at + WIDEST].rstrip(b"\r").partition(b" ")[0] for line, at in _going_on(lines)}
    pairs = zip(lines, islice(lines, 1, None), strict=False)
    for before, after in {(ends[before], begins[after]) for before, after in pairs if after in begins}:
        if before and after:
            yield before + b"\n" + after, before + after


class _Ends(dict[bytes, bytes]):
    """The last word of each line that is asked about."""

    def __missing__(self, line: bytes) -> bytes:
        end = line.removesuffix(b"\r")[-WIDEST:]
        word = self[line] = end[end.rfind(b" ") + 1 :]
        return word


def _going_on(lines: list[bytes]) -> Iterator[tuple[bytes, int]]:
    """The different lines that may go on with what the one before them began, and where they do."""
    for line in set(lines):
        found = _GOES_ON.match(line)
        if found is not None:
            yield line, found.end()


def _lines_joined(text: bytes, words: bytes) -> Iterator[Pair]:
    """The end of a line and the beginning of the next, for what holds blanks."""
    del words
    for before, after in _cuts(text):
        yield before + b"\n" + after, before + after


def _cuts(text: bytes) -> Iterator[Pair]:
    """What stands before and behind the end of a line, each pair of lines once."""
    lines = text.split(b"\n")
    begins = dict(_going_on(lines))
    pairs = zip(lines, islice(lines, 1, None), strict=False)
    for before, after in dict.fromkeys(pair for pair in pairs if pair[1] in begins):
        at = begins[after]
        yield before.removesuffix(b"\r")[-WIDEST:], after[at : at + WIDEST].rstrip(b"\r")


_NAMES = b"zero oh one two three four five six seven eight nine".split()
_SPOKEN = re.compile(rb"(?<![a-z])(?:%b)(?:[ ,.-]{1,3}(?:%b)){6,30}(?![a-z])" % ((b"|".join(_NAMES),) * 2))
_NAME = re.compile(rb"[a-z]+")
_NAMED = BytesAhoCorasick(_NAMES, matchkind=MatchKind.LeftmostFirst)
"""Finds the names fifteen times as fast as the expression does; of those between signs none hides another."""
_APART = range(1, 4)
"""Signs between two names."""
_DIGIT_OF = {name: b"%d" % max(0, place - 1) for place, name in enumerate(_NAMES)}
FEWEST_NAMES = 7


def _said(text: bytes, words: bytes) -> Iterator[Pair]:
    """Digits that are written as words."""
    del words
    lowered = text.lower()
    rows = [lowered[max(0, start - 1) : end + 1] for start, end in _named(lowered)]
    for spoken in {spoken for row in rows for spoken in _SPOKEN.findall(row)}:
        yield spoken, b"".join([_DIGIT_OF[name] for name in _NAME.findall(spoken)])


def _named(lowered: bytes) -> Iterator[tuple[int, int]]:
    """Where names of digits stand so close to each other as in a number, and as many of them."""
    first = last = count = 0
    for _, start, end in _NAMED.find_matches_as_indexes(lowered):
        if start - last not in _APART:
            if count >= FEWEST_NAMES:
                yield first, last
            first, count = start, 0
        last, count = end, count + 1
    if count >= FEWEST_NAMES:
        yield first, last


_SIGNAL = re.compile(rb"(?i)signal[ \t]{0,4}=[ \t]{0,4}([0-9*#a-d])(?![0-9A-Za-z])")
_EVENT = re.compile(rb"[^\n]{0,80}?[ '\"=:(]([0-9*#])(?=['\",;:) \r\n]|\Z)")
_ALONE = re.compile(rb"\n[ \t]{0,8}([0-9*#])[ \t]{0,8}\r?(?=\n|\Z)")
FEWEST_SIGNS = 7
"""Digits in a row that may be a number."""


def _spread(text: bytes, words: bytes) -> Iterator[Pair]:
    """Digits of many messages in a row: of INFO bodies, of events, one a line."""
    del words
    lowered = text.lower()
    for word, pattern in ((b"signal", _SIGNAL), (b"dtmf", _EVENT), (b"digit", _EVENT)):
        yield from _row(list(_behind(word, pattern, lowered)))
    yield from _row(list(_ALONE.finditer(b"\n" + lowered)))


_DIALLED = (
    (b"dtmf ", re.compile(rb"dtmf (?:begin|end) '([0-9*#a-d])'")),
    (b"signal", re.compile(rb"signal[ \t]{0,4}=[ \t]{0,4}([0-9*#a-d])[ \t]{0,4}(?=\r?\n|\Z)")),
)
"""Where one dialled digit stands: in Asterisk's log, in the body of an INFO request."""


def dialled(text: bytes) -> Iterator[Pair]:
    """Dialled digits, each in its place."""
    lowered = text.lower()
    for word, pattern in _DIALLED:
        for found in _behind(word, pattern, lowered):
            yield found[0], found[1]


def _behind(word: bytes, pattern: re.Pattern[bytes], text: bytes) -> Iterator[re.Match[bytes]]:
    at = text.find(word)
    while at >= 0:
        found = pattern.match(text, at)
        if found is not None:
            yield found
        at = text.find(word, at + 1 if found is None else found.end())


def _row(found: list[re.Match[bytes]]) -> Iterator[Pair]:
    row = b"".join([match[1] for match in found])
    if len(row) >= FEWEST_SIGNS and len(set(row)) > 1:
        yield found[0][0].strip(), row


UTF16 = Notation("utf-16", _utf16)
HEX = Notation("hex", dense.hexadecimal, SHORTEST_RANDOM, shown=(dense.HEX_GROUPS, dense.HEX_NEXT))
NOTATIONS = (
    Notation("percent", escaped.percent),
    Notation("escape", escaped.backslash, by_line=True),
    Notation("reference", escaped.references, by_line=True),
    Notation("quoted-printable", escaped.quoted_printable, by_line=True),
    Notation("quoted-printable", escaped.soft_broken, shown=(escaped.SOFT,)),
    Notation("encoded-word", escaped.encoded_words, shown=(escaped.BEGINS,)),
    Notation("look-alike", escaped.look_alike, by_line=True),
    Notation("utf-7", dense.utf7, by_line=True),
    UTF16,
    Notation("base64", dense.base64_whole, SHORTEST_IN_WHOLE),
    Notation("base64", dense.base64, SHORTEST_RANDOM, shown=(dense.BASE64_LINE,)),
    HEX,
)
"""What may stand inside one another."""
REVERSED = Notation("reversed", _reversed, SHORTEST_REVERSED)
CUT = Notation("cut", _joined, SHORTEST_JOINED)
CUT_PROSE = Notation("cut", _lines_joined, 2 * SHORTEST_JOINED)
"""What is arranged otherwise in a text as it stands; the last serves values with blanks."""
SPREAD = Notation("spread", _spread)
SPOKEN = Notation("spoken", _said, by_line=True)
