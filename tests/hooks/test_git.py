from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.hooks import git
from scrubber.model import InputError

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

Git = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "repository"
    folder.mkdir()
    command(folder, "init", "-q", "-b", "main")
    command(folder, "config", "user.email", "test@test.invalid")
    command(folder, "config", "user.name", "test")
    return folder


def command(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command(folder, "add", "-A")
    command(folder, "commit", "-q", "-m", "x")
    return command(folder, "rev-parse", "HEAD")


def test_in_and_out_again(repository: Path) -> None:
    hooks = repository / ".git" / "hooks"
    assert [path.name for path in git.install(repository)] == ["pre-commit", "pre-push"]
    before = {path.name: path.read_bytes() for path in hooks.iterdir()}
    git.install(repository)
    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == before
    assert os.access(hooks / "pre-commit", os.X_OK)
    assert [path.name for path in git.uninstall(repository)] == ["pre-commit", "pre-push"]
    assert not (hooks / "pre-commit").exists()
    assert git.uninstall(repository) == []


def test_a_hook_that_was_there_is_kept(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    hook.chmod(0o755)
    for _ in range(2):
        git.install(repository)
    kept = hook.with_name("pre-commit.before-scrubber")
    assert kept.read_text(encoding="utf-8") == "#!/bin/sh\nexit 3\n"
    assert subprocess.run([str(hook)], check=False, cwd=repository).returncode == 3
    git.uninstall(repository)
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 3\n"
    assert os.access(hook, os.X_OK)
    assert not kept.exists()


def test_a_foreign_hook_is_not_taken_out(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    assert git.uninstall(repository) == []
    assert hook.exists()


def test_hooks_that_lie_elsewhere(repository: Path) -> None:
    command(repository, "config", "core.hooksPath", "own hooks")
    assert {path.parent for path in git.install(repository)} == {repository / "own hooks"}


def test_staged(repository: Path) -> None:
    (repository / "a b.log").write_text("one", encoding="utf-8")
    (repository / "ü\n.log").write_text("two", encoding="utf-8")
    command(repository, "add", "-A")
    assert [path for path, _ in git.staged(repository)] == ["a b.log", "ü\n.log"]
    commit(repository, third="three")
    assert list(git.staged(repository)) == []
    (repository / "third").write_text("changed", encoding="utf-8")
    (repository / "a b.log").unlink()
    (repository / "link").symlink_to("third")
    command(repository, "add", "-A")
    assert [path for path, _ in git.staged(repository)] == ["third"]


def test_what_is_staged_counts_and_not_what_lies_in_the_folder(repository: Path, tmp_path: Path) -> None:
    (repository / "a").write_text("staged", encoding="utf-8")
    command(repository, "add", "a")
    (repository / "a").write_text("later", encoding="utf-8")
    place = tmp_path / "object"
    [(path, blob)] = git.staged(repository)
    git.content(repository, blob, place)
    assert place.read_bytes() == b"staged"
    assert git.blob_of(repository, path) == blob
    assert git.blob_of(repository, "b") == ""


def test_pushed(repository: Path) -> None:
    first = commit(repository, a="one")
    commit(repository, b="two")
    (repository / "b").unlink()
    last = commit(repository, c="three")
    line = f"refs/heads/main {last} refs/heads/main {first}"
    assert sorted(path for path, _ in git.pushed(repository, [line])) == ["b", "c"]
    new = f"refs/heads/main {last} refs/heads/main {'0' * 40}"
    assert sorted(path for path, _ in git.pushed(repository, [new])) == ["a", "b", "c"]
    deleted = f"(delete) {'0' * 40} refs/heads/main {first}"
    assert list(git.pushed(repository, [deleted, "", "nonsense"])) == []


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="is this a repository"):
        git.top(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="git is not installed"):
        git.top(tmp_path)
