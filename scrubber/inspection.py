"""What is said of an output beside the search for residue: by a second reading and by tshark; to people, in a report.

A second reading and a dissection decide, as the residue audit does: what they find keeps the output from being
released. The certificate and the sights of a report decide nothing, and are made when a report is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scrubber.bundle.archive import Archive
from scrubber.model import Place
from scrubber.opinion import Chunks, Path, contents, files, opinions
from scrubber.reports.evidence import Audit, Certificate, Sights, Told
from scrubber.reports.report import ignore
from scrubber.tasks import Kind, Source
from scrubber.worker import Worker

LOOKED = 1 << 24
"""Octets of the members of one archive that are looked at for what a person sees of them."""


class Inspection(NamedTuple):
    """What was found out about one output."""

    places: tuple[Place, ...] = ()
    """Originals that a dissection shows."""
    audits: tuple[Audit, ...] = ()
    members: Mapping[Path, Told] = {}
    """Of an archive."""
    certificate: Certificate | None = None
    sights: Sights | None = None


def in_place(worker: Worker, kind: Kind, written: Chunks) -> Iterator[Place]:
    """Originals that stand in an output, or in members of an archive, where they stood."""
    for path, inner, chunks in contents(kind, written()):
        for place in worker.rereading.left(inner, chunks):
            yield place._replace(member=path)


def inspected(worker: Worker, kind: Kind, source: Source, written: Chunks, number: int = 0) -> Inspection:
    """Look at an output that passed the residue audit. ``written`` gives it as it was stored, unpacked.

    ``number`` is the position of the file among the inputs.

    Errors: :class:`OSError` for what cannot be read, :class:`InputError` for what a dissector cannot read any more.
    """
    found = opinions(worker, kind, source, written, number)
    audits = [Audit("residue", ran=True), *(audit for path, audit in found.audits.items() if not path)]
    members = {path: Told((audit,)) for path, audit in found.audits.items() if path}
    if found.places or not worker.options.sights:
        return Inspection(found.places, tuple(audits), members)
    # The certificate reads captures by vectors, which no run without a report needs.
    from scrubber.audit import diagnosis

    before, _ = worker.opened(source, worker.options.format or kind.name, ignore)
    if isinstance(kind, Archive) and isinstance(before, Archive):
        before.refuse(kind.faults)
    certificate = diagnosis.compare(diagnosis.census(before, source.chunks()), diagnosis.census(kind, written()))
    audits.append(Audit("diagnosis", ran=True))
    seen = dict(_seen(worker, kind, source, written))
    members |= {path: members.get(path, Told())._replace(sights=sights) for path, sights in seen.items() if path}
    return Inspection((), tuple(audits), members, certificate, seen.get(()))


def _seen(worker: Worker, kind: Kind, source: Source, written: Chunks) -> Iterator[tuple[Path, Sights]]:
    """What a person sees of a file, or of each member of an archive as long as these are not too many."""
    # Captures are read by vectors, which no run without a report needs.
    from scrubber.reports.sights import Head, look

    left = LOOKED
    for file in files(worker, kind, source, written):
        if left <= 0:
            yield file.path, Sights(whole=False)
            continue
        sights = look(Head(file.after).filled(), Head(file.before).filled(), file.kind, worker.rules)
        left -= max(sights.looked, 1 << 12)
        yield file.path, sights
