"""Which packets need no search: silence behind headers that were shown before, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.silence import Silence, is_one_octet
from tests.capture import frames
from tests.capture.wire import learning

TO = learning()[0]


def rtp(number: int, payload: bytes, source: bytes = b"from") -> bytes:
    head = b"\x80\0" + number.to_bytes(2, "big") + (160 * number).to_bytes(4, "big") + source
    return frames.ethernet(frames.ipv4(frames.udp(head + payload), number=number))


def told(octets: list[bytes], by: Silence | None = None) -> list[bool]:
    sizes = np.cumsum([0, *map(len, octets)])
    judge = Silence(1, TO) if by is None else by
    found: list[bool] = judge(bytearray(b"".join(octets)), sizes[:-1], sizes[1:]).tolist()
    return found


QUIET = b"\xff" * 160


@pytest.mark.parametrize(
    ("second", "silent"),
    [
        (rtp(2, QUIET), True),
        (rtp(2, b"\xd5" * 160), True),
        (rtp(2, QUIET[:-1] + b"\xfe"), False),
        (rtp(2, QUIET, b"else"), False),
        (rtp(2, QUIET).replace(frames.MAC_A, frames.MAC_B), False),
        (rtp(2, QUIET)[:-1], False),
        (frames.udp_frame(b"\xff" * 160), False),
    ],
)
def test_what_needs_no_search(second: bytes, *, silent: bool) -> None:
    assert told([rtp(1, QUIET), second]) == [False, silent]


def test_headers_are_remembered_from_stretch_to_stretch() -> None:
    by = Silence(1, TO)
    assert [told([rtp(number, QUIET)], by) for number in range(3)] == [[False], [True], [True]]
    assert told([rtp(9, QUIET, b"else"), rtp(8, QUIET), rtp(9, QUIET, b"else")], by) == [False, True, True]
    assert told([rtp(7, QUIET[:-1] + b"x", b"else")], by) == [False]


@given(st.integers(1, 40).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size), min_size=1)))
def test_payloads_of_one_octet_of_any_size(payloads: list[bytes]) -> None:
    payloads = [*payloads, *(payload[:1] * len(payload) for payload in payloads)]
    rows = np.frombuffer(b"".join(payloads), np.uint8).reshape(len(payloads), len(payloads[0]))
    assert is_one_octet(rows).tolist() == [len(set(payload)) == 1 for payload in payloads]
