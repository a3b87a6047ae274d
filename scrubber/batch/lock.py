"""One run at a time on a destination on this machine: a lock that the system takes back when its owner dies."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scrubber.model import InputError

_TOLD = 200
_PAST = 1 << 20
"""Where the locked octet stands on Windows: what is locked there cannot be read."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock for the length of a ``with`` block.

    A process that dies, however, loses it, so no lock is ever stale. Errors: :class:`InputError` with the owner when
    another process has it; :class:`OSError`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor)
        except OSError:
            raise InputError(busy(os.read(descriptor, _TOLD).decode("ascii", "replace"))) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, owner().encode("ascii", "replace"))
        yield
        os.ftruncate(descriptor, 0)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def owner() -> str:
    """This process, for the message another one shows."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def busy(owned: str) -> str:
    """The message of a run that has to wait."""
    return f"another run is at work on this destination: {owned.strip() or 'it does not say which'}"


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, _PAST, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
