from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scrubber.api import Scrubber
from scrubber.batch import inputs, session
from scrubber.batch.run import Batch, Ended, State
from scrubber.batch.watch import Watch
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Exit, Status
from scrubber.settings import rule_set
from scrubber.shelf import Shelf
from scrubber.textfile import TextFile
from scrubber.worker import Options
from tests.batch.conftest import KEY, PROSE
from tests.bundle.making import PICTURE, files

Go = Callable[..., Ended]
Store: TypeAlias = Any  # fsspec has no types
Anything: TypeAlias = Any
NAMING = (
    b'[2025-03-02 18:03:11.001] VERBOSE[4091][C-0000001a] pbx.c: Call from "Ilse Brandt" <sip:brandt@203.0.113.9>\n'
)
OLD = 1_700_000_000


def aged(folder: Path) -> None:
    """Nothing here was written just now."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (OLD, OLD))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "_reports" not in path.parts
    }


def worked(ended: Ended) -> list[str]:
    return sorted(file.name for file in ended.run.files)


def no_reading(*_: object) -> None:
    raise AssertionError("read")


def test_outputs_are_those_of_clean(source: Path, tmp_path: Path, go: Go, key: Key) -> None:
    ended = go(source, tmp_path / "out")
    assert ended.run.statuses == {Status.RELEASED: 3}
    Scrubber(key=key).clean(source, tmp_path / "clean")
    assert tree(tmp_path / "out") == tree(tmp_path / "clean")
    assert b"Quist" not in b"".join(tree(tmp_path / "out").values())


def test_a_second_run_reads_nothing(source: Path, tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    aged(source)
    go(source, tmp_path / "out")
    monkeypatch.setattr(inputs.LocalFile, "read", no_reading)
    ended = go(source, tmp_path / "out")
    assert (worked(ended), ended.unchanged) == ([], 3)


def test_only_what_is_new_is_done(source: Path, tmp_path: Path, go: Go) -> None:
    go(source, tmp_path / "out")
    (source / "late.log").write_bytes(b"[2025-03-02 18:05:00.000] NOTICE[4091] app.c: nothing here either\n")
    ended = go(source, tmp_path / "out")
    assert (worked(ended), ended.unchanged) == (["in/late.log"], 3)


def test_what_was_only_touched_is_not_done_again(source: Path, tmp_path: Path, go: Go) -> None:
    aged(source)
    go(source, tmp_path / "out")
    os.utime(source / "named.log", (OLD + 9, OLD + 9))
    assert worked(go(source, tmp_path / "out")) == []
    assert go(source, tmp_path / "out").unchanged == 3


def test_what_changed_is_done_again(source: Path, tmp_path: Path, go: Go) -> None:
    go(source, tmp_path / "out")
    with (source / "named.log").open("ab") as file:
        file.write(b"[2025-03-02 18:05:01.000] NOTICE[4091] app.c: one line more\n")
    assert worked(go(source, tmp_path / "out")) == ["in/named.log"]
    assert (tmp_path / "out" / "named.log").read_bytes().endswith(b"one line more\n")


def test_a_name_learned_later_is_found_in_what_was_done_before(source: Path, tmp_path: Path, go: Go, key: Key) -> None:
    with (source / "prose.log").open("ab") as file:
        file.write(b"[2025-03-02 18:05:02.000] NOTICE[4091] app.c: and Brandt came\n")
    go(source, tmp_path / "out")
    assert b"Brandt" in (tmp_path / "out" / "prose.log").read_bytes()
    (source / "other.log").write_bytes(NAMING)
    assert worked(go(source, tmp_path / "out")) == ["in/other.log", "in/prose.log"]
    Scrubber(key=key).clean(source, tmp_path / "clean")
    assert tree(tmp_path / "out") == tree(tmp_path / "clean")
    assert worked(go(source, tmp_path / "out")) == []


def test_an_output_whose_name_changes_leaves_no_other_behind(source: Path, tmp_path: Path, go: Go) -> None:
    (source / "brandt.log").write_bytes(b"[2025-03-02 18:05:02.000] NOTICE[4091] app.c: nothing\n")
    go(source, tmp_path / "out")
    assert (tmp_path / "out" / "brandt.log").exists()
    (source / "other.log").write_bytes(NAMING)
    go(source, tmp_path / "out")
    assert len(tree(tmp_path / "out")) == 5
    assert not (tmp_path / "out" / "brandt.log").exists()


def test_other_rules_do_everything_again(source: Path, tmp_path: Path, go: Go, key: Key) -> None:
    go(source, tmp_path / "out")
    batch = Batch(rule_set("strict"), key, Options())
    with session.looked(str(tmp_path / "out"), key) as records:
        assert batch.states(session.inputs(str(source)), records) == [State.CHANGED] * 3


def test_what_is_refused_is_tried_again_only_when_asked_for(source: Path, tmp_path: Path, go: Go) -> None:
    (source / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    aged(source)
    first = go(source, tmp_path / "out")
    assert first.run.exit_code == Exit.REFUSED
    second = go(source, tmp_path / "out")
    assert (worked(second), second.unchanged) == ([], 3)
    ((label, outcome, reason),) = second.failed
    assert (label, outcome) == (str(source / "picture.png"), Status.REFUSED)
    assert reason
    assert worked(go(source, tmp_path / "out", retry=True)) == ["in/picture.png"]
    assert (tmp_path / "out" / "picture.png.removed.txt").exists()


def test_an_archive_without_some_of_its_members_is_told_of_each_time(
    source: Path, tmp_path: Path, go: Go, key: Key
) -> None:
    """It is an output like any other: what is learned later is found in it, too."""
    late = PROSE + b"[2025-03-02 18:05:02.000] NOTICE[4091] app.c: and Brandt came\n"
    (source / "bundle.tar").write_bytes(files({"prose.log": late, "picture.png": PICTURE}))
    aged(source)
    first = go(source, tmp_path / "out")
    assert (first.run.exit_code, first.failed) == (Exit.REFUSED, ())
    told = ((str(source / "bundle.tar"), Status.RELEASED, "without 1 of its members"),)
    second = go(source, tmp_path / "out")
    assert (worked(second), second.unchanged, second.failed) == ([], 3, told)
    (source / "other.log").write_bytes(NAMING)
    aged(source)
    assert worked(go(source, tmp_path / "out")) == ["in/bundle.tar", "in/other.log"]
    Scrubber(key=key).clean(source, tmp_path / "clean")
    assert tree(tmp_path / "out") == tree(tmp_path / "clean")
    assert worked(go(source, tmp_path / "out", retry=True)) == ["in/bundle.tar"]


def test_what_comes_between_the_passes_is_not_rewritten(
    source: Path, tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = inputs.LocalFile.read
    times = {"named.log": 0}

    def read(self: inputs.LocalFile, size: int | None) -> Iterator[bytes]:
        path = Path(self.path)
        if path.name in times:
            times[path.name] += 1
            if times[path.name] == 6:
                path.write_bytes(NAMING)
        return whole(self, size)

    monkeypatch.setattr(inputs.LocalFile, "read", read)
    for number in range(2, 9):
        times["named.log"] = 6 - number
        ended = go(source, tmp_path / f"out{number}")
        (source / "named.log").write_bytes(NAMING.replace(b"Ilse", b"Elsa"))
        assert ended.run.statuses[Status.RESIDUE] == 0
        for file in ended.run.files:
            assert file.status is Status.RELEASED or file.reason == inputs.CHANGED
        data = b"".join(tree(tmp_path / f"out{number}").values())
        assert not any(word in data for word in (b"Brandt", b"Ilse", b"Elsa", b"203.0.113.9"))


def test_what_vanishes_is_told(source: Path, tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    found = session.inputs

    def vanishing(location: str) -> Shelf[inputs.Input]:
        known = found(location)
        (source / "prose.log").unlink(missing_ok=True)
        return known

    monkeypatch.setattr(session, "inputs", vanishing)
    ended = go(source, tmp_path / "out")
    assert [file.reason for file in ended.run.files if file.status is Status.REFUSED] == ["for now: no longer there"]
    assert go(source, tmp_path / "out").run.exit_code == Exit.DONE


def test_somebody_elses_file_stays(source: Path, tmp_path: Path, go: Go) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "named.log").write_bytes(b"mine")
    ended = go(source, tmp_path / "out")
    assert ended.run.statuses == {Status.RELEASED: 2, Status.REFUSED: 1}
    assert (tmp_path / "out" / "named.log").read_bytes() == b"mine"
    assert go(source, tmp_path / "out", retry=True, force=True).run.exit_code == Exit.DONE
    assert (tmp_path / "out" / "named.log").read_bytes() != b"mine"


def test_a_run_that_was_killed_goes_on(source: Path, tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the second output is lost, the output is not."""
    recorded: list[object] = []
    record = Batch._record

    def dying(self: Batch, *args: Anything, **more: Anything) -> None:
        if recorded:
            raise KeyboardInterrupt
        recorded.append(args)
        record(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "_record", dying)
        with pytest.raises(KeyboardInterrupt):
            go(source, tmp_path / "out")
    assert sorted(tree(tmp_path / "out")) == ["named.log", "prose.log"]
    ended = go(source, tmp_path / "out")
    assert (len(ended.run.files), ended.unchanged, ended.run.exit_code) == (2, 1, Exit.DONE)
    assert len(tree(tmp_path / "out")) == 3


