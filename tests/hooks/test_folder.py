from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from scrubber.hooks import folder
from scrubber.model import InputError

PATIENCE = 20.0


class Watch:
    """A watch in a thread that writes down what it was to clean."""

    def __init__(self, drop: Path, outbox: Path) -> None:
        self.cleaned: list[tuple[list[str], Path]] = []
        self.stop = Event()
        self.thread = Thread(target=folder.watch, args=(drop, outbox, self.clean, self.stop), daemon=True)
        self.thread.start()

    def clean(self, paths: Sequence[Path], place: Path) -> None:
        place.mkdir()
        self.cleaned.append((sorted(path.name for path in paths), place))

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE
        while not until():
            assert monotonic() < deadline
            sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "SETTLED", 0.2)
    monkeypatch.setattr(folder, "TICK", 0.1)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop", tmp_path / "outbox"


def test_what_is_there_and_what_comes(places: tuple[Path, Path]) -> None:
    drop, outbox = places
    (drop / "a.log").write_text("one", encoding="utf-8")
    watch = Watch(drop, outbox)
    watch.wait(lambda: len(watch.cleaned) == 1)
    (drop / "deep").mkdir()
    (drop / "deep" / "b.log").write_text("two", encoding="utf-8")
    (drop / ".hidden").write_text("half a copy", encoding="utf-8")
    watch.wait(lambda: len(watch.cleaned) == 2)
    (drop / "a.log").write_text("one, changed", encoding="utf-8")
    watch.wait(lambda: len(watch.cleaned) == 3)
    watch.end()
    assert [names for names, _ in watch.cleaned] == [["a.log"], ["b.log"], ["a.log"]]
    assert len({place for _, place in watch.cleaned}) == 3
    assert {place.parent for _, place in watch.cleaned} == {outbox}


def test_a_file_that_grows_waits(places: tuple[Path, Path]) -> None:
    drop, outbox = places
    path = drop / "a.log"
    path.write_text("", encoding="utf-8")
    watch = Watch(drop, outbox)
    for _ in range(12):
        with path.open("a", encoding="utf-8") as file:
            file.write("more\n")
        sleep(0.05)
    assert not watch.cleaned
    watch.wait(lambda: len(watch.cleaned) == 1)
    watch.end()


def test_a_new_watch_takes_only_what_is_new(places: tuple[Path, Path]) -> None:
    drop, outbox = places
    (drop / "marla.log").write_text("one", encoding="utf-8")
    first = Watch(drop, outbox)
    first.wait((outbox / folder.DONE).exists)
    first.end()
    (drop / "b.log").write_text("two", encoding="utf-8")
    second = Watch(drop, outbox)
    second.wait(lambda: bool(second.cleaned))
    second.end()
    assert [names for names, _ in second.cleaned] == [["b.log"]]
    assert "marla" not in (outbox / folder.DONE).read_text(encoding="ascii")


def run(drop: Path, outbox: Path) -> None:
    folder.watch(drop, outbox, lambda *_: None, Event())


def test_bad_places(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    drop, outbox = places
    with pytest.raises(InputError, match="no such folder"):
        run(drop / "missing", outbox)
    with pytest.raises(InputError, match="inside the drop folder"):
        run(drop, drop / "out")
    outbox.mkdir()
    (outbox / folder.DONE).write_text("rubbish", encoding="utf-8")
    with pytest.raises(InputError, match="remove it to take everything again"):
        run(drop, outbox)
    (outbox / folder.DONE).unlink()
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(InputError, match=r"voip-scrubber\[watch\]"):
        run(drop, outbox)


def test_the_unit_of_a_service(tmp_path: Path) -> None:
    text = folder.unit(tmp_path / "a b", tmp_path / "100% $out", ["--case", "x y"])
    [command] = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    assert command.endswith(f" -m scrubber hook watch --case 'x y' '{tmp_path}/a b' '{tmp_path}/100%% $$out'")
    path = folder.unit_path(tmp_path, tmp_path)
    assert path == folder.unit_path(Path(os.path.realpath(tmp_path)), tmp_path)
    assert path.suffix == ".service"
