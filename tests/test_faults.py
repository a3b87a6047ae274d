"""The rewriter broken on purpose, one fault at a time: whatever stays is noticed, and nothing of it is written.

A fault is made in the second pass alone, after everything was learned: a rule that does nothing, an entity, a
dissector, a header of packets, a notation, a file, a name. A run in which it changed nothing but the output must end
with exit 10 and without that output.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scrubber import pipeline, steps
from scrubber.bundle.note import SUFFIX
from scrubber.capture import bulk, dissect
from scrubber.capture.block import Block
from scrubber.capture.file import CaptureFile
from scrubber.capture.packet import Frame
from scrubber.capture.traffic import Traffic
from scrubber.capture.vectors import Mask, Offsets
from scrubber.cli import app
from scrubber.engine import Rewriter
from scrubber.model import Entity
from scrubber.pipeline import Worker
from scrubber.readings.rewrite import Rewrite
from scrubber.reports.report import FileReport
from scrubber.tasks import AnySource, Task
from scrubber.values import Values

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
TEXTS = ("asterisk-pjsip.log", "sip-trace.txt", "kamailio.log", "MicroSIP_log.txt", "microsip.ini", "console.txt")
LOGS = TEXTS[:4]
"""Those that are read line by line."""
DOCUMENTS = ("Master.csv", "freepbx.sql", "account.xml", "userman.json", "pjsip.conf")
CAPTURES = ("asterisk-pjsip.pcap", "microsip-tcp.pcapng")


ALONE = ("--jobs", "1", "--quiet", "--no-dissect")


class Run:
    """One run over a copy of some samples: its exit code, and what it wrote by the name of the input."""

    def __init__(self, folder: Path, *names: str) -> None:
        inputs = folder / "in"
        inputs.mkdir()
        for name in names:
            shutil.copy(SAMPLES / name, inputs / name)
        key = folder / "key"
        key.write_text(bytes(range(32)).hex())
        key.chmod(0o600)
        out = folder / "out"
        result = CliRunner().invoke(app, ["clean", str(inputs), "-o", str(out), "--key-file", str(key), *ALONE])
        self.exit = result.exit_code
        self.inputs = [(SAMPLES / name).read_bytes() for name in names]
        self.text = result.output
        self.outputs = {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and not path.name.endswith(".scrubbed.json")
        }


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    return partial(_numbered, tmp_path, iter(range(100)))


def _numbered(folder: Path, numbers: Iterator[int], *names: str) -> Run:
    place = folder / str(next(numbers))
    place.mkdir()
    return Run(place, *names)


def commanded(given: Path, *options: str) -> Result:
    """The command over one file, as a user starts it, into the folder ``out`` beside it."""
    output = given.parent / "out" / given.name
    return CliRunner().invoke(app, ["clean", str(given), "-o", str(output), *ALONE, *options])


VALUE = Rewrite.value
PART = Rewrite.part


def used(folder: Path, name: str) -> dict[str, set[str]]:
    """The rules, entities and parts by which something of a sample is replaced."""
    found: dict[str, set[str]] = {"rule": set(), "entity": set(), "part": set()}

    def value(self: Rewrite, entity: Entity, value: bytes, rule: str) -> bytes:
        new = VALUE(self, entity, value, rule)
        if new != value:
            found["rule"].add(rule)
            found["entity"].add(entity)
        return new

    def part(self: Rewrite, name: str, value: bytes, rule: str, depth: int = 0) -> bytes:
        new = PART(self, name, value, rule, depth)
        if new != value:
            found["part"].add(name)
        return new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rewrite, "value", value)
        patch.setattr(Rewrite, "part", part)
        Run(folder, name)
    return found


def without(patch: pytest.MonkeyPatch, kind: str, item: str) -> None:
    """Let one rule, entity or part do nothing."""

    def value(self: Rewrite, entity: Entity, value: bytes, rule: str) -> bytes:
        return value if item == (rule if kind == "rule" else entity) else VALUE(self, entity, value, rule)

    def part(self: Rewrite, name: str, value: bytes, rule: str, depth: int = 0) -> bytes:
        return value if name == item else PART(self, name, value, rule, depth)

    if kind == "part":
        patch.setattr(Rewrite, "part", part)
    else:
        patch.setattr(Rewrite, "value", value)


def stopped(faulty: Run, right: Run) -> bool | None:
    """Whether the fault was noticed; None when it left nothing of the input."""
    if faulty.exit == 10:
        assert "residue" in faulty.text
        return not faulty.outputs
    return None if faulty.outputs == right.outputs or not words_left(faulty, right) else False


def words_left(faulty: Run, right: Run) -> set[bytes]:
    """Words of the inputs that are in the outputs of a fault, and more often than in the right ones."""
    return set(words(faulty.outputs.values()) - words(right.outputs.values())) & set(words(faulty.inputs))


def words(texts: Iterable[bytes]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for text in texts:
        plain = gzip.decompress(text) if text.startswith(b"\x1f\x8b") else text
        found.update(re.findall(rb"[0-9A-Za-z\x80-\xff]+", plain))
    return found


OF_RULES = (*TEXTS, "baresip.log", *DOCUMENTS)
OF_ENTITIES = (
    *TEXTS[:2],
    "digiuminfo.txt",
    "linphone.log",
    "messages.1.gz",
    "tshark-verbose.txt",
    "homer.json",
    *DOCUMENTS,
)
OF_PARTS = (TEXTS[1], "freeswitch.log")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "rule") for name in OF_RULES),
        *((name, "entity") for name in OF_ENTITIES),
        *((name, "part") for name in OF_PARTS),
    ],
)
def test_a_rule_that_does_nothing_is_noticed(run: Callable[..., Run], tmp_path: Path, name: str, kind: str) -> None:
    right = run(name)
    assert (right.exit, len(right.outputs)) == (0, 1)
    (tmp_path / "used").mkdir()
    noticed, missed = set[str](), set[str]()
    for item in sorted(used(tmp_path / "used", name)[kind]):
        with pytest.MonkeyPatch.context() as patch:
            without(patch, kind, item)
            outcome = stopped(run(name), right)
        if outcome is not None:
            (noticed if outcome else missed).add(item)
    assert missed == set()
    assert kind == "part" or len(noticed) >= 3


def _left(self: Values, packed: bytes, rule: str = "") -> bytes:
    del self, rule
    return packed


def _unblanked(self: Values, payload: bytes, reason: str, fill: bytes = b"\0") -> bytes:
    del self, reason, fill
    return payload


def _same(self: object, block: bytes) -> bytes:
    del self
    return block


def _untouched(self: Traffic, blocks: Iterator[Block]) -> Iterator[tuple[Block, Frame | None]]:
    del self
    for block in blocks:
        yield block, block.frame


def _unheard(self: bulk.Media, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
    return _MEDIA(self, bytearray(buffer), starts, ends)


_MEDIA = bulk.Media.rewrite

Patch = Callable[[pytest.MonkeyPatch], None]
OF_PACKETS: dict[str, tuple[str, Patch]] = {
    "IPv4 addresses": (CAPTURES[0], lambda patch: patch.setattr(Values, "ipv4", _left)),
    "any address": (CAPTURES[0], lambda patch: patch.setattr(Values, "address", _left)),
    "hardware addresses": (CAPTURES[0], lambda patch: patch.setattr(Values, "mac", _left)),
    "SIP messages": (CAPTURES[0], lambda patch: patch.setattr(Values, "message", _same)),
    "payloads to blank": (CAPTURES[0], lambda patch: patch.setattr(Values, "blank", _unblanked)),
    "runs of audio": (CAPTURES[0], lambda patch: patch.setattr(bulk.Media, "rewrite", _unheard)),
    "every frame": (CAPTURES[0], lambda patch: patch.setattr(Traffic, "frames", _untouched)),
    "SIP over TCP": (CAPTURES[1], lambda patch: patch.setattr(Values, "message", _same)),
    "every frame of pcapng": (CAPTURES[1], lambda patch: patch.setattr(Traffic, "frames", _untouched)),
    "text of comments": (CAPTURES[1], lambda patch: patch.setattr(Values, "text", _same)),
    "lines of comments": (CAPTURES[1], lambda patch: patch.setattr(Values, "lines", _same)),
    "domain names": (CAPTURES[1], lambda patch: patch.setattr(Rewrite, "value", _no_host)),
}


def _no_host(self: Rewrite, entity: Entity, value: bytes, rule: str) -> bytes:
    return value if entity is Entity.HOST else VALUE(self, entity, value, rule)


class _Second:
    """A fault of the second pass: learning goes on as it should."""

    def __init__(self, patch: pytest.MonkeyPatch, wrong: Patch) -> None:
        self._patch, self._wrong = patch, wrong
        patch.setattr(pipeline, "rewrites", partial(_REWRITES, step=self))

    def __call__(self, worker: Worker, task: Task[AnySource], fault: str) -> FileReport:
        with pytest.MonkeyPatch.context() as patch:
            self._wrong(patch)
            patch.setattr(CaptureFile, "residues", _RESIDUES)
            return _REWRITE(worker, task, fault)


_REWRITE = steps.rewrite
_REWRITES = pipeline.rewrites
_RESIDUES = CaptureFile.residues


@pytest.mark.parametrize("fault", OF_PACKETS)
def test_a_fault_in_packets_is_noticed(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    name, wrong = OF_PACKETS[fault]
    right = run(name)
    assert (right.exit, len(right.outputs)) == (0, 1), right.text
    _Second(monkeypatch, wrong)
    faulty = run(name)
    assert stopped(faulty, right) in (True, None if fault in NOTHING_LEFT else True), (faulty.exit, faulty.text)


NOTHING_LEFT = {"any address", "text of comments", "lines of comments"}
"""What another reading does, too."""


@pytest.mark.parametrize("number", [*range(9), 12, 14, 20])
def test_a_dissector_that_does_nothing_is_noticed(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    right = {name: run(name) for name in CAPTURES}
    protocol = dissect.DATAGRAMS[number]
    lazy = protocol._replace(dissect=lambda payload, flow, to: payload)
    protocols = (*dissect.DATAGRAMS[:number], lazy, *dissect.DATAGRAMS[number + 1 :])
    _Second(monkeypatch, lambda patch: patch.setattr(dissect, "DATAGRAMS", protocols))
    for name, before in right.items():
        assert stopped(run(name), before) in (True, None), protocol.claims.__module__


def test_a_file_that_is_not_rewritten_is_noticed(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    right = run(*LOGS)
    assert len(right.outputs) == len(LOGS)
    for index in range(len(LOGS)):
        numbers = count()

        def wrong(patch: pytest.MonkeyPatch, numbers: Iterator[int] = numbers, index: int = index) -> None:
            if next(numbers) == index:
                patch.setattr(Rewriter, "rewrite", _same)

        with monkeypatch.context() as patch:
            _Second(patch, wrong)
            faulty = run(*LOGS)
        assert faulty.exit == 10
        assert len(faulty.outputs) == len(LOGS) - 1


def test_a_member_that_is_not_rewritten_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = tmp_path / "in.tar"
    with tarfile.open(inputs, "w") as archive:
        for name in TEXTS[:3]:
            archive.add(SAMPLES / name, f"bundle/{name}")
    rewrite = Rewriter.rewrite

    def second(self: Rewriter, block: bytes) -> bytes:
        return block if b"res_pjsip" in block else rewrite(self, block)

    def wrong(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Rewriter, "rewrite", second)

    out = tmp_path / "out.tar"
    arguments = ["clean", str(inputs), "-o", str(out), *ALONE]
    _Second(monkeypatch, wrong)
    assert CliRunner().invoke(app, arguments).exit_code == 3
    with tarfile.open(out) as archive:
        notes = [member.name for member in archive if member.name.endswith(SUFFIX)]
    assert len(notes) == sum(b"res_pjsip" in (SAMPLES / name).read_bytes() for name in TEXTS[:3]) > 0


def _as_it_is(self: Rewriter, name: str) -> str:
    del self
    return name


def test_a_name_that_is_not_rewritten_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "alicedoe.log").write_bytes(b'From: "Alice" <sip:alicedoe@pbx.acme-widgets.com>;tag=1\r\n')
    monkeypatch.setattr(Rewriter, "rewrite_name", _as_it_is)
    out = tmp_path / "out"
    arguments = ["clean", str(tmp_path / "alicedoe.log"), "-o", str(out), *ALONE]
    assert CliRunner().invoke(app, arguments).exit_code == 10
    assert not out.exists()
