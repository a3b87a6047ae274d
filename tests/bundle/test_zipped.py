from __future__ import annotations

import io
import shutil
import stat
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.bundle import zipped as module
from scrubber.bundle.entry import Entry, Form, Written
from scrubber.bundle.zipped import Header, Zip
from scrubber.model import InputError
from tests.bundle.making import FREE, MESSAGE, PICTURE, TIME, Runs, unzip, zipped

MOMENT = (2025, 11, 21, 16, 53, 0)


def item(name: str, mode: int = 0o644, **fields: object) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, MOMENT)
    info.create_system = 3
    info.external_attr = mode << 16
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def made(*members: tuple[zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = comment
        for info, data in members:
            archive.writestr(info, data, info.compress_type)
    return file.getvalue()


def read(data: bytes) -> list[tuple[Entry[Header], bytes]]:
    entries = Zip(io.BytesIO, lambda count: None).read(iter((data,)))
    return [(entry, b"" if entry.fault else b"".join(entry.data())) for entry in entries]


def copied(data: bytes, shift: int = 0) -> bytes:
    source = Zip(io.BytesIO, lambda count: None)
    packer = source.packer()
    out = b""
    for entry in source.read(iter((data,))):
        held = b"".join(entry.data())
        written = Written(entry.path, entry.target, comment=entry.comment, shift=shift)
        out += b"".join(packer.add(entry, written, len(held), iter((held,))))
    return out + packer.end(source.comment())


def items(data: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.infolist()


def raw_named(name: bytes) -> bytes:
    """An archive whose name is these bytes, without the flag for UTF-8."""
    data = zipped({"x" * len(name): FREE})
    return data.replace(b"x" * len(name), name)


def test_members_are_read_in_order() -> None:
    data = made(
        (item("d/", 0o40755), b""),
        (item("d/a", 0o100640, compress_type=zipfile.ZIP_DEFLATED, comment=b"first"), FREE * 99),
        (item("l", 0o120777), b"d/a"),
        (item("dos", create_system=0, external_attr=0x20), b""),
        comment=b"all",
    )
    found = read(data)
    assert [(entry.path, entry.form, entry.target) for entry, _ in found] == [
        ("d/", Form.FOLDER, ""),
        ("d/a", Form.FILE, ""),
        ("l", Form.SYMBOLIC, "d/a"),
        ("dos", Form.FILE, ""),
    ]
    assert found[1][1] == FREE * 99
    assert (found[1][0].comment, found[1][0].size, found[1][0].info.mode) == (b"first", len(FREE) * 99, 0o640)
    again = copied(data)
    for old, new in zip(items(data), items(again), strict=True):
        assert (new.filename, new.external_attr, new.date_time, new.comment) == (
            (old.filename, old.external_attr, old.date_time, old.comment)
            if old.filename != "dos"
            else ("dos", 0x20, MOMENT, b"")
        )
    assert unzip(again) == unzip(data)
    assert copied(again) == again
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert archive.comment == b"all"


def test_progress_is_told_in_stored_bytes() -> None:
    told: list[int] = []
    data = zipped({"a": FREE * 99, "b": FREE})
    for _ in Zip(io.BytesIO, told.append).read(iter((data,))):
        pass
    assert sum(told) == len(data)
    assert len(told) == 3


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("d\u00e9j\u00e0".encode(), "d\u00e9j\u00e0"),
        ("d\u00e9j\u00e0".encode("cp437"), "d\udc82j\udc85"),
        ("d\u00e9j\u00e0".encode("latin-1"), "d\udce9j\udce0"),
        (b"logs\\full", "logs/full"),
        (b"logs/a\\b", "logs/a\\b"),
    ],
)
def test_names_without_the_flag_for_utf8(raw: bytes, path: str) -> None:
    ((entry, held),) = read(raw_named(raw))
    assert (entry.path, held) == (path, FREE)


def test_names_with_the_flag() -> None:
    assert [entry.path for entry, _ in read(zipped({"\u0416/\u00e9": FREE}))] == ["\u0416/\u00e9"]


def test_times() -> None:
    stamp = struct.pack("<HHBiHHI", 0x5455, 5, 1, TIME, 0x7875, 4, 1017)
    data = made((item("a", extra=stamp), FREE), (item("b", date_time=(1980, 1, 1, 0, 0, 0)), FREE))
    first, second = items(copied(data, shift=-7 * 24 * 3600))
    assert first.extra == struct.pack("<HHBi", 0x5455, 5, 1, TIME - 7 * 24 * 3600)
    assert first.date_time == (2025, 11, 14, 16, 53, 0)
    assert second.date_time == (1980, 1, 1, 0, 0, 0)
    assert items(copied(data))[0].date_time == MOMENT


def test_a_date_that_is_none() -> None:
    data = bytearray(zipped({"a": FREE}))
    for magic, offset in ((b"PK\3\4", 10), (b"PK\1\2", 12)):
        at = data.index(magic) + offset
        data[at : at + 4] = b"\xff\xff\x01\x02"
    assert items(copied(bytes(data), shift=-5))[0].date_time == (1980, 1, 1, 0, 0, 0)


def flagged(bit: int) -> bytes:
    data = bytearray(zipped({"a.txt": PICTURE}))
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + offset] |= bit
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (flagged(1), "an encrypted member"),
        (flagged(0x41), "an encrypted member"),
        (flagged(0x20), "a member that is a patch"),
        (zipped({"a": PICTURE}, zipfile.ZIP_BZIP2), "a member compressed by bzip2"),
        (zipped({"a": PICTURE}, zipfile.ZIP_LZMA), "a member compressed by lzma"),
        (made((item("a", stat.S_IFIFO | 0o644), b"")), "a device or named pipe"),
        (made((item("a", stat.S_IFLNK), b"../../etc/passwd")), "a link that leaves the archive"),
        (made((item("../a"), PICTURE)), "a name that leaves the archive"),
        (made((item("..\\a"), PICTURE)), "a name that leaves the archive"),
        (made((item("/a"), PICTURE)), "an absolute name"),
        (made((item("c:\\a"), PICTURE)), "an absolute name"),
    ],
)
def test_a_member_that_cannot_be_read_is_left_out(runs: Runs, data: bytes, reason: str) -> None:
    run, output = runs.one(data, "a.zip")
    assert run.exit_code == 3
    assert [member.reason for member in run.files[0].members] == [reason]
    ((name, note),) = unzip(output).items()
    assert name.endswith(".removed.txt")
    assert reason.encode() in note
    assert b"nobody should see" not in output


