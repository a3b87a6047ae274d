"""Zip archives (APPNOTE.TXT 6.3.10), read through their central directory and written anew.

What no entry of the directory points to does not exist for whoever opens an archive, and is not copied. Names without
the flag for UTF-8 are taken as UTF-8 all the same where they are: most programs write it.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, NamedTuple, cast

from scrubber.bundle.entry import Entry, Form, MemberError, Spool, Written
from scrubber.bundle.limits import DIRECTORY, LONGEST_PATH
from scrubber.model import InputError

PIECE = 1 << 18
"""Bytes of a member given at once."""
_METHODS = {
    1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "lzma", 20: "zstd", 93: "zstd", 95: "xz",
    97: "wavpack", 98: "ppmd", 99: "encryption by AES",
}  # fmt: skip
_UTF8, _ENCRYPTED, _PATCH, _MASKED = 0x800, 0x1 | 0x40, 0x20, 0x2000
_UNIX, _DARWIN = 3, 19
_STAMP = 0x5455
"""The extra field with times in seconds from 1970 (Info-ZIP)."""
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, OverflowError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What the library raises for damaged archives, depending on where the damage is."""

Moment = tuple[int, int, int, int, int, int]


class Header(NamedTuple):
    """What the directory says of a member beside names and size."""

    mode: int
    """As Unix has it; 0 when the archive was not made there."""
    system: int
    attributes: int
    """Of MS-DOS."""
    method: int
    moment: Moment
    """Local time, in steps of two seconds."""
    mtime: int | None
    """Seconds from 1970."""


class Zip:
    """A zip file as a container. It is read at any offset, so it is kept whole in a private place meanwhile."""

    name = "zip"

    def __init__(self, spool: Spool, told: Callable[[int], None]) -> None:
        """``told`` hears of the stored bytes of members that are done."""
        self._spool = spool
        self._told = told
        self._comment = b""

    def read(self, chunks: Iterator[bytes]) -> Iterator[Entry[Header]]:
        """The members in the order of the directory. Errors: ``InputError`` for what is damaged or too large."""
        with self._spool() as file:
            left = 0
            for chunk in chunks:
                left += file.write(chunk)
            archive = _opened(file)
            self._comment = archive.comment
            for info in archive.infolist():
                yield _entry(archive, info)
                left -= info.compress_size
                self._told(info.compress_size)
            self._told(max(left, 0))

    def comment(self) -> bytes:
        """The comment of the archive."""
        return self._comment

    def packer(self) -> Packing:
        """A new archive."""
        return Packing()


class Packing:
    """A zip file that is written."""

    def __init__(self) -> None:
        self._out = _Out()
        self._archive = zipfile.ZipFile(cast("IO[bytes]", self._out), "w", allowZip64=True)

    def add(self, entry: Entry[Header], written: Written, size: int, data: Iterator[bytes]) -> Iterator[bytes]:
        """The bytes of one more member."""
        info = _written(entry, written, size)
        if entry.form is Form.SYMBOLIC and not written.note:
            data = iter((written.target.encode("utf-8", "surrogateescape"),))
        with self._archive.open(info, "w") as member:
            for chunk in data:
                member.write(chunk)
                yield self._out.taken()
        yield self._out.taken()

    def end(self, comment: bytes) -> bytes:
        """The central directory."""
        self._archive.comment = comment
        self._archive.close()
        return self._out.taken()


# --- reading ----------------------------------------------------------------------------------------------------------


