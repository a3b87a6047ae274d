"""Overlaps resolve without losing a byte."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import Entity, Finding
from scrubber.spans import PROPER, RELEASE, resolve

FINDINGS = st.lists(
    st.builds(
        lambda start, length, entity: Finding(start, start + length, entity, "rule"),
        st.integers(0, 40),
        st.integers(0, 12),
        st.sampled_from(list(Entity)),
    ),
    max_size=12,
)


def covered(findings: list[Finding]) -> set[int]:
    return {position for finding in findings for position in range(finding.start, finding.end)}


@given(FINDINGS)
def test_resolve_covers_the_same_bytes_once(findings: list[Finding]) -> None:
    resolved = resolve(findings)
    assert covered(resolved) == covered(findings)
    assert all(one.end <= two.start for one, two in pairwise(resolved))


def test_everything_goes_before_a_release() -> None:
    release = Finding(4, 12, Entity.IPV4, RELEASE)
    for entity, rule in ((Entity.NAME, "label-name"), (Entity.HOST, "label-host"), (Entity.NAME, PROPER)):
        assert resolve([release, Finding(0, 16, entity, rule)]) == [Finding(0, 16, entity, rule)]


def test_what_a_rule_says_goes_before_a_guess() -> None:
    street = Finding(11, 33, Entity.LOCATION, "text-street")
    assert resolve([street, Finding(15, 25, Entity.NAME, "proper-nouns")]) == [street]
    assert resolve([Finding(15, 40, Entity.NAME, "guess-person"), street]) == [
        street,
        Finding(33, 40, Entity.NAME, "guess-person"),
    ]


@given(FINDINGS, st.randoms())
def test_order_of_findings_does_not_matter_for_coverage(findings: list[Finding], random: object) -> None:
    shuffled = sorted(findings, key=lambda finding: (finding.end, finding.start))
    assert covered(resolve(shuffled)) == covered(resolve(findings))


@pytest.mark.parametrize(
    ("given_findings", "expected"),
    [
        (
            [(0, 9, Entity.NAME), (2, 5, Entity.SECRET)],
            [(0, 2, Entity.NAME), (2, 5, Entity.SECRET), (5, 9, Entity.NAME)],
        ),
        ([(0, 9, Entity.SECRET), (2, 5, Entity.IPV4)], [(0, 9, Entity.SECRET)]),
        ([(0, 5, Entity.USER), (3, 9, Entity.HOST)], [(0, 3, Entity.USER), (3, 9, Entity.HOST)]),
        ([(0, 4, Entity.USER), (0, 8, Entity.USER)], [(0, 8, Entity.USER)]),
        ([(3, 3, Entity.USER)], []),
    ],
)
def test_the_severer_entity_keeps_its_span(
    given_findings: list[tuple[int, int, Entity]], expected: list[tuple[int, int, Entity]]
) -> None:
    resolved = resolve(Finding(start, end, entity, "r") for start, end, entity in given_findings)
    assert [(finding.start, finding.end, finding.entity) for finding in resolved] == expected
