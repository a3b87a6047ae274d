"""How a protocol over TCP is cut into messages.

A direction of a connection is read as one row of octets. Where a message begins, the first :class:`Stream` of the table
that recognises it says how long the message is; each message is then rewritten on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scrubber.capture.packet import Flow
from scrubber.values import Values

Dissector = Callable[[bytes, Flow, Values], bytes | None]
"""From a payload to the payload rewritten, of any length; ``None`` where it is none of this protocol. Never raises.

With ``flow.cut`` the end of the payload is missing: what is there is dealt with all the same."""

LONGEST = 1 << 20
"""Octets of the longest message that is waited for."""
MORE = 0
"""What :attr:`Stream.length` gives when the end of the message cannot be known yet."""
DAMAGED = -1
"""What :attr:`Stream.length` gives when no message of this protocol begins here."""


class Memory:
    """What the messages of one direction said, where later ones refer to it; lost with any octet of the direction."""

    __slots__ = ("octets",)

    def __init__(self) -> None:
        self.octets = b""


Remembering = Callable[[bytes, Flow, Values, Memory], bytes | None]
"""As :data:`Dissector`, of a message that may refer to those in the memory; keeps there what it says."""


class Stream(NamedTuple):
    """One protocol over TCP."""

    name: str
    begins: Callable[[bytes, Flow], bool]
    """Whether a message of this protocol begins with these octets (16 or more, or all there are until now)."""
    length: Callable[[bytes], int]
    """Octets of the message at the start of these octets, :data:`MORE` or :data:`DAMAGED`. May be longer than what is
    there already."""
    rewrite: Dissector
    after: Callable[[bytes], str] | None = None
    """From an original message to the name of the protocol that follows it in the same direction, or ``""``."""
    remembering: Remembering | None = None
    """Takes the place of :attr:`rewrite` for messages in their order."""
