from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import rtp
from tests.capture.wire import flow, learning, rewriting

NUMBERS = bytes.fromhex("1234 00000a00 0badcafe")
"""Sequence number, timestamp and SSRC."""
VOICE = bytes(range(1, 161))
INSIDE = bytes.fromhex("45000024 00010000 40110000 cb007105 c6336407") + VOICE[:16]
INSIDE6 = bytes.fromhex("60000000 0010 11 40") + VOICE[:48]
"""Packets of IPv4 and IPv6."""


def packet(kind: int, content: bytes, *, first: int = 0x80, marker: int = 0, opened: bytes = b"") -> bytes:
    return bytes((first, marker << 7 | kind)) + NUMBERS + opened + content


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = rtp.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


@pytest.mark.parametrize(("kind", "silence"), [(0, b"\xff"), (8, b"\xd5"), (9, b"\0"), (96, b"\0"), (127, b"\0")])
def test_voice_becomes_silence_of_its_codec_and_the_header_stays(kind: int, silence: bytes) -> None:
    assert rewritten(packet(kind, VOICE, marker=1)) == packet(kind, silence * 160, marker=1)


def test_sources_stay_and_extensions_keep_their_size() -> None:
    sources, extension = b"\0\0\0\1\0\0\0\2", b"\xbe\xde\0\2"
    new = rewritten(packet(0, VOICE, first=0x92, opened=sources + extension + b"\x10name\0\0\0"))
    assert new == packet(0, b"\xff" * 160, first=0x92, opened=sources + extension + bytes(8))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (VOICE + b"abc\4", b"\xff" * 160 + b"\0\0\0\4"),
        (b"ab\3", b"\0\0\3"),  # nothing but padding
        (VOICE + b"\0", b"\xff" * 160 + b"\0"),  # a count that cannot be stays one
        (VOICE[:40] + b"\xaa", b"\xff" * 41),
        (VOICE[:3] + b"\xaa", b"\xff" * 4),
        (b"ab\4", b"\xff" * 3),
    ],
)
def test_padding_stays_well_formed(content: bytes, expected: bytes) -> None:
    assert rewritten(packet(0, content, first=0xA0)) == packet(0, expected, first=0xA0)


@pytest.mark.parametrize("kind", [0, 8, 34, 56, 63, 96, 127])
@pytest.mark.parametrize("content", [VOICE[:3] + b"\xaa", VOICE[:7] + b"\0", VOICE[:8] + b"\xc8", b"\xaa", b"\0"])
def test_a_wrong_count_reads_the_same_again(kind: int, content: bytes) -> None:
    new = rewritten(packet(kind, content, first=0xA0))
    assert rewritten(new) == new
    assert (new[-1] in range(1, len(content) + 1)) is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("050a0320", "000a0320"),
        ("0b8a0640", "008a0640"),  # the end bit stays
        ("100a0320", "100a0320"),  # flash
        ("240a0320", "240a0320"),  # the calling tone of a fax
        ("870a0320", "800a0320"),  # a digit of a trunk
        ("c20a0320", "c20a0320"),  # a signal of a trunk
        ("058a0640090a00a0", "008a0640000a00a0"),  # several in one packet
        ("054a0320", "00000000"),  # the reserved bit is set
        ("f00a0320", "00000000"),  # no event
        ("050a032005", "0000000000"),
        ("050a0320" * 9, "00000000" * 9),
        ("050a0320f00a0320", "00000000" * 2),
    ],
)
@pytest.mark.parametrize("kind", [96, 101, 127])
def test_every_digit_becomes_the_same(kind: int, before: str, after: str) -> None:
    assert rewritten(packet(kind, bytes.fromhex(before))) == packet(kind, bytes.fromhex(after))


@pytest.mark.parametrize("text", ["5551", " 555", "12ab", "\r\n12", "\b1!2", "Öl 4", "öl! ", "4711 4712 4713 "])
def test_what_is_typed_is_no_event(text: str) -> None:
    typed = text.encode()
    assert rewritten(packet(98, typed[:4])) == packet(98, bytes(4))
    assert rewritten(packet(98, typed[:16])) == packet(98, bytes(len(typed[:16])))


