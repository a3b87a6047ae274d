"""What is said about an output beside the search for residue: tshark's opinion, the certificate, what a person sees.

A dissection decides, as the residue audit does: what it finds keeps the output from being released. The certificate and
the sights of a report decide nothing, and are made when a report is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from scrubber.bundle.archive import Archive
from scrubber.formats import detect
from scrubber.model import Action, Entity, Finding, Place
from scrubber.reports import trace
from scrubber.reports.evidence import Audit, Certificate, Sights
from scrubber.tasks import Kind, Source
from scrubber.textfile import TextFile
from scrubber.worker import PLAIN, Worker

if TYPE_CHECKING:
    from scrubber.audit import dissection

Chunks = Callable[[], Iterator[bytes]]
"""Gives the octets of a file from the start, each time it is called."""


class Inspection(NamedTuple):
    """What was found out about one output."""

    places: tuple[Place, ...] = ()
    """Originals that a dissection shows."""
    audits: tuple[Audit, ...] = ()
    certificate: Certificate | None = None
    sights: Sights | None = None


def inspected(worker: Worker, kind: Kind, source: Source, written: Chunks) -> Inspection:
    """Look at an output that passed the residue audit. ``written`` gives it as it was stored, unpacked.

    Errors: :class:`OSError` for what cannot be read.
    """
    found = _dissected(worker, kind, source, written)
    audits = [Audit("residue", ran=True)]
    if found is not None:
        malformed = f"frames that can no longer be read: {len(found.malformed):,}" if found.malformed else ""
        audits.append(Audit("dissection", ran=not found.note, detail=found.note or malformed))
        if found.counts:
            return Inspection(found.places, tuple(audits))
    if not worker.options.sights:
        return Inspection(audits=tuple(audits))
    # The certificate reads captures by vectors, which no run without a report needs.
    from scrubber.audit import diagnosis

    before, _ = worker.opened(source, worker.options.format or kind.name)
    certificate = diagnosis.compare(diagnosis.census(before, source.chunks()), diagnosis.census(kind, written()))
    audits.append(Audit("diagnosis", ran=True))
    return Inspection((), tuple(audits), certificate, _seen(worker, kind, source, written))


def _seen(worker: Worker, kind: Kind, source: Source, written: Chunks) -> Sights | None:
    if isinstance(kind, Archive):
        return None
    # Captures are read by vectors, which no run without a report needs.
    from scrubber.reports.sights import Head, look

    return look(Head(written()).filled(), Head(source.chunks()).filled(), kind, worker.rules)


def _dissected(worker: Worker, kind: Kind, source: Source, written: Chunks) -> dissection.Dissected | None:
    """A second opinion on a capture that is small enough, and on the SIP messages of a text when asked for.

    ``None`` where there is nothing to dissect.
    """
    wanted = worker.options.dissect
    if not source.capture and not wanted:
        return None
    # Another process is started and listened to, which no other run needs.
    from scrubber.audit import dissection, wrapped

    if source.capture:
        after, before = written(), source.chunks()
    elif isinstance(kind, TextFile):
        messages = _messages(kind, written())
        first = next(messages, None)
        if first is None:
            return None
        after, before = wrapped.capture(chain((first,), messages)), wrapped.capture(_messages(kind, source.chunks()))
    else:
        return None
    if wanted is False:
        return dissection.Dissected(note=dissection.not_run("switched off"))
    return dissection.examine(after, before, _find(worker), _stays(worker), None if wanted else dissection.QUICK)


def _messages(kind: Kind, chunks: Iterator[bytes]) -> Iterator[bytes]:
    return (heard.message for heard in trace.heard(kind, chunks))


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
