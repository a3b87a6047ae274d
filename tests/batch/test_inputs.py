from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.batch.inputs import CHANGED, PASSING, Input, LocalFile
from scrubber.model import InputError

LINE = b"one line of a log\n"


def known(path: Path) -> Input:
    return Input(LocalFile(str(path)), str(path), ("in", path.name), path.stat().st_size)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "full"
    path.write_bytes(LINE * 3)
    return path


def test_every_pass_reads_the_same(log: Path) -> None:
    each = known(log).inspect()
    assert (each.size, each.content.encoding, each.capture) == (len(LINE) * 3, "utf-8", "")
    assert b"".join(each.chunks()) == b"".join(each.chunks()) == LINE * 3


def test_progress_is_told_what_is_stored(log: Path) -> None:
    told: list[int] = []
    list(known(log).inspect().chunks(told.append))
    assert sum(told) == len(LINE) * 3


def test_a_log_that_grew_is_read_as_far_as_it_reached(log: Path) -> None:
    each = known(log).inspect()
    with log.open("ab") as file:
        file.write(b"more\n")
    assert b"".join(each.chunks()) == LINE * 3


@pytest.mark.parametrize("data", [b"", LINE, LINE * 2 + LINE.upper(), LINE.upper() * 4])
def test_the_last_octets_of_another_state_are_not_given(log: Path, data: bytes) -> None:
    each = known(log).inspect()
    log.write_bytes(data)
    got: list[bytes] = []
    with pytest.raises(InputError, match=CHANGED):
        got.extend(each.stored())
    assert got == []


def test_one_that_vanished(log: Path) -> None:
    each = known(log)
    log.unlink()
    with pytest.raises(InputError, match=PASSING + "no longer there"):
        each.inspect()


def test_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(known(tmp_path / "empty").inspect().chunks()) == []


def test_a_fault_of_the_place() -> None:
    with pytest.raises(InputError, match="link that leads nowhere"):
        Input(LocalFile("x"), "x", ("x",), fault="link that leads nowhere").inspect()


def test_an_error_of_the_store_shows_no_more_than_its_kind() -> None:
    class Broken:
        def read(self, size: int | None) -> Iterator[bytes]:
            yield b"some"
            raise TimeoutError

        def begin(self) -> Iterator[bytes]:
            return self.read(None)

    with pytest.raises(InputError, match=PASSING + "TimeoutError"):
        Input(Broken(), "x", ("x",)).inspect()
    with pytest.raises(InputError, match=PASSING + "TimeoutError"):
        Input(Broken(), "x", ("x",)).look()


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_a_look_takes_no_more_than_the_beginning(size: int) -> None:
    taken: list[int] = []

    class Counted:
        def read(self, size: int | None) -> Iterator[bytes]:
            raise AssertionError

        def begin(self) -> Iterator[bytes]:
            for _ in range(size // 10):
                taken.append(10)
                yield b"\xd4\xc3\xb2\xa1\2\0\4\0\0\0"

    assert Input(Counted(), "x", ("x",)).look().content.capture == "pcap"
    assert sum(taken) <= (1 << 20) + 10


def test_its_path_is_what_lies_below_the_folder() -> None:
    assert Input(LocalFile(""), "", ("in", "a", "b.log")).path == "a/b.log"
    assert Input(LocalFile(""), "", ("b.log",)).path == "b.log"


def test_a_spool_is_read_at_any_offset() -> None:
    with Input(LocalFile(""), "", ("x",)).spool() as file:
        file.write(b"abc")
        file.seek(1)
        assert file.read() == b"bc"
