"""What a file holds: text in which encoding, a capture, an archive, how it is compressed, or why it is refused.

Pure functions over the pieces of a stored file. :func:`recognised` reads it to its end and gives its :class:`Content`;
:func:`text` gives what it holds, text as UTF-8 (a file that mixes encodings is given as its own bytes), anything else
as its octets; :class:`Storing` is the way back. What is refused is an :class:`~scrubber.model.InputError` whose text is
the reason.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from scrubber import compression
from scrubber.capture import magic
from scrubber.compression import packing, unpacked
from scrubber.model import InputError

CHUNK = 1 << 20
"""Bytes read at once."""

SAMPLE = 1 << 12
"""Bytes at the start of each chunk that are looked at to tell text from binary."""

BINARY_SHARE = 0.02
"""Share of control bytes from which a file is not text: cut logs hold a few, machine code holds 10 % and more."""

UNDECODABLE_SHARE = 0.3
"""Share of bytes that are neither ASCII nor UTF-8 from which a file is not text: raw audio has no control bytes."""

# Tab, line ends, form feed, and what a console log has from its terminal (escape, backspace) belong to text.
_CONTROL = bytes(sorted({*range(32), 127} - set(b"\b\t\n\v\f\r\x1b")))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ELF, _MZ = b"\x7fELF", b"MZ"
_PROGRAMS = "programs"
_AT_START: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((magic.SECTION,), "captures", "pcapng without a byte order"),
    ((b"snoop\0\0\0", b"btsnoop\0", b"iptrace 1.0", b"iptrace 2.0"), "captures", "snoop or iptrace"),
    ((b"RTSS", b"GMBU", b"TRSNIFF data    \x1a", b"XCP\0", b"\x05VNF"), "captures", "analyser"),
    ((b"PK\x07\x08PK",), "archives", "zip in several parts"),
    ((b"7z\xbc\xaf\x27\x1c",), "archives", "7z"),
    ((b"Rar!\x1a\x07",), "archives", "rar"),
    ((b"\x02\x21\x4c\x18",), "archives", "lz4, legacy frames"),
    ((b"MSCF\0\0\0\0",), "archives", "cab"),
    ((*compression.MAGICS, b"\x1f\x9d"), "compressed files in a compressed file", "gzip, xz, bzip2, zstd, lz4"),
    ((b".snd\0",), "audio files", "PCM"),
    ((b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), "audio files", "MP3"),
    ((b"OggS\0", b"fLaC\0", b"#!AMR"), "audio files", "compressed"),
    ((b"\x1aE\xdf\xa3",), "video files", "Matroska"),
    ((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a"), "images", "picture"),
    ((b"II*\0", b"MM\0*", b"\0\0\x01\0"), "images", "picture"),
    ((b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"), _PROGRAMS, "Mach-O"),
    ((b"\xca\xfe\xba\xbe",), _PROGRAMS, "Java or Mach-O"),
    ((b"MDMP\x93\xa7",), "crash dumps", "minidump"),
    ((b"PMDM", b"KDUMP   ", b"EMiL", b"hibr", b"HIBR"), "memory dumps", "whole memory"),
    ((b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce", b"\x03\xd9\xa2\x9a"), "key stores", "Java or KeePass"),
    ((b"ElfFile\0", b"LPKSHHRH"), "binary event logs", "evtx or journal"),
    ((b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "documents", "PDF or Office"),
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "texts in UTF-32", "byte order mark"),
)
_FURTHER_IN: tuple[tuple[bytes, int, tuple[bytes, ...], str, str], ...] = (
    (b"RIFF", 8, (b"WAVE",), "audio files", "PCM"),
    (b"FORM", 8, (b"AIFF", b"AIFC"), "audio files", "PCM"),
    (b"RIFF", 8, (b"AVI ",), "video files", "AVI"),
    (b"RIFF", 8, (b"WEBP",), "images", "picture"),
    (b"\0\0", 4, (b"ftyp",), "video files", "MP4"),
    (_ELF, 16, (b"\x04\0", b"\0\x04"), "core dumps", "ELF"),
    (_ELF, 0, (_ELF,), _PROGRAMS, "ELF"),
)
"""Files known by what they begin with: and, in the second table, by what stands at an offset."""

TAR, ZIP = "tar", "zip"
_SQLITE = b"SQLite format 3\0"
_ARCHIVES = ((ZIP, 0, (b"PK\x03\x04", b"PK\x05\x06")), (TAR, 257, (b"ustar",)))
_TAR_HEADER = 512
_TAR_CHECKSUM = slice(148, 156)


class Content(NamedTuple):
    """What a file holds and how it is stored."""

    compression: str = ""
    """A name of :mod:`scrubber.compression`."""
    encoding: str = "utf-8"
    """``utf-8`` (also: as it is), ``latin-1``, ``utf-16-le`` or ``utf-16-be``."""
    bom: bytes = b""
    capture: str = ""
    """``pcap`` or ``pcapng``; for anything else nothing."""
    archive: str = ""
    """``tar`` or ``zip``; for anything else nothing."""
    database: str = ""
    """``sqlite``; for anything else nothing."""

    @property
    def is_text(self) -> bool:
        """Whether it is none of these."""
        return not (self.capture or self.archive or self.database)


TEXT = Content()


def recognised(stored: Callable[[], Iterator[bytes]]) -> Content:
    """What a file holds. ``stored`` gives its pieces from the start, each time it is called.

    A text is read to its end, anything else is known by its first octets. Errors: :class:`InputError` with the reason
    for what is refused.
    """
    content = begun(stored)
    if not content.is_text:
        return content
    found = _scan(text(stored(), content))
    return content if content.bom else content._replace(encoding=found)


def begun(stored: Callable[[], Iterator[bytes]]) -> Content:
    """What the first octets say of a file; of a text without a mark not in which encoding it is. Errors: as above."""
    packed = compression.kind(next(gathered(stored()), b""))
    head = next(gathered(unpacked(stored(), packed)), b"")[:CHUNK]
    if capture := magic.kind(head):
        return Content(packed, capture=capture)
    if archive := archive_kind(head):
        return Content(packed, archive=archive)
    if head.startswith(_SQLITE):
        return Content(packed, database="sqlite")
    if reason := refusal(head):
        raise InputError(reason)
    bom, encoding = next((pair for pair in _BOMS if head.startswith(pair[0])), (b"", "utf-8"))
    return Content(packed, encoding, bom)


def text(stored: Iterator[bytes], content: Content) -> Iterator[bytes]:
    """What a file holds, unpacked, in pieces of about :data:`CHUNK` bytes cut anywhere.

    Text comes as UTF-8 without byte order mark, anything else as it is.
    """
    return gathered(_decoded(unpacked(stored, content.compression), content))


class Storing:
    """Stores what :func:`text` gave in the way it was stored: encoding, byte order mark, compression."""

    def __init__(self, file: IO[bytes], content: Content) -> None:
        """Begins the file; ``file`` stays open at the end."""
        self._file = file
        self._encoding = content.encoding
        self._stream = packing(file, content.compression) if content.compression else None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace") if self._encoding != "utf-8" else None
        self._put(content.bom)

    def write(self, block: bytes) -> None:
        """Add text or octets, cut anywhere."""
        self._put(block if self._decoder is None else self._encoded(self._decoder, block, final=False))

    def close(self) -> None:
        """Write what is left."""
        if self._decoder is not None:
            self._put(self._encoded(self._decoder, b"", final=True))
        self.abandon()

    def abandon(self) -> None:
        """Close the compressor, whatever it has."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _encoded(self, decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bytes:
        return decoder.decode(block, final).encode(self._encoding, "replace")

    def _put(self, data: bytes) -> None:
        if self._stream is None:
            self._file.write(data)
        else:
            self._stream.write(data)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """What a file holds, from its start; several may read it by turns."""
    at = 0
    while True:
        file.seek(at)
        piece = file.read(CHUNK)
        if not piece:
            return
        at += len(piece)
        yield piece


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


def archive_kind(head: bytes) -> str:
    """``tar`` or ``zip`` for an archive that begins with ``head``, or an empty string."""
    for name, offset, magics in _ARCHIVES:
        if head.startswith(magics, offset):
            return name
    return TAR if _is_old_tar(head[:_TAR_HEADER]) else ""


def _is_old_tar(header: bytes) -> bool:
    """Whether a header block without a magic has the right checksum, as tar wrote it before POSIX.1-1988."""
    field = header[_TAR_CHECKSUM].strip(b" \0")
    if len(header) < _TAR_HEADER or not header[0] or not re.fullmatch(rb"[0-7]{3,7}", field):
        return False
    return sum(header) - sum(header[_TAR_CHECKSUM]) + 8 * ord(" ") == int(field, 8)


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
    return "unknown binary content" if control_share(sample) > 10 * BINARY_SHARE else ""


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


def control_share(data: bytes) -> float:
    """Which share of the octets no text holds."""
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
