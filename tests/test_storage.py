from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import storage
from scrubber.model import InputError, RuleError
from scrubber.storage import Content, Destination, Source, Target

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file system")


def source(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    return Source(path, str(path), (path.name,))


def text_of(path: Path, data: bytes) -> bytes:
    return b"".join(source(path, data).inspect().chunks())


def left_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def elf(kind: int) -> bytes:
    return b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<H", kind) + bytes(100)


CAPTURE_HEADS = {
    "pcap": struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1),
    "pcap, big-endian": struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1),
    "pcap, nanoseconds": struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1),
    "pcapng": struct.pack("<III", 0x0A0D0D0A, 28, 0x1A2B3C4D),
    "snoop": b"snoop\0\0\0\0\0\0\2\0\0\0\4",
}
REFUSED: list[tuple[bytes, str]] = [
    *((head, "captures are not supported yet") for head in CAPTURE_HEADS.values()),
    (b"messages".ljust(257, b"\0") + b"ustar\0" + b"00" + bytes(300), "archives are not supported yet (tar)"),
    (b"PK\3\4" + bytes(30), "archives are not supported yet (zip)"),
    (b"PK\5\6" + bytes(18), "archives are not supported yet (zip)"),
    (b"\xfd7zXZ\0\0\4", "archives are not supported yet (xz)"),
    (b"BZh91AY&SY" + bytes(9), "archives are not supported yet (bzip2)"),
    (b"\x28\xb5\x2f\xfd\4\0", "archives are not supported yet (zstd)"),
    (b"\x50\x2a\x4d\x18\4\0\0\0", "archives are not supported yet (zstd)"),
    (b"7z\xbc\xaf\x27\x1c\0\4", "archives are not supported yet (7z)"),
    (b"Rar!\x1a\7\1\0", "archives are not supported yet (rar)"),
    (b"\4\x22\x4d\x18", "archives are not supported yet (lz4)"),
    (b"MSCF\0\0\0\0", "archives are not supported yet (cab)"),
    (b"\x1f\x9d\x90", "compressed files in a compressed file"),
    (gzip.compress(gzip.compress(TEXT)), "compressed files in a compressed file"),
    (gzip.compress(CAPTURE_HEADS["pcap"]), "captures are not supported yet"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "audio files are not supported yet"),
    (b"ID3\3\0\0\0\0\0\0", "audio files are not supported yet"),
    (b"OggS\0\2" + bytes(20), "audio files are not supported yet"),
    (b"#!AMR\n\4", "audio files are not supported yet"),
    (b".snd\0\0\0\x20", "audio files are not supported yet"),
    (b"\0\0\0\x18ftypmp42", "video files are not supported yet"),
    (b"\x89PNG\r\n\x1a\n\0\0", "images are not supported yet"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "images are not supported yet"),
    (b"GIF89a\1\0\1\0", "images are not supported yet"),
    (elf(2), "programs are not supported yet (ELF)"),
    (elf(3), "programs are not supported yet (ELF)"),
    (elf(4), "core dumps are not supported yet"),
    (b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0", "programs are not supported yet (PE)"),
    (b"SQLite format 3\0" + bytes(80), "databases are not supported yet"),
    (b"MDMP\x93\xa7\0\0" + bytes(24), "crash dumps are not supported yet"),
    (b"ElfFile\0" + bytes(8), "binary event logs are not supported yet"),
    (b"%PDF-1.7\n", "documents are not supported yet"),
    ("\ufeffREGISTER".encode("utf-32-le"), "texts in UTF-32 are not supported yet"),
    ("REGISTER sip:example.com\r\n".encode("utf-16-le"), "looks like UTF-16 without a byte order mark"),
    ("REGISTER sip:example.com\r\n".encode("utf-16-be"), "looks like UTF-16 without a byte order mark"),
    (bytes(range(256)) * 40, "unknown binary content"),
    (bytes(1000), "unknown binary content"),
    (b"ordinary text\n" * 100 + bytes(range(9)) * 50, "unknown binary content"),
    (b"\xd5" * 4000, "not text in a known encoding"),
    (gzip.compress(TEXT)[:-4], "truncated gzip data"),
    (gzip.compress(TEXT * 99)[:50], "truncated gzip data"),
    (b"\x1f\x8b", "truncated gzip data"),
    (gzip.compress(TEXT)[:-8] + bytes(8), "damaged gzip data"),
    (gzip.compress(TEXT) + b"rubbish", "damaged gzip data"),
    (b"\x1f\x8bnothing of the kind", "damaged gzip data"),
    (b"\xff\xfeA\0\0\xd8A\0", "damaged UTF-16 text"),
    (b"\xff\xfeA\0B", "damaged UTF-16 text"),
    (gzip.compress(b"\xfe\xff\0A\xd8\0"), "damaged UTF-16 text"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED, ids=lambda value: repr(value[:12]))
def test_refused_content_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    refused = source(tmp_path / "x", data)
    with pytest.raises(InputError) as error:
        refused.inspect()
    assert str(error.value).startswith(reason)
    assert error.value.__cause__ is None


ACCEPTED: list[tuple[bytes, Content]] = [
    (b"", Content()),
    (TEXT, Content()),
    (gzip.compress(TEXT), Content(gzipped=True)),
    (gzip.compress(b""), Content(gzipped=True)),
    (gzip.compress(TEXT) + gzip.compress(TEXT) + bytes(512), Content(gzipped=True)),
    (TEXT + b"\0\0\0\1", Content()),
    (b"MZ is where the log begins\n", Content()),
    (b"BZh9 is no archive\n", Content()),
    (b"\x1b[1;32mcolour\x1b[0m\n" * 90, Content()),
    ("From: Jos\u00e9 <sip:jose@example.com>\n".encode(), Content()),
    ("From: Jos\u00e9 <sip:jose@example.com>\n".encode("latin-1"), Content(encoding="latin-1")),
    ("Jos\u00e9\n".encode() + "Jos\u00e9\n".encode("latin-1"), Content()),
    ("\ufeffJos\u00e9\r\n".encode(), Content(bom=b"\xef\xbb\xbf")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-le"), Content(encoding="utf-16-le", bom=b"\xff\xfe")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-be"), Content(encoding="utf-16-be", bom=b"\xfe\xff")),
    (gzip.compress("\ufeffJos\u00e9\r\n".encode("utf-16-le")), Content(True, "utf-16-le", b"\xff\xfe")),
]


@pytest.mark.parametrize(("data", "content"), ACCEPTED, ids=lambda value: repr(value[:12]))
def test_text_round_trip(tmp_path: Path, data: bytes, content: Content) -> None:
    found = source(tmp_path / "x", data).inspect()
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
    assert (gzip.decompress(out), gzip.decompress(data)) if content.gzipped else out == data


def test_text_is_given_as_utf8_without_mark(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert (
            text_of(tmp_path / "x", "Jos\u00e9 \U0001f4de\r\n".encode(encoding)) == "Jos\u00e9 \U0001f4de\r\n".encode()
        )
    assert text_of(tmp_path / "x", "Jos\u00e9\n".encode("latin-1")) == "Jos\u00e9\n".encode()


def test_binary_rubbish_late_in_a_text_is_not_fatal(tmp_path: Path) -> None:
    data = b"an ordinary line of a log\n" * 200_000 + bytes(range(256)) * 8
    assert text_of(tmp_path / "x", data) == data.decode("latin-1").encode()


def test_utf8_deep_in_the_file_keeps_it_from_being_latin1(tmp_path: Path) -> None:
    edge = storage.CHUNK - 1
    data = b"\xe9" + b"a" * (edge - 1) + "\u00e9".encode() + b"\n"
    assert source(tmp_path / "x", data).inspect().content == Content()


def test_pieces_are_large_whatever_zlib_gives(tmp_path: Path) -> None:
    data = b"".join(gzip.compress(b"%d\n" % number) for number in range(3000))
    found = source(tmp_path / "x", data).inspect()
    assert len(list(found.chunks())) == 1


def test_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "EXPANDED_FREE", 1 << 20)
    bomb = gzip.compress(b"a" * (1 << 22))
    assert len(bomb) * storage.EXPANSION < 1 << 22
    with pytest.raises(InputError, match="expands beyond the limit"):
        source(tmp_path / "x", bomb).inspect()
    monkeypatch.setattr(storage, "EXPANDED_MOST", 1 << 10)
    with pytest.raises(InputError, match="expands beyond the limit"):
        source(tmp_path / "y", gzip.compress(os.urandom(1 << 11).hex().encode())).inspect()


def test_a_growing_file_is_read_as_it_was_inspected(tmp_path: Path) -> None:
    found = source(tmp_path / "x", TEXT).inspect()
    with found.path.open("ab") as file:
        file.write(b"more\n")
    assert b"".join(found.chunks()) == TEXT


def test_a_shrunken_file_is_refused(tmp_path: Path) -> None:
    found = source(tmp_path / "x", TEXT).inspect()
    found.path.write_bytes(TEXT[:5])
    with pytest.raises(InputError, match="changed while it was read"):
        list(found.chunks())


def test_a_vanished_file_is_an_os_error(tmp_path: Path) -> None:
    (found,) = storage.sources([source(tmp_path / "x", TEXT).path])
    found.path.unlink()
    with pytest.raises(FileNotFoundError):
        found.inspect()


@given(data=st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes_are_text_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    try:
        found = source(path, data).inspect()
    except InputError:
        return
    if not found.content.gzipped:
        text = b"".join(found.chunks())
        assert (
            found.content.bom
            + text.decode(errors="surrogateescape").encode(
                "utf-8" if found.content.encoding == "utf-8" else found.content.encoding, "surrogateescape"
            )
            == data
        )


# --- finding files


def tree(folder: Path) -> None:
    for name in ("b/full", "b/.hidden", "a.log", "c/d/e.log"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT)


def test_walk_is_sorted_and_whole(tmp_path: Path) -> None:
    root = tmp_path / "logs"
    tree(root)
    found = storage.sources([root])
    assert ["/".join(item.parts) for item in found] == ["logs/a.log", "logs/b/.hidden", "logs/b/full", "logs/c/d/e.log"]
    assert all(item.size == len(TEXT) and not item.fault for item in found)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    tree(tmp_path)
    found = storage.sources([tmp_path / "b" / "full", tmp_path, tmp_path / "c" / ".." / "a.log"])
    assert len(found) == 4
    assert found[0].parts == ("full",)


def test_arguments_with_dots_have_real_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path / "logs")
    monkeypatch.chdir(tmp_path / "logs" / "b")
    assert {item.parts[0] for item in storage.sources([Path()])} == {"b"}
    assert {item.parts[0] for item in storage.sources([Path("..")])} == {"logs"}


@posix
def test_links(tmp_path: Path) -> None:
    root = tmp_path / "logs"
    tree(root)
    (tmp_path / "secret").write_bytes(TEXT)
    (root / "to-file").symlink_to("a.log")
    (root / "to-folder").symlink_to("b")
    (root / "loop").symlink_to(".")
    (root / "self").symlink_to("self")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "gone").symlink_to("nothing")
    faults = {item.parts[-1]: item.fault for item in storage.sources([root]) if item.path.is_symlink()}
    assert faults == {
        "to-file": "",
        "to-folder": "link to a folder of the same tree, whose files stand there",
        "loop": "link to a folder of the same tree, whose files stand there",
        "self": "link that leads nowhere",
        "out": "link that leaves the folder",
        "gone": "link that leads nowhere",
    }


