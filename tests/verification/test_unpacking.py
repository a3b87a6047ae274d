from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.model import InputError
from scrubber.verification.unpacking import LISTING, files, matching


def tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.uname = "marlowe"
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("latest")
        link.type, link.linkname = tarfile.SYMTYPE, "logs/chandler.log"
        archive.addfile(link)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = b"for marlowe"
    return out.getvalue()


def taken(tmp_path: Path, data: bytes, name: str = "b.tar") -> dict[str, bytes]:
    """By name below the archive what each source holds."""
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "in" / name).write_bytes(data)
    found = {}
    for source in files(storage.sources([tmp_path / "in" / name]), tmp_path / "private"):
        looked = source.inspect()
        found["/".join(source.parts)] = b"".join(looked.chunks())
        if len(source.parts) > 1:
            assert source.path.parent == tmp_path / "private"
            assert "!" in source.label
            assert source.path.stat().st_mode & 0o077 == 0
    return found


@pytest.mark.parametrize("packed", [False, True])
def test_members_of_a_tar_file(tmp_path: Path, packed: bool) -> None:
    data = tar({"a.log": b"one\n", "logs/chandler.log": b"two\n"})
    found = taken(tmp_path, gzip.compress(data) if packed else data)
    assert found["b.tar/a.log"] == b"one\n"
    assert found["b.tar/logs/chandler.log"] == b"two\n"
    listing = found[f"b.tar/{LISTING}"].split()
    assert {b"marlowe", b"latest", b"logs/chandler.log"} <= set(listing)


def test_members_of_a_zip_file(tmp_path: Path) -> None:
    found = taken(tmp_path, zipped({"a.log": b"one\n"}), "b.zip")
    assert found == {"b.zip/a.log": b"one\n", f"b.zip/{LISTING}": b"for marlowe\n"}


def test_archives_in_archives(tmp_path: Path) -> None:
    inner = gzip.compress(tar({"deep.log": b"three\n"}))
    found = taken(tmp_path, zipped({"inner.tgz": inner}), "b.zip")
    assert found["b.zip/inner.tgz/deep.log"] == b"three\n"


def test_archives_nested_too_deep(tmp_path: Path) -> None:
    data = b"end\n"
    for level in range(6):
        data = tar({f"{level}.tar": data})
    with pytest.raises(InputError, match="nested more than"):
        taken(tmp_path, data)


def test_a_member_out_of_its_folder_stays_inside(tmp_path: Path) -> None:
    taken(tmp_path, tar({"../../escape.log": b"one\n", "/etc/x.log": b"two\n"}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "private"]
    assert not (tmp_path.parent / "escape.log").exists()


@pytest.mark.parametrize("cut", [600, 1100])
def test_a_damaged_archive_is_a_fault(tmp_path: Path, cut: int) -> None:
    with pytest.raises(InputError):
        taken(tmp_path, tar({"a.log": b"x" * 2000})[:cut])


def test_anything_else_stays_as_it_is(tmp_path: Path) -> None:
    assert taken(tmp_path, b"a log\n", "a.log") == {"a.log": b"a log\n"}
    (tmp_path / "other").mkdir()
    (source,) = files(storage.sources([tmp_path / "none"]), tmp_path / "other")
    assert source.fault == "no such file"


def test_a_folder_has_a_listing_beside_an_archive_alone(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    for name in ("a.log", "b.log"):
        (tmp_path / "tree" / name).write_bytes(b"one\n")
    (tmp_path / "b.tar").write_bytes(tar({"./a.log": b"one\n", "./b.log": b"one\n"}))
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    folder = list(files(storage.sources([tmp_path / "tree"]), private))
    archive = list(files(storage.sources([tmp_path / "b.tar"]), private))
    assert [source.parts for source in archive] == [("b.tar", "a.log"), ("b.tar", "b.log"), ("b.tar", LISTING)]
    assert matching(folder, folder, private) == folder
    assert matching(archive, folder, private) == archive
    *same, listing = matching(folder, archive, private)
    assert (same, listing.parts, b"".join(listing.inspect().chunks())) == (folder, ("tree", LISTING), b"")
