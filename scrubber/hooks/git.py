"""Hooks of git that stop raw logs and captures: put in beside whatever is there, and taken out again.

A hook that was there is kept under another name and runs first (githooks(5)). Nothing here changes what is tracked.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from scrubber.model import InputError

HOOKS: Final = ("pre-commit", "pre-push")
MARK: Final = "# Stops raw logs and captures. Take it out with: scrubber hook uninstall git"
BEFORE: Final = ".before-scrubber"
"""Behind the name of a hook that was there first."""


def install(folder: Path) -> list[Path]:
    """Put the hooks into the repository of ``folder``; returns them. A second time changes nothing.

    Errors: :class:`InputError` when there is no repository or a hook cannot be written.
    """
    hooks = _hooks(folder)
    made = []
    for name in HOOKS:
        path, before = hooks / name, hooks / (name + BEFORE)
        try:
            hooks.mkdir(parents=True, exist_ok=True)
            if path.exists() and not _is_ours(path):
                if before.exists():
                    raise InputError(f"{before}: is in the way")
                path.rename(before)
            temporary = path.with_name(f".{name}-{os.getpid()}")
            temporary.write_text(_script(name), encoding="utf-8")
            temporary.chmod(0o755)
            temporary.replace(path)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or 'cannot be written'}") from None
        made.append(path)
    return made


def uninstall(folder: Path) -> list[Path]:
    """Take the hooks out and put back what was there; returns the hooks that were ours. Errors: :class:`InputError`."""
    hooks = _hooks(folder)
    gone = []
    for name in HOOKS:
        path, before = hooks / name, hooks / (name + BEFORE)
        try:
            if not _is_ours(path):
                continue
            path.unlink()
            if before.exists():
                before.rename(path)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or 'cannot be removed'}") from None
        gone.append(path)
    return gone


def staged(folder: Path) -> Iterator[tuple[str, str]]:
    """Path and object of each file that the next commit adds or changes. Errors: :class:`InputError`."""
    yield from _changed(folder, ["diff-index", "--cached", "-z", "--diff-filter=ACMRT", "--no-renames", _head(folder)])


def pushed(folder: Path, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Path and object of each file in commits that the remote does not have; ``lines`` as git gives them to pre-push.

    Every commit counts, not only the last one: what was added and removed again is sent all the same.
    """
    for line in lines:
        words = line.split()
        if len(words) != 4 or set(words[1]) == {"0"}:
            continue
        local, remote = words[1], words[3]
        outside = ["--not", "--remotes"] if set(remote) == {"0"} else [f"^{remote}"]
        for commit in _git(folder, ["rev-list", local, *outside]).decode("ascii").split():
            command = ["diff-tree", "-r", "-z", "--no-commit-id", "--root", "--diff-filter=ACMRT", "--no-renames", "-m"]
            yield from _changed(folder, [*command, commit])


def content(folder: Path, blob: str, place: Path) -> None:
    """Write an object into ``place``, which exists and is private. Errors: :class:`InputError`."""
    with place.open("wb") as file:
        _git(folder, ["cat-file", "blob", blob], file.fileno())


def blob_of(folder: Path, path: str) -> str:
    """The object of a path in the index, or an empty string."""
    found = _git(folder, ["ls-files", "-z", "--stage", "--", f":(top,literal){path}"])
    return found.split(b" ")[1].decode("ascii") if found else ""


def top(folder: Path) -> Path:
    """The folder of the working tree. Errors: :class:`InputError`."""
    return Path(os.fsdecode(_git(folder, ["rev-parse", "--show-toplevel"]).rstrip(b"\n")))


def _changed(folder: Path, command: list[str]) -> Iterator[tuple[str, str]]:
    fields = _git(folder, command).split(b"\0")
    for told, path in zip(fields[::2], fields[1::2], strict=False):
        # ":old-mode new-mode old-object new-object status"; links and sub-modules hold no content.
        words = told.lstrip(b":").split(b" ")
        if len(words) == 5 and words[1].startswith(b"100"):
            yield os.fsdecode(path), words[3].decode("ascii")


def _head(folder: Path) -> str:
    try:
        return _git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"]).decode("ascii").strip()
    except InputError:
        # The first commit is compared with nothing; the name of the empty tree depends on the hash in use.
        return _git(folder, ["hash-object", "-t", "tree", "--stdin"]).decode("ascii").strip()


def _hooks(folder: Path) -> Path:
    return folder / os.fsdecode(_git(folder, ["rev-parse", "--git-path", "hooks"]).rstrip(b"\n"))


def _is_ours(path: Path) -> bool:
    try:
        return MARK in path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return False


def _script(name: str) -> str:
    program = f"{shlex.quote(Path(sys.executable).as_posix())} -m scrubber hook stop {name}"
    before = f'"$(dirname "$0")/{name}{BEFORE}"'
    lines: tuple[str, ...]
    if name == "pre-push":
        # Both hooks read what is pushed from standard input.
        lines = ("pushed=$(cat)", f'if [ -x {before} ]; then printf "%s\\n" "$pushed" | {before} "$@" || exit $?; fi')
        last = f'printf "%s\\n" "$pushed" | {program} "$@"'
    else:
        lines = (f'if [ -x {before} ]; then {before} "$@" || exit $?; fi',)
        last = f'exec {program} "$@"'
    return "\n".join(("#!/bin/sh", MARK, *lines, last, ""))


def _git(folder: Path, arguments: list[str], stdout: int = subprocess.PIPE) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise InputError("git is not installed")
    try:
        # Arguments are ours, object names and paths behind "--"; never a shell.
        done = subprocess.run(  # noqa: S603
            [program, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:
        raise InputError(f"git: {error.strerror or 'cannot be run'}") from None
    if done.returncode:
        raise InputError(f"git {arguments[0]} failed; is this a repository?")
    return done.stdout or b""
