from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from scrubber.keys import cases, choice
from scrubber.model import KeyFileError


def nobody(what: str) -> str:
    raise AssertionError(what)


DIGITS = "0123456789abcdef" * 4
RAW = bytes(range(32))
posix = pytest.mark.skipif(os.name != "posix", reason="permission bits")


def key_file(folder: Path, data: bytes = DIGITS.encode(), mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def choose(case: str | None = None, file: Path | None = None, environment: Mapping[str, str] | None = None) -> bytes:
    return choice.choose(case, file, environment or {}).material


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
    assert choose("4711", environment=environment) == cases.for_case("4711", tmp_path / "config", nobody).material


def test_a_case_comes_back(tmp_path: Path) -> None:
    environment = {"SCRUBBER_CONFIG": str(tmp_path)}
    assert choose("4711", environment=environment) == choose("4711", environment=environment)
    assert choose("4711", environment=environment) != choose("4712", environment=environment)


def test_a_pass_phrase_from_the_environment() -> None:
    assert choice.asking({"SCRUBBER_PASSPHRASE": "correct horse"})("Pass phrase") == "correct horse"


def test_nobody_to_ask_for_a_pass_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "terminal", lambda: False)
    with pytest.raises(KeyFileError, match="nobody to ask; set SCRUBBER_PASSPHRASE"):
        choice.asking({})("Pass phrase")


def test_a_pass_phrase_from_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "correct horse"

    monkeypatch.setattr(choice, "terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", answer)
    assert choice.asking({})("Pass phrase") == "correct horse"
    assert asked == ["Pass phrase: "]


def test_cases_that_were_not_used_for_long_are_named(tmp_path: Path) -> None:
    environment = {"SCRUBBER_CONFIG": str(tmp_path)}
    assert choice.reminder(environment) == ""
    choose("4711", environment=environment)
    assert choice.reminder(environment) == ""
    path = cases.found("4711", tmp_path).path
    path.write_text(path.read_text(encoding="ascii").replace('"20', '"19', 1), encoding="ascii")
    os.utime(path, (1e9, 1e9))
    assert choice.reminder(environment) == "not used for 90d: 4711; `scrubber case expire 90d` forgets them\n"
    assert choice.reminder({**environment, "SCRUBBER_CASE_AGE": "2000w"}) == ""
    with pytest.raises(KeyFileError, match="an age is"):
        choice.reminder({**environment, "SCRUBBER_CASE_AGE": "old"})
