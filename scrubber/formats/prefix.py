"""Shared base of the format modules: counting lines that look the part, and prefixes by pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

SAMPLE = 400
"""Lines looked at when a format is sniffed."""


def share(head: bytes, claims: Callable[[bytes], object]) -> int:
    """Percentage of the sampled non-blank lines that ``claims`` accepts."""
    lines = _sample(head)
    if not lines:
        return 0
    return 100 * sum(1 for line in lines if claims(line)) // len(lines)


@lru_cache(maxsize=1)
def _sample(head: bytes) -> tuple[bytes, ...]:
    """The lines that are looked at, found once for all formats."""
    return tuple(line for line in head.split(b"\n")[:SAMPLE] if line.strip())


def regex_start(pattern: re.Pattern[bytes]) -> Callable[[bytes], int]:
    """``text_start`` by a pattern anchored at the line's beginning: the end of the match, 0 without one."""
    match = pattern.match

    def text_start(line: bytes) -> int:
        found = match(line)
        return found.end() if found else 0

    return text_start


def marked(head: bytes, marks: tuple[bytes, ...], least: int = 2) -> bool:
    """Whether so many of the marks stand in the first bytes of a file."""
    return sum(mark in head for mark in marks) >= least