@posix
def test_a_link_as_argument_is_followed(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    (tmp_path / "link").symlink_to("logs")
    (tmp_path / "file").symlink_to("logs/a.log")
    found = storage.sources([tmp_path / "link", tmp_path / "file"])
    assert len(found) == 5
    assert not any(item.fault for item in found)


@posix
def test_special_files_are_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    found = storage.sources([tmp_path, Path("/dev/null")])
    assert [item.fault for item in found] == ["not a regular file"] * 2
    with pytest.raises(InputError, match="not a regular file"):
        found[0].inspect()


@posix
def test_a_file_that_became_a_pipe_does_not_block(tmp_path: Path) -> None:
    (found,) = storage.sources([source(tmp_path / "x", TEXT).path])
    found.path.unlink()
    os.mkfifo(found.path)
    with pytest.raises(InputError, match="not a regular file"):
        found.inspect()


def test_a_missing_argument_has_a_fault(tmp_path: Path) -> None:
    (found,) = storage.sources([tmp_path / "missing"])
    with pytest.raises(InputError, match="no such file"):
        found.inspect()


def test_an_unreadable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path / "logs")
    real = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = storage.sources([tmp_path / "logs"])
    assert [item.fault for item in found if item.parts[-1] == "b"] == ["folder not readable: Permission denied"]
    assert len(found) == 3


