"""Files to read: sources, walks over folders, standard input.

:func:`sources` turns paths into :class:`Source` values, one a file, in a fixed order. :meth:`Source.inspect` reads a
file once and says what it is (:mod:`scrubber.content`); :meth:`Source.chunks` then gives the text as UTF-8, never more
than the file held when it was inspected.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

from scrubber.content import CHUNK, TEXT, Content, begun, recognised, text
from scrubber.model import InputError, RuleError

STDIN = "-"
"""The argument that means standard input."""

RULE_TEXT = 1 << 20
"""Bytes of the largest rule file of a user."""

IN_MEMORY = 1 << 22
"""Bytes of a member of an archive that are kept in memory."""

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. ``parts`` are the components of its name, the argument's own name first."""

    path: Path
    label: str
    """The path as the user knows it."""
    parts: tuple[str, ...]
    size: int = 0
    """Bytes as stored."""
    fault: str = ""
    """Why it cannot be read, known from its place in the tree alone."""
    content: Content = TEXT

    @property
    def capture(self) -> str:
        """The name of the container when it is a capture; empty for anything else, or before it was inspected."""
        return self.content.capture

    def look(self) -> Source:
        """This source with what its first octets say of its content. Errors: as :meth:`inspect`."""
        if self.fault:
            raise InputError(self.fault)
        return replace(self, content=begun(partial(_read, self.path, self.size)))

    def inspect(self) -> Source:
        """This source with ``content`` and ``size`` known; reads the file to its end.

        Errors: :class:`InputError` with the reason for what is refused, :class:`OSError` for what cannot be read.
        """
        if self.fault:
            raise InputError(self.fault)
        with _open_regular(self.path) as file:
            size = os.fstat(file.fileno()).st_size
        return replace(self, size=size, content=recognised(partial(_read, self.path, size)))

    def chunks(self, told: Callable[[int], None] | None = None) -> Iterator[bytes]:
        """The text as UTF-8 without byte order mark, or the octets of anything else, unpacked, in pieces cut anywhere.

        ``told`` hears of bytes as they are stored, once they are done.
        """
        stored = _read(self.path, self.size)
        return text(stored if told is None else _telling(stored, told), self.content)

    def spool(self) -> IO[bytes]:
        """A private place for a part of it: memory up to :data:`IN_MEMORY`, then a file without a name."""
        import tempfile

        return tempfile.SpooledTemporaryFile(IN_MEMORY, prefix="scrubber-")


# --- reading ----------------------------------------------------------------------------------------------------------


def _open_regular(path: Path) -> BinaryIO:
    """Open a regular file without ever waiting for a writer of a pipe."""
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError("not a regular file")
    return os.fdopen(descriptor, "rb", buffering=0)


