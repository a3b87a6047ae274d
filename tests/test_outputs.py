from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import pytest
import zstandard

from scrubber import compression, outputs
from scrubber.content import Content
from scrubber.model import InputError
from scrubber.outputs import Target
from scrubber.storage import Source

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n"
CAPTURE = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + bytes(range(256))
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file system")


def left_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def filled(target: Target, data: bytes = TEXT) -> None:
    with target.open() as sink:
        sink.write(data)
        sink.release()


STORED: list[tuple[bytes, Content]] = [
    (b"", Content()),
    (TEXT + b"\0", Content()),
    ("Jos\u00e9\n".encode() + b"\xe9\n", Content()),
    (gzip.compress(TEXT, mtime=0), Content("gzip")),
    ("From: Jos\u00e9 <sip:jose@example.com>\n".encode("latin-1"), Content(encoding="latin-1")),
    ("\ufeffJos\u00e9\r\n".encode(), Content(bom=b"\xef\xbb\xbf")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-le"), Content(encoding="utf-16-le", bom=b"\xff\xfe")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-be"), Content(encoding="utf-16-be", bom=b"\xfe\xff")),
    (zstandard.ZstdCompressor().compress(TEXT), Content("zstd")),
    (lz4.frame.compress(TEXT), Content("lz4")),
    (CAPTURE, Content(capture="pcap")),
    (gzip.compress(CAPTURE, mtime=0), Content("gzip", capture="pcap")),
    (zstandard.ZstdCompressor().compress(CAPTURE), Content("zstd", capture="pcap")),
    (lz4.frame.compress(CAPTURE), Content("lz4", capture="pcap")),
    (gzip.compress("\ufeffJos\u00e9\r\n".encode("utf-16-le"), mtime=0), Content("gzip", "utf-16-le", b"\xff\xfe")),
]


@pytest.mark.parametrize(("data", "content"), STORED, ids=lambda value: repr(value[:12]))
def test_text_round_trip(tmp_path: Path, data: bytes, content: Content) -> None:
    (tmp_path / "x").write_bytes(data)
    found = Source(tmp_path / "x", "x", ("x",)).inspect()
    assert found.content == content
    target = Target(tmp_path / "out", "out", found.content)
    with target.open() as sink:
        for chunk in found.chunks():
            for start in range(0, len(chunk), 7):
                sink.write(chunk[start : start + 7])
        assert b"".join(sink.written()) == b"".join(found.chunks())
        size = sink.release()
    out = (tmp_path / "out").read_bytes()
    assert size == len(out)
    if content.compression:
        stored = (b"".join(compression.unpacked(iter([packed]), content.compression)) for packed in (out, data))
        assert next(stored) == next(stored)
    else:
        assert out == data


@posix
def test_private_until_released(tmp_path: Path) -> None:
    target = Target(tmp_path / "new" / "out", "out", mode=0o644)
    with target.open() as sink:
        sink.write(TEXT)
        assert left_in(tmp_path / "new") == [target.temporary.name]
        assert stat.S_IMODE(target.temporary.stat().st_mode) == 0o600
        assert b"".join(sink.written()) == TEXT
        sink.release()
    assert left_in(tmp_path / "new") == ["out"]
    assert stat.S_IMODE(target.path.stat().st_mode) == 0o644
    assert target.path.stat().st_nlink == 1


def _fail(target: Target, error: type[BaseException]) -> None:
    with target.open() as sink:
        sink.write(TEXT)
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_nothing_is_left_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    target = Target(tmp_path / "out", "out", Content("gzip"))
    with pytest.raises(error):
        _fail(target, error)
    assert left_in(tmp_path) == []


