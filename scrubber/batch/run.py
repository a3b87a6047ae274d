"""One run of a batch: what is new or changed is rewritten with what all inputs teach, verified and published.

The order of things makes any moment a safe one to be killed in. An output's name is recorded before the output can
appear; the output appears whole, by its home; then its row says so. What a killed run published without saying so is
published again, the same octets.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import compress
from time import time
from typing import NamedTuple

from scrubber import pipeline
from scrubber.batch.finish import finish
from scrubber.batch.inputs import PASSING, Input
from scrubber.batch.logbook import Logbook, of_object, told
from scrubber.batch.places import Desk, Places
from scrubber.batch.records import PENDING, Records, Row
from scrubber.engines.choice import crew
from scrubber.engines.crew import Crew, in_order
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import FileReport, RunReport, Status, version
from scrubber.shelf import Listed, Shelf
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
    done: int = 0
    """How many were worked on; the report of many counts most of them in one."""


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

    def states(self, inputs: Iterable[Input], records: Records) -> list[State]:
        """What is to be done, as far as names, sizes and times tell. Errors: :class:`InputError`."""
        return [self._state(each, records) for each in inputs]

    def run(self, inputs: Listed[Input], desk: Desk, *, retry: bool = False) -> Ended:
        """Bring the home up to date; ``retry``: try again what failed before. The lock must be held.

        Errors: :class:`ScrubError`, :class:`OSError`; what is published then stays, and the next run goes on.
        """
        records = desk.records
        _sweep(desk)
        with Logbook(desk.home, desk.work, self._rules, _now()) as log:
            states = self.states(inputs, records)
            wanted = {State.NEW, State.CHANGED} | ({State.FAILED} if retry else set())
            due = array("q")
            if wanted.intersection(states) or records.told(_KNOWN) != self._known:
                worker = Worker(self._rules, self._options, self._key)
                with crew(worker, self._options.jobs, self._options.cluster) as hands:
                    desk.watch.stage("reading", sum(each.size for each in inputs))
                    learned = pipeline.gathered(hands, inputs, worker, desk.watch.read, Shelf)
                    marks = self._marks(worker.lexicon)
                    lexicon = self._digest(marks)
                    unknown = records.unknown(marks)
                    fresh = Worker(self._rules, self._options, self._key, self._only(worker.lexicon, unknown))
                    current = self._sorted(learned, states, records)
                    due = self._due(hands, learned, current, wanted, desk, lexicon, fresh)
                    names = (self._name(learned[number].source) for number in due)
                    stale = {name for name in names if self._is_stale(name, records)}
                    for number, report in self._rewritten(hands, learned, due, desk, worker):
                        source = learned[number].source
                        self._record(source, report, lexicon, desk, log, stale=self._name(source) in stale)
                    records.learn(unknown)
                    records.tell(_KNOWN, self._known)
            records.save()
            _sweep(desk)
            failed = self._failed(inputs, due, records)
            unchanged = len(inputs) - len(due) - len(failed)
            return Ended(log.close(unchanged, len(failed), _now()), unchanged, failed, len(due))

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

    def _sorted(self, learned: Iterable[Learned[Input]], states: Sequence[State], records: Records) -> list[State]:
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

    def _due(  # noqa: PLR0913, PLR0917 - all that was found out so far
        self,
        hands: Crew,
        learned: Listed[Learned[Input]],
        states: Sequence[State],
        wanted: set[State],
        desk: Desk,
        lexicon: bytes,
        fresh: Worker,
    ) -> array[int]:
        """Numbers of what has to be rewritten: what is new or changed, or holds a value that was not known then."""
        due = bytearray(state in wanted for state in states)
        old = array("q")
        for number, item in enumerate(learned):
            row = desk.records.row(self._name(item.source)) if states[number] is State.UNCHANGED else None
            if row is not None and row.lexicon != lexicon and not item.fault:
                old.append(number)
        if old and len(fresh.lexicon):
            tasks = [Task(number, learned[number].source, (), None, learned[number].format) for number in old]
            desk.watch.stage("looking for new values", sum(task.size for task in tasks))
            hands.share(fresh)
            with closing(in_order(hands.map_unordered(touched, tasks, desk.watch.read))) as results:
                for number, hit in zip(old, results, strict=True):
                    due[number] |= hit
        for number in old:
            name = self._name(learned[number].source)
            if not due[number] and (row := desk.records.row(name)) is not None:
                desk.records.put(name, row._replace(lexicon=lexicon))
        return array("q", compress(range(len(due)), due))

    def _failed(
        self, inputs: Iterable[Input], due: Sequence[int], records: Records
    ) -> tuple[tuple[str, str, str], ...]:
        done = set(due)
        others = (each for number, each in enumerate(inputs) if number not in done)
        rows = ((each.label, records.row(self._name(each))) for each in others)
        return tuple(
            (label, row.outcome, row.reason)
            for label, row in rows
            if row is not None and row.outcome != Status.RELEASED
        )

    # --- doing it

    def _rewritten(
        self, hands: Crew, learned: Listed[Learned[Input]], due: Sequence[int], desk: Desk, worker: Worker
    ) -> Iterator[tuple[int, FileReport]]:
        """The numbers of what is due, and how it ended; the report of each is published."""
        target_for = Places(desk, self._name, force=self._force).target
        tasks = pipeline.placed((learned[number] for number in due), target_for, worker, Shelf)
        desk.records.save()
        desk.watch.stage("scrubbing", sum(task.size for task in tasks), len(tasks))
        with closing(pipeline.rewrites(hands, tasks, worker, desk.watch.read, finish)) as reports:
            for report in reports:
                number = due[report.index]
                if tasks[report.index].target is None:
                    # It has no place, so who worked on it could not publish its report.
                    place = self._place(learned[number].source, desk.records)
                    told(desk.home, desk.work, self._rules, report, place)
                yield number, report
                desk.watch.file()

    def _place(self, each: Input, records: Records) -> str:
        """Where the report of an input stands."""
        name = self._name(each)
        row = records.row(name)
        return of_object(row.output if row is not None and row.output else name.hex())

    def _is_stale(self, name: bytes, records: Records) -> bool:
        """Whether an input has an output that other rules, or another version, have made."""
        row = records.row(name)
        return row is not None and row.setup != self._setup

    def _record(
        self, source: Input, report: FileReport, lexicon: bytes, desk: Desk, log: Logbook, *, stale: bool
    ) -> None:
        """``stale``: an output that is there was made by other rules."""
        name = self._name(source)
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
        log.add(report, self._place(source, desk.records))

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
