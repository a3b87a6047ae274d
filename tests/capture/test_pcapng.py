from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.block import CUT, DAMAGED, LONGEST
from scrubber.capture.packet import Frame
from scrubber.capture.pcapng import INTERFACES, LONGEST_BLOCK, MALFORMED
from scrubber.model import InputError
from tests.capture import files
from tests.capture.files import block, interface, option, packet, section
from tests.capture.wire import learning, rewriting

SIMPLE_SNAP = 40


def simple(frame: bytes, wire: int, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", wire) + frame + bytes(-len(frame) % 4), order)


def obsolete(frame: bytes, order: str = "<") -> bytes:
    head = struct.pack(order + "HHIIII", 0, 3, 1, 2, len(frame), len(frame) + 9)
    return block(2, head + frame + bytes(-len(frame) % 4) + option(2, bytes(4), order) + bytes(4), order)


def everything(order: str) -> bytes:
    counters = b"".join(option(code, bytes([code] * 8), order) for code in range(2, 9))
    return b"".join(
        [
            section(bytes(4), order),
            interface(option(9, b"\x09", order) + option(14, bytes(7) + b"\1", order) + bytes(4), order),
            interface(option(2, b"eth0", order) + option(9, b"\x94", order), order, link=113, snap=0),
            packet(b"abcde", order=order, number=1),
            packet(b"12345678", option(2, b"\1\0\0\0", order) + option(4, bytes(8), order) + bytes(4), order, wire=99),
            obsolete(b"old packet", order),
            simple(b"simple", 6, order),
            block(5, struct.pack(order + "III", 1, 5, 6) + counters + bytes(4), order),
            block(4, bytes(4), order),
        ]
    )


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("size", [1, 11, 1 << 20])
def test_a_file_goes_out_as_it_came(order: str, size: int) -> None:
    data = everything(order)
    assert files.written(data, learning()[0], size=size) == data
    assert files.read(data, size)[1] == {}
    assert files.frames(data) == [
        Frame(b"abcde", 5, 113),
        Frame(b"12345678", 99, 1),
        Frame(b"old packet", 19, 1),
        Frame(b"simple", 6, 1),
    ]


def test_sections_have_their_own_order_and_interfaces() -> None:
    data = files.pcapng(order="<") + section(order=">") + interface(order=">", link=228) + packet(b"late", order=">")
    assert files.written(data, learning()[0]) == data
    assert [frame.link for frame in files.frames(data)] == [1] * len(files.FRAMES) + [228]
    lost = files.pcapng() + section() + packet(b"no interface in this section")
    assert len(files.frames(lost)) == len(files.FRAMES)
    assert files.read(lost)[1] == {MALFORMED: 1}


def test_the_length_of_a_section_is_left_open() -> None:
    assert files.written(section(length=4096), learning()[0]) == section(length=-1)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    ("resolution", "ticks"), [(b"\6", 5 * 10**6), (b"\x09", 5 * 10**9), (b"\x8a", 5 << 10), (b"\0", 5)]
)
def test_times_move_by_their_resolution(order: str, resolution: bytes, ticks: int) -> None:
    def built(time: int) -> bytes:
        stamps = struct.pack(order + "II", time >> 32, time & 0xFFFF_FFFF)
        statistics = struct.pack(order + "I", 0) + stamps + option(2, stamps, order) + option(3, stamps, order)
        head = section(order=order) + interface(option(9, resolution, order), order)
        return head + packet(b"abc", order=order, time=time) + block(5, statistics, order)

    before = (1 << 32) - 2
    assert files.written(built(before), learning()[0], 5 * 10**9) == built(before + ticks)
    assert files.written(built(before + ticks), learning()[0], -5 * 10**9) == built(before)
    assert files.written(built(0), learning()[0], -5 * 10**9) == built((1 << 64) - ticks)


@pytest.mark.parametrize("exponent", [0x7F, 0xFF])
def test_absurd_resolutions_do_no_harm(exponent: int) -> None:
    data = section() + interface(option(9, bytes([exponent]))) + packet(b"abc")
    assert len(files.written(data, learning()[0], 10**18)) == len(data)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (9, "systemd journal"),
        (10, "decryption secrets"),
        (0xBAD, "custom"),
        (0x40000BAD, "custom"),
        (0x80000001, "process"),
        (0x12345678, "unknown"),
        (0, "unknown"),
    ],
)
def test_other_blocks_are_dropped_and_counted(kind: int, name: str) -> None:
    data = files.pcapng() + block(kind, b"CLIENT_RANDOM 00") + packet(b"after")
    blocks, notes = files.read(data)
    assert notes == {f"pcapng block dropped: {name}": 1}
    assert b"".join(each.encoded(each.frame, learning()[0]) for each in blocks) == files.pcapng(
        (*files.FRAMES, b"after")
    )


@pytest.mark.parametrize(
    ("resolution", "ticks", "time"),
    [
        (b"", 1_700_000_000_000_001, 1_700_000_000_000_001_000),
        (b"\x09", 7, 7),
        (b"\x81", 3, 1_500_000_000),
        (b"\x00", 1 << 60, None),
    ],
)
def test_times(resolution: bytes, ticks: int, time: int | None) -> None:
    data = section() + interface(option(9, resolution) if resolution else b"") + packet(b"frame", time=ticks)
    assert [one.time for one in files.read(data)[0]] == [None, None, time]


