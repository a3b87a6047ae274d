from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import lz4.frame
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import compression
from scrubber.model import InputError

TEXT = b"REGISTER sip:example.com SIP/2.0\r\nFrom: <sip:alice@example.com>\r\n\r\n" * 9
PACK: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}
NAMES = list(PACK)
SKIPPABLE = struct.pack("<II", 0x184D2A57, 6) + b"hidden"


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def unpacked(data: bytes, name: str, size: int = compression.STEP) -> bytes:
    return b"".join(compression.unpacked(pieces(data, size), name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, compression.STEP])
def test_members_one_after_another(name: str, size: int) -> None:
    for data in (b"", TEXT, bytes(300_000), os.urandom(3000)):
        packed = PACK[name](data) + PACK[name](TEXT)
        assert compression.kind(packed) == name
        assert unpacked(packed, name, size if len(packed) < 5000 else 999) == data + TEXT


@pytest.mark.parametrize("name", ["zstd", "lz4"])
@pytest.mark.parametrize("size", [1, compression.STEP])
def test_what_skippable_frames_hold_is_left_out(name: str, size: int) -> None:
    packed = SKIPPABLE + PACK[name](TEXT) + SKIPPABLE + SKIPPABLE + PACK[name](TEXT) + SKIPPABLE
    assert compression.kind(packed) == name
    assert unpacked(packed, name, size) == TEXT + TEXT


@pytest.mark.parametrize("head", [b"", b"text", b"\x1f", SKIPPABLE, SKIPPABLE[:6], SKIPPABLE + TEXT, b"\x28\xb5\x2f"])
def test_other_heads(head: bytes) -> None:
    assert compression.kind(head) == ""


def test_what_is_not_compressed_stays() -> None:
    assert unpacked(TEXT, "", 7) == TEXT


@pytest.mark.parametrize("name", NAMES)
def test_every_cut_is_noticed(name: str) -> None:
    packed = PACK[name](TEXT)
    for end in range(1, len(packed)):
        with pytest.raises(InputError, match=f"truncated {name} data"):
            unpacked(packed[:end], name)


@pytest.mark.parametrize("name", NAMES)
def test_damage_is_noticed(name: str) -> None:
    packed = PACK[name](os.urandom(500))
    for data in (packed + b"rubbish", packed[:100] + b"\0\1\2\3" + packed[104:]):
        with pytest.raises(InputError, match=f"(damaged|truncated) {name} data") as error:
            unpacked(data, name)
        assert error.value.__cause__ is None


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_changed_octets_give_bytes_or_an_input_error(name: str, data: st.DataObject) -> None:
    packed = bytearray(PACK[name](TEXT))
    for place in data.draw(st.lists(st.integers(0, len(packed) - 1), max_size=4)):
        packed[place] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        assert unpacked(bytes(packed), name, data.draw(st.sampled_from([1, 13, 1 << 20]))) is not None


@pytest.mark.parametrize("name", NAMES)
def test_bombs_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "EXPANDED_FREE", 1 << 20)
    monkeypatch.setattr(compression, "EXPANSION", 100)
    with pytest.raises(InputError, match=r"expands to more than [0-9,]+ bytes"):
        unpacked(PACK[name](bytes(1 << 24)), name)
    monkeypatch.setattr(compression, "EXPANDED_MOST", 1 << 10)
    with pytest.raises(InputError, match=r"expands to more than [0-9,]+ bytes"):
        unpacked(PACK[name](os.urandom(1 << 11)), name)


def _stream(name: str) -> Iterator[bytes]:
    file = io.BytesIO()
    writer = compression.packing(file, name)
    for _ in range(64):
        writer.write(os.urandom(1 << 14) + bytes(1 << 16))
    writer.close()
    return iter([file.getvalue()])


@pytest.mark.parametrize("name", NAMES)
def test_unpacking_holds_one_piece_at_a_time(name: str) -> None:
    assert max(len(piece) for piece in compression.unpacked(_stream(name), name)) <= compression.STEP


def test_a_window_that_costs_too_much_is_refused() -> None:
    # An empty frame that asks for a window of 2 GiB (RFC 8878 section 3.1.1.1.2).
    with pytest.raises(InputError, match="damaged zstd data"):
        unpacked(b"\x28\xb5\x2f\xfd\0\xa8\1\0\0", "zstd")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [b"", TEXT, os.urandom(5000)])
def test_what_is_packed_is_whole_and_tells_nothing_else(name: str, data: bytes) -> None:
    packed = []
    for _ in range(2):
        file = io.BytesIO()
        writer = compression.packing(file, name)
        for piece in pieces(data, 11):
            writer.write(piece)
        writer.close()
        packed.append(file.getvalue())
    assert packed[0] == packed[1]
    assert compression.kind(packed[0]) == name
    assert unpacked(packed[0], name) == data


def test_pieces_of_zlib_are_bounded() -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(bytes(1 << 23)) + packer.flush()
    assert max(len(piece) for piece in compression.unpacked(iter([packed]), "gzip")) <= compression.STEP
