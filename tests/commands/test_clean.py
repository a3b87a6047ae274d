from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import scrubber
from scrubber.cli import app
from scrubber.model import Entity

TREE = str(Path(scrubber.__file__).parents[1])
RUN = [sys.executable, "-m", "scrubber"]
TEXT = b"""\
INVITE sip:bob@pbx.example.net SIP/2.0
From: "Alice Doe" <sip:alicedoe@pbx.example.net>;tag=1928301774
To: <sip:bob@pbx.example.net>
Contact: <sip:alicedoe@198.51.100.7:5060>
Content-Length: 0

account alicedoe is locked
"""
DIGITS = "0123456789abcdef" * 4
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with one log; nothing of the user's own configuration is seen."""
    monkeypatch.chdir(tmp_path)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [before, TREE])))
    monkeypatch.setenv("SCRUBBER_CONFIG", str(tmp_path.parent / f"{tmp_path.name}-config"))
    monkeypatch.delenv("SCRUBBER_KEY", raising=False)
    (tmp_path / "full.log").write_bytes(TEXT)
    return tmp_path


def clean(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["clean", *map(str, arguments)])


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def bundle(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


def assert_scrubbed(data: bytes) -> None:
    assert b"alicedoe" not in data
    assert b"198.51.100.7" not in data
    assert data.startswith(b"INVITE sip:")
    assert data.endswith(b" is locked\n")
    assert data.count(b"\n") == TEXT.count(b"\n")


# --- what it does


def test_one_file(folder: Path) -> None:
    result = clean("full.log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "files released" in result.stderr
    assert files(folder) == ["full.log", "full.scrubbed.log"]
    assert result.stderr.endswith(f"scrubber: wrote {folder / 'full.scrubbed.log'}\n")
    assert_scrubbed((folder / "full.scrubbed.log").read_bytes())
    assert (folder / "full.log").read_bytes() == TEXT


def test_many_files_are_announced_by_their_folder(folder: Path) -> None:
    (folder / "logs").mkdir()
    for number in range(6):
        (folder / "logs" / f"{number}.log").write_bytes(TEXT)
    assert clean("logs").stderr.endswith(f"scrubber: wrote 6 files below {folder / 'logs.scrubbed'}\n")
    result = clean("logs", "full.log", "-o", "out")
    assert result.stderr.endswith(f"scrubber: wrote 7 files below {folder / 'out'}\n")
    assert result.stderr.count("wrote") == 1
    assert "wrote" not in clean("logs", "-o", "other", "--quiet").stderr
    assert "wrote" not in clean("logs", "--dry-run").stderr
    assert "wrote" not in clean("full.log", "-o", "-").stderr


def test_help(folder: Path) -> None:
    text = " ".join(clean("--help").stdout.split())
    assert all(entity.value in text for entity in Entity)
    assert text.count("May be repeated.") == 4
    assert "--dissect" in text
    assert "--no-dissect" in text


@posix
def test_the_output_has_the_usual_mode(folder: Path) -> None:
    before = os.umask(0o027)
    try:
        assert clean("full.log", "-o", "new/out").exit_code == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "new" / "out").stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not text")
def test_a_name_that_is_not_text(folder: Path) -> None:
    logs = folder / "logs"
    logs.mkdir()
    (folder / "full.log").rename(logs / os.fsdecode(b"a\xff\x1b.log"))
    (logs / os.fsdecode(b"b\xff.png")).write_bytes(b"\x89PNG\r\n\x1a\n")
    result = clean("logs", "-o", "out", "-q", "--report", "r.json")
    assert result.stderr == "scrubber: logs/b?.png: images are not supported yet (picture)\n"
    log, note = sorted(files(folder / "out"), key=lambda name: name.endswith(".removed.txt"))
    assert (log + note).isprintable()
    assert log.endswith(".log")
    assert note.endswith(".png.removed.txt")


def test_a_folder_with_a_refused_file(folder: Path) -> None:
    (folder / "logs" / "sub").mkdir(parents=True)
    (folder / "full.log").rename(folder / "logs" / "sub" / "full.log")
    (folder / "logs" / "full.1.gz").write_bytes(gzip.compress(TEXT))
    (folder / "logs" / "trace.pcap").write_bytes(b"\xd4\xc3\xb2\xa1\2\0\4\0")
    result = clean("logs", "-o", "out", "--quiet")
    assert result.exit_code == 3
    assert result.output == f"scrubber: {Path('logs/trace.pcap')}: damaged pcap header\n"
    assert files(folder / "out") == ["full.1.gz", "sub/full.log", "trace.pcap.removed.txt"]
    assert b"why: damaged pcap header\n" in (folder / "out" / "trace.pcap.removed.txt").read_bytes()
    assert_scrubbed(gzip.decompress((folder / "out" / "full.1.gz").read_bytes()))
    assert_scrubbed((folder / "out" / "sub" / "full.log").read_bytes())


def test_a_fresh_key_each_time_unless_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "key").write_text(DIGITS, encoding="ascii")
    (folder / "key").chmod(0o600)
    outputs = []
    for number, options in enumerate(
        ([], [], ["--case", "4711"], ["--case", "4711"], ["--case", "4712"], ["--key-file", "key"])
    ):
        assert clean("full.log", "-o", str(number), *options).exit_code == 0
        outputs.append((folder / str(number)).read_bytes())
    assert len(set(outputs)) == 5
    assert outputs[2] == outputs[3]
    monkeypatch.setenv("SCRUBBER_KEY", DIGITS)
    clean("full.log", "-o", "x")
    assert (folder / "x").read_bytes() == outputs[5]


