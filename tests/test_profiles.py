"""Every sample under every profile: all of them are released, and what a profile keeps is no residue."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrubber.cli import app

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@pytest.mark.parametrize("profile", ["strict", "internal"])
def test_all_samples_are_released(tmp_path: Path, profile: str) -> None:
    out = tmp_path / "out"
    options = ["-o", str(out), "--profile", profile, "--quiet", "--no-dissect", "--jobs", "1"]
    result = CliRunner().invoke(app, ["clean", str(SAMPLES), *options])
    assert result.exit_code == 0, result.stderr
    written = [path for path in out.rglob("*") if path.is_file() and not path.name.endswith(".scrubbed.json")]
    assert len(written) == sum(path.is_file() for path in SAMPLES.rglob("*"))
