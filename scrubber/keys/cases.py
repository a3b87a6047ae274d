"""Cases: keys by name, so that later files of one ticket get the same pseudonyms and two tickets cannot be joined.

A case is a small file below the configuration folder. Its key comes from the master key, its name and a random number
that stands in that file alone: without the file nobody makes these pseudonyms again, not even who has the master key.
A case of a colleague is kept as the difference between its key and the one that this machine would have made.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from scrubber.keys import sealing
from scrubber.keys.keyfile import read_private, write_private
from scrubber.keys.master import Ask, master
from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import KEY_SIZE, Key

FOLDER: Final = "cases"
SUFFIX: Final = ".case"
LONGEST_NAME: Final = 200
"""Characters of the longest name of a case."""
VERSION: Final = 1

_LIMIT: Final = 1 << 13
_LABEL: Final = b"case\0"
_AGE: Final = re.compile(r"([0-9]{1,5})([dhw])")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def random_number() -> bytes:
    """What keeps the pseudonyms of a case from being made again without its file: 32 bytes."""
    return secrets.token_bytes(KEY_SIZE)


class Case(NamedTuple):
    """A case, without its key."""

    name: str
    created: datetime
    """When it was first used on this machine (UTC, whole seconds)."""
    used: datetime
    imported: bool
    path: Path


class Listing(NamedTuple):
    """Cases, and one message for each file beside them that cannot be used."""

    cases: list[Case]
    faults: list[str]


class _Stored(NamedTuple):
    name: str
    created: datetime
    salt: bytes
    mask: bytes
    """Zeros for a case of this machine."""


def for_case(case: str, folder: Path, ask: Ask) -> Key:
    """The key of a case; on first use it is made, and so is the master key in ``folder``.

    Names are compared after Unicode normalization (NFC) and without blanks around them; case counts.
    Errors: :class:`KeyFileError`.
    """
    name = normal(case)
    path = _path(name, folder)
    base = master(folder, ask)
    if not path.exists():
        _write(path, _Stored(name, _now(), random_number(), bytes(KEY_SIZE)))
    key = _key(_read(path), base)
    with suppress(OSError):
        # The time of the file is when it was used; where it cannot be set, an older one says enough.
        path.touch()
    return key


def existing(case: str, folder: Path, ask: Ask) -> Key:
    """The key of a case that there must be. Errors: :class:`KeyFileError`."""
    return _key(_read(found(case, folder).path), master(folder, ask))


def found(case: str, folder: Path) -> Case:
    """A case by name. Errors: :class:`KeyFileError` when there is none, or its file cannot be used."""
    path = _path(normal(case), folder)
    if not path.exists():
        raise KeyFileError("no such case; `scrubber case list` names them")
    return _case(path)


def listed(folder: Path) -> Listing:
    """All cases by name, and what is wrong with files that hold none. Errors: :class:`KeyFileError` for the folder."""
    found: list[Case] = []
    faults: list[str] = []
    for path in _files(folder):
        try:
            found.append(_case(path))
        except KeyFileError as error:
            faults.append(str(error))
    return Listing(sorted(found, key=lambda case: (case.name.casefold(), case.name)), faults)


def unused(folder: Path, age: timedelta) -> Listing:
    """The same of the cases that were not used for longer than ``age``."""
    found, faults = listed(folder)
    return Listing([case for case in found if _now() - case.used > age], faults)


def delete(case: Case) -> None:
    """Make a case's pseudonyms unlinkable for ever. Errors: :class:`KeyFileError`."""
    try:
        # Overwritten first, for what little it is worth on a modern disk.
        with case.path.open("r+b") as file:
            file.write(bytes(case.path.stat().st_size))
        case.path.unlink()
    except OSError as error:
        raise KeyFileError(f"{case.path}: {error.strerror or 'cannot be removed'}") from None


