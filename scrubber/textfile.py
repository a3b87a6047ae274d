"""A text file as the passes go over it: blocks of whole records of one log format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scrubber.engine import Learner, Rewriter, findings, records
from scrubber.model import SHOW_VALUES, Finding, Format, Place, RuleSet


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text in a known log format."""

    format: Format

    @property
    def name(self) -> str:
        """The name of the format, for reports."""
        return self.format.name

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""
        for block in records(chunks, self.format):
            learner.feed(block, self.format)

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        return map(rewriter.rewrite, records(chunks, self.format))

    def residues(self, chunks: Iterator[bytes], find: Callable[[bytes, Format], list[Finding]]) -> Iterator[Place]:
        """Where ``find`` meets an original in an output."""
        return located(lambda block: find(block, self.format), records(chunks, self.format))

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""
        blocks = records(chunks, self.format)
        return located(lambda block: findings(block, rules, self.format), blocks, shown=SHOW_VALUES in rules.options)


def located(find: Callable[[bytes], list[Finding]], blocks: Iterator[bytes], *, shown: bool = False) -> Iterator[Place]:
    """The places of what ``find`` reports over consecutive blocks of a text, in order; ``shown``: with the values."""
    offset, line = 0, 1
    for block in blocks:
        position = 0
        for hit in sorted(find(block), key=lambda hit: hit.start):
            line += block.count(b"\n", position, hit.start)
            position = hit.start
            value = block[hit.start : hit.end] if shown else b""
            yield Place(hit.rule, hit.entity, offset + hit.start, line, value=value)
        line += block.count(b"\n", position)
        offset += len(block)
