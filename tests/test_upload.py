from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scrubber import upload
from scrubber.model import InputError, KeyFileError

PYTHON = sys.executable


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([PYTHON, "{}"], [PYTHON, "a.log", "b.log"]),
        ([PYTHON, "-F", "file=@{}", "host"], [PYTHON, "-F", "file=@a.log", "file=@b.log", "host"]),
        ([PYTHON, "{}:{}"], [PYTHON, "a.log:a.log", "b.log:b.log"]),
        ([PYTHON, "{}", "to", "{}"], [PYTHON, "a.log", "b.log", "to", "a.log", "b.log"]),
    ],
)
def test_each_argument_with_a_place_is_repeated(command: list[str], expected: list[str]) -> None:
    assert upload.expanded(command, [Path("a.log"), Path("b.log")]) == expected


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ([], "name the command behind --"),
        ([PYTHON, "file"], "no argument of the command holds {}"),
        (["{}"], "no argument of the command holds {}"),
        (["no-such-program-anywhere", "{}"], "no such program"),
    ],
)
def test_no_command(command: list[str], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        upload.expanded(command, [Path("a")])


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_exit_code_is_passed_on(code: int) -> None:
    assert upload.run([PYTHON, "-c", f"raise SystemExit({code})"], os.environ) == code


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_program_that_a_signal_ended() -> None:
    assert upload.run([PYTHON, "-c", "import os; os.kill(os.getpid(), 9)"], os.environ) == 137


def test_no_secret_in_the_environment(tmp_path: Path) -> None:
    environment = {**os.environ, "SCRUBBER_KEY": "0" * 64, "SCRUBBER_PASSPHRASE": "correct horse", "OTHER": "stays"}
    place = tmp_path / "environment"
    script = "import os, json, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    assert upload.run([PYTHON, "-c", script, str(place)], environment) == 0
    seen = json.loads(place.read_text(encoding="utf-8"))
    assert seen["OTHER"] == "stays"
    assert not {"SCRUBBER_KEY", "SCRUBBER_PASSPHRASE"} & set(seen)


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    place = tmp_path / "program"
    place.write_text("no program", encoding="utf-8")
    with pytest.raises(InputError, match="program: "):
        upload.run([str(place)], os.environ)


def test_an_interrupt_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Interrupted] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - handed on
            super().__init__(*arguments, **options)
            started.append(self)
            self.asked = 0

        def wait(self, timeout: float | None = None) -> int:
            self.asked += 1
            if self.asked == 1:
                raise KeyboardInterrupt
            return int(super().wait(timeout))

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        upload.run([PYTHON, "-c", "import time; time.sleep(60)"], os.environ)
    assert started[0].poll() is not None


def test_a_bypass_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_bytes(b"raw")
    folder = tmp_path / "config"
    upload.record(folder, "first", [file], ["curl", "{}"])
    log = upload.record(folder, "second", [file], ["curl", "{}"])
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    assert [line["reason"] for line in lines] == ["first", "second"]
    assert lines[0]["program"] == "curl"
    assert lines[0]["files"] == [{"path": str(file), "sha256": sha256(b"raw").hexdigest()}]
    assert {"time", "user"} <= set(lines[0])
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_what_cannot_be_written_down_must_not_happen(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_bytes(b"raw")
    with pytest.raises(KeyFileError, match="nothing was handed over"):
        upload.record(file / "config", "why", [file], ["curl"])
    with pytest.raises(InputError, match=r"missing: "):
        upload.record(tmp_path, "why", [tmp_path / "missing"], ["curl"])
