"""The report as one HTML page for people: what happened, what to look at, and what the reader of the output will see.

The page is a single file without scripts. Its policy (CSP) lets it load nothing and use no style but its own, so text
that got past the escaping could still do nothing. All text in it comes from a
:class:`~scrubber.reports.report.RunReport`, which holds names and excerpts of outputs alone;
paths of inputs are never read here.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files as package_files
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from scrubber.reports.drawing import checked
from scrubber.reports.evidence import SILENCE, Sights
from scrubber.reports.ladder import Dialog, svg
from scrubber.reports.report import FileReport, RunReport, Status

FILES = 200
"""Files that are listed; below, how many rows the page has of each other kind of list."""
ROWS = 60
TOLD = 12
CALLS = 30
EXCERPTS = 40
FEW = 12
"""Files up to which their table is open."""
RUNGS = 48
"""Messages of a call that are drawn, so that it fits on a sheet of paper."""
OPEN = 2
"""Calls that are drawn open."""
_SECTIONS = (
    ("audits", "How it was checked"),
    ("replaced", "What was replaced"),
    ("suppressed", "Suppressed or refused"),
    ("new", "Seen for the first time"),
    ("rare", "Rare values"),
    ("calls", "Calls"),
    ("excerpts", "Excerpts"),
)
_ABOUT = {
    "residue": "looks in the output for every original value, in every notation",
    "dissection": "has tshark decode the output and looks in every field",
    "diagnosis": "counts messages, calls, streams and errors before and after",
}
_TONES = {
    Status.RELEASED: "good",
    Status.VERIFIED: "good",
    Status.CLEAN: "good",
    Status.REFUSED: "warn",
    Status.RESIDUE: "bad",
    Status.FOUND: "bad",
}
_NOVEL = ("header", "protocol", "key")
_ODD = ("user agent", "device", "extension")
"""What is told first; kinds of novelties and rarities beside these would be a mistake."""

T = TypeVar("T")


class _Row(NamedTuple):
    name: str
    number: int
    share: str
    """Of the largest, in hundredths."""


class _File(NamedTuple):
    name: str
    output: str
    status: str
    tone: str
    format: str
    reason: str
    size_in: int
    size_out: int
    texts: int
    entities: str
    rules: str


class _Verdict(NamedTuple):
    tone: str
    title: str
    text: str
    points: tuple[str, ...]


def render(run: RunReport) -> str:
    """The whole page. The same report gives the same page."""
    return _template().render(_context(run))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["grouped"] = "{:,}".format
    environment.filters["shown"] = shown
    return environment.from_string(_resource("page.html"))


def _resource(name: str) -> str:
    return (package_files("scrubber.reports") / name).read_text(encoding="utf-8")


def shown(text: str) -> str:
    """``text`` as a page can show it: no control characters, nothing that turns its direction, no half characters."""
    return "".join(char if char.isprintable() else " " if char in "\t\xa0" else "\ufffd" for char in text)


def _context(run: RunReport) -> dict[str, Any]:
    every = list(run.every)
    style = _resource("page.css")
    # The audit of a file that was not released failed: nothing of it is shown.
    seen = [(file, file.sights) for file in every if file.sights is not None and _TONES[file.status] == "good"]
    lists = {
        "files": cut((_file(file) for file in every), FILES),
        "refused": cut((_file(file) for file in every if _TONES[file.status] != "good"), FILES),
        "entities": cut(_rows(run.entities), ROWS),
        "rules": cut(_rows(run.rules), ROWS),
        "notes": cut(_notes(every), ROWS),
        "differences": cut(_differences(every), ROWS),
        "novelties": _merged(seen, "novelties", _NOVEL.index),
        "rarities": _merged(seen, "rarities", _ODD.index),
        "excerpts": _listed(seen, "excerpts", EXCERPTS),
        "dialogs": _dialogs(seen),
    }
    context: dict[str, Any] = {
        "style": Markup(style),  # noqa: S704 - a file of this package
        "style_hash": "sha256-" + b64encode(sha256(style.encode()).digest()).decode(),
        "verdict": _verdict(run, every),
        "facts": _facts(run, every),
        "sections": _SECTIONS,
        "audits": list(_audits(every)),
        "measures": list(_measures(every)),
        "looked": bool(seen),
        "few": FEW,
        "partial": sum(not sights.whole for _, sights in seen),
        "digest": run.rules_digest,
    }
    for name, (rows, more) in lists.items():
        context |= {name: rows, f"{name}_more": more}
    return context


def _verdict(run: RunReport, every: Sequence[FileReport]) -> _Verdict:
    counts = Counter(_TONES[file.status] for file in every)
    good, refused, bad = counts["good"], counts["warn"], counts["bad"]
    dry = Status.VERIFIED in {file.status for file in every}
    points = []
    if changed := sum(1 for file in every if file.certificate and not file.certificate.equal):
        points.append(f"{_files(changed)} would be diagnosed differently than the original; see below.")
    if missing := sorted({audit.name for file in every for audit in file.audits if audit.missing}):
        points.append(f"Not every audit ran on every file: {', '.join(missing)}.")
    kept = [name for name in run.kept if name != "time"]
    if kept:
        points.append(f"Left readable on request: {', '.join(kept)}.")
    if refused:
        points.append(
            f"{_files(refused)} could not be scrubbed and {'is' if refused == 1 else 'are'} not in the output."
        )
    done = "would pass" if dry else "passed"
    passed = f"{_files(good)} {done} the audits." if good else "Nothing was released."
    if bad:
        title = "Do not send: an original value was left" if not good else "Some files were held back"
        text = (
            f"In {_files(bad)} an original value was still there after rewriting. Nothing of it was written. {passed}"
        )
        return _Verdict("bad", title, text, tuple(points))
    if not good:
        return _Verdict("warn", "Nothing to send", passed, tuple(points))
    title = "A dry run: nothing was written" if dry else "Ready to send"
    if refused and not dry:
        title = "Ready to send, without what was refused"
    text = f"{passed} No original value was found in what was written." if not dry else passed
    return _Verdict("warn" if points or dry else "good", title, text, tuple(points))


def _facts(run: RunReport, every: Sequence[FileReport]) -> Iterator[tuple[str, str]]:
    yield "Files", f"{len(run.files):,}"
    if len(every) > len(run.files):
        yield "Members of archives", f"{len(every) - len(run.files):,}"
    yield "Bytes read", f"{sum(file.size_in for file in run.files):,}"
    yield "Bytes written", f"{sum(file.size_out for file in run.files):,}"
    yield "Profile", run.profile
    yield "Left readable", ", ".join(run.kept) or "nothing"
    yield "Switches", ", ".join(run.options) or "none"
    yield "Program", f"scrubber {run.tool}"


def _audits(every: Sequence[FileReport]) -> Iterator[dict[str, Any]]:
    counts: Counter[tuple[str, bool, str, str]] = Counter()
    for file in every:
        for audit in file.audits:
            failed = audit.ran and audit.name == "residue" and file.status is Status.RESIDUE
            tone = "bad" if failed else "good" if audit.ran else "warn" if audit.missing else "plain"
            counts[audit.name, audit.ran, tone, "found an original value" if failed else audit.why or audit.detail] += 1
    for (name, ran, tone, detail), number in sorted(counts.items()):
        yield {
            "name": name,
            "about": _ABOUT.get(name, ""),
            "outcome": "failed" if tone == "bad" else "ran" if ran else "did not run",
            "tone": tone,
            "detail": detail,
            "files": number,
        }


def _notes(every: Sequence[FileReport]) -> Iterator[dict[str, Any]]:
    holders: dict[str, list[FileReport]] = {}
    for file in every:
        for note in file.notes:
            holders.setdefault(note, []).append(file)
    for note, holding in sorted(holders.items()):
        names = ", ".join(shown(file.name) for file in holding[:3]) + (
            f" and {len(holding) - 3} more" * (len(holding) > 3)
        )
        yield {"name": note, "files": names, "number": sum(file.notes[note] for file in holding)}


def _measures(every: Sequence[FileReport]) -> Iterator[tuple[str, str]]:
    """What a diagnosis finds in all outputs, one line a section."""
    sections: dict[str, Counter[str]] = {}
    for file in every:
        for section, counts in file.certificate.counts.items() if file.certificate else ():
            known = sections.setdefault(section, Counter())
            if section == SILENCE:
                known |= Counter(counts)
            else:
                known.update(counts)
    for section, counts in sorted(sections.items()):
        told = ", ".join(f"{name} {_lasting(time)}" for name, time in sorted(counts.items()))
        yield section, shown(told if section == SILENCE else _told(counts))


def _lasting(microseconds: int) -> str:
    """A duration in words: ``320 ms``, ``22.8 s``, ``3 d 04:05:06``."""
    if microseconds < 60_000_000:
        return f"{microseconds / 1e6:.1f} s" if microseconds >= 1_000_000 else f"{microseconds // 1000} ms"
    minutes, seconds = divmod(microseconds // 1_000_000, 60)
    days, minutes = divmod(minutes, 1440)
    return f"{days:,} d " * bool(days) + f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _differences(every: Sequence[FileReport]) -> Iterator[tuple[str, Any]]:
    for file in every:
        for difference in file.certificate.differences if file.certificate else ():
            yield shown(file.name), difference


def _listed(seen: Sequence[tuple[FileReport, Sights]], name: str, limit: int) -> tuple[list[tuple[str, str, Any]], int]:
    """Rows of one list of all files, with file and unit of place. Files take turns, so that none fills the list."""
    rows = [[(shown(file.name), _unit(file), each) for each in getattr(sights, name)] for file, sights in seen]
    turns = [each for turn in range(max(map(len, rows), default=0)) for row in rows for each in row[turn : turn + 1]]
    more = sum(sights.more.get(name, 0) for _, sights in seen)
    return turns[:limit], more + max(0, len(turns) - limit)


class _Seen(NamedTuple):
    kind: str
    text: str
    times: int
    where: str


def _merged(
    seen: Sequence[tuple[FileReport, Sights]], name: str, rank: Callable[[str], int]
) -> tuple[list[_Seen], int]:
    """Rows of one list of all files, those of the same kind and text as one."""
    groups: dict[tuple[str, str], list[tuple[FileReport, Any]]] = {}
    for file, sights in seen:
        for each in getattr(sights, name):
            groups.setdefault((each.kind, shown(each[1])), []).append((file, each))
    rows = [_Seen(*key, sum(each.times for _, each in group), _where(group)) for key, group in groups.items()]
    rows.sort(key=lambda row: (rank(row.kind), row.times if name == "rarities" else -row.times, row.text))
    more = sum(sights.more.get(name, 0) for _, sights in seen)
    return rows[:ROWS], more + max(0, len(rows) - ROWS)


def _where(group: Sequence[tuple[FileReport, Any]]) -> str:
    file, first = group[0]
    others = f" and {len(group) - 1} more" if len(group) > 1 else ""
    return f"{shown(file.name)}, {_unit(file)} {first.place:,}{others}"


def _dialogs(seen: Sequence[tuple[FileReport, Sights]]) -> tuple[list[tuple[str, Dialog, int, Markup, bool]], int]:
    longest: dict[str, tuple[str, str, Any]] = {}
    rows, more = _listed(seen, "dialogs", sum(len(sights.dialogs) for _, sights in seen))
    for row in rows:
        # A call that stands in several files is drawn from the one that shows most of it.
        if row[2].call_id not in longest or _size(row[2]) > _size(longest[row[2].call_id][2]):
            longest[row[2].call_id] = row
    rows, over = cut(longest.values(), CALLS)
    drawn = [
        (file, each, _size(each), checked(svg(_short(each), f"call-{number}")), number < OPEN)
        for number, (file, _, each) in enumerate(rows)
    ]
    return drawn, more + over


def _size(dialog: Dialog) -> int:
    return len(dialog.rungs) + dialog.more


def _short(dialog: Dialog) -> Dialog:
    return dialog._replace(rungs=dialog.rungs[:RUNGS], more=dialog.more + len(dialog.rungs[RUNGS:]))


def _file(file: FileReport) -> _File:
    return _File(
        shown(file.name) or f"input {file.index + 1}",
        shown(file.output),
        file.status.value,
        _TONES[file.status],
        file.format,
        file.reason,
        file.size_in,
        file.size_out,
        sum(file.entities.values()),
        _told(file.entities),
        _told(file.rules),
    )


def _told(counts: Mapping[str, int]) -> str:
    """The largest of the counts in one line."""
    rows, more = cut(_rows(counts), TOLD)
    told = ", ".join(f"{row.name} {row.number:,}" for row in rows)
    return f"{told} and {more} more" if more else told


def _rows(counts: Mapping[str, int]) -> Iterator[_Row]:
    """The counts, largest first."""
    most = max(counts.values(), default=1)
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield _Row(name, count, f"{max(1, round(100 * count / most))}")


def _unit(file: FileReport) -> str:
    return "frame" if file.format in ("pcap", "pcapng") else "line"


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


def cut(rows: Iterable[T], limit: int) -> tuple[list[T], int]:
    """The first rows, and how many more there are."""
    iterator = iter(rows)
    first = list(islice(iterator, limit))
    return first, sum(1 for _ in iterator)
