from __future__ import annotations

import errno
import gzip
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from scrubber import engine, pipeline, portions, rules, storage
from scrubber.audit.residue import Residue
from scrubber.destination import Destination
from scrubber.engine import Rewriter
from scrubber.model import Action, Entity, Finding, Format, InputError, RuleSet
from scrubber.outputs import Target
from scrubber.pipeline import Options
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import RunReport, Status, ignore
from tests.bundle.making import files

KEY = Key(bytes(range(32)))
STRUCTURED = b"""\
INVITE sip:bob@pbx.example.net SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds
From: "Alice Doe" <sip:alicedoe@pbx.example.net>;tag=1928301774
To: <sip:bob@pbx.example.net>
Call-ID: a84b4c76e66710@198.51.100.7
CSeq: 314159 INVITE
Content-Length: 0

"""
FREE = b"account alicedoe is locked\n"


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Text before what it is learned from, in every container, a name that tells, and a refused file."""
    folder = tmp_path / "logs"
    (folder / "alicedoe").mkdir(parents=True)
    (folder / "a.log").write_bytes(FREE)
    (folder / "alicedoe" / "alicedoe.log").write_bytes(FREE * 3)
    (folder / "full.1.gz").write_bytes(gzip.compress(STRUCTURED + FREE))
    (folder / "wide.txt").write_bytes(("\ufeff" + FREE.decode().replace("\n", "\r\n")).encode("utf-16-le"))
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def clean(
    folder: Path, rule_set: RuleSet, *, output: str = "out", options: Options | None = None, key: Key = KEY
) -> RunReport:
    found = storage.sources([folder])
    destination = Destination(str(folder.parent / output), [folder], found, force=False)
    try:
        return pipeline.clean(found, destination.target, rule_set, key, options or Options(), ignore)
    finally:
        destination.tidy()


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def by_suffix(files: dict[str, bytes], suffix: str) -> bytes:
    (data,) = (data for name, data in files.items() if name.endswith(suffix))
    return data


def statuses(run: RunReport) -> list[str]:
    return [file.status.value for file in run.files]


def test_all_files_are_learned_from_before_any_is_rewritten(logs: Path, rule_set: RuleSet) -> None:
    run = clean(logs, rule_set)
    files = tree(logs.parent / "out")
    assert statuses(run) == ["released", "released", "refused", "released", "released"]
    plain = by_suffix(files, "a.log")
    assert b"alicedoe" not in plain
    assert plain.startswith(b"account ")
    assert plain.endswith(b" is locked\n")
    assert gzip.decompress(by_suffix(files, "full.1.gz")).endswith(plain)
    assert by_suffix(files, "wide.txt").decode("utf-16") == plain.decode().replace("\n", "\r\n")


@pytest.mark.parametrize("large", [1 << 24, 1])
@pytest.mark.parametrize("broken", [(engine.Learner, "feed"), (Rewriter, "rewrite"), (Residue, "check")])
def test_a_file_that_meets_a_bug_is_refused_alone(
    logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch, broken: tuple[type, str], large: int
) -> None:
    """Whole files and portions of large ones: a run every night should not end at the same file for ever."""
    monkeypatch.delenv("SCRUBBER_DEBUG")
    monkeypatch.setattr(portions, "LARGE", large)
    (logs / "a.log").write_bytes(FREE + b"a line like no other\n")
    real = getattr(*broken)

    def stumble(self: object, block: bytes, *more: object) -> object:
        if b"like no other" in block:
            raise KeyError(block)
        return real(self, block, *more)

    monkeypatch.setattr(*broken, stumble)
    run = clean(logs, rule_set)
    assert statuses(run) == ["refused", "released", "refused", "released", "released"]
    assert run.exit_code == 3
    assert run.files[0].reason.startswith("this is a bug: KeyError at test_pipeline.py:")
    assert "like no other" not in run.to_json()
    assert not [name for name, data in tree(logs.parent / "out").items() if b"is locked\na line" in data]


def test_names_are_scrubbed_too(logs: Path, rule_set: RuleSet) -> None:
    run = clean(logs, rule_set)
    assert not any("alicedoe" in name for name in tree(logs.parent / "out"))
    assert "alicedoe" not in run.to_json()
    assert sum(file.label.count("alicedoe") for file in run.files) == 2


def test_report(logs: Path, rule_set: RuleSet) -> None:
    run = clean(logs, rule_set)
    assert run.profile == "support"
    assert run.rules_digest == rule_set.digest
    assert [file.index for file in run.files] == [0, 1, 2, 3, 4]
    refused = run.files[2]
    assert refused.reason == "images are not supported yet (picture)"
    note = by_suffix(tree(logs.parent / "out"), ".removed.txt")
    assert (refused.output, refused.size_out, dict(refused.entities)) == ("picture.png.removed.txt", len(note), {})
    assert b"size: 8 bytes\nwhy: images are not supported" in note
    packed = run.files[1]
    assert packed.size_in == (logs / "full.1.gz").stat().st_size
    assert packed.size_out == len(by_suffix(tree(logs.parent / "out"), "full.1.gz"))
    assert sum(packed.entities.values()) == sum(packed.rules.values()) > 3


def test_the_same_key_gives_the_same_output(logs: Path, rule_set: RuleSet) -> None:
    first, second, other = (
        clean(logs, rule_set, output=name, key=key).to_json()
        for name, key in (
            ("one", KEY),
            ("two", Key(bytes(range(32)))),
            ("three", Key.fresh()),
        )
    )
    assert tree(logs.parent / "one") == tree(logs.parent / "two") != tree(logs.parent / "three")
    assert first == second
    assert json.loads(first)["totals"]["entities"] == json.loads(other)["totals"]["entities"]


def test_any_number_of_processes_gives_the_same_output(logs: Path, rule_set: RuleSet) -> None:
    # How many texts are dissected unasked is another number in tests, which other processes do not know.
    one = clean(logs, rule_set, output="one", options=Options(dissect=False))
    two = clean(logs, rule_set, output="two", options=Options(jobs=2, dissect=False))
    assert tree(logs.parent / "one") == tree(logs.parent / "two")
    assert one.to_json() == two.to_json()


def test_known_values(logs: Path, rule_set: RuleSet) -> None:
    clean(logs, rule_set, options=Options(known=(b"locked-by-carol",)))
    (logs / "b.log").write_bytes(b"state locked-by-carol now\n")
    clean(logs, rule_set, output="again", options=Options(known=(b"locked-by-carol",)))
    assert b"carol" not in by_suffix(tree(logs.parent / "again"), "b.log")


def test_per_file_scope(logs: Path, rule_set: RuleSet) -> None:
    (logs / "c.log").write_bytes(STRUCTURED)
    scoped = replace(rule_set, options=rule_set.options | {"per-file"})
    clean(logs, scoped)
    files = tree(logs.parent / "out")
    one, other = by_suffix(files, "c.log"), gzip.decompress(by_suffix(files, "full.1.gz"))
    line = STRUCTURED.split(b"\n").index(b"Call-ID: a84b4c76e66710@198.51.100.7")
    assert one.split(b"\n")[line] != other.split(b"\n")[line]
    assert not any(b"alicedoe" in data for data in files.values())


def test_dry_run_writes_nothing(logs: Path, rule_set: RuleSet) -> None:
    before = tree(logs.parent)
    run = pipeline.clean(storage.sources([logs]), None, rule_set, KEY, Options(), ignore)
    assert statuses(run) == ["verified", "verified", "refused", "verified", "verified"]
    assert all(not file.output for file in run.files)
    assert tree(logs.parent) == before
    assert dict(run.entities) == dict(clean(logs, rule_set).entities)


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_twice_the_size(logs: Path, rule_set: RuleSet, jobs: int) -> None:
    (logs / "picture.png").unlink()
    done: list[int] = []
    found = storage.sources([logs])
    pipeline.clean(found, None, rule_set, KEY, Options(jobs=jobs), done.append)
    assert sum(done) == 2 * sum(source.size for source in found)


def test_progress_goes_on_while_an_output_is_audited(
    tmp_path: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle is audited for as long as it is written."""
    shares: list[float] = []
    done: list[int] = []
    member = b"a line of a log\n" * 40_000
    (tmp_path / "bundle.tar").write_bytes(files({f"{number}.log": member for number in range(8)}))
    found = storage.sources([tmp_path / "bundle.tar"])
    size = 2 * found[0].size
    check = Residue.check

    def noted(self: Residue, block: bytes, fmt: Format) -> list[Finding]:
        shares.append(sum(done) / size)
        return check(self, block, fmt)

    monkeypatch.setattr(Residue, "check", noted)
    pipeline.clean(found, None, rule_set, KEY, Options(), done.append)
    assert shares == sorted(shares)
    assert 0.74 < shares[1] < 0.77
    assert 0.84 < shares[-1] < 0.88
    assert sum(done) == size


