from __future__ import annotations

import gzip
import multiprocessing
import os
import random
import signal
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrubber import engine, pipeline, portions, storage
from scrubber.audit import rereading
from scrubber.audit.residue import Residue
from scrubber.destination import Destination
from scrubber.engines.crew import Here
from scrubber.learn import PLAIN
from scrubber.model import Entity, Finding, Format
from scrubber.portions import Portion, Portioned, is_large
from scrubber.reports.report import PLACES, RunReport, Status, ignore
from scrubber.textfile import TextFile
from scrubber.worker import Options, Worker
from tests.passes import KEY, rule_set

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in {".log", ".txt"})


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, portions and large files of a few lines, here and in processes that inherit nothing of it."""
    monkeypatch.setattr(portions, "LARGE", 1 << 10)
    monkeypatch.setattr(portions, "LARGE_PACKED", 1 << 8)
    monkeypatch.setattr(portions, "PORTION", 1 << 12)
    monkeypatch.setattr(portions, "LAST", 1 << 13)
    monkeypatch.setattr(engine, "BLOCK", 1 << 11)


def cleaned(path: Path, out: Path, jobs: int) -> tuple[RunReport, bytes]:
    found = storage.sources([path])
    destination = Destination(str(out), [path], found, force=True)
    try:
        run = pipeline.clean(
            found, destination.target, rule_set(), KEY, Options(jobs=jobs, dissect=False, sights=True), ignore
        )
    finally:
        destination.tidy()
    return run, b"".join(file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file())


def undivided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "LARGE", 1 << 60)
    monkeypatch.setattr(portions, "LARGE_PACKED", 1 << 60)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.name))
def test_portions_change_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    real = portions.rewrite

    def rewrite(worker: Worker, portion: Portion, fault: str) -> portions.Rewritten:
        taken.append(1)
        return real(worker, portion, fault)

    monkeypatch.setattr(portions, "rewrite", rewrite)
    divided, text = cleaned(path, tmp_path / "a", 1)
    undivided(monkeypatch)
    whole, same = cleaned(path, tmp_path / "b", 1)
    assert text == same
    for file, other in zip(divided.files, whole.files, strict=True):
        assert (file.status, file.places, file.audits) == (other.status, other.places, other.audits)
        assert (file.certificate, file.sights) == (other.certificate, other.sights)
    assert taken or path.stat().st_size < 1 << 10 or divided.files[0].format in NO_LOGS


NO_LOGS = {"tshark-text", "packets", "json", "csv", "xml", "ini", "sql", "yaml"}


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_gives_the_same(tmp_path: Path, jobs: int) -> None:
    path = tmp_path / "logs"
    path.mkdir()
    (path / "full.log").write_bytes(b"".join(sample.read_bytes() for sample in SAMPLES[:3]) * 2)
    one, text = cleaned(path, tmp_path / "one", 1)
    many, same = cleaned(path, tmp_path / "many", jobs)
    assert text == same
    assert one.to_json() == many.to_json()
    assert one.files[0].status is Status.RELEASED


def test_the_first_process_makes_nothing_that_others_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many identities, matcher and audit take a second during which nobody else has anything to do."""
    path = tmp_path / "full.log"
    path.write_bytes(b"".join(sample.read_bytes() for sample in SAMPLES[:3]))
    _, expected = cleaned(path, tmp_path / "one", 1)

    def made(_: object) -> NoReturn:
        raise AssertionError

    for thing in ("engine", "written", "residue", "rereading"):
        monkeypatch.setattr(Worker, thing, property(made))
    assert cleaned(path, tmp_path / "two", 2)[1] == expected


def test_a_compressed_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "full.log.gz"
    path.write_bytes(gzip.compress(SAMPLES[0].read_bytes() * 3))
    _, text = cleaned(path, tmp_path / "a", 2)
    undivided(monkeypatch)
    assert cleaned(path, tmp_path / "b", 1)[1] == text


