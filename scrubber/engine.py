"""scrub(bytes, rules, key, lexicon): the two passes over blocks of text, without files.

A block is a stretch of whole lines. :func:`records` cuts any stream of bytes into blocks at places where no message is
torn apart; :class:`~scrubber.learn.Learner` reads them once, :class:`Rewriter` a second time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import partial

from scrubber.dots import is_binary, unprinted
from scrubber.exposure import Exposure
from scrubber.grammar import sip
from scrubber.learn import PLAIN, Learner, alone
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Finding, Format, RuleSet
from scrubber.originals import bits
from scrubber.payloadlines import is_head, joined, through
from scrubber.pseudonyms import time
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.readings.context import Context
from scrubber.readings.lines import Lines
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Reader, Rewrite
from scrubber.readings.scan import Scanner
from scrubber.readings.textline import ends_message
from scrubber.spans import RELEASE, resolve
from scrubber.sweep import Sweep
from scrubber.terminal import offsets, original, recoloured, uncoloured

BLOCK = 1 << 20
"""The most bytes of a block. A run of as many without a line end or other delimiter is no text; it is suppressed."""
BACKWARDS = 512
"""How many lines back from the end of a block a safe place to cut is looked for."""
BANNER_LINES = 3
"""How many lines above a start line may belong to its message."""
SUPPRESSED = b"[suppressed: unbroken run of bytes]"

_DELIMITERS = (b" ", b",", b";", b"\t", b"&", b"|", b">")
_DELIMITER = re.compile(b"[\n" + b"".join(_DELIMITERS) + b"]")


class Engine:
    """What all files of a run share: rules, key, learned values and their matcher."""

    def __init__(
        self,
        rules: RuleSet,
        key: Key,
        lexicon: Lexicon,
        surrogates: Surrogates | None = None,
        reader: Callable[..., Reader] = Rewrite,
    ) -> None:
        """``surrogates`` and ``reader``: other maps, and another use of them, than those that scrub."""
        self.rules = rules
        self.key = key
        self.lexicon = lexicon
        self.surrogates = surrogates or Surrogates(key, lexicon.plan(), rules.kept_hosts)
        self.sweep = Sweep(lexicon, self.surrogates)
        self.reader = reader

    def read_by(self, reader: Callable[..., Reader]) -> Engine:
        """The same with another use of the maps."""
        other = copy(self)
        other.reader = reader
        return other

    def rewriter(self, fmt: Format, file_id: bytes = b"") -> Rewriter:
        """A rewriter for one file. ``file_id`` separates files under the ``per-file`` option."""
        local = None
        if "per-file" in self.rules.options:
            local = Surrogates(self.key.derive(b"file:" + file_id), {}, self.rules.kept_hosts)
        return Rewriter(self, fmt, local)


class Rewriter:
    """The second pass over the blocks of one file."""

    def __init__(self, engine: Engine, fmt: Format, local: Surrogates | None = None) -> None:
        # Times are moved all at once in the finished block; a grammar that knows a Date field must not move it first.
        rules = replace(engine.rules, actions={**engine.rules.actions, Entity.TIME: Action.KEEP})
        self._engine = engine
        self._rewrite = engine.reader(rules, engine.surrogates, engine.sweep, local)
        self._messages = Messages(self._rewrite)
        self._lines = Lines(self._rewrite, self._messages, fmt, self._nested, 0)
        self._context = Context(self._messages, fmt)
        self._inner: dict[int, tuple[Lines, Context]] = {}
        self.shift = engine.surrogates.offset if "shift-time" in engine.rules.options else 0
        """Seconds by which times move."""

    @property
    def reader(self) -> Reader:
        """What a value becomes, for those who find values elsewhere than in lines."""
        return self._rewrite

    @property
    def counts(self) -> Counter[tuple[Entity, str]]:
        """Different texts replaced, by entity and rule id."""
        return self._rewrite.counts

    @property
    def notes(self) -> Counter[str]:
        """What was suppressed or not understood, by reason."""
        return self._rewrite.notes

    def beside(self, fmt: Format, file_id: bytes = b"") -> Rewriter:
        """A rewriter for another file of the same run."""
        return self._engine.rewriter(fmt, file_id)

    def rewrite(self, block: bytes) -> bytes:
        """A block of whole lines, rewritten."""
        return recoloured(through(uncoloured(block), self._outer, self._payload), block)

    def _outer(self, text: bytes) -> bytes:
        return self.moved(self._context.read(text, self._lines))

    def _payload(self, text: bytes) -> bytes:
        return self.moved(self._blanked(text) if is_binary(text) else self._reading(0, text))

    def _blanked(self, text: bytes) -> bytes:
        """A payload that is no text: of what can be printed in it stays what stands for a value."""
        reader = self._rewrite
        pieces: list[bytes] = []
        done = 0
        for start, end, entity, rule in resolve(reader.scanner.findings(text)):
            pieces += (unprinted(text[done:start]), reader.found(entity, text[start:end], rule))
            done = end
        reader.notes["payload that is no text"] += 1
        return b"".join([*pieces, unprinted(text[done:])])

    def message(self, message: bytes) -> bytes:
        """One SIP message as it was sent: neither wrapped nor coloured."""
        return self.moved(alone(message, self._lines, self._context))

    def inner(self, text: bytes) -> bytes:
        """A text that stands in a document, rewritten; its times move with the document."""
        return self._nested(text, 1)

    def moved(self, text: bytes) -> bytes:
        """A rewritten text with its times moved, when they are to move."""
        if not self.shift:
            return text
        return time.NOTATIONS.sub(lambda match: time.shift(match[0], self.shift), text)

    def met(self, run: bytes) -> bool:
        """Whether a run of letters and digits is of an identifier that the first pass met."""
        lowered = run.lower()
        return bits(lowered) > 0 and lowered in self._engine.lexicon.originals.marks

    def rewrite_name(self, name: str) -> str:
        """One component of a path, rewritten as free text."""
        raw = name.encode("utf-8", "surrogateescape")
        new = self._rewrite.text(raw).replace(b"/", b"_").replace(b"\0", b"_")
        return new.decode("utf-8", "surrogateescape")

    def _nested(self, text: bytes, depth: int) -> bytes:
        """A text found inside a value (JSON, escaped line ends), scrubbed as a log of its own."""
        read = partial(self._reading, depth)
        return through(text, read, read)

    def _reading(self, depth: int, text: bytes) -> bytes:
        inner = self._inner.get(depth)
        if inner is None:
            lines = Lines(self._rewrite, self._messages, PLAIN, self._nested, depth)
            inner = self._inner[depth] = (lines, Context(self._messages, PLAIN))
        memo, context = inner
        return context.read(text, memo)


def records(chunks: Iterator[bytes], fmt: Format) -> Iterator[bytes]:
    """Blocks of at most :data:`BLOCK` bytes out of chunks of any size, cut where no message is torn apart.

    Where the blocks are cut depends on the bytes alone, not on the chunks. Joined, the blocks are the input, but for
    runs of :data:`BLOCK` bytes without any delimiter: each of these becomes a marker, so that memory stays bounded and
    no value can hide across a cut.
    """
    rest = b""
    unbroken = False
    for chunk in chunks:
        data = rest + chunk
        position = _behind_run(data, 0) if unbroken else 0
        unbroken = unbroken and position == len(data)
        while len(data) - position >= BLOCK:
            window = data[position : position + BLOCK]
            cut = safe_cut(window, fmt)
            if cut:
                yield window[:cut]
                position += cut
            else:
                yield SUPPRESSED
                position = _behind_run(data, position + BLOCK)
                unbroken = position == len(data)
        rest = data[position:]
    if rest:
        yield rest


def _behind_run(data: bytes, position: int) -> int:
    """Offset of the first delimiter from ``position`` on, or the end."""
    match = _DELIMITER.search(data, position)
    return len(data) if match is None else match.start()


def safe_cut(data: bytes, fmt: Format) -> int:
    """Offset of the last place to cut: before a SIP message or a line with a log prefix, at a line end, at a blank.

    A message is looked for first: where every line has a prefix, its lines look like any others.
    """
    end = data.rfind(b"\n") + 1
    if not end:
        return max(data.rfind(mark) for mark in _DELIMITERS) + 1
    position = end
    record = 0
    for _ in range(BACKWARDS):
        start = data.rfind(b"\n", 0, position - 1) + 1
        line = data[start : position - 1]
        cut = fmt.text_start(line)
        if sip.is_start_line(line[cut:].removesuffix(fmt.tail).rstrip(b"\r")):
            return (start if cut else _banner(data, start, fmt)) or record or end
        if cut or is_head(line):
            record = record or start
        if not start:
            break
        position = start
    return record or end


def _banner(data: bytes, start: int, fmt: Format) -> int:
    """Where what belongs to the message at ``start`` begins: the banner above its start line, a rule above that."""
    for _ in range(BANNER_LINES):
        above = data.rfind(b"\n", 0, start - 1) + 1 if start else 0
        line = data[above : max(0, start - 1)].rstrip(b"\r")
        if not start or not (line and (fmt.text_start(line) or ends_message(line))):
            break
        start = above
    return start


def scrub(data: bytes, rules: RuleSet, key: Key, fmt: Format = PLAIN) -> bytes:
    """A whole text in memory: learned from, then rewritten."""
    learner = Learner(rules)
    learner.feed(data, fmt)
    return Engine(rules, key, learner.lexicon).rewriter(fmt).rewrite(data)


def explain(data: bytes, rules: RuleSet) -> list[Finding]:
    """What the free-text rules and detectors see in a line, disjoint and in order."""
    return [finding for finding in resolve(Scanner(rules).findings(data)) if finding.rule != RELEASE]


def findings(block: bytes, rules: RuleSet, fmt: Format) -> list[Finding]:
    """Originals that a block of whole lines still shows, judged without a key; spans refer to the block."""
    exposure = Exposure(rules)
    plain = uncoloured(block)
    exposing(exposure, fmt)(plain)
    shown = joined(plain)
    text = plain if shown is None else shown.text
    met = exposure.places(text)
    met += exposure.elsewhere(text, met, exposing(exposure, fmt))
    if shown is not None:
        met = [Finding(*shown.span(at, end), entity, rule) for at, end, entity, rule in met]
    places = list(offsets(block))
    return [found._replace(start=original(places, found.start), end=original(places, found.end)) for found in met]


def exposing(exposure: Exposure, fmt: Format) -> Callable[[bytes], bytes]:
    """What reads blocks of whole lines for ``exposure`` and gives them back as they are."""
    messages = Messages(exposure)

    def reading(of: Format, depth: int) -> Callable[[bytes], bytes]:
        lines, context = Lines(exposure, messages, of, nested, depth), Context(messages, of)
        return lambda text: context.read(text, lines)

    def nested(text: bytes, depth: int) -> bytes:
        read = reading(PLAIN, depth)
        return through(text, read, read)

    read, message = reading(fmt, 0), reading(PLAIN, 0)
    return lambda block: through(block, read, message)


__all__ = ["BLOCK", "PLAIN", "Engine", "Learner", "Rewriter", "explain", "exposing", "findings", "records", "scrub"]