def red(*blocks: tuple[int, bytes], kind: int = 98) -> bytes:
    """A redundant payload: offsets in time and contents, the last of which is new."""
    heads = [(1 << 31 | kind << 24 | offset << 10 | len(content)).to_bytes(4) for offset, content in blocks[:-1]]
    return b"".join((*heads, bytes((kind,)), *(content for _, content in blocks)))


@pytest.mark.parametrize("kind", [35, 63, 96, 127])
def test_headers_of_redundant_blocks_stay(kind: int) -> None:
    payload = red((960, b"older words"), (480, b"old"), (0, b"new words"))
    assert rewritten(packet(kind, payload)) == packet(kind, red((960, bytes(11)), (480, bytes(3)), (0, bytes(9))))


def test_redundant_blocks_may_be_empty_events_or_of_any_codec() -> None:
    assert rewritten(packet(97, red((0, b""), (0, b"")))) == packet(97, red((0, b""), (0, b"")))
    assert rewritten(packet(97, red((300, b"5551"), (0, b"ab\r\n")))) == packet(97, red((300, bytes(4)), (0, bytes(4))))
    digits = red((160, bytes.fromhex("05 8a 03 20")), (0, bytes.fromhex("090a00a0")), kind=101)
    assert rewritten(packet(97, digits)) == packet(
        97, red((160, bytes.fromhex("008a0320")), (0, bytes.fromhex("000a00a0")), kind=101)
    )
    voice = red((160, VOICE[:80]), (0, VOICE), kind=0)
    assert rewritten(packet(97, voice)) == packet(97, red((160, b"\xff" * 80), (0, b"\xff" * 160), kind=0))


@pytest.mark.parametrize(
    "payload",
    [
        packet(98, red((960, VOICE), (0, VOICE))),  # blocks in blocks
        packet(34, red((960, VOICE), (0, VOICE))),  # a type that says what it is
        packet(96, red((960, VOICE), (0, VOICE), kind=72)),
        packet(96, red((480, VOICE), (960, VOICE), (0, VOICE))),  # the older ones come first
        packet(96, red((960, VOICE), (0, b""))[:-1]),  # a block longer than the packet
        packet(96, red((960, VOICE), (0, VOICE)).replace(b"b", b"c", 1)),  # of another type
        packet(96, red(*[(0, b"")] * 17)),
        packet(96, red((0, VOICE))),
        packet(96, b"\xe2\0\0\0"),
    ],
)
def test_what_only_begins_like_redundant_blocks_is_payload(payload: bytes) -> None:
    assert rewritten(payload) == payload[:12] + bytes((rtp.SILENCE.get(payload[1], 0),)) * len(payload[12:])


@given(st.integers(35, 63) | st.integers(96, 127), st.lists(st.binary(max_size=20), min_size=2, max_size=6), st.data())
def test_nothing_of_redundant_blocks_stays_but_their_headers(
    kind: int, blocks: list[bytes], data: st.DataObject
) -> None:
    of = data.draw(st.sampled_from([at for at in (0, 8, 97, 98, 111) if at != kind]))
    payload = red(*((0, block) for block in blocks), kind=of)
    new = rewritten(packet(kind, payload))
    start = 12 + 4 * len(blocks) - 3
    assert new[:start] == packet(kind, payload)[:start]
    assert len(new) == 12 + len(payload)
    at = start
    for block in blocks:
        written = new[at : at + len(block)]
        silent = written == bytes((rtp.SILENCE.get(of, 0),)) * len(block)
        assert silent or (of > 96 and len(block) % 4 == 0 and set(block[::4]) <= rtp.EVENT.keys())
        at += len(block)
    assert rewritten(new) == new


def test_events_in_front_of_padding() -> None:
    new = rewritten(packet(101, bytes.fromhex("090a032000000004"), first=0xA0))
    assert new == packet(101, bytes.fromhex("000a032000000004"), first=0xA0)


def test_four_octets_of_a_static_type_are_no_event() -> None:
    assert rewritten(packet(0, bytes.fromhex("050a0320"))) == packet(0, b"\xff" * 4)


@pytest.mark.parametrize("length", [12, 13, 18, 20, 30])
def test_what_the_snap_length_left_is_dealt_with(length: int) -> None:
    whole = packet(0, VOICE, first=0xB0, opened=b"\xbe\xde\0\2" + b"\x77" * 8)
    new = rewritten(whole[:length], cut=True)
    assert new[:16] == whole[: min(length, 16)]
    assert set(new[16:]) <= {0, 0xFF}
    assert len(new) == length


