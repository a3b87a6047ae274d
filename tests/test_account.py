from __future__ import annotations

from scrubber.account import counted, residue
from scrubber.model import Entity, Place
from scrubber.reports.report import PLACES, FileReport, Status


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
