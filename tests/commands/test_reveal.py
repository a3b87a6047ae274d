from __future__ import annotations

import os
import re
import stat
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scrubber.cli import app

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
LOSSY = re.compile(
    rb"(?i)dtmf|password|secret|crypto|ice-pwd|subject|note|inline|: \"x|text|key=|entered|gate code|o=Z "
)
"""Lines that hold what leaves no pseudonym, or one of a single letter, which other text may hold as well."""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config"
    monkeypatch.setenv("SCRUBBER_CONFIG", str(path))
    monkeypatch.delenv("SCRUBBER_KEY", raising=False)
    return path


def run(*arguments: object, text: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), input=text)


def cleaned(tmp_path: Path, source: Path, *more: object) -> Path:
    output = tmp_path / f"cleaned-{source.name}"
    assert run("clean", source, "-o", output, "--case", "4711", "-q", *more).exit_code == 0
    return output


@pytest.mark.parametrize("name", ["asterisk-pjsip.log", "MicroSIP_log.txt", "kamailio.log", "asterisk-json.log"])
def test_a_sample_comes_back(tmp_path: Path, name: str) -> None:
    original = SAMPLES / name
    reply = cleaned(tmp_path, original)
    result = run("reveal", reply, "--from", original, "--case", "4711", "-o", tmp_path / "back")
    assert result.exit_code == 0
    before, back = original.read_bytes().splitlines(), (tmp_path / "back").read_bytes().splitlines()
    changed = [line for line, new in zip(before, reply.read_bytes().splitlines(), strict=True) if line != new]
    missing = [line for line, new in zip(before, back, strict=True) if line != new]
    assert len(changed) > 5
    assert not [line for line in missing if not LOSSY.search(line)]


def test_a_translation_is_its_owners_alone(tmp_path: Path) -> None:
    original = SAMPLES / "baresip.log"
    reply = cleaned(tmp_path, original)
    assert run("reveal", reply, "--from", original, "--case", "4711", "-o", tmp_path / "back").exit_code == 0
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "back").stat().st_mode) == 0o600


def test_a_capture_comes_back(tmp_path: Path) -> None:
    original = SAMPLES / "asterisk-pjsip.pcap"
    reply = cleaned(tmp_path, original)
    back = tmp_path / "back.pcap"
    assert run("reveal", reply, "--from", original, "--case", "4711", "-o", back).exit_code == 0
    signs = re.compile(rb"(?:From|To|Call-ID|Via|Contact): [^\r\n]+")
    assert signs.findall(back.read_bytes()) == signs.findall(original.read_bytes()) != []
    assert signs.findall(reply.read_bytes()) != signs.findall(original.read_bytes())


def test_a_pasted_line(tmp_path: Path) -> None:
    original = SAMPLES / "asterisk-pjsip.log"
    found = re.search(rb"PJSIP/([0-9]+)-", original.read_bytes())
    reply = re.search(rb"PJSIP/([0-9]+)-", cleaned(tmp_path, original).read_bytes())
    assert found is not None
    assert reply is not None
    result = run("reveal", "-", "--from", original, "--case", "4711", text=b"phone %b rings" % reply[1])
    assert result.stdout == f"phone {found[1].decode()} rings"
    both = run("reveal", "-", original, "--from", original, "--case", "4711", "--annotate", text=b"is %b up" % reply[1])
    assert both.stdout == f"is {found[1].decode()} [{reply[1].decode()}] up"


def test_unknown_pseudonyms_stay_and_are_listed() -> None:
    original = SAMPLES / "baresip.log"
    run("clean", original, "--dry-run", "--case", "4711", "-q")
    text = b"what is 250.1.2.3 at zxyfa.invalid"
    result = run("reveal", "-", "--from", original, "--case", "4711", text=text)
    assert result.stdout.encode() == text
    assert "not of these originals: 250.1.2.3, zxyfa.invalid" in result.stderr


def test_moved_times_move_back(tmp_path: Path) -> None:
    original = SAMPLES / "asterisk-pjsip.log"
    reply = cleaned(tmp_path, original, "--shift-time")
    result = run("reveal", reply, "--from", original, "--case", "4711", "--shift-time", "-q")
    first = original.read_bytes().splitlines()[0]
    assert reply.read_bytes()[:12] != first[:12]
    assert result.stdout_bytes[:12] == first[:12]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "needs the key of the clean"),
        (("--case", "4712"), "no such case"),
        (("--case", "4711", "--key-file", "missing"), "exclude each other"),
        (("--key-file", "missing"), "No such file"),
    ],
)
def test_without_the_key(options: tuple[str, ...], reason: str) -> None:
    run("clean", SAMPLES / "baresip.log", "--dry-run", "--case", "4711", "-q")
    result = run("reveal", "-", "--from", SAMPLES / "baresip.log", *options, text=b"x")
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_bad_paths(tmp_path: Path) -> None:
    original = SAMPLES / "baresip.log"
    run("clean", original, "--dry-run", "--case", "4711", "-q")
    known = ("--from", original, "--case", "4711")
    assert run("reveal", SAMPLES, *known).exit_code == 2
    assert run("reveal", tmp_path / "missing", *known).exit_code == 3
    assert run("reveal", original, "--from", tmp_path / "missing", "--case", "4711").exit_code == 3
    (tmp_path / "out").write_bytes(b"keep me")
    assert run("reveal", original, *known, "-o", tmp_path / "out").exit_code in {2, 3}
    assert (tmp_path / "out").read_bytes() == b"keep me"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".scrubber")]
    capture = SAMPLES / "asterisk-pjsip.pcap"
    assert run("reveal", capture, *known, "--annotate", "-o", tmp_path / "c").exit_code == 3


def test_a_bundle_comes_back(tmp_path: Path) -> None:
    original, reply, back = (tmp_path / name for name in ("support.tar.gz", "cleaned.tar.gz", "back.tar.gz"))
    with tarfile.open(original, "w:gz") as archive:
        archive.add(SAMPLES / "kamailio.log", arcname="carol/kamailio.log")
    assert run("clean", original, "-o", reply, "--case", "4711", "-q").exit_code == 0
    assert run("reveal", reply, "--from", original, "--case", "4711", "-o", back).exit_code == 0
    with tarfile.open(back) as archive:
        [name] = archive.getnames()
        stored = archive.extractfile(name)
        assert stored is not None
        assert name == "carol/kamailio.log"
        assert stored.read() == (SAMPLES / "kamailio.log").read_bytes()
