from __future__ import annotations

import pytest

from scrubber.model import Entity
from scrubber.readings.entity import refine

E = Entity


@pytest.mark.parametrize(
    ("entity", "value", "precise"),
    [
        (E.USER, b"alice", E.USER),
        (E.USER, b"1001", E.EXTENSION),
        (E.USER, b"5550100", E.NUMBER),
        (E.USER, b"+1 (555) 010-0123", E.NUMBER),
        (E.USER, b"%2B15550100123", E.NUMBER),
        (E.USER, b"1001a", E.USER),
        (E.NAME, b"1001", E.EXTENSION),
        (E.NAME, b"Alice", E.NAME),
        (E.HOST, b"192.0.2.1", E.IPV4),
        (E.HOST, b"2001:db9::1", E.IPV6),
        (E.HOST, b"pbx.example.com", E.HOST),
        (E.HOST, b"1.2.3", E.HOST),
        (E.TAG, b"1001", E.TAG),
        (E.SECRET, b"192.0.2.1", E.SECRET),
    ],
)
def test_the_shape_of_a_value_refines_its_entity(entity: Entity, value: bytes, precise: Entity) -> None:
    assert refine(entity, value) is precise
