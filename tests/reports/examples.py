"""A report of each kind of file, for the tests of what is told of a run."""

from __future__ import annotations

from dataclasses import replace

from scrubber.model import Entity, Place
from scrubber.reports.report import FileReport, RunReport, Status

RELEASED = FileReport(
    0,
    "logs/alice.log",
    "logs/qwxyz.log",
    Status.RELEASED,
    output="qwxyz.log",
    format="plain",
    size_in=100,
    size_out=90,
    entities={"user": 2, "ipv4": 1},
    rules={"text-user": 2, "text-ip": 1},
    notes={"unknown field": 3},
)
REFUSED = FileReport(1, "logs/a\x1b[31m.pcap", "logs/a.pcap", Status.REFUSED, reason="captures are not supported yet")
RESIDUE = FileReport(
    2,
    "logs/bob.log",
    "logs/bob.log",
    Status.RESIDUE,
    reason="an original value is still in the output: line 2, offset 17, entity name, rule residue",
    places=(Place("residue", Entity.NAME, 17, 2), Place("residue", Entity.NAME, 40, 3)),
)
FOUND = replace(RELEASED, status=Status.FOUND, places=(Place("text-ip", Entity.IPV4, 9, 4),))


def run(*files: FileReport) -> RunReport:
    return RunReport("support", "abc", files, "0", ("url",), ("shift-time",))
