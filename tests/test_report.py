from __future__ import annotations

import io
import json
import sys
from dataclasses import replace

import pytest

from scrubber import report
from scrubber.model import Entity, Place
from scrubber.report import Exit, FileReport, RunReport, Status

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


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((), Exit.DONE),
        ((RELEASED,), Exit.DONE),
        ((replace(RELEASED, status=Status.VERIFIED),), Exit.DONE),
        ((replace(RELEASED, status=Status.CLEAN),), Exit.DONE),
        ((RELEASED, REFUSED), Exit.REFUSED),
        ((REFUSED, RESIDUE), Exit.FOUND),
        ((RELEASED, FOUND), Exit.FOUND),
    ],
)
def test_exit_code(files: tuple[FileReport, ...], code: Exit) -> None:
    assert run(*files).exit_code is code


def test_json() -> None:
    document = json.loads(run(RELEASED, REFUSED, RESIDUE).to_json())
    assert document["schema"] == report.SCHEMA
    assert document["totals"] == {
        "files": {"refused": 1, "released": 1, "residue": 1},
        "entities": {"ipv4": 1, "user": 2},
        "rules": {"text-ip": 1, "text-user": 2},
        "notes": {"unknown field": 3},
        "size_in": 100,
        "size_out": 90,
    }
    assert (document["kept"], document["options"]) == (["url"], ["shift-time"])
    assert [entry["index"] for entry in document["files"]] == [0, 1, 2]
    assert document["files"][2]["places"][0] == {"rule": "residue", "entity": "name", "offset": 17, "line": 2}


def test_json_has_the_documented_keys() -> None:
    document = json.loads(run(FOUND).to_json())
    text = RunReport.to_json.__doc__ or ""
    example = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert document.keys() == example.keys()
    assert document["totals"].keys() == example["totals"].keys()
    assert document["files"][0].keys() == example["files"][0].keys()
    assert document["files"][0]["places"][0].keys() == example["files"][0]["places"][0].keys()


def test_json_names_no_original_file() -> None:
    assert "alice" not in run(RELEASED).to_json()
    assert json.loads(run(RELEASED).to_json(labels=True))["files"][0]["path"] == "logs/alice.log"


def test_json_survives_names_that_are_not_text() -> None:
    text = run(replace(RELEASED, name="a\udcff")).to_json()
    assert text.isascii()
    assert json.loads(text)["files"][0]["name"] == "a\udcff"


def test_repr_hides_the_path() -> None:
    assert "alice" not in repr(run(RELEASED))


def test_complaints() -> None:
    assert report.complaints(run(RELEASED, REFUSED, RESIDUE)) == [
        "logs/a?[31m.pcap: captures are not supported yet",
        "logs/bob.log: an original value is still in the output: line 2, offset 17, entity name, rule residue",
        f"nothing of these files was written; {report.RESIDUE_HINT}",
    ]
    assert report.complaints(run(REFUSED, RESIDUE, RESIDUE))[3:] == [f"nothing was written; {report.RESIDUE_HINT}"]


def test_tables() -> None:
    text = report.rendered(report.summary(run(RELEASED, REFUSED)))
    assert report.COUNTED in text
    for words in (
        ["outcome", "files"],
        ["ipv4", "1"],
        ["unknown", "field", "3"],
        ["files", "refused", "1"],
        ["files", "released", "1"],
    ):
        assert any(words == [word for word in line.split() if word.isalnum()] for line in text.splitlines())
    text = report.rendered(report.found(run(replace(FOUND, label="[red]a.log"))))
    assert "[red]a.log" in text
    assert any(line.split()[-4:-1] == ["1", "\u2502", "4"] for line in text.splitlines())


def test_tell(capsys: pytest.CaptureFixture[str]) -> None:
    report.tell(run(RELEASED, REFUSED), quiet=True)
    assert capsys.readouterr() == ("", "scrubber: logs/a?[31m.pcap: captures are not supported yet\n")
    report.tell(run(RELEASED), quiet=True, written=["wrote x"])
    assert capsys.readouterr() == ("", "")
    report.tell(run(RELEASED), quiet=False, written=["wrote a\x1b.log"])
    assert "scrubber: wrote a?.log\n" in (text := capsys.readouterr().err)
    assert "files released" in text
    report.tell(run(RELEASED), quiet=False)
    assert "wrote" not in capsys.readouterr().err


def test_tell_into_a_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    report.tell(run(REFUSED), quiet=False)


def test_meter_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with report.meter("scrubbing", 100, shown=True) as progress:
        progress(100)
    assert capsys.readouterr() == ("", "")


def test_meter_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(report, "_is_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with report.meter("scrubbing", 100, shown=True) as progress:
        progress(100)
    out, err = capsys.readouterr()
    assert not out
    assert "scrubbing" in err
    assert "100%" in err
    assert "bytes" not in err
    with report.meter("scrubbing", 100, shown=False) as progress:
        progress(100)
    assert capsys.readouterr() == ("", "")


def test_version() -> None:
    assert report.version()[0].isdigit()
