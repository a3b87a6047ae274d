"""A SIP message as it was met in a log or a capture."""

from __future__ import annotations

from typing import NamedTuple


class Heard(NamedTuple):
    """One message, where it stands, and what is known about its way. What is not known is empty or ``None``."""

    place: int
    """The line of its start line, or the number of the frame that completed it, from 1."""
    time: float | None
    """Seconds: since 1970, or since any beginning that all messages of the file share."""
    source: bytes
    """Where it came from, as ``192.0.2.1:5060`` or ``[2001:db8::1]:5060``; a log may name a host."""
    destination: bytes
    transport: bytes
    """``UDP``, ``TCP``, ``TLS``, ``WS``, ``WSS``, ``SCTP`` or empty."""
    message: bytes
    """From the start line on, as far as it was there. Out of a log: without what stands before its lines, each line
    ending with CR LF, header and body parted by an empty line."""

    def __repr__(self) -> str:
        return f"Heard(place {self.place}, {len(self.message)} octets)"
