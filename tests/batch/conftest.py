from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from scrubber import settings
from scrubber.batch import objects, session
from scrubber.batch.run import Batch, Ended
from scrubber.batch.watch import Watch
from scrubber.pseudonyms.key import Key
from scrubber.worker import Options

KEY = Key(b"k" * 32)
NAMED = b'[2025-03-02 18:03:11.001] VERBOSE[4091][C-0000001a] pbx.c: Call from "Marla Quist" <sip:quist@203.0.113.7>\n'
PROSE = b"[2025-03-02 18:04:00.000] NOTICE[4091] app.c: then Quist hung up\n"
PLAIN = b"[2025-03-02 18:05:00.000] NOTICE[4091] app.c: nothing else\n"

Go = Callable[..., Ended]


@pytest.fixture
def key() -> Key:
    return KEY


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of logs: one names somebody, one speaks of her, one does not."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "named.log").write_bytes(NAMED)
    (folder / "prose.log").write_bytes(PROSE)
    (folder / "deep" / "plain.log").write_bytes(PLAIN)
    return folder


@pytest.fixture
def go() -> Go:
    """One run from a source to a home."""

    def run(source: str | Path, home: str | Path, *, retry: bool = False, force: bool = False, jobs: int = 1) -> Ended:
        batch = Batch(settings.rule_set(), KEY, Options(jobs=jobs), force=force)
        with session.opened(str(home), KEY, Watch()) as desk:
            return batch.run(session.inputs(str(source)), desk, retry=retry)

    return run


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """The store of fsspec in memory, empty, and no pauses."""
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setattr(objects, "PAUSES", (0.0, 0.0, 0.0))
    driver = fsspec.filesystem("memory")
    driver.store.clear()
    driver.pseudo_dirs[:] = [""]
    objects.forget()
    yield driver
    driver.store.clear()
    driver.pseudo_dirs[:] = [""]
    objects.forget()


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Logs of several systems, each under many names."""
    samples = Path(__file__).resolve().parent.parent.parent / "samples"
    folder = tmp_path / "copies"
    folder.mkdir()
    for number in range(8):
        for name in ("baresip.log", "linphone.log", "kamailio.log"):
            (folder / f"{number}-{name}").write_bytes((samples / name).read_bytes())
    return folder


@pytest.fixture
def killing() -> Iterator[list[int]]:
    """Kill one process of the next run, as soon as it has one; gives the ids of those that were killed."""
    before, over = set(multiprocessing.active_children()), Event()
    killed: list[int] = []

    def kill() -> None:
        while not killed and not over.wait(0.02):
            for process in multiprocessing.active_children():
                if process not in before and process.pid is not None and process.is_alive():
                    killed.append(process.pid)
                    process.kill()
                    return

    thread = Thread(target=kill)
    thread.start()
    yield killed
    over.set()
    thread.join()
