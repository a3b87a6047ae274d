from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrubber import inspection, opinion, pipeline, storage
from scrubber.audit import dissection
from scrubber.engine import Rewriter
from scrubber.model import Entity, RuleSet
from scrubber.pipeline import Options
from scrubber.readings.rewrite import Rewrite
from scrubber.reports.evidence import OFFERED, SILENT, Audit, Sights, not_run
from scrubber.reports.report import RunReport, Status, ignore
from scrubber.rules import load
from tests.bundle.making import KEY, Runs, files, zipped

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
CAPTURE = (SAMPLES / "asterisk-pjsip.pcap").read_bytes()
LOG = (SAMPLES / "baresip.log").read_bytes()
needs_tshark = pytest.mark.skipif(bool(dissection.unavailable()), reason="needs tshark")
needs_sh = pytest.mark.skipif(not Path("/bin/sh").exists(), reason="stands in for tshark by a shell script")
RAN = Audit("dissection", ran=True)


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return load("support", [])


@pytest.fixture
def runs(tmp_path: Path, rule_set: RuleSet) -> Runs:
    return Runs(tmp_path, rule_set)


def audits(run: RunReport) -> dict[str, Audit]:
    """The dissection of each file and member, by the last part of its path."""
    found: dict[str, Audit] = {}
    for file in run.every:
        found |= {
            Path(file.label.rpartition(" ")[2]).name: audit for audit in file.audits if audit.name == "dissection"
        }
    return found


def left_out(why: str) -> Audit:
    return Audit("dissection", ran=False, detail=not_run(why))


