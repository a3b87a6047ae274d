"""Keys as text and as files: 64 hexadecimal digits, or 32 raw bytes.

A key file (white space around the digits is ignored) belongs to its owner alone. Windows has no such permission bits:
there the access rights of the user's profile folder protect the file and the check is left out. No message of this
module holds any part of a key.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import KEY_SIZE, Key

VARIABLE = "SCRUBBER_KEY"
"""Environment variable that holds a key."""

_HEX = re.compile(rb"[0-9A-Fa-f]{64}\Z")
_FILE_LIMIT = 1 << 12
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def from_text(text: str) -> Key:
    """A key from the 64 hexadecimal digits of the environment variable. Errors: :class:`KeyFileError`."""
    try:
        return parsed(text.encode("ascii"), VARIABLE, raw=False)
    except UnicodeEncodeError:
        raise KeyFileError(f"{VARIABLE}: a key is 64 hexadecimal digits") from None


def from_file(path: Path) -> Key:
    """A key from a file or pipe that is its owner's alone. Errors: :class:`KeyFileError`."""
    return parsed(read_private(path, _FILE_LIMIT), str(path), raw=True)


def read_private(path: Path, limit: int) -> bytes:
    """Up to ``limit`` bytes of a file or pipe that nobody but its owner can read. Errors: :class:`KeyFileError`."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _BINARY), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
                raise KeyFileError(f"{path}: not a file")
            if os.name == "posix" and mode & 0o077:
                raise KeyFileError(f"{path}: others can read the key; make it yours alone (chmod 600)")
            return file.read(limit)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or 'not readable'}") from None


def write_private(path: Path, data: bytes, *, over: bool = False) -> bool:
    """Make a file that only its owner may read, complete from the moment it can be seen.

    Folders that are missing are made. A file that is there already is replaced if ``over``; else the result is
    ``False``: of two processes that try, one wins. Errors: :class:`OSError`, and then nothing is left.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        _write_new(temporary, data)
        if over:
            temporary.replace(path)
            return True
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
        except OSError:
            # A file system without hard links: still one winner, though for a moment the file is seen empty.
            try:
                _write_new(path, data)
            except FileExistsError:
                return False
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return True


def parsed(data: bytes, name: str, *, raw: bool) -> Key:
    """A key from 64 hexadecimal digits, or 32 ``raw`` bytes; ``name`` is what errors (:class:`KeyFileError`) say."""
    digits = data.strip()
    if _HEX.match(digits):
        material = bytes.fromhex(digits.decode("ascii"))
    elif raw and len(data) == KEY_SIZE:
        material = data
    elif not digits:
        raise KeyFileError(f"{name}: the key is empty")
    else:
        raise KeyFileError(f"{name}: a key is 64 hexadecimal digits{' or 32 bytes' if raw else ''}")
    if len(set(material)) == 1:
        # What a zeroed disk or a placeholder gives; no random source does.
        raise KeyFileError(f"{name}: the key repeats one byte")
    return Key(material)


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
