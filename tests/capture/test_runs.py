"""Files in runs: the same octets go out as block by block, however the file comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import container, runs
from scrubber.capture.block import Block
from scrubber.capture.traffic import Traffic
from scrubber.model import InputError
from tests.capture import files, frames
from tests.capture.test_bulk import USUAL, VOICE, rtp, v4
from tests.capture.wire import rewriting

TO = rewriting()
SIP = frames.ethernet(v4(b"OPTIONS sip:alice.doe@pbx.example.com SIP/2.0\r\nContent-Length: 0\r\n\r\n", 5060, 5060))
OTHER = frames.ethernet(v4(rtp(8, 80)))
MIXED = [VOICE] * 5 + [SIP, VOICE, OTHER, OTHER, OTHER, SIP, SIP, b"", VOICE]


def whole(octets: list[bytes], *, order: str = "<", magic: int = 0xA1B2C3D4, link: int = 1) -> bytes:
    """A file of frames that were not cut."""
    records = [pack(order + "IIII", 9, number, len(one), len(one)) + one for number, one in enumerate(octets)]
    return pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link) + b"".join(records)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def sent(blocks: Iterator[Block]) -> bytes:
    return b"".join(block.encoded(frame, TO) for block, frame in Traffic(TO).frames(blocks))


def both(data: bytes, size: int = 1 << 20) -> tuple[tuple[bytes, Counter[str]], tuple[bytes, Counter[str]]]:
    """What goes out block by block and in runs, with the notes."""
    found = []
    readings: tuple[Callable[[Iterator[bytes], Counter[str]], Iterator[Block]], ...] = (
        container.blocks,
        lambda chunks, notes: runs.blocks(chunks, notes, TO),
    )
    for read in readings:
        TO.reader.notes.clear()
        notes: Counter[str] = Counter()
        out = sent(read(pieces(data, size), notes))
        found.append((out, notes + TO.reader.notes))
    return found[0], found[1]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34])
def test_every_kind_of_file(order: str, magic: int) -> None:
    alone, together = both(whole(MIXED, order=order, magic=magic) if magic != 0xA1B2CD34 else files.pcap(MIXED))
    assert alone == together
    assert b"voice" not in together[0]
    assert b"alice" not in together[0]


@pytest.mark.parametrize(("link", "octets"), [row[1:] for row in USUAL], ids=[row[0] for row in USUAL])
def test_every_link(link: int, octets: bytes) -> None:
    alone, together = both(whole([octets] * 7, link=link))
    assert alone == together


def test_runs_are_single_blocks() -> None:
    blocks = list(runs.blocks(iter([whole(MIXED)]), Counter(), TO))
    assert [block.frame and block.frame.data for block in blocks] == [None, None, SIP, None, SIP, SIP, b"", None]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([VOICE, VOICE, VOICE, OTHER, SIP, b"x"]), max_size=300),
    st.integers(1, 4000),
    st.integers(0, 300),
    st.sampled_from([300, 1000, 1 << 22]),
)
def test_neither_pieces_nor_stretches_nor_a_cut_matter(
    octets: list[bytes], size: int, missing: int, stretch: int
) -> None:
    data = whole(octets)
    data = data[: max(24, len(data) - missing)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "STRETCH", stretch)
        alone, together = both(data, size)
    assert alone == together


@pytest.mark.parametrize("lengths", [(500, 400), (2**31, 2**31), (1 << 21, 1 << 21), (100, 90)])
def test_an_odd_record_among_usual_ones(lengths: tuple[int, int]) -> None:
    data = whole([VOICE] * 3) + pack("<IIII", 9, 9, *lengths) + bytes(100) + whole([VOICE] * 3)[24:]
    alone, together = both(data)
    assert alone == together
    assert together[1]


def test_other_files_come_block_by_block() -> None:
    alone, together = both(files.pcapng(MIXED))
    assert alone == together
    alone, together = both(whole(MIXED, link=147))
    assert alone == together
    with pytest.raises(InputError):
        list(runs.blocks(iter([b"text"]), Counter(), TO))
