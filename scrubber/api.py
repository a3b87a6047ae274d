"""The Python interface: what the commands do, for pipelines.

>>> from scrubber import Scrubber
>>> scrubber = Scrubber(known=[b"Marla"])
>>> b"Marla" in scrubber.text(b"call from Marla at 203.0.113.7")
False
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from scrubber import pipeline, settings, storage
from scrubber.batch import retention, session
from scrubber.batch.inputs import Input
from scrubber.batch.run import Batch, Ended, State
from scrubber.batch.watch import Watch
from scrubber.destination import Destination
from scrubber.engine import findings, records
from scrubber.engines.choice import ready
from scrubber.engines.crew import Cluster
from scrubber.formats import detect
from scrubber.keys import choice
from scrubber.keys.keyfile import VARIABLE
from scrubber.model import Entity, Finding, Format, InputError, KeyFileError, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Progress, RunReport, ignore
from scrubber.shelf import Listed, Shelf
from scrubber.streaming import Stream

Paths = Sequence[str | Path] | str | Path


class Run(NamedTuple):
    """A run that is over."""

    report: RunReport
    outputs: Mapping[str, Path]
    """Where the output of each released input lies, by the path of the input as it was given."""


class Scrubber:
    """Rules and a key, loaded once, for any number of runs. Runs of one scrubber share their pseudonyms.

    Not safe to use from two threads at once.
    """

    def __init__(  # noqa: PLR0913 - as many as the command has options
        self,
        *,
        profile: str = "support",
        rules: Iterable[str | Path] = (),
        keep: Iterable[Entity | str] = (),
        known: Iterable[bytes] = (),
        shift_time: bool = False,
        case: str | None = None,
        key_file: str | Path | None = None,
        key: Key | None = None,
    ) -> None:
        """The options of ``scrubber clean``. Without ``case``, ``key_file``, ``key`` and ``SCRUBBER_KEY`` a fresh key.

        Errors: :class:`~scrubber.model.RuleError`, :class:`~scrubber.model.KeyFileError`; :class:`ValueError` for an
        entity that does not exist.
        """
        kept = [Entity(entity) for entity in keep]
        self.rules: RuleSet = settings.rule_set(profile, map(Path, rules), kept, shift_time=shift_time)
        chosen = key or choice.choose(case, None if key_file is None else Path(key_file), os.environ)
        self._key = chosen
        self._lasting = any(given is not None for given in (case, key_file, key)) or VARIABLE in os.environ
        self._known = tuple(known)

    def clean(  # noqa: PLR0913 - as many as the command has options
        self,
        paths: Paths,
        output: str | Path | None = None,
        *,
        format: str | None = None,  # noqa: A002 - the name of the option
        jobs: int | None = None,
        dissect: bool | None = None,
        sights: bool = False,
        dry_run: bool = False,
        force: bool = False,
        progress: Progress = ignore,
    ) -> Run:
        """Clean files, folders and archives together, as ``scrubber clean`` does; nothing unverified is written.

        ``output`` is a file or folder, ``None`` for names beside the inputs. ``sights``: the report holds what a page
        shows. ``progress`` is called with numbers of bytes, twice the size of the inputs in all. What is refused or not
        released says so in the report. Errors: :class:`~scrubber.model.InputError` when no output can be placed.
        """
        inputs = _inputs(paths)
        sources = storage.sources(inputs)
        destination = Destination(None if output is None else os.fspath(output), inputs, sources, force=force)
        options = self.options(format=format, jobs=jobs or settings.processes(sources), dissect=dissect, sights=sights)
        return self.cleaned(sources, destination, options, progress, dry_run=dry_run)

    def options(
        self,
        *,
        format: str | None = None,  # noqa: A002 - the name of the option
        jobs: int = 1,
        dissect: bool | None = None,
        sights: bool = False,
    ) -> pipeline.Options:
        """The options of one run."""
        return pipeline.Options(settings.format_name(format), self._known, jobs, dissect=dissect, sights=sights)

    def cleaned(
        self,
        sources: Sequence[storage.Source],
        destination: Destination,
        options: pipeline.Options,
        progress: Progress = ignore,
        *,
        dry_run: bool = False,
    ) -> Run:
        """The same for sources and a destination that are known already."""
        target_for = None if dry_run else destination.target
        try:
            run = pipeline.clean(sources, target_for, self.rules, self._key, options, progress)
        finally:
            destination.tidy()
        return Run(run, {file.label: destination.placed(file.label)[0] for file in run.files if file.output})

    def check(
        self,
        paths: Paths,
        *,
        format: str | None = None,  # noqa: A002 - the name of the option
        jobs: int = 1,
        progress: Progress = ignore,
    ) -> RunReport:
        """What is still sensitive in files, as ``scrubber check`` says it; nothing is written."""
        options = pipeline.Options(settings.format_name(format), self._known, jobs)
        return pipeline.check(storage.sources(_inputs(paths)), self.rules, options, progress)

    def batch(  # noqa: PLR0913 - as many as the command has options
        self,
        source: str | Path,
        home: str | Path,
        *,
        format: str | None = None,  # noqa: A002 - the name of the option
        jobs: int | None = None,
        dissect: bool | None = None,
        sights: bool = False,
        takes: Callable[[Input], bool] | None = None,
        retry: bool = False,
        force: bool = False,
        cluster: Cluster | None = None,
    ) -> Ended:
        """Bring ``home`` up to date with ``source``, as ``scrubber batch`` does; both are folders, patterns or URLs.

        ``takes`` says which inputs are taken; ``retry``: what failed before, too; ``force``: outputs may take the place
        of files that no batch wrote; ``cluster``: the machines of a Ray cluster do the work. Errors:
        :class:`~scrubber.model.InputError` without inputs, or while another run works on ``home``;
        :class:`~scrubber.model.KeyFileError` without a key that lasts, or for another one than that of ``home``.
        """
        self._check_lasting()
        start, end = os.fspath(source), os.fspath(home)
        inputs = batch_inputs(start, end, takes)
        processes = session.processes(start, end, jobs or settings.processes(inputs))
        options = self.options(format=format, jobs=processes, dissect=dissect, sights=sights)
        return self.batched(inputs, end, replace(options, cluster=cluster), retry=retry, force=force)

    def batched(  # noqa: PLR0913 - as many as the command has options
        self,
        inputs: Listed[Input],
        home: str,
        options: pipeline.Options,
        *,
        retry: bool = False,
        force: bool = False,
        expired: float | None = None,
        watch: Watch | None = None,
    ) -> Ended:
        """The same for inputs that are known already.

        What was written before ``expired``, in seconds since 1970, is removed first; ``watch`` hears how far it is.
        """
        self._check_lasting()
        work = Batch(self.rules, self._key, options, force=force)
        opened = session.opened(home, self._key, watch or Watch())
        with ready(options.jobs, options.cluster), opened as desk:
            if expired is not None:
                retention.expire(desk, expired)
            return work.run(inputs, desk, retry=retry)

    def foretold(self, inputs: Iterable[Input], home: str, options: pipeline.Options) -> list[State]:
        """What a batch would do with each of the inputs, as far as names, sizes and times tell; nothing is done."""
        self._check_lasting()
        with session.looked(home, self._key) as records:
            return Batch(self.rules, self._key, options).states(inputs, records)

    def _check_lasting(self) -> None:
        if not self._lasting:
            raise KeyFileError(
                f"a batch needs a key that lasts: --case or --key-file (or {VARIABLE}); without, no two runs agree"
            )

    def text(self, data: bytes, format: str | None = None) -> bytes:  # noqa: A002 - the name of the option
        """A whole text in memory, UTF-8, scrubbed by itself: learned from, rewritten and audited.

        A line in which an original is left is replaced by :data:`~scrubber.streaming.WITHHELD`.
        """
        stream = Stream(self.rules, self._key, _format(data, format), self._known)
        stream.take(data)
        stream.finish()
        return stream.give(cut=False)

    def findings(self, data: bytes, format: str | None = None) -> Iterator[Finding]:  # noqa: A002 - as above
        """Originals that a text in memory still shows, judged without a key: spans, entities, rules; no values."""
        fmt = _format(data, format)
        offset = 0
        for block in records(iter((data,)), fmt):
            for found in findings(block, self.rules, fmt):
                yield found._replace(start=found.start + offset, end=found.end + offset)
            offset += len(block)

    def stream(self, format: str | None = None) -> Stream:  # noqa: A002 - as above
        """A log that has no end: see :class:`~scrubber.streaming.Stream`."""
        name = settings.format_name(format)
        return Stream(self.rules, self._key, None if name is None else detect.by_name(name), self._known)


def batch_inputs(source: str, home: str, takes: Callable[[Input], bool] | None = None) -> Shelf[Input]:
    """What a batch from ``source`` to ``home`` finds, and takes.

    Errors: :class:`~scrubber.model.InputError` when there is nothing, or one lies in the other; :class:`OSError`.
    """
    session.separate(source, home)
    return session.inputs(source, takes)


def expire(home: str, moment: float) -> int:
    """Remove what batches wrote to ``home`` before a moment, in seconds since 1970; returns how many outputs."""
    with session.opened(home, None, Watch()) as desk:
        return retention.expire(desk, moment)


def expired(home: str, moment: float) -> list[str]:
    """The outputs that :func:`expire` would remove."""
    with session.looked(home, None) as records:
        return list(retention.expired(records, moment))


def clean(paths: Paths, output: str | Path | None = None, **options: object) -> Run:
    """Clean once: the options of :class:`Scrubber` and those of :meth:`Scrubber.clean` by name.

    Errors: :class:`TypeError` for a name that is no option, and those of both.
    """
    own = {name: options.pop(name) for name in list(options) if name in _OWN}
    return Scrubber(**own).clean(paths, output, **options)  # type: ignore[arg-type] # checked where they arrive


_OWN = frozenset(("profile", "rules", "keep", "known", "shift_time", "case", "key_file", "key"))


def _inputs(paths: Paths) -> list[Path]:
    if isinstance(paths, (str, Path)):
        return [Path(paths)]
    return [Path(path) for path in paths]


def _format(data: bytes, name: str | None) -> Format:
    """The log format of a text; a document is read as plain text, which is weaker and as safe."""
    known = settings.format_name(name)
    found = detect.sniff(data) if known is None else detect.by_name(known)
    return detect.by_name(pipeline.PLAIN) if found.notation else found


__all__ = ["Cluster", "Ended", "Input", "InputError", "Run", "Scrubber", "clean"]