@given(st.lists(st.integers(1, 1 << 11), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_blocks_are_portions_of_their_own(sizes: list[int]) -> None:
    """So that nobody waits long at the end for who reads the last portion; any other is full."""
    blocks = [bytes(size) for size in sizes]
    cut = list(CUT(Portioned(TextFile(PLAIN), Here(Worker(rule_set(), Options(), KEY))), iter(blocks)))
    assert [block for portion in cut for block in portion.blocks] == blocks
    lengths = [sum(map(len, portion.blocks)) for portion in cut]
    assert [portion.before for portion in cut] == list(accumulate(lengths, initial=0))[:-1]
    several = [number for number, portion in enumerate(cut) if len(portion.blocks) > 1]
    full = cut[: max(several, default=-1) + 1]
    for portion, size in zip(full, lengths, strict=False):
        assert size >= portions.PORTION > size - len(portion.blocks[-1])
    rest = sum(lengths[len(full) :])
    assert rest < portions.LAST + portions.PORTION
    assert rest > portions.LAST - engine.BLOCK or not full


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_work_gives_the_same(data: st.DataObject) -> None:
    """Portions of any length, learned from and rewritten in any order by workers that know nothing of each other."""
    path = data.draw(st.sampled_from(SAMPLES))
    text = path.read_bytes()
    rng = random.Random(data.draw(st.integers(0, 99)))
    worker = Worker(rule_set(), Options(), KEY)
    kind, _ = worker.opened(storage.sources([path])[0].inspect(), "")
    if kind.name in NO_LOGS or not isinstance(kind, TextFile):
        return
    blocks = list(engine.records(iter((text,)), kind.format))
    marks = sorted({0, len(blocks), *(rng.randrange(len(blocks) + 1) for _ in range(rng.randrange(9)))})
    starts = list(accumulate(map(len, blocks), initial=0))
    cut = [Portion(kind.name, b"", tuple(blocks[a:b]), starts[a]) for a, b in pairwise(marks)]
    order = rng.sample(range(len(cut)), len(cut))
    for number in order:
        worker.lexicon.merge(portions.learn(worker, cut[number], ""))
    learner = engine.Learner(rule_set())
    kind.learn(iter((text,)), learner)
    assert worker.lexicon.values == learner.lexicon.values
    expected = b"".join(kind.rewrite(iter((text,)), worker.engine.rewriter(kind.format)))
    done = {number: portions.rewrite(worker, cut[number], "").text for number in order}
    assert b"".join(done[number] for number in range(len(cut))) == expected


@pytest.mark.parametrize("path", SAMPLES[:4], ids=lambda path: str(path.name))
def test_the_second_reading_of_portions_is_that_of_the_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that was not rewritten at all, and no other audit; only the beginnings of most blocks are read."""
    monkeypatch.setattr(Residue, "check", lambda *_: [])
    monkeypatch.setattr(rereading, "WHOLE", 5000)
    monkeypatch.setattr(rereading, "EACH", 700)
    worker = Worker(rule_set(), Options(), KEY)
    kind, chunks = worker.opened(storage.sources([path])[0].inspect(), "")
    assert isinstance(kind, TextFile)
    learner = engine.Learner(rule_set())
    kind.learn(chunks, learner)
    worker.lexicon.merge(learner.lexicon)
    text = path.read_bytes()
    expected = list(worker.rereading.left(kind, iter((text,))))
    reading = Portioned(kind, Here(worker))
    assert list(reading.residues(iter((text,)), worker.residue.check)) == []
    assert expected
    assert reading.in_place == expected[:PLACES]


def test_what_a_second_reading_finds_is_not_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Residue, "check", lambda *_: [])
    monkeypatch.setattr("scrubber.readings.rewrite.Rewrite.value", lambda self, entity, text, rule: text)
    run, nothing = cleaned(SAMPLES[0], tmp_path / "out", 1)
    assert (run.files[0].status, nothing) == (Status.RESIDUE, b"")
    assert run.files[0].places[0].rule.startswith(f"{rereading.RULE}:")


def test_a_residue_is_placed_in_the_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"".join(b"line %d is fine\n" % number for number in range(700)).replace(b" 500 is fine", b" 500 is odd!")
    path = tmp_path / "full.log"
    path.write_bytes(text)

    def check(self: Residue, block: bytes, fmt: Format) -> list[Finding]:
        start = block.find(b"odd!")
        return [Finding(start, start + 4, Entity.NAME, "planted")] if start >= 0 else []

    monkeypatch.setattr(Residue, "check", check)
    run, nothing = cleaned(path, tmp_path / "out", 1)
    (place,) = run.files[0].places
    assert (place.line, place.offset) == (501, text.index(b"odd!"))
    assert (run.files[0].status, nothing) == (Status.RESIDUE, b"")


def test_progress_is_told_in_bytes_as_stored(tmp_path: Path) -> None:
    path = tmp_path / "full.log"
    path.write_bytes(SAMPLES[0].read_bytes() * 2)
    found = storage.sources([path])
    destination = Destination(str(tmp_path / "out"), [path], found, force=False)
    for jobs, target_for in ((1, destination.target), (1, None), (2, None)):
        done: list[int] = []
        pipeline.clean(found, target_for, rule_set(), KEY, Options(jobs=jobs), done.append)
        assert sum(done) == 2 * path.stat().st_size


class Killer:
    """A step that kills its process the first times that it meets a certain line."""

    def __init__(self, folder: Path, times: int, spared: int) -> None:
        self.folder, self.times, self.spared = folder, times, spared

    def __call__(self, worker: Worker, portion: Portion, fault: str) -> portions.Rewritten:
        killed = len(list(self.folder.glob("killed-*")))
        deadly = any(b"deadly" in block for block in portion.blocks)
        if deadly and not fault and killed < self.times and os.getpid() != self.spared:
            (self.folder / f"killed-{killed}").touch()
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        return REWRITE(worker, portion, fault)


REWRITE = portions.rewrite


@pytest.mark.parametrize("times", [1, 2])
def test_a_killed_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    text = SAMPLES[0].read_bytes()
    (folder / "full.log").write_bytes(text + b"a deadly line\n" + text[:9000])
    (folder / "other.log").write_bytes(text[:5000])
    _, expected = cleaned(folder, tmp_path / "right", 1)
    monkeypatch.setattr(portions, "rewrite", Killer(tmp_path, times, os.getpid()))
    run, found = cleaned(folder, tmp_path / "out", 2)
    assert len(list(tmp_path.glob("killed-*"))) == times
    if times == 1:
        assert found == expected
        return
    assert [(file.status, file.reason) for file in run.files if file.status is not Status.RELEASED] == [
        (Status.REFUSED, "its process died")
    ]
    assert found
    assert found in expected


def test_what_fails_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "logs"
    path.mkdir()
    (path / "full.log").write_bytes(SAMPLES[0].read_bytes() * 3)
    passes: list[int] = []

    def cut(kind: portions.Portioned, blocks: Iterator[bytes]) -> Iterator[Portion]:
        passes.append(1)
        for number, portion in enumerate(CUT(kind, blocks)):
            if (len(passes), number) == (2, 2):
                raise FileNotFoundError
            yield portion

    monkeypatch.setattr(portions.Portioned, "_cut", cut)
    before = set(multiprocessing.active_children())
    run, nothing = cleaned(path, tmp_path / "out", 2)
    assert ([file.reason for file in run.files], nothing) == (["no such file"], b"")
    assert set(multiprocessing.active_children()) == before


CUT = portions.Portioned._cut


def test_names_say_what_is_compressed() -> None:
    def source(name: str, size: int) -> storage.Source:
        return storage.Source(Path(name), name, (name,), size)

    sizes = (1 << 7, 1 << 8, 1 << 10)
    assert [is_large(source("a.log", size)) for size in sizes] == [False, False, True]
    assert [is_large(source("a.log.gz", size)) for size in sizes] == [False, True, True]
