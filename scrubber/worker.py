"""What one process needs to read and rewrite any file, and by which kind a file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import blake2b
from itertools import chain
from typing import Any

from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.audit.written import Written
from scrubber.bundle.archive import Archive
from scrubber.bundle.entry import Container, Spool
from scrubber.bundle.limits import DEPTH, Budget
from scrubber.bundle.tar import Tar
from scrubber.bundle.zipped import Zip
from scrubber.compression import SUFFIXES
from scrubber.content import TAR, Content, recognised, text
from scrubber.engine import Engine, Rewriter
from scrubber.engines.crew import Cluster
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Finding, Format, InputError, RuleSet
from scrubber.pseudonyms import time
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Progress, ignore
from scrubber.tasks import Kind, Source
from scrubber.textfile import TextFile

PLAIN = "plain"
"""The format of what has no structure, such as a file name."""

PER_FILE = "per-file"
"""The rule option that gives each file pseudonyms of its own."""

SHIFTED = "shift-time"
"""The rule option that moves times."""

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose beside the rules."""

    format: str | None = None
    """The name of the format of every file; ``None``: each is recognised."""
    known: tuple[bytes, ...] = ()
    """Values to treat as learned."""
    jobs: int = 1
    dissect: bool | None = None
    """Whether tshark gives a second opinion; ``None``: where it is quick."""
    sights: bool = False
    """Whether a person wants to see the outputs in a report."""
    cluster: Cluster | None = None
    """Where the work is done; ``None``: on this machine."""


class Worker:
    """What one process needs for any file. The engine and the audit are built once, when first needed."""

    def __init__(
        self, rules: RuleSet, options: Options, key: Key | None = None, lexicon: Lexicon | None = None
    ) -> None:
        self.rules = rules
        self.options = options
        self.key = Key.fresh() if key is None else key
        self.lexicon = Lexicon(rules.stop_words) if lexicon is None else lexicon
        self.settled = False
        """Whether nothing is learned any more; one that another process makes is then prepared for the second pass."""
        self.progress: Progress = ignore
        self.stopped: Callable[[], bool] = bool

    def recipe(self) -> partial[Worker]:
        """How another process makes its own. A key refuses to be pickled, so its bytes go along, once a process."""
        return partial(_worker, self.rules, self.options, self.key.material, self.lexicon, settled=self.settled)

    def prepare(self) -> None:
        """Make all that the second pass needs of what was learned."""
        _ = self.names, self.residue, self.rereading

    @property
    def shift(self) -> int:
        """Seconds by which times move."""
        return time.offset(self.key) if SHIFTED in self.rules.options else 0

    @cached_property
    def engine(self) -> Engine:
        """The second pass, with the matcher for everything learned."""
        return Engine(self.rules, self.key, self.lexicon)

    @cached_property
    def names(self) -> Rewriter:
        """The second pass over names of files."""
        return self.engine.rewriter(detect.by_name(PLAIN))

    @cached_property
    def written(self) -> Written:
        """What stands in outputs for what was learned."""
        return Written(self.lexicon.values, self.engine.surrogates)

    @cached_property
    def residue(self) -> Residue:
        """The audit of what was written."""
        return Residue(self.engine, self.written)

    @cached_property
    def rereading(self) -> Rereading:
        """The audit of values in their places."""
        return Rereading(self.engine, self.written)

    def check(self, block: bytes, fmt: Format) -> list[Finding]:
        """Originals in a block of an output. The audit is made when the first block is there."""
        return self.residue.check(block, fmt)

    def opened(self, source: Source, fmt: str | Format, told: Progress | None = None) -> tuple[Kind, Iterator[bytes]]:
        """How an inspected source is read, and its octets. ``fmt`` is the format of a text, empty to recognise it.

        A name is what a user says, who may be wrong; a format is known from an earlier pass.

        ``told`` hears how far this reading is; ``None``: the progress of the run.
        """
        meter = Meter(source.size, self.progress if told is None else told, self.stopped)
        content = source.content
        if content.archive:
            # Read at any offset, a zip file says itself how far it has come.
            whole = content.archive != TAR
            chunks = source.chunks(ignore if whole else meter)
            members = Members(self, source.spool, Budget(source.size), 1, meter if whole else ignore)
            return members.archive(content.archive), chunks if whole else meter.over(chunks)
        chunks = meter.over(source.chunks(meter))
        first = b"" if content.capture else next(chunks, b"")
        return self.kind(content, first, source.parts[-1], fmt), chain((first,), chunks) if first else chunks

    def kind(self, content: Content, head: bytes, name: str, fmt: str | Format) -> Kind:
        """How anything but an archive is read: by its container, or a text by its format, recognised or told."""
        if content.capture:
            # Frames need libraries that no log does.
            from scrubber.capture.file import CaptureFile

            return CaptureFile(content.capture, self.rules)
        if content.database:
            from scrubber.documents.sqlite import Database

            return Database()
        known = fmt if isinstance(fmt, Format) else _format(fmt, head[:_HEAD], unpacked_name(name))
        if known.notation == "packets":
            from scrubber.packettext import PacketText

            return PacketText(known)
        if known.notation:
            from scrubber.documents.file import DocumentFile

            return DocumentFile(known)
        return TextFile(known)


