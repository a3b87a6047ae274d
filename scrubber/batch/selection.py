"""Which objects of a source a batch takes: patterns of names, sizes and ages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import NamedTuple

from scrubber.batch.inputs import Input
from scrubber.model import RuleError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_AGE = re.compile(r"([0-9]{1,9})([smhdw])")
_SIZE = re.compile(r"([0-9]{1,15})([kmgt]?)(?:i?b)?", re.IGNORECASE)


def seconds(text: str, option: str) -> float:
    """A length of time: ``90s``, ``36h``, ``30d``, ``4w``. Errors: :class:`RuleError`, which names the option."""
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise RuleError(f"{option}: a time such as 36h, 30d or 4w is wanted")
    return int(found[1]) * _UNITS[found[2]]


def moment(text: str, option: str, now: float) -> float:
    """A moment, in seconds since 1970: a date of ISO 8601, or a length of time before ``now``.

    Errors: :class:`RuleError`, which names the option.
    """
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        if _AGE.fullmatch(text.strip().lower()) is None:
            raise RuleError(f"{option}: a time such as 36h, or a date such as 2025-03-01, is wanted") from None
        return now - seconds(text, option)


def octets(text: str, option: str) -> int:
    """A size: ``4096``, ``10k``, ``2G`` (powers of 1024). Errors: :class:`RuleError`, which names the option."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise RuleError(f"{option}: a size such as 4096, 10k or 2G is wanted")
    return int(found[1]) * _SIZES[found[2].lower()]


class Selection(NamedTuple):
    """What is taken. An object whose time the store does not tell passes every test of its age."""

    include: Sequence[str] = ()
    """Patterns of which one has to fit; none: everything fits."""
    exclude: Sequence[str] = ()
    smallest: int = 0
    largest: int | None = None
    newer: float | None = None
    """Seconds since 1970 after which an object was changed."""
    older: float | None = None

    def sized(self, smallest: str | None, largest: str | None) -> Selection:
        """The same with the limits of ``--min-size`` and ``--max-size``. Errors: :class:`RuleError`."""
        least = octets(smallest, "--min-size") if smallest is not None else 0
        return self._replace(smallest=least, largest=None if largest is None else octets(largest, "--max-size"))

    def dated(self, newer: str | None, older: str | None, now: float) -> Selection:
        """The same with the limits of ``--newer`` and ``--older``. Errors: :class:`RuleError`."""
        first = None if newer is None else moment(newer, "--newer", now)
        return self._replace(newer=first, older=None if older is None else moment(older, "--older", now))

    def since(self, moment: float | None) -> Selection:
        """The same, and nothing that was changed before a moment."""
        limits = [each for each in (self.newer, moment) if each is not None]
        return self._replace(newer=max(limits, default=None))

    def takes(self, candidate: Input) -> bool:
        """Whether an object is a part of the batch. One with a fault is, so that nothing is left out in silence."""
        path = candidate.path
        if self.include and not any(fits(path, pattern) for pattern in self.include):
            return False
        if any(fits(path, pattern) for pattern in self.exclude):
            return False
        if candidate.fault:
            return True
        if candidate.size < self.smallest or (self.largest is not None and candidate.size > self.largest):
            return False
        changed = candidate.changed
        if changed is None:
            return True
        return (self.newer is None or changed > self.newer) and (self.older is None or changed < self.older)


def fits(path: str, pattern: str) -> bool:
    """Whether a pattern with a slash fits the whole name, or one without fits any component of it.

    ``*`` and ``?`` also stand for slashes, letters are told apart by case.
    """
    if "/" in pattern:
        return fnmatchcase(path, pattern.lstrip("/"))
    return any(fnmatchcase(part, pattern) for part in path.split("/"))
