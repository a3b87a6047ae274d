from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import framing
from scrubber.capture.framing import Framing
from scrubber.capture.packet import Flow
from scrubber.capture.stream import LONGEST, MORE, Memory, Stream
from scrubber.values import Values
from tests.capture.streams import THERE, box, named, protocols, rewritten, text
from tests.capture.wire import learning, rewriting
from tests.passes import DOUBLING, doubling

REWRITING = rewriting()
LEARNING, _ = learning()
HELLO = text(b"!hello\n")
HIDDEN = rewritten(HELLO, REWRITING)
CUT = b"MSG 1 SIP/2.0\r\nTo: ...\r\nContent-Length: 7\r\n\r\n.....he"


class Sink:
    """Collects what a framing emits."""

    def __init__(self, *, change: bool = True) -> None:
        self.old = 0
        self.new = b""
        self.framing = Framing(THERE, protocols, named, REWRITING if change else LEARNING, self.emit)

    def emit(self, old: int, new: bytes) -> None:
        self.old += old
        self.new += new

    def feed(self, *parts: bytes | int) -> Sink:
        """Octets, or the number of octets that are lost."""
        for part in parts:
            if isinstance(part, int):
                self.framing.gap(part)
            else:
                self.framing.feed(part)
        return self


def test_a_message_is_done_with_its_last_octet() -> None:
    sink = Sink().feed(HELLO[:-1])
    assert (sink.new, len(sink.framing)) == (b"", len(HELLO) - 1)
    sink.feed(HELLO[-1:])
    assert (sink.new, len(sink.framing)) == (HIDDEN, 0)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1 << 20])
def test_messages_are_found_wherever_segments_are_cut(size: int) -> None:
    messages = [text(b"!" * 9), box(b"!"), box(b""), text(b""), text(b"\nMSG x\n!"), box(b"ab!!" * 2500)]
    row = b"".join(messages)
    sink = Sink().feed(*(row[at : at + size] for at in range(0, len(row), size)))
    assert sink.new == b"".join(rewritten(message, REWRITING) for message in messages)
    assert sink.old == len(row)


def test_what_earlier_messages_said_is_kept_until_an_octet_is_lost() -> None:
    def remembering(octets: bytes, flow: Flow, to: Values, memory: Memory) -> bytes:
        del flow, to
        new, memory.octets = memory.octets.ljust(len(octets), b"."), octets
        return new

    stream = Stream("echo", lambda octets, flow: True, lambda octets: 4, lambda octets, flow, to: None,
                    remembering=remembering)  # fmt: skip
    out = bytearray()
    made = Framing(THERE, lambda octets, flow: stream, named, REWRITING, lambda old, new: out.extend(new))
    made.feed(b"one.two.")
    assert len(made) == 4
    made.feed(b"three")
    made.gap(3)
    made.feed(b"four" * 5)
    assert bytes(out) == b"....one.two.thre...." + b"four" * 4
    made.forget()
    assert len(made) == 0


CROSSED = b"x" * 25 + b"\n"
"""What stands for a line that nobody knows."""


@pytest.mark.parametrize(
    ("parts", "new"),
    [
        # what is unknown is blanked, and the next message found: at a line, at the start of a segment
        ([b"no protocol has this line\n" + HELLO], CROSSED + HIDDEN),
        ([b"no protocol has this", HELLO], b"x" * 20 + HIDDEN),
        ([b"no protocol\0has this", HELLO], bytes(20) + HIDDEN),
        ([b"no protocol has this line\nMS", HELLO[2:]], CROSSED + HIDDEN),
        ([b"no protocol has this line\n", HELLO[:3], HELLO[3:]], CROSSED + HIDDEN),
        ([b"no protocol has this line\nMSG but no more than this"], CROSSED + b"x" * 25),
        # a gap cuts a message; the rest of it is skipped, by its length where that is known
        ([HELLO[:-4], 2, HELLO[-2:] + HELLO], CUT + bytes(2) + HIDDEN),
        ([HELLO[:-4], 4, HELLO], CUT + HIDDEN),
        ([HELLO[:-4], 9, HELLO], CUT + HIDDEN),
        ([HELLO[:30], 9, b"the rest of a header\r\n\r\n!" + HELLO[1:], HELLO], None),
        ([box(b"!!ab"), 9, box(b"!"), b"M", HELLO], b"\xb0\x0b\x80\x85...ab\xb0\x0b\x80\x85.....\0" + HIDDEN),
        # damaged: handled as far as the next message
        ([b"MSG 1 SIP/2.0\r\nTo: !!\r\n\r\n" + HELLO], b"MSG 1 SIP/2.0\r\nTo: ...\r\n\r\n" + HIDDEN),
        # a switch, which holds for one direction and does not forbid what was spoken before
        ([text(b"switch"), b"<a!!><!!!>" + HELLO], rewritten(text(b"switch"), REWRITING) + b"<a...><.>" + HIDDEN),
    ],
)
def test_what_is_no_message(parts: list[bytes | int], new: bytes | None) -> None:
    sink = Sink().feed(*parts)
    sink.framing.flush()
    assert b"!" not in sink.new
    assert sink.old == sum(len(part) for part in parts if isinstance(part, bytes))
    if new is not None:
        assert sink.new == new
    else:
        assert sink.new.endswith(HIDDEN)
    same = Sink(change=False).feed(*parts)
    same.framing.flush()
    assert same.new == b"".join(part for part in parts if isinstance(part, bytes))


