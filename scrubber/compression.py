"""How a file is compressed: gzip, xz, bzip2, zstd and lz4, told by their first octets, unpacked with bounded expansion.

Sources: RFC 1952 (gzip), the .xz file format 1.2, RFC 8878 (zstd), the LZ4 frame format 1.6. A file may have several
members, streams or frames, and skippable frames between them, whose content is left out. The libraries are imported
when a file of theirs is met.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import IO, NamedTuple, Protocol

from scrubber.capture.octets import Octets
from scrubber.model import InputError

STEP = 1 << 20
"""Bytes unpacked at once."""

EXPANSION = 400
"""How many bytes one compressed byte may become, once :data:`EXPANDED_FREE` is exceeded. Real logs stay below 100;
a bomb reaches 1000."""

EXPANDED_FREE = 1 << 28
EXPANDED_MOST = 1 << 38

WINDOW = 1 << 27
"""Bytes that zstd may look back; what its own command asks for at the most without being told to."""

LZMA_MEMORY = 1 << 27
"""Bytes that xz may take to unpack; its highest level asks for half of them."""
XZ_LEVEL = 3
"""The level of compressed outputs: what the default gains in size it takes five times over in time and memory."""

GZIP, XZ, BZIP2, ZSTD, LZ4 = "gzip", "xz", "bzip2", "zstd", "lz4"

_GZIP_MAGIC, _ZSTD_MAGIC, _LZ4_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
_XZ_MAGIC = b"\xfd7zXZ\0"
_BZIP2_MAGICS = tuple(b"BZh%c%b" % (level, block) for level in b"123456789" for block in (b"1AY&SY", b"\x17rE8P\x90"))
"""A level, and then a block or the end of the stream."""
SKIPPABLE = tuple(b"%c\x2a\x4d\x18" % first for first in range(0x50, 0x60))
MAGICS = (_GZIP_MAGIC, _XZ_MAGIC, *_BZIP2_MAGICS, _ZSTD_MAGIC, _LZ4_MAGIC, *SKIPPABLE)
"""What compressed files begin with."""
SUFFIXES = (".gz", ".xz", ".bz2", ".zst", ".zstd", ".lz4")
"""How the names of compressed files end."""


class Writer(Protocol):
    """Where bytes to be compressed go."""

    def write(self, data: bytes, /) -> object:
        """Add bytes."""

    def close(self) -> object:
        """Write what is left; the file below stays open."""


class _Compression(NamedTuple):
    magic: tuple[bytes, ...]
    unpack: Callable[[Iterator[bytes]], Iterator[bytes]]
    """From the stored bytes to pieces of :data:`STEP` bytes or fewer. Raises ``InputError``."""
    pack: Callable[[IO[bytes]], Writer]


def kind(head: bytes) -> str:
    """The name of the compression of a file that begins with ``head``, or ``""``."""
    at = 0
    while head.startswith(SKIPPABLE, at) and len(head) >= at + 8:
        at += 8 + int.from_bytes(head[at + 4 : at + 8], "little")
    return next((name for name, found in _TABLE.items() if head.startswith(found.magic, at)), "")


def unpacked(stored: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The bytes of a file compressed as ``name`` says; ``""`` gives them as they are.

    Errors: :class:`InputError` for what is damaged, truncated, or expands beyond the limit.
    """
    if not name:
        yield from stored
        return
    taken = given = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for chunk in stored:
            taken += len(chunk)
            yield chunk

    for piece in _TABLE[name].unpack(counted()):
        given += len(piece)
        limit = min(EXPANDED_MOST, max(EXPANDED_FREE, EXPANSION * taken))
        if given > limit:
            raise InputError(f"{name} data expands to more than {limit:,} bytes")
        yield piece


def packing(file: IO[bytes], name: str) -> Writer:
    """A writer that compresses into ``file``; equal bytes give equal files, which tell neither name nor time."""
    return _TABLE[name].pack(file)


# --- gzip -------------------------------------------------------------------------------------------------------------


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(31)
    for chunk in chunks:
        data = chunk
        while data:
            if member.eof:
                # Zero padding after a member is what tapes and block devices add; anything else must be a member.
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = zlib.decompressobj(31)
            try:
                yield member.decompress(data, STEP)
            except zlib.error:
                raise _damaged(GZIP) from None
            data = member.unused_data if member.eof else member.unconsumed_tail
    yield from _gunzip_end(member)


def _gunzip_end(member: zlib._Decompress) -> Iterator[bytes]:
    """What zlib still holds back; its size is bounded by zlib's own window."""
    if member.eof:
        return
    try:
        yield member.flush()
    except zlib.error:
        raise _damaged(GZIP) from None
    if not member.eof:
        raise _truncated(GZIP)


def _to_gzip(file: IO[bytes]) -> Writer:
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)


# --- xz and bzip2 -----------------------------------------------------------------------------------------------------


