"""The only opener of files: sources, spool, private files and outputs.

Reading. :func:`sources` turns paths into :class:`Source` values, one a file, in a fixed order. :meth:`Source.inspect`
reads a file once and says what it is: text, plain or gzip, in which encoding; anything else is an
:class:`~scrubber.model.InputError` whose text is the reason. :meth:`Source.chunks` then gives the text as UTF-8 (a file
that mixes encodings is given as its own bytes), never more than the file held when it was inspected.

Writing. A :class:`Target` opens a :class:`Sink`: a private temporary file beside the destination, in the container and
encoding of the source. Only :meth:`Sink.release` makes it appear under its name, in one step; every other way out of
the ``with`` block leaves nothing.
"""

from __future__ import annotations

import codecs
import gzip
import os
import re
import secrets
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from scrubber.model import InputError, RuleError

STDIN = "-"
"""The argument that means standard input."""

RULE_TEXT = 1 << 20
"""Bytes of the largest rule file of a user."""

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

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)

# Tab, line ends, form feed and escape (colours of a console log) belong to text.
_CONTROL = bytes(sorted({*range(32), 127} - set(b"\t\n\v\f\r\x1b")))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ELF, _MZ = b"\x7fELF", b"MZ"
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
    ((b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"), "programs", "Mach-O"),
    ((b"\xca\xfe\xba\xbe",), "programs", "Java or Mach-O"),
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
    (_ELF, 0, (_ELF,), "programs", "ELF"),
)
"""Files known by what they begin with: and, in the second table, by what stands at an offset."""


class Content(NamedTuple):
    """How the text of a file is stored."""

    gzipped: bool = False
    encoding: str = "utf-8"
    """``utf-8`` (also: as it is), ``latin-1``, ``utf-16-le`` or ``utf-16-be``."""
    bom: bytes = b""


TEXT = Content()


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. ``parts`` are the components of its name, the argument's own name first."""

    path: Path
    label: str
    """The path as the user knows it."""
    parts: tuple[str, ...]
    size: int = 0
    """Bytes as stored."""
    fault: str = ""
    """Why it cannot be read, known from its place in the tree alone."""
    content: Content = TEXT

    def inspect(self) -> Source:
        """This source with ``content`` and ``size`` known; reads the file to its end.

        Errors: :class:`InputError` with the reason for what is refused, :class:`OSError` for what cannot be read.
        """
        if self.fault:
            raise InputError(self.fault)
        with _open_regular(self.path) as file:
            size = os.fstat(file.fileno()).st_size
        gzipped = next(_read(self.path, min(size, 2)), b"") == b"\x1f\x8b"
        head = next(_gathered(_unpacked(self.path, size, gzipped=gzipped)), b"")[:CHUNK]
        if reason := refusal(head):
            raise InputError(reason)
        bom, encoding = next((pair for pair in _BOMS if head.startswith(pair[0])), (b"", "utf-8"))
        source = replace(self, size=size, content=Content(gzipped, encoding, bom))
        found = _scan(source.chunks())
        return source if bom else replace(source, content=Content(gzipped, found))

    def chunks(self) -> Iterator[bytes]:
        """The text as UTF-8 without byte order mark, in pieces of about :data:`CHUNK` bytes cut anywhere."""
        return _gathered(_decoded(_unpacked(self.path, self.size, gzipped=self.content.gzipped), self.content))


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
            return f"{plural} are not supported yet ({kind})"
    for start, offset, magics, plural, kind in _FURTHER_IN:
        if head.startswith(start) and head.startswith(magics, offset):
            return f"{plural} are not supported yet ({kind})"
    # A log may begin with these two letters; a program names its second header within the first kilobyte.
    if head.startswith(_MZ) and b"PE\0\0" in head[:1024]:
        return "programs are not supported yet (PE)"
    return ""


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


# --- reading ----------------------------------------------------------------------------------------------------------


def _open_regular(path: Path) -> BinaryIO:
    """Open a regular file without ever waiting for a writer of a pipe."""
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError("not a regular file")
    return os.fdopen(descriptor, "rb", buffering=0)


def _read(path: Path, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes: what a live log gained since it was inspected was not learned and is left out."""
    with _open_regular(path) as file:
        left = size
        while left:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                raise InputError("changed while it was read")
            left -= len(chunk)
            yield chunk


def _unpacked(path: Path, size: int, *, gzipped: bool) -> Iterator[bytes]:
    return _gunzip(_read(path, size)) if gzipped else _read(path, size)


def _gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
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


# --- finding files ----------------------------------------------------------------------------------------------------


def sources(paths: Sequence[Path]) -> list[Source]:
    """Every file below ``paths``: arguments in their order, folders sorted by name, each file once.

    Hidden files are included. A link to a file of the same tree is read; any other link, a special file or an
    unreadable folder becomes a source with a ``fault``, so that nothing is left out in silence. A link given as an
    argument is followed: the user named it.
    """
    found: dict[str, Source] = {}
    for path in paths:
        name = Path(_normal(path)).name or "root"
        below = _walk(path, (name,)) if is_folder(path) else iter((_source(path, (name,)),))
        for source in below:
            found.setdefault(_normal(source.path), source)
    return list(found.values())


def is_folder(path: Path) -> bool:
    """Whether ``path`` leads to a folder; what cannot be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _normal(path: Path) -> str:
    """The absolute path without ``..``; links are kept, as their names are what the user sees."""
    return os.path.normpath(path.absolute())


def _walk(root: Path, parts: tuple[str, ...]) -> Iterator[Source]:
    tree = Path(os.path.realpath(root))
    waiting = [(root, parts)]
    while waiting:
        folder, parts = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield Source(folder, str(folder), parts, fault=f"folder not readable: {error.strerror}")
            continue
        folders = []
        for entry in entries:
            path, below = folder / entry.name, (*parts, entry.name)
            if _is_link(entry):
                yield _linked(path, below, tree)
            elif entry.is_dir(follow_symlinks=False):
                folders.append((path, below))
            else:
                yield _source(path, below)
        waiting.extend(reversed(folders))


def _is_link(entry: os.DirEntry[str]) -> bool:
    """A symbolic link or a Windows junction, which is a folder that may point out of the tree or back into it."""
    if entry.is_symlink():
        return True
    with suppress(OSError):
        tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
        return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return False


def _linked(path: Path, parts: tuple[str, ...], tree: Path) -> Source:
    try:
        end = Path(os.path.realpath(path, strict=True))
    except OSError:
        return Source(path, str(path), parts, fault="link that leads nowhere")
    if not end.is_relative_to(tree):
        return Source(path, str(path), parts, fault="link that leaves the folder")
    if end.is_dir():
        return Source(path, str(path), parts, fault="link to a folder of the same tree, whose files stand there")
    return _source(path, parts)


def _source(path: Path, parts: tuple[str, ...]) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        fault = "no such file" if isinstance(error, FileNotFoundError) else (error.strerror or "not readable")
        return Source(path, str(path), parts, fault=fault)
    fault = "" if stat.S_ISREG(status.st_mode) else "not a regular file"
    return Source(path, str(path), parts, status.st_size, fault)


def inputs(arguments: Sequence[str], folder: Path) -> tuple[list[Path], list[Source]]:
    """The paths of a command line and their sources; ``-`` alone is standard input, kept in ``folder``.

    Errors: :class:`InputError` when ``-`` stands beside other paths, :class:`OSError` when it cannot be kept.
    """
    if STDIN in arguments:
        if len(arguments) > 1:
            raise InputError("standard input stands alone")
        source = spool(sys.stdin.buffer, folder)
        return [source.path], [source]
    paths = [Path(argument) for argument in arguments]
    return paths, sources(paths)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this process alone, gone at the end."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def spool(stream: BinaryIO, folder: Path) -> Source:
    """Standard input as a source: it is read twice, so it is kept in ``folder`` (private) meanwhile."""
    path = folder / "input"
    with os.fdopen(_create_private(path), "wb") as file:
        while chunk := stream.read(CHUNK):
            file.write(chunk)
    return Source(path, STDIN, ("stdin",), path.stat().st_size)


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """One output to be. Cheap to hand to another process; nothing exists before :meth:`open`."""

    path: Path
    name: str
    """The scrubbed name below the output folder, for reports."""
    content: Content = TEXT
    force: bool = False
    mode: int = 0o600
    token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    @property
    def temporary(self) -> Path:
        """Where the output lies until it is released: the same folder, so that the rename is one step."""
        return self.path.with_name(f".scrubber-{self.token}")

    def open(self) -> Sink:
        """A sink, to be used in a ``with`` block."""
        return Sink(self)

    def discard(self) -> None:
        """Remove what a killed process left."""
        with suppress(OSError):
            self.temporary.unlink()


class Sink:
    """Writes UTF-8 text to the temporary file of a target, in the container and encoding of its source."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._decoder: codecs.IncrementalDecoder | None = None
        self._file: BinaryIO | None = None
        self._stream: BinaryIO | gzip.GzipFile | None = None

    def __enter__(self) -> Self:
        content = self._target.content
        with ExitStack() as undo:
            undo.callback(self._abandon)
            self._target.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.fdopen(_create_private(self._target.temporary), "wb")
            self._stream = self._file
            if content.gzipped:
                # No name and no time in the header: both would tell something, and equal input gives equal output.
                self._stream = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self._file, mtime=0)
            if content.encoding != "utf-8":
                self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
            self._stream.write(content.bom)
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._abandon()

    def write(self, block: bytes) -> None:
        """Add text, cut anywhere."""
        self._put(block, final=False)

    def _put(self, block: bytes, *, final: bool) -> None:
        if self._stream is None:
            raise ValueError("the sink is closed")
        if self._decoder is not None:
            block = self._decoder.decode(block, final).encode(self._target.content.encoding, "replace")
        self._stream.write(block)

    def _finish(self) -> None:
        """Flush everything to the disk and close."""
        if self._file is None:
            return
        self._put(b"", final=True)
        if isinstance(self._stream, gzip.GzipFile):
            self._stream.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = self._stream = None

    def written(self) -> Iterator[bytes]:
        """The text as it now stands on the disk, unpacked and decoded again; nothing can be written after."""
        self._finish()
        path = self._target.temporary
        return Source(path, "", (), path.stat().st_size, content=self._target.content).chunks()

    def release(self) -> int:
        """Publish under the final name and mode; returns the bytes stored.

        Errors: :class:`InputError` when the name was taken meanwhile.
        """
        self._finish()
        size = self._target.temporary.stat().st_size
        self._target.temporary.chmod(self._target.mode)
        _publish(self._target.temporary, self._target.path, force=self._target.force)
        return size

    def _abandon(self) -> None:
        """Close and remove whatever is there; after a release there is nothing."""
        for stream in (self._stream, self._file):
            if stream is not None:
                # Closing flushes, and on a full disk that fails once more.
                with suppress(OSError):
                    stream.close()
        self._file = self._stream = None
        self._target.discard()


class Destination:
    """Where the outputs of a run go. Hands out every path once, so equal scrubbed names get a number.

    ``output`` is a folder when it exists as one, ends in a separator, or when there is more than one input or a folder
    among them. Without ``output`` each argument gets ``NAME.scrubbed.EXT`` beside it.
    """

    def __init__(self, output: str | None, paths: Sequence[Path], found: Sequence[Source], *, force: bool) -> None:
        """Errors: :class:`InputError` when no output can be placed, or it would lie inside an input folder."""
        folders = [path for path in paths if is_folder(path)]
        self._beside = output is None
        self._base = Path(_normal(Path(output or "")))
        self._folder = output is not None and (
            len(paths) > 1 or bool(folders) or is_folder(self._base) or output.endswith(("/", os.sep))
        )
        self._strip = 1 if self._folder and len(paths) == 1 and folders else 0
        self._force = force
        self._used: set[str] = set()
        self._made: set[Path] = set()
        self._inputs = frozenset(_identities(found))
        self._mode = 0o644 & ~_umask()
        if self._beside and any(not Path(_normal(path)).name for path in paths):
            raise InputError("a whole drive has no place beside it for the output")
        real = Path(os.path.realpath(self._base))
        if self._folder and any(real.is_relative_to(os.path.realpath(folder)) for folder in folders):
            raise InputError("the output lies inside an input folder")

    def target(self, source: Source, parts: tuple[str, ...]) -> Target:
        """The output for ``source``, whose scrubbed name is ``parts``.

        Errors: :class:`InputError` when it exists and is not to be overwritten, or when it is an input.
        """
        if any(not _is_component(part) for part in parts):
            raise InputError("the scrubbed name is not a file name")
        if self._beside:
            base = Path(_normal(source.path)).parents[len(parts) - 1]
            path = base.joinpath(marked(parts[0], ".scrubbed", whole=len(parts) > 1), *parts[1:])
        elif self._folder:
            base = self._base
            path = base.joinpath(*parts[self._strip :])
        else:
            base, path = self._base.parent, self._base
        path = self._unused(path)
        self._check(path)
        self._made.update(parent for parent in path.parents if not parent.exists())
        return Target(path, path.relative_to(base).as_posix(), source.content, self._force, self._mode)

    def reserve(self, path: Path) -> Target:
        """The target for one more file of the run, such as a report, that no output may take. Errors as above."""
        path = Path(_normal(path))
        is_output = not self._beside and not self._folder and path == self._base
        if is_output or os.path.normcase(path).casefold() in self._used:
            raise InputError("the name is used twice")
        self._used.add(os.path.normcase(path).casefold())
        self._check(path)
        return Target(path, path.name, force=self._force, mode=self._mode)

    def _unused(self, path: Path) -> Path:
        candidate, number = path, 1
        # Folded, as some file systems take names for equal that differ in case.
        while os.path.normcase(candidate).casefold() in self._used:
            number += 1
            candidate = path.with_name(marked(path.name, f"-{number}"))
        self._used.add(os.path.normcase(candidate).casefold())
        return candidate

    def _check(self, path: Path) -> None:
        if not os.path.lexists(path):
            return
        if is_folder(path):
            raise InputError("the output is a folder")
        with suppress(FileNotFoundError):
            status = path.stat()
            if (status.st_dev, status.st_ino) in self._inputs:
                raise InputError("the output is an input")
        if not self._force:
            raise InputError("the output exists already")

    def tidy(self) -> None:
        """Remove the folders made for outputs that did not come to be."""
        for folder in sorted(self._made, key=lambda path: -len(path.parts)):
            with suppress(OSError):
                folder.rmdir()


def marked(name: str, mark: str, *, whole: bool = False) -> str:
    """``name`` with ``mark`` before its extension (``x.log.gz`` -> ``x.scrubbed.log.gz``); ``whole``: at the end."""
    path = Path(name)
    extension = "" if whole else path.suffix
    if extension.lower() == ".gz":
        extension = Path(path.stem).suffix + extension
    return name[: len(name) - len(extension)] + mark + extension


def write(target: Target, data: bytes) -> None:
    """Write a small output whole or not at all. Errors: :class:`InputError`, which names the file."""
    try:
        with target.open() as sink:
            sink.write(data)
            sink.release()
    except InputError as error:
        raise InputError(f"{target.path}: {error}") from None
    except OSError as error:
        raise InputError(f"{target.path}: {error.strerror or 'cannot be written'}") from None


def rule_texts(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """Name and text of a user's rule files. Errors: :class:`RuleError`, which names the file."""
    texts = []
    for path in paths:
        try:
            texts.append((str(path), read(path, RULE_TEXT).decode()))
        except (InputError, UnicodeDecodeError):
            raise RuleError(f"{path}: not a text in UTF-8") from None
        except OSError as error:
            raise RuleError(f"{path}: {error.strerror or 'not readable'}") from None
    return texts


def read(path: Path, limit: int) -> bytes:
    """The text of a small file in UTF-8, whatever its encoding.

    Errors: :class:`OSError`; :class:`InputError` when it is not text or has more than ``limit`` bytes.
    """
    source = Source(path, str(path), (path.name,)).inspect()
    data = b""
    for chunk in source.chunks():
        data += chunk
        if len(data) > limit:
            raise InputError(f"larger than {limit} bytes")
    return data


def to_stdout(chunks: Iterable[bytes]) -> None:
    """Send data to standard output. A reader that has gone away is no error: the rest is dropped."""
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """Lead standard output nowhere, so that what Python flushes at its end meets no closed pipe."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def contents(path: Path) -> Iterator[bytes]:
    """A file as it is stored, in pieces."""
    with _open_regular(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _create_private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600)


def _publish(temporary: Path, path: Path, *, force: bool) -> None:
    """Give a finished file its name; without ``force`` never over another file, not even one made this moment."""
    if force:
        temporary.replace(path)
    else:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            raise InputError("the output exists already") from None
        except OSError:
            # A file system without hard links: the test and the rename are two steps there.
            if os.path.lexists(path):
                raise InputError("the output exists already") from None
            temporary.rename(path)
        else:
            temporary.unlink()
    if os.name == "posix":
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Not every file system can; the file itself is safe already.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _identities(found: Sequence[Source]) -> Iterator[tuple[int, int]]:
    for source in found:
        with suppress(OSError):
            status = source.path.stat()
            yield status.st_dev, status.st_ino


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _is_component(name: str) -> bool:
    return name not in ("", ".", "..") and not any(char in name for char in ("/", "\0", os.sep))
