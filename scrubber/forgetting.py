"""When what nobody refers to any more is looked for.

Readings and their memos refer to each other, so they are not gone with the last name for them. Looking through all that
is remembered, again and again while it grows, takes a twentieth of a run; so it is looked for where it is known to be
there.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (20_000, 10, 10)
"""New objects among which cycles are looked for, and how often among those that outlived that."""


def seldom() -> None:
    """Look for cycles less often in this process, which reads files."""
    gc.set_threshold(*SELDOM)


MUCH: Final = 100_000
"""Blocks of memory in use, beyond those after the last look, that are worth another: some 10 MB."""
LITTLE: Final = MUCH // 10
"""So many may be left unlooked for a while."""


class _Looks:
    """How deep the block is that is run now, and how much was in use after the last look."""

    depth = 0
    in_use = 0


@contextmanager
def forgotten() -> Iterator[None]:
    """What is remembered in this block is gone at its end, before another file needs as much memory.

    It is looked for when it is much: to look behind each small file takes a quarter of the time of many. Only what is
    new is looked through, unless files before this one left something: all that the process knows would take a twelfth
    of the time of a portion.
    """
    outermost = not _Looks.depth
    swept = _more() < LITTLE
    if outermost:
        gc.freeze()
    _Looks.depth += 1
    try:
        yield
    finally:
        _Looks.depth -= 1
        if outermost and not swept:
            gc.unfreeze()
        if _more() > MUCH:
            gc.collect()
            if outermost:
                _Looks.in_use = sys.getallocatedblocks()
        if outermost:
            gc.unfreeze()


def _more() -> int:
    """Blocks of memory that came into use since the last look."""
    return sys.getallocatedblocks() - _Looks.in_use
