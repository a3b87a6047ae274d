from __future__ import annotations

from unittest.mock import Mock

from scrubber.account import counted, members, residue
from scrubber.bundle.archive import Archive
from scrubber.bundle.outcome import Outcome
from scrubber.model import Entity, Place
from scrubber.reports.evidence import Audit, Told
from scrubber.reports.report import PLACES, FileReport, Status
from tests.passes import DOUBLING, doubling


def archive(*outcomes: Outcome) -> Archive[Mock]:
    """An archive of which a pass said this."""
    kind = Archive(Mock(), Mock(), Mock(), outermost=True)
    kind.members.extend(outcomes)
    return kind


def test_each_member_is_told_what_is_its_own() -> None:
    inner = [Outcome(0, "x.log", "x.log"), Outcome(3, "y.log", "y.log")]
    kind = archive(Outcome(0, "a.log", "a.log"), Outcome(3, "b.zip", "b.zip", members=inner))
    paths: list[tuple[int, ...]] = [(0,), (3,), (3, 3)]
    audits = {path: Told((Audit(str(path), ran=True),)) for path in paths}
    found = members(kind, "t.tar", Status.VERIFIED, [Place("r", Entity.NAME, 1, 2, (3, 0))], audits)
    every = [*found, *found[1].members]
    assert [report.label for report in every] == [
        "t.tar: a.log", "t.tar: b.zip", "t.tar: b.zip: x.log", "t.tar: b.zip: y.log",
    ]  # fmt: skip
    assert [report.status for report in every] == [
        Status.VERIFIED, Status.RESIDUE, Status.RESIDUE, Status.VERIFIED,
    ]  # fmt: skip
    assert [[audit.name for audit in report.audits] for report in every] == [["(0,)"], ["(3,)"], [], ["(3, 3)"]]


def test_reports_of_members_take_time_for_each() -> None:
    def told(data: bytes) -> None:
        numbers = range(len(data) // 100)
        audits: dict[tuple[int, ...], Told] = {(number,): Told() for number in numbers}
        places = [Place("r", Entity.NAME, 1, 2, (number,)) for number in numbers]
        members(archive(*(Outcome(number, "a") for number in numbers)), "t.tar", Status.VERIFIED, places, audits)

    assert doubling(told, b"x", 200_000) < DOUBLING


def test_residue_of_many_places_names_the_entities() -> None:
    where = tuple(Place("x", entity, 7, 3) for entity in (Entity.NAME, Entity.HOST, Entity.NAME))
    report = FileReport(0, "a.log", "a.log", Status.RELEASED)
    reason = "an original value is still in the output: line 3, offset 7, entity name, rule x"
    assert residue(report, "output", where).reason == f"{reason} (places: 3; entities: host, name)"
    many = residue(report, "output", where[:1] * PLACES).reason
    assert many == f"{reason} (places: {PLACES} or more; entities: name)"


def test_places_are_few_and_counts_whole() -> None:
    places, counts = counted(Place("x", Entity.NAME, at, 1) for at in range(600))
    assert len(places) == PLACES
    assert [place.offset for place in places] == list(range(PLACES))
    assert counts == {(Entity.NAME, "x"): 600}


def test_places_show_every_member() -> None:
    found = [Place("x", Entity.NAME, at, 1, (number,)) for number in range(3) for at in range(600)]
    places, _ = counted(iter(found))
    assert [place.member for place in places] == [(0,)] * PLACES + [(1,), (2,)]
