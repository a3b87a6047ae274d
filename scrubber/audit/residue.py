"""Looks for original values that are still in the output.

Runs over the bytes that were written, before they are released, and shares nothing with the rewriter but the values
that the first pass learned. A text is searched as it stands; then what stands in it in another notation is decoded,
wherever it stands, and searched, and what stands in that. A value that equals the pseudonym of another one cannot be
told from it and does not count, nor does a short number where no extension stands. A rule names the notation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from scrubber.audit.forms import Forms
from scrubber.audit.known import Known
from scrubber.audit.notations import (
    CUT,
    CUT_PROSE,
    HEX,
    NOTATIONS,
    REVERSED,
    SPOKEN,
    SPREAD,
    UTF16,
    Notation,
    Pair,
    dialled,
)
from scrubber.audit.packed import Packed
from scrubber.audit.pieces import Pieces
from scrubber.audit.written import Written
from scrubber.edges import APART
from scrubber.engine import Engine
from scrubber.learn import OCTETS, PLAIN
from scrubber.lexicon import Lexicon
from scrubber.model import Entity, Finding, Format, RuleSet
from scrubber.payloadlines import joined
from scrubber.pseudonyms import secret
from scrubber.terminal import OVERDRAWN, offsets, original, uncoloured

RULE = "residue"
DEPTH = 3
"""Notations inside one another that are undone."""
LONGEST_PREFIX = 512
"""No log prefix is longer than this many bytes."""
PLACES = 64
"""Where a word stands is looked up so often at most, when it stands in log prefixes."""
LONGEST_DECODED = 1 << 22
"""Octets of what was decoded that are read for notations in turn."""
CLEAN = 1 << 20
"""Octets of words that are remembered as clean."""
SEAM = 2
"""Octets of a value that must stand on each side of a line's end."""
DUMP = 24
"""Hexadecimal digits without blanks that may be a dump of octets."""
_READABLE = re.compile(rb"[\x20-\x7e]{6,}")
_TEXTS = re.compile(rb"[\t\r\n\x20-\x7e]{6,}")
_WIDE = (
    re.compile(rb"\xef[\xbc\xbd][\x80-\xbf](?:\xef[\xbc\xbd][\x80-\xbf]){2}"),
    re.compile(rb"\xe2\x80[\x8b-\x8f][\x20-\xff]{1,3}\xe2\x80[\x8b-\x8f][\x20-\xff]"),
)
"""Letters of full width and blanks of none, which say something only together with ASCII. Two expressions that begin
with an octet each are several times as fast as one with a choice."""
_WIDE_TEXTS = re.compile(
    rb"(?:[\t\r\n\x20-\x7e]|\xef[\xbc\xbd][\x80-\xbf]|\xe2\x80[\x8b-\x8f]|[\xc3-\xdf][\x80-\xbf]){6,}"
)
_STAMP = re.compile(
    rb"\[?(?:[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
    rb"(?:T[0-9:.]{8,18}(?:Z|[+-][0-9:]{4,6})?)?)\]?:?"
)
"""Dates and times: every line has another one."""
_OF_UUID = re.compile(rb"(?<=[0-9A-Fa-f]{4}-)[0-9A-Fa-f]{4}(?=-[0-9A-Fa-f]{4})")
"""A group of a UUID: among thousands of pseudonyms one is any word of four such letters."""
_IN_OUR_HOST = re.compile(rb"(?:\.[a-z0-9-]{1,63}){0,8}\.invalid(?![\w-])")
"""What follows a label of a host's pseudonym: a label is one or two syllables and may spell somebody's short name."""

Hit = tuple[bytes, Entity, str]
"""A piece of a text, what it holds, and the notation."""


