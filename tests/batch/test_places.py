from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.batch.folder import Folder
from scrubber.batch.inputs import Input, LocalFile
from scrubber.batch.places import Desk, Places
from scrubber.batch.records import PENDING, Records
from scrubber.batch.watch import Watch
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key


@pytest.fixture
def desk(tmp_path: Path, key: Key) -> Iterator[Desk]:
    (tmp_path / "out").mkdir()
    with Records(tmp_path / "state", key) as records:
        yield Desk(Folder(tmp_path / "out"), records, tmp_path, Watch())


def name_of(each: Input) -> bytes:
    return each.path.encode()


def known(path: str) -> Input:
    return Input(LocalFile(path), path, ("in", *path.split("/")), 1, 60.0, mode=0o640, digest=b"d")


@pytest.fixture
def places(desk: Desk) -> Places:
    return Places(desk, name_of, force=False)


def test_a_name_is_on_record_before_it_is_used(places: Places, desk: Desk) -> None:
    target = places.target(known("a/b.log"), ("out", "x", "y.log"))
    assert (target.name, target.mode, target.changed) == ("x/y.log", 0o640, 60 * 10**9)
    row = desk.records.row(b"a/b.log")
    assert row is not None
    assert (row.outcome, row.output) == (PENDING, "x/y.log")


def test_equal_names_get_numbers_that_stay(places: Places) -> None:
    names = [places.target(known(each), ("in", output)).name for each, output in (("a", "N.log"), ("b", "n.log"))]
    assert names == ["N.log", "n-2.log"]
    assert places.target(known("b"), ("in", "n.log")).name == "n-2.log"
    assert places.target(known("c"), ("in", "n.log")).name == "n-3.log"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_what_is_no_name(places: Places, name: str) -> None:
    with pytest.raises(InputError, match="not a file name"):
        places.target(known("a"), ("in", name))


@pytest.mark.parametrize("name", ["_reports", ".scrubber", "_Reports"])
def test_names_of_our_own(places: Places, name: str) -> None:
    assert places.target(known("a/b"), ("in", name, "b")).name == f"{name}-2/b"


def test_somebody_elses_file(places: Places, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "out" / "a").write_bytes(b"mine")
    with pytest.raises(InputError, match="exists"):
        places.target(known("a"), ("in", "a"))
    assert Places(desk, name_of, force=True).target(known("a"), ("in", "a")).name == "a"
    assert places.target(known("a"), ("in", "a")).name == "a"


def test_an_output_is_not_replaced_by_a_note(places: Places) -> None:
    places.target(known("a"), ("in", "a"))
    with pytest.raises(InputError, match="stays"):
        places.target(Input(LocalFile(""), "a", ("in", "a")), ("in", "a.removed.txt"))


def test_a_new_name_makes_the_old_one_outdated(places: Places, desk: Desk) -> None:
    places.target(known("a"), ("in", "old"))
    places.target(known("a"), ("in", "new"))
    assert desk.records.outdated() == ["old"]
