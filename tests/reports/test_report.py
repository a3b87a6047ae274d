from __future__ import annotations

import errno
import json
from dataclasses import replace

import pytest

from scrubber.audit.diagnosis import Certificate, Difference
from scrubber.model import Entity, InputError, Place
from scrubber.reports import report
from scrubber.reports.evidence import Audit, Novelty, Rarity, Sights
from scrubber.reports.report import Exit, FileReport, RunReport, Status
from tests.reports.examples import FOUND, REFUSED, RELEASED, RESIDUE, run


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


def test_members_are_files_too() -> None:
    archive = replace(RELEASED, members=(replace(REFUSED, members=(replace(RESIDUE, index=0),)), RELEASED))
    whole = run(archive, RELEASED)
    assert [file.status.value for file in whole.every] == ["released", "refused", "residue", "released", "released"]
    assert whole.exit_code is Exit.FOUND
    assert run(replace(RELEASED, members=(REFUSED,))).exit_code is Exit.REFUSED
    document = json.loads(whole.to_json())
    assert document["totals"]["files"] == {"released": 2}
    assert document["files"][0]["members"][0]["members"][0]["status"] == "residue"
    assert "path" not in whole.to_json()
    assert json.loads(whole.to_json(labels=True))["files"][0]["members"][0]["path"].endswith(".pcap")


def test_json_of_what_was_proved_and_seen() -> None:
    sights = Sights((Novelty("header", "X-A", 2, 7),), (Rarity("device", "d", 1, 9),), (), (), {"dialogs": 4}, 120)
    certificate = Certificate((Difference("methods", "BYE", 2, 1),), {"methods": {"BYE": 1}}, (), full=False)
    audits = (Audit("residue", ran=True), Audit("dissection", ran=False, detail="tshark not found"))
    file = replace(RELEASED, audits=audits, certificate=certificate, sights=sights)
    entry = json.loads(run(file).to_json())["files"][0]
    assert entry["audits"][1] == {"name": "dissection", "ran": False, "detail": "tshark not found"}
    assert entry["certificate"]["equal"] is False
    assert entry["certificate"]["differences"] == [{"section": "methods", "what": "BYE", "before": 2, "after": 1}]
    assert entry["sights"]["dialogs"] == 4
    assert entry["sights"]["novelties"] == [{"kind": "header", "name": "X-A", "times": 2, "place": 7}]
    assert entry["sights"]["rarities"] == [{"kind": "device", "value": "d", "times": 1, "place": 9}]
    document = json.loads(run(file).to_json())
    text = RunReport.to_json.__doc__ or ""
    example = json.loads(text[text.index("{") : text.rindex("}") + 1])["files"][0]
    assert entry["sights"].keys() == example["sights"].keys()
    assert entry["certificate"].keys() == example["certificate"].keys()
    assert document["files"][0].keys() == example.keys()


def test_a_value_is_never_written() -> None:
    place = Place("text-ip", Entity.IPV4, 9, 4, (), b"198.51.100.7")
    text = run(replace(FOUND, places=(place,))).to_json(labels=True)
    assert "198.51.100.7" not in text
    assert "198.51.100.7" not in repr(place)
    within = Place("text-ip", Entity.IPV4, 9, 4, (2, 0))
    places = json.loads(run(replace(FOUND, places=(place, within))).to_json())["files"][0]["places"]
    assert [each.get("member") for each in places] == [None, [2, 0]]


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


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/home/alice"), "no such file"),
        (PermissionError(errno.EACCES, "Permission denied", "/home/alice"), "Permission denied"),
        (OSError("what alice typed"), "OSError"),
        (InputError("truncated gzip data"), "truncated gzip data"),
    ],
)
def test_reasons_hold_no_path(error: Exception, text: str) -> None:
    assert report.reason(error) == text
