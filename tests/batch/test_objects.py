from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scrubber.batch import objects
from scrubber.batch.inputs import CHANGED
from scrubber.batch.objects import Store, patiently
from scrubber.content import CHUNK
from scrubber.model import InputError

Driver: TypeAlias = Any  # fsspec has no types


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"scrubbed")
    return path


def test_an_upload(memory: Driver, file: Path) -> None:
    store = Store("memory://out/")
    assert not store.exists("a/b")
    store.publish(file, "a/b")
    assert memory.cat_file("/out/a/b") == b"scrubbed"
    assert store.exists("a/b")
    store.remove("a/b")
    store.remove("a/b")
    assert not store.exists("a/b")


def test_an_upload_that_arrives_in_part_is_done_again(
    memory: Driver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, times = memory.put_file, [0]

    def part(local: str, path: str) -> None:
        times[0] += 1
        if times[0] == 1:
            memory.pipe_file(path, b"scru")
        else:
            put(local, path)

    monkeypatch.setattr(memory, "put_file", part)
    Store("memory://out").publish(file, "a")
    assert memory.cat_file("/out/a") == b"scrubbed"


def test_where_halves_could_be_seen_a_rename_comes_last(
    memory: Driver, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_WHOLE", frozenset())
    moved: list[tuple[str, str]] = []
    move = memory.mv

    def renamed(old: str, new: str) -> None:
        moved.append((old, new))
        move(old, new)

    monkeypatch.setattr(memory, "mv", renamed)
    Store("memory://out").publish(file, "a/b")
    ((old, new),) = moved
    assert old.startswith("/out/.scrubber/")
    assert new == "/out/a/b"
    assert memory.find("/out") == ["/out/a/b"]


@pytest.mark.usefixtures("memory")
def test_a_name_that_is_no_text(file: Path) -> None:
    with pytest.raises(OSError, match="not text"):
        Store("memory://out").publish(file, "caf\udce9")


@pytest.mark.usefixtures("memory")
def test_small_objects() -> None:
    store = Store("memory://out")
    assert store.fetch("x") is None
    store.create("x", b"1")
    with pytest.raises(FileExistsError):
        store.create("x", b"2")
    store.replace("x", b"3")
    assert store.fetch("x") == b"3"


def test_inputs_in_the_order_of_a_walk(memory: Driver) -> None:
    for name in ("z", "b/c", "a", "b/a/x"):
        memory.pipe_file(f"/bucket/in/{name}", b"x\n")
    known = objects.inputs("memory://bucket/in")
    assert [each.path for each in known] == ["a", "z", "b/c", "b/a/x"]
    assert known[0].label == "memory://bucket/in/a"
    assert known[0].parts == ("in", "a")
    assert [each.path for each in objects.inputs("memory://bucket/in/**/[ac]")] == ["a", "b/c"]
    assert [each.parts for each in objects.inputs("memory://bucket/in/a")] == [("a",)]
    with pytest.raises(InputError):
        objects.inputs("memory://bucket/none")


def test_for_its_beginning_no_object_is_copied(memory: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe_file("/in/big.pcap", b"\xd4\xc3\xb2\xa1" + bytes(3 * CHUNK))
    (each,) = objects.inputs("memory://in")
    with monkeypatch.context() as patch:
        patch.setattr(objects, "_copied", lambda _: pytest.fail("copied"))
        assert each.look().content.capture == "pcap"
        assert sum(map(len, each.origin.begin())) == CHUNK
    copied = b"".join(each.origin.read(None))
    monkeypatch.setattr(memory, "cat_file", lambda *_, **__: pytest.fail("asked for"))
    assert b"".join(each.origin.begin()) == copied
    objects.forget()


def test_a_changed_object_is_another_state(memory: Driver) -> None:
    memory.pipe_file("/in/a", b"one\n")
    before = objects.inputs("memory://in/a")[0]
    memory.pipe_file("/in/a", b"two\n")
    after = objects.inputs("memory://in/a")[0]
    assert before.origin != after.origin
    learned = before.inspect()
    assert b"".join(learned.chunks()) == b"two\n"
    memory.pipe_file("/in/a", b"six\n")
    objects.forget()
    with pytest.raises(InputError, match=CHANGED):
        list(learned.chunks())


@pytest.mark.parametrize(
    ("info", "changed"),
    [
        ({"LastModified": datetime(1970, 1, 1, 0, 1, tzinfo=UTC)}, 60.0),
        ({"mtime": 60}, 60.0),
        ({"updated": "1970-01-01T00:01:00+00:00"}, 60.0),
        ({"updated": "yesterday"}, None),
        ({}, None),
    ],
)
def test_times_as_stores_tell_them(info: dict[str, object], changed: float | None) -> None:
    assert objects._changed(info) == changed


def test_a_store_that_does_not_tell_states(memory: Driver) -> None:
    each = objects._input(Store("memory://in"), "/in//a", ("in", "", "a"), {"size": 1})
    assert (each.tag, each.fault) == ("", "a component of the name is empty")
    assert memory is not None


def test_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(objects, "sleep", pauses.append)
    left = [ConnectionError(), TimeoutError(), OSError(5, "x")]

    def step() -> str:
        if left:
            raise left.pop()
        return "done"

    assert patiently(step) == "done"
    assert [pause <= most for pause, most in zip(pauses, objects.PAUSES, strict=False)] == [True] * 3
    assert pauses[2] > pauses[0]


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "PAUSES", (0.0,) * 3)
    times = [0]

    def step() -> None:
        times[0] += 1
        raise ConnectionResetError("with words of the store")

    with pytest.raises(OSError, match=r"the store failed: ConnectionResetError$"):
        patiently(step)
    assert times == [4]


def test_what_no_patience_mends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "sleep", lambda _: pytest.fail("waited"))

    def step() -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        patiently(step)
