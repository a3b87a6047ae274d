"""Objects in any store that fsspec has a driver for, as the source and the home of a batch.

Every call is tried a few times, with pauses that grow: stores throttle, time out and answer 500 every night. What the
store says is told by the name of its error alone.
"""

from __future__ import annotations

import errno
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from time import sleep
from typing import IO, Any, NamedTuple, TypeVar

from scrubber.batch.folder import base_of
from scrubber.batch.inputs import Input
from scrubber.content import CHUNK
from scrubber.model import InputError

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt; half of each is left to chance, so that workers do not come back together."""
PRIVATE = ".scrubber"
"""The folder of the home for lock and state, and for what is not whole yet."""
_WHOLE = frozenset("s3 s3a gs gcs az abfs abfss adl oci oss memory".split())
"""Stores in which an object appears at once, when all of it has arrived."""
_TAGS = ("ETag", "etag", "VersionId", "generation", "md5Hash", "LastModified", "last_modified", "mtime", "updated")
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")
_LASTING = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Errors that no patience mends."""
_FOREIGN = (
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("aiohttp", "ClientError"),
    ("azure.core.exceptions", "AzureError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("requests.exceptions", "RequestException"),
    ("paramiko.ssh_exception", "SSHException"),
)
"""Errors of drivers that are not always turned into those of the system."""

T = TypeVar("T")


class Store(NamedTuple):
    """A place in a store, as a :class:`~scrubber.batch.targets.Home`. Cheap to hand to another process."""

    url: str

    @property
    def protocol(self) -> str:
        """What stands before ``://``."""
        return self.url.partition("://")[0]

    def within(self) -> tuple[Any, str]:
        """The driver, and the path by its rules. Errors: :class:`InputError` when there is no driver."""
        try:
            driver, path = import_module("fsspec.core").url_to_fs(self.url)
        except ImportError:
            extra = self.protocol if self.protocol in ("s3", "gs", "az", "sftp") else "batch"
            text = (
                f"{self.protocol}:// needs a driver: pip install 'voip-scrubber[{extra}]', or the package that has it"
            )
            raise InputError(text) from None
        except ValueError:
            raise InputError(f"{self.protocol}:// is no store that is known") from None
        return driver, str(path).rstrip("/")

    def publish(self, file: Path, place: str) -> None:
        """One upload of a whole file, then a look at its size; a rename in stores that show what is not whole."""
        driver, base = self.within()
        path, size = f"{base}/{_text(place)}", file.stat().st_size
        first = path if self.protocol in _WHOLE else f"{base}/{PRIVATE}/{secrets.token_hex(8)}"

        def put() -> None:
            if first != path:
                driver.makedirs(first.rpartition("/")[0], exist_ok=True)
                driver.makedirs(path.rpartition("/")[0], exist_ok=True)
            driver.put_file(str(file), first)
            driver.invalidate_cache()
            if driver.info(first)["size"] != size:
                raise OSError(errno.EIO, "the store kept another size")
            if first != path:
                driver.mv(first, path)

        patiently(put)

    def remove(self, place: str) -> None:
        """As a home does."""
        driver, base = self.within()

        def remove() -> None:
            try:
                driver.rm_file(f"{base}/{_text(place)}")
            except FileNotFoundError:
                return

        patiently(remove)

    def exists(self, place: str) -> bool:
        """As a home does."""
        driver, base = self.within()
        driver.invalidate_cache()
        return patiently(lambda: bool(driver.exists(f"{base}/{_text(place)}")))

    # --- what lock and state need

    def fetch(self, place: str) -> bytes | None:
        """A small object; ``None`` when there is none. Errors: :class:`OSError`."""
        driver, base = self.within()
        driver.invalidate_cache()
        try:
            return patiently(lambda: bytes(driver.cat_file(f"{base}/{place}")))
        except FileNotFoundError:
            return None

    def create(self, place: str, data: bytes) -> None:
        """A small object that is not there yet. Errors: :class:`FileExistsError`, :class:`OSError`."""
        driver, base = self.within()
        if self.protocol not in _WHOLE:
            patiently(lambda: driver.makedirs(f"{base}/{place}".rpartition("/")[0], exist_ok=True))
        try:
            patiently(lambda: driver.pipe_file(f"{base}/{place}", data, mode="create"))
        except TypeError:
            raise InputError("the driver of the store is too old for a lock") from None

    def replace(self, place: str, data: bytes) -> None:
        """A small object, over what is there. Errors: :class:`OSError`."""
        driver, base = self.within()
        patiently(lambda: driver.pipe_file(f"{base}/{place}", data))


class StoredObject(NamedTuple):
    """One object as an :class:`~scrubber.batch.inputs.Origin`."""

    store: Store
    path: str
    """By the rules of the driver."""
    tag: str

    def read(self, size: int | None) -> Iterator[bytes]:
        """The octets, from a copy of the object that has no name on this machine; each process keeps the last one."""
        del size
        file, offset = _copied(self), 0
        while True:
            file.seek(offset)
            chunk = file.read(CHUNK)
            if not chunk:
                return
            offset += len(chunk)
            yield chunk

    def begin(self) -> Iterator[bytes]:
        """The first octets, of the copy or else of the object, which is not copied for them."""
        if _copies and _copies[0][0] == self:
            yield from self.read(None)
            return
        driver, _ = self.store.within()
        head: bytes = patiently(lambda: driver.cat_file(self.path, start=0, end=CHUNK))
        yield head


_copies: list[tuple[StoredObject, IO[bytes]]] = []


def _copied(wanted: StoredObject) -> IO[bytes]:
    if _copies and _copies[0][0] == wanted:
        return _copies[0][1]
    forget()
    driver, _ = wanted.store.within()
    with ExitStack() as unless_copied:
        # It stays open until the next object is wanted.
        file = unless_copied.enter_context(TemporaryFile(prefix="scrubber-"))

        def get() -> None:
            file.seek(0)
            file.truncate()
            with driver.open(wanted.path, "rb") as stream:
                while chunk := stream.read(CHUNK):
                    file.write(chunk)

        patiently(get)
        unless_copied.pop_all()
    _copies.append((wanted, file))
    return file


def forget() -> None:
    """Give back the copy that this process holds."""
    while _copies:
        _copies.pop()[1].close()


def inputs(url: str) -> list[Input]:
    """Every object below a URL, that fits a pattern, or the one that is named, in the order of a walk over folders.

    Errors: :class:`InputError` when there is nothing at all, :class:`OSError`.
    """
    store, fits = Store(url), None
    driver, path = store.within()
    driver.invalidate_cache()
    pattern = base_of(url)
    if pattern is not None and not patiently(lambda: driver.exists(path)):
        store, fits = Store(pattern[0]), pattern[1]
        driver, path = store.within()
    found: dict[str, dict[str, Any]] = patiently(lambda: driver.find(path, detail=True))
    if not found:
        raise InputError("no such object or folder")
    root = path.rpartition("/")[2] or store.protocol
    known = []
    for name, info in found.items():
        if info.get("type") != "directory" and not name.endswith("/"):
            below = name[len(path) :].removeprefix("/") if name != path else ""
            parts = (root, *below.split("/")) if below else (root,)
            known.append(_input(store, name, parts, info))
    known.sort(
        key=lambda each: [(number == len(each.parts) - 1 and -1, part) for number, part in enumerate(each.parts)]
    )
    return [each for each in known if fits is None or fits.fullmatch(each.path)]


def _input(store: Store, name: str, parts: tuple[str, ...], info: dict[str, Any]) -> Input:
    told = [str(info[key]) for key in _TAGS if info.get(key) is not None]
    size = int(info.get("size") or 0)
    # Without a word on its state, an object could be another each time.
    tag = " ".join((str(size), *told)) if told else ""
    origin = StoredObject(store, name, tag or secrets.token_hex(8))
    label = f"{store.protocol}://{name.lstrip('/')}"
    fault = "a component of the name is empty" if "" in parts else ""
    return Input(origin, label, parts, size, _changed(info), tag, fault=fault)


def _changed(info: dict[str, Any]) -> float | None:
    for key in _TIMES:
        value = info.get(key)
        if isinstance(value, datetime):
            return value.timestamp()
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value).timestamp()
            except ValueError:
                continue
    return None


def patiently(step: Callable[[], T]) -> T:
    """What a step gives, tried again while the store fails. Errors: :class:`OSError` when it goes on failing."""
    for pause in (*PAUSES, None):
        try:
            return step()
        except _LASTING:
            raise
        except _faults() as error:
            if pause is None:
                raise OSError(errno.EIO, f"the store failed: {type(error).__name__}") from None
            sleep(pause * (0.5 + secrets.randbelow(1000) / 2000))
    raise AssertionError


def _faults() -> tuple[type[BaseException], ...]:
    """Errors of the system, and of the drivers that are loaded."""
    loaded = ((sys.modules.get(module), name) for module, name in _FOREIGN)
    return (OSError, EOFError, *(getattr(module, name) for module, name in loaded if module is not None))


def _text(place: str) -> str:
    try:
        place.encode()
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, "the name is not text") from None
    return place