def test_the_key_is_nowhere(folder: Path) -> None:
    result = clean("full.log", "-o", "out", "--case", "4711", "--report", "r.json")
    config = Path(os.environ["SCRUBBER_CONFIG"])
    [case] = (config / "cases").iterdir()
    secrets = [(config / "master.key").read_text(encoding="ascii").strip(), json.loads(case.read_bytes())["salt"]]
    seen = result.output + (folder / "out").read_text() + (folder / "r.json").read_text()
    assert not [secret for secret in secrets if secret in seen]
    assert "4711" not in seen


def test_report(folder: Path) -> None:
    (folder / "alicedoe.log").write_bytes(TEXT)
    result = clean("full.log", "alicedoe.log", "-o", "out", "--report", "r.json", "--report", "copy.json")
    assert result.exit_code == 0
    text = (folder / "r.json").read_text(encoding="ascii")
    assert text == (folder / "copy.json").read_text(encoding="ascii")
    document = json.loads(text)
    assert document["totals"]["files"] == {"released": 2}
    assert sorted(entry["output"] for entry in document["files"]) == files(folder / "out")
    assert "alicedoe" not in text
    assert not any(value in text for value in ("198.51.100.7", "Alice", "1928301774"))


def test_both_kinds_of_report(folder: Path) -> None:
    result = clean("full.log", "-o", "out", "-q", "--report", "r.html", "--report", "r.json", "--report", "again.HTM")
    assert result.exit_code == 0
    text = (folder / "r.html").read_text(encoding="utf-8")
    assert text == (folder / "again.HTM").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert json.loads((folder / "r.json").read_bytes())["rules"] in text
    for value in ("alicedoe", "Alice", "198.51.100.7", str(folder)):
        assert value not in text


def test_a_manifest_beside_each_output(folder: Path) -> None:
    (folder / "other.log").write_bytes(TEXT)
    assert clean("full.log", "other.log", "--manifest", "-q").exit_code == 0
    names = [name for name in files(folder) if name.endswith(".scrubbed.json")]
    assert names == ["full.scrubbed.log.scrubbed.json", "other.scrubbed.log.scrubbed.json"]
    document = json.loads((folder / names[0]).read_bytes())
    (entry,) = document["files"]
    data = (folder / "full.scrubbed.log").read_bytes()
    assert (entry["name"], entry["size"]) == ("full.scrubbed.log", len(data))
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()


