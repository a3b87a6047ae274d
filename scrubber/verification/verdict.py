"""What an audit of pairs found: for each pair whether it leaks, what, and where. Never a value of an input.

Paths are those that the user gave: a verdict is for the user's own terminal and tools.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from scrubber.audit.diagnosis import Certificate
from scrubber.model import Place
from scrubber.reports.evidence import Audit
from scrubber.reports.report import Exit, ordered, printable, total

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = 1
"""Version of the JSON shape that ``docs/verify.md`` documents."""


class Outcome(StrEnum):
    """What is known of a pair."""

    SAFE = "safe"
    """No original was found in the cleaned file."""
    LEAK = "leak"
    BROKEN = "broken"
    """No original was found, but what could be read before cannot be any more."""
    REFUSED = "refused"
    """It could not be audited; the reason says why."""


class Spoiled(NamedTuple):
    """A frame or the line of a message that became malformed in a protocol of which nothing is left out."""

    line: int
    protocol: str


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """One original and what was made of it."""

    index: int
    """Position among the pairs, from 0."""
    original: str = field(repr=False)
    """Its path; empty when the cleaned file has no counterpart."""
    cleaned: str = field(repr=False)
    """Its path; empty when the original has none."""
    outcome: Outcome = Outcome.REFUSED
    reason: str = ""
    format: str = ""
    """What the cleaned file is."""
    entities: Mapping[str, int] = field(default_factory=dict)
    """How many places or values of each entity are left."""
    rules: Mapping[str, int] = field(default_factory=dict)
    """The same by how they were found."""
    places: tuple[Place, ...] = ()
    """The first of them."""
    audits: tuple[Audit, ...] = ()
    certificate: Certificate | None = None
    malformed: tuple[int, ...] = ()
    """Frames or messages that could be dissected before and cannot be any more."""
    spoiled: tuple[Spoiled, ...] = ()
    """Those of them that a right output would let be read."""

    @property
    def unit(self) -> str:
        """What the number of a place counts."""
        return "frame" if self.format in _CAPTURES else "line"


_CAPTURES = frozenset({"pcap", "pcapng"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A whole audit."""

    profile: str
    rules_digest: str
    tool: str
    """The version of scrubber."""
    pairs: tuple[PairVerdict, ...]

    @property
    def exit_code(self) -> Exit:
        """10 before 3 before 0. Another diagnosis is told, and is no leak."""
        outcomes = {pair.outcome for pair in self.pairs}
        if outcomes & {Outcome.LEAK, Outcome.BROKEN}:
            return Exit.FOUND
        return Exit.REFUSED if Outcome.REFUSED in outcomes or not self.pairs else Exit.DONE

    @property
    def entities(self) -> Counter[str]:
        """Counts per entity over all pairs."""
        return total(pair.entities for pair in self.pairs)

    def to_json(self) -> str:
        """One JSON document, keys in a fixed order, ASCII only; ``docs/verify.md`` explains it."""
        outcomes = Counter(pair.outcome.value for pair in self.pairs)
        document = {
            "verify": SCHEMA,
            "tool": f"scrubber {self.tool}",
            "profile": self.profile,
            "rules": self.rules_digest,
            "exit": int(self.exit_code),
            "totals": {"pairs": ordered(outcomes), "entities": ordered(self.entities)},
            "pairs": [_entry(pair) for pair in self.pairs],
        }
        return json.dumps(document, indent=1) + "\n"


def _entry(pair: PairVerdict) -> dict[str, object]:
    return {
        "index": pair.index,
        "original": pair.original,
        "cleaned": pair.cleaned,
        "outcome": pair.outcome.value,
        "reason": pair.reason,
        "format": pair.format,
        "entities": ordered(pair.entities),
        "rules": ordered(pair.rules),
        "places": [_place(place) for place in pair.places],
        "audits": [audit._asdict() for audit in pair.audits],
        "diagnosis": None if pair.certificate is None else pair.certificate.as_json(),
        "malformed": list(pair.malformed),
        "spoiled": [each._asdict() for each in pair.spoiled],
    }


def _place(place: Place) -> dict[str, object]:
    return {"rule": place.rule, "entity": place.entity.value, "offset": place.offset, "line": place.line}


def table(verdict: Verdict) -> Table:
    """One row per pair and entity of what leaks, with the line or frame of the first place kept."""
    from rich.table import Table
    from rich.text import Text

    result = Table()
    for column in ("cleaned file", "entity"):
        result.add_column(column, overflow="fold")
    for column in ("found", "first line or frame"):
        result.add_column(column, justify="right")
    for pair in verdict.pairs:
        first: dict[str, int] = {}
        for place in pair.places:
            first.setdefault(place.entity.value, place.line)
        for entity, count in ordered(pair.entities).items():
            where = f"{first[entity]:,}" if first.get(entity) else ""
            result.add_row(Text(printable(pair.cleaned)), entity, f"{count:,}", where)
    return result


def refusals(verdict: Verdict) -> list[str]:
    """One line per pair that could not be audited, or not to its end."""
    refused = (pair for pair in verdict.pairs if pair.reason)
    return [f"{printable(pair.cleaned or pair.original)}: {pair.reason}" for pair in refused]


def lines(verdict: Verdict) -> list[str]:
    """For people: what could not be audited, which audits did not run, and where the diagnosis differs."""
    told = refusals(verdict)
    for pair in verdict.pairs:
        name = printable(pair.cleaned or pair.original)
        if pair.malformed:
            told.append(
                f"{name}: {_many(len(pair.malformed), pair.unit)} no longer well-formed, the first {pair.malformed[0]}"
            )
        told += [f"{name}: {pair.unit} {each.line} is spoiled, protocol {each.protocol}" for each in pair.spoiled[:1]]
        if pair.certificate is not None:
            told += [
                f"{name}: diagnosis differs: {difference.section}, {printable(difference.what)}: "
                f"{difference.before:,} before, {difference.after:,} after"
                for difference in pair.certificate.differences[:_DIFFERENCES]
            ]
            more = len(pair.certificate.differences) - _DIFFERENCES
            if more > 0:
                told.append(f"{name}: and {more} more differences")
    skipped = Counter(audit.detail for pair in verdict.pairs for audit in pair.audits if not audit.ran and audit.detail)
    told += [f"{detail} ({_many(count, 'pair')})" for detail, count in sorted(skipped.items())]
    outcomes = Counter(pair.outcome for pair in verdict.pairs)
    told.append(
        "pairs: " + ", ".join(f"{outcomes[outcome]} {outcome.value}" for outcome in Outcome if outcomes[outcome])
    )
    return told


_DIFFERENCES = 10
"""Differences of a diagnosis that are told of a pair; the JSON document has all."""


def _many(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
