"""A real cluster of two processes, when its library is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scrubber import pipeline, portions, storage
from scrubber.destination import Destination
from scrubber.engines import ray as engine
from scrubber.engines.crew import DIED, Cluster, in_order
from scrubber.model import KeyFileError
from scrubber.reports.report import RunReport, ignore
from scrubber.worker import Options
from tests.engines.working import (
    NAMES,
    Greeter,
    Name,
    Writer,
    fail,
    give_what_cannot_travel,
    greet,
    harm,
    unwatched,
    write_and_die,
)
from tests.passes import KEY, rule_set

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
CLUSTER = Cluster()


@pytest.fixture(scope="module", autouse=True)
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Not imported: the library reads its environment when it is.
    if importlib.util.find_spec("ray") is None:
        pytest.skip("the ray extra is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(SAMPLES.parent))
        with engine.joined(CLUSTER, 2):
            yield


def all_of(step: object, names: Sequence[Name], ahead: int | None = None) -> list[object]:
    with engine.crew(Greeter("hello"), 2, CLUSTER) as hands:
        return list(in_order(hands.map_unordered(step, names, unwatched, ahead)))  # type: ignore[arg-type]  # several


@pytest.mark.parametrize("ahead", [None, 1, 2])
def test_each_item_has_its_result(ahead: int | None) -> None:
    assert all_of(greet, NAMES * 3, ahead) == [f"hello {name.text}" for name in NAMES] * 3


def test_what_is_shared_may_change_between_two_sets() -> None:
    with engine.crew(Greeter("hello"), 2, CLUSTER) as hands:
        first = list(in_order(hands.map_unordered(greet, NAMES, unwatched)))
        hands.share(Greeter("goodbye"))
        second = list(in_order(hands.map_unordered(greet, NAMES, unwatched)))
    assert [first[0], second[0]] == ["hello Alice", "goodbye Alice"]
    assert second == [f"goodbye {name.text}" for name in NAMES]


def test_a_poisoned_item_fails_alone(tmp_path: Path) -> None:
    odd = Name("Mallory", tmp_path)
    eve = Name("Eve", tmp_path)
    results = all_of(harm, [NAMES[0], odd, eve, *NAMES])
    assert results == ["hello Alice", "hello Mallory", DIED, *(f"hello {name.text}" for name in NAMES)]
    assert (odd.words(), eve.words()) == (["begun"] * 2, ["begun"] * 2)
    assert eve.seen == ["discarded"]


def test_what_a_killed_process_left_is_gone_when_its_item_is_tried_again(tmp_path: Path) -> None:
    assert all_of(write_and_die, [Writer("Alice", tmp_path)]) == ["hello Alice"]


def test_errors_are_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        all_of(fail, [NAMES[0], Name("Eve"), NAMES[1]])
    with pytest.raises(RuntimeError, match="Greeter that cannot be pickled"):
        all_of(give_what_cannot_travel, NAMES)


def test_what_travels_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    with engine.crew(Greeter("hello"), 2, CLUSTER) as hands:
        assert isinstance(hands, engine.Tasks)
        real = hands._task

        class Watched:
            def remote(self, *arguments: object) -> object:
                sent.extend(arguments)
                return real.remote(*arguments)

        monkeypatch.setattr(hands, "_task", Watched())
        assert len(list(hands.map_unordered(greet, NAMES, unwatched))) == 4
    packed = [each for each in sent if isinstance(each, bytes)]
    assert len(packed) == 4
    assert not any(name.text.encode() in each for name in NAMES for each in packed)


def test_a_machine_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("11" * 32)
    hidden = Cluster("", str(path))
    with engine.crew(Greeter("hello"), 2, hidden) as hands:
        path.unlink()
        with pytest.raises(KeyFileError, match="does not have the key"):
            list(hands.map_unordered(greet, NAMES, unwatched))


def cleaned(folder: Path, out: Path, options: Options) -> tuple[RunReport, dict[str, bytes]]:
    found = storage.sources([folder])
    destination = Destination(str(out), [folder], found, force=False)
    try:
        run = pipeline.clean(found, destination.target, rule_set(), KEY, options, ignore)
    finally:
        destination.tidy()
    return run, {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_files_and_portions_give_what_one_process_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "LARGE", 1 << 13)
    monkeypatch.setattr(portions, "PORTION", 1 << 12)
    monkeypatch.setattr(portions, "LAST", 1 << 13)
    folder = tmp_path / "logs"
    folder.mkdir()
    names = ["asterisk-pjsip.log", "baresip.log", "linphone.log"]
    for number in range(2):
        for name in names:
            (folder / f"{number}-{name}").write_bytes((SAMPLES / name).read_bytes())
    one, expected = cleaned(folder, tmp_path / "one", Options(dissect=False))
    many, found = cleaned(folder, tmp_path / "many", Options(dissect=False, jobs=2, cluster=CLUSTER))
    assert found == expected
    assert one.to_json() == many.to_json()
