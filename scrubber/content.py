"""What a file holds: text, plain or gzip, in which encoding, or why it is refused.

Pure functions over the pieces of a stored file. :func:`recognised` reads it to its end and gives its :class:`Content`;
:func:`text` gives what it holds as UTF-8 (a file that mixes encodings is given as its own bytes). What is refused is an
:class:`~scrubber.model.InputError` whose text is the reason.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scrubber.model import InputError

CHUNK = 1 << 20
"""Bytes read at once."""

SAMPLE = 1 << 12
"""Bytes at the start of each chunk that are looked at to tell text from binary."""

EXPANSION = 400
"""How many bytes one compressed byte may become, once :data:`EXPANDED_FREE` is exceeded. Real logs stay below 100;
a bomb reaches 1000."""

EXPANDED_FREE = 1 << 28
EXPANDED_MOST = 1 << 38

BINARY_SHARE = 0.02
"""Share of control bytes from which a file is not text: cut logs hold a few, machine code holds 10 % and more."""

UNDECODABLE_SHARE = 0.3
"""Share of bytes that are neither ASCII nor UTF-8 from which a file is not text: raw audio has no control bytes."""

_GZIP = b"\x1f\x8b"

# Tab, line ends, form feed and escape (colours of a console log) belong to text.
_CONTROL = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1b")))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ELF, _MZ = b"\x7fELF", b"MZ"
_PROGRAMS = "programs"
_AT_START: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"), "captures", "pcap"),
    ((b"\x0a\x0d\x0d\x0a",), "captures", "pcapng"),
    ((b"snoop\0\0\0",), "captures", "snoop"),
    ((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), "archives", "zip"),
    ((b"\xfd7zXZ\0",), "archives", "xz"),
    ((b"\x28\xb5\x2f\xfd", *(b"%c\x2a\x4d\x18" % first for first in range(0x50, 0x60))), "archives", "zstd"),
    ((b"7z\xbc\xaf\x27\x1c",), "archives", "7z"),
    ((b"Rar!\x1a\x07",), "archives", "rar"),
    ((b"\x04\x22\x4d\x18",), "archives", "lz4"),
    ((b"MSCF\0\0\0\0",), "archives", "cab"),
    ((b"\x1f\x8b", b"\x1f\x9d"), "compressed files in a compressed file", "gzip"),
    ((b".snd\0",), "audio files", "PCM"),
    ((b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), "audio files", "MP3"),
    ((b"OggS\0", b"fLaC\0", b"#!AMR"), "audio files", "compressed"),
    ((b"\x1aE\xdf\xa3",), "video files", "Matroska"),
    ((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"), "images", "picture"),
    ((b"II*\0", b"MM\0*", b"\0\0\x01\0"), "images", "picture"),
    ((b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"), _PROGRAMS, "Mach-O"),
    ((b"\xca\xfe\xba\xbe",), _PROGRAMS, "Java or Mach-O"),
    ((b"MDMP\x93\xa7",), "crash dumps", "minidump"),
    ((b"SQLite format 3\0",), "databases", "SQLite"),
    ((b"ElfFile\0", b"LPKSHHRH"), "binary event logs", "evtx or journal"),
    ((b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "documents", "PDF or Office"),
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "texts in UTF-32", "byte order mark"),
)
_FURTHER_IN: tuple[tuple[bytes, int, tuple[bytes, ...], str, str], ...] = (
    (b"", 257, (b"ustar",), "archives", "tar"),
    (b"BZh", 4, (b"1AY&SY", b"\x17rE8P\x90"), "archives", "bzip2"),
    (b"RIFF", 8, (b"WAVE",), "audio files", "PCM"),
    (b"FORM", 8, (b"AIFF", b"AIFC"), "audio files", "PCM"),
    (b"RIFF", 8, (b"AVI ",), "video files", "AVI"),
    (b"RIFF", 8, (b"WEBP",), "images", "picture"),
    (b"\0\0", 4, (b"ftyp",), "video files", "MP4"),
    (_ELF, 16, (b"\x04\0", b"\0\x04"), "core dumps", "ELF"),
    (_ELF, 0, (_ELF,), _PROGRAMS, "ELF"),
)
"""Files known by what they begin with: and, in the second table, by what stands at an offset."""


class Content(NamedTuple):
    """How the text of a file is stored."""

    gzipped: bool = False
    encoding: str = "utf-8"
    """``utf-8`` (also: as it is), ``latin-1``, ``utf-16-le`` or ``utf-16-be``."""
    bom: bytes = b""


TEXT = Content()


def recognised(stored: Callable[[], Iterator[bytes]]) -> Content:
    """What a file holds. ``stored`` gives its pieces from the start, each time it is called.

    Errors: :class:`InputError` with the reason for what is refused.
    """
    gzipped = next(gathered(stored()), b"").startswith(_GZIP)
    head = next(gathered(_unpacked(stored(), gzipped=gzipped)), b"")[:CHUNK]
    if reason := refusal(head):
        raise InputError(reason)
    bom, encoding = next((pair for pair in _BOMS if head.startswith(pair[0])), (b"", "utf-8"))
    content = Content(gzipped, encoding, bom)
    found = _scan(text(stored(), content))
    return content if bom else content._replace(encoding=found)


def text(stored: Iterator[bytes], content: Content) -> Iterator[bytes]:
    """The text of a file as UTF-8 without byte order mark, in pieces of about :data:`CHUNK` bytes cut anywhere."""
    return gathered(_decoded(_unpacked(stored, gzipped=content.gzipped), content))


def gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of :data:`CHUNK` or more, but for the last: heads must be heads."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    if size:
        yield b"".join(waiting)


# --- what a file is ---------------------------------------------------------------------------------------------------


def refusal(head: bytes) -> str:
    """Why a file that begins with ``head`` (unpacked) is refused, or an empty string."""
    if known := _binary_kind(head):
        return known
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    sample = head[: SAMPLE * 4]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 > len(sample) and min(even, odd) * 20 < len(sample):
        return "looks like UTF-16 without a byte order mark"
    return "unknown binary content" if _control_share(sample) > 10 * BINARY_SHARE else ""


def _binary_kind(head: bytes) -> str:
    for magics, plural, kind in _AT_START:
        if head.startswith(magics):
            return _unsupported(plural, kind)
    for start, offset, magics, plural, kind in _FURTHER_IN:
        if head.startswith(start) and head.startswith(magics, offset):
            return _unsupported(plural, kind)
    # A log may begin with these two letters; a program names its second header within the first kilobyte.
    if head.startswith(_MZ) and b"PE\0\0" in head[:1024]:
        return _unsupported(_PROGRAMS, "PE")
    return ""


def _unsupported(plural: str, kind: str) -> str:
    # A program holds nothing that could be scrubbed, now or later.
    return f"{plural} are not supported{'' if plural == _PROGRAMS else ' yet'} ({kind})"


def _control_share(data: bytes) -> float:
    return (len(data) - len(data.translate(None, _CONTROL))) / max(len(data), 1)


def _scan(chunks: Iterator[bytes]) -> str:
    """``utf-8`` or ``latin-1`` for a stream of text; raises :class:`InputError` when it is not text.

    Latin-1 only when bytes above ASCII occur and none of them forms UTF-8 anywhere: a log that mixes both must keep
    its UTF-8 names readable for the search.
    """
    seen = control = undecodable = 0
    utf8 = high = False
    tail = b""
    for chunk in chunks:
        sample = chunk[:SAMPLE]
        seen += len(sample)
        control += len(sample) - len(sample.translate(None, _CONTROL))
        if chunk.isascii():
            tail = b""
            continue
        high = True
        undecodable += len(sample) - len(sample.decode("utf-8", "ignore").encode())
        utf8 = utf8 or _UTF8_SEQUENCE.search(tail + chunk) is not None
        tail = chunk[-3:]
    # Four bytes are tolerated in any file, so that one odd byte does not refuse a log of one line.
    if control > max(BINARY_SHARE * seen, 4):
        raise InputError("unknown binary content")
    if undecodable > max(UNDECODABLE_SHARE * seen, 16):
        raise InputError("not text in a known encoding")
    return "latin-1" if high and not utf8 else "utf-8"


# --- how it is stored -------------------------------------------------------------------------------------------------


def _unpacked(stored: Iterator[bytes], *, gzipped: bool) -> Iterator[bytes]:
    return _gunzip(stored) if gzipped else stored


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip (RFC 1952), any number of members, with bounded expansion."""
    member = zlib.decompressobj(31)
    taken = given = 0
    for chunk in chunks:
        data = chunk
        taken += len(chunk)
        while data:
            if member.eof:
                # Zero padding after a member is what tapes and block devices add; anything else must be a member.
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = zlib.decompressobj(31)
            try:
                block = member.decompress(data, CHUNK)
            except zlib.error:
                raise InputError("damaged gzip data") from None
            given += len(block)
            if given > EXPANDED_MOST or given > max(EXPANDED_FREE, EXPANSION * taken):
                raise InputError("gzip data expands beyond the limit")
            yield block
            data = member.unused_data if member.eof else member.unconsumed_tail
    yield from _gunzip_end(member)


def _gunzip_end(member: zlib._Decompress) -> Iterator[bytes]:
    """What zlib still holds back; its size is bounded by zlib's own window."""
    if member.eof:
        return
    try:
        yield member.flush()
    except zlib.error:
        raise InputError("damaged gzip data") from None
    if not member.eof:
        raise InputError("truncated gzip data")


def _decoded(chunks: Iterator[bytes], content: Content) -> Iterator[bytes]:
    """Stored text to UTF-8."""
    skip = len(content.bom)
    decoder = None if content.encoding == "utf-8" else codecs.getincrementaldecoder(content.encoding)("strict")
    for chunk in chunks:
        data = chunk[skip:]
        skip -= len(chunk) - len(data)
        yield data if decoder is None else _transcoded(decoder, data, final=False)
    if decoder is not None:
        yield _transcoded(decoder, b"", final=True)


def _transcoded(decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool) -> bytes:
    try:
        return decoder.decode(data, final).encode()
    except UnicodeError:
        # The error holds the whole buffer, so it must not be chained.
        raise InputError("damaged UTF-16 text") from None
