"""Tar archives (POSIX.1-2001 pax, ustar, GNU, and the one before them), read in one go and written anew.

The standard library knows how a header is spelled; in which order headers come, what they may cost and what is damaged
is decided here, as ``tarfile`` takes damage for the end of the archive and any size for a header.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from scrubber.bundle.entry import Entry, Form, Written
from scrubber.bundle.limits import EXTENDED
from scrubber.capture.octets import Octets
from scrubber.model import InputError

BLOCK = tarfile.BLOCKSIZE
PIECE = 1 << 18
"""Bytes of a member given at once."""
SYSTEM = 1000
"""Numbers of users and groups below this are those of the system; any other number becomes this one."""
NOBODY = 65534
_GNU = b"ustar  \0"
_MAGIC = slice(257, 265)
_FORMS = {
    tarfile.REGTYPE: Form.FILE,
    tarfile.AREGTYPE: Form.FILE,
    tarfile.CONTTYPE: Form.FILE,
    tarfile.DIRTYPE: Form.FOLDER,
    tarfile.SYMTYPE: Form.SYMBOLIC,
    tarfile.LNKTYPE: Form.HARD,
}
_SPECIAL = {tarfile.CHRTYPE: "a device", tarfile.BLKTYPE: "a device", tarfile.FIFOTYPE: "a named pipe"}
_WITHOUT_DATA = frozenset((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, *_SPECIAL))
_GNU_NAMES = {tarfile.GNUTYPE_LONGNAME: "path", tarfile.GNUTYPE_LONGLINK: "linkpath"}
_TIMES = ("mtime", "atime", "ctime")
_SPARSE = "GNU.sparse."
_HOLES, _MORE_HOLES = 482, 504
"""Where the header of a sparse file and a block of its map say that another block of the map follows."""


class Header(NamedTuple):
    """What a header says beside names and size."""

    mode: int
    uid: int
    gid: int
    mtime: int
    times: Mapping[str, str]
    """Times finer than a second, or out of the range of a header."""
    gnu: bool
    """Spelled as GNU tar does, without extended headers of POSIX."""


class Tar:
    """A tar file as a container."""

    name = "tar"

    def read(self, chunks: Iterator[bytes]) -> Iterator[Entry[Header]]:
        """The members in order. Errors: ``InputError`` for what is damaged, truncated or too large."""
        octets = Octets(chunks)
        shared: dict[str, str] = {}
        own: dict[str, str] = {}
        gnu = False
        while (block := octets.take(BLOCK)).strip(b"\0"):
            info = _header(block)
            if info.type == tarfile.XGLTYPE:
                shared |= _records(octets, info.size)
            elif info.type in (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                own |= _records(octets, info.size)
            elif info.type in _GNU_NAMES:
                own[_GNU_NAMES[info.type]] = _text(_extended(octets, info.size).partition(b"\0")[0])
                gnu = True
            else:
                gnu = gnu or block[_MAGIC] == _GNU
                if info.type == tarfile.GNUTYPE_SPARSE:
                    _skip_map(octets, block)
                yield from _member(octets, info, shared | own, gnu=gnu)
                own, gnu = {}, False
        if own:
            raise _truncated()
        _nothing_left(octets)

    def comment(self) -> bytes:
        """Nothing: what a tar file says of itself is left out."""
        return b""

    def packer(self) -> Packing:
        """A new archive."""
        return Packing()


class Packing:
    """A tar file that is written."""

    def __init__(self) -> None:
        self._size = 0

    def add(self, entry: Entry[Header], written: Written, size: int, data: Iterator[bytes]) -> Iterator[bytes]:
        """The bytes of one more member."""
        info = _written(entry, written, size)
        header = info.tobuf(tarfile.GNU_FORMAT if entry.info.gnu else tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        padding = bytes(-size % BLOCK)
        self._size += len(header) + size + len(padding)
        yield header
        yield from data
        if padding:
            yield padding

    def end(self, comment: bytes) -> bytes:
        """Two empty blocks, and more up to a whole record."""
        del comment
        closing = 2 * BLOCK
        return bytes(closing + -(self._size + closing) % tarfile.RECORDSIZE)


# --- reading ----------------------------------------------------------------------------------------------------------


def _header(block: bytes) -> tarfile.TarInfo:
    if len(block) < BLOCK:
        raise _truncated()
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        raise _damaged() from None
    if info.size < 0:
        raise _damaged()
    return info


def _skip_map(octets: Octets, block: bytes) -> None:
    more = block[_HOLES]
    while more:
        more = _exactly(octets, BLOCK)[_MORE_HOLES]


def _nothing_left(octets: Octets) -> None:
    """What follows the end is padding. Another archive behind it would be left out unseen."""
    while rest := octets.take(PIECE):
        if rest.strip(b"\0"):
            raise InputError("tar archive with more behind its end")


def _exactly(octets: Octets, count: int) -> bytes:
    taken = octets.take(count)
    if len(taken) < count:
        raise _truncated()
    return taken


def _extended(octets: Octets, size: int) -> bytes:
    if size > EXTENDED:
        raise InputError(f"tar archive with an extended header of more than {EXTENDED:,} bytes")
    return _exactly(octets, size + -size % BLOCK)[:size]


def _records(octets: Octets, size: int) -> dict[str, str]:
    """Extended headers (POSIX.1-2001, pax): ``length keyword=value`` and a line feed each."""
    data = _extended(octets, size)
    found = {}
    at = 0
    while at < len(data) and data[at]:
        length, blank, _ = data[at : at + 12].partition(b" ")
        if not blank or not length.isdigit() or not 0 < int(length) <= len(data) - at:
            raise _damaged()
        keyword, equals, value = data[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        if not equals:
            raise _damaged()
        found[_text(keyword)] = _text(value)
        at += int(length)
    return found


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _member(octets: Octets, info: tarfile.TarInfo, records: Mapping[str, str], *, gnu: bool) -> Iterator[Entry[Header]]:
    """One member; what was not read of it is skipped."""
    fault = _SPECIAL.get(info.type, "")
    form = _FORMS.get(info.type, Form.OTHER)
    if info.type == tarfile.GNUTYPE_SPARSE or any(key.startswith(_SPARSE) for key in records):
        form, fault = Form.OTHER, "a sparse file"
    elif form is Form.OTHER and not fault:
        fault = "a member of an unknown type"
    size = _size(info, records)
    left = _Left(octets, size)
    yield Entry(
        path=records.get("path", info.name),
        form=form,
        info=Header(
            info.mode,
            _number(records.get("uid", ""), info.uid),
            _number(records.get("gid", ""), info.gid),
            int(info.mtime),
            _times(records),
            gnu,
        ),
        size=size,
        data=left.data,
        target=records.get("linkpath", info.linkname),
        owner=records.get("uname", info.uname),
        group=records.get("gname", info.gname),
        fault=fault,
    )
    left.skip()


def _size(info: tarfile.TarInfo, records: Mapping[str, str]) -> int:
    """Bytes stored for a member; links, folders and devices have none, whatever their header says."""
    if info.type in _WITHOUT_DATA:
        return 0
    return _number(records.get("size", ""), info.size)


def _number(told: str, otherwise: int) -> int:
    """A number in an extended header, if there is one."""
    if not told:
        return otherwise
    if not told.isascii() or not told.isdigit() or len(told) > 20:
        raise _damaged()
    return int(told)


def _times(records: Mapping[str, str]) -> dict[str, str]:
    return {key: records[key] for key in _TIMES if key in records and _time(records[key]) is not None}


def _time(text: str) -> Decimal | None:
    try:
        value = Decimal(text) if len(text) <= 40 else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < 10**15 else None


class _Left:
    """The stored bytes of a member, and what is left of them."""

    def __init__(self, octets: Octets, size: int) -> None:
        self._octets = octets
        self._left = size
        self._padding = -size % BLOCK

    def data(self) -> Iterator[bytes]:
        while self._left:
            taken = _exactly(self._octets, min(self._left, PIECE))
            self._left -= len(taken)
            yield taken

    def skip(self) -> None:
        self._left += self._padding
        self._padding = 0
        while self._left:
            self._left -= len(_exactly(self._octets, min(self._left, PIECE)))


def _damaged() -> InputError:
    return InputError("damaged tar archive")


def _truncated() -> InputError:
    return InputError("truncated tar archive")


# --- writing ----------------------------------------------------------------------------------------------------------


def _written(entry: Entry[Header], written: Written, size: int) -> tarfile.TarInfo:
    """The header of a member, with nothing from the old one but what is named here."""
    old = entry.info
    info = tarfile.TarInfo(written.path)
    info.size = size
    info.mode = 0o644 if written.note else old.mode & 0o7777
    info.type = tarfile.REGTYPE
    for tag, form in ((tarfile.DIRTYPE, Form.FOLDER), (tarfile.SYMTYPE, Form.SYMBOLIC), (tarfile.LNKTYPE, Form.HARD)):
        if entry.form is form and not written.note:
            info.type = tag
    info.linkname = written.target
    info.uid, info.gid = _id(old.uid), _id(old.gid)
    info.uname, info.gname = written.owner, written.group
    info.mtime = max(old.mtime + written.shift, 0)
    moved = ((key, _time(text)) for key, text in old.times.items())
    info.pax_headers = {key: f"{time + written.shift:f}" for key, time in moved if time is not None}
    return info


def _id(number: int) -> int:
    return number if 0 <= number < SYSTEM or number == NOBODY else SYSTEM
