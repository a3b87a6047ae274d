"""A log that has no end: learned from and rewritten as it comes.

What is learned is swept from then on; nothing can be done about what has left already, so lines may be held back for a
while (see ``scrubber stream --delay``). A batch is learned from before it is rewritten, so a name that is told in a
message is found in the lines above it that came with it. Every batch is audited: a line in which an original is left
is replaced by a marker.
"""

from __future__ import annotations

from collections import Counter

from scrubber.audit.residue import Residue
from scrubber.engine import BLOCK, PLAIN, SUPPRESSED, Engine, Learner, Rewriter, records, safe_cut
from scrubber.formats import detect
from scrubber.model import Entity, Format, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates

HEAD = 1 << 16
"""Bytes from which the format is recognised."""
WITHHELD = b"[suppressed: an original value was left in this line]"


class Stream:
    """Bytes in, scrubbed bytes out; what goes in leaves in order, whole lines at a time.

    :meth:`take` adds bytes and :meth:`give` hands out lines. In between they wait here, never more than one unfinished
    line (at most :data:`~scrubber.engine.BLOCK` bytes) and what was taken since.
    """

    def __init__(self, rules: RuleSet, key: Key, fmt: Format | None = None, known: tuple[bytes, ...] = ()) -> None:
        """``fmt``: ``None`` to recognise it by the first lines."""
        self.withheld: Counter[Entity] = Counter()
        """Lines that were replaced by a marker, by the first kind of value that was left in them."""
        self._rules = rules
        self._key = key
        self._format = fmt
        self._learner = Learner(rules)
        for line in known:
            self._learner.lexicon.add_known(line)
        self._lines = bytearray()
        self._rest = b""
        self._unbroken = False
        self._engine: Engine | None = None
        self._size = 0

    @property
    def waiting(self) -> int:
        """Bytes of whole lines that can be handed out."""
        return len(self._lines)

    def take(self, data: bytes) -> None:
        """Add bytes and learn from the lines that they complete."""
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        if end and self._unbroken:
            start = data.find(b"\n")
            self._lines += SUPPRESSED
            data, end, self._unbroken = data[start:], end - start, False
        if len(self._rest) > BLOCK:
            self._rest, self._unbroken = b"", True
        self._learn(data[:end])

    def finish(self) -> None:
        """There is nothing more to come: the last line needs no end."""
        data, self._rest = self._rest, b""
        if self._unbroken:
            self._lines += SUPPRESSED
            self._unbroken = False
            return
        self._learn(data)

    def give(self, size: int | None = None, *, cut: bool = True) -> bytes:
        """The scrubbed form of the next ``size`` bytes of whole lines, or of all.

        With ``cut`` they end where no message is torn apart, if there is such a place.
        """
        data = bytes(self._lines if size is None else self._lines[:size])
        end = data.rfind(b"\n") + 1 if size is not None else len(data)
        if cut and end:
            end = safe_cut(data[:end], self._known_format(data))
        del self._lines[:end]
        return self._scrubbed(data[:end])

    def _learn(self, text: bytes) -> None:
        if text:
            for block in records(iter((text,)), self._known_format(text)):
                self._learner.feed(block, self._known_format(text))
            self._lines += text

    def _known_format(self, text: bytes) -> Format:
        if self._format is None:
            found = detect.sniff(text[:HEAD])
            # A document is read as a whole; what comes line by line is a log.
            self._format = PLAIN if found.notation else found
        return self._format

    def _scrubbed(self, text: bytes) -> bytes:
        if not text:
            return b""
        fmt = self._known_format(text)
        rewriter, residue = self._current(fmt)
        pieces = []
        for block in records(iter((text,)), fmt):
            new = rewriter.rewrite(block)
            found = residue.check(new, fmt)
            pieces.append(self._withholding(new, [(hit.start, hit.entity) for hit in found]) if found else new)
        return b"".join(pieces)

    def _current(self, fmt: Format) -> tuple[Rewriter, Residue]:
        """What rewrites and audits with everything learned until now."""
        lexicon = self._learner.lexicon
        engine = self._engine
        if engine is None or len(lexicon) > self._size:
            self._size = len(lexicon)
            plan = lexicon.plan()
            same = engine is not None and engine.surrogates.plan == plan
            surrogates = engine.surrogates if engine is not None and same else None
            engine = self._engine = Engine(
                self._rules, self._key, lexicon, surrogates or Surrogates(self._key, plan, self._rules.kept_hosts)
            )
            self._pair = (engine.rewriter(fmt), Residue(engine))
        return self._pair

    def _withholding(self, text: bytes, found: list[tuple[int, Entity]]) -> bytes:
        """``text`` with the lines replaced in which something was found."""
        pieces = []
        position = 0
        for at, entity in sorted(found):
            if at < position:
                continue
            start = text.rfind(b"\n", 0, at) + 1
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            pieces += [text[position:start], WITHHELD]
            position = end
            self.withheld[entity] += 1
        pieces.append(text[position:])
        return b"".join(pieces)
