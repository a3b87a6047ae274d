"""Places in a text, and a text file under each pass."""

from __future__ import annotations

from scrubber.model import Entity, Finding
from scrubber.textfile import located


def test_places_are_counted_over_blocks() -> None:
    def find(block: bytes) -> list[Finding]:
        return [Finding(at, at + 1, Entity.NAME, "x") for at in reversed(range(len(block))) if block[at] == 120]

    places = list(located(find, iter([b"a\nx x\n", b"\n\nx", b"x\nx"])))
    assert [(place.offset, place.line) for place in places] == [(2, 2), (4, 2), (8, 5), (9, 5), (11, 6)]
    assert {(place.entity, place.rule) for place in places} == {(Entity.NAME, "x")}
