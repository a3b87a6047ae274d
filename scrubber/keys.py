"""Where the key of a run comes from.

By default it is fresh and forgotten, so that two outputs cannot be joined. ``--case NAME`` derives it from a master key
that lies in the user's configuration folder, so that later files of the same case line up while other cases stay
apart. ``--key-file FILE``, or the variable ``SCRUBBER_KEY`` with 64 hexadecimal digits, give it as it is.

A key file holds 64 hexadecimal digits (white space around them is ignored) or 32 raw bytes, and belongs to its owner
alone. Windows has no such permission bits: there the access rights of the user's profile folder protect the file and
the check is left out. No message of this module holds any part of a key.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import KEY_SIZE, Key

VARIABLE = "SCRUBBER_KEY"
"""Environment variable that holds a key."""

FOLDER_VARIABLE = "SCRUBBER_CONFIG"
"""Environment variable that names the configuration folder."""

MASTER = "master.key"

CASE_NAME = 200
"""Longest name of a case, in characters."""

_HEX = re.compile(rb"[0-9A-Fa-f]{64}\Z")
_FILE_LIMIT = 1 << 12
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_LABEL = b"case\0"


def choose(case: str | None, key_file: Path | None, environment: Mapping[str, str]) -> Key:
    """The key for the options of a command; an option outranks the environment, and without any it is fresh.

    Errors: :class:`KeyFileError`, also when both options are given.
    """
    if case is not None and key_file is not None:
        raise KeyFileError("--case and --key-file exclude each other")
    if case is not None:
        return for_case(case, configuration_folder(environment))
    if key_file is not None:
        try:
            return from_file(key_file)
        except KeyFileError as error:
            raise KeyFileError(f"--key-file {error}") from None
    if VARIABLE in environment:
        return from_text(environment[VARIABLE])
    return Key.fresh()


def from_text(text: str) -> Key:
    """A key from the 64 hexadecimal digits of the environment variable. Errors: :class:`KeyFileError`."""
    try:
        return _parse(text.encode("ascii"), VARIABLE, raw=False)
    except UnicodeEncodeError:
        raise KeyFileError(f"{VARIABLE}: a key is 64 hexadecimal digits") from None


def from_file(path: Path) -> Key:
    """A key from a file or pipe that is its owner's alone. Errors: :class:`KeyFileError`."""
    name = str(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _BINARY), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
                raise KeyFileError(f"{name}: not a file")
            if os.name == "posix" and mode & 0o077:
                raise KeyFileError(f"{name}: others can read the key; make it yours alone (chmod 600)")
            data = file.read(_FILE_LIMIT)
    except OSError as error:
        raise KeyFileError(f"{name}: {error.strerror or 'not readable'}") from None
    return _parse(data, name, raw=True)


def _parse(data: bytes, name: str, *, raw: bool) -> Key:
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


def for_case(case: str, folder: Path) -> Key:
    """The key of one case, from the master key in ``folder``, which is made when it is missing.

    Names are compared after Unicode normalization (NFC) and without blanks around them; case counts.
    Errors: :class:`KeyFileError`.
    """
    name = unicodedata.normalize("NFC", case).strip()
    if not name or len(name) > CASE_NAME or not name.isprintable():
        raise KeyFileError(f"the name of a case is 1 to {CASE_NAME} printable characters")
    return master(folder).derive(_LABEL + name.encode())


def master(folder: Path) -> Key:
    """The master key of this user on this machine. Errors: :class:`KeyFileError`."""
    path = folder / MASTER
    try:
        if not path.exists():
            _create(path)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or 'cannot be made'}") from None
    return from_file(path)


def _create(path: Path) -> None:
    """Make a master key that is complete from the moment it can be seen; of two processes that try, one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = Key.fresh().material.hex().encode() + b"\n"
    temporary = path.with_name(f".{MASTER}-{secrets.token_hex(8)}")
    try:
        _write_new(temporary, text)
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
        except OSError:
            # A file system without hard links: still one winner, though for a moment the file is seen empty.
            with suppress(FileExistsError):
                _write_new(path, text)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def configuration_folder(environment: Mapping[str, str]) -> Path:
    """``SCRUBBER_CONFIG``, or the folder for settings that the platform prescribes, with ``scrubber`` in it.

    XDG Base Directory (``XDG_CONFIG_HOME``, else ``~/.config``); ``APPDATA`` on Windows; ``~/Library/Application
    Support`` on macOS. Errors: :class:`KeyFileError` when there is no home folder.
    """
    if own := environment.get(FOLDER_VARIABLE):
        return Path(own)
    try:
        return _platform_folder(environment) / "scrubber"
    except RuntimeError:
        raise KeyFileError(f"no home folder for the master key; set {FOLDER_VARIABLE}") from None


def _platform_folder(environment: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environment["APPDATA"]) if environment.get("APPDATA") else Path.home() / "AppData" / "Roaming"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    # The specification says to ignore a relative path.
    own = Path(environment.get("XDG_CONFIG_HOME", ""))
    return own if own.is_absolute() else Path.home() / ".config"