def test_flushing_cuts_a_message_and_its_rest_is_blanked() -> None:
    sink = Sink().feed(HELLO[:-4])
    sink.framing.flush()
    assert sink.old == len(HELLO) - 4
    at = len(sink.new)
    sink.feed(HELLO[-4:], HELLO)
    assert sink.new[at:] == bytes(4) + HIDDEN


def test_nothing_waits_in_a_stream_that_nobody_knows() -> None:
    sink = Sink().feed(b"x" * framing.LOST, b"y\n", b"M", b"S", b"\nMSG")
    assert len(sink.framing) == 0
    assert sink.new == b"x" * framing.LOST + bytes(8)
    sink.feed(HELLO)
    assert sink.new.endswith(HIDDEN)


def test_no_message_is_waited_for_beyond_the_longest() -> None:
    endless = b"MSG 1 SIP/2.0\r\n" + b"To: !\r\n" * (LONGEST // 7)
    sink = Sink().feed(endless)
    assert len(sink.framing) == 0
    assert sink.old == len(endless)
    huge = b"MSG 1 SIP/2.0\r\nContent-Length: %d\r\n\r\n!" % (LONGEST + 1)
    sink.feed(HELLO, huge)
    assert len(sink.framing) == 0
    assert b"!" not in sink.new


@given(
    st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([HELLO, HELLO[:30], b"MSG 1 SIP/2.0\r\n\r\n", 3, 40])))
)
def test_every_octet_is_accounted_for(parts: list[bytes | int]) -> None:
    for change in (True, False):
        sink = Sink(change=change).feed(*parts)
        sink.framing.flush()
        given_octets = b"".join(part for part in parts if isinstance(part, bytes))
        assert (sink.old, len(sink.framing)) == (len(given_octets), 0)
        if not change:
            assert sink.new == given_octets


def fed(data: bytes, size: int) -> None:
    sink = Sink()
    for at in range(0, len(data), size):
        sink.feed(data[at : at + size])


@pytest.mark.parametrize("size", [64, 1 << 20])
@pytest.mark.parametrize(
    "unit",
    [
        b"\n",
        b"\nM",
        b"MSG 1 SIP/2.0\r\n\r\n",
        b"MSG 1 SIP/2.0\r\n",
        b"\xb0\x0b\x80\x80",
        b"\xb0\x0b\x80\x81",
        b"x",
        b"\0\n",
    ],
)
def test_linear(unit: bytes, size: int) -> None:
    assert doubling(lambda data: fed(data, size), unit) < DOUBLING


def test_looking_for_an_end_again_and_again_is_bounded() -> None:
    looked = 0

    def length(octets: bytes) -> int:
        nonlocal looked
        looked += len(octets)
        return MORE

    def begins(octets: bytes, flow: Flow) -> bool:
        return True

    stream = Stream("endless", begins, length, lambda octets, flow, to: octets)
    made = Framing(THERE, lambda octets, flow: stream, named, REWRITING, lambda old, new: None)
    for _ in range(40_000):
        made.feed(b"xy")
    assert looked < 80_000 * 64 + 40_000 * 8192 // 4
