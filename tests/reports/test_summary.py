"""What the terminal says about a run."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from scrubber.audit.diagnosis import Certificate, Difference
from scrubber.model import Entity, Place
from scrubber.reports import summary
from scrubber.reports.evidence import Audit
from scrubber.reports.report import rendered
from tests.reports.examples import FOUND, REFUSED, RELEASED, RESIDUE, run


def test_complaints() -> None:
    assert summary.complaints(run(RELEASED, REFUSED, RESIDUE)) == [
        "logs/a?[31m.pcap: captures are not supported yet",
        "logs/bob.log: an original value is still in the output: line 2, offset 17, entity name, rule residue",
        f"nothing of these files was written; {summary.RESIDUE_HINT}",
    ]
    assert summary.complaints(run(REFUSED, RESIDUE, RESIDUE))[3:] == [f"nothing was written; {summary.RESIDUE_HINT}"]


def test_tables() -> None:
    text = rendered(summary.summary(run(RELEASED, REFUSED)))
    assert summary.COUNTED in text
    for words in (
        ["outcome", "files"],
        ["ipv4", "1"],
        ["unknown", "field", "3"],
        ["files", "refused", "1"],
        ["files", "released", "1"],
    ):
        assert any(words == [word for word in line.split() if word.isalnum()] for line in text.splitlines())
    text = rendered(summary.found(run(replace(FOUND, label="[red]a.log"))))
    assert "[red]a.log" in text
    assert any(line.split()[-4:-1] == ["1", "\u2502", "4"] for line in text.splitlines())


def test_tell(capsys: pytest.CaptureFixture[str]) -> None:
    summary.tell(run(RELEASED, REFUSED), quiet=True)
    assert capsys.readouterr() == ("", "scrubber: logs/a?[31m.pcap: captures are not supported yet\n")
    summary.tell(run(RELEASED), quiet=True, written=["wrote x"])
    assert capsys.readouterr() == ("", "")
    summary.tell(run(RELEASED), quiet=False, written=["wrote a\x1b.log"])
    assert "scrubber: wrote a?.log\n" in (text := capsys.readouterr().err)
    assert "files released" in text
    summary.tell(run(RELEASED), quiet=False)
    assert "wrote" not in capsys.readouterr().err


def test_tell_into_a_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    summary.tell(run(REFUSED), quiet=False)


def flat(text: str) -> list[str]:
    """The rows of a table, their words and nothing else."""
    return [" ".join(line.replace("\u2502", " ").split()) for line in text.splitlines()]


def test_audits_are_counted_and_missing_ones_explained() -> None:
    residue = Audit("residue", ran=True)
    one = replace(RELEASED, audits=(residue, Audit("dissection", ran=False, detail="tshark not found")))
    two = replace(RELEASED, audits=(residue, Audit("dissection", ran=True)))
    rows = flat(rendered(summary.summary(run(one, replace(two, members=(one,))))))
    for row in ("audit files", "residue 3", "dissection 1", "no dissection: tshark not found 2"):
        assert row in rows
    assert "audit files" not in flat(rendered(summary.summary(run(RELEASED))))


def test_a_changed_diagnosis_is_told() -> None:
    same = Certificate((), {"methods": {"BYE": 1}}, (), full=False)
    other = replace(same, differences=(Difference("methods", "BYE", 2, 1),))
    files = [replace(RELEASED, certificate=certificate) for certificate in (same, same, other)]
    rows = flat(rendered(summary.summary(run(*files))))
    assert "diagnosis unchanged 2" in rows
    assert "diagnosis changed: methods 1" in rows


def test_members_are_counted_apart() -> None:
    archive = replace(RELEASED, members=(RELEASED, replace(REFUSED, label="a.tar: b.png")))
    rows = flat(rendered(summary.summary(run(archive))))
    assert "files released 1" in rows
    assert "members of archives released 1" in rows
    assert "members of archives refused 1" in rows
    assert summary.complaints(run(archive)) == ["a.tar: b.png: captures are not supported yet"]


def test_values_stand_in_a_table_of_their_own() -> None:
    place = Place("text-ip", Entity.IPV4, 9, 4, (), b"198.51.100.7")
    shown = run(replace(FOUND, places=(place, place, Place("x", Entity.HOST, 1, 9))))
    plain, values = (rendered(table) for table in summary.findings(shown, values=True))
    assert "198.51.100.7" not in plain
    assert values.count("198.51.100.7") == 1
    assert len(list(summary.findings(shown, values=False))) == 1
