"""One run of a batch: what is new or changed is learned from with all the rest, rewritten, verified and published.

The order of things makes any moment a safe one to be killed in. An output's name is recorded before the output can
appear; the output appears whole, by its home; then its row says so. What a killed run published without saying so is
published again, the same octets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from time import time
from typing import NamedTuple

from scrubber import pipeline
from scrubber.batch.inputs import PASSING, Input
from scrubber.batch.logbook import FOLDER, Logbook, of_object
from scrubber.batch.records import PENDING, Records, Row
from scrubber.batch.targets import Home, Target
from scrubber.batch.watch import Watch
from scrubber.bundle.note import SUFFIX
from scrubber.destination import marked
from scrubber.engines.local import spread
from scrubber.lexicon import Lexicon
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.outputs import EXISTS
from scrubber.pseudonyms.key import Key
from scrubber.report import FileReport, RunReport, Status, version
from scrubber.tasks import Learned, Task
from scrubber.worker import Options, Worker

_MARK = 16


class State(StrEnum):
    """What a run makes of an input before it is read."""

    NEW = "new"
    CHANGED = "changed"
    """Perhaps; its content will tell."""
    FAILED = "failed before"
    UNCHANGED = "unchanged"


class Ended(NamedTuple):
    """A run that is over."""

    run: RunReport
    """What was worked on."""
    unchanged: int
    failed: tuple[tuple[str, str, str], ...]
    """Label, outcome and reason of what failed in an earlier run and was not tried again."""


class Batch:
    """What the runs on one destination have in common."""

    def __init__(self, rules: RuleSet, key: Key, options: Options, *, force: bool = False) -> None:
        self._rules = rules
        self._key = key
        self._options = options
        self._force = force
        kept = sorted(f"{entity.value}={action.value}" for entity, action in rules.actions.items())
        told = (version(), rules.profile, rules.digest, options.format or "", *kept, "", *sorted(rules.options))
        self._setup = key.digest(b"batch-setup", "\0".join(told).encode(), _MARK)

    # --- what is to be done

    def states(self, inputs: Sequence[Input], records: Records) -> list[State]:
        """What is to be done, as far as names, sizes and times tell. Errors: :class:`InputError`."""
        return [self._state(each, records) for each in inputs]

    def _state(self, each: Input, records: Records) -> State:
        row = records.row(self._name(each))
        if row is None:
            return State.NEW
        if row.content is None or row.setup != self._setup or row.outcome == PENDING:
            return State.CHANGED
        if row.tag is None or row.tag != self._tag(each):
            if row.tag is not None or each.fault or self._content(each.hashed()[1]) != row.content:
                return State.CHANGED
            records.put(self._name(each), row._replace(tag=self._tag(each)))
        return State.UNCHANGED if row.outcome == Status.RELEASED else State.FAILED

    # --- the run

    def run(  # noqa: PLR0913 - what a run needs, each once
        self, inputs: Sequence[Input], home: Home, records: Records, work: Path, watch: Watch, *, retry: bool = False
    ) -> Ended:
        """Bring the home up to date. The lock must be held. Errors: :class:`ScrubError`, :class:`OSError`."""
        self._sweep(home, records)
        log = Logbook(home, work, self._rules, _now())
        try:
            states = self.states(inputs, records)
            wanted = {State.NEW, State.CHANGED} | ({State.FAILED} if retry else set())
            due: list[Learned[Input]] = []
            worker = Worker(self._rules, self._options, self._key)
            lexicon, fresh = b"", set[bytes]()
            if wanted.intersection(states):
                learned = self._learned(inputs, worker, watch)
                lexicon, fresh = self._lexicon(worker.lexicon, records)
                due = self._due(learned, states, wanted, records, lexicon, _only(worker, fresh, self._key), watch)
                for item, report in self._rewritten(due, home, records, work, worker, watch):
                    self._record(item, report, lexicon, home, records, log)
                records.learn(fresh)
            records.save()
            self._sweep(home, records)
            done = {item.source.path for item in due}
            failed = self._failed(inputs, done, records)
            run = log.close(len(inputs) - len(done) - len(failed), len(failed), _now())
        except BaseException:
            log.abandon()
            raise
        return Ended(run, len(inputs) - len(done) - len(failed), failed)

    def _failed(
        self, inputs: Sequence[Input], done: set[str], records: Records
    ) -> tuple[tuple[str, str, str], ...]:
        rows = ((each, records.row(self._name(each))) for each in inputs if each.path not in done)
        ended = ((each, row) for each, row in rows if row is not None and row.outcome != Status.RELEASED)
        return tuple((each.label, row.outcome, row.reason) for each, row in ended)

    def _sweep(self, home: Home, records: Records) -> None:
        """Remove outputs that others took the place of."""
        for output in records.outdated():
            home.remove(output)
            home.remove(of_object(output))
            records.removed(output)

    def _learned(self, inputs: Sequence[Input], worker: Worker, watch: Watch) -> list[Learned[Input]]:
        watch.stage("reading", sum(each.size for each in inputs))
        return pipeline.gathered(inputs, worker, watch.read)

    def _lexicon(self, lexicon: Lexicon, records: Records) -> tuple[bytes, set[bytes]]:
        """A digest of everything that was learned, and digests of what no run before knew."""
        marks = {self._value(entity.value, value) for entity, values in lexicon.values.items() for value in values}
        state = blake2b(digest_size=32)
        for mark in sorted(marks):
            state.update(mark)
        return self._key.digest(b"batch-lexicon", state.digest(), _MARK), records.unknown(marks)

    def _due(  # noqa: PLR0913 - what decides
        self,
        learned: Sequence[Learned[Input]],
        states: Sequence[State],
        wanted: set[State],
        records: Records,
        lexicon: bytes,
        fresh: Worker,
        watch: Watch,
    ) -> list[Learned[Input]]:
        """What has to be rewritten: what is new or changed, and what holds a value that was not known then."""
        due: dict[int, Learned[Input]] = {}
        old: list[int] = []
        for number, (item, state) in enumerate(zip(learned, states, strict=True)):
            row = records.row(self._name(item.source))
            if state is State.CHANGED and row is not None and self._is(item, row):
                row = row._replace(tag=self._tag(item.source))
                records.put(self._name(item.source), row)
                state = State.UNCHANGED if row.outcome == Status.RELEASED else State.FAILED  # noqa: PLW2901 - known now
            if state in wanted or row is None:
                due[number] = item
            elif state is State.UNCHANGED and row.lexicon != lexicon and not item.fault:
                old.append(number)
        tasks = [Task(number, learned[number].source, (), None, learned[number].format) for number in old]
        if len(fresh.lexicon):
            watch.stage("looking for new values", sum(task.size for task in tasks))
            with closing(spread(touched, tasks, fresh, fresh.options.jobs, watch.read)) as results:
                due |= {number: learned[number] for number, hit in zip(old, results, strict=True) if hit}
        for number in old:
            name = self._name(learned[number].source)
            if number not in due and (row := records.row(name)) is not None:
                records.put(name, row._replace(lexicon=lexicon))
        return [due[number] for number in sorted(due)]

    def _is(self, item: Learned[Input], row: Row) -> bool:
        """Whether an input is still what was written."""
        known = row.outcome != PENDING and row.setup == self._setup
        return known and not item.fault and self._content(item.source.digest) == row.content

    def _rewritten(  # noqa: PLR0913 - what the second pass needs
        self,
        due: Sequence[Learned[Input]],
        home: Home,
        records: Records,
        work: Path,
        worker: Worker,
        watch: Watch,
    ) -> Iterator[tuple[Learned[Input], FileReport]]:
        watch.stage("scrubbing", sum(item.source.size for item in due), len(due))
        places = Places(self._name, home, records, work, force=self._force)
        with closing(pipeline.rewrites(due, places.target, worker, watch.read)) as reports:
            # All names are recorded when the first report is there; the first output appears later than that.
            for item, report in zip(due, reports, strict=True):
                yield item, report
                watch.file()

    def _record(  # noqa: PLR0913 - what is known of an output
        self,
        item: Learned[Input],
        report: FileReport,
        lexicon: bytes,
        home: Home,
        records: Records,
        log: Logbook,
    ) -> None:
        name, source = self._name(item.source), item.source
        before = records.row(name)
        output = before.output if before is not None else ""
        passing = report.reason.startswith(PASSING) or not source.digest
        content = None if report.status is not Status.RELEASED and passing else self._content(source.digest)
        tag = self._tag(source) if content is not None else None
        row = Row(tag, content, self._setup, lexicon, report.status.value, report.reason, output, time())
        records.put(name, row)
        log.add(report, of_object(output or name.hex()))
        del home

    # --- digests under the key

    def _name(self, each: Input) -> bytes:
        return self._key.digest(b"batch-name", each.path.encode("utf-8", "surrogateescape"), _MARK)

    def _tag(self, each: Input) -> bytes | None:
        return self._key.digest(b"batch-tag", each.tag.encode("utf-8", "surrogateescape"), _MARK) if each.tag else None

    def _content(self, digest: bytes) -> bytes:
        return self._key.digest(b"batch-content", digest, _MARK)

    def _value(self, entity: str, value: bytes) -> bytes:
        return self._key.digest(b"batch-value", entity.encode() + b"\0" + value, _MARK)