def bundle() -> bytes:
    inner = zipped({"deep.pcap.gz": gzip.compress(CAPTURE), "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(64)})
    return files({"inner.zip": inner, "b.log": LOG, "calls.pcap": CAPTURE, "table.csv": b"a,b\n1,2\n"})


@needs_tshark
def test_captures_in_archives_are_dissected(runs: Runs) -> None:
    run, _ = runs.one(bundle())
    assert audits(run) == {"deep.pcap.gz": RAN, "b.log": left_out(OFFERED), "calls.pcap": RAN}


@needs_tshark
def test_texts_with_few_messages_are_dissected_of_the_first_inputs(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "FIRST", 3)
    inputs = {"a.log": LOG, "b.log": b"nothing\n", "c.tar": files({"d.log": LOG}), "e.log": LOG}
    run, _ = runs.clean(inputs)
    assert audits(run) == {"a.log": RAN, "b.log": left_out(SILENT), "d.log": RAN, "e.log": left_out(OFFERED)}
    monkeypatch.setattr(opinion, "SMALL", 100)
    run, _ = runs.clean({"a.log": LOG})
    assert audits(run) == {"a.log": left_out(OFFERED)}


@needs_tshark
@pytest.mark.parametrize("name", ["a.log", "calls.pcap"])
def test_what_a_dissector_finds_in_an_output_is_not_released(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Every other audit is blind: only what tshark decodes is left."""
    monkeypatch.setattr(opinion, "FIRST", 3)
    monkeypatch.setattr(Rewrite, "value", lambda self, entity, text, rule: text)
    for kind in ("capture.file.CaptureFile", "textfile.TextFile"):
        monkeypatch.setattr(f"scrubber.{kind}.residues", lambda *_: iter(()))
    monkeypatch.setattr("scrubber.steps.in_place", lambda *_: iter(()))
    run, outputs = runs.clean({name: LOG if name == "a.log" else CAPTURE})
    assert (run.exit_code, outputs) == (10, [])
    lines = {place.line for place in run.files[0].places}
    assert lines
    assert name != "a.log" or min(lines) > 10  # lines of the log, not numbers of messages


@needs_tshark
@pytest.mark.parametrize(
    ("name", "place"), [("sip-trace.txt", "line "), ("asterisk-pjsip.pcap", "frame ")], ids=["text", "capture"]
)
def test_what_became_malformed_is_not_released(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    """The blank line behind the header fields is lost."""
    monkeypatch.setattr(opinion, "FIRST", 3)
    rewrite = Rewriter.rewrite
    monkeypatch.setattr(
        Rewriter, "rewrite", lambda self, block: re.sub(rb"(\r?\n)\r?\n(?!\Z)", rb"\1", rewrite(self, block).rstrip())
    )
    run, outputs = runs.clean({name: (SAMPLES / name).read_bytes()})
    assert (run.exit_code, outputs) == (10, [])
    reason = run.files[0].reason
    assert reason.startswith(f"the output cannot be read as the input can: {place}")
    assert "protocol sip" in reason


@needs_tshark
def test_texts_in_archives_are_when_that_is_asked_for(runs: Runs) -> None:
    run, _ = runs.clean({"bundle.tar": bundle()}, options=Options(dissect=True))
    assert audits(run) == {"deep.pcap.gz": RAN, "b.log": RAN, "calls.pcap": RAN}


def test_nothing_is(runs: Runs) -> None:
    run, _ = runs.clean({"bundle.tar": bundle()}, options=Options(dissect=False))
    assert audits(run) == dict.fromkeys(("deep.pcap.gz", "b.log", "calls.pcap"), left_out("switched off"))


@needs_tshark
def test_an_archive_is_no_way_around_the_limit(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "QUICK", len(CAPTURE) + opinion.START)
    run, _ = runs.one(bundle())
    assert audits(run)["deep.pcap.gz"] == RAN
    assert audits(run)["calls.pcap"] == left_out(opinion.MANY)


@needs_tshark
def test_behind_the_limit_nothing_is_read(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[opinion.Path] = []
    every: Callable[..., Iterator[opinion.File]] = opinion.files

    def noted(*given: object) -> Iterator[opinion.File]:
        for file in every(*given):
            read.append(file.path)
            yield file

    monkeypatch.setattr(opinion, "files", noted)
    monkeypatch.setattr(dissection, "QUICK", len(CAPTURE))
    members = {f"{number}.pcap": CAPTURE for number in range(6)}
    run, _ = runs.one(files(members))
    assert audits(run) == dict.fromkeys(members, left_out(opinion.MANY)) | {"0.pcap": RAN}
    assert read == [(0,), (1,)]


@needs_tshark
@pytest.mark.parametrize("packed", [False, True])
def test_a_member_that_a_dissection_objects_to_is_not_released(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    value = Rewrite.value

    def kept(self: Rewrite, entity: Entity, text: bytes, rule: str) -> bytes:
        return text if entity is Entity.HOST else value(self, entity, text, rule)

    monkeypatch.setattr(Rewrite, "value", kept)
    # The byte-level search is blind, too: only the second opinion is left.
    monkeypatch.setattr("scrubber.capture.file.CaptureFile.residues", lambda *_: iter(()))
    inputs = {"bundle.tar": files({"a.txt": b"nothing\n", "calls.pcap": CAPTURE})} if packed else {"a.pcap": CAPTURE}
    run, outputs = runs.clean(inputs)
    assert run.exit_code == 10
    assert outputs == []
    assert {place.member for place in run.files[0].places} == {(1,) if packed else ()}
    if packed:
        assert [member.status for member in run.files[0].members] == [Status.VERIFIED, Status.RESIDUE]


@needs_sh
@needs_tshark
@pytest.mark.parametrize("packed", [False, True])
def test_an_output_that_no_dissector_can_read_any_more_is_refused(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    program = tmp_path / "tshark"
    crash = 'case "$*" in *cleaned*) kill -SEGV $$;; esac'
    program.write_text(f'#!/bin/sh\n{crash}\nexec {dissection._tshark()} "$@"\n')
    program.chmod(0o700)
    monkeypatch.setattr(dissection, "_tshark", lambda: str(program))
    inputs = {"bundle.tar": files({"calls.pcap": CAPTURE})} if packed else {"a.pcap": CAPTURE}
    run, outputs = runs.clean(inputs)
    assert (run.exit_code, outputs) == (3, [])
    assert run.files[0].reason.endswith("dissection audit: tshark crashed on the output, and not on the original")


@needs_tshark
def test_a_dry_run_is_dissected(tmp_path: Path, rule_set: RuleSet) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(CAPTURE)
    run = pipeline.clean(storage.sources([path]), None, rule_set, KEY, Options(), ignore)
    (file,) = run.files
    assert file.status is Status.VERIFIED
    assert RAN in file.audits


def test_what_a_person_sees_of_members(runs: Runs) -> None:
    options = Options(dissect=False, sights=True)
    run, _ = runs.clean({"bundle.tar": bundle()}, options=options)
    sights = {file.label.rpartition(" ")[2]: file.sights for file in run.every}
    assert sights["deep.pcap.gz"] is not None
    assert sights["deep.pcap.gz"].dialogs
    assert sights["calls.pcap"] == sights["deep.pcap.gz"]
    assert sights["b.log"] is not None
    assert sights["b.log"].dialogs
    assert [name for name, seen in sights.items() if seen is None] == [run.files[0].label, "inner.zip", "picture.png"]


def test_only_the_first_members_are_shown(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "LOOKED", 100)
    run, _ = runs.clean({"bundle.tar": bundle()}, options=Options(dissect=False, sights=True))
    sights = {file.label.rpartition(" ")[2]: file.sights for file in run.every}
    assert sights["deep.pcap.gz"] is not None
    assert sights["deep.pcap.gz"].dialogs
    assert sights["b.log"] == Sights(whole=False)
