from __future__ import annotations

import errno
import gzip
import io
import os
import stat
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.content import Content
from scrubber.model import InputError, RuleError
from scrubber.storage import Source

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file system")


def source(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    return Source(path, str(path), (path.name,))


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


def test_text_is_read_from_its_container(tmp_path: Path) -> None:
    found = source(tmp_path / "x", gzip.compress("\ufeffJos\u00e9\n".encode("utf-16-le"))).inspect()
    assert found.content == Content("gzip", encoding="utf-16-le", bom=b"\xff\xfe")
    assert found.size == found.path.stat().st_size
    assert b"".join(found.chunks()) == "Jos\u00e9\n".encode()


def test_a_refused_file_is_named_by_its_content(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="images are not supported yet"):
        source(tmp_path / "x.log", b"\x89PNG\r\n\x1a\n").inspect()


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


def test_contents_are_the_stored_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(TEXT))
    assert b"".join(storage.contents(tmp_path / "x")) == gzip.compress(TEXT)
