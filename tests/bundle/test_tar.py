from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.bundle import limits
from scrubber.bundle.entry import Entry, Form, Written
from scrubber.bundle.tar import Header, Tar
from scrubber.model import InputError
from tests.bundle.making import FREE, TIME, files, headers, info, tar, untar

LONG = "folder/" * 20 + "full"
XATTR = {"SCHILY.xattr.user.secret": "mokafor", "comment": "for mokafor", "LIBARCHIVE.creationtime": "1"}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def read(data: bytes, size: int = 1 << 20) -> list[tuple[Entry[Header], bytes]]:
    return [(entry, b"".join(entry.data())) for entry in Tar().read(pieces(data, size))]


def copied(data: bytes, shift: int = 0) -> bytes:
    """The archive written again, every member under its own name."""
    source = Tar()
    packer = source.packer()
    out = b""
    for entry in source.read(iter((data,))):
        held = b"".join(entry.data())
        written = Written(entry.path, entry.target, entry.owner, entry.group, shift=shift)
        out += b"".join(packer.add(entry, written, len(held), iter((held,))))
    return out + packer.end(b"")


FORMS = (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 511, 1 << 20])
def test_members_are_read_in_order(form: int, size: int) -> None:
    data = tar(
        (info("d", type=tarfile.DIRTYPE), b""),
        (info("d/a", uname="alice", gname="users", uid=7, gid=8, mode=0o751), FREE * 99),
        (info("l", type=tarfile.SYMTYPE, linkname="d/a"), b""),
        (info("h", type=tarfile.LNKTYPE, linkname="d/a"), b""),
        (info("empty"), b""),
        form=form,
    )
    found = read(data, size)
    assert [(entry.path, entry.form) for entry, _ in found] == [
        ("d", Form.FOLDER),
        ("d/a", Form.FILE),
        ("l", Form.SYMBOLIC),
        ("h", Form.HARD),
        ("empty", Form.FILE),
    ]
    entry, held = found[1]
    assert held == FREE * 99
    assert (entry.owner, entry.group, entry.size) == ("alice", "users", len(held))
    assert entry.info[:4] == (0o751, 7, 8, TIME)
    assert [entry.target for entry, _ in found] == ["", "", "d/a", "d/a", ""]
    assert copied(copied(data)) == copied(data)
    assert [header.get_info() for header in headers(copied(data))] == [header.get_info() for header in headers(data)]


@pytest.mark.parametrize("form", FORMS[:2])
@pytest.mark.parametrize("name", [LONG, "d\u00e9j\u00e0/vu", "\u0416" * 120, "not text \udcff"])
def test_names_of_any_length_and_script(form: int, name: str) -> None:
    data = tar((info(name), FREE), (info("l", type=tarfile.SYMTYPE, linkname=name), b""), form=form)
    assert read(data)[0][0].path == name
    assert read(data)[1][0].target == name
    assert [header.name for header in headers(copied(data))] == [name, "l"]
    assert headers(copied(data))[1].linkname == name


def test_extended_headers_that_are_not_needed_go() -> None:
    member = info("a", pax_headers={**XATTR, "mtime": f"{TIME}.123456789", "atime": "7.5", "ctime": "x"})
    data = copied(tar((member, b""), (info("b"), b""), pax={"comment": "mokafor", "uname": "everyone"}))
    assert b"mokafor" not in data
    assert b"creationtime" not in data
    first, second = headers(data)
    assert first.pax_headers == {"mtime": f"{TIME}.123456789", "atime": "7.5"}
    assert first.uname == second.uname == "everyone"
    assert second.pax_headers == {}


@pytest.mark.parametrize("time", ["nan", "inf", "1e999", "9" * 50, "", "1_0", "\u0663"])
def test_odd_times_do_no_harm(time: str) -> None:
    data = tar((info("a", pax_headers={"atime": time}), FREE))
    assert untar(copied(data, shift=-5)) == {"a": FREE}


def test_times_move() -> None:
    data = copied(tar((info("a", mtime=TIME + 0.5), b""), (info("b", mtime=9), b"")), shift=-100)
    assert [header.mtime for header in headers(data)] == [TIME - 99.5, 0]


def test_numbers_of_people_are_one() -> None:
    entries = ((info("a", uid=uid, gid=gid), b"") for uid, gid in ((0, 999), (1000, 65534), (1 << 31, 54321)))
    data = copied(tar(*entries))
    assert [(header.uid, header.gid) for header in headers(data)] == [(0, 999), (1000, 65534), (1000, 1000)]


