from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.keys import cases
from scrubber.keys.master import master
from scrubber.model import KeyFileError

PASSPHRASE = "correct horse battery"


def nobody(what: str) -> str:
    raise AssertionError(what)


def material(case: str, folder: Path) -> bytes:
    return cases.for_case(case, folder, nobody).material


def test_a_case_comes_back_and_cases_are_apart(tmp_path: Path) -> None:
    one = material("4711", tmp_path)
    assert one == material(" 4711 ", tmp_path)
    assert len({one, material("4712", tmp_path), master(tmp_path, nobody).material}) == 3
    assert one != material("4711", tmp_path / "another machine")


def test_case_names_compare_as_they_look(tmp_path: Path) -> None:
    assert material("caf\u00e9", tmp_path) == material("cafe\u0301", tmp_path)
    assert material("cafe", tmp_path) != material("CAFE", tmp_path)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\x1b[1m", "\udc80", "x" * 201])
def test_bad_case_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyFileError, match="name of a case"):
        material(name, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../../x", "a/b", "CON", ".", "Жанна", "x" * 200])
def test_any_name_has_a_file_of_its_own_folder(tmp_path: Path, name: str) -> None:
    assert material(name, tmp_path) == material(name, tmp_path)
    assert [case.name for case in cases.listed(tmp_path).cases] == [name]
    assert {path.parent for path in tmp_path.rglob("*.case")} == {tmp_path / "cases"}


def test_listed_by_name(tmp_path: Path) -> None:
    for name in ("b", "C", "a"):
        material(name, tmp_path)
    found = cases.listed(tmp_path).cases
    assert [case.name for case in found] == ["a", "b", "C"]
    assert not any(case.imported for case in found)
    assert all(datetime.now(UTC) - case.created < timedelta(minutes=5) for case in found)
    assert cases.listed(tmp_path / "nothing here").cases == []


def test_a_damaged_file_hides_no_case(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        material(name, tmp_path)
    cases.found("a", tmp_path).path.write_bytes(b"rubbish")
    cases.found("b", tmp_path).path.chmod(0o644)
    found, faults = cases.listed(tmp_path)
    if os.name == "posix":
        assert [case.name for case in found] == ["c"]
        assert min(fault.partition(": ")[2] for fault in faults) == "not a case"
        assert len(faults) == 2
    assert cases.unused(tmp_path, timedelta(days=1)) == ([], faults)


def test_a_deleted_case_never_comes_back(tmp_path: Path) -> None:
    before = material("4711", tmp_path)
    cases.delete(cases.found("4711", tmp_path))
    assert cases.listed(tmp_path).cases == []
    with pytest.raises(KeyFileError, match="no such case"):
        cases.existing("4711", tmp_path, nobody)
    assert material("4711", tmp_path) != before


def test_unused_cases(tmp_path: Path) -> None:
    for name in ("old", "new"):
        material(name, tmp_path)
    path = cases.found("old", tmp_path).path
    content = json.loads(path.read_text(encoding="ascii"))
    content["created"] = "2020-01-01T00:00:00+00:00"
    path.write_text(json.dumps(content), encoding="ascii")
    os.utime(path, (1.6e9, 1.6e9))
    assert [case.name for case in cases.unused(tmp_path, timedelta(days=30)).cases] == ["old"]
    material("old", tmp_path)
    assert cases.unused(tmp_path, timedelta(days=30)).cases == []


def test_one_case_on_two_machines(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    key = material("4711", here)
    text = cases.exported("4711", here, PASSPHRASE, nobody)
    assert cases.imported(text, there, PASSPHRASE, nobody) == "4711"
    assert material("4711", there) == key
    assert cases.fingerprint(cases.existing("4711", there, nobody)) == cases.fingerprint(
        cases.existing("4711", here, nobody)
    )
    assert cases.found("4711", there).imported
    assert key.hex().encode() not in cases.found("4711", there).path.read_bytes()


def test_what_was_imported_may_be_imported_and_exported_again(tmp_path: Path) -> None:
    here, there, third = tmp_path / "here", tmp_path / "there", tmp_path / "third"
    key = material("4711", here)
    text = cases.exported("4711", here, PASSPHRASE, nobody)
    for _ in range(2):
        cases.imported(text, there, PASSPHRASE, nobody)
    cases.imported(cases.exported("4711", there, PASSPHRASE, nobody), third, PASSPHRASE, nobody, name="vendor 9")
    assert material("vendor 9", third) == key


def test_an_import_never_replaces_a_case(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    material("4711", here)
    own = material("4711", there)
    with pytest.raises(KeyFileError, match="another key"):
        cases.imported(cases.exported("4711", here, PASSPHRASE, nobody), there, PASSPHRASE, nobody)
    assert material("4711", there) == own


def test_an_export_needs_the_case(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no such case"):
        cases.exported("4711", tmp_path, PASSPHRASE, nobody)


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_case_that_others_can_read(tmp_path: Path) -> None:
    material("4711", tmp_path)
    cases.found("4711", tmp_path).path.chmod(0o640)
    with pytest.raises(KeyFileError, match="others can read the key"):
        material("4711", tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"scrubber-case": 2},
        {"name": "4712"},
        {"name": 7},
        {"created": "yesterday"},
        {"created": "2020-01-01T00:00:00"},
        {"salt": "00"},
        {"mask": "zz"},
        {"mask": None},
    ],
)
def test_a_damaged_case_is_an_error_and_stays(tmp_path: Path, change: dict[str, object]) -> None:
    material("4711", tmp_path)
    path = cases.found("4711", tmp_path).path
    text = json.dumps(json.loads(path.read_text(encoding="ascii")) | change)
    path.write_text(text, encoding="ascii")
    with pytest.raises(KeyFileError, match=r"\.case: no"):
        material("4711", tmp_path)
    assert path.read_text(encoding="ascii") == text


@given(st.binary(max_size=300))
def test_any_octets_as_a_case(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("config")
    material("4711", folder)
    cases.found("4711", folder).path.write_bytes(data)
    with pytest.raises(KeyFileError):
        material("4711", folder)


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("48h", 2), (" 2w ", 14), ("0d", 0)])
def test_age(text: str, days: int) -> None:
    assert cases.age(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1.5d", "1y", "999999d", "1d1h"])
def test_no_age(text: str) -> None:
    with pytest.raises(KeyFileError, match="12h, 30d, 8w"):
        cases.age(text)