def test_comments_are_scrubbed(runs: Runs) -> None:
    data = made((item("a.sip", comment=b"log of mokafor"), MESSAGE), comment=b"for mokafor at 198.51.100.7")
    run, output = runs.one(data, "a.zip")
    assert run.exit_code == 0
    assert b"mokafor" not in output
    assert b"198.51.100.7" not in output
    (info,) = items(output)
    assert info.comment.startswith(b"log of ")
    with zipfile.ZipFile(io.BytesIO(output)) as archive:
        assert archive.comment.startswith(b"for ")
    unknown = made((item("a.sip", comment=b"M\xfcller"), MESSAGE), comment=b"\xff\xfe")
    assert b"M\xfcller" not in runs.one(unknown, "a.zip")[1]


def test_names_in_an_unknown_encoding_are_replaced(runs: Runs) -> None:
    inside = b'From: "M\xc3\xbcller" <sip:mueller@pbx.example.net>;tag=19\n'
    run, output = runs.one(zipped({"x" * 10: MESSAGE + inside}).replace(b"x" * 10, b"M\x81ller.log"), "a.zip")
    assert run.exit_code == 0
    (name,) = unzip(output)
    assert name.endswith(".log")
    assert "ller" not in name
    assert name.isascii()


def test_a_directory_that_costs_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DIRECTORY", 99)
    with pytest.raises(InputError, match="directory of more than 99 bytes"):
        read(zipped({"a" * 99: b""}))


@pytest.mark.parametrize("data", [b"PK\3\4", b"PK\5\6" + bytes(9), zipped({"a": FREE})[:-1], b"PK\5\6" + bytes(16)])
def test_damage_is_named(data: bytes) -> None:
    with pytest.raises(InputError, match="damaged zip archive") as error:
        read(data)
    assert error.value.__cause__ is None


def test_members_that_share_their_bytes() -> None:
    data = bytearray(zipped({"a": FREE * 9, "b": FREE * 9}))
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = bytes(4)
    with pytest.raises(InputError, match="damaged in the archive"):
        read(bytes(data))


@pytest.mark.parametrize("large", [False, True])
def test_archives_written_without_seeking(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Sizes stand behind the data then, and beyond a limit as zip64.
    if large:
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    data = copied(zipped({"a": FREE * 9, "b": b""}))
    assert items(data)[0].flag_bits & 8
    assert [held for _, held in read(data)] == [FREE * 9, b""]


@given(data=st.data())
def test_any_change_gives_members_or_an_input_error(data: st.DataObject) -> None:
    raw = bytearray(made((item("a/b", comment=b"c"), FREE), (item("l", 0o120777), b"a/b"), comment=b"all"))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=9)):
        raw[place] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(raw))
    except InputError:
        return
    assert len(found) <= 2


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
def test_unzip_opens_what_is_written(tmp_path: Path) -> None:
    data = copied(made((item("d/", 0o40755), b""), (item("d/\u00e9", compress_type=8), FREE), (item("empty"), b"")))
    (tmp_path / "a.zip").write_bytes(data)
    tested = subprocess.run(["unzip", "-tq", tmp_path / "a.zip"], capture_output=True, check=True)
    assert tested.stderr == b""
    assert b"No errors detected" in tested.stdout


def test_pieces_of_large_members() -> None:
    def chunks() -> Iterator[bytes]:
        yield from (bytes(1 << 16) for _ in range(64))

    (entry,) = Zip(io.BytesIO, lambda count: None).read(iter((zipped({"a": b""}),)))
    packer = Zip(io.BytesIO, lambda count: None).packer()
    pieces = [*packer.add(entry, Written("a"), 1 << 22, chunks()), packer.end(b"")]
    assert max(map(len, pieces)) < 1 << 18
    assert unzip(b"".join(pieces)) == {"a": bytes(1 << 22)}
