"""A document as the passes go over it: one reading of its notation serves them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from scrubber.documents import contentlines, csv, html, ini, json, mail, queuelog, sql, xml, yaml
from scrubber.documents.cell import Cells
from scrubber.documents.inner import inner
from scrubber.engine import PLAIN, Learner, Rewriter, exposing, records
from scrubber.exposure import Exposure
from scrubber.model import SHOW_VALUES, Finding, Format, Place, RuleSet
from scrubber.textfile import located
from scrubber.values import Values

Read = Callable[[Iterator[bytes], Cells], Iterator[tuple[bytes, bytes]]]
"""Pairs of a stretch of a document and what becomes of it; joined, the first are the document."""

NOTATIONS: Final[Mapping[str, Read]] = {
    "csv": csv.read,
    "mail": mail.read,
    "content-lines": contentlines.read,
    "queue_log": queuelog.read,
    "json": json.read,
    "xml": xml.read,
    "html": html.read,
    "ini": ini.read,
    "yaml": yaml.read,
    "sql": sql.read,
}
"""By the name that a format gives to its notation."""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A text that is read by its structure."""

    format: Format

    @property
    def name(self) -> str:
        """The name of the format, for reports."""
        return self.format.name

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""

        def lines(text: bytes) -> bytes:
            learner.feed(text, PLAIN)
            return text

        for _ in self._read(chunks, Values(learner.reader, lines)):
            pass

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        for _, new in self._read(chunks, Values(rewriter.reader, rewriter.inner)):
            yield rewriter.moved(new)

    def residues(self, chunks: Iterator[bytes], find: Callable[[bytes, Format], list[Finding]]) -> Iterator[Place]:
        """Where ``find`` meets an original in an output."""
        return located(lambda block: find(block, PLAIN), records(chunks, PLAIN))

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""
        shown = Exposure(rules)
        pairs = self._read(chunks, Values(shown, exposing(shown, PLAIN)))
        return located(shown.places, (old for old, _ in pairs), shown=SHOW_VALUES in rules.options)

    def _read(self, chunks: Iterator[bytes], to: Values) -> Iterator[tuple[bytes, bytes]]:
        return NOTATIONS[self.format.notation](chunks, Cells(to, inner))
