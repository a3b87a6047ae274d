from __future__ import annotations

import pytest

from scrubber.capture.block import WRITTEN, Snap, padded
from scrubber.capture.packet import Frame

CUTS: list[tuple[int, int, int, int, tuple[int, int]]] = [
    # snap length, captured before, captured now, wire now -> captured and wire going out
    (96, 96, 110, 400, (96, 400)),
    (96, 90, 110, 110, (96, 110)),
    (96, 90, 80, 80, (80, 80)),
    (96, 200, 210, 210, (200, 210)),
    (0, 200, 300, 300, (300, 300)),
    (65535, 1500, 1600, 1500, (1600, 1600)),
    (1 << 31, 100, WRITTEN + 5, WRITTEN + 5, (WRITTEN, WRITTEN + 5)),
    (1 << 31, WRITTEN + 9, WRITTEN + 5, WRITTEN + 5, (WRITTEN + 5, WRITTEN + 5)),
]


@pytest.mark.parametrize(("snap", "before", "now", "wire", "expected"), CUTS)
def test_frames_stay_within_the_snap_length(
    snap: int, before: int, now: int, wire: int, expected: tuple[int, int]
) -> None:
    data, length = Snap(snap).cut(Frame(bytes(now), wire, 1), before)
    assert (len(data), length) == expected


def test_padding() -> None:
    assert [len(padded(bytes(count))) for count in range(6)] == [0, 4, 4, 4, 4, 8]
