"""Makes VoIP debug logs safe to send: ``Scrubber`` and ``clean`` are the Python interface (:mod:`scrubber.api`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrubber.api import Run, Scrubber, clean

__all__ = ["Run", "Scrubber", "clean"]


def __getattr__(name: str) -> object:
    # Late, so that a command that needs little starts quickly.
    if name in __all__:
        from scrubber import api

        return getattr(api, name)
    raise AttributeError(name)
