"""When what nobody refers to any more is looked for.

Readings and their memos refer to each other, so they are not gone with the last name for them. Looking through all that
is remembered, again and again while it grows, takes a twentieth of a run; so it is looked for where it is known to be
there.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = (20_000, 10, 10)
"""New objects among which cycles are looked for, and how often among those that outlived that."""


def seldom() -> None:
    """Look for cycles less often in this process, which reads files."""
    gc.set_threshold(*SELDOM)


@contextmanager
def forgotten() -> Iterator[None]:
    """What is remembered in this block is gone at its end, before another file needs as much memory.

    Only what is new is looked through: all that the process knows would take a twelfth of the time of a portion.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
