"""Batches from and to a real server for S3: as it should be, and with the faults that stores have every night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scrubber.batch import objects
from scrubber.batch.objects import Store
from scrubber.batch.run import Ended
from scrubber.model import InputError
from scrubber.reports.report import Exit, Status
from tests.batch.server import BUCKET, LATE, Request, Server, serving

Go = Callable[..., Ended]
Driver: TypeAlias = Any  # s3fs has no types
ORIGINALS = (b"Quist", b"Marla", b"203.0.113.7")

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch, serving(patch) as server:
        yield server


@pytest.fixture
def driver(server: Server, source: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """The driver of a bucket that holds the logs."""
    monkeypatch.setattr(objects, "PAUSES", (0.0,) * len(objects.PAUSES))
    driver = pytest.importorskip("fsspec").filesystem("s3")
    driver.put(str(source), f"{BUCKET}/", recursive=True)
    yield driver
    objects.forget()
    driver.invalidate_cache()
    driver.rm(driver.find(BUCKET))


def stored(driver: Driver) -> dict[str, bytes]:
    """What stands at the destination, reports and records apart."""
    driver.invalidate_cache()
    root = BUCKET.removeprefix("s3://") + "/out/"
    names = (name.removeprefix(root) for name in driver.find(root))
    return {name: driver.cat_file(root + name) for name in names if not name.startswith((".scrubber/", "_reports/"))}


@pytest.fixture
def expected(source: Path, tmp_path: Path, go: Go) -> dict[str, bytes]:
    """What one process makes of the logs in a folder."""
    go(source, tmp_path / "expected")
    return {name: (tmp_path / "expected" / name).read_bytes() for name in ("named.log", "prose.log", "deep/plain.log")}


def test_from_and_to_it(driver: Driver, expected: dict[str, bytes], go: Go) -> None:
    ended = go(f"{BUCKET}/in", f"{BUCKET}/out", jobs=2)
    assert [file.reason for file in ended.run.files] == [""] * 3
    assert go(f"{BUCKET}/in", f"{BUCKET}/out").unchanged == 3
    assert stored(driver) == expected
    with pytest.raises(FileExistsError):
        Store(f"{BUCKET}/out").create("named.log", b"x")


def test_many_copies_and_a_process_that_is_killed(
    driver: Driver, copies: Path, tmp_path: Path, go: Go, killing: list[int]
) -> None:
    driver.put(str(copies), f"{BUCKET}/", recursive=True)
    assert go(f"{BUCKET}/copies", f"{BUCKET}/out", jobs=2).run.statuses == {Status.RELEASED: 24}
    assert len(killing) == 1
    go(copies, tmp_path / "out")
    assert stored(driver) == {path.name: (tmp_path / "out" / path.name).read_bytes() for path in copies.iterdir()}


@pytest.mark.parametrize("fault", ["503", "500", "lost", "cut"])
def test_faults_now_and_then(driver: Driver, server: Server, expected: dict[str, bytes], go: Go, fault: str) -> None:
    """Every seventh answer is one."""
    with server.failing(lambda request: fault if request.number % 7 == 3 else ""):
        ended = go(f"{BUCKET}/in", f"{BUCKET}/out")
    assert len(server.faults) > 5
    assert [file.reason for file in ended.run.files] == [""] * 3
    assert stored(driver) == expected
    assert not driver.exists(f"{BUCKET}/out/.scrubber/lock")


def test_answers_that_come_too_late(
    driver: Driver, server: Server, expected: dict[str, bytes], go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading of an object, and the first upload of its output: done, but long after the driver gave up."""
    config = pytest.importorskip("fsspec.config").conf
    monkeypatch.setitem(config, "s3", {"config_kwargs": {"read_timeout": LATE / 2}})
    late: set[str] = set()

    def plan(request: Request) -> str:
        first = request.method in ("GET", "PUT") and request.path.endswith("/named.log") and request.path not in late
        late.update({request.path} if first else ())
        return "late" if first else ""

    with server.failing(plan):
        assert go(f"{BUCKET}/in", f"{BUCKET}/out").run.statuses == {Status.RELEASED: 3}
    assert server.faults == ["late"] * 2
    assert stored(driver) == expected


def outcome(go: Go) -> str:
    """What a run that may fail as a whole says."""
    try:
        return str(int(go(f"{BUCKET}/in", f"{BUCKET}/out").run.exit_code))
    except (OSError, InputError) as error:
        return str(error)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8, 0.95])
def test_an_outage_at_any_moment(
    driver: Driver, server: Server, expected: dict[str, bytes], go: Go, share: float
) -> None:
    """From some request on nothing is answered any more; what was published by then is whole, and the rest follows."""
    with server.failing(lambda _: ""):
        go(f"{BUCKET}/in", f"{BUCKET}/out")
    requests = len(server.seen)
    driver.rm(f"{BUCKET}/out", recursive=True)
    objects.forget()
    with server.failing(lambda request: "503" if request.number >= share * requests else ""):
        told = outcome(go)
    assert not any(original.decode() in told for original in ORIGINALS)
    assert (told == "0") <= (stored(driver) == expected)
    assert stored(driver).items() <= expected.items()
    # Its owner is this process, which still lives.
    Store(f"{BUCKET}/out").remove(".scrubber/lock")
    objects.forget()
    assert go(f"{BUCKET}/in", f"{BUCKET}/out").run.exit_code == Exit.DONE
    assert stored(driver) == expected


@pytest.mark.parametrize("fault", ["404", "503"])
def test_an_object_that_cannot_be_read_again(
    driver: Driver, server: Server, expected: dict[str, bytes], go: Go, fault: str
) -> None:
    """It vanishes, or its part of the store fails, between the two passes."""
    reads = [0]

    def plan(request: Request) -> str:
        if request.method != "GET" or not request.path.endswith("/in/named.log"):
            return ""
        reads[0] += 1
        return fault if reads[0] > 1 else ""

    with server.failing(plan):
        ended = go(f"{BUCKET}/in", f"{BUCKET}/out")
    (refused,) = (file for file in ended.run.files if file.status is Status.REFUSED)
    assert refused.name.endswith("named.log")
    assert refused.reason.startswith("for now: ")
    there = stored(driver)
    assert {name for name in there if not name.endswith(".removed.txt")} == {"prose.log", "deep/plain.log"}
    assert not any(original in data for data in there.values() for original in ORIGINALS)
    assert go(f"{BUCKET}/in", f"{BUCKET}/out").run.exit_code == Exit.DONE
    assert stored(driver) == expected
