"""Golden samples: for each file in ``samples/`` its output and its report under a fixed key, in ``tests/golden/``.

``SCRUBBER_GOLDEN=1`` writes what comes out; the difference is then to be read before it is committed.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from scrubber.api import Scrubber
from scrubber.pseudonyms.key import Key

ROOT = Path(__file__).resolve().parent
SAMPLES = sorted(path for path in (ROOT.parent / "samples").iterdir() if path.is_file())
GOLDEN = ROOT / "golden"
REPORTS = GOLDEN / "reports.json"
WRITE = bool(os.environ.get("SCRUBBER_GOLDEN"))
KEY = Key(bytes(range(32)))


def outcome(sample: Path, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """What a sample becomes, unpacked, and what is told of it."""
    out = folder / "out" / sample.name
    run = Scrubber(key=KEY).clean(sample, out, jobs=1, dissect=False)
    report = json.loads(run.report.to_json())["files"][0]
    data = out.read_bytes()
    told = ("status", "format", "reason", "entities", "notes")
    return gzip.decompress(data) if sample.suffix == ".gz" else data, {key: report[key] for key in told}


def reports() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REPORTS.read_text()) if REPORTS.exists() else {}
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_becomes_what_it_did(sample: Path, tmp_path: Path) -> None:
    data, report = outcome(sample, tmp_path)
    place = GOLDEN / sample.name
    if WRITE:
        place.write_bytes(data)
        known = {**reports(), sample.name: report}
        REPORTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    assert data == place.read_bytes()
    assert report == reports()[sample.name]


def test_nothing_else_is_golden() -> None:
    names = {path.name for path in SAMPLES}
    assert {path.name for path in GOLDEN.iterdir()} == names | {REPORTS.name}
    assert set(reports()) == names


def test_what_is_golden_was_released() -> None:
    assert {report["status"] for report in reports().values()} == {"released"}