def fingerprint(key: Key) -> str:
    """Sixteen hexadecimal digits by which two people see that they hold the same key; they say nothing about it."""
    return key.digest(b"fingerprint", b"", 8).hex()


def exported(case: str, folder: Path, passphrase: str, ask: Ask) -> bytes:
    """The key of a case for a colleague, sealed by a pass phrase. Errors: :class:`KeyFileError`."""
    return sealing.seal(existing(case, folder, ask), passphrase, {"case": found(case, folder).name})


def imported(text: bytes, folder: Path, passphrase: str, ask: Ask, *, name: str = "") -> str:
    """Take in what :func:`exported` gave, under its own name or another; returns that name.

    Errors: :class:`KeyFileError`, also when there is a case of that name with another key.
    """
    key, label = sealing.unseal(text, passphrase, "the exported case")
    name = normal(name or label.get("case", ""))
    path = _path(name, folder)
    base = master(folder, ask)
    if not path.exists():
        salt = random_number()
        _write(path, _Stored(name, _now(), salt, _xor(key.material, _derived(base, name, salt).material)))
    if _key(_read(path), base).material != key.material:
        raise KeyFileError("there is a case of that name with another key; import it under another name")
    return name


def normal(case: str) -> str:
    """The name of a case as names are compared. Errors: :class:`KeyFileError`."""
    name = unicodedata.normalize("NFC", case).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise KeyFileError(f"the name of a case is 1 to {LONGEST_NAME} printable characters")
    return name


def age(text: str) -> timedelta:
    """``30d``, ``12h`` or ``8w``. Errors: :class:`KeyFileError`."""
    match = _AGE.fullmatch(text.strip())
    if match is None:
        raise KeyFileError("an age is a number of hours, days or weeks: 12h, 30d, 8w")
    return int(match[1]) * _UNITS[match[2]]


# --- files


def _key(stored: _Stored, base: Key) -> Key:
    return Key(_xor(_derived(base, stored.name, stored.salt).material, stored.mask))


def _derived(base: Key, name: str, salt: bytes) -> Key:
    return base.derive(_LABEL + salt + name.encode())


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def _path(name: str, folder: Path) -> Path:
    """Where the file of a case lies; a name may hold what no file name can."""
    return folder / FOLDER / (blake2b(name.encode(), digest_size=16).hexdigest() + SUFFIX)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted((folder / FOLDER).glob(f"*{SUFFIX}"))
    except OSError as error:
        raise KeyFileError(f"{folder}: {error.strerror or 'not readable'}") from None


def _case(path: Path) -> Case:
    stored = _read(path)
    try:
        used = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except (OSError, ValueError, OverflowError):
        used = stored.created
    return Case(stored.name, stored.created, max(used, stored.created), any(stored.mask), path)


def _write(path: Path, stored: _Stored) -> None:
    content = {
        "scrubber-case": VERSION,
        "name": stored.name,
        "created": stored.created.isoformat(),
        "salt": stored.salt.hex(),
        "mask": stored.mask.hex(),
    }
    try:
        write_private(path, json.dumps(content, indent=1).encode("ascii") + b"\n")
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or 'cannot be made'}") from None


def _read(path: Path) -> _Stored:
    """A case from its file. Errors: :class:`KeyFileError`."""
    try:
        content = json.loads(read_private(path, _LIMIT).decode("ascii"))
        if not isinstance(content, dict) or content["scrubber-case"] != VERSION:
            raise KeyFileError(f"{path}: no case of this version")
        name, created = normal(content["name"]), datetime.fromisoformat(content["created"])
        salt, mask = bytes.fromhex(content["salt"]), bytes.fromhex(content["mask"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyFileError(f"{path}: not a case") from None
    if (len(salt), len(mask)) != (KEY_SIZE, KEY_SIZE) or created.tzinfo is None or path != _path(name, path.parents[1]):
        raise KeyFileError(f"{path}: not a case")
    return _Stored(name, created, salt, mask)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