def test_nothing_is_left_without_release(tmp_path: Path) -> None:
    with Target(tmp_path / "out", "out").open() as sink:
        sink.write(TEXT)
        assert b"".join(sink.written()) == TEXT
        with pytest.raises(ValueError, match="closed"):
            sink.write(TEXT)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        Content("gzip"),
        Content("zstd"),
        Content("lz4"),
        Content(encoding="utf-16-le", bom=b"\xff\xfe"),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Content, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class FullFile(io.FileIO):
        write = full  # type: ignore[assignment]

    if step == "write":
        monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: io.BufferedWriter(FullFile(descriptor, mode)))
    else:
        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        filled(Target(tmp_path / "out", "out", content), TEXT * 4000)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("fallback", [False, True])
def test_an_output_made_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fallback: bool
) -> None:
    if fallback:
        monkeypatch.setattr(Path, "hardlink_to", _no_links)
    target = Target(tmp_path / "out", "out")
    with target.open() as sink:
        sink.write(TEXT)
        target.path.write_bytes(b"theirs")
        with pytest.raises(InputError, match="exists already"):
            sink.release()
    assert left_in(tmp_path) == ["out"]
    assert target.path.read_bytes() == b"theirs"


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    filled(Target(tmp_path / "out", "out"))
    assert left_in(tmp_path) == ["out"]


def test_force_overwrites_in_one_step(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"old")
    filled(Target(tmp_path / "out", "out", force=True))
    assert (tmp_path / "out").read_bytes() == TEXT


def test_gzip_output_tells_neither_name_nor_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        filled(Target(tmp_path / name, name, Content("gzip")))
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    flags, time = struct.unpack_from("<xxxBI", data)
    assert (flags, time) == (0, 0)


def test_what_an_encoding_cannot_hold_becomes_a_question_mark(tmp_path: Path) -> None:
    filled(Target(tmp_path / "out", "out", Content(encoding="latin-1")), "\u0416\u00e9".encode())
    assert (tmp_path / "out").read_bytes() == b"?\xe9"


def test_a_character_cut_between_blocks_is_whole_again(tmp_path: Path) -> None:
    target = Target(tmp_path / "out", "out", Content(encoding="utf-16-be"))
    with target.open() as sink:
        for byte in "\U0001f4de\u00e9".encode():
            sink.write(bytes([byte]))
        sink.release()
    assert (tmp_path / "out").read_bytes() == "\U0001f4de\u00e9".encode("utf-16-be")


def test_two_processes_that_publish_the_same_name(tmp_path: Path) -> None:
    results: list[str] = []

    def publish() -> None:
        try:
            filled(Target(tmp_path / "out", "out"))
            results.append("released")
        except InputError:
            results.append("refused")

    work: list[Callable[[], None]] = [publish] * 8
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused"] * 7 + ["released"]
    assert left_in(tmp_path) == ["out"]


def test_a_small_output_is_written_whole(tmp_path: Path) -> None:
    outputs.write(Target(tmp_path / "report.json", "report.json"), b"{}")
    assert (tmp_path / "report.json").read_bytes() == b"{}"
    with pytest.raises(InputError, match=r"report\.json: the output exists already"):
        outputs.write(Target(tmp_path / "report.json", "report.json"), b"[]")
    with pytest.raises(InputError, match=r"below: "):
        outputs.write(Target(tmp_path / "report.json" / "below", "below"), b"[]")
    assert left_in(tmp_path) == ["report.json"]


# --- standard output


class Closed(io.BytesIO):
    def write(self, _: object) -> int:
        raise BrokenPipeError

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def test_a_closed_pipe_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Closed()))
    outputs.to_stdout([TEXT, TEXT])


@pytest.mark.parametrize(("shift", "changed"), [(0, 5_000_000_001), (-4, 1_000_000_001), (-9, 0)])
def test_an_output_may_keep_the_time_of_its_source(tmp_path: Path, shift: int, changed: int) -> None:
    target = Target(tmp_path / "a.log", "a.log", changed=5_000_000_001)
    with target.open() as sink:
        sink.release(shift)
    assert (tmp_path / "a.log").stat().st_mtime_ns == changed
