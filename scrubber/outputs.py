"""Files to write: outputs that appear whole or not at all.

A :class:`Target` opens a :class:`Sink`: a private temporary file beside the destination, compressed and encoded as the
source. Only :meth:`Sink.release` makes it appear under its name, in one step; every other way out of the
``with`` block leaves nothing.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from scrubber.content import TEXT, Content, Storing
from scrubber.model import InputError
from scrubber.storage import Source, create_private

EXISTS = "the output exists already; --force overwrites it"


@dataclass(frozen=True, slots=True)
class Target:
    """One output to be. Cheap to hand to another process; nothing exists before :meth:`open`."""

    path: Path
    name: str
    """The scrubbed name below the output folder, for reports."""
    content: Content = TEXT
    force: bool = False
    mode: int = 0o600
    changed: int | None = None
    """When the source was changed, in nanoseconds since 1970; ``None``: the output is new."""
    token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    @property
    def temporary(self) -> Path:
        """Where the output lies until it is released: the same folder, so that the rename is one step."""
        return self.path.with_name(f".scrubber-{self.token}")

    def open(self) -> Sink:
        """A sink, to be used in a ``with`` block."""
        return Sink(self)

    def discard(self) -> None:
        """Remove what a killed process left."""
        with suppress(OSError):
            self.temporary.unlink()


class Sink:
    """Writes UTF-8 text or other octets to the temporary file of a target, stored as its source is."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._file: BinaryIO | None = None
        self._storing: Storing | None = None

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(self._abandon)
            self._target.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(create_private(self._target.temporary), "wb")
            self._storing = Storing(self._file, self._target.content)
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._abandon()

    def write(self, block: bytes) -> None:
        """Add text or octets, cut anywhere."""
        if self._storing is None:
            raise ValueError("the sink is closed")
        self._storing.write(block)

    def _finish(self) -> None:
        """Flush everything to the disk and close."""
        if self._file is None or self._storing is None:
            return
        self._storing.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = self._storing = None

    def written(self) -> Iterator[bytes]:
        """What now stands on the disk, unpacked and decoded again; nothing can be written after."""
        self._finish()
        path = self._target.temporary
        return Source(path, "", (), path.stat().st_size, content=self._target.content).chunks()

    def release(self, shift: int = 0) -> int:
        """Publish under the final name, mode and time, moved by ``shift`` seconds; returns the bytes stored.

        Errors: :class:`InputError` when the name was taken meanwhile.
        """
        size = self.ready(shift)
        _publish(self._target.temporary, self._target.path, force=self._target.force)
        return size

    def ready(self, shift: int = 0) -> int:
        """Finish the temporary file, all but its name; returns the bytes stored. Leaving the block removes it still."""
        self._finish()
        size = self._target.temporary.stat().st_size
        self._target.temporary.chmod(self._target.mode)
        if self._target.changed is not None:
            changed = max(self._target.changed + shift * 10**9, 0)
            os.utime(self._target.temporary, ns=(changed, changed))
        return size

    def _abandon(self) -> None:
        """Close and remove whatever is there; after a release there is nothing."""
        # Closing flushes, and on a full disk that fails once more.
        if self._storing is not None:
            with suppress(OSError):
                self._storing.abandon()
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._file = self._storing = None
        self._target.discard()


def write(target: Target, data: bytes) -> None:
    """Write a small output whole or not at all. Errors: :class:`InputError`, which names the file."""
    try:
        with target.open() as sink:
            sink.write(data)
            sink.release()
    except InputError as error:
        raise InputError(f"{target.path}: {error}") from None
    except OSError as error:
        raise InputError(f"{target.path}: {error.strerror or 'cannot be written'}") from None


def to_stdout(chunks: Iterable[bytes]) -> None:
    """Send data to standard output. A reader that has gone away is no error: the rest is dropped."""
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """Lead standard output nowhere, so that what Python flushes at its end meets no closed pipe."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _publish(temporary: Path, path: Path, *, force: bool) -> None:
    """Give a finished file its name; without ``force`` never over another file, not even one made this moment."""
    if force:
        temporary.replace(path)
    else:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            raise InputError(EXISTS) from None
        except OSError:
            # A file system without hard links: the test and the rename are two steps there.
            if os.path.lexists(path):
                raise InputError(EXISTS) from None
            temporary.rename(path)
        else:
            temporary.unlink()
    if os.name == "posix":
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Not every file system can; the file itself is safe already.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