class _Bounded:
    """A file that does not give more at once than a directory may have: the library reads it whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, lambda: True

    def read(self, count: int = -1) -> bytes:
        if count > DIRECTORY:
            raise InputError(f"zip archive with a directory of more than {DIRECTORY:,} bytes")
        return self._file.read(count if count >= 0 else DIRECTORY)


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(cast("IO[bytes]", _Bounded(file)))
    except _BROKEN as error:
        raise _broken(error) from None


def _broken(error: Exception) -> InputError:
    return error if isinstance(error, InputError) else InputError("damaged zip archive")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry[Header]:
    fault = _fault(info)
    path = _path(info)
    mode = info.external_attr >> 16 if info.create_system in (_UNIX, _DARWIN) else 0
    form = _form(path, mode)
    header = Header(
        mode & 0o7777, info.create_system, info.external_attr & 0xFF, info.compress_type, _moment(info), _mtime(info)
    )
    if form is Form.OTHER and not fault:
        fault = "a device or named pipe"
    target = ""
    if form is Form.SYMBOLIC and not fault:
        try:
            target = next(_data(archive, info), b"")[: LONGEST_PATH + 1].decode("utf-8", "surrogateescape")
        except MemberError as error:
            fault = str(error)
    return Entry(
        path=path,
        form=form,
        info=header,
        size=info.file_size,
        data=lambda: _data(archive, info),
        target=target,
        comment=info.comment,
        fault=fault,
    )


def _fault(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & (_ENCRYPTED | _MASKED):
        return "an encrypted member"
    if info.flag_bits & _PATCH:
        return "a member that is a patch"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"a member compressed by {_METHODS.get(info.compress_type, 'an unknown method')}"
    return ""


def _form(path: str, mode: int) -> Form:
    if stat.S_ISLNK(mode):
        return Form.SYMBOLIC
    if path.endswith("/"):
        return Form.FOLDER
    return Form.FILE if stat.S_IFMT(mode) in (0, stat.S_IFREG) else Form.OTHER


def _path(info: zipfile.ZipInfo) -> str:
    """The name as UTF-8, other bytes as surrogates; the backslashes of archives without any slash separate."""
    path = info.orig_filename
    if not info.flag_bits & _UTF8:
        path = path.encode("cp437", "replace").decode("utf-8", "surrogateescape")
    return path if "/" in path else path.replace("\\", "/")


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while piece := member.read(PIECE):
                yield piece
    except InputError:
        raise
    except _BROKEN:
        raise MemberError("damaged in the archive") from None


def _moment(info: zipfile.ZipInfo) -> Moment:
    year, month, day, hour, minute, second = info.date_time
    try:
        datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return 1980, 1, 1, 0, 0, 0
    return year, month, day, hour, minute, min(second, 59)


def _mtime(info: zipfile.ZipInfo) -> int | None:
    """The time of change in the extra field of Info-ZIP."""
    extra = info.extra
    while len(extra) >= 4:
        tag, size = struct.unpack_from("<HH", extra)
        if tag == _STAMP and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return int.from_bytes(extra[5:9], "little", signed=True)
        extra = extra[4 + size :]
    return None


# --- writing ----------------------------------------------------------------------------------------------------------


class _Out:
    """A file that nobody can seek in; what was written is taken from it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def _written(entry: Entry[Header], written: Written, size: int) -> zipfile.ZipInfo:
    """The directory entry of a member, with nothing from the old one but what is named here."""
    old = entry.info
    info = zipfile.ZipInfo(written.path, _moved(old.moment, written.shift))
    info.create_system = _UNIX if old.system in (_UNIX, _DARWIN) else 0
    packed = size and old.method != zipfile.ZIP_STORED
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.file_size = size
    info.comment = written.comment
    mode, attributes = (0o644, 0) if written.note else (old.mode, old.attributes)
    kind = stat.S_IFREG
    if not written.note and entry.form in (Form.FOLDER, Form.SYMBOLIC):
        kind = stat.S_IFDIR if entry.form is Form.FOLDER else stat.S_IFLNK
    info.external_attr = attributes | ((kind | mode) << 16 if info.create_system == _UNIX else 0)
    if old.mtime is not None:
        seconds = max(0, min(old.mtime + written.shift, (1 << 31) - 1))
        info.extra = struct.pack("<HHBi", _STAMP, 5, 1, seconds)
    return info


def _moved(moment: Moment, shift: int) -> Moment:
    if not shift:
        return moment
    time = min(max(datetime(*moment, tzinfo=UTC) + timedelta(seconds=shift), _EARLIEST), _LATEST)
    return time.year, time.month, time.day, time.hour, time.minute, time.second
