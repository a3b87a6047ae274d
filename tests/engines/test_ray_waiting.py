"""What is done while a cluster is silent, with a library that only pretends to be there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from scrubber.engines import ray as engine
from scrubber.model import InputError
from tests.engines.working import NAMES, Greeter, greet, unwatched


class Silent:
    """A cluster whose tasks are done only when it has processors, which come and go with each look."""

    def __init__(self, processors: Sequence[int]) -> None:
        self._processors = iter(processors)
        self._now = 1
        self.seconds = 0.0
        self.cancelled: list[object] = []

    def put(self, data: bytes) -> bytes:
        return data

    def remote(self, **options: object) -> object:
        del options
        return Task

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self._now} if self._now else {}

    def wait(self, begun: list[object], *, num_returns: int, timeout: float) -> tuple[list[object], list[object]]:
        assert num_returns == 1
        self.seconds += timeout
        self._now = next(self._processors)
        return (begun[:1], begun[1:]) if self._now > 1 else ([], begun)

    def get(self, reference: tuple[object, ...]) -> object:
        do, *arguments = reference
        return do(*arguments)  # type: ignore[operator]  # the task

    def cancel(self, reference: object, *, force: bool) -> None:
        assert force
        self.cancelled.append(reference)

    @property
    def exceptions(self) -> type[Errors]:
        return Errors


class Errors:
    """None of them is raised here."""

    class RayError(Exception):
        pass

    WorkerCrashedError = NodeDiedError = ObjectLostError = OutOfMemoryError = RayTaskError = RayError


class Task:
    """What the library makes of a function."""

    def __init__(self, do: object) -> None:
        self._do = do

    def remote(self, *arguments: object) -> tuple[object, ...]:
        return (self._do, *arguments)


@pytest.fixture
def place(tmp_path: Path) -> str:
    (tmp_path / "secret").write_text("11" * 32)
    return str(tmp_path / "secret")


def told(silent: Silent, place: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    monkeypatch.setattr(engine, "monotonic", lambda: silent.seconds)
    return list(engine.Tasks(silent, Greeter("hello"), place).map_unordered(greet, NAMES[:2], unwatched))


def test_a_cluster_that_nobody_is_left_in_is_not_waited_for(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Silent([0] * 99)
    with pytest.raises(InputError, match="no machine of the cluster is left"):
        told(silent, place, monkeypatch)
    assert engine.PATIENCE <= silent.seconds <= engine.PATIENCE + 2 * engine.LOOK
    assert len(silent.cancelled) == 2


@pytest.mark.parametrize(
    "processors",
    [
        pytest.param([2, 2], id="nobody is slow"),
        pytest.param([1] * 50 + [2, 2], id="an item that takes long"),
        pytest.param(([0] * 9 + [1]) * 9 + [2] + [0] * 9 + [2], id="machines come and go"),
    ],
)
def test_who_is_slow_is_waited_for(place: str, processors: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Silent(processors)
    assert sorted(told(silent, place, monkeypatch)) == [(0, "hello Alice"), (1, "hello Bob")]
    assert silent.cancelled == []