class Residue:
    """The audit of one run: built once, used for every file."""

    def __init__(self, of: Engine | Known, written: Written | None = None) -> None:
        """``of``: the engine whose outputs are searched, or what is looked for; ``written``: what it makes of that."""
        known = of if isinstance(of, Known) else Known(of.lexicon, of.rules, of.surrogates, written)
        self._known = known
        self._forms = Forms(known)
        self._pieces = Pieces(known)
        self._packed = Packed(known)
        self._clean: set[bytes] = set()
        self._size = 0

    @classmethod
    def keyless(cls, rules: RuleSet, lexicon: Lexicon) -> Residue:
        """The audit of an output whose key is unknown, such as that of another tool.

        ``lexicon`` is what a :class:`~scrubber.learn.Learner` collected from the originals. No pseudonym is known, so
        what a permutation may have put there (private addresses, short extensions) is not looked for.
        """
        return cls(Known(lexicon, rules, None))

    def check(self, block: bytes, fmt: Format) -> list[Finding]:
        """Originals still readable in a block of the output; spans refer to the block. The values are not kept."""
        if fmt is OCTETS:
            return list(self._packets(block))
        plain = uncoloured(block)
        if plain is block or plain.count(OVERDRAWN) > block.count(OVERDRAWN):
            # No output holds a line that is drawn over; of a dissection it is octets, which are searched as they are.
            return self._joined(block, fmt)
        places = list(offsets(block))
        return [
            Finding(original(places, found.start), original(places, found.end), found.entity, found.rule)
            for found in self._joined(plain, fmt)
        ]

    def _joined(self, block: bytes, fmt: Format) -> list[Finding]:
        """The same for a block without colours: in payloads that are cut into rows, of what they say as a whole."""
        shown = joined(block)
        if shown is None:
            return list(self._residues(block, fmt))
        return [
            Finding(*shown.span(at, end), entity, rule) for at, end, entity, rule in self._residues(shown.text, fmt)
        ]

    def _residues(self, block: bytes, fmt: Format) -> Iterator[Finding]:
        prefixes = _Prefixes(block, fmt)
        for start, end, entity in self._spoken(block):
            if not prefixes.hold(start):
                yield Finding(start, end, entity, RULE)
        for piece, entity, notation in dict.fromkeys(self._hits(block, prefixes.without())):
            start = prefixes.found(piece)
            if start >= 0:
                yield Finding(start, start + len(piece), entity, f"{RULE}.{notation}" if notation else RULE)

    def _packets(self, octets: bytes) -> Iterator[Finding]:
        """Originals in the octets of packets, and in the texts among them."""
        for start, end, entity in self._spoken(octets):
            yield Finding(start, end, entity, RULE)
        for start, end, entity, notation in self._packed(octets):
            yield Finding(start, end, entity, f"{RULE}.{notation}")
        text = APART.join((_WIDE_TEXTS if any(wide.search(octets) for wide in _WIDE) else _TEXTS).findall(octets))
        hits = [*self._hits(text, text), *self._arranged(UTF16, list(UTF16.read(octets, b"")))]
        lowered = octets.lower() if hits else b""
        for piece, entity, notation in dict.fromkeys(hits):
            start = max(0, lowered.find(piece.lower()))
            yield Finding(start, start + len(piece), entity, f"{RULE}.{notation}" if notation else RULE)

    def _spoken(self, text: bytes, least: int = 0) -> Iterator[tuple[int, int, Entity]]:
        """Words that are known, as they stand."""
        for start, end, entity in self._known.words(text, least):
            if (end - start == 4 and _OF_UUID.match(text, start)) or self._known.is_of_protocol(text, start, end):
                continue
            if entity is Entity.HOST or not _IN_OUR_HOST.match(text, end):
                yield start, end, entity

    def _hits(self, text: bytes, bare: bytes) -> Iterator[Hit]:
        """What stands in a text in a form or notation of its own. ``bare``: the text without the prefixes of a log."""
        lines = b"\n".join(dict.fromkeys(bare.split(b"\n")))
        words = self._new(lines)
        lowered = words.lower()
        forms = self._forms
        found = [
            *forms(lowered),
            *forms.extensions(lowered, lines),
            *self._pieces(lowered),
            *forms.labelled(lines),
            *forms.spaced(lines),
            *self._nested(bare, lines, words, 1),
            *self._arranged(REVERSED, list(REVERSED.read(text, words))),
        ]
        yield from found
        self._remember(words, found)
        for notation in (CUT, CUT_PROSE) if self._known.prose else (CUT,):
            yield from self._arranged(notation, list(notation.read(text, words)))
        for piece, digit in dialled(text) if self._known.dialled else ():
            if secret.digit_mark(digit) != digit:
                yield piece, Entity.DTMF, ""
        for notation in (SPREAD, SPOKEN):
            for piece, row in notation.found(text, lines, words):
                if self._forms.spread(row):
                    yield piece, Entity.NUMBER, notation.name

    def _new(self, text: bytes) -> bytes:
        """The words of a text that are no time and not known to be clean, a line for each."""
        clean = self._clean
        words = [word for word in dict.fromkeys(text.split()) if word not in clean]
        return b"\n".join([word for word in words if not _STAMP.fullmatch(word)])

    def _remember(self, words: bytes, found: list[Hit]) -> None:
        """A word in which nothing was found holds nothing in any other line, either."""
        if not found and len(words) <= CLEAN:
            self._size += len(words)
            if self._size > CLEAN:
                self._clean.clear()
                self._size = len(words)
            self._clean.update(words.split(b"\n"))

    def _arranged(self, notation: Notation, pairs: list[Pair]) -> Iterator[Hit]:
        """Words that stand in a text in another order, or are cut by the end of a line."""
        says = APART.join([says for _, says in pairs])
        starts = _starts(pairs)
        spans = [(start, end, entity) for start, end, entity in self._spoken(says, notation.least)]
        if notation is UTF16:
            for at, entity in self._meant(says, 0, DEPTH):
                yield pairs[bisect_right(starts, at) - 1][0], entity, notation.name
            return
        if notation is REVERSED:
            for start, end, entity in spans:
                yield says[start:end][::-1], entity, notation.name
            return
        lowered = says.lower()
        for piece, entity, _ in self._forms(_words(lowered)) if notation is CUT and pairs else ():
            spans += [(match.start(), match.end(), entity) for match in re.finditer(re.escape(piece), lowered)]
        for start, end, entity in spans:
            at = bisect_right(starts, start) - 1
            before = pairs[at][0].partition(b"\n")[0]
            seam = starts[at] + len(before)
            if start + SEAM <= seam <= end - SEAM and end - start >= notation.least:
                yield before, entity, CUT.name

    def _nested(self, text: bytes, lines: bytes, words: bytes, depth: int) -> Iterator[Hit]:
        """What is decoded from pieces of a text, and from pieces of that. ``lines``: its lines, in any order."""
        for notation in NOTATIONS:
            pairs = list(notation.found(text, lines, words))
            if pairs:
                starts = _starts(pairs)
                joined = APART.join([says for _, says in pairs])
                met = list(self._meant(joined, notation.least, depth))
                for at, entity in met:
                    yield pairs[bisect_right(starts, at) - 1][0], entity, notation.name
                if notation is HEX:
                    yield from self._dumped(pairs)

    def _dumped(self, pairs: list[Pair]) -> Iterator[Hit]:
        """Packed addresses and digits in dumps of octets; a short run without blanks names something."""
        dumps = [pair for pair in pairs if b" " in pair[0] or (len(pair[0]) >= DUMP and not pair[0].isdigit())]
        starts = _starts(dumps)
        for start, _, entity, _ in self._packed(APART.join([says for _, says in dumps])) if dumps else ():
            yield dumps[bisect_right(starts, start) - 1][0], entity, HEX.name

    def _meant(self, says: bytes, least: int, depth: int) -> Iterator[tuple[int, Entity]]:
        """Where originals stand in what was decoded."""
        for start, _, entity in self._spoken(says, least):
            yield start, entity
        for run, wide in UTF16.read(says, b"") if least and depth < DEPTH else ():
            for _, entity in self._meant(wide, 0, depth + 1):
                yield says.find(run), entity
        text = b"\n".join(_READABLE.findall(says)) if least else says
        words = _words(text)
        lowered = words.lower()
        hits = [*self._forms(lowered), *self._forms.spaced(text)]
        if not least:
            hits += self._forms.extensions(lowered, text)
        if depth < DEPTH and len(text) <= LONGEST_DECODED:
            hits += self._nested(text, text, words, depth + 1)
        if hits:
            lowered = says.lower()
            for piece, entity, _ in hits:
                for at in _places(lowered, piece.lower()):
                    yield at, entity


