from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import fragments
from scrubber.capture.fragments import Numbered, Pieces, Reassembly
from scrubber.capture.packet import Fragment

OCTETS = bytes(range(100))


def piece(offset: int, size: int, octets: bytes = OCTETS, key: bytes = b"a") -> Fragment:
    payload = octets[offset : offset + size]
    return Fragment((key,), 17, offset, offset + size < len(octets), payload, b"", b"")


THREE = [piece(0, 40), piece(40, 40), piece(80, 40)]


def collected(*pieces: Fragment) -> Pieces:
    held = Pieces()
    for fragment in pieces:
        held.add(fragment)
    return held


@given(st.permutations(THREE))
def test_pieces_in_any_order(order: list[Fragment]) -> None:
    pieces = collected(*order)
    assert pieces.whole() == OCTETS
    assert list(pieces.split(OCTETS)) == [fragment.payload for fragment in order]


@given(st.lists(st.sampled_from(THREE), max_size=8))
def test_whole_only_when_all_are_there(order: list[Fragment]) -> None:
    assert (collected(*order).whole() is not None) is (set(order) == set(THREE))


def test_the_last_piece_takes_what_the_packet_grows_by() -> None:
    assert [len(part) for part in collected(*THREE).split(bytes(110))] == [40, 40, 30]


def test_the_last_piece_takes_what_the_packet_shrinks_by() -> None:
    assert [len(part) for part in collected(*THREE).split(bytes(90))] == [40, 40, 10]
    assert [len(part) for part in collected(*THREE).split(b"x" * 5)] == [40, 40, 1]


def test_duplicates_and_overlaps_follow_the_first() -> None:
    other = bytes(100)
    pieces = collected(THREE[0], piece(32, 16, other), THREE[1], THREE[2], piece(80, 40, other))
    whole = pieces.whole()
    assert whole == OCTETS[:40] + bytes(8) + OCTETS[48:]
    parts = pieces.split(b"n" * 100)
    assert [len(part) for part in parts] == [40, 16, 40, 20, 20]
    assert set(b"".join(parts)) == set(b"n")


def test_octets_behind_the_last_piece_are_no_part_of_the_packet() -> None:
    beyond = Fragment((b"a",), 17, 96, more=True, payload=b"z" * 40, source=b"", target=b"")
    pieces = collected(*THREE, beyond)
    assert pieces.whole() == OCTETS
    assert pieces.split(OCTETS)[3] == OCTETS[96:] + bytes(36)


def test_packets_are_told_apart_by_their_key() -> None:
    held = Reassembly()
    first = held.push(piece(0, 40))
    second = held.push(piece(0, 40, key=b"b"))
    assert first is not second
    assert held.push(piece(40, 60)) is first
    assert first.whole() == OCTETS
    assert second.whole() is None


def test_a_key_is_used_anew_when_its_packet_is_done() -> None:
    held = Reassembly()
    first = held.push(piece(0, 40))
    held.done(piece(0, 40))
    held.done(piece(0, 40))
    assert held.push(piece(0, 40)) is not first
    assert held.lost() == []
    assert len(held.close()) == 1
    assert held.close() == []


def test_the_oldest_packet_is_given_up() -> None:
    held = Reassembly()
    pushed = [held.push(piece(0, 40, key=b"%d" % number)) for number in range(fragments.PENDING + 2)]
    assert held.lost() == pushed[:2]
    assert held.lost() == []
    assert held.close() == pushed[2:]


def test_octets_are_bounded() -> None:
    held = Reassembly()
    large = bytes(60000)
    for number in range(200):
        held.push(Fragment((b"%d" % number,), 17, 0, more=True, payload=large, source=b"", target=b""))
    assert len(held.lost()) == 200 - fragments.OCTETS // (60000 + 64)


def test_a_packet_of_too_many_pieces_is_given_up() -> None:
    held = Reassembly()
    pieces = held.push(piece(0, 8))
    for _ in range(fragments.PIECES):
        assert held.push(piece(0, 8)) is pieces
    assert held.lost() == [pieces]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()), max_size=12),
    st.integers(0, 200),
)
def test_any_pieces(places: list[tuple[int, int, bool]], size: int) -> None:
    pieces = collected(*(Fragment((b"",), 17, at, more, bytes(length), b"", b"") for at, length, more in places))
    pieces.whole()
    parts = pieces.split(b"n" * size)
    assert len(parts) == len(places)
    for part, (_, length, more) in zip(parts, places, strict=True):
        assert len(part) == length or not more


def test_pieces_show_no_payload() -> None:
    assert repr(collected(*THREE)) == "Pieces(3 fragments)"


def numbered(count: int, first: int = 0xFFFFFFFE) -> list[Fragment]:
    """Pieces of ten octets, whose numbers go on behind the largest one."""
    return [
        Fragment(
            (b"n",), 17, int(at > 0), at < count - 1, OCTETS[at * 10 : at * 10 + 10], b"", b"", (first + at) % (1 << 32)
        )
        for at in range(count)
    ]


@given(st.permutations(numbered(4)), st.integers(0, 60))
def test_numbered_pieces_in_any_order(order: list[Fragment], size: int) -> None:
    held = Numbered()
    for place, fragment in enumerate(order, 1):
        held.add(fragment)
        assert (held.whole() is not None) is (place == len(order))
    assert held.whole() == OCTETS[:40]
    assert list(held.split(OCTETS[:40])) == [fragment.payload for fragment in order]
    new = b"x" * size
    parts = dict(zip((fragment.number for fragment in order), held.split(new), strict=True))
    row = [parts[fragment.number] for fragment in numbered(4)]
    assert [len(part) for part in row] == [10, 10, 10, max(size - 30, 1)]
    assert b"".join(row).startswith(new)


def test_numbered_pieces_that_come_twice_or_belong_to_nothing() -> None:
    first, second, last = numbered(3)
    stray = first._replace(number=77, offset=1, payload=b"stray")
    held = Numbered()
    for fragment in (stray, first, first, last):
        held.add(fragment)
    assert held.whole() is None
    held.add(second)
    assert held.whole() == OCTETS[:30]
    assert list(held.split(b"y" * 31)) == [bytes(5), b"y" * 10, b"y" * 10, b"y" * 11, b"y" * 10]


def test_what_is_pending_is_of_its_kind() -> None:
    held = Reassembly()
    assert isinstance(held.push(numbered(2)[0]), Numbered)
    assert not isinstance(held.push(THREE[0]), Numbered)
