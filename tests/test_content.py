from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import compression, content
from scrubber.content import Content
from scrubber.model import InputError

GZIP = partial(gzip.compress, mtime=0)
"""Without the time, so that a test has the same name in every process."""

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n"


def recognised(data: bytes, size: int = content.CHUNK) -> Content:
    return content.recognised(lambda: pieces(data, size))


def text_of(data: bytes, size: int = content.CHUNK) -> bytes:
    return b"".join(content.text(pieces(data, size), recognised(data, size)))


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def elf(kind: int) -> bytes:
    return b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<H", kind) + bytes(100)


CAPTURES = {
    struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1): "pcap",
    struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1): "pcap",
    struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1): "pcap",
    struct.pack(">IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1) + bytes(3): "pcap",
    struct.pack("<III", 0x0A0D0D0A, 28, 0x1A2B3C4D) + bytes(range(256)): "pcapng",
    struct.pack(">III", 0x0A0D0D0A, 28, 0x1A2B3C4D) + b"\x28\xb5\x2f\xfd": "pcapng",
}
PACKINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "gzip": GZIP,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "lz4": lz4.frame.compress,
}
REFUSED: list[tuple[bytes, str]] = [
    (b"snoop\0\0\0\0\0\0\2\0\0\0\4", "captures are not supported yet (snoop"),
    (b"TRSNIFF data    \x1a\0", "captures are not supported yet (analyser)"),
    (b"\n\r\r\n\x1c\0\0\0\x4d\x3c\x2b\x1b" + bytes(16), "captures are not supported yet (pcapng without"),
    (b"PK\7\x08PK\3\4" + bytes(18), "archives are not supported yet (zip in several parts)"),
    (b"PMDM" + bytes(30), "memory dumps are not supported yet"),
    (b"\xfe\xed\xfe\xed\0\0\0\2", "key stores are not supported yet"),
    (b"\xfd7zXZ\0\0\4", "truncated xz data"),
    (b"BZh91AY&SY" + bytes(9), "truncated bzip2 data"),
    (b"\x28\xb5\x2f\xfd\4\0", "truncated zstd data"),
    (b"\x50\x2a\x4d\x18\4\0\0\0", "compressed files in a compressed file"),
    (b"\x02\x21\x4c\x18" + bytes(9), "archives are not supported yet (lz4, legacy frames)"),
    (b"7z\xbc\xaf\x27\x1c\0\4", "archives are not supported yet (7z)"),
    (b"Rar!\x1a\7\1\0", "archives are not supported yet (rar)"),
    (b"\4\x22\x4d\x18", "truncated lz4 data"),
    (b"MSCF\0\0\0\0", "archives are not supported yet (cab)"),
    (b"\x1f\x9d\x90", "compressed files in a compressed file"),
    (GZIP(GZIP(TEXT)), "compressed files in a compressed file"),
    (GZIP(PACKINGS["zstd"](TEXT)), "compressed files in a compressed file"),
    (PACKINGS["lz4"](GZIP(TEXT)), "compressed files in a compressed file"),
    (b"RIFF\x24\0\0\0WAVEfmt ", "audio files are not supported yet"),
    (b"ID3\3\0\0\0\0\0\0", "audio files are not supported yet"),
    (b"OggS\0\2" + bytes(20), "audio files are not supported yet"),
    (b"#!AMR\n\4", "audio files are not supported yet"),
    (b".snd\0\0\0\x20", "audio files are not supported yet"),
    (b"\0\0\0\x18ftypmp42", "video files are not supported yet"),
    (b"\x89PNG\r\n\x1a\n\0\0", "images are not supported yet"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "images are not supported yet"),
    (b"GIF89a\1\0\1\0", "images are not supported yet"),
    (elf(2), "programs are not supported (ELF)"),
    (elf(3), "programs are not supported (ELF)"),
    (elf(4), "core dumps are not supported yet"),
    (b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0", "programs are not supported (PE)"),
    (b"MDMP\x93\xa7\0\0" + bytes(24), "crash dumps are not supported yet"),
    (b"ElfFile\0" + bytes(8), "binary event logs are not supported yet"),
    (b"%PDF-1.7\n", "documents are not supported yet"),
    ("\ufeffREGISTER".encode("utf-32-le"), "texts in UTF-32 are not supported yet"),
    ("REGISTER sip:example.com\r\n".encode("utf-16-le"), "looks like UTF-16 without a byte order mark"),
    ("REGISTER sip:example.com\r\n".encode("utf-16-be"), "looks like UTF-16 without a byte order mark"),
    (bytes(range(256)) * 40, "unknown binary content"),
    (bytes(1000), "unknown binary content"),
    (b"ordinary text\n" * 100 + bytes(range(9)) * 50, "unknown binary content"),
    (b"\xd5" * 4000, "not text in a known encoding"),
    (GZIP(TEXT)[:-4], "truncated gzip data"),
    (GZIP(TEXT * 99)[:50], "truncated gzip data"),
    (b"\x1f\x8b", "truncated gzip data"),
    (GZIP(TEXT)[:-8] + bytes(8), "damaged gzip data"),
    (GZIP(TEXT) + b"rubbish", "damaged gzip data"),
    (b"\x1f\x8bnothing of the kind", "damaged gzip data"),
    (b"\xff\xfeA\0\0\xd8A\0", "damaged UTF-16 text"),
    (b"\xff\xfeA\0B", "damaged UTF-16 text"),
    (GZIP(b"\xfe\xff\0A\xd8\0"), "damaged UTF-16 text"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED, ids=lambda value: repr(value[:12]))
def test_refused_content_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(InputError) as error:
        recognised(data)
    assert str(error.value).startswith(reason)
    assert error.value.__cause__ is None


ACCEPTED: list[tuple[bytes, Content]] = [
    (b"", Content()),
    (TEXT, Content()),
    (GZIP(TEXT), Content("gzip")),
    (GZIP(b""), Content("gzip")),
    (PACKINGS["zstd"](TEXT), Content("zstd")),
    (PACKINGS["lz4"](TEXT), Content("lz4")),
    (GZIP(TEXT) + GZIP(TEXT) + bytes(512), Content("gzip")),
    (TEXT + b"\0\0\0\1", Content()),
    (b"MZ is where the log begins\n", Content()),
    (b"BZh9 is no archive\n", Content()),
    (b"\x1b[1;32mcolour\x1b[0m\n" * 90, Content()),
    ("From: Jos\u00e9 <sip:jose@example.com>\n".encode(), Content()),
    ("From: Jos\u00e9 <sip:jose@example.com>\n".encode("latin-1"), Content(encoding="latin-1")),
    ("Jos\u00e9\n".encode() + "Jos\u00e9\n".encode("latin-1"), Content()),
    ("\ufeffJos\u00e9\r\n".encode(), Content(bom=b"\xef\xbb\xbf")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-le"), Content(encoding="utf-16-le", bom=b"\xff\xfe")),
    ("\ufeffJos\u00e9\r\n".encode("utf-16-be"), Content(encoding="utf-16-be", bom=b"\xfe\xff")),
    (GZIP("\ufeffJos\u00e9\r\n".encode("utf-16-le")), Content("gzip", "utf-16-le", b"\xff\xfe")),
]


@pytest.mark.parametrize(("data", "expected"), ACCEPTED, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize("size", [1, 7, content.CHUNK])
def test_accepted_content(data: bytes, expected: Content, size: int) -> None:
    assert recognised(data, size) == expected
    assert text_of(data, size) == text_of(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_given_as_utf8_without_mark(encoding: str) -> None:
    text = "Jos\u00e9 \U0001f4de\r\n"
    assert text_of(text.encode(encoding)) == text.encode()
    assert text_of(GZIP(text.encode(encoding))) == text.encode()


def test_latin1_is_given_as_utf8() -> None:
    assert text_of("Jos\u00e9\n".encode("latin-1")) == "Jos\u00e9\n".encode()


def test_binary_rubbish_late_in_a_text_is_not_fatal() -> None:
    data = b"an ordinary line of a log\n" * 200_000 + bytes(range(256)) * 8
    assert text_of(data) == data.decode("latin-1").encode()


def test_utf8_deep_in_the_file_keeps_it_from_being_latin1() -> None:
    edge = content.CHUNK - 1
    data = b"\xe9" + b"a" * (edge - 1) + "\u00e9".encode() + b"\n"
    assert recognised(data) == Content()


def test_pieces_are_large_whatever_zlib_gives() -> None:
    data = b"".join(GZIP(b"%d\n" % number) for number in range(3000))
    assert len(list(content.text(iter([data]), recognised(data)))) == 1


def test_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "EXPANDED_FREE", 1 << 20)
    bomb = GZIP(b"a" * (1 << 22))
    assert len(bomb) * compression.EXPANSION < 1 << 22
    with pytest.raises(InputError, match=r"expands to more than [0-9,]+ bytes"):
        recognised(bomb)
    monkeypatch.setattr(compression, "EXPANDED_MOST", 1 << 10)
    with pytest.raises(InputError, match=r"expands to more than [0-9,]+ bytes"):
        recognised(GZIP(os.urandom(1 << 11).hex().encode()))


@given(data=st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        found = recognised(data)
    except InputError:
        return
    if not found.compression:
        text = b"".join(content.text(iter([data]), found)).decode(errors="surrogateescape")
        assert found.bom + text.encode(found.encoding, "surrogateescape") == data


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(("data", "kind"), CAPTURES.items())
@pytest.mark.parametrize("size", [5, content.CHUNK])
def test_captures_are_known_and_given_as_they_are(packing: str, data: bytes, kind: str, size: int) -> None:
    stored = PACKINGS[packing](data)
    assert recognised(stored, size) == Content(packing, capture=kind)
    assert text_of(stored, size) == data


def old_tar(name: bytes = b"full.log") -> bytes:
    """A header as tar wrote it before POSIX: name, mode, owner, group, size, time, checksum, and no magic."""
    head = name.ljust(100, b"\0") + b"000644 \0" + b"000000 \0" * 2 + b"00000000012 14717773261 "
    total = sum(head) + 8 * ord(" ")
    return (head + b"%06o\0 " % total).ljust(512, b"\0")


ARCHIVES = {
    b"messages".ljust(257, b"\0") + b"ustar\0" + b"00" + bytes(300): "tar",
    b"messages".ljust(257, b"\0") + b"ustar  \0" + bytes(300): "tar",
    old_tar(): "tar",
    b"PK\3\4" + bytes(30): "zip",
    b"PK\5\6" + bytes(18): "zip",
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(("data", "kind"), ARCHIVES.items())
def test_archives_are_known_and_given_as_they_are(packing: str, data: bytes, kind: str) -> None:
    stored = PACKINGS[packing](data)
    assert recognised(stored) == Content(packing, archive=kind)
    assert text_of(stored) == data


@pytest.mark.parametrize("data", [old_tar()[:400], old_tar(b"").strip(), old_tar().replace(b"full", b"null")])
def test_a_block_with_another_sum_is_no_archive(data: bytes) -> None:
    assert content.archive_kind(data) == ""


@pytest.mark.parametrize(("data", "expected"), ACCEPTED, ids=lambda value: repr(value[:12]))
def test_what_is_stored_again_is_the_same_content(data: bytes, expected: Content) -> None:
    file = io.BytesIO()
    storing = content.Storing(file, expected)
    for byte in text_of(data):
        storing.write(bytes((byte,)))
    storing.close()
    storing.abandon()
    assert recognised(file.getvalue()) == expected
    assert text_of(file.getvalue()) == text_of(data)


def test_a_capture_is_not_read_as_text() -> None:
    data = next(iter(CAPTURES)) + "REGISTER".encode("utf-16") + bytes(range(256)) * 40
    assert text_of(data) == data


def test_the_beginning_of_a_text_says_that_it_is_one() -> None:
    def stored() -> Iterator[bytes]:
        yield b"one line\n" * 200_000
        raise AssertionError

    assert content.begun(stored) == content.TEXT
    assert content.begun(stored).is_text


@pytest.mark.parametrize("head", [b"\xd4\xc3\xb2\xa1" + bytes(20), b"PK\3\4" + bytes(30), b"SQLite format 3\0"])
def test_the_beginning_of_what_is_no_text(head: bytes) -> None:
    assert content.begun(lambda: iter((head,))) == content.recognised(lambda: iter((head,)))
    assert not content.begun(lambda: iter((head,))).is_text
