"""What a report file holds, by the ending of its name."""

from __future__ import annotations

from pathlib import Path

from scrubber.reports.report import RunReport

ENDINGS = (".json", ".html", ".htm")


def is_report(path: Path) -> bool:
    """Whether the name of a file says which report belongs into it."""
    return path.suffix.lower() in ENDINGS


def content(run: RunReport, path: Path) -> bytes:
    """The report of a run for a file of that name: JSON for programs, a page for people."""
    if path.suffix.lower() == ENDINGS[0]:
        return run.to_json().encode()
    # The template engine costs what no other command needs.
    from scrubber.reports import page

    return page.render(run).encode("utf-8", "replace")
