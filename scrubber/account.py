"""What is told of one file: counts, members of archives, where an original was left; never a value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from scrubber.bundle.archive import Archive
from scrubber.bundle.outcome import Outcome
from scrubber.model import Entity, Place
from scrubber.reports.evidence import Told
from scrubber.reports.report import PLACES, FileReport, Status
from scrubber.tasks import Kind

MALFORMED = ".malformed:"
"""Stands in the rule of a place that no dissector can read any more, before the protocol."""
CAPTURES = ("pcap", "pcapng")
"""Kinds of files whose places are frames."""


Members = Mapping[tuple[int, ...], Told]
"""What was found out about members, by their numbers."""


def members(kind: Kind, label: str, status: Status, places: Iterable[Place], told: Members) -> tuple[FileReport, ...]:
    """The reports of the members of an archive."""
    return _members(kind.members, label, status, places, told) if isinstance(kind, Archive) else ()


def _members(
    outcomes: Iterable[Outcome], label: str, status: Status, places: Iterable[Place], told: Members
) -> tuple[FileReport, ...]:
    """The reports of members, each with what is its own, which is looked up: there may be 100,000 of them."""
    found: defaultdict[int, list[Place]] = defaultdict(list)
    for place in places:
        if place.member:
            found[place.member[0]].append(place._replace(member=place.member[1:]))
    said: defaultdict[int, dict[tuple[int, ...], Told]] = defaultdict(dict)
    for path, each in told.items():
        if path:
            said[path[0]][path[1:]] = each
    return tuple(
        _member(outcome, label, status, tuple(found.get(outcome.number, ())), said.get(outcome.number, {}))
        for outcome in outcomes
    )


def _member(outcome: Outcome, label: str, status: Status, own: tuple[Place, ...], told: Members) -> FileReport:
    """The report of a member; ``status`` is what it has when nothing is wrong with it. The rest is its own."""
    inner = _members(outcome.members, f"{label}: {outcome.path}", status, own, told)
    if own or (outcome.counts and status is Status.CLEAN):
        status = Status.FOUND if status is Status.CLEAN else Status.RESIDUE
    named = not any(place.line == 0 and not place.member for place in own)
    entities, rules = totals(outcome.counts)
    own_audits, sights = told.get((), Told())
    report = FileReport(
        outcome.number,
        f"{label}: {outcome.path}",
        outcome.name if named else "",
        Status.REFUSED if outcome.reason else status,
        output=outcome.name if status is Status.RELEASED else "",
        format=outcome.format,
        reason=outcome.reason,
        size_in=outcome.size_in,
        size_out=outcome.size_out,
        entities=entities,
        rules=rules,
        notes=outcome.notes,
        places=own,
        members=inner,
        audits=own_audits,
        sights=sights,
    )
    return residue(report, "output", own) if status is Status.RESIDUE else report


def residue(report: FileReport, where: str, places: tuple[Place, ...]) -> FileReport:
    """The report of a file that is not released, with the first place in its reason; a value is never in it."""
    first = places[0]
    reason = (
        f"an original value is still in the {where}: {_place(report, first)}, offset {first.offset}, "
        f"entity {first.entity}, rule {first.rule}"
    )
    if MALFORMED in first.rule:
        protocol = first.rule.rpartition(":")[2]
        reason = f"the {where} cannot be read as the input can: {_place(report, first)}, protocol {protocol}"
    if len(places) > 1:
        kinds = ", ".join(sorted({place.entity for place in places if MALFORMED not in place.rule}))
        reason += (
            f" (places: {len(places)}{' or more' * (len(places) >= PLACES)}{f'; entities: {kinds}' if kinds else ''})"
        )
    return replace(report, status=Status.RESIDUE, reason=reason, places=places)


def leaking(report: FileReport) -> dict[tuple[int, ...], str]:
    """The members of an archive that keep an original, and where; none when it stands in what the archive says itself.

    An archive without them can be released: nothing else of it depends on what they hold.
    """
    if report.status is not Status.RESIDUE or not all(place.member and place.line for place in report.places):
        return {}
    found: dict[tuple[int, ...], str] = {}
    for place in report.places:
        where = f"line {place.line}, offset {place.offset}, entity {place.entity}, rule {place.rule}"
        found.setdefault(place.member, f"an original value is still in it: {where}")
    return found


def _place(report: FileReport, place: Place) -> str:
    """Where a place is, in words: in a line, a frame, a member of an archive, or what is said about a member."""
    words = ""
    for number in place.member:
        report = next((member for member in report.members if member.index == number), report)
        words += f"member {number}{f' ({report.name})' if report.name else ''}, "
    unit, beside = ("frame", "metadata") if report.format in CAPTURES else ("line", "comment")
    return words + (f"{unit} {place.line}" if place.line else f"its name, owner or {beside}")


def counted(places: Iterator[Place]) -> tuple[tuple[Place, ...], Counter[tuple[Entity, str]]]:
    """The first of many places, with the first of every member of an archive, and the counts of all."""
    first: list[Place] = []
    members: set[tuple[int, ...]] = set()
    counts: Counter[tuple[Entity, str]] = Counter()
    for place in places:
        counts[place.entity, place.rule] += 1
        if len(first) < PLACES or (place.member and place.member not in members):
            first.append(place)
            members.add(place.member)
    return tuple(first), counts


def totals(counts: Mapping[tuple[Entity, str], int]) -> tuple[Counter[str], Counter[str]]:
    """Counts by entity and by rule."""
    entities: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for (entity, rule), count in counts.items():
        entities[entity.value] += count
        rules[rule] += count
    return entities, rules
