from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.bundle.archive import Archive
from scrubber.capture.file import CaptureFile
from scrubber.content import Content
from scrubber.reports.report import ignore
from scrubber.textfile import TextFile
from scrubber.worker import Members, Meter, Options, Worker, text_format, unpacked_name
from tests.bundle.making import FREE, files, zipped
from tests.passes import KEY, rule_set


@pytest.fixture
def worker() -> Worker:
    return Worker(rule_set(), Options(), KEY)


def source(folder: Path, data: bytes, name: str = "x") -> storage.Source:
    path = folder / name
    path.write_bytes(data)
    return storage.sources([path])[0].inspect()


def test_a_file_is_opened_by_what_it_holds(tmp_path: Path, worker: Worker) -> None:
    kinds = {
        FREE: TextFile,
        gzip.compress(files({"a": FREE})): Archive,
        zipped({"a": FREE}): Archive,
        b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(8) + b"\0\0\1\0\1\0\0\0": CaptureFile,
    }
    for data, kind in kinds.items():
        found, chunks = worker.opened(source(tmp_path, data), "")
        assert isinstance(found, kind)
        assert b"".join(chunks) in (data, gzip.decompress(data) if data.startswith(b"\x1f") else data)


def test_another_process_makes_the_same(worker: Worker) -> None:
    made = pickle.loads(pickle.dumps(worker.recipe()))()
    assert made.key.material == worker.key.material
    assert made.names.rewrite_name("alice@example.com") == worker.names.rewrite_name("alice@example.com")


def test_progress_is_the_stored_size(tmp_path: Path, worker: Worker) -> None:
    for name, data in (
        ("a.gz", gzip.compress(FREE * 9999)),
        ("a.tar", files({"a": FREE})),
        ("a.zip", zipped({"a": FREE})),
    ):
        told: list[int] = []
        worker.progress = told.append
        item = source(tmp_path, data, name)
        kind, chunks = worker.opened(item, "")
        assert b"".join(kind.rewrite(chunks, worker.names))
        assert sum(told) == len(data)


def test_a_stopped_run_stops_reading(tmp_path: Path, worker: Worker) -> None:
    worker.stopped = lambda: True
    for data in (FREE, zipped({"a": FREE}), files({"a": FREE})):
        kind, chunks = worker.opened(source(tmp_path, data), "plain") if data != FREE else (None, iter(()))
        if kind is not None:
            with pytest.raises(KeyboardInterrupt):
                list(kind.rewrite(chunks, worker.names))


def test_a_meter_never_tells_more_than_there_is() -> None:
    told: list[int] = []
    meter = Meter(10, told.append, bool)
    assert list(meter.over(iter((b"x",)))) == [b"x"]
    meter(7)
    assert told == [10, 0]


@pytest.mark.parametrize(
    ("name", "inner"), [("a.log.gz", "a.log"), ("a.XZ", "a"), ("a.log", "a.log"), ("a.tar.zst", "a.tar"), ("gz", "gz")]
)
def test_names_before_they_were_compressed(name: str, inner: str) -> None:
    assert unpacked_name(name) == inner


def test_texts_in_captures_and_archives_have_no_format() -> None:
    assert [text_format(name).name for name in ("asterisk", "pcap", "tar", "zip", "")] == ["asterisk", *["plain"] * 4]


def test_members_are_opened_like_files(worker: Worker) -> None:
    from io import BytesIO

    from scrubber.bundle.limits import Budget

    members = Members(worker, BytesIO, Budget(1), 1, ignore)
    kind, content = members.opened(lambda: iter((gzip.compress(FREE),)), "x.log.gz")
    assert (kind.name, content) == ("plain", Content("gzip"))
    kind, content = members.opened(lambda: iter((files({"a": FREE}),)), "x.tar")
    assert (kind.name, content.archive) == ("tar", "tar")
