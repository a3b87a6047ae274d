from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import pcap
from scrubber.capture.block import CUT, DAMAGED, LONGEST, REPAIRED
from scrubber.capture.packet import Frame
from scrubber.model import InputError
from tests.capture import files
from tests.capture.wire import learning, rewriting

MAGICS = [0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34]
WEEK = 7 * 86400 * 10**9


def times(data: bytes, order: str = "<") -> list[tuple[int, int]]:
    found, at = [], 24
    while at < len(data):
        second, fraction, captured = struct.unpack_from(order + "III", data, at)
        found.append((second, fraction))
        at += 16 + captured
    return found


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("number", MAGICS)
@pytest.mark.parametrize("size", [1, 7, 24, 1 << 20])
def test_a_file_goes_out_as_it_came(order: str, number: int, size: int) -> None:
    data = files.pcap(order=order, number=number, link=0xF400_0001)
    assert files.written(data, learning()[0], size=size) == data
    assert files.frames(data) == [Frame(frame, len(frame) + 1, 1) for frame in files.FRAMES]
    assert files.read(data, size)[1] == {}


def test_zone_accuracy_and_interface_number_are_zeroed() -> None:
    data = bytearray(files.pcap([b"abc"], number=0xA1B2CD34))
    clean = bytes(data)
    data[8:16] = struct.pack("<iI", -3600, 5)
    data[24 + 16 : 24 + 20] = b"\7\0\0\0"
    data[24 + 23] = 9
    assert files.written(bytes(data), learning()[0]) == clean


@pytest.mark.parametrize(("number", "second"), [(0xA1B2C3D4, 10**6), (0xA1B23C4D, 10**9)])
@pytest.mark.parametrize("shift", [WEEK, -WEEK, 1_500, -1_700_000_005 * 10**9])
def test_times_move_by_one_distance(number: int, second: int, shift: int) -> None:
    data = files.pcap(number=number)
    moved = files.written(data, learning()[0], shift)
    for (before, fraction), (after, new) in zip(times(data), times(moved), strict=True):
        distance = (after - before) * second + new - fraction
        assert (distance - shift * second // 10**9) % (second << 32) == 0
        assert new < second


def test_odd_fractions_stay_until_they_move() -> None:
    data = bytearray(files.pcap([b"a"]))
    data[28:32] = struct.pack("<I", 123_456_789)
    assert files.written(bytes(data), learning()[0]) == bytes(data)
    assert times(files.written(bytes(data), learning()[0], 10**9)) == [(1_700_000_000 + 123 + 1, 456_789)]


@pytest.mark.parametrize(("order", "number", "nano"), [("<", 0xA1B2C3D4, 17_000), (">", 0xA1B23C4D, 17)])
def test_times_one_by_one_and_many_at_once(order: str, number: int, nano: int) -> None:
    data = files.pcap(order=order, number=number)
    expected = [(1_700_000_000 + place) * 10**9 + nano for place in range(len(files.FRAMES))]
    blocks, _ = files.read(data)
    assert [block.time for block in blocks] == [None, *expected]
    form, _ = pcap.opened(data[:24])
    starts = np.cumsum([24, *(16 + len(frame) for frame in files.FRAMES[:-1])])
    assert pcap.times(bytearray(data), starts, form).tolist() == expected
    assert pcap.wires(bytearray(data), starts, form).tolist() == [len(frame) + 1 for frame in files.FRAMES]


def test_another_frame_in_place() -> None:
    (header, record), _ = files.read(files.pcap([b"0123456789"], snap=12))
    to = rewriting()
    assert record.encoded(None, to) == b""
    head = header.encoded(None, to)
    for frame, captured, wire in (
        (Frame(b"abc", 3, 1), 3, 3),
        (Frame(b"abcdef", 3, 1), 6, 6),
        (Frame(bytes(20), 30, 1), 12, 30),
        (Frame(b"a", 1 << 40, 1), 1, 0xFFFF_FFFF),
    ):
        out = files.frames(head + record.encoded(frame, to))
        assert [(len(each.data), each.wire) for each in out] == [(captured, wire)]


def test_lengths_of_old_versions_are_put_in_order() -> None:
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 3, 0, 0, 100, 1) + struct.pack("<IIII", 1, 2, 90, 3) + b"abc"
    assert files.frames(data) == [Frame(b"abc", 90, 1)]
    out = files.written(data, learning()[0])
    assert out[4:8] == struct.pack("<HH", 2, 4)
    assert files.frames(out) == [Frame(b"abc", 90, 1)]


def test_a_wire_length_below_the_captured_length_is_repaired() -> None:
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 100, 1) + struct.pack("<IIII", 1, 2, 3, 1) + b"abc"
    blocks, notes = files.read(data)
    assert [block.frame for block in blocks] == [None, Frame(b"abc", 3, 1)]
    assert notes == {REPAIRED: 1}


@pytest.mark.parametrize("cut", range(1, 27))
def test_a_cut_file_keeps_its_whole_records(cut: int) -> None:
    data = files.pcap([b"one", b"two", b"0123456789"])
    whole = files.pcap([b"one", b"two"])
    blocks, notes = files.read(data[:-cut])
    assert b"".join(block.encoded(block.frame, learning()[0]) for block in blocks) == whole
    assert notes == ({CUT: 1} if cut < 26 else {})


def test_a_damaged_record_ends_the_file() -> None:
    whole = files.pcap([b"one"])
    data = whole + struct.pack("<IIII", 1, 2, LONGEST + 1, LONGEST + 1) + bytes(100)
    blocks, notes = files.read(data)
    assert len(blocks) == 2
    assert notes == {DAMAGED: 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.pcap()[:23], "damaged pcap header"),
        (files.pcap(version=(1, 4)), "pcap version"),
        (files.pcap(version=(2, 5)), "pcap version"),
        (files.pcap(version=(543, 0)), "pcap version"),
    ],
)
def test_damaged_headers_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        files.read(data)


@given(rest=st.binary(max_size=200), size=st.sampled_from([1, 5, 1 << 20]), order=st.sampled_from("<>"))
def test_any_records_give_blocks_that_are_read_again(rest: bytes, size: int, order: str) -> None:
    """What goes out is a whole file with the same frames, whatever stands behind a header."""
    data = files.pcap([], order=order) + rest
    out = files.written(data, learning()[0], size=size)
    assert files.frames(out) == files.frames(data)
    assert files.read(out)[1] == {}
    assert len(out) <= len(data)
