from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from scrubber.keys import keyfile
from scrubber.model import KeyFileError

DIGITS = "0123456789abcdef" * 4


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


@pytest.mark.parametrize("raw", [True, False])
def test_raw_bytes_only_where_they_may_stand(raw: bool) -> None:
    data = bytes(range(32))
    if raw:
        assert keyfile.parsed(data, "x", raw=True).material == data
    else:
        with pytest.raises(KeyFileError, match=r"^x: a key is 64 hexadecimal digits$"):
            keyfile.parsed(data, "x", raw=False)


def test_from_file_and_from_text_agree(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert keyfile.write_private(path, DIGITS.encode())
    assert keyfile.from_file(path).material == keyfile.from_text(DIGITS).material


def test_no_more_is_read_than_asked_for(tmp_path: Path) -> None:
    keyfile.write_private(tmp_path / "x", b"a" * 100)
    assert keyfile.read_private(tmp_path / "x", 10) == b"a" * 10


@pytest.mark.parametrize("links", [True, False])
def test_the_first_writer_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    path = tmp_path / "a" / "b"
    assert keyfile.write_private(path, b"one")
    assert not keyfile.write_private(path, b"two")
    assert path.read_bytes() == b"one"
    assert keyfile.write_private(path, b"three", over=True)
    assert path.read_bytes() == b"three"
    assert [entry.name for entry in path.parent.iterdir()] == ["b"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert path.stat().st_nlink == 1


def test_one_of_many_writers_wins(tmp_path: Path) -> None:
    won: list[bool] = []
    threads = [
        threading.Thread(target=lambda: won.append(keyfile.write_private(tmp_path / "x", b"x"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


@pytest.mark.parametrize("over", [True, False])
def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: bool) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        keyfile.write_private(tmp_path / "x", b"secret", over=over)
    assert not list(tmp_path.iterdir())