def test_one_manifest_beside_a_folder(folder: Path) -> None:
    (folder / "logs" / "sub").mkdir(parents=True)
    (folder / "logs" / "full.log").write_bytes(TEXT)
    (folder / "logs" / "sub" / "alicedoe.log").write_bytes(TEXT)
    (folder / "logs" / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert clean("logs", "--manifest", "-q").exit_code == 3
    assert clean("logs", "-o", "out/", "--manifest", "-q").exit_code == 3
    for name in ("logs.scrubbed", "out"):
        text = (folder / f"{name}.scrubbed.json").read_text(encoding="ascii")
        document = json.loads(text)
        assert document["refused"] == 1
        assert {entry["name"] for entry in document["files"]} < set(files(folder / name))
        assert "alicedoe" not in text


def test_a_manifest_is_not_written_over(folder: Path) -> None:
    (folder / "out.scrubbed.json").write_bytes(b"mine")
    result = clean("full.log", "-o", "out", "--manifest", "-q")
    assert result.exit_code == 3
    assert "exists already" in result.stderr
    assert (folder / "out.scrubbed.json").read_bytes() == b"mine"
    assert clean("full.log", "-o", "out", "--manifest", "-q", "--force").exit_code == 0
    assert (folder / "out.scrubbed.json").read_bytes() != b"mine"


def test_no_manifest_of_what_is_not_written(folder: Path) -> None:
    assert clean("full.log", "--dry-run", "--manifest", "-q").exit_code == 0
    assert files(folder) == ["full.log"]


def test_a_report_that_cannot_be_written(folder: Path) -> None:
    result = clean("full.log", "-q", "--report", "full.log/r.json")
    assert result.exit_code == 3
    assert result.stderr.startswith(f"scrubber: {folder / 'full.log' / 'r.json'}: ")
    assert files(folder) == ["full.log", "full.scrubbed.log"]


def test_dry_run_writes_the_report_alone(folder: Path) -> None:
    result = clean("full.log", "--dry-run", "--report", "r.json")
    assert result.exit_code == 0
    assert files(folder) == ["full.log", "r.json"]
    assert json.loads((folder / "r.json").read_text())["files"][0]["status"] == "verified"


def test_known_values(folder: Path) -> None:
    (folder / "full.log").write_bytes(b"state Zebrafink now\n")
    (folder / "known.txt").write_bytes("\ufeff\r\nZebrafink\r\n".encode("utf-16-le"))
    assert clean("full.log", "-o", "out", "--known", "known.txt").exit_code == 0
    assert b"Zebrafink" not in (folder / "out").read_bytes()


MESSAGE = """INVITE sip:1002@pbx.lintel-glass.example SIP/2.0
Via: SIP/2.0/UDP 198.51.100.23:5060;branch=z9hG4bKabc123def456
From: "Alice Archer" <sip:alice@pbx.lintel-glass.example>;tag=7f3a9c21e4
To: <sip:+442079460123@pbx.lintel-glass.example>
Call-ID: a84b4c76e66710-55aa@198.51.100.23
CSeq: 1 INVITE
Authorization: Digest username="alice",realm="lintel-glass.example",nonce="84a4cc6f3082121f32b42a2187831a9e",\
uri="sip:lintel-glass.example",response="7587245234b3434cc3412213e5f113a5"
User-Agent: Yealink SIP-T46S 66.84.0.15 805ec0005301
Contact: <sip:alice@[3fff:73a1:9b02:41::a]:5060>
Content-Length: 0

alice (alice@lintel-glass.example) called a84b4c76e66710-55aa, tag 7f3a9c21e4, branch z9hG4bKabc123def456
""".replace("\\\n", "")
KEPT = {
    "user": "sip:alice@",
    "name": '"Alice Archer"',
    "host": "@pbx.lintel-glass.example",
    "email": "alice@lintel-glass.example",
    "number": "+442079460123",
    "extension": "sip:1002@",
    "ipv4": "198.51.100.23",
    "ipv6": "3fff:73a1:9b02:41::a",
    "mac": "805ec0005301",
    "call-id": "Call-ID: a84b4c76e66710-55aa@",
    "tag": ";tag=7f3a9c21e4",
    "branch": "branch=z9hG4bKabc123def456",
    "nonce": "84a4cc6f3082121f32b42a2187831a9e",
    "hash": "7587245234b3434cc3412213e5f113a5",
}


@pytest.mark.parametrize("entity", KEPT)
def test_what_is_kept_stays_and_is_released(folder: Path, entity: str) -> None:
    (folder / "trace.txt").write_text(MESSAGE)
    result = clean("trace.txt", "-o", "out.txt", "--keep", entity.upper(), "--no-dissect")
    assert result.exit_code == 0, result.stderr
    out = (folder / "out.txt").read_text()
    assert [kind for kind, value in KEPT.items() if value in out] == [entity]


def test_keep(folder: Path) -> None:
    assert clean("full.log", "-o", "out", "--keep", "ipv4", "--report", "r.json").exit_code == 0
    assert b"198.51.100.7" in (folder / "out").read_bytes()
    assert "ipv4" in json.loads((folder / "r.json").read_text())["kept"]


def test_options_that_change_little(folder: Path) -> None:
    result = clean(
        "full.log", "--shift-time", "--no-dissect", "--format", "plain", "--profile", "strict", "--report", "r.json"
    )
    assert result.exit_code == 0
    document = json.loads((folder / "r.json").read_text())
    assert "shift-time" in document["options"]
    assert "time" not in document["kept"]
    assert (document["profile"], document["files"][0]["format"]) == ("strict", "plain")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_jobs(folder: Path, jobs: str) -> None:
    (folder / "other.log").write_bytes(TEXT)
    assert clean("full.log", "other.log", "-o", "out", "--jobs", jobs).exit_code == 0
    assert files(folder / "out") == ["full.log", "other.log"]


# --- what it refuses


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["full.log", "--report", "r.txt"], "ends in .json or .html"),
        (["full.log", "--report", "html"], "ends in .json or .html"),
        (["full.log", "-o", "-", "--manifest"], "nothing beside it"),
        (["full.log", "-o", "x.json", "--report", "x.json"], "used twice"),
        (["full.log", "--report", "exists.json"], "exists already"),
        (["full.log", "--format", "klingon"], "no such format"),
        (["full.log", "--keep", "everything"], "everything"),
        (["full.log", "--known", "missing.txt"], "--known missing.txt: no such file"),
        (["full.log", "--profile", "lax"], "lax"),
        (["full.log", "--rules", "missing.yaml"], "--rules missing.yaml: "),
        (["full.log", "--rules", "exists.json"], "--rules exists.json:1: "),
        (["full.log", "--case", "a", "--key-file", "exists.json"], "exclude each other"),
        (["full.log", "--key-file", "exists.json"], "--key-file exists.json: "),
        (["full.log", "--case", ""], "name of a case"),
        (["-", "full.log"], "stands alone"),
        ([".", "-o", "-"], "standard output takes one file"),
        ([".", "-o", "out"], "inside an input folder"),
    ],
)
def test_usage(folder: Path, arguments: list[str], text: str) -> None:
    (folder / "exists.json").write_bytes(b'{"bad": 1}\n')
    (folder / "exists.json").chmod(0o600)
    before = files(folder)
    result = clean(*arguments)
    assert result.exit_code == 2
    assert text in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert files(folder) == before