def test_a_full_disk_leaves_nothing_and_the_next_run_completes(
    source: Path, tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scrubber.outputs import Sink

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Sink, "write", full)
        with pytest.raises(OSError, match="No space"):
            go(source, tmp_path / "out")
    assert tree(tmp_path / "out") == {}
    assert go(source, tmp_path / "out").run.statuses == {Status.RELEASED: 3}


def test_names_that_differ_in_case_alone_or_are_no_text(tmp_path: Path, go: Go) -> None:
    source = tmp_path / "in"
    source.mkdir()
    names = [b"full.log", b"FULL.log", b"caf\xe9.log"]
    for name in names:
        try:
            Path(os.fsdecode(bytes(source) + b"/" + name)).write_bytes(b"line of " + name.hex().encode() + b"\n")
        except OSError:
            pytest.skip("the file system takes no such names")
    if len(list(source.iterdir())) < 3:
        pytest.skip("the file system takes these names for equal")
    first = go(source, tmp_path / "out")
    outputs = tree(tmp_path / "out")
    assert first.run.statuses == {Status.RELEASED: 3}
    assert len({name.casefold() for name in outputs}) == 3
    (source / "FULL.log").write_bytes(b"another line\n")
    go(source, tmp_path / "out")
    assert set(tree(tmp_path / "out")) == set(outputs)


