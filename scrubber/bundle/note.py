"""What stands in an output for what cannot be scrubbed: a small text that says what was there."""

from __future__ import annotations

SUFFIX = ".removed.txt"
"""What is added to the name of what was left out."""


def note(what: str, size: int | None, reason: str) -> bytes:
    """The text for a ``what`` (file, special file …) of ``size`` bytes, left out for ``reason``."""
    lines = [f"scrubber left out a {what} that stood here.", f"why: {reason}"]
    if size is not None:
        lines.insert(1, f"size: {size} bytes")
    return "\n".join([*lines, ""]).encode()