def test_another_frame_in_place() -> None:
    to = rewriting()
    data = section() + interface(snap=SIMPLE_SNAP) + packet(b"0123456789", option(2, bytes(4))) + simple(bytes(40), 90)
    *head, enhanced, plain = files.read(data)[0]
    start = b"".join(each.encoded(None, to) for each in head)
    assert enhanced.encoded(None, to) == plain.encoded(None, to) == b""
    for frame, captured, wire in (
        (Frame(b"abc", 3, 1), 3, 3),
        (Frame(bytes(50), 60, 1), SIMPLE_SNAP, 60),
        (Frame(b"abcde", 1, 1), 5, 5),
    ):
        for each in (enhanced, plain):
            out = files.frames(start + each.encoded(frame, to))
            assert [(len(found.data), found.wire) for found in out] == [(captured, wire)]
    shorter = files.frames(start + plain.encoded(Frame(b"short", 90, 1), to))
    assert shorter == [Frame(b"short".ljust(SIMPLE_SNAP, b"\0"), 90, 1)]


def test_a_simple_packet_never_fills_more_than_a_frame_may_have() -> None:
    (*_, plain) = files.read(section() + interface(snap=0) + simple(b"abcd", 4))[0]
    assert len(plain.encoded(Frame(b"abcd", LONGEST * 2, 1), learning()[0])) == len(simple(b"abcd", 4))


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_cut_file_keeps_its_whole_blocks(cut: int) -> None:
    data = files.pcapng([b"one", b"two", b"0123456789"])
    last = len(packet(b"0123456789"))
    blocks, notes = files.read(data[:-cut])
    assert len(blocks) == 4
    assert notes == {CUT: 1}
    assert last >= 40


@pytest.mark.parametrize(
    "damage",
    [
        struct.pack("<II", 6, 13) + bytes(50),
        struct.pack("<II", 6, 8) + bytes(50),
        struct.pack("<II", 6, LONGEST_BLOCK + 4) + bytes(50),
        packet(b"wrong end")[:-4] + b"\4\0\0\0",
        block(1, bytes(4)),
        block(0x0A0D0D0A, b"\0" * 16),
        section(version=(2, 0)),
        section()[:12] + bytes(16),
    ],
)
def test_a_damaged_block_ends_the_file(damage: bytes) -> None:
    blocks, notes = files.read(files.pcapng([b"one"]) + damage + packet(b"lost"))
    assert [each.frame for each in blocks] == [None, None, Frame(b"one", 3, 1)]
    assert notes == {DAMAGED: 1}


@pytest.mark.parametrize(
    "malformed",
    [
        block(6, bytes(16)),
        block(2, bytes(16)),
        block(3, b""),
        block(5, bytes(8)),
        packet(b"no such interface", number=7),
        block(5, struct.pack("<III", 9, 0, 0)),
        block(6, struct.pack("<IIIII", 0, 0, 0, 100, 100) + bytes(8)),
        block(6, struct.pack("<IIIII", 0, 0, 0, 0xFFFFFFFF, 0) + bytes(8)),
        block(3, struct.pack("<I", 100) + bytes(8)),
    ],
)
def test_a_malformed_block_is_dropped_alone(malformed: bytes) -> None:
    blocks, notes = files.read(files.pcapng([b"one"]) + malformed + packet(b"two"))
    assert [each.frame for each in blocks[2:]] == [Frame(b"one", 3, 1), Frame(b"two", 3, 1)]
    assert notes == {MALFORMED: 1}


@pytest.mark.parametrize("data", [section()[:20], section(version=(2, 0)), section()[:-4] + bytes(4), section()[:12]])
def test_a_damaged_first_section_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="pcapng section header"):
        files.read(data)


def test_interfaces_are_bounded() -> None:
    data = section() + interface() * (INTERFACES + 5)
    blocks, notes = files.read(data)
    assert len(blocks) == INTERFACES + 1
    assert notes == {DAMAGED: 1}


def test_nothing_of_a_block_shows() -> None:
    data = section(option(1, b"12345678")) + everything("<") + block(4, b"12345678")
    for each in files.read(data)[0]:
        assert "12345678" not in repr(each)


BLOCKS = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([section(), section(order=">"), interface(), interface(snap=8), packet(b"abcdef")]),
        st.builds(
            block,
            st.sampled_from([1, 2, 3, 4, 5, 6, 10]),
            st.binary(max_size=48).map(lambda body: body + bytes(-len(body) % 4)),
            st.sampled_from("<>"),
        ),
    ),
    max_size=8,
).map(b"".join)


@given(rest=BLOCKS, size=st.sampled_from([1, 5, 1 << 20]), shift=st.sampled_from([0, 10**15]))
@settings(max_examples=300)
def test_any_blocks_give_blocks_that_are_read_again(rest: bytes, size: int, shift: int) -> None:
    """What goes out is a whole file with the same frames, and going out again changes nothing."""
    data = section() + interface() + rest
    to = learning()[0]
    out = files.written(data, to, shift, size)
    assert files.frames(out) == files.frames(data)
    assert files.read(out)[1] == {}
    assert files.written(out, to) == out
