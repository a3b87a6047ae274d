"""The master key of this user on this machine, from which the keys of cases come.

It lies in the user's configuration folder as a file of the owner's alone (made when it is first asked for), in the key
ring of the system, or in a file under a pass phrase; :func:`protect` moves it. No message of this module holds any
part of a key.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.keys import sealing
from scrubber.keys.keyfile import from_file, parsed, read_private, write_private
from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import Key

if TYPE_CHECKING:
    from types import ModuleType

FOLDER_VARIABLE = "SCRUBBER_CONFIG"
"""Environment variable that names the configuration folder."""

SERVICE = "voip-scrubber"
"""The name of the entry in the key ring."""

Ask = Callable[[str], str]
"""Asks the user for a pass phrase; the argument says which. May raise :class:`KeyFileError`."""


class Protection(StrEnum):
    """Where a master key lies."""

    FILE = "file"
    KEYRING = "keyring"
    PASSPHRASE = "passphrase"


NAMES: Mapping[Protection, str] = {
    Protection.PASSPHRASE: "master.sealed",
    Protection.KEYRING: "master.keyring",
    Protection.FILE: "master.key",
}
"""The file of each. That of the key ring names its entry: without it a locked key ring would look like a first use."""


def master(folder: Path, ask: Ask) -> Key:
    """The master key; on first use it is made, as a file. Errors: :class:`KeyFileError`."""
    where = protection(folder)
    path = folder / NAMES[where or Protection.FILE]
    if where is Protection.KEYRING:
        return _from_ring(read_private(path, sealing.LIMIT).decode("ascii", "replace").strip())
    if where is Protection.PASSPHRASE:
        text = read_private(path, sealing.LIMIT + 1)
        return sealing.unseal(text, ask("Pass phrase of the master key"), str(path))[0]
    if where is None:
        try:
            write_private(path, Key.fresh().material.hex().encode() + b"\n")
        except OSError as error:
            raise KeyFileError(f"{path}: {error.strerror or 'cannot be made'}") from None
    return from_file(path)


def protection(folder: Path) -> Protection | None:
    """Where the master key lies; ``None`` before it was first asked for. Errors: :class:`KeyFileError`."""
    try:
        return next((where for where, name in NAMES.items() if (folder / name).exists()), None)
    except OSError as error:
        raise KeyFileError(f"{folder}: {error.strerror or 'not readable'}") from None


def protect(folder: Path, where: Protection, ask: Ask) -> None:
    """Move the master key, or give it another pass phrase. It stays the same key, so all cases stay.

    Errors: :class:`KeyFileError`; the key is then where it was.
    """
    key = master(folder, ask)
    before = protection(folder)
    path = folder / NAMES[where]
    try:
        write_private(path, _stored(key, where, ask), over=True)
        if before is not None and before is not where:
            old = folder / NAMES[before]
            entry = read_private(old, sealing.LIMIT).decode("ascii", "replace").strip()
            old.unlink()
            if before is Protection.KEYRING:
                _forget(entry)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or 'cannot be made'}") from None


def _stored(key: Key, where: Protection, ask: Ask) -> bytes:
    """What the file of this protection holds."""
    if where is Protection.FILE:
        return key.material.hex().encode() + b"\n"
    if where is Protection.PASSPHRASE:
        passphrase = ask("New pass phrase of the master key")
        if passphrase != ask("The same pass phrase again"):
            raise KeyFileError("the two pass phrases differ")
        return sealing.seal(key, passphrase, {"holds": "master key"})
    entry = f"master-{key.digest(b'key-ring', b'', 8).hex()}"
    ring = _ring()
    try:
        ring.set_password(SERVICE, entry, key.material.hex())
    except ring.errors.KeyringError:
        raise KeyFileError("the key ring of the system did not take the key") from None
    if _from_ring(entry).material != key.material:
        raise KeyFileError("the key ring of the system did not keep the key")
    return entry.encode() + b"\n"


# --- the key ring of the system


def _ring() -> ModuleType:
    try:
        import_module("keyring.errors")
        return import_module("keyring")
    except ImportError:
        raise KeyFileError("the key ring needs an extra: pip install 'voip-scrubber[keyring]'") from None


def _from_ring(entry: str) -> Key:
    ring = _ring()
    try:
        text = ring.get_password(SERVICE, entry)
    except ring.errors.KeyringError:
        raise KeyFileError("the key ring of the system is locked or missing") from None
    if text is None:
        raise KeyFileError("the key ring of the system no longer holds the master key")
    return parsed(text.encode("ascii", "replace"), "key ring", raw=False)


def _forget(entry: str) -> None:
    ring = _ring()
    try:
        ring.delete_password(SERVICE, entry)
    except ring.errors.KeyringError:
        raise KeyFileError("the key ring of the system keeps its copy of the key; remove it there") from None


# --- the folder


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
