"""One run of a batch: what is new or changed is rewritten with what all inputs teach, verified and published.

The order of things makes any moment a safe one to be killed in. An output's name is recorded before the output can
appear; the output appears whole, by its home; then its row says so. What a killed run published without saying so is
published again, the same octets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from time import time
from typing import NamedTuple

from scrubber import pipeline
from scrubber.batch.inputs import PASSING, Input
from scrubber.batch.logbook import Logbook, of_object
from scrubber.batch.places import Desk, Places
from scrubber.batch.records import PENDING, Records, Row
from scrubber.engines.choice import spread
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import FileReport, RunReport, Status, version
from scrubber.tasks import Learned, Task
from scrubber.worker import PLAIN, Options, Worker

_MARK = 16
_KNOWN = "known"
"""Under this name the list of values that a user knows is on record."""


class State(StrEnum):
    """What is to be done with an input, as far as it is known before it is read."""

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
        """``force``: outputs may take the place of files that no run of a batch has written."""
        self._rules = rules
        self._key = key
        self._options = options
        self._force = force
        acts = sorted(f"{entity.value}={action.value}" for entity, action in rules.actions.items())
        told = (version(), rules.profile, rules.digest, options.format or "", *acts, "", *sorted(rules.options))
        self._setup = key.digest(b"batch-setup", "\0".join(told).encode(), _MARK)
        self._known = key.digest(b"batch-known", b"\n".join(sorted(set(options.known))), _MARK)

    def states(self, inputs: Sequence[Input], records: Records) -> list[State]:
        """What is to be done, as far as names, sizes and times tell. Errors: :class:`InputError`."""
        return [self._state(each, records) for each in inputs]

    def run(self, inputs: Sequence[Input], desk: Desk, *, retry: bool = False) -> Ended:
        """Bring the home up to date; ``retry``: try again what failed before. The lock must be held.

        Errors: :class:`ScrubError`, :class:`OSError`; what is published then stays, and the next run goes on.
        """
        records = desk.records
        _sweep(desk)
        with Logbook(desk.home, desk.work, self._rules, _now()) as log:
            states = self.states(inputs, records)
            wanted = {State.NEW, State.CHANGED} | ({State.FAILED} if retry else set())
            due: list[Learned[Input]] = []
            if wanted.intersection(states) or records.told(_KNOWN) != self._known:
                worker = Worker(self._rules, self._options, self._key)
                desk.watch.stage("reading", sum(each.size for each in inputs))
                learned = pipeline.gathered(inputs, worker, desk.watch.read)
                marks = self._marks(worker.lexicon)
                lexicon = self._digest(marks)
                unknown = records.unknown(marks)
                fresh = Worker(self._rules, self._options, self._key, self._only(worker.lexicon, unknown))
                current = self._sorted(learned, states, records)
                due = self._due(learned, current, wanted, desk, lexicon, fresh)
                stale = {
                    name for name in map(self._name, (item.source for item in due)) if self._is_stale(name, records)
                }
                for item, report in self._rewritten(due, desk, worker):
                    self._record(item, report, lexicon, desk, log, stale=self._name(item.source) in stale)
                records.learn(unknown)
                records.tell(_KNOWN, self._known)
            records.save()
            _sweep(desk)
            done = {item.source.path for item in due}
            failed = self._failed(inputs, done, records)
            unchanged = len(inputs) - len(done) - len(failed)
            return Ended(log.close(unchanged, len(failed), _now()), unchanged, failed)

    # --- what is to be done

    def _state(self, each: Input, records: Records) -> State:
        row = records.row(self._name(each))
        if row is None:
            return State.NEW
        if row.outcome == PENDING or row.setup != self._setup or row.content is None:
            return State.CHANGED
        if each.fault:
            return State.FAILED if row.reason == each.fault else State.CHANGED
        if row.tag is None:
            # It was written moments before it was read: another state of it could look the same.
            if not self._holds(each, row.content):
                return State.CHANGED
            records.put(self._name(each), row._replace(tag=self._tag(each)))
        elif row.tag != self._tag(each):
            return State.CHANGED
        return _ended(row)

    def _holds(self, each: Input, content: bytes) -> bool:
        try:
            return self._content(each.hashed()[1]) == content
        except InputError:
            return False

    def _sorted(self, learned: Sequence[Learned[Input]], states: Sequence[State], records: Records) -> list[State]:
        """The states, now that contents are known."""
        current = []
        for item, state in zip(learned, states, strict=True):
            name, now = self._name(item.source), state
            row = records.row(name) if state is State.CHANGED and not item.fault else None
            written = row is not None and row.outcome != PENDING and row.setup == self._setup
            if row is not None and written and row.content == self._content(item.source.digest):
                records.put(name, row._replace(tag=self._tag(item.source)))
                now = _ended(row)
            current.append(now)
        return current

    def _due(
        self,
        learned: Sequence[Learned[Input]],
        states: Sequence[State],
        wanted: set[State],
        desk: Desk,
        lexicon: bytes,
        fresh: Worker,
    ) -> list[Learned[Input]]:
        """What has to be rewritten: what is new or changed, and what holds a value that was not known then."""
        due = {number: item for number, item in enumerate(learned) if states[number] in wanted}
        old = []
        for number, item in enumerate(learned):
            row = desk.records.row(self._name(item.source)) if states[number] is State.UNCHANGED else None
            if row is not None and row.lexicon != lexicon and not item.fault:
                old.append(number)
        if old and len(fresh.lexicon):
            tasks = [Task(number, learned[number].source, (), None, learned[number].format) for number in old]
            desk.watch.stage("looking for new values", sum(task.size for task in tasks))
            options = fresh.options
            with closing(spread(touched, tasks, fresh, options.jobs, desk.watch.read, options.cluster)) as results:
                due |= {number: learned[number] for number, hit in zip(old, results, strict=True) if hit}
        for number in old:
            name = self._name(learned[number].source)
            if number not in due and (row := desk.records.row(name)) is not None:
                desk.records.put(name, row._replace(lexicon=lexicon))
        return [due[number] for number in sorted(due)]

    def _failed(self, inputs: Sequence[Input], done: set[str], records: Records) -> tuple[tuple[str, str, str], ...]:
        rows = ((each.label, records.row(self._name(each))) for each in inputs if each.path not in done)
        return tuple(
            (label, row.outcome, row.reason)
            for label, row in rows
            if row is not None and row.outcome != Status.RELEASED
        )

    # --- doing it

    def _rewritten(
        self, due: Sequence[Learned[Input]], desk: Desk, worker: Worker
    ) -> Iterator[tuple[Learned[Input], FileReport]]:
        tasks = pipeline.placed(due, Places(desk, self._name, force=self._force).target, worker)
        desk.records.save()
        desk.watch.stage("scrubbing", sum(task.size for task in tasks), len(tasks))
        with closing(pipeline.rewrites(tasks, worker, desk.watch.read)) as reports:
            for report in reports:
                yield due[report.index], report
                desk.watch.file()

    def _is_stale(self, name: bytes, records: Records) -> bool:
        """Whether an input has an output that other rules, or another version, have made."""
        row = records.row(name)
        return row is not None and row.setup != self._setup

    def _record(
        self, item: Learned[Input], report: FileReport, lexicon: bytes, desk: Desk, log: Logbook, *, stale: bool
    ) -> None:
        """``stale``: an output that is there was made by other rules."""
        name, source = self._name(item.source), item.source
        before = desk.records.row(name)
        output = before.output if before is not None else ""
        known = report.status is Status.RELEASED or not report.reason.startswith(PASSING)
        if output and (report.status is Status.RESIDUE or (stale and known and not report.output)):
            # What an earlier run could not know, or did not look for, may stand in its output, too.
            desk.home.remove(output)
        tag, content = (self._tag(source), self._content(source.digest)) if known else (None, None)
        setup = self._setup if known or not stale else None
        row = Row(tag, content, setup, lexicon, report.status.value, report.reason, output, time())
        desk.records.put(name, row)
        log.add(report, of_object(output or name.hex()))

    # --- digests under the key

    def _name(self, each: Input) -> bytes:
        return self._key.digest(b"batch-name", each.path.encode("utf-8", "surrogateescape"), _MARK)

    def _tag(self, each: Input) -> bytes | None:
        return self._key.digest(b"batch-tag", each.tag.encode("utf-8", "surrogateescape"), _MARK) if each.tag else None

    def _content(self, digest: bytes) -> bytes:
        return self._key.digest(b"batch-content", digest, _MARK)

    def _value(self, entity: str, value: bytes) -> bytes:
        return self._key.digest(b"batch-value", entity.encode() + b"\0" + value, _MARK)

    def _marks(self, lexicon: Lexicon) -> set[bytes]:
        return {self._value(entity, value) for entity, values in lexicon.values.items() for value in values}

    def _digest(self, marks: set[bytes]) -> bytes:
        """Of everything that was learned."""
        state = blake2b(digest_size=32)
        for mark in sorted(marks):
            state.update(mark)
        return self._key.digest(b"batch-lexicon", state.digest(), _MARK)

    def _only(self, lexicon: Lexicon, marks: set[bytes]) -> Lexicon:
        """The values that have one of the marks."""
        only = Lexicon(lexicon.stop_words)
        for entity, values in lexicon.values.items():
            for value in values:
                if self._value(entity, value) in marks:
                    only.put(entity, value)
        return only


def touched(worker: Worker, task: Task[Input], fault: str) -> bool:
    """Whether a learned value stands in an input or its name, in any notation; ``fault``: its process died."""
    if fault:
        return True
    try:
        name = "/".join(task.source.parts).encode("utf-8", "surrogateescape")
        if worker.residue.check(name, detect.by_name(PLAIN)):
            return True
        kind, chunks = worker.opened(task.source, task.format)
        return next(kind.residues(chunks, worker.residue.check), None) is not None
    except (ScrubError, OSError):
        return True


def _ended(row: Row) -> State:
    return State.UNCHANGED if row.outcome == Status.RELEASED else State.FAILED


def _sweep(desk: Desk) -> None:
    """Remove outputs that others took the place of."""
    for output in desk.records.outdated():
        desk.home.remove(output)
        desk.home.remove(of_object(output))
        desk.records.removed(output)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
