"""What stands in an archive, whatever its container, and what a container must offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import IO, Generic, NamedTuple, Protocol, TypeVar

from scrubber.model import InputError

Spool = Callable[[], IO[bytes]]
"""Gives a private place for bytes that are gone once it is closed; it can be read at any offset."""


class MemberError(InputError):
    """What is stored of one member is damaged; the others can be read."""


class Form(Enum):
    """What a member is."""

    FILE = "file"
    FOLDER = "folder"
    SYMBOLIC = "symbolic link"
    HARD = "hard link"
    OTHER = "special file"


Info = TypeVar("Info")
"""What a container wants to know again when it writes a member: mode, times, owner."""


class Entry(NamedTuple, Generic[Info]):
    """One member as it stands in an archive."""

    path: str
    """UTF-8; other bytes are surrogates."""
    form: Form
    info: Info
    size: int
    """Bytes that a file has in the archive; 0 for what has none."""
    data: Callable[[], Iterator[bytes]]
    """These bytes, once, before the next entry is asked for. Errors: :class:`MemberError` for what is damaged in them
    alone, any other :class:`InputError` for an archive that cannot be read on."""
    target: str = ""
    """Where a link leads."""
    owner: str = ""
    group: str = ""
    comment: bytes = b""
    fault: str = ""
    """Why it cannot be read."""


class Written(NamedTuple):
    """What a member is called in the output."""

    path: str
    target: str = ""
    owner: str = ""
    group: str = ""
    comment: bytes = b""
    shift: int = 0
    """Seconds by which its times move."""
    note: bool = False
    """A note stands for it: a file that anyone may read."""


class Packer(Protocol[Info]):
    """Writes an archive of the same container."""

    def add(self, entry: Entry[Info], written: Written, size: int, data: Iterator[bytes]) -> Iterator[bytes]:
        """The bytes of one more member of ``size`` bytes; for a folder or a link there are none."""

    def end(self, comment: bytes) -> bytes:
        """What closes the archive."""


class Container(Protocol[Info]):
    """A kind of archive."""

    @property
    def name(self) -> str:
        """Its name, for reports."""

    def read(self, chunks: Iterator[bytes]) -> Iterator[Entry[Info]]:
        """The members in order. Errors: ``InputError`` for what is damaged, truncated or too large."""

    def comment(self) -> bytes:
        """What the archive says of itself; known once its first member is."""

    def packer(self) -> Packer[Info]:
        """A new archive."""