# --- one bad file


def test_residue_is_not_released(logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Residue, block: bytes, fmt: Format) -> list[Finding]:
        start = block.find(b"is locked\r")
        return [Finding(start, start + 2, Entity.NAME, "planted")] if start >= 0 else []

    monkeypatch.setattr(Residue, "check", check)
    run = clean(logs, rule_set)
    (bad,) = (file for file in run.files if file.status is Status.RESIDUE)
    assert bad.label.endswith("wide.txt")
    assert [(place.rule, place.line) for place in bad.places] == [("planted", 1)]
    place = f"line 1, offset {bad.places[0].offset}, entity name, rule planted"
    assert bad.reason == f"an original value is still in the output: {place}"
    entry = json.loads(run.to_json())["files"][bad.index]
    assert entry["places"] == [{"rule": "planted", "entity": "name", "offset": bad.places[0].offset, "line": 1}]
    assert len(tree(logs.parent / "out")) == 4
    assert run.exit_code == 10
    dry = pipeline.clean(storage.sources([logs]), None, rule_set, KEY, Options(), ignore)
    assert [file.status for file in dry.files].count(Status.RESIDUE) == 1


def test_residue_in_a_name_is_not_released(logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rewriter, "rewrite_name", lambda self, name: name)
    run = clean(logs, rule_set)
    (bad,) = (file for file in run.files if file.status is Status.RESIDUE)
    assert bad.reason.startswith("an original value is still in the file name: line 1, offset ")
    assert bad.places
    assert "alicedoe" not in run.to_json()
    assert not any("alicedoe" in name for name in tree(logs.parent / "out"))


