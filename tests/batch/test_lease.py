from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any, TypeAlias

import pytest

from scrubber.batch import lease
from scrubber.batch.lease import PLACE, Lease, leased
from scrubber.batch.objects import Store
from scrubber.model import InputError

Driver: TypeAlias = Any  # fsspec has no types
STORE = Store("memory://out")
PATH = f"/out/{PLACE}"


def content(driver: Driver, **other: object) -> None:
    known = json.loads(lease._content("theirs"))
    driver.pipe_file(PATH, json.dumps(known | other).encode())


def gone() -> int:
    """The number of a process that is over."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_one_at_a_time(memory: Driver) -> None:
    with leased(STORE):
        assert memory.exists(PATH)
        with pytest.raises(InputError, match="another run is at work"), leased(STORE):
            pass
    assert not memory.exists(PATH)


def test_the_lock_of_a_killed_process_of_this_machine(memory: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    if not lease._machine():
        monkeypatch.setattr(lease, "_machine", lambda: "this")
    content(memory, process=gone())
    with leased(STORE) as held:
        held.check()
        assert json.loads(memory.cat_file(PATH))["token"] != "theirs"


def test_the_lock_of_another_machine(memory: Driver) -> None:
    content(memory, host="elsewhere", owner="process 7 on elsewhere")
    with pytest.raises(InputError, match="process 7 on elsewhere"), leased(STORE):
        pass


@pytest.mark.parametrize("shift", [-10_000, 10_000])
def test_a_lock_that_nobody_renews(memory: Driver, monkeypatch: pytest.MonkeyPatch, shift: float) -> None:
    looked: list[float] = []
    monkeypatch.setattr(lease, "sleep", looked.append)
    content(memory, host="elsewhere", time=time.time() + shift)
    with leased(STORE):
        assert looked == [lease.LOOK]


def test_a_clock_that_jumps_takes_no_lock_away(memory: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It seems old, but is renewed while somebody looks."""
    monkeypatch.setattr(lease, "sleep", lambda _: content(memory, host="elsewhere", time=-1))
    content(memory, host="elsewhere", time=0)
    with pytest.raises(InputError, match="another run"), leased(STORE):
        pass


def test_a_lock_that_is_not_to_be_read(memory: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "sleep", lambda _: None)
    memory.pipe_file(PATH, b"\xff[")
    with leased(STORE):
        pass


def test_it_is_renewed_and_a_loss_is_noticed(memory: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.01)
    with leased(STORE) as held:
        before = memory.cat_file(PATH)
        deadline = time.monotonic() + 5
        while memory.cat_file(PATH) == before:
            assert time.monotonic() < deadline
        held.check()
        content(memory)
        while not held.lost:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        with pytest.raises(InputError, match="taken the lock"):
            held.check()
    assert memory.exists(PATH)


def test_what_the_store_did_without_saying_so(memory: Driver) -> None:
    memory.pipe_file(PATH, lease._content("mine"))
    lease._take(STORE, "mine")
    Lease(STORE, "mine").end()
