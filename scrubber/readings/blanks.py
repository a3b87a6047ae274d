"""Octets that no reading understands, in packets and in bodies of messages: as many others in their place."""

from __future__ import annotations

from scrubber.readings.rewrite import Reader


def blank(reader: Reader, octets: bytes, reason: str, fill: bytes = b"\0") -> bytes:
    """Octets that must not leave: as many of ``fill``. ``reason`` says in the report what was suppressed."""
    if not octets:
        return octets
    new = fill * len(octets)
    if octets != new:
        reader.notes[reason] += 1
        reader.blanked(octets, reason)
    return new if reader.replaces else octets
