"""The diagnosis certificate: whether a file is diagnosed the same before and after.

A census counts what an engineer looks at: messages, dialogs, transactions, codecs, media streams, events of TCP and
ICMP, lines by level, silences. It holds no value of the file but words of protocols, so it may be shown to anybody,
and it is taken in one pass with bounded memory. A certificate compares two of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from scrubber.audit.journal import Journal
from scrubber.audit.signalling import Signalling
from scrubber.capture.file import CaptureFile
from scrubber.capture.media import MediaStream
from scrubber.capture.overheard import overheard
from scrubber.capture.tally import Tally
from scrubber.engine import PLAIN, records
from scrubber.reports.evidence import SILENCE
from scrubber.reports.trace import Holding, caught
from scrubber.reports.transcript import Transcript
from scrubber.textfile import TextFile

SOURCES = "sources"
SHAPE = "dialogs in their order"
MEDIA = "media streams one by one"

Counts = Mapping[str, Mapping[str, int]]
"""By section and what is counted there."""


@dataclass(frozen=True, slots=True)
class Census:
    """What a file counts to."""

    counts: Counts
    """Sections without any count are missing."""
    shape: str
    """A digest that tells whether the messages are the same, in the same order, in the same dialogs, transactions and
    between the same ends, whatever all these are called."""
    media: str = ""
    """A digest that tells whether all media streams have the same figures."""
    streams: tuple[MediaStream, ...] = ()
    """Figures of the media streams that began first."""
    full: bool = False
    """Whether there were more dialogs, streams or connections than are told from each other, so that some counts may be
    too high. Two such files are compared as well as any."""

    def as_json(self) -> dict[str, Any]:
        """For a report."""
        told = asdict(self)
        told["streams"] = [stream._asdict() for stream in self.streams]
        return told


class Difference(NamedTuple):
    """A count that is not the same."""

    section: str
    what: str
    """In words of protocols, or the name of a source file that stands in both files."""
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The comparison of two files."""

    differences: tuple[Difference, ...]
    counts: Counts
    """Of the file afterwards."""
    streams: tuple[MediaStream, ...] = ()
    """Figures of its media streams that began first."""
    full: bool = False
    """As :attr:`Census.full`, of either file."""

    @property
    def equal(self) -> bool:
        """Whether both are diagnosed alike."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """For a report."""
        return {
            "equal": self.equal,
            "differences": [difference._asdict() for difference in self.differences],
            "counts": {section: dict(counts) for section, counts in self.counts.items()},
            "streams": [stream._asdict() for stream in self.streams],
            "full": self.full,
        }


def census(kind: object, chunks: Iterator[bytes]) -> Census:
    """The census of a file of one kind (:class:`~scrubber.tasks.Kind`), whose text or octets come cut anywhere.

    A file that holds others is the :func:`total` of its members. A kind that is none of these is read as plain text.

    Errors: :class:`~scrubber.model.InputError` for a capture that begins with a damaged header.
    """
    if isinstance(kind, Holding):
        return total(census(held, inner) for _, held, inner in kind.contents(chunks))
    signalling = Signalling()
    if isinstance(kind, CaptureFile):
        tally = Tally()
        for message in overheard(chunks, kind.rules, tally):
            signalling.hear(caught(message))
        return _of_capture(signalling, tally)
    fmt = kind.format if isinstance(kind, TextFile) else PLAIN
    journal = Journal(fmt.name)
    for heard in Transcript(fmt).heard(journal.watched(records(chunks, fmt))):
        signalling.hear(heard)
    counts = _of_messages(signalling)
    counts["lines"] = {"all": journal.lines, "blank": journal.blank}
    counts["levels"] = dict(journal.levels)
    counts[SOURCES] = dict(journal.sources)
    counts[SILENCE]["between lines"] = journal.silence * 1_000_000
    return Census(_filled(counts), signalling.shape, full=signalling.full)


def total(parts: Iterable[Census]) -> Census:
    """The census of several files together, such as the members of an archive in their order."""
    counts: dict[str, Counter[str]] = {}
    shape, media = blake2b(digest_size=16), blake2b(digest_size=16)
    streams: list[MediaStream] = []
    full = False
    for part in parts:
        for section, some in part.counts.items():
            known = counts.setdefault(section, Counter())
            if section == SILENCE:
                known |= Counter(some)
            else:
                known.update(some)
        shape.update(part.shape.encode())
        media.update(part.media.encode())
        streams += part.streams
        full = full or part.full
    return Census(_filled(counts), shape.hexdigest(), media.hexdigest(), tuple(streams), full)


def compare(before: Census, after: Census) -> Certificate:
    """Whether two files are diagnosed alike, and what is not the same. It names nothing that only ``before`` names."""
    found = []
    for section in sorted({*before.counts, *after.counts}):
        old, new = before.counts.get(section, {}), after.counts.get(section, {})
        if section == SOURCES:
            names = old.keys() & new.keys()
            if len(names) < max(len(old), len(new)):
                # A name that only one of them has may be somebody's.
                found.append(Difference(section, "names in both", max(len(old), len(new)), len(names)))
            old, new = ({name: counts[name] for name in names} for counts in (old, new))
        found += [
            Difference(section, what, old.get(what, 0), new.get(what, 0))
            for what in sorted({*old, *new})
            if old.get(what, 0) != new.get(what, 0)
        ]
    for what, same in ((SHAPE, before.shape == after.shape), (MEDIA, before.media == after.media)):
        if not same:
            found.append(Difference("the same", what, 1, 0))
    return Certificate(tuple(found), after.counts, after.streams, before.full or after.full)


def _of_messages(signalling: Signalling) -> dict[str, dict[str, int]]:
    return {
        "requests": dict(signalling.requests),
        "responses": dict(signalling.responses),
        "dialogs": signalling.dialogs,
        "transports": dict(signalling.transports),
        "codecs": dict(signalling.codecs),
        SILENCE: {"between messages": signalling.silence},
    }


def _of_capture(signalling: Signalling, tally: Tally) -> Census:
    streams = tally.finish()
    counts = _of_messages(signalling)
    counts["packets"] = dict(tally.events)
    counts[SILENCE]["between frames"] = tally.silence // 1000
    digest = f"{tally.media_streams.digest:016x}"
    return Census(_filled(counts), signalling.shape, digest, tuple(streams), signalling.full or tally.full)


def _filled(counts: Mapping[str, Mapping[str, int]]) -> Counts:
    """Sections with anything in them, in a fixed order."""
    return {
        section: {what: count for what, count in sorted(some.items()) if count}
        for section, some in sorted(counts.items())
        if any(some.values())
    }