def _words(text: bytes) -> bytes:
    """The different words of a text, a line for each."""
    return b"\n".join(dict.fromkeys(text.split()))


def _places(text: bytes, piece: bytes) -> Iterator[int]:
    """Where a piece stands, for it may count in one place and not in another; the beginning when it stands nowhere."""
    at = text.find(piece)
    yield max(0, at)
    for _ in range(PLACES):
        at = text.find(piece, at + 1) if at >= 0 else -1
        if at < 0:
            return
        yield at


def _starts(pairs: list[Pair]) -> list[int]:
    """Where what each piece says begins when all are joined."""
    return list(accumulate((len(says) + len(APART) for _, says in pairs[:-1]), initial=0))


class _Prefixes:
    """Which places of a block lie in the prefixes of its log lines, of which a format knows that they tell nothing."""

    def __init__(self, block: bytes, fmt: Format) -> None:
        self._block = block
        self._text_start = None if fmt.text_start is PLAIN.text_start else fmt.text_start
        self._lowered = b""
        self._line = range(0)
        self._text = 0

    def hold(self, place: int) -> bool:
        """Whether a place lies in a log prefix."""
        block = self._block
        if self._text_start is None:
            return False
        if place not in self._line:
            start = block.rfind(b"\n", 0, place) + 1
            self._line = range(start, block.find(b"\n", place) + 1 or len(block) + 1)
            self._text = start + self._text_start(block[start : start + LONGEST_PREFIX])
        return place < self._text

    def without(self) -> bytes:
        """The block without its prefixes."""
        start = self._text_start
        if start is None:
            return self._block
        return b"\n".join([line[start(line[:LONGEST_PREFIX]) :] for line in self._block.split(b"\n")])

    def found(self, piece: bytes) -> int:
        """The first place of a piece that no prefix holds, whatever its case; -1 when all are in prefixes.

        Of a piece in several lines, between which prefixes may stand, the first one is looked for; what cannot be
        found at all stands in the beginning.
        """
        if not self._lowered:
            self._lowered = self._block.lower()
        sought = piece.lower()
        if sought not in self._lowered:
            sought = sought.partition(b"\n")[0]
        for count, place in enumerate(_places(self._lowered, sought)):
            if not count and not self._lowered.startswith(sought, place):
                return place
            if not self.hold(place + max(0, len(sought) - 1)):
                return place
        return -1
