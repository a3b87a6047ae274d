"""How reading a capture with a program that others wrote ended, and what that says of an output beside its original."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scrubber.audit.decoded import Frame

SLOW = "tshark takes too long"
"""Depends on the machine, and proves nothing of a capture."""
STOPPED = "tshark ended with an error"
"""Every frame before that was read: a capture that was cut is one that ends so."""


class FailedError(Exception):
    """The frames of a capture cannot be read any further; the text says why, without any input."""


class Attempt:
    """The frames of one file, as far as they can be read."""

    def __init__(self, frames: Iterator[Frame]) -> None:
        self._frames = frames
        self.count = 0
        self.failure = ""
        """Why there are no more."""

    def __iter__(self) -> Iterator[Frame]:
        try:
            for frame in self._frames:
                self.count += 1
                yield frame
        except FailedError as failure:
            self.failure = str(failure)


class Ended(NamedTuple):
    """What is to be said of a dissection."""

    note: str = ""
    """Why not everything was read; empty when it was."""
    remark: str = ""
    broken: str = ""
    """How the output makes a dissector fail that reads the original."""


def ended(after: Attempt, before: Attempt | None) -> Ended:
    """What the dissection of an output and that of its original, when there is one, say together."""
    note = "" if after.failure in ("", STOPPED) else f"could not be dissected: {after.failure}"
    if before is None:
        return Ended(note, "" if note else after.failure)
    whole = before.failure in ("", STOPPED)
    if whole and after.failure not in ("", SLOW, before.failure):
        return Ended(note, broken=f"{after.failure} on the output, and not on the original")
    if before.count and not after.count and not after.failure:
        return Ended(broken="tshark finds frames in the original, and none in the output")
    if not whole:
        return Ended(note, f"not compared with the whole original: {before.failure}")
    return Ended(note, f"{STOPPED}, as on the original" if after.failure == STOPPED else "")
