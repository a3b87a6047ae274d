from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.destination import Destination
from scrubber.model import InputError

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file system")


def tree(folder: Path) -> None:
    for name in ("b/full", "b/.hidden", "a.log", "c/d/e.log"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT)


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
        ("bundle.tar.zst", "bundle.scrubbed.tar.zst"),
        ("bundle.TAR.XZ", "bundle.scrubbed.TAR.XZ"),
        ("bundle.tgz", "bundle.scrubbed.tgz"),
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


def test_outputs_are_announced_by_name_or_by_folder(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    tree(tmp_path / "more")
    paths = [tmp_path / "logs", tmp_path / "more"]
    found = storage.sources(paths)
    destination = Destination(None, paths, found, force=False)
    targets = [destination.target(item, item.parts) for item in found]
    labels = [item.label for item in found]
    assert destination.announced([]) == []
    assert destination.announced(labels[:5]) == [f"wrote {target.path}" for target in targets[:5]]
    assert destination.announced(labels[:7]) == [
        f"wrote 4 files below {tmp_path / 'logs.scrubbed'}",
        f"wrote 3 files below {tmp_path / 'more.scrubbed'}",
    ]


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
    assert (report.path, report.name) == (tmp_path / "out" / "a.log", "a.log")


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
    with targets[1].open() as sink:
        sink.write(TEXT)
        sink.release()
    assert (tmp_path / "out" / "c" / "d").is_dir()
    destination.tidy()
    left = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*"))
    assert left == ["b", "b/.hidden"]


@posix
def test_files_of_a_folder_keep_time_and_permissions(tmp_path: Path) -> None:
    tree(tmp_path / "logs")
    path = tmp_path / "logs" / "a.log"
    path.chmod(0o4751)
    os.utime(path, ns=(5, 1_700_000_000_123_456_789))
    found = storage.sources([tmp_path / "logs"])
    destination = Destination(None, [tmp_path / "logs"], found, force=False)
    target = destination.target(found[0], found[0].parts)
    mask = os.umask(0o022)
    os.umask(mask)
    assert (target.mode, target.changed) == ((0o751 & ~mask) | 0o600, 1_700_000_000_123_456_789)
    alone = Destination(None, [path], found[:1], force=False).target(found[0], ("a.log",))
    assert (alone.mode & 0o111, alone.changed) == (0, None)