def test_standard_input_is_kept_private(tmp_path: Path) -> None:
    with storage.private_folder() as folder:
        found = storage.spool(io.BytesIO(gzip.compress(TEXT)), folder)
        if os.name == "posix":
            assert stat.S_IMODE(found.path.stat().st_mode) == 0o600
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert b"".join(found.inspect().chunks()) == TEXT
    assert not folder.exists()


def test_standard_input_stands_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stands alone"):
        storage.inputs(["-", "x"], tmp_path)


def test_rule_texts(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("\ufefftext: []\n", encoding="utf-16")
    assert storage.rule_texts([own]) == [(str(own), "\ufefftext: []\n")]
    for data in (b"\x89PNG\r\n\x1a\n", b"a" * (storage.RULE_TEXT + 1), b"ab\xc3\xa9 \xe9"):
        own.write_bytes(data)
        with pytest.raises(RuleError, match=r"own\.yaml: "):
            storage.rule_texts([own])
    with pytest.raises(RuleError, match=r"missing\.yaml: "):
        storage.rule_texts([tmp_path / "missing.yaml"])


# --- writing


def filled(target: Target, data: bytes = TEXT) -> None:
    with target.open() as sink:
        sink.write(data)
        sink.release()


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
    target = Target(tmp_path / "out", "out", Content(gzipped=True))
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


@pytest.mark.parametrize("content", [Content(), Content(gzipped=True), Content(encoding="utf-16-le", bom=b"\xff\xfe")])
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
        filled(Target(tmp_path / name, name, Content(gzipped=True)))
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


# --- where outputs go


def placed(output: str | None, paths: list[Path], *, force: bool = False) -> list[str]:
    found = storage.sources(paths)
    destination = Destination(output, paths, found, force=force)
    return [str(destination.target(item, item.parts).path) for item in found]


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("full", "full.scrubbed"),
        ("x.log", "x.scrubbed.log"),
        ("x.log.gz", "x.scrubbed.log.gz"),
        ("full.1.gz", "full.scrubbed.1.gz"),
        ("full.gz", "full.scrubbed.gz"),
        (".bashrc", ".bashrc.scrubbed"),
    ],
)
def test_one_file_goes_beside_itself(tmp_path: Path, name: str, result: str) -> None:
    (tmp_path / name).write_bytes(TEXT)
    assert placed(None, [tmp_path / name]) == [str(tmp_path / result)]


