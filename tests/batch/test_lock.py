from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.batch.lock import busy, held, owner
from scrubber.model import InputError

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys, time
from pathlib import Path
from scrubber.batch.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path / "lock"), pytest.raises(InputError, match=owner()), held(tmp_path / "lock"):
        pass
    with held(tmp_path / "lock"):
        pass


def test_a_killed_process_loses_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"held"
        with pytest.raises(InputError, match=f"process {process.pid} "), held(tmp_path / "lock"):
            pass
        process.kill()
        process.wait()
    with held(tmp_path / "lock"):
        pass


def test_an_owner_that_is_not_known() -> None:
    assert "does not say" in busy(" ")
