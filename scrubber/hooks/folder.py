"""A drop folder: what is put into it appears, cleaned, in an outbox.

A file is taken once it has stopped growing. What was taken is remembered in the outbox by salted digests, so that a
watch that starts again takes only what is new, and no name of a raw file stands there.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from scrubber.model import InputError

DONE: Final = ".scrubber-done.json"
SETTLED: Final = 2.0
"""Seconds in which a file must not change before it is taken."""
TICK: Final = 0.5
"""Seconds between two looks at files that may have settled."""
_REMEMBERED: Final = 1 << 16
_LARGEST: Final = 1 << 24

Clean = Callable[[Sequence[Path], Path], None]
"""Cleans files into a folder that does not exist yet."""
State = tuple[int, int]
"""Size and time of the last change of a file."""


class Taken:
    """The files that need not be taken again: the digests of the last some ten thousand."""

    def __init__(self, outbox: Path) -> None:
        """Errors: :class:`InputError` for a file of that name that is something else."""
        self._path = outbox / DONE
        self._salt = secrets.token_bytes(16)
        self._digests: dict[str, None] = {}
        self._load()

    def _load(self) -> None:
        try:
            with self._path.open("rb") as file:
                content = json.loads(file.read(_LARGEST))
            self._salt = bytes.fromhex(content["salt"])
            self._digests = dict.fromkeys(map(str, content["taken"]))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise InputError(f"{self._path}: cannot be read; remove it to take everything again") from None

    def __contains__(self, item: tuple[Path, State]) -> bool:
        return self._digest(*item) in self._digests

    def add(self, items: Iterable[tuple[Path, State]]) -> None:
        """Remember files. Errors: :class:`InputError` when that cannot be written."""
        for item in items:
            self._digests[self._digest(*item)] = None
        while len(self._digests) > _REMEMBERED:
            del self._digests[next(iter(self._digests))]
        text = json.dumps({"salt": self._salt.hex(), "taken": list(self._digests)})
        temporary = self._path.with_name(f"{DONE}.new")
        try:
            temporary.write_text(text, encoding="ascii")
            temporary.replace(self._path)
        except OSError as error:
            raise InputError(f"{self._path}: {error.strerror or 'cannot be written'}") from None

    def _digest(self, path: Path, state: State) -> str:
        return blake2b(f"{state} {path}".encode("utf-8", "surrogateescape"), key=self._salt, digest_size=16).hexdigest()


def watch(drop: Path, outbox: Path, clean: Clean, stop: Event) -> None:
    """Take files from ``drop`` until ``stop`` is set; those that settle together are cleaned together.

    Each time they go into a new folder of the outbox, named by the time (UTC). Errors: :class:`InputError` when there
    is no such folder, the outbox lies in it, or the extra for watching is missing.
    """
    _check(drop, outbox)
    taken = Taken(outbox)
    seen: dict[Path, tuple[State, float]] = {}
    for _ in _looks(drop, stop):
        now = monotonic()
        found = dict(_files(drop))
        for path in seen.keys() - found.keys():
            del seen[path]
        ripe = []
        for path, state in found.items():
            if (path, state) in taken:
                continue
            if path not in seen or seen[path][0] != state:
                seen[path] = (state, now)
            elif now - seen[path][1] >= SETTLED:
                ripe.append((path, state))
        if ripe:
            clean([path for path, _ in ripe], _place(outbox))
            taken.add(ripe)


def _looks(drop: Path, stop: Event) -> Iterator[None]:
    """Whenever something changes in the folder, and a little later too."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise InputError("watching needs an extra: pip install 'voip-scrubber[watch]'") from None
    yield
    yield from (
        None for _ in changes(drop, stop_event=stop, rust_timeout=int(1000 * TICK), yield_on_timeout=True, step=50)
    )


def _check(drop: Path, outbox: Path) -> None:
    if not drop.is_dir():
        raise InputError(f"{drop}: no such folder")
    if Path(os.path.realpath(outbox)).is_relative_to(os.path.realpath(drop)):
        raise InputError("the outbox lies inside the drop folder")
    try:
        outbox.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{outbox}: {error.strerror or 'cannot be made'}") from None


def _files(drop: Path) -> Iterator[tuple[Path, State]]:
    """The files below the folder, hidden ones left out: programs write them while they copy."""
    for folder, folders, names in os.walk(drop):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            if not name.startswith(".") and not path.is_symlink():
                yield path, (status.st_size, status.st_mtime_ns)


def _place(outbox: Path) -> Path:
    name = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    path, number = outbox / name, 1
    while path.exists():
        number += 1
        path = outbox / f"{name}-{number}"
    return path


# --- a service that watches


def unit(drop: Path, outbox: Path, options: Sequence[str]) -> str:
    """The text of a systemd user unit (systemd.service(5)) that watches."""
    words = (Path(sys.executable).as_posix(), "-m", "scrubber", "hook", "watch", *options, str(drop), str(outbox))
    command = " ".join(_quoted(word) for word in words)
    return "\n".join(
        (
            "[Unit]",
            "Description=scrubber cleans what is put into a drop folder",
            "",
            "[Service]",
            f"ExecStart={command}",
            "Restart=on-failure",
            "UMask=0077",
            "PrivateTmp=yes",
            "NoNewPrivileges=yes",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        )
    )


def unit_path(drop: Path, home: Path) -> Path:
    """Where the unit of a drop folder lies."""
    name = blake2b(os.fsencode(os.path.realpath(drop)), digest_size=6).hexdigest()
    return home / ".config" / "systemd" / "user" / f"scrubber-{name}.service"


def _quoted(word: str) -> str:
    # systemd reads quotes as a shell does, and replaces these two itself.
    return shlex.quote(word).replace("%", "%%").replace("$", "$$")
