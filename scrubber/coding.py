"""Content codings of a body (RFC 9110 section 8.4.1, RFC 3261 section 20.12): gzip and deflate, undone and done again.

What a body may become is bounded, so that no small message costs more than others. Sources: RFC 1950, 1951 and 1952.
"""

from __future__ import annotations

import zlib
from typing import Final

FREE: Final = 1 << 13
"""Octets that any body may become."""
EXPANSION: Final = 24
"""Octets that each octet may become beyond that; texts stay below 10."""
MOST: Final = 1 << 20
"""Octets that no body may exceed."""

_GZIP: Final = b"\x1f\x8b\x08"
_FLAGS: Final = slice(3, 8)
"""Of a header of gzip: what else stands in it, and when (RFC 1952 section 2.3)."""
_WRAPPED, _BARE, _AS_GZIP = 15, -15, 31
_LEVEL: Final = 9


def plain(coding: bytes, data: bytes) -> bytes | None:
    """What ``data`` holds under the value of a Content-Encoding field.

    ``None`` for a coding that is not known, several of them, damaged or cut data, something behind the end, or more
    than may be unpacked. Never raises.
    """
    format_ = _format(coding.strip().lower(), data)
    if format_ is None:
        return None
    limit = min(MOST, FREE + EXPANSION * len(data))
    unpacking = zlib.decompressobj(format_)
    try:
        content = unpacking.decompress(data, limit)
    except zlib.error:
        return None
    return content if unpacking.eof and not unpacking.unused_data else None


def again(new: bytes, content: bytes, like: bytes, *, bare: bool) -> bytes:
    """``like``, in which :func:`plain` found ``content``, holding ``new``: without name, comment and time of a file.

    ``bare``: without these also where nothing else changes.
    """
    if new == content and not (bare and like.startswith(_GZIP) and any(like[_FLAGS])):
        return like
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _format(b"", like) or _BARE)
    return packing.compress(new) + packing.flush()


def _format(coding: bytes, data: bytes) -> int | None:
    """The format of some data for zlib. What calls itself deflate may come without the wrapper of RFC 1950."""
    if coding in (b"gzip", b"x-gzip", b"") and data.startswith(_GZIP):
        return _AS_GZIP
    if coding not in (b"deflate", b""):
        return None
    wrapped = len(data) > 1 and data[0] & 0x8F == 8 and not int.from_bytes(data[:2]) % 31
    return _WRAPPED if wrapped else _BARE
