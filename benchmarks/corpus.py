"""Scrubs every text file below a folder of one's own, each alone, and checks the result.

    python -m benchmarks.corpus FOLDER [--profile NAME] [--only TEXT] [--slow SECONDS] [--copy FOLDER]

For each file: it must not crash the engine, it must keep its number of lines, it must not be slow, nothing that the
detectors judge to be an original (:func:`scrubber.engine.findings`, which knows no key) may be left where it stood or,
when it is long enough to be no accident, anywhere else, and nothing they judge so may be in the output at all.

No value of a file is shown, only paths, rules and line numbers. Exit code 1 when a file fails a check. ``--copy`` keeps
the outputs for a look at what no check can see.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from scrubber import rules, storage
from scrubber.engine import findings, scrub
from scrubber.formats import detect
from scrubber.model import Entity, Finding, Format, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key

KEY = Key(bytes(range(32)))
"""The same in every run, so that two runs can be compared."""
HEAD = 1 << 16
DISTINCT = 8
"""Bytes from which a value that stands in the output is no accident, whatever its line."""
LINES_SHOWN = 6
OF_WORDS = frozenset({Entity.DTMF, Entity.SECRET, Entity.TEXT})
"""Kinds whose values may be common words: one counts as left only when it is gone nowhere."""


@dataclass(slots=True)
class Outcome:
    """What one file came to."""

    name: str
    size: int = 0
    seconds: float = 0.0
    format: str = ""
    refused: str = ""
    crash: str = ""
    lines: tuple[int, int] = (0, 0)
    """Before and after."""
    left: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """(rule, entity) of originals still there -> line numbers from 1."""
    shown: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """(rule, entity) of what a check of the output would report -> line numbers from 1."""

    def faults(self, slow: float) -> Iterator[str]:
        """One line for each check that failed."""
        if self.crash:
            yield f"crash: {self.crash}"
        if self.seconds > slow:
            yield f"slow: {self.seconds:.1f} s for {self.size:,} bytes"
        if self.lines[0] != self.lines[1]:
            yield f"lines: {self.lines[0]:,} became {self.lines[1]:,}"
        for title, places in (("left", self.left), ("shown", self.shown)):
            for (rule, entity), numbers in sorted(places.items()):
                first = ", ".join(map(str, numbers[:LINES_SHOWN]))
                yield f"{title}: {entity} by {rule} x{len(numbers)}, line {first}"


def originals(data: bytes, rule_set: RuleSet, fmt: Format) -> Iterator[tuple[Finding, bytes, int]]:
    """What the detectors judge to be originals: finding, value, number of its line from 0."""
    position = line = 0
    for finding in sorted(findings(data, rule_set, fmt), key=lambda found: found.start):
        line += data.count(b"\n", position, finding.start)
        position = finding.start
        yield finding, data[finding.start : finding.end], line


def occurrences(value: bytes, text: bytes) -> int:
    """How often ``value`` stands in ``text`` as a word of its own."""
    count = 0
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        inside_before = text[at - 1 : at].isalnum() and value[:1].isalnum()
        inside_after = text[end : end + 1].isalnum() and value[-1:].isalnum()
        count += not inside_before and not inside_after
        at = text.find(value, at + 1)
    return count


def compare(before: bytes, after: bytes, rule_set: RuleSet, fmt: Format, outcome: Outcome) -> None:
    """Fill in what of ``before`` is still in ``after``, and what a check of ``after`` would report."""
    old, new = before.split(b"\n"), after.split(b"\n")
    outcome.lines = len(old), len(new)
    untouched: dict[bytes, bool] = {}
    for finding, value, line in originals(before, rule_set, fmt):
        if len(value) >= DISTINCT or finding.entity in OF_WORDS:
            if value not in untouched:
                remaining = occurrences(value, after)
                gone = finding.entity in OF_WORDS and remaining < occurrences(value, before)
                untouched[value] = bool(remaining) and not gone
            left = untouched[value]
        else:
            left = len(old) == len(new) and occurrences(value, new[line]) > 0
        if left:
            outcome.left.setdefault((finding.rule, finding.entity.value), []).append(line + 1)
    for finding, _, line in originals(after, rule_set, fmt):
        outcome.shown.setdefault((finding.rule, finding.entity.value), []).append(line + 1)


def examine(source: storage.Source, name: str, rule_set: RuleSet, copy: Path | None) -> Outcome:
    """One file through the engine."""
    outcome = Outcome(name)
    try:
        inspected = source.inspect()
        before = b"".join(inspected.chunks())
    except (ScrubError, OSError) as error:
        outcome.refused = str(error)
        return outcome
    fmt = detect.sniff(before[:HEAD], inspected.parts[-1].removesuffix(".gz"))
    outcome.size, outcome.format = len(before), fmt.name
    started = time.process_time()
    try:
        after = scrub(before, rule_set, KEY, fmt)
        outcome.seconds = time.process_time() - started
        compare(before, after, rule_set, fmt, outcome)
    except Exception as error:  # noqa: BLE001 - one file must not end the run, and the text may hold a value
        frames = traceback.extract_tb(error.__traceback__)
        outcome.crash = f"{type(error).__name__} at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}"
        return outcome
    if copy is not None:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(after)
    return outcome


def report(outcomes: list[Outcome], slow: float) -> int:
    """Print totals and offenders; returns the exit code."""
    read = [outcome for outcome in outcomes if not outcome.refused]
    seconds = sum(outcome.seconds for outcome in read)
    print(f"{len(read)} files, {sum(outcome.size for outcome in read):,} bytes, {seconds:.1f} s")
    for title, counts in (
        ("read as", Counter(outcome.format for outcome in read)),
        ("refused", Counter(outcome.refused for outcome in outcomes if outcome.refused)),
        ("faults", Counter(fault.partition(":")[0] for outcome in read for fault in outcome.faults(slow))),
    ):
        print(f"{title}: " + (", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"))
    failed = 0
    for outcome in read:
        faults = list(outcome.faults(slow))
        failed += bool(faults)
        for fault in faults:
            print(f"{outcome.name}: {fault}")
    return 1 if failed else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", default="support")
    parser.add_argument("--only", default="", help="a part of the path")
    parser.add_argument("--slow", type=float, default=5.0, help="seconds of CPU a file may take")
    parser.add_argument("--copy", type=Path, help="where to keep the outputs")
    arguments = parser.parse_args()
    rule_set = rules.load(arguments.profile, [])
    outcomes = []
    for source in storage.sources([arguments.folder]):
        name = "/".join(source.parts[1:]) or source.parts[0]
        if arguments.only in name:
            if sys.stderr.isatty():
                print(f"\r\x1b[K{name[:100]}", end="", file=sys.stderr, flush=True)
            outcomes.append(examine(source, name, rule_set, arguments.copy))
    return report(outcomes, arguments.slow)


if __name__ == "__main__":
    sys.exit(main())