def test_a_full_disk_refuses_the_file(logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    run = clean(logs, rule_set)
    assert {file.reason for file in run.files if not file.reason.startswith("images")} == {os.strerror(errno.ENOSPC)}
    assert not (logs.parent / "out").exists()


def test_a_file_that_vanishes_between_the_passes(
    logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = storage.sources([logs])

    def target_for(source: storage.Source, parts: tuple[str, ...]) -> Target:
        if source.parts[-1] == "a.log":
            source.path.unlink()
        return Target(logs.parent / "out" / "".join(parts), "".join(parts), source.content)

    run = pipeline.clean(found, target_for, rule_set, KEY, Options(), ignore)
    assert [file.reason for file in run.files if file.label.endswith("a.log")] == ["no such file"]
    assert len(tree(logs.parent / "out")) == 4


def test_a_target_may_refuse(logs: Path, rule_set: RuleSet) -> None:
    def target_for(source: storage.Source, parts: tuple[str, ...]) -> Target:
        raise InputError("the output exists already")

    run = pipeline.clean(storage.sources([logs]), target_for, rule_set, KEY, Options(), ignore)
    assert {file.reason for file in run.files if file.label.endswith("g")} >= {"the output exists already"}
    assert run.exit_code == 3


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_any_other_error_leaves_nothing_unfinished(
    logs: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def rewrite(self: Rewriter, block: bytes) -> NoReturn:
        raise error

    monkeypatch.setattr(Rewriter, "rewrite", rewrite)
    with pytest.raises(error):
        clean(logs, rule_set)
    assert not (logs.parent / "out").exists()


# --- check


def test_check(logs: Path, rule_set: RuleSet) -> None:
    before = tree(logs.parent)
    run = pipeline.check(storage.sources([logs]), rule_set, Options(), ignore)
    assert tree(logs.parent) == before
    packed = run.files[1]
    assert packed.status is Status.FOUND
    assert packed.places[0].line >= 1
    assert sum(packed.entities.values()) > 3
    assert run.files[2].status is Status.REFUSED
    assert run.exit_code == 10


def test_check_of_an_output_finds_nothing(logs: Path, rule_set: RuleSet) -> None:
    clean(logs, rule_set)
    run = pipeline.check(storage.sources([logs.parent / "out"]), rule_set, Options(), ignore)
    assert [(file.name, file.places) for file in run.files if file.status is not Status.CLEAN] == []


def test_check_with_processes(logs: Path, rule_set: RuleSet) -> None:
    found = storage.sources([logs])
    one, two = (pipeline.check(found, rule_set, Options(jobs=jobs), ignore).to_json() for jobs in (1, 2))
    assert one == two


def test_unknown_format_refuses(logs: Path, rule_set: RuleSet) -> None:
    run = pipeline.check(storage.sources([logs / "a.log"]), rule_set, Options(format="klingon"), ignore)
    assert run.files[0].reason.startswith("no such format")


def test_kept_entities_are_in_the_report(logs: Path, rule_set: RuleSet) -> None:
    kept = replace(rule_set, actions={**rule_set.actions, Entity.USER: Action.KEEP})
    assert "user" in pipeline.check([], kept, Options(), ignore).kept
