from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from scrubber import keys
from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import Key

DIGITS = "0123456789abcdef" * 4
RAW = bytes(range(32))
posix = pytest.mark.skipif(os.name != "posix", reason="permission bits")


def key_file(folder: Path, data: bytes = DIGITS.encode(), mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def choose(case: str | None = None, file: Path | None = None, environment: Mapping[str, str] | None = None) -> bytes:
    return keys.choose(case, file, environment or {}).material


def test_fresh_by_default() -> None:
    assert choose() != choose()


@pytest.mark.parametrize(
    ("data", "material"),
    [
        (DIGITS.encode(), bytes.fromhex(DIGITS)),
        (DIGITS.upper().encode(), bytes.fromhex(DIGITS)),
        (b"  " + DIGITS.encode() + b"\r\n", bytes.fromhex(DIGITS)),
        (RAW, RAW),
        (b"\n" + RAW[1:], b"\n" + RAW[1:]),
    ],
)
def test_key_file(tmp_path: Path, data: bytes, material: bytes) -> None:
    assert choose(file=key_file(tmp_path, data)) == material


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the key is empty"),
        (b" \n", "the key is empty"),
        (DIGITS[:-1].encode(), "a key is 64 hexadecimal digits or 32 bytes"),
        (DIGITS.encode() + b"0", "a key is 64 hexadecimal digits or 32 bytes"),
        (DIGITS.encode() * 90, "a key is 64 hexadecimal digits or 32 bytes"),
        (b"g" + DIGITS[1:].encode(), "a key is 64 hexadecimal digits or 32 bytes"),
        (RAW[:-1], "a key is 64 hexadecimal digits or 32 bytes"),
        (RAW + b"\0", "a key is 64 hexadecimal digits or 32 bytes"),
        (b"0" * 64, "the key repeats one byte"),
        (bytes(32), "the key repeats one byte"),
    ],
)
def test_bad_key_file(tmp_path: Path, data: bytes, reason: str) -> None:
    path = key_file(tmp_path, data)
    with pytest.raises(KeyFileError) as error:
        choose(file=path)
    assert str(error.value) == f"--key-file {path}: {reason}"
    assert error.value.__cause__ is None


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777])
def test_a_key_others_can_read(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyFileError, match="others can read the key"):
        choose(file=key_file(tmp_path, mode=mode))


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_of_its_owner(tmp_path: Path, mode: int) -> None:
    assert choose(file=key_file(tmp_path, mode=mode)) == bytes.fromhex(DIGITS)


@posix
def test_a_key_from_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    writer = threading.Thread(target=pipe.write_text, args=(DIGITS,))
    writer.start()
    assert choose(file=pipe) == bytes.fromhex(DIGITS)
    writer.join()


@posix
def test_a_key_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="No such file"):
        choose(file=tmp_path / "missing")
    with pytest.raises(KeyFileError, match=r"not a file|directory"):
        choose(file=tmp_path)
    with pytest.raises(KeyFileError, match="not a file"):
        choose(file=Path("/dev/zero"))


def test_environment() -> None:
    assert choose(environment={"SCRUBBER_KEY": DIGITS}) == bytes.fromhex(DIGITS)
    for value in ("", DIGITS[1:], "\u0661" * 64, "x" * 32):
        with pytest.raises(KeyFileError, match=r"^SCRUBBER_KEY: ") as error:
            choose(environment={"SCRUBBER_KEY": value})
        assert not value or value not in str(error.value)


def test_options_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="exclude each other"):
        choose("4711", key_file(tmp_path))


def test_options_outrank_the_environment(tmp_path: Path) -> None:
    environment = {"SCRUBBER_KEY": "f0" * 16 + "0f" * 16, "SCRUBBER_CONFIG": str(tmp_path / "config")}
    assert choose(file=key_file(tmp_path), environment=environment) == bytes.fromhex(DIGITS)
    assert choose("4711", environment=environment) == keys.for_case("4711", tmp_path / "config").material


# --- cases


def test_a_case_comes_back_and_cases_are_apart(tmp_path: Path) -> None:
    one = keys.for_case("4711", tmp_path).material
    assert one == keys.for_case(" 4711 ", tmp_path).material
    assert len({one, keys.for_case("4712", tmp_path).material, keys.master(tmp_path).material}) == 3
    assert one != keys.for_case("4711", tmp_path / "another machine").material


def test_case_names_compare_as_they_look(tmp_path: Path) -> None:
    assert keys.for_case("caf\u00e9", tmp_path).material == keys.for_case("cafe\u0301", tmp_path).material


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\x1b[1m", "\udc80", "x" * 201])
def test_bad_case_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyFileError, match="name of a case"):
        keys.for_case(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_master_key_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "scrubber"
    master = keys.master(folder)
    path = folder / "master.key"
    assert path.read_text(encoding="ascii") == master.material.hex() + "\n"
    assert [entry.name for entry in folder.iterdir()] == ["master.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert path.stat().st_nlink == 1


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


@pytest.mark.parametrize("links", [True, False])
def test_the_loser_of_a_race_takes_the_winners_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    winner = key_file(tmp_path).rename(tmp_path / "master.key")
    keys._create(winner)
    assert keys.master(tmp_path).material == bytes.fromhex(DIGITS)
    assert [entry.name for entry in tmp_path.iterdir()] == ["master.key"]


def test_many_first_runs_at_once(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(keys.master(tmp_path).material)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_master_key_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    assert keys.master(tmp_path).material == keys.master(tmp_path).material


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileError, match=r"master\.key: "):
        keys.master(tmp_path / "file" / "scrubber")


def test_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match=os.strerror(errno.ENOSPC)):
        keys.master(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, "home/.config/scrubber"),
        ("linux", {"XDG_CONFIG_HOME": "/xdg"}, "/xdg/scrubber"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, "home/.config/scrubber"),
        ("darwin", {"XDG_CONFIG_HOME": "/xdg"}, "home/Library/Application Support/scrubber"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/scrubber"),
        ("win32", {}, "home/AppData/Roaming/scrubber"),
        ("win32", {"SCRUBBER_CONFIG": "/own", "APPDATA": "/roaming"}, "/own"),
    ],
)
def test_configuration_folder(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    assert keys.configuration_folder(environment) == Path(expected)


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(KeyFileError, match="set SCRUBBER_CONFIG"):
        keys.configuration_folder({})


def test_a_key_does_not_show() -> None:
    key = Key(RAW)
    assert RAW.hex() not in repr(key)