@pytest.mark.parametrize(
    ("payload", "sport", "dport", "claimed"),
    [
        (packet(0, VOICE), 40000, 40002, True),
        (packet(0, b""), 40000, 40002, True),
        (packet(0, VOICE)[:11], 40000, 40002, False),
        (packet(0, VOICE), 1023, 40002, False),
        (packet(0, VOICE), 40000, 5060, False),
        (packet(0, VOICE), 47808, 47808, False),  # building automation begins like RTP
        (packet(63, VOICE), 40000, 40002, True),
        (packet(72, VOICE), 40000, 40002, False),  # a sender report on the same port
        (packet(0, VOICE, first=0x40), 40000, 40002, False),
        (packet(0, b"", first=0x81), 40000, 40002, False),  # the list of sources is longer than the packet
        (packet(0, b"\xbe\xde\0\2\0\0\0\0", first=0x90), 40000, 40002, False),
        (packet(0, INSIDE, first=0x84)[:8] + INSIDE, 40000, 40002, False),  # a packet of IP behind a short header
        (packet(0, INSIDE, first=0x84), 40000, 40002, False),
        (packet(0, INSIDE6, first=0x81), 40000, 40002, False),
        (packet(0, INSIDE, first=0x80), 40000, 40002, True),  # where no address is in reach
        (packet(0, INSIDE + VOICE, first=0x84), 40000, 40002, True),  # no length of a packet
        (packet(0, VOICE, first=0x84), 4342, 4342, False),  # a tunnel that begins like RTP
    ],
)
def test_claims(payload: bytes, sport: int, dport: int, claimed: bool) -> None:
    assert rtp.claims(payload, flow(sport, dport)) is claimed


@given(st.binary(max_size=64) | st.builds(lambda tail: b"\xb1\x65" + tail, st.binary(max_size=64)), st.booleans())
def test_any_octets(payload: bytes, cut: bool) -> None:
    where = flow(cut=cut)
    new = rtp.dissect(payload, where, rewriting())
    same = rtp.dissect(payload, where, learning()[0])
    assert (new is None) == (same is None)
    if new is not None:
        assert same == payload
        assert len(new) == len(payload)
        assert new[:12] == payload[:12]
        assert rtp.dissect(new, where, rewriting()) == new
    elif rtp.claims(payload, where):
        raise AssertionError


NAMED = b"Marla Vexel"


@pytest.mark.parametrize(
    ("payload", "spoken"),
    [
        (b"\x8f\0marla vexel with the number 4930555017 and more", True),
        (b"\x80\0marla vexel with the number 4930555017 and more", True),
        (b"\x80\x60marla vexel", True),
        (b"\x90\0marla vexel\0\0\0\0\0", True),
        ("\0mårla vexél, 4930".encode().join((b"\x80", b"")), True),
        (b"\x80\0" + NAMED[:10] + VOICE[120:], False),  # printable numbers before sound
        (b"\x80\0" + NAMED[:10] + bytes(160), False),  # before silence
        (b"\x80\x65" + NAMED[:10] + bytes.fromhex("050a0320"), False),  # before a digit
        (b"\x80\0" + NUMBERS + b"marla vexel with the number 4930555017", False),  # text after numbers
    ],
)
def test_text_is_no_header(payload: bytes, spoken: bool) -> None:
    assert rtp.is_spoken(payload) is spoken
    assert rtp.claims(payload, flow()) is not spoken


def test_of_sources_no_text_and_no_long_list_stays() -> None:
    sources = bytes.fromhex("0badcafe 0badcaff 0badcb00 0badcb01 0badcb02")
    assert rewritten(packet(0, VOICE, first=0x84, opened=sources[:16])).startswith(packet(0, sources[:16], first=0x84))
    assert rewritten(packet(0, VOICE, first=0x85, opened=sources))[12:33] == bytes(20) + b"\xff"
    assert rewritten(packet(0, b"", first=0x82, opened=b"text\0\1\2\3"))[12:] == b"\0\0\0\0\0\1\2\3"