def _worker(rules: RuleSet, options: Options, material: bytes, lexicon: Lexicon, *, settled: bool) -> Worker:
    worker = Worker(rules, options, Key(material), lexicon)
    if settled:
        worker.prepare()
    return worker


def unpacked_name(name: str) -> str:
    """The name of a file as it was before it was compressed."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def _format(name: str, head: bytes, hint: str) -> Format:
    return detect.told(name, head, hint) if name else detect.sniff(head, hint)


def text_format(name: str) -> Format:
    """The format of the lines of a file, by the name of its kind: texts in captures and archives have none."""
    return detect.by_name(name if name in detect.names() else PLAIN)


class Members:
    """How an archive deals with its members."""

    def __init__(
        self, worker: Worker, spool: Spool, budget: Budget, depth: int, told: Callable[[int], None] = ignore
    ) -> None:
        """``depth`` counts archives in archives from 1; ``told`` hears of the stored bytes that were read."""
        self.spool = spool
        self._worker = worker
        self._budget = budget
        self._depth = depth
        self._told = told

    def archive(self, name: str) -> Archive[Any]:
        """An archive of this depth in the container called ``name``. Errors: ``InputError`` when it lies too deep."""
        if self._depth > DEPTH:
            raise InputError(f"archives nested more than {DEPTH} deep")
        container: Container[Any] = Tar() if name == TAR else Zip(self.spool, self._told)
        return Archive(container, self, self._budget, outermost=self._depth == 1)

    def opened(self, stored: Callable[[], Iterator[bytes]], name: str) -> tuple[Kind, Content]:
        """How a member is read. Errors: ``InputError`` with the reason for what is refused."""
        content = recognised(stored)
        if content.archive:
            return Members(self._worker, self.spool, self._budget, self._depth + 1).archive(content.archive), content
        first = b"" if content.capture else next(text(stored(), content), b"")
        return self._worker.kind(content, first, name, self._worker.options.format or ""), content

    def rewriter(self, kind: Kind, held: Callable[[], Iterator[bytes]], like: Rewriter) -> Rewriter:
        """The second pass over a member that holds what ``held`` gives, in the same run as ``like``."""
        file_id = b""
        if PER_FILE in self._worker.rules.options:
            digest = blake2b(digest_size=32)
            for chunk in held():
                digest.update(chunk)
            file_id = digest.digest()
        return like.beside(text_format(kind.name), file_id)


class Part:
    """Tells a part of a progress while something is done that is as long as ``whole``, in whatever unit."""

    def __init__(self, progress: Progress, size: int, whole: int) -> None:
        """``size``: the octets that are told in all."""
        self._progress = progress
        self._size = size
        self._whole = max(whole, 1)
        self._done = self._told = 0

    def __call__(self, count: int) -> None:
        """So much more is done."""
        self._done = min(self._done + count, self._whole)
        told = self._size * self._done // self._whole
        self._progress(told - self._told)
        self._told = told

    def over(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks."""
        for block in blocks:
            yield block
            self(len(block))

    def end(self) -> None:
        """What is not done by now need not be."""
        self(self._whole)


class Meter:
    """Tells the progress of one file in stored bytes, never more than it has, and stops an interrupted run."""

    def __init__(self, size: int, progress: Progress, stopped: Callable[[], bool]) -> None:
        self._left = size
        self._progress = progress
        self._stopped = stopped

    def __call__(self, count: int) -> None:
        """So many stored bytes are done."""
        if self._stopped():
            raise KeyboardInterrupt
        done = min(count, self._left)
        self._left -= done
        self._progress(done)

    def over(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks; at their end, the file is done."""
        for chunk in chunks:
            if self._stopped():
                raise KeyboardInterrupt
            yield chunk
        self(self._left)