def test_notes_are_plain_files() -> None:
    (entry,) = Tar().read(iter((tar((info("l", type=tarfile.SYMTYPE, linkname="/x", mode=0o777), b"")),)))
    packer = Tar().packer()
    out = b"".join(packer.add(entry, Written("n", note=True), 2, iter((b"hi",)))) + packer.end(b"")
    assert untar(out) == {"n": b"hi"}
    assert headers(out)[0].mode == 0o644
    assert len(out) % tarfile.RECORDSIZE == 0


def test_old_archives_without_a_magic() -> None:
    data = bytearray(files({"a": FREE}))
    data[257:265] = bytes(8)
    data[148:156] = b"        "
    data[148:156] = b"%06o\0 " % sum(data[:512])
    ((entry, held),) = read(bytes(data))
    assert (entry.path, held) == ("a", FREE)


def test_what_was_not_read_is_skipped() -> None:
    assert [entry.path for entry in Tar().read(iter((files({"a": FREE * 999, "b": FREE}),)))] == ["a", "b"]


def with_long_name(size: int) -> bytes:
    header = info("././@LongLink", type=tarfile.GNUTYPE_LONGNAME, size=size)
    return header.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (with_long_name(1 << 30), "extended header of more than"),
        (with_long_name(9999), "truncated tar archive"),
        (with_long_name(4096), "truncated tar archive"),
        (info("x", type=tarfile.XHDTYPE, size=4).tobuf() + b"junk".ljust(512, b"\0"), "damaged tar archive"),
        (info("x", type=tarfile.XHDTYPE, size=9).tobuf() + b"99 path=a".ljust(512, b"\0"), "damaged tar archive"),
        (info("x", type=tarfile.XHDTYPE, size=9).tobuf() + b"9 pathab\n".ljust(512, b"\0"), "damaged tar archive"),
        (tar((info("x", pax_headers={"size": "-1"}), b"")), "damaged tar archive"),
        (tar((info("x", pax_headers={"size": "9" * 30}), b"")), "damaged tar archive"),
        (tar((info("x", pax_headers={"size": "99999999"}), b"")), "truncated tar archive"),
        (files({"a": FREE}) + b"more".ljust(512, b"\0"), "more behind its end"),
    ],
)
def test_damage_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as error:
        read(data)
    assert error.value.__cause__ is None


def test_negative_sizes_are_damage() -> None:
    header = bytearray(info("x").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 12
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(InputError, match="damaged"):
        read(bytes(header))


def test_maps_of_sparse_files_are_skipped() -> None:
    header = bytearray(info("x", type=tarfile.GNUTYPE_SPARSE, size=5).tobuf(tarfile.GNU_FORMAT))
    header[482] = 1
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    more = bytes(504) + b"\1" + bytes(7)
    data = bytes(header) + more + bytes(512) + b"holes".ljust(512, b"\0") + files({"b": FREE})
    (sparse, _), (entry, held) = read(data)
    assert (sparse.form, sparse.fault) == (Form.OTHER, "a sparse file")
    assert (entry.path, held) == ("b", FREE)


def test_many_extended_headers_in_a_row_are_no_recursion() -> None:
    header = info("././@LongLink", type=tarfile.GNUTYPE_LONGNAME, size=4).tobuf(tarfile.GNU_FORMAT)
    data = (header + b"name".ljust(512, b"\0")) * 3000 + files({"b": FREE})
    assert read(data)[0][0].path == "name"
    assert len(data) > limits.EXTENDED


@given(data=st.data())
def test_any_change_gives_members_or_an_input_error(data: st.DataObject) -> None:
    raw = bytearray(tar((info(LONG), FREE), (info("a", mtime=1.5), b""), form=data.draw(st.sampled_from(FORMS[:2]))))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=9)):
        raw[place] = data.draw(st.integers(0, 255))
    try:
        out = copied(bytes(raw))
    except InputError:
        return
    assert len(read(out)) == len(read(bytes(raw)))


@pytest.mark.skipif(shutil.which("tar") is None, reason="needs tar")
@pytest.mark.parametrize("form", FORMS[:2])
def test_tar_opens_what_is_written(tmp_path: Path, form: int) -> None:
    data = copied(tar((info(LONG), FREE), (info("l\u00e9", type=tarfile.SYMTYPE, linkname=LONG), b""), form=form))
    listed = subprocess.run(["tar", "tf", "-", "--quoting-style=literal"], input=data, capture_output=True, check=True)
    assert listed.stdout.decode().splitlines() == [LONG, "l\u00e9"]
    assert listed.stderr == b""
    (tmp_path / "a.tar").write_bytes(data)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert len(archive.getmembers()) == 2
