"""One run at a time on a destination in a store: an object that can be made only once, kept alive by its owner.

A lock in a store does not go away with its owner. It is stale when it has not been renewed for :data:`STALE` seconds
by the clock and is not renewed while somebody looks either, so that a clock that jumps takes no lock away.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import sleep, time
from typing import Any

from scrubber.batch.lock import busy, owner
from scrubber.batch.objects import PRIVATE, Store
from scrubber.model import InputError

PLACE = f"{PRIVATE}/lock"
BEAT = 20.0
"""Seconds between renewals."""
STALE = 15 * 60.0
LOOK = 2.5 * BEAT
"""Seconds for which a lock that seems stale is looked at."""


class Lease:
    """A lock that is held."""

    def __init__(self, store: Store, token: str) -> None:
        self._store = store
        self._token = token
        self._over = Event()
        self.lost = False
        """Whether another run has taken it."""

    def check(self) -> None:
        """Errors: :class:`InputError` when the lock was lost."""
        if self.lost:
            raise InputError("another run has taken the lock of the destination")

    def beat(self, every: float) -> None:
        """Renew until it is over. Run in a thread of its own."""
        while not self._over.wait(every):
            with suppress(OSError):
                known = _read(self._store)
                if known.get("token") != self._token:
                    self.lost = True
                    return
                self._store.replace(PLACE, _content(self._token))

    def end(self) -> None:
        """Give it back."""
        self._over.set()


@contextmanager
def leased(store: Store) -> Iterator[Lease]:
    """Hold the lock of a store for the length of a ``with`` block.

    Errors: :class:`InputError` with the owner when another run has it; :class:`OSError`.
    """
    token = secrets.token_hex(16)
    _take(store, token)
    lease = Lease(store, token)
    thread = Thread(target=lease.beat, args=(BEAT,), daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        lease.end()
        thread.join()
        with suppress(OSError):
            if _read(store).get("token") == token:
                store.remove(PLACE)


def _take(store: Store, token: str) -> None:
    for _ in range(2):
        try:
            store.create(PLACE, _content(token))
        except FileExistsError:
            known = _read(store)
            # The store may have done what it then failed to confirm.
            if known.get("token") == token:
                return
            if not _is_stale(store, known):
                raise InputError(busy(str(known.get("owner", "")))) from None
            store.remove(PLACE)
        else:
            return
    raise InputError(busy(""))


def _is_stale(store: Store, known: dict[str, Any]) -> bool:
    """Whether the owner of a lock is gone."""
    here = known.get("host") == socket.gethostname() and known.get("machine") == _machine()
    if here and not _is_alive(known.get("process")):
        return True
    beat = known.get("time")
    if isinstance(beat, int | float) and abs(time() - beat) < STALE:
        return False
    sleep(LOOK)
    return _read(store) == known


def _is_alive(process: object) -> bool:
    """Whether a process of this machine runs; on Windows it cannot be asked without ending it."""
    if os.name != "posix" or not isinstance(process, int) or process <= 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _content(token: str) -> bytes:
    about = {"token": token, "owner": owner(), "host": socket.gethostname(), "machine": _machine()}
    return json.dumps(about | {"process": os.getpid(), "time": time()}).encode("ascii")


def _machine() -> str:
    """This start of this machine: containers share a name more often than that."""
    with suppress(OSError):
        space = Path("/proc/self/ns/pid").readlink()
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text(encoding='ascii').strip()} {space}"
    return ""


def _read(store: Store) -> dict[str, Any]:
    try:
        known = json.loads(store.fetch(PLACE) or b"{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
