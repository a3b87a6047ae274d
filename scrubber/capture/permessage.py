"""Compression of WebSocket messages (permessage-deflate, RFC 7692): one undone, and one done that refers to no other.

What a message may become is bounded, so that no small one costs more than others.
"""

from __future__ import annotations

import zlib
from typing import Final

from scrubber.coding import EXPANSION, FREE, MOST

WINDOW: Final = 1 << 15
"""Octets of what was said before that a message may refer to."""

_BARE: Final = -15
_SMALL: Final = -9
"""A window that hardly any peer has ruled out (RFC 7692 section 7.1.2)."""
_LEVEL: Final = 9
_TAIL: Final = b"\0\0\xff\xff"
"""What ends a message and is left out (section 7.2.1)."""
_STORED: Final = 5
"""Octets of the header of a block that is not compressed (RFC 1951 section 3.2.4)."""
_LARGEST: Final = 0xFFFF
_SHORT: Final = (b"", b"\0", b"\2\0", b"\2\x08\0", b"\2\x88\1\0", b"\2\x08\x20\0\0")
"""Messages of up to five octets with nothing, or one zero, in them."""


def inflated(data: bytes, before: bytes) -> bytes | None:
    """What a message says whose octets are ``data``, after messages that said ``before``.

    ``None`` where it is damaged, refers to something that is not there, or says more than may be unpacked. Never
    raises.
    """
    limit = min(MOST, FREE + EXPANSION * len(data))
    unpacking = zlib.decompressobj(_BARE, zdict=before[-WINDOW:])
    try:
        content = unpacking.decompress(data + _TAIL, limit)
    except zlib.error:
        return None
    return None if unpacking.unconsumed_tail or unpacking.unused_data else content


def deflated(content: bytes) -> bytes:
    """The octets of a message that says ``content`` and refers to no other."""
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _SMALL)
    return (packing.compress(content) + packing.flush(zlib.Z_SYNC_FLUSH)).removesuffix(_TAIL)


def stand_in(size: int) -> bytes:
    """So many octets of a message that says nothing but zeros, for one that cannot be read."""
    pieces: list[bytes] = []
    while size > _STORED:
        # An octet is left, with which any message ends.
        held = min(size - _STORED - 1, _LARGEST)
        pieces.append(b"\0" + held.to_bytes(2, "little") + (_LARGEST - held).to_bytes(2, "little") + bytes(held))
        size -= _STORED + held
    return b"".join(pieces) + _SHORT[size]
