"""What the pipeline is handed and hands on: files to read, places to write, and the work on each.

Sources and targets are protocols: whoever opens files decides what they are. A :class:`Task` goes to any process, so it
holds no open file and no key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import IO, Generic, NamedTuple, Protocol, Self, TypeVar

from scrubber.content import Content
from scrubber.engine import Learner, Rewriter
from scrubber.lexicon import Lexicon
from scrubber.model import Finding, Format, Place, RuleSet


class Source(Protocol):
    """A file to read."""

    @property
    def label(self) -> str:
        """The name as the user knows it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The components of the name that may appear in outputs once they are rewritten."""

    @property
    def size(self) -> int:
        """Bytes as stored."""

    @property
    def content(self) -> Content:
        """What it holds, once it is inspected."""

    @property
    def capture(self) -> str:
        """The name of the container when it is a capture; empty for anything else."""

    def look(self) -> Self:
        """The source with what its first octets say of its content. Errors: as :meth:`inspect`."""

    def inspect(self) -> Self:
        """The source ready to be read. Raises ``InputError`` when its content is refused, or ``OSError``."""

    def chunks(self, told: Callable[[int], None] = ..., /) -> Iterator[bytes]:
        """The text as UTF-8, or the octets of anything else, unpacked, cut anywhere; ``told`` hears of stored bytes."""

    def spool(self) -> IO[bytes]:
        """A private place for a part of it, to be read at any offset; gone once it is closed."""


class Sink(Protocol):
    """An output that does not exist yet."""

    def write(self, block: bytes, /) -> None:
        """Add text."""

    def written(self) -> Iterator[bytes]:
        """End writing and give the text as it was stored."""

    def release(self, shift: int = 0, /) -> int:
        """Publish; returns the bytes stored. The time of a source that the output keeps moves by ``shift`` seconds."""


class Target(Protocol):
    """A place for an output. Leaving the ``with`` block of its sink without a release leaves nothing."""

    @property
    def name(self) -> str:
        """The scrubbed name, for reports."""

    def open(self) -> AbstractContextManager[Sink]:
        """A sink."""

    def discard(self) -> None:
        """Remove what a killed process left."""


class Kind(Protocol):
    """How the passes go over a file: lines of a text, frames of a capture, members of an archive."""

    @property
    def name(self) -> str:
        """The name of the format, for reports."""

    def learn(self, chunks: Iterator[bytes], learner: Learner, /) -> None:
        """The first pass."""

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter, /) -> Iterator[bytes]:
        """The second pass."""

    def residues(self, chunks: Iterator[bytes], find: Search, /) -> Iterator[Place]:
        """Where ``find`` meets an original in an output."""

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet, /) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""


Search = Callable[[bytes, Format], list[Finding]]
"""From a block of whole lines to the originals in it."""

Faults = Mapping[tuple[int, ...], str]
"""Members of an archive that are refused, and why: the number of each among all entries, after that of the archive in
the archive that holds it."""
NO_FAULTS: Faults = {}

AnySource = TypeVar("AnySource", bound=Source)

TargetFor = Callable[[AnySource, tuple[str, ...]], Target]
"""From an inspected source and its rewritten name to its target. May raise ``InputError``."""


class Learned(NamedTuple, Generic[AnySource]):
    """What the first pass says about a file."""

    source: AnySource
    """Inspected, unless there is a fault."""
    format: str = ""
    file_id: bytes = b""
    lexicon: Lexicon | None = None
    fault: str = ""
    faults: Faults = NO_FAULTS
    """Of the members of an archive that nothing was learned from."""


class Task(NamedTuple, Generic[AnySource]):
    """One file of the second pass."""

    number: int
    """Position among the inputs, from 0."""
    source: AnySource
    name: tuple[str, ...]
    target: Target | None
    """``None``: nothing is written."""
    format: str = ""
    file_id: bytes = b""
    fault: str = ""
    faults: Faults = NO_FAULTS
    """Of the members of an archive that must not be rewritten."""
    leaks: tuple[Place, ...] = ()
    """Originals in the new name."""

    @property
    def size(self) -> int:
        """Bytes of the source, as stored."""
        return self.source.size

    def discard(self) -> None:
        """Remove what a killed process left of the output."""
        if self.target is not None:
            self.target.discard()
