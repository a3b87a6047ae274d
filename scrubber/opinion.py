"""Which outputs tshark gives a second opinion on, and what it says of each: captures, members of archives, texts.

A capture that is small enough is dissected, and the SIP messages of a text when these are few and the text is one of
the first of a run; any of them when that is asked for. All files of an archive together may take as long as one
capture. What is not dissected is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from scrubber.bundle.archive import Archive
from scrubber.bundle.outcome import Outcome
from scrubber.formats import detect
from scrubber.heard import Heard
from scrubber.model import Action, Entity, Finding, InputError, Place
from scrubber.reports import trace
from scrubber.reports.evidence import OFFERED, SILENT, Audit, not_run
from scrubber.reports.report import ignore
from scrubber.tasks import Kind, Source
from scrubber.textfile import TextFile
from scrubber.worker import PLAIN, Worker

if TYPE_CHECKING:
    from scrubber.audit import dissection

NAME = "dissection"
START = 1 << 17
"""Octets that could be dissected in the time in which tshark starts."""
FIRST = 16
"""So many inputs of a run have their texts dissected: with a start each, a thousand small logs would take minutes."""
SMALL = 1 << 18
"""Octets of the SIP messages of one text that are dissected in less than a second."""
MANY = "beyond what is quick for all captures of an archive together"

Chunks = Callable[[], Iterator[bytes]]
"""Gives the octets of a file from the start, each time it is called."""
Path = tuple[int, ...]
"""The number of a member, after that of the archive in the archive that holds it; empty for the file itself."""


class Opinions(NamedTuple):
    """What dissections say of one output."""

    places: tuple[Place, ...] = ()
    """Originals in it."""
    audits: Mapping[Path, Audit] = {}
    """Of the file, or of members of an archive."""


class File(NamedTuple):
    """A file of an output and the same file of its input, to be read once."""

    path: Path
    kind: Kind
    after: Iterator[bytes]
    before: Iterator[bytes]


def opinions(worker: Worker, kind: Kind, source: Source, written: Chunks, number: int = 0) -> Opinions:
    """What tshark says of an output. ``written`` gives it as it was stored, unpacked; ``number`` counts the inputs.

    Errors: :class:`InputError` for an output that tshark cannot read as it reads the input; :class:`OSError`.
    """
    asked, due = _Asked(worker, number), set[Path]()
    audits: dict[Path, Audit] = {}
    for path, name in _names(kind):
        missing = asked.missing(name)
        if missing:
            audits[path] = Audit(NAME, ran=False, detail=missing)
        elif missing is not None:
            due.add(path)
    places: list[Place] = []
    for file in files(worker, kind, source, written) if due else ():
        if asked.is_enough:
            break
        if file.path in due:
            audit, found = asked.of(file)
            audits[file.path] = audit
            places += found
    why = not_run(MANY if asked.is_enough else "not found again in the archive")
    audits |= {path: Audit(NAME, ran=False, detail=why) for path in sorted(due - audits.keys())}
    return Opinions(tuple(places), audits)


def files(worker: Worker, kind: Kind, source: Source, written: Chunks) -> Iterator[File]:
    """The output beside its input, or each member of an archive that is one of both, in their order."""
    before = worker.opened(source, worker.options.format or kind.name, ignore)[0]
    if isinstance(kind, Archive) and isinstance(before, Archive):
        before.refuse(kind.faults)
    old = contents(before, source.chunks())
    for path, inner, after in contents(kind, written()):
        same = next((data for other, _, data in old if other == path), None)
        if same is None:
            return
        yield File(path, inner, after, same)


def contents(kind: Kind, chunks: Iterator[bytes], path: Path = ()) -> Iterator[tuple[Path, Kind, Iterator[bytes]]]:
    """A file, or each member of an archive that is one and is not refused, while it is at hand."""
    if not isinstance(kind, Archive):
        yield path, kind, chunks
        return
    for number, inner, data in kind.contents(chunks):
        yield from contents(inner, data, (*path, number))


def _names(kind: Kind) -> Iterator[tuple[Path, str]]:
    """The formats of a file, or of all members of an archive that are not refused."""
    if not isinstance(kind, Archive):
        yield (), kind.name
        return
    waiting: list[tuple[Path, Outcome]] = [((), outcome) for outcome in kind.members]
    while waiting:
        above, outcome = waiting.pop()
        path = (*above, outcome.number)
        waiting += [(path, member) for member in outcome.members]
        if not outcome.reason:
            yield path, outcome.format


class _Asked:
    """What is asked of tshark in one run about one output, within a limit for all of it."""

    def __init__(self, worker: Worker, number: int) -> None:
        self._worker = worker
        self._texts = number < FIRST
        self._wanted = worker.options.dissect
        self._spent = 0

    @property
    def is_enough(self) -> bool:
        """Whether no more of an archive is dissected; the rest of it need not even be read for that."""
        if not self._spent:
            return False
        # Another process is started and listened to, which no other run needs.
        from scrubber.audit import dissection

        return self._spent >= dissection.QUICK

    def missing(self, name: str) -> str | None:
        """Why a file in this format is not dissected: empty when it is to be, ``None`` when no dissector reads it."""
        from scrubber.capture import magic

        if name not in (magic.PCAP, magic.PCAPNG) and (name not in detect.names() or detect.by_name(name).notation):
            return None
        if self._wanted is False:
            return not_run("switched off")
        if name in (magic.PCAP, magic.PCAPNG) or self._wanted or self._texts:
            return ""
        return not_run(OFFERED)

    def of(self, file: File) -> tuple[Audit, tuple[Place, ...]]:
        """What tshark says of one file."""
        after, before, lines = file.after, file.before, list[int]()
        if isinstance(file.kind, TextFile):
            messages = _Messages(file, lines, None if self._wanted else SMALL)
            if messages.why:
                return Audit(NAME, ran=False, detail=not_run(messages.why)), ()
            from scrubber.audit import wrapped

            after, before = wrapped.capture(messages), wrapped.capture(_messages(file.kind, before))
        # Another process is started and listened to, which no other run needs.
        from scrubber.audit import dissection

        found = dissection.examine(
            self._counted(after) if file.path else after, before, _find(self._worker), _stays(self._worker),
            None if self._wanted else dissection.QUICK,
        )  # fmt: skip
        if found.broken:
            where = "".join(f"member {number}, " for number in file.path)
            raise InputError(f"{where}dissection audit: {found.broken}")
        places = (*found.places, *found.spoiled)
        return _audit(found), tuple(place._replace(member=file.path, line=_line(lines, place.line)) for place in places)

    def _counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """What is dissected of an archive without being asked for counts."""
        if not self._wanted:
            self._spent += START
        for chunk in chunks:
            if not self._wanted:
                self._spent += len(chunk)
            yield chunk


def _audit(found: dissection.Dissected) -> Audit:
    malformed = f"frames that can no longer be read: {len(found.malformed):,}" if found.malformed else ""
    said = "; ".join(filter(None, (malformed, found.remark)))
    return Audit(NAME, ran=not found.note, detail=found.note or said)


def _messages(kind: Kind, chunks: Iterator[bytes]) -> Iterator[bytes]:
    return (heard.message for heard in trace.heard(kind, chunks))


class _Messages:
    """The SIP messages of the output of a text, each once, as far as it is known that they are not too many."""

    def __init__(self, file: File, lines: list[int], limit: int | None) -> None:
        """``lines`` gets the line of each."""
        self._heard = trace.heard(file.kind, file.after)
        self._lines = lines
        self._first: list[Heard] = []
        size = 0
        for each in self._heard:
            self._first.append(each)
            size += len(each.message)
            if limit is None or size > limit:
                break
        self.why = SILENT if not self._first else OFFERED if limit is not None and size > limit else ""
        """Why they are not dissected."""

    def __iter__(self) -> Iterator[bytes]:
        for each in chain(self._first, self._heard):
            self._lines.append(each.place)
            yield each.message


def _line(lines: list[int], frame: int) -> int:
    """Where a frame made of a message stands in its text; a frame of a capture is one."""
    return lines[frame - 1] if 0 < frame <= len(lines) else frame


def _find(worker: Worker) -> dissection.Find:
    plain = detect.by_name(PLAIN)

    def find(text: bytes) -> list[Finding]:
        return worker.residue.check(text, plain)

    return find


def _stays(worker: Worker) -> Callable[[Entity, bytes], float]:
    """How likely the output holds a value where the original does: for certain where it is its pseudonym, or kept."""
    rules, surrogates = worker.rules, worker.engine.surrogates

    def stays(entity: Entity, value: bytes) -> float:
        value = value.strip(b' "')
        kept = rules.actions.get(entity) is Action.KEEP or value.lower() in rules.stop_words
        return 1.0 if kept or surrogates.of(entity, value) == value else 0.0

    return stays
