"""A large text by many hands: portions of it, each a run of whole blocks, go to whoever is free.

Blocks are what both passes and the audit read one by one, whoever reads them: where a text is cut into blocks depends
on its bytes alone, and a block is read without a look at any other. One process reads the file, cuts it and writes what
comes back in its order, so the output is the same for any number of processes; so are the counts, since the portions
are the same, too.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from scrubber.engine import Learner, records
from scrubber.engines.crew import Crew, in_order
from scrubber.forgetting import forgotten
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity, InputError, Place, RuleSet
from scrubber.reports.report import PLACES, ignore
from scrubber.tasks import Kind, Search, Source
from scrubber.textfile import TextFile, located
from scrubber.worker import Worker, text_format, unpacked_name

LARGE = 1 << 24
"""Stored bytes from which a text is read in portions."""
LARGE_PACKED = 1 << 20
"""The same for one that is compressed."""
PORTION = 1 << 20
"""Bytes from which a portion is full."""
LAST = 4 << 20
"""Bytes at the end of a text of which each block is a portion: all who read it wait for who has the last one."""

Result = TypeVar("Result")


class Portion(NamedTuple):
    """A run of whole blocks. Who reads the file tells the progress."""

    format: str
    file_id: bytes
    blocks: tuple[bytes, ...]
    before: int
    """Octets of the text before it."""
    size: int = 0

    def discard(self) -> None:
        """Nothing is written."""


class Rewritten(NamedTuple):
    """What became of a portion."""

    text: bytes
    counts: Counter[tuple[Entity, str]]
    notes: Counter[str]


class Tally(Protocol):
    """What is told of a rewriting."""

    @property
    def counts(self) -> Counter[tuple[Entity, str]]:
        """Different texts replaced, by entity and rule id."""

    @property
    def notes(self) -> Counter[str]:
        """What was suppressed or not understood, by reason."""


class Together:
    """What is told of the portions of a text, as :class:`Tally`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Entity, str]] = Counter()
        self.notes: Counter[str] = Counter()


class Searched(NamedTuple):
    """What the audits found in a portion, by its own offsets and lines, and how many of both it has."""

    places: list[Place]
    in_place: list[Place]
    """Found by a second reading."""
    length: int
    lines: int


class Portioned:
    """A text in a known log format, as a :class:`~scrubber.tasks.Kind`, that a crew reads in portions."""

    def __init__(self, kind: TextFile, hands: Crew, file_id: bytes = b"") -> None:
        self._kind = kind
        self._hands = hands
        self._file_id = file_id
        self.in_place: list[Place] = []
        """The first of what a second reading found in the text that was searched last."""

    @property
    def name(self) -> str:
        """The name of the format, for reports."""
        return self._kind.name

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""
        for lexicon in self._by_hands(learn, chunks):
            learner.lexicon.merge(lexicon)

    def rewrite(self, chunks: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
        """The second pass."""
        for done in self._by_hands(rewrite, chunks):
            tally.counts.update(done.counts)
            tally.notes.update(done.notes)
            yield done.text

    def residues(self, chunks: Iterator[bytes], find: Search) -> Iterator[Place]:
        """Where the audit of the crew meets an original in an output, which is read a second time, too."""
        del find
        self.in_place.clear()
        offset, line = 0, 0
        for found in self._by_hands(search, chunks):
            start = partial(_moved, offset, line)
            self.in_place += map(start, found.in_place[: PLACES - len(self.in_place)])
            yield from map(start, found.places)
            offset += found.length
            line += found.lines

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""
        return self._kind.exposed(chunks, rules)

    def _by_hands(
        self, step: Callable[[Worker, Portion, str], Result], chunks: Iterator[bytes]
    ) -> Generator[Result, None, None]:
        portions = self._cut(records(chunks, self._kind.format))
        return in_order(self._hands.map_unordered(step, portions, ignore, 2 * self._hands.size))

    def _cut(self, blocks: Iterable[bytes]) -> Iterator[Portion]:
        """Full portions, and behind them the last blocks one by one: where it is cut depends on the text alone."""
        held: deque[bytes] = deque()
        before = size = 0
        for block in blocks:
            held.append(block)
            size += len(block)
            while size >= LAST + PORTION:
                run = tuple(_full(held))
                yield Portion(self.name, self._file_id, run, before)
                before += sum(map(len, run))
                size -= sum(map(len, run))
        for block in held:
            yield Portion(self.name, self._file_id, (block,), before)
            before += len(block)


def _full(blocks: deque[bytes]) -> Iterator[bytes]:
    """The first of many blocks, until a portion is full."""
    size = 0
    while size < PORTION:
        block = blocks.popleft()
        size += len(block)
        yield block


def _moved(offset: int, line: int, place: Place) -> Place:
    """A place of a portion that begins there."""
    return place._replace(offset=offset + place.offset, line=line + place.line)


def is_large(source: Source) -> bool:
    """Whether a text of this size is worth many hands."""
    name = source.parts[-1]
    return source.size >= (LARGE if unpacked_name(name) == name else LARGE_PACKED)


def portioned(kind: Kind, hands: Crew | None, file_id: bytes = b"") -> Kind:
    """``kind`` read by a crew, if there is one."""
    return Portioned(kind, hands, file_id) if hands is not None and isinstance(kind, TextFile) else kind


# --- steps


def learn(worker: Worker, portion: Portion, fault: str) -> Lexicon:
    """The first pass over a portion. Errors: :class:`InputError` when its process died, as the steps below."""
    _no(fault)
    with forgotten():
        learner = Learner(worker.rules)
        for block in portion.blocks:
            learner.feed(block, detect.by_name(portion.format))
        lexicon = learner.lexicon
        del learner
    return lexicon


def rewrite(worker: Worker, portion: Portion, fault: str) -> Rewritten:
    """The second pass over a portion."""
    _no(fault)
    with forgotten():
        rewriter = worker.engine.rewriter(text_format(portion.format), portion.file_id)
        text = b"".join(map(rewriter.rewrite, portion.blocks))
        done = Rewritten(text, rewriter.counts, rewriter.notes)
        del rewriter
    return done


def search(worker: Worker, portion: Portion, fault: str) -> Searched:
    """The audits of a portion of an output; the second is not asked when the first found something."""
    _no(fault)
    known = detect.by_name(portion.format)
    with forgotten():
        places = list(located(lambda block: worker.check(block, known), iter(portion.blocks)))
        again = [] if places else list(worker.rereading.in_blocks(known, iter(portion.blocks), portion.before))
    return Searched(places, again, sum(map(len, portion.blocks)), sum(block.count(b"\n") for block in portion.blocks))


def _no(fault: str) -> None:
    if fault:
        raise InputError(fault)
