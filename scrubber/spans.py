"""Overlaps between findings: which of them decides over a byte."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.model import Entity, Finding

SEVERITY: dict[Entity, int] = {
    Entity.SECRET: 0,
    Entity.CARD: 1,
    Entity.DTMF: 2,
    Entity.TEXT: 3,
    Entity.EMAIL: 4,
    Entity.MAC: 5,
    Entity.IPV6: 5,
    Entity.IPV4: 5,
    Entity.DEVICE: 6,
    Entity.HASH: 7,
    Entity.NONCE: 7,
    Entity.CALL_ID: 8,
    Entity.BRANCH: 8,
    Entity.TAG: 8,
    Entity.URL: 9,
    Entity.HOST: 10,
    Entity.NUMBER: 11,
    Entity.USER: 12,
    Entity.EXTENSION: 13,
    Entity.NAME: 14,
    Entity.LOCATION: 15,
    Entity.IDENTIFIER: 16,
    Entity.TIME: 17,
}
"""Which of two overlapping findings keeps its whole span: the smaller number."""


GUESS = "guess-"
"""Begins the ids of rules whose values stay where the vocabulary knows them."""
PROPER = "proper-nouns"
UNKNOWN_LINE = "unknown-line"
"""Names what finds proper nouns, and what suppresses a line that nobody understands."""
GUESSED = (GUESS, PROPER)
"""Begin the ids of rules that find names by what words look like."""
RELEASE = "address.release"
"""Names what finds four dotted numbers that are declared to be the release of a program; others go before."""
QUAD = "address.quad"
"""Names what finds four dotted numbers that are an address, unless they are declared to be a release elsewhere."""


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted, disjoint findings that cover every byte the given ones cover.

    What a rule says goes before what the look of words says, and both before a release, which stays; else the severer
    entity keeps its span; of equals the longer. What a loser covers beyond the winner stays a finding of its own, so no
    found byte is ever dropped.
    """
    result: list[Finding] = []
    reached = 0
    for finding in sorted(findings, key=_start):
        start, end, _, _ = finding
        if end <= start:
            continue
        if start >= reached:
            result.append(finding)
            reached = end
        else:
            _insert(result, finding)
            reached = result[-1].end
    return result


def _start(finding: Finding) -> tuple[int, int]:
    return finding.start, -finding.end


def _rank(finding: Finding) -> tuple[int, int, int]:
    likely = 2 if finding.rule == RELEASE else finding.rule.startswith(GUESSED)
    return likely, SEVERITY[finding.entity], finding.start - finding.end


def _insert(result: list[Finding], new: Finding) -> None:
    """Put an overlapping finding into the disjoint tail of ``result``; ``new`` starts at or after the last start."""
    tail: list[Finding] = []
    while result and result[-1].end > new.start:
        tail.append(result.pop())
    pieces: list[Finding] = []
    rest: list[Finding] = [new]
    for old in reversed(tail):
        if _rank(old) <= _rank(new):
            pieces.append(old)
            rest = [part for piece in rest for part in _subtract(piece, old)]
        else:
            pieces.extend(_subtract(old, new))
    result.extend(sorted(pieces + rest, key=_start))


def _subtract(finding: Finding, other: Finding) -> list[Finding]:
    if other.end <= finding.start or other.start >= finding.end:
        return [finding]
    parts = []
    if finding.start < other.start:
        parts.append(Finding(finding.start, other.start, finding.entity, finding.rule))
    if other.end < finding.end:
        parts.append(Finding(other.end, finding.end, finding.entity, finding.rule))
    return parts
