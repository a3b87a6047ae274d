"""One run of a batch: what is new or changed is rewritten with what all inputs teach, verified and published.

The order of things makes any moment a safe one to be killed in. An output's name is recorded before the output can
appear; the output appears whole, by its home; then its row says so. What a killed run published without saying so is
published again, the same octets.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from itertools import compress
from time import time
from typing import NamedTuple

from scrubber import pipeline
from scrubber.batch.digests import Digests
from scrubber.batch.finish import finish
from scrubber.batch.inputs import PASSING, Input
from scrubber.batch.logbook import Logbook, of_object, told
from scrubber.batch.places import Desk, Places
from scrubber.batch.records import PENDING, Records, Row
from scrubber.engines.choice import crew
from scrubber.engines.crew import Crew, in_order
from scrubber.formats import detect
from scrubber.groups import guarded
from scrubber.lexicon import Lexicon
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import FileReport, RunReport, Status, version
from scrubber.shelf import Listed, Shelf
from scrubber.tasks import Learned, Task
from scrubber.worker import PLAIN, Options, Worker, text_format

_KNOWN = "known"
"""Under this name the list of values that a user knows is on record."""


class State(StrEnum):
    """What is to be done with an input, as far as it is known before it is read."""

    NEW = "new"
    CHANGED = "changed"
    """Perhaps; its content will tell."""
    FAILED = "failed before"
    PARTIAL = "done in part before"
    """An archive without some of its members."""
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


class _Work(NamedTuple):
    """What a run has at hand that has something to do."""

    hands: Crew
    worker: Worker
    desk: Desk
    log: Logbook


class Batch:
    """What the runs on one destination have in common."""

    def __init__(self, rules: RuleSet, key: Key, options: Options, *, force: bool = False) -> None:
        """``force``: outputs may take the place of files that no run of a batch has written."""
        self._rules = rules
        self._key = key
        self._digests = Digests(key)
        self._options = options
        self._force = force
        acts = sorted(f"{entity.value}={action.value}" for entity, action in rules.actions.items())
        told = (version(), rules.profile, rules.digest, options.format or "", *acts, "", *sorted(rules.options))
        self._setup = self._digests.of(b"setup", "\0".join(told).encode())
        self._known = self._digests.of(b"known", b"\n".join(sorted(set(options.known))))

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
            wanted = {State.NEW, State.CHANGED} | ({State.FAILED, State.PARTIAL} if retry else set())
            due = array("q")
            if wanted.intersection(states) or records.told(_KNOWN) != self._known:
                worker = Worker(self._rules, self._options, self._key)
                with crew(worker, self._options.jobs, self._options.cluster) as hands:
                    due = self._done(_Work(hands, worker, desk, log), inputs, states, wanted)
            records.save()
            _sweep(desk)
            failed = self._failed(inputs, due, records)
            unchanged = len(inputs) - len(due) - len(failed)
            return Ended(log.close(unchanged, len(failed), _now()), unchanged, failed, len(due))

    def _done(
        self, work: _Work, inputs: Listed[Input], states: Sequence[State], wanted: Container[State]
    ) -> array[int]:
        """Learn from all inputs, and bring up to date what is due; the numbers of that."""
        records, lexicon = work.desk.records, work.worker.lexicon
        work.desk.watch.stage("reading", sum(each.size for each in inputs))
        learned = pipeline.gathered(work.hands, inputs, work.worker, work.desk.watch.read, Shelf)
        marks = self._digests.marks(lexicon)
        known, unknown = self._digests.of_marks(marks), records.unknown(marks)
        current = self._sorted(learned, states, records)
        flags = bytearray(state in wanted for state in current)
        old = self._written_before(learned, current, known, records)
        for number, hit in self._searched(work, learned, old, self._digests.only(lexicon, unknown)):
            flags[number] |= hit
            if not flags[number]:
                self._is_up_to_date(learned[number].source, known, records)
        due = array("q", compress(range(len(flags)), flags))
        self._rewrite(work, learned, due, known)
        records.learn(unknown)
        records.tell(_KNOWN, self._known)
        return due

    # --- what is to be done

    def _state(self, each: Input, records: Records) -> State:
        row = records.row(self._digests.name(each))
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
            records.put(self._digests.name(each), row._replace(tag=self._digests.tag(each)))
        elif row.tag != self._digests.tag(each):
            return State.CHANGED
        return _ended(row)

    def _holds(self, each: Input, content: bytes) -> bool:
        try:
            return self._digests.content(each.hashed()[1]) == content
        except InputError:
            return False

    def _sorted(self, learned: Iterable[Learned[Input]], states: Sequence[State], records: Records) -> list[State]:
        """The states, now that contents are known."""
        current = []
        for item, state in zip(learned, states, strict=True):
            name, now = self._digests.name(item.source), state
            row = records.row(name) if state is State.CHANGED and not item.fault else None
            written = row is not None and row.outcome != PENDING and row.setup == self._setup
            if row is not None and written and row.content == self._digests.content(item.source.digest):
                records.put(name, row._replace(tag=self._digests.tag(item.source)))
                now = _ended(row)
            current.append(now)
        return current

    def _written_before(
        self, learned: Iterable[Learned[Input]], states: Sequence[State], known: bytes, records: Records
    ) -> array[int]:
        """Numbers of what is unchanged and was written when something else was known."""
        old = array("q")
        for number, item in enumerate(learned):
            there = states[number] in {State.UNCHANGED, State.PARTIAL}
            row = records.row(self._digests.name(item.source)) if there else None
            if row is not None and row.lexicon != known and not item.fault:
                old.append(number)
        return old

    def _searched(
        self, work: _Work, learned: Listed[Learned[Input]], old: Sequence[int], unknown: Lexicon
    ) -> Iterator[tuple[int, bool]]:
        """The numbers, each with whether a value stands there that no run before knew."""
        if not (old and len(unknown)):
            yield from ((number, False) for number in old)
            return
        tasks = [Task(number, learned[number].source, (), None, learned[number].format) for number in old]
        work.desk.watch.stage("looking for new values", sum(task.size for task in tasks))
        work.hands.share(Worker(self._rules, self._options, self._key, unknown))
        results = work.hands.map_unordered(partial(guarded, touched), tasks, work.desk.watch.read)
        with closing(in_order(results)) as hits:
            yield from zip(old, hits, strict=True)

    def _is_up_to_date(self, source: Input, known: bytes, records: Records) -> None:
        """An output stays, although more is known now: nothing of that stands in it."""
        name = self._digests.name(source)
        row = records.row(name)
        if row is not None:
            records.put(name, row._replace(lexicon=known))

    def _failed(
        self, inputs: Iterable[Input], due: Sequence[int], records: Records
    ) -> tuple[tuple[str, str, str], ...]:
        done = set(due)
        others = (each for number, each in enumerate(inputs) if number not in done)
        rows = ((each.label, records.row(self._digests.name(each))) for each in others)
        return tuple(
            (label, row.outcome, row.reason)
            for label, row in rows
            if row is not None and _ended(row) is not State.UNCHANGED
        )

    # --- doing it

    def _rewrite(self, work: _Work, learned: Listed[Learned[Input]], due: Sequence[int], known: bytes) -> None:
        """Rewrite what is due, and put on record how it ended."""
        names = (self._digests.name(learned[number].source) for number in due)
        stale = {name for name in names if self._is_stale(name, work.desk.records)}
        with closing(self._rewritten(work, learned, due)) as reports:
            for number, report in reports:
                source = learned[number].source
                self._record(work, source, report, known, stale=self._digests.name(source) in stale)
                work.desk.watch.file()

    def _rewritten(
        self, work: _Work, learned: Listed[Learned[Input]], due: Sequence[int]
    ) -> Generator[tuple[int, FileReport], None, None]:
        """The numbers of what is due, and how it ended; the report of each is published."""
        desk = work.desk
        target_for = Places(desk, self._digests.name, force=self._force).target
        tasks = pipeline.placed(work.hands, (learned[number] for number in due), target_for, work.worker, Shelf)
        desk.records.save()
        desk.watch.stage("scrubbing", sum(task.size for task in tasks), len(tasks))
        with closing(pipeline.rewrites(work.hands, tasks, work.worker, desk.watch.read, finish)) as reports:
            for report in reports:
                number = due[report.index]
                if tasks[report.index].target is None:
                    # It has no place, so who worked on it could not publish its report.
                    place = self._place(learned[number].source, desk.records)
                    told(desk.home, desk.work, self._rules, report, place)
                yield number, report

    def _place(self, each: Input, records: Records) -> str:
        """Where the report of an input stands."""
        name = self._digests.name(each)
        row = records.row(name)
        return of_object(row.output if row is not None and row.output else name.hex())

    def _is_stale(self, name: bytes, records: Records) -> bool:
        """Whether an input has an output that other rules, or another version, have made."""
        row = records.row(name)
        return row is not None and row.setup != self._setup

    def _record(self, work: _Work, source: Input, report: FileReport, known: bytes, *, stale: bool) -> None:
        """``stale``: an output that is there was made by other rules."""
        desk, name = work.desk, self._digests.name(source)
        before = desk.records.row(name)
        output = before.output if before is not None else ""
        lasting = report.status is Status.RELEASED or not report.reason.startswith(PASSING)
        if output and (report.status is Status.RESIDUE or (stale and lasting and not report.output)):
            # What an earlier run could not know, or did not look for, may stand in its output, too.
            desk.home.remove(output)
        tag, content = (self._digests.tag(source), self._digests.content(source.digest)) if lasting else (None, None)
        setup = self._setup if lasting or not stale else None
        row = Row(tag, content, setup, known, report.status.value, _reason(report), output, time())
        desk.records.put(name, row)
        work.log.add(report, self._place(source, desk.records))


def touched(worker: Worker, task: Task[Input], fault: str) -> bool:
    """Whether a learned value stands in an input or its name, in any notation; ``fault``: its process died."""
    if fault:
        return True
    try:
        name = "/".join(task.source.parts).encode("utf-8", "surrogateescape")
        if worker.residue.check(name, detect.by_name(PLAIN)):
            return True
        kind, chunks = worker.opened(task.source, text_format(task.format))
        return next(kind.residues(chunks, worker.residue.check), None) is not None
    except (ScrubError, OSError):
        return True


def _ended(row: Row) -> State:
    if row.outcome != Status.RELEASED:
        return State.FAILED
    return State.PARTIAL if row.reason else State.UNCHANGED


def _reason(report: FileReport) -> str:
    """What is remembered of a report, for the runs to come."""
    missing = sum(file.status is Status.REFUSED for file in report.every) if report.members else 0
    return report.reason or (f"without {missing:,} of its members" if missing else "")


def _sweep(desk: Desk) -> None:
    """Remove outputs that others took the place of."""
    for output in desk.records.outdated():
        desk.home.remove(output)
        desk.home.remove(of_object(output))
        desk.records.removed(output)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
