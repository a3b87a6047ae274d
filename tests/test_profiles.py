"""Every sample under every profile: all of them are released, and what a profile keeps is no residue."""

from __future__ import annotations

import re
import shutil
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrubber.cli import app
from tests import leaks
from tests.test_lab import unpack
from tests.test_lab_captures import CAPTURES

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@pytest.mark.parametrize("profile", ["strict", "internal"])
def test_all_samples_are_released(tmp_path: Path, profile: str) -> None:
    out = tmp_path / "out"
    options = ["-o", str(out), "--profile", profile, "--quiet", "--no-dissect", "--jobs", "1"]
    result = CliRunner().invoke(app, ["clean", str(SAMPLES), *options])
    assert result.exit_code == 0, result.stderr
    written = [path for path in out.rglob("*") if path.is_file() and not path.name.endswith(".scrubbed.json")]
    assert len(written) == sum(path.is_file() for path in SAMPLES.rglob("*"))


PARTS = (
    *("asterisk/full", "asterisk/security.0.gz", "asterisk/messages.1.gz", "asterisk/cdr-csv", "asterisk/etc"),
    *("console/manager-session.txt", "console/core-show.txt", "clients/gwendolyn", "gateway"),
    *("text/ngrep-byline.txt", "text/tcpdump-A.txt"),
    *("pcap/nanosecond.pcap", "pcap/manager-lo.pcap", "pcap/softclient.pcap", "pcap/carrier.pcap"),
)
"""Of the laboratory's set: one value stands in them as several kinds, and one text in known and unknown places."""
CREDENTIALS = frozenset(
    "secrets cards derived digest_responses srtp_keys push_tokens message_texts websocket_keys cnonces".split()
)
SUPPRESSED = re.compile(rb"(?=[^x\n]*x)[x. \r]{4,}", re.MULTILINE)


@pytest.mark.parametrize("profile", ["strict", "internal"])
def test_a_laboratory_under_every_profile(tmp_path: Path, profile: str) -> None:
    lab, part, out = (tmp_path / name for name in ("lab", "part", "out"))
    planted = leaks.Planted(unpack(lab))
    with tarfile.open(CAPTURES) as archive:
        archive.extractall(lab, filter="data")
    for name in PARTS:
        copy = part / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (lab / name).is_dir() else shutil.copyfile)(lab / name, copy)
    options = ["-o", str(out), "--profile", profile, "--quiet", "--no-dissect", "--jobs", "1"]
    result = CliRunner().invoke(app, ["clean", str(part), *options])
    assert result.exit_code == 0, result.stderr
    left = planted.left(out)
    if profile == "internal":
        assert not {value for value in left if value.kind in CREDENTIALS}
        assert {"names", "ipv4"} <= {value.kind for value in left}
        return
    assert not {value for value in left if value.hard}
    session = (out / "console" / "manager-session.txt").read_bytes()
    lines = [line for line in session.split(b"\n") if line.strip()]
    assert sum(SUPPRESSED.fullmatch(line) is not None for line in lines) < len(lines) / 10
