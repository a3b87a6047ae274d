from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from scrubber.keys import master
from scrubber.keys.master import Protection
from scrubber.model import KeyFileError

DIGITS = "0123456789abcdef" * 4


def nobody(what: str) -> str:
    raise AssertionError(what)


def answering(*answers: str) -> master.Ask:
    left = list(answers)
    return lambda _: left.pop(0)


class RingError(Exception):
    pass


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A key ring of the system that lies in a dictionary."""
    entries: dict[tuple[str, str], str] = {}
    module, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    vars(errors)["KeyringError"] = RingError
    vars(module).update(
        errors=errors,
        set_password=lambda service, user, password: entries.update({(service, user): password}),
        get_password=lambda service, user: entries.get((service, user)),
        delete_password=lambda service, user: entries.pop((service, user)),
    )
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return entries


def test_the_first_use_makes_a_private_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "scrubber"
    assert master.protection(folder) is None
    key = master.master(folder, nobody)
    assert master.protection(folder) is Protection.FILE
    path = folder / "master.key"
    assert path.read_text(encoding="ascii") == key.material.hex() + "\n"
    assert master.master(folder, nobody).material == key.material
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_many_first_runs_at_once(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(master.master(tmp_path, nobody).material)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileError, match=r"scrubber"):
        master.master(tmp_path / "file" / "scrubber", nobody)


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_master_key_that_others_can_read(tmp_path: Path) -> None:
    master.master(tmp_path, nobody)
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="others can read the key"):
        master.master(tmp_path, nobody)


def test_under_a_pass_phrase_and_back(tmp_path: Path) -> None:
    before = master.master(tmp_path, nobody).material
    master.protect(tmp_path, Protection.PASSPHRASE, answering("first phrase", "first phrase"))
    assert [path.name for path in tmp_path.iterdir()] == ["master.sealed"]
    assert before.hex().encode() not in (tmp_path / "master.sealed").read_bytes()
    assert master.master(tmp_path, answering("first phrase")).material == before
    with pytest.raises(KeyFileError, match="wrong pass phrase"):
        master.master(tmp_path, answering("other phrase"))
    master.protect(tmp_path, Protection.PASSPHRASE, answering("first phrase", "second one", "second one"))
    assert master.master(tmp_path, answering("second one")).material == before
    master.protect(tmp_path, Protection.FILE, answering("second one"))
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]
    assert master.master(tmp_path, nobody).material == before


def test_two_pass_phrases_that_differ_change_nothing(tmp_path: Path) -> None:
    before = master.master(tmp_path, nobody).material
    with pytest.raises(KeyFileError, match="differ"):
        master.protect(tmp_path, Protection.PASSPHRASE, answering("first phrase", "first phrse"))
    assert master.master(tmp_path, nobody).material == before


def test_into_the_key_ring_and_back(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    before = master.master(tmp_path, nobody).material
    master.protect(tmp_path, Protection.KEYRING, nobody)
    assert list(ring.values()) == [before.hex()]
    assert [path.name for path in tmp_path.iterdir()] == ["master.keyring"]
    assert before.hex().encode() not in (tmp_path / "master.keyring").read_bytes()
    assert master.master(tmp_path, nobody).material == before
    master.protect(tmp_path, Protection.KEYRING, nobody)
    master.protect(tmp_path, Protection.FILE, nobody)
    assert not ring
    assert master.master(tmp_path, nobody).material == before


def test_two_folders_do_not_share_an_entry(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    for name in ("one", "two"):
        master.protect(tmp_path / name, Protection.KEYRING, nobody)
    assert len(ring) == 2


def test_an_entry_that_went_is_no_first_use(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    master.protect(tmp_path, Protection.KEYRING, nobody)
    ring.clear()
    with pytest.raises(KeyFileError, match="no longer holds"):
        master.master(tmp_path, nobody)


def test_a_key_ring_that_refuses(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    def refuse(*_: str) -> None:
        raise RingError

    before = master.master(tmp_path, nobody).material
    vars(sys.modules["keyring"])["set_password"] = refuse
    with pytest.raises(KeyFileError, match="did not take the key"):
        master.protect(tmp_path, Protection.KEYRING, nobody)
    assert master.master(tmp_path, nobody).material == before
    assert not ring


def test_a_key_ring_that_forgets_at_once(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    del ring
    before = master.master(tmp_path, nobody).material
    vars(sys.modules["keyring"])["get_password"] = lambda *_: None
    with pytest.raises(KeyFileError, match="no longer holds"):
        master.protect(tmp_path, Protection.KEYRING, nobody)
    assert master.master(tmp_path, nobody).material == before


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setitem(sys.modules, "keyring.errors", None)
    with pytest.raises(KeyFileError, match=r"voip-scrubber\[keyring\]"):
        master.protect(tmp_path, Protection.KEYRING, nobody)


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
    monkeypatch.setattr(master, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    assert master.configuration_folder(environment) == Path(expected)


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(KeyFileError, match="set SCRUBBER_CONFIG"):
        master.configuration_folder({})
