"""The reports of a batch, below its home: one an object, and one of the last run as JSON lines and as a page.

``_reports/run.jsonl`` begins with a line for the run, has one for each object it worked on and ends with the totals;
``_reports/run.html`` shows the same to people; ``_reports/files/OUTPUT.json`` is the report of one object, as
``scrubber clean --report`` writes it. Everything is named by scrubbed names.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Self, TextIO

from scrubber import pipeline
from scrubber.batch.targets import Home, write
from scrubber.model import RuleSet
from scrubber.reports.report import FileReport, RunReport, Status, ordered, total

FOLDER = "_reports"
RUN, PAGE = f"{FOLDER}/run.jsonl", f"{FOLDER}/run.html"
LISTED = 500
"""Objects that a page tells apart; the rest is counted."""


def of_object(output: str) -> str:
    """Where the report of an object stands."""
    return f"{FOLDER}/files/{output}.json"


def told(home: Home, work: Path, rules: RuleSet, file: FileReport, place: str) -> None:
    """Publish the report of one object. Errors: :class:`OSError`."""
    write(home, work, place, pipeline.run_report(rules, (file,)).to_json().encode("ascii"))


class Logbook:
    """Writes the reports of one run. Errors of all methods: :class:`OSError`."""

    def __init__(self, home: Home, work: Path, rules: RuleSet, began: str) -> None:
        """``began``: when the run began, by ISO 8601."""
        self._home = home
        self._work = work
        self._rules = rules
        self._listed: list[FileReport] = []
        self._more = 0
        self._counts: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
        self._sizes = (0, 0)
        self.statuses: Counter[str] = Counter()
        self._path = work / f"run-{secrets.token_hex(8)}"
        self._file: TextIO = self._path.open("x", encoding="ascii")
        empty = pipeline.run_report(rules, ())
        about = {"tool": f"scrubber {empty.tool}", "profile": empty.profile, "rules": empty.rules_digest}
        self._line({"event": "run", "began": began, **about, "kept": empty.kept, "options": empty.options})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    @property
    def run(self) -> RunReport:
        """The report of the run; of many objects, those that did not fail are counted in one."""
        files = tuple(self._listed)
        if self._more:
            entities, rules, notes = self._counts
            rest = FileReport(len(files), "", f"{self._more:,} more files", Status.RELEASED, entities=entities)
            rest = replace(rest, rules=rules, notes=notes, size_in=self._sizes[0], size_out=self._sizes[1])
            files += (rest,)
        return pipeline.run_report(self._rules, files)

    def add(self, file: FileReport, place: str) -> None:
        """One object is done; its report stands at ``place``."""
        self._line({"event": "file", "report": place} | file.entry)
        self.statuses[file.status.value] += 1
        if len(self._listed) < LISTED or file.status is not Status.RELEASED:
            self._listed.append(replace(file, index=len(self._listed)))
            return
        self._more += 1
        for counts, more in zip(self._counts, (file.entities, file.rules, file.notes), strict=True):
            counts.update(more)
        self._sizes = (self._sizes[0] + file.size_in, self._sizes[1] + file.size_out)

    def close(self, unchanged: int, failed: int, ended: str) -> RunReport:
        """Write the reports of the run; so many objects were left as they are, so many had failed before."""
        run = self.run
        totals = {
            "files": ordered(self.statuses),
            "unchanged": unchanged,
            "failed before": failed,
            "entities": ordered(total(file.entities for file in run.files)),
            "size_in": sum(file.size_in for file in run.files),
            "size_out": sum(file.size_out for file in run.files),
        }
        self._line({"event": "end", "ended": ended, "totals": totals})
        self._file.close()
        self._home.publish(self._path, RUN)
        # The template engine costs what no run without a report needs.
        from scrubber.reports import page

        self._put(PAGE, page.render(run).encode("utf-8", "replace"))
        return run

    def _line(self, entry: dict[str, object]) -> None:
        self._file.write(json.dumps(entry) + "\n")

    def _put(self, place: str, data: bytes) -> None:
        write(self._home, self._work, place, data)
