"""A capture file as the passes go over it: blocks of a container, with frames in most of them."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scrubber.capture import container, runs
from scrubber.capture.packet import Flow, Frame, Segment
from scrubber.capture.peel import peel
from scrubber.capture.traffic import Traffic
from scrubber.capture.values import Values
from scrubber.engine import PLAIN, Learner, Rewriter, exposing
from scrubber.exposure import Exposure
from scrubber.model import Entity, Finding, Format, Place, RuleSet

SEARCHED = 1 << 18
"""Octets of frames that are searched at once."""
BETWEEN = b"\n\0\n"
"""What stands between two frames in a search, so that nothing is found across them that stands in neither."""
TAIL = 256
"""Octets of a segment that are searched again together with the next one of its direction."""
TAILS = 4096
"""Directions whose last octets are remembered."""
_READABLE = re.compile(rb"[\x20-\x7e]{4}")
_CUT_WORD, _WORD_CUT = re.compile(rb"\A[^\s<>\"']{1,256}"), re.compile(rb"[^\s<>\"']{1,256}\Z")
"""A word at the edge of what is remembered may be half of one, and then looks like what it is not."""

Find = Callable[[bytes, Format], list[Finding]]


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """A capture in a known container."""

    name: str
    rules: RuleSet

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""
        to = _taught(learner)
        for block, _ in Traffic(to).frames(runs.blocks(chunks, Counter(), to)):
            block.encoded(block.frame, to)

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        to = Values(rewriter.reader, rewriter.rewrite, rewriter.moved)
        # Records in bulk keep their times.
        moved, notes = bool(rewriter.shift), rewriter.notes
        blocks = container.blocks(chunks, notes) if moved else runs.blocks(chunks, notes, to)
        for block, frame in Traffic(to).frames(blocks):
            yield block.encoded(frame, to, rewriter.shift * 10**9)

    def residues(self, chunks: Iterator[bytes], find: Find) -> Iterator[Place]:
        """Where ``find`` meets an original in an output: in a frame, in metadata, or across the end of a segment."""
        to = _taught(Learner(self.rules))
        tails = _Tails(to)
        waiting: list[tuple[int, bytes]] = []
        size = number = 0
        for block in container.blocks(chunks, Counter()):
            frame = block.frame
            number += frame is not None
            data = block.encoded(None, to) if frame is None else frame.data
            waiting.append((number, data))
            size += len(data)
            if frame is not None and (across := tails.across(frame)):
                waiting.append((number, across))
                size += len(across)
            if size >= SEARCHED:
                yield from _searched(waiting, find)
                waiting, size = [], 0
        yield from _searched(waiting, find)

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key, and what an output would not hold at all."""
        shown = _Shown(rules)
        to = Values(shown, exposing(shown, PLAIN))
        number = 0
        for block, frame in Traffic(to).frames(_numbered(container.blocks(chunks, Counter()), shown)):
            number += frame is not None
            block.encoded(frame, to)
            yield from shown.met()


class _Shown(Exposure):
    """Says of each value in which frame it was met."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules)
        self.number = 0
        self._places: list[Place] = []
        self._noted: Counter[str] = Counter()

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """As in :class:`Exposure`; the place is the frame that is being read."""
        result = super().value(entity, value, rule)
        judged = self.values.pop(value, None)
        if judged is not None:
            self._places.append(Place(judged[1], judged[0], 0, self.number))
        return result

    def met(self) -> list[Place]:
        """What was met since the last call."""
        for reason in self.notes.keys() - self._noted.keys():
            self._noted[reason] = 0
        places = self._places
        for reason, count in self.notes.items():
            if count > self._noted[reason]:
                self._noted[reason] = count
                places.append(Place(reason, Entity.TEXT, 0, self.number))
        self._places = []
        return places


def _numbered(blocks: Iterator[container.Block], shown: _Shown) -> Iterator[container.Block]:
    for block in blocks:
        shown.number += block.frame is not None
        yield block


def _taught(learner: Learner) -> Values:
    """The readings of a first pass."""

    def lines(text: bytes) -> bytes:
        learner.feed(text, PLAIN)
        return text

    return Values(learner.reader, lines)


class _Tails:
    """The last octets of each direction of a stream, for what stands on both sides of a segment's end."""

    def __init__(self, to: Values) -> None:
        self._to = to
        self._tails: OrderedDict[Flow, bytes] = OrderedDict()

    def across(self, frame: Frame) -> bytes:
        """The end of the segment before and the beginning of this one, when both are readable."""
        if _READABLE.search(frame.data) is None:
            return b""
        segment = peel(frame, self._to).inner
        if not isinstance(segment, Segment) or not segment.payload:
            return b""
        flow = segment.flow._replace(cut=False)
        before = self._tails.pop(flow, b"")
        whole = before + segment.payload
        self._tails[flow] = whole if len(whole) <= TAIL else _CUT_WORD.sub(b"", whole[-TAIL:])
        if len(self._tails) > TAILS:
            self._tails.popitem(last=False)
        after = segment.payload
        return before and before + (after if len(after) <= TAIL else _WORD_CUT.sub(b"", after[:TAIL]))


def _searched(waiting: list[tuple[int, bytes]], find: Find) -> Iterator[Place]:
    """The findings in many frames, each placed in its own."""
    findings = sorted(find(BETWEEN.join([data for _, data in waiting]), PLAIN), key=lambda found: found.start)
    start, frames = 0, iter(waiting)
    number, data = next(frames, (0, b""))
    for found in findings:
        while found.start >= start + len(data) + len(BETWEEN):
            start += len(data) + len(BETWEEN)
            number, data = next(frames)
        yield Place(found.rule, found.entity, found.start - start, number)
