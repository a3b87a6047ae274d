from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.batch.records import PENDING, Records, Row
from scrubber.model import InputError, KeyFileError
from scrubber.pseudonyms.key import Key

ROW = Row(b"t", b"c", b"s", b"l", "released", "", "deep/Full.log", 1000.0)
A, B = b"a" * 16, b"b" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def records(path: Path, key: Key) -> Iterator[Records]:
    with Records(path, key) as records:
        yield records


def test_rows_come_back(path: Path, key: Key) -> None:
    other = Row(None, None, None, None, PENDING, "why", "caf\udce9", 2.0)
    with Records(path, key) as records:
        assert (records.row(A), records.is_empty()) == (None, True)
        records.put(A, ROW)
        records.put(B, other)
    with Records(path, key) as records:
        assert (records.row(A), records.row(B), records.is_empty()) == (ROW, other, False)
        records.forget(A)
        assert records.row(A) is None


def test_another_key_is_told(path: Path, key: Key) -> None:
    with Records(path, key):
        pass
    with pytest.raises(KeyFileError, match="another key"):
        Records(path, Key(b"o" * 32))
    with Records(path, None):
        pass


def test_a_state_that_is_none(path: Path, key: Key) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match="the state of the batch"):
        Records(path, key)


def test_an_output_is_taken_whatever_its_case(records: Records) -> None:
    records.put(A, ROW)
    assert records.taken("deep/full.LOG", B)
    assert not records.taken("deep/full.LOG", A)
    assert not records.taken("deep/other", B)


def test_what_is_old(records: Records) -> None:
    records.put(A, ROW)
    records.put(B, ROW._replace(done=500.0))
    assert [name for name, _ in records.before(1000.0)] == [B]
    assert [name for name, _ in records.before(1000.1)] == [B, A]


def test_outdated_outputs(records: Records) -> None:
    records.put(A, ROW)
    for output in ("old", ROW.output):
        records.outdate(output)
        assert records.is_outdated(output)
    assert records.outdated() == ["old"]
    records.removed("old")
    assert records.outdated() == []


def test_what_was_learned(records: Records) -> None:
    values = {number.to_bytes(16, "big") for number in range(1200)}
    assert records.unknown(values) == values
    records.learn(values)
    assert records.unknown(values | {A}) == {A}


def test_copies_are_kept_while_the_file_is_whole(path: Path, key: Key, tmp_path: Path) -> None:
    told = []

    def keep(must: bool) -> None:
        told.append(must)
        (tmp_path / "copy").write_bytes(path.read_bytes())

    with Records(path, key, keep) as records:
        records.put(A, ROW)
        records.save()
        with Records(tmp_path / "copy", key) as copy:
            assert copy.row(A) == ROW
        records.save(must=False)
    assert told == [True, False, True]