def test_a_folder_goes_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path / "logs.d")
    expected = [str(tmp_path / "logs.d.scrubbed" / name) for name in ("a.log", "b/.hidden", "b/full", "c/d/e.log")]
    assert placed(None, [tmp_path / "logs.d"]) == expected
    monkeypatch.chdir(tmp_path / "logs.d" / "b")
    assert placed(None, [Path("..")]) == expected


def test_with_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tree(tmp_path / "logs")
    here = str(tmp_path)
    assert placed("out", [Path("logs/a.log")]) == [f"{here}/out"]
    assert placed("out/", [Path("logs/a.log")]) == [f"{here}/out/a.log"]
    assert placed("out", [Path("logs")])[2:] == [f"{here}/out/b/full", f"{here}/out/c/d/e.log"]
    assert placed("out", [Path("logs/b"), Path("logs/a.log")])[1:] == [f"{here}/out/b/full", f"{here}/out/a.log"]
    (tmp_path / "out").mkdir()
    assert placed("out", [Path("logs/a.log")]) == [f"{here}/out/a.log"]


def test_equal_names_get_numbers(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    found = storage.sources([tmp_path / "logs"])
    destination = Destination(str(tmp_path / "out"), [tmp_path / "logs"], found, force=False)
    targets = [destination.target(item, ("x", name)) for item, name in zip(found, "aabA", strict=True)]
    assert [target.name for target in targets] == ["a", "a-2", "b", "A-3"]


@pytest.mark.parametrize("output", ["logs", "logs/out", "logs/b/c", "logs/../logs/out"])
def test_output_inside_the_input(tmp_path: Path, output: str) -> None:
    tree(tmp_path / "logs")
    with pytest.raises(InputError, match="inside an input folder"):
        placed(str(tmp_path / output), [tmp_path / "logs"])


@posix
def test_output_inside_the_input_by_a_link(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    (tmp_path / "link").symlink_to("logs/b")
    with pytest.raises(InputError, match="inside an input folder"):
        placed(str(tmp_path / "link"), [tmp_path / "logs"])


@pytest.mark.parametrize("force", [False, True])
def test_output_is_input(tmp_path: Path, force: bool) -> None:
    tree(tmp_path)
    with pytest.raises(InputError, match="the output is an input"):
        placed(str(tmp_path / "a.log"), [tmp_path / "a.log"], force=force)
    if os.name == "posix":
        (tmp_path / "hard").hardlink_to(tmp_path / "a.log")
        (tmp_path / "soft").symlink_to("a.log")
        for name in ("hard", "soft"):
            with pytest.raises(InputError, match="the output is an input"):
                placed(str(tmp_path / name), [tmp_path / "a.log"], force=force)


def test_existing_output(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(InputError, match="exists already"):
        placed(str(tmp_path / "out"), [tmp_path / "a.log"])
    assert placed(str(tmp_path / "out"), [tmp_path / "a.log"], force=True) == [str(tmp_path / "out")]


@pytest.mark.parametrize("part", ["", ".", "..", "a/b", "a\0b"])
def test_a_scrubbed_name_is_one_component(tmp_path: Path, part: str) -> None:
    tree(tmp_path)
    found = storage.sources([tmp_path / "a.log"])
    destination = Destination(str(tmp_path / "out/"), [tmp_path / "a.log"], found, force=False)
    with pytest.raises(InputError, match="not a file name"):
        destination.target(found[0], (part,))


def test_reports_keep_their_names(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    found = storage.sources([tmp_path / "logs"])
    destination = Destination(str(tmp_path / "out"), [tmp_path / "logs"], found, force=True)
    report = destination.reserve(tmp_path / "out" / "a.log")
    assert destination.target(found[0], found[0].parts).name == "a-2.log"
    with pytest.raises(InputError, match="used twice"):
        destination.reserve(tmp_path / "out" / "b" / ".." / "a.log")
    with pytest.raises(InputError, match="is an input"):
        destination.reserve(tmp_path / "logs" / "a.log")
    storage.write(report, b"{}")
    assert (tmp_path / "out" / "a.log").read_bytes() == b"{}"


def test_a_report_is_not_the_output(tmp_path: Path) -> None:
    tree(tmp_path)
    destination = Destination(str(tmp_path / "x.json"), [tmp_path / "a.log"], [], force=True)
    with pytest.raises(InputError, match="used twice"):
        destination.reserve(tmp_path / "x.json")


def test_folders_of_unreleased_outputs_go(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    found = storage.sources([tmp_path / "logs"])
    destination = Destination(str(tmp_path / "out"), [tmp_path / "logs"], found, force=False)
    targets = [destination.target(item, item.parts) for item in found]
    with targets[3].open() as sink:
        sink.write(TEXT)
    filled(targets[1])
    assert (tmp_path / "out" / "c" / "d").is_dir()
    destination.tidy()
    assert left_in(tmp_path / "out") == ["b", "b/.hidden"]


# --- standard output


class Closed(io.BytesIO):
    def write(self, _: object) -> int:
        raise BrokenPipeError

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def test_a_closed_pipe_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Closed()))
    storage.to_stdout([TEXT, TEXT])


def test_contents_are_the_stored_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(TEXT))
    assert b"".join(storage.contents(tmp_path / "x")) == gzip.compress(TEXT)


def steps(count: int, size: int) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=31)
    for _ in range(count):
        yield packer.compress(os.urandom(size))
    yield packer.flush()


def test_unpacking_holds_one_piece_at_a_time() -> None:
    largest = max(len(block) for block in storage._gunzip(steps(64, 1 << 16)))
    assert largest <= storage.CHUNK


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
