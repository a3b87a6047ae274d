"""Running somebody else's program on cleaned copies, and the record of a bypass.

The program gets the copies, never a shell, and neither key nor pass phrase in its environment.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from scrubber.keys.choice import PASSPHRASE_VARIABLE
from scrubber.keys.keyfile import VARIABLE
from scrubber.model import InputError, KeyFileError

PLACE: Final = "{}"
"""Stands for a file in the arguments of a command."""
LOG: Final = "bypass.log"
PATIENCE: Final = 5.0
"""Seconds a program has to end when the run is interrupted."""
_PIECE: Final = 1 << 20
_HIDDEN: Final = frozenset({VARIABLE, PASSPHRASE_VARIABLE})


def expanded(command: Sequence[str], paths: Iterable[Path]) -> list[str]:
    """The arguments of ``command``, each one that holds ``{}`` once for every path, in place.

    Errors: :class:`InputError` when the program is missing or no argument holds ``{}``.
    """
    if not command:
        raise InputError("name the command behind --")
    if not any(PLACE in argument for argument in command[1:]):
        raise InputError(f"no argument of the command holds {PLACE}, which stands for a file")
    if shutil.which(command[0]) is None:
        raise InputError(f"{command[0]}: no such program")
    files = [str(path) for path in paths]
    arguments: list[str] = []
    for argument in command:
        arguments += [argument.replace(PLACE, file) for file in files] if PLACE in argument else [argument]
    return arguments


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end; returns its exit code, 128 and the number for one that a signal ended.

    It has the terminal, so an interrupt reaches it too. Errors: :class:`InputError` when it cannot be started.
    """
    visible = {name: value for name, value in environment.items() if name not in _HIDDEN}
    try:
        # The user's own command, given as a list of arguments; never a shell.
        process = subprocess.Popen(list(command), env=visible)  # noqa: S603
    except OSError as error:
        raise InputError(f"{command[0]}: {error.strerror or 'cannot be started'}") from None
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            # The wait was interrupted.
            _stop(process)
    return code if code >= 0 else 128 - code


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a program that is not to go on: kindly, then for good, so that no copy is read once it is gone."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def record(folder: Path, reason: str, paths: Iterable[Path], command: Sequence[str]) -> Path:
    """Write down that raw files are handed over: who, when, why, which program, and the hashes. Returns the log.

    One JSON document a line, in a file of the owner's alone. Errors: :class:`KeyFileError` when it cannot be written:
    what cannot be recorded must not happen. :class:`InputError` for a file that cannot be read.
    """
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": _user(),
        "reason": reason,
        "program": command[0],
        "files": [{"path": str(path.absolute()), "sha256": _hash(path)} for path in paths],
    }
    log = folder / LOG
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(log, flags, 0o600), "ab") as file:
            file.write(json.dumps(entry).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(f"{log}: {error.strerror or 'cannot be written'}; nothing was handed over") from None
    return log


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # No account belongs to the number under which a container runs.
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _hash(path: Path) -> str:
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'not readable'}") from None
    return digest.hexdigest()
