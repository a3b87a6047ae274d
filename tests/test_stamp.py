"""Times as logs write them, and midnight in logs that write no date."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import stamp
from scrubber.stamp import DAY, Clock, Stamp

NOON = 1_740_938_592.0
"""2025-03-02 18:03:12 UTC."""
CLOCK = 64_992.0
TIMES: list[tuple[bytes, float, bool]] = [
    (b"[2025-03-02 18:03:12.345] DEBUG[4067] x.c: y", NOON + 0.345, True),
    (b"[2025-03-02T18:03:12.345Z] y", NOON + 0.345, True),
    (b"2025-03-02T19:03:12,345678+01:00 y", NOON + 0.345678, True),
    (b"2025-03-02 12:03:12:345 -0600 [4067] INFO", NOON + 0.345, True),
    (b"2025/03/02 18:03:12.5 192.0.2.1:5060 -> x", NOON + 0.5, True),
    (b"[2025-Mar-02 18:03:12] [ERROR]", NOON, True),
    (b"[02/03/2025 18:03:12] y", NOON, True),
    (b"Sun Mar  2 18:03:12 y", (31 + 29 + 1) * DAY + 2 * 365 * DAY + CLOCK, True),
    (b"time: 1740938592.345000", NOON + 0.345, True),
    (b'time="1740938592123"', NOON + 0.123, True),
    (b"18:03:12.345 pjsua_core.c  y", CLOCK + 0.345, False),
    (b"recv 9 bytes from udp/[192.0.2.1]:5060 at 18:03:12.345678:", CLOCK + 0.345678, False),
]
NO_TIMES = [
    b"",
    b"no time here",
    b"2025-13-45",
    b"12:99:00",
    b"1234567890123456",
    b"99:15:00",
    b"x" * 300 + b"18:03:12",
]


@pytest.mark.parametrize(("text", "seconds", "dated"), TIMES)
def test_hits(text: bytes, seconds: float, dated: bool) -> None:
    found = stamp.find(text)
    assert found is not None
    assert abs(found.seconds - seconds) < 1e-5
    assert found.dated is dated


@pytest.mark.parametrize("text", NO_TIMES)
def test_misses(text: bytes) -> None:
    assert stamp.find(text) is None


def test_a_date_of_no_calendar_leaves_the_time_of_day() -> None:
    assert stamp.find(b"2025-02-31 00:00:01") == Stamp(1.0, dated=False)


def test_midnight_passes_in_a_log_without_dates() -> None:
    clock = Clock()
    read = [clock.read(text) for text in (b"23:59:59.5 a", b"00:00:01.0 b", b"none", b"00:00:00.9 c", b"23:00:00 d")]
    assert read == [DAY - 0.5, DAY + 1, None, DAY + 0.9, DAY + 23 * 3600]


@given(st.binary(max_size=80))
def test_any_octets(text: bytes) -> None:
    Clock().read(text)