class _Stream(Protocol):
    """What the standard library unpacks one stream with."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


def _unxz(chunks: Iterator[bytes]) -> Iterator[bytes]:
    import lzma

    def stream() -> _Stream:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, LZMA_MEMORY)

    yield from _streams(chunks, XZ, stream, lzma.LZMAError)


def _unbzip2(chunks: Iterator[bytes]) -> Iterator[bytes]:
    import bz2

    yield from _streams(chunks, BZIP2, bz2.BZ2Decompressor, OSError)


def _streams(
    chunks: Iterator[bytes], name: str, stream: Callable[[], _Stream], damage: type[Exception]
) -> Iterator[bytes]:
    """Streams one after another, with zeros between them as padding."""
    member = stream()
    begun = False
    for chunk in chunks:
        data = chunk
        while data or (begun and not member.needs_input):
            if not begun:
                data = data.lstrip(b"\0")
                if not data:
                    break
                member, begun = stream(), True
            try:
                yield member.decompress(data, STEP)
            except damage:
                raise _damaged(name) from None
            begun = not member.eof
            data = member.unused_data if member.eof else b""
    if begun:
        raise _truncated(name)


def _to_xz(file: IO[bytes]) -> Writer:
    import lzma

    return lzma.LZMAFile(file, "wb", preset=XZ_LEVEL)


def _to_bzip2(file: IO[bytes]) -> Writer:
    import bz2

    return bz2.BZ2File(file, "wb")


# --- zstd -------------------------------------------------------------------------------------------------------------


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    import zstandard

    octets = Octets(chunks)
    while magic := octets.take(4):
        if magic in SKIPPABLE:
            _skip(octets, int.from_bytes(_exactly(octets, 4), "little"))
        elif magic != _ZSTD_MAGIC:
            raise _truncated(ZSTD) if _ZSTD_MAGIC.startswith(magic) else _damaged(ZSTD)
        else:
            frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
            try:
                for piece in _blocks(octets):
                    yield frame.decompress(piece)
            except zstandard.ZstdError:
                raise _damaged(ZSTD) from None


def _blocks(octets: Octets) -> Iterator[bytes]:
    """A frame cut at its blocks, each of which holds 128 KiB at the most (RFC 8878 section 3.1.1)."""
    descriptor = _exactly(octets, 1)
    flags = descriptor[0]
    single = flags >> 5 & 1
    size = (single, 2, 4, 8)[flags >> 6] + (0, 1, 2, 4)[flags & 3] + (1 - single)
    yield _ZSTD_MAGIC + descriptor + _exactly(octets, size)
    last = False
    while not last:
        head = _exactly(octets, 3)
        word = int.from_bytes(head, "little")
        last = bool(word & 1)
        repeated = word >> 1 & 3 == 1
        yield head + _exactly(octets, 1 if repeated else word >> 3)
    if flags & 4:
        yield _exactly(octets, 4)


def _exactly(octets: Octets, count: int) -> bytes:
    taken = octets.take(count)
    if len(taken) < count:
        raise _truncated(ZSTD)
    return taken


def _skip(octets: Octets, count: int) -> None:
    while count:
        count -= len(_exactly(octets, min(count, STEP)))


def _to_zstd(file: IO[bytes]) -> Writer:
    import zstandard

    return zstandard.ZstdCompressor(level=3, write_checksum=True).stream_writer(file, closefd=False)


# --- lz4 --------------------------------------------------------------------------------------------------------------


def _unlz4(chunks: Iterator[bytes]) -> Iterator[bytes]:
    import lz4.frame

    # A skippable frame counts as an empty one.
    frame = lz4.frame.LZ4FrameDecompressor()
    begun = False
    for chunk in chunks:
        data = chunk
        while data or (begun and not frame.needs_input):
            if frame.eof:
                frame = lz4.frame.LZ4FrameDecompressor()
            try:
                piece = frame.decompress(data, max_length=STEP)
            except (RuntimeError, ValueError):
                raise _damaged(LZ4) from None
            yield piece
            begun = not frame.eof
            data = (frame.unused_data or b"") if frame.eof else b""
    if begun:
        raise _truncated(LZ4)


def _to_lz4(file: IO[bytes]) -> Writer:
    import lz4.frame

    writer: Writer = lz4.frame.LZ4FrameFile(file, mode="wb", content_checksum=True)
    return writer


def _damaged(name: str) -> InputError:
    return InputError(f"damaged {name} data")


def _truncated(name: str) -> InputError:
    return InputError(f"truncated {name} data")


_TABLE: Mapping[str, _Compression] = {
    GZIP: _Compression((_GZIP_MAGIC,), _gunzip, _to_gzip),
    XZ: _Compression((_XZ_MAGIC,), _unxz, _to_xz),
    BZIP2: _Compression(_BZIP2_MAGICS, _unbzip2, _to_bzip2),
    ZSTD: _Compression((_ZSTD_MAGIC,), _unzstd, _to_zstd),
    LZ4: _Compression((_LZ4_MAGIC,), _unlz4, _to_lz4),
}