def make_link_loop(folder: Path) -> None:
    (folder / "x").symlink_to("x")


def make_fifo(folder: Path) -> None:
    os.mkfifo(folder / "x")


def make_output(folder: Path) -> None:
    (folder / "x").write_bytes(TEXT)
    (folder / "x.scrubbed").write_bytes(b"old")


def make_utf16(folder: Path) -> None:
    (folder / "x").write_bytes(b"\xff\xfea\0b")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: None, "no such file"),
        (lambda folder: (folder / "x").write_bytes(gzip.compress(TEXT)[:-3]), "truncated gzip data"),
        (lambda folder: (folder / "x").write_bytes(bytes(4096)), "unknown binary content"),
        (make_utf16, "damaged UTF-16 text"),
        (make_output, "the output exists already; --force overwrites it"),
        pytest.param(make_link_loop, "Too many levels of symbolic links", marks=posix),
        pytest.param(make_fifo, "not a regular file", marks=posix),
    ],
)
def test_one_bad_file_does_not_stop_the_others(folder: Path, make: Callable[[Path], object], reason: str) -> None:
    make(folder)
    before = files(folder)
    result = clean("x", "full.log", "-q")
    assert (result.exit_code, result.stderr) == (3, f"scrubber: x: {reason}\n")
    assert files(folder) == sorted([*before, "full.scrubbed.log"])


@posix
def test_an_unreadable_file(folder: Path) -> None:
    (folder / "x").write_bytes(TEXT)
    (folder / "x").chmod(0)
    if os.access(folder / "x", os.R_OK):
        pytest.skip("this user may read everything")
    assert clean("x", "-q").stderr == "scrubber: x: Permission denied\n"


def test_an_unreadable_file_simulated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if Path(path).name == "full.log":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    result = clean("full.log", "-q")
    assert (result.exit_code, result.stderr) == (3, "scrubber: full.log: Permission denied\n")


def test_the_output_is_never_an_input(folder: Path) -> None:
    (folder / "b.log").write_bytes(b"other\n")
    for arguments in (["full.log", "-o", "full.log", "-f"], ["full.log", "b.log", "-o", ".", "-f"]):
        result = clean(*arguments, "-q")
        assert result.exit_code == 3
        assert "the output is an input" in result.stderr
    assert (folder / "full.log").read_bytes() == TEXT


def test_force(folder: Path) -> None:
    assert clean("full.log").exit_code == 0
    assert clean("full.log").exit_code == 3
    first = (folder / "full.scrubbed.log").read_bytes()
    assert clean("full.log", "--force").exit_code == 0
    assert (folder / "full.scrubbed.log").read_bytes() != first


@posix
def test_a_full_disk(folder: Path) -> None:
    (folder / "full.log").write_bytes(TEXT * 1000)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)); "
        "from scrubber.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "clean", "full.log", "-q"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (3, "scrubber: full.log: File too large\n")
    assert files(folder) == ["full.log"]


