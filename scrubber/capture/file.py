"""A capture file as the passes go over it: blocks of a container, with frames in most of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scrubber.capture import container, runs, search
from scrubber.capture.direction import GAP, LATE
from scrubber.capture.dissectors import dtls
from scrubber.capture.traffic import Traffic
from scrubber.engine import PLAIN, Learner, Rewriter, exposing
from scrubber.exposure import Exposure
from scrubber.learn import OCTETS
from scrubber.model import SHOW_VALUES, Entity, Finding, Format, Place, RuleSet
from scrubber.values import Values

_NOTHING_SHOWN = frozenset((GAP, LATE))
"""Notes about octets that the capture does not hold."""
FILLING = b"\0x\r\n"
"""What any reading blanks with, and ends of lines, which it leaves: another reading may come to the same octets."""
_KEPT = 4
"""Octets that the header of a protocol may keep before a payload that was blanked."""

Find = Callable[[bytes, Format], list[Finding]]


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """A capture in a known container."""

    name: str
    rules: RuleSet

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""
        to = _taught(learner)
        for block in Traffic(to).blocks(runs.blocks(chunks, Counter(), to)):
            block.encoded(block.frame, to)

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        to = Values(rewriter.reader, rewriter.rewrite, rewriter.moved, rewriter.message)
        # Records in bulk keep their times.
        moved, notes = bool(rewriter.shift), rewriter.notes
        blocks = container.blocks(chunks, notes) if moved else runs.blocks(chunks, notes, to)
        for block, frame in Traffic(to).frames(blocks):
            yield block.encoded(frame, to, rewriter.shift * 10**9)

    def residues(self, chunks: Iterator[bytes], find: Find) -> Iterator[Place]:
        """Where ``find`` meets an original in an output: in a frame, in metadata, where segments or fragments meet."""
        to = _taught(Learner(self.rules))
        tails = search.Tails(to)
        for stretch in search.stretches(chunks, to):
            yield from stretch.placed(find(stretch.octets, OCTETS))
            seams = search.Seams((number, tails.across(frame)) for number, frame in stretch.readable())
            if seams.octets:
                yield from seams.placed(find(seams.octets, OCTETS))

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key, and what an output would not hold at all."""
        shown = _Shown(rules)
        to = _Judged(shown, exposing(shown, PLAIN))
        for block in Traffic(to).blocks(_numbered(container.blocks(chunks, Counter()), shown)):
            block.encoded(block.frame, to)
            yield from shown.met()


class _Shown(Exposure):
    """Says of each value in which frame it was met."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules)
        self.number = 0
        self._places: list[Place] = []
        self._noted: Counter[str] = Counter()

    def turn(self) -> None:
        """A frame was read: what was met since the last call is its own."""
        shown = SHOW_VALUES in self.rules.options
        self._places += [
            Place(rule, entity, 0, self.number, value=value if shown else b"")
            for value, (entity, rule) in self.values.items()
        ]
        self.values.clear()
        for reason, count in self.notes.items():
            if count > self._noted[reason] and reason not in _NOTHING_SHOWN:
                self._noted[reason] = count
                self._places.append(Place(reason, Entity.TEXT, 0, self.number))

    def met(self) -> list[Place]:
        """What was met and not yet told."""
        self.turn()
        places, self._places = self._places, []
        return places


class _Judged(Values):
    """Takes no offence at what a rewriting pass left in the place of octets that must not leave."""

    def blank(self, payload: bytes, reason: str, fill: bytes = b"\0") -> bytes:
        """Note the octets, unless nothing could be read from them."""
        rest = payload.translate(None, fill + FILLING)
        if not rest or dtls.is_stand_in(payload) or (len(rest) <= _KEPT and not payload[_KEPT:].strip(fill)):
            return payload
        return super().blank(payload, reason, fill)


def _numbered(blocks: Iterator[container.Block], shown: _Shown) -> Iterator[container.Block]:
    for block in blocks:
        shown.turn()
        shown.number += block.frame is not None
        yield block


def _taught(learner: Learner) -> Values:
    """The readings of a first pass."""

    def lines(text: bytes) -> bytes:
        learner.feed(text, PLAIN)
        return text

    def message(text: bytes) -> bytes:
        learner.message(text)
        return text

    return (_Judged if learner.reader.judges else Values)(learner.reader, lines, plain=message)