def test_the_state_tells_nothing(source: Path, tmp_path: Path, go: Go) -> None:
    (source / "Quist.log").write_bytes(b"[2025-03-02 18:05:00.000] NOTICE[4091] app.c: nothing\n")
    go(source, tmp_path / "out")
    private = tmp_path / ".out.scrubber"
    data = b"".join(path.read_bytes() for path in private.rglob("*") if path.is_file())
    assert not any(word in data for word in (b"Quist", b"quist", b"Marla", b"203.0.113.7"))
    assert private.stat().st_mode & 0o077 == 0


def test_a_killed_process_changes_nothing(copies: Path, tmp_path: Path, go: Go, killing: list[int]) -> None:
    ended = go(copies, tmp_path / "out", jobs=2)
    assert len(killing) == 1
    assert ended.run.statuses == {Status.RELEASED: 24}
    Scrubber(key=KEY).clean(copies, tmp_path / "one")
    assert tree(tmp_path / "out") == tree(tmp_path / "one")


def test_several_processes_do_the_same(source: Path, tmp_path: Path, go: Go) -> None:
    go(source, tmp_path / "one")
    go(source, tmp_path / "two", jobs=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.usefixtures("memory")
def test_a_store_that_fails_now_and_then(
    source: Path, tmp_path: Path, go: Go, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in tree(source).items():
        memory.pipe_file(f"/in/{name}", data)
    calls = [0]

    def flaky(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Anything, **settings: Anything) -> Anything:
            calls[0] += 1
            if calls[0] % 7 == 0:
                raise TimeoutError("503")
            return method(*args, **settings)

        return call

    for name in ("put_file", "pipe_file", "cat_file", "info", "open", "find", "rm_file"):
        monkeypatch.setattr(memory, name, flaky(getattr(memory, name)))
    ended = go("memory://in", "memory://out")
    assert ended.run.statuses == {Status.RELEASED: 3}
    go(source, tmp_path / "out")
    monkeypatch.undo()
    for name, data in tree(tmp_path / "out").items():
        assert memory.cat_file(f"/out/{name}") == data
    assert not memory.exists("/out/.scrubber/lock")


def test_a_store_that_fails_for_good_is_tried_again_by_the_next_run(
    source: Path, go: Go, memory: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = memory.put_file

    def down(local: str, path: str, **settings: Anything) -> None:
        if path.endswith("named.log"):
            raise ConnectionError("500")
        put(local, path, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(memory, "put_file", down)
        ended = go(source, "memory://out")
    assert ended.run.statuses == {Status.RELEASED: 2, Status.REFUSED: 1}
    assert not memory.exists("/out/named.log")
    ended = go(source, "memory://out")
    assert (worked(ended), ended.run.exit_code) == (["in/named.log"], Exit.DONE)


def _goes(source: Path, home: Path, *, profile: str = "support", known: tuple[bytes, ...] = ()) -> Ended:
    batch = Batch(rule_set(profile), KEY, Options(known=known))
    with session.opened(str(home), KEY, Watch()) as desk:
        return batch.run(session.inputs(str(source)), desk)


def test_a_list_of_known_values_reaches_what_was_done_before(source: Path, tmp_path: Path) -> None:
    (source / "prose.log").write_bytes(PROSE.replace(b"Quist", b"Zandvoort"))
    aged(source)
    _goes(source, tmp_path / "out")
    assert b"Zandvoort" in (tmp_path / "out" / "prose.log").read_bytes()
    ended = _goes(source, tmp_path / "out", known=(b"Zandvoort",))
    assert (worked(ended), ended.unchanged) == (["in/prose.log"], 2)
    assert b"Zandvoort" not in (tmp_path / "out" / "prose.log").read_bytes()
    assert worked(_goes(source, tmp_path / "out", known=(b"Zandvoort",))) == []


@pytest.mark.parametrize("broken", ["learn", "residues", "inspect"])
def test_what_other_rules_made_does_not_stay_when_these_refuse(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The rules may have been changed because of what stands there."""
    _goes(source, tmp_path / "out")

    def refuse(*_: object) -> None:
        raise InputError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(inputs.Input if broken == "inspect" else TextFile, broken, refuse)
        assert _goes(source, tmp_path / "out").run.exit_code == Exit.DONE
        assert len(tree(tmp_path / "out")) == 3
        ended = _goes(source, tmp_path / "out", profile="strict")
    assert ended.run.statuses == {Status.REFUSED: 3}
    assert not [name for name in tree(tmp_path / "out") if not name.endswith(".removed.txt")]


def test_a_fault_that_may_pass_removes_nothing_yet(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _goes(source, tmp_path / "out")
    before = tree(tmp_path / "out")

    def refuse(*_: object) -> None:
        raise InputError(inputs.CHANGED)

    with monkeypatch.context() as patch:
        patch.setattr(inputs.Input, "inspect", refuse)
        assert _goes(source, tmp_path / "out", profile="strict").run.statuses == {Status.REFUSED: 3}
    assert tree(tmp_path / "out") == before
    with monkeypatch.context() as patch:
        patch.setattr(TextFile, "residues", lambda *_: (_ for _ in ()).throw(InputError("broken")))
        _goes(source, tmp_path / "out", profile="strict")
    assert tree(tmp_path / "out") == {}