# --- archives


def test_a_bundle_goes_beside_itself(folder: Path) -> None:
    (folder / "support-alicedoe.tar.gz").write_bytes(bundle({"a.log": TEXT, "b.png": b"\x89PNG\r\n\x1a\n"}))
    (folder / "full.log").unlink()
    result = clean("support-alicedoe.tar.gz", "-q")
    assert result.exit_code == 3
    assert result.stderr == "scrubber: support-alicedoe.tar.gz: b.png: images are not supported yet (picture)\n"
    (output,) = set(files(folder)) - {"support-alicedoe.tar.gz"}
    assert output.startswith("support-")
    assert output.endswith(".scrubbed.tar.gz")
    assert "alicedoe" not in output
    with tarfile.open(folder / output) as archive:
        assert archive.getnames() == ["a.log", "b.png.removed.txt"]


def test_a_single_refused_file_leaves_no_note(folder: Path) -> None:
    (folder / "a.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt ")
    for arguments in (["a.wav"], ["a.wav", "full.log", "-o", "out"]):
        assert clean(*arguments, "-q").exit_code == 3
    assert files(folder) == ["a.wav", "full.log", "out/full.log"]


# --- as a program


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_to_standard_output(folder: Path, packed: bool) -> None:
    data = gzip.compress(TEXT) if packed else TEXT
    done = subprocess.run([*RUN, "clean", "-"], input=data, capture_output=True, check=True)
    assert_scrubbed(gzip.decompress(done.stdout) if packed else done.stdout)
    assert b"files released" in done.stderr
    assert files(folder) == ["full.log"]


def test_standard_input_to_a_file_and_back(folder: Path) -> None:
    done = subprocess.run([*RUN, "clean", "-", "-o", "out"], input=TEXT, capture_output=True, check=True)
    assert done.stdout == b""
    assert_scrubbed((folder / "out").read_bytes())
    done = subprocess.run([*RUN, "clean", "full.log", "-o", "-", "-q"], capture_output=True, check=True)
    assert_scrubbed(done.stdout)
    assert done.stderr == b""


def test_a_bundle_through_standard_streams(folder: Path) -> None:
    done = subprocess.run([*RUN, "clean", "-", "-q"], input=bundle({"a.log": TEXT}), capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout), mode="r:gz") as archive:
        (member,) = archive.getmembers()
        assert_scrubbed((archive.extractfile(member) or io.BytesIO()).read())


def test_nothing_is_sent_when_refused(folder: Path) -> None:
    done = subprocess.run([*RUN, "clean", "-"], input=b"\x89PNG\r\n\x1a\n", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.startswith(b"scrubber: -: images are not supported yet")


@posix
def test_a_closed_pipe(folder: Path) -> None:
    (folder / "full.log").write_bytes(TEXT * 5000)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*RUN, "clean", "full.log", "-o", "-", "-q"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


SLOW = """
import sys, time
from scrubber import engine
def rewrite(self, block):
    print("rewriting", flush=True)
    time.sleep(60)
engine.Rewriter.rewrite = rewrite
from scrubber.cli import main
main()
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(folder: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, "clean", "full.log", "-o", "new/out", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"rewriting\n"
        assert len(files(folder / "new")) == 1
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, b"scrubber: interrupted; nothing unfinished is left\n")
    assert files(folder) == ["full.log"]
    assert not (folder / "new").exists()


IMPATIENT = """
from scrubber.cli import main
from scrubber.engines import local
local.GRACE = 0.5
main()
"""


@posix
def test_interrupted_with_processes_that_do_not_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other.log").write_bytes(TEXT)
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text("import os, time\nos.fsync = lambda _: time.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder / "site"), os.environ["PYTHONPATH"]]))
    with subprocess.Popen(
        [sys.executable, "-c", IMPATIENT, "clean", "full.log", "other.log", "-o", "new", "-q", "--jobs", "2"],
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        while process.poll() is None and len(files(folder / "new")) < 2:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"scrubber: interrupted; nothing unfinished is left\n")
    assert not (folder / "new").exists()


def test_no_colours_when_not_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    result = clean("full.log")
    assert "\x1b[3" not in result.stderr


def test_a_wrong_age_of_cases_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBBER_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SCRUBBER_CASE_AGE", "old")
    source = tmp_path / "x.log"
    source.write_bytes(b"call from 203.0.113.7\n")
    assert clean(source, "-o", tmp_path / "out.log", "--case", "4711").exit_code == 2
    assert not (tmp_path / "out.log").exists()