def _read(path: Path, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes: what a live log gained since it was inspected was not learned and is left out."""
    with _open_regular(path) as file:
        left = size
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                raise InputError("changed while it was read")
            left -= len(chunk)
            yield chunk


def _telling(chunks: Iterator[bytes], told: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        told(len(chunk))


def read(path: Path, limit: int) -> bytes:
    """The text of a small file in UTF-8, whatever its encoding.

    Errors: :class:`OSError`; :class:`InputError` when it is not text or has more than ``limit`` bytes.
    """
    source = Source(path, str(path), (path.name,)).inspect()
    data = b""
    for chunk in source.chunks():
        data += chunk
        if len(data) > limit:
            raise InputError(f"larger than {limit} bytes")
    return data


def rule_texts(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Name and text of a user's rule files. Errors: :class:`RuleError`, which names the file."""
    texts = []
    for path in paths:
        try:
            texts.append((str(path), read(path, RULE_TEXT).decode()))
        except (InputError, UnicodeDecodeError):
            raise RuleError(f"{path}: not a text in UTF-8") from None
        except OSError as error:
            raise RuleError(f"{path}: {error.strerror or 'not readable'}") from None
    return texts


def contents(path: Path) -> Iterator[bytes]:
    """A file as it is stored, in pieces."""
    with _open_regular(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk


# --- finding files ----------------------------------------------------------------------------------------------------


def sources(paths: Sequence[Path]) -> list[Source]:
    """Every file below ``paths``: arguments in their order, folders sorted by name, each file once.

    Hidden files are included. A link to a file of the same tree is read; any other link, a special file or an
    unreadable folder becomes a source with a ``fault``, so that nothing is left out in silence. A link given as an
    argument is followed: the user named it.
    """
    found: dict[str, Source] = {}
    for path in paths:
        for source in below(path):
            found.setdefault(absolute(source.path), source)
    return list(found.values())


def below(path: Path) -> Iterator[Source]:
    """The same for one path, as they are found: nothing is kept of more than one folder."""
    name = Path(absolute(path)).name or "root"
    return _walk(path, (name,)) if is_folder(path) else iter((_source(path, (name,)),))


def is_folder(path: Path) -> bool:
    """Whether ``path`` leads to a folder; what cannot be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def absolute(path: Path) -> str:
    """The absolute path without ``..``; links are kept, as their names are what the user sees."""
    return os.path.normpath(path.absolute())


def _walk(root: Path, parts: tuple[str, ...]) -> Iterator[Source]:
    tree = Path(os.path.realpath(root))
    waiting = [(root, parts)]
    while waiting:
        folder, parts = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield Source(folder, str(folder), parts, fault=f"folder not readable: {error.strerror}")
            continue
        folders = []
        for entry in entries:
            path, below = folder / entry.name, (*parts, entry.name)
            if _is_link(entry):
                yield _linked(path, below, tree)
            elif entry.is_dir(follow_symlinks=False):
                folders.append((path, below))
            else:
                yield _source(path, below)
        waiting.extend(reversed(folders))


def _is_link(entry: os.DirEntry[str]) -> bool:
    """A symbolic link or a Windows junction, which is a folder that may point out of the tree or back into it."""
    if entry.is_symlink():
        return True
    with suppress(OSError):
        tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
        return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return False


def _linked(path: Path, parts: tuple[str, ...], tree: Path) -> Source:
    try:
        end = Path(os.path.realpath(path, strict=True))
    except OSError:
        return Source(path, str(path), parts, fault="link that leads nowhere")
    if not end.is_relative_to(tree):
        return Source(path, str(path), parts, fault="link that leaves the folder")
    if end.is_dir():
        return Source(path, str(path), parts, fault="link to a folder of the same tree, whose files stand there")
    return _source(path, parts)


def _source(path: Path, parts: tuple[str, ...]) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        fault = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or "not readable")
        return Source(path, str(path), parts, fault=fault)
    fault = "" if stat.S_ISREG(status.st_mode) else "not a regular file"
    return Source(path, str(path), parts, status.st_size, fault)


def inputs(arguments: Sequence[str], folder: Path) -> tuple[list[Path], list[Source]]:
    """The paths of a command line and their sources; ``-`` alone is standard input, kept in ``folder``.

    Errors: :class:`InputError` when ``-`` stands beside other paths, :class:`OSError` when it cannot be kept.
    """
    if STDIN in arguments:
        if len(arguments) > 1:
            raise InputError("standard input stands alone")
        source = spool(sys.stdin.buffer, folder)
        return [source.path], [source]
    paths = [Path(argument) for argument in arguments]
    return paths, sources(paths)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this process alone, gone at the end."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def spool(stream: BinaryIO, folder: Path) -> Source:
    """Standard input as a source: it is read twice, so it is kept in ``folder`` (private) meanwhile."""
    path = folder / "input"
    with os.fdopen(create_private(path), "wb") as file:
        while chunk := stream.read(CHUNK):
            file.write(chunk)
    return Source(path, STDIN, ("stdin",), path.stat().st_size)


def create_private(path: Path) -> int:
    """A descriptor of a new file that only its owner may read. Errors: :class:`FileExistsError`, :class:`OSError`."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600)
