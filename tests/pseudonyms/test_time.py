"""Time stamps: notations, offset, shift, coarsening."""

from __future__ import annotations

import re
import time as clock
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.time import NOTATIONS, NTP_EPOCH, WEEK, coarsen, offset, shift

KEY = Key(bytes(range(32)))
YEAR_AND_MORE = -100 * WEEK
"""From 2 March 2025 to 2 April 2023."""
MOMENTS = st.datetimes(datetime(2003, 1, 1), datetime(2033, 1, 1))  # noqa: DTZ001 - a stamp in a log has no zone
MAY = 5
OFFSETS = st.integers(-520, -52).map(WEEK.__mul__)

STAMPS = [
    # stamp, a hundred weeks earlier, cut down to the hour
    ("2025-03-02T18:03:12.345Z", "2023-04-02T18:03:12.345Z", "2025-03-02T18:00:00.000Z"),
    ("2025-03-02T18:03:12.345678+0000", "2023-04-02T18:03:12.345678+0000", "2025-03-02T18:00:00.000000+0000"),
    ("2025-03-02T18:03:12+01:00", "2023-04-02T18:03:12+01:00", "2025-03-02T18:00:00+01:00"),
    ("2025-03-02 18:03:12", "2023-04-02 18:03:12", "2025-03-02 18:00:00"),
    ("2025-03-02 18:03:12.345", "2023-04-02 18:03:12.345", "2025-03-02 18:00:00.000"),
    ("2025-03-02 18:03:12,345", "2023-04-02 18:03:12,345", "2025-03-02 18:00:00,000"),
    ("2025-03-02 18:03:12:345 -0600", "2023-04-02 18:03:12:345 -0600", "2025-03-02 18:00:00:000 -0600"),
    ("2025-03-02", "2023-04-02", "2025-03-02"),
    ("2025/03/02", "2023/04/02", "2025/03/02"),
    ("2025/03/02 18:03:12.345678", "2023/04/02 18:03:12.345678", "2025/03/02 18:00:00.000000"),
    ("2025-Mar-02 18:03:12", "2023-Apr-02 18:03:12", "2025-Mar-02 18:00:00"),
    ("02/Mar/2025:18:03:12 +0000", "02/Apr/2023:18:03:12 +0000", "02/Mar/2025:18:00:00 +0000"),
    ("02-Mar-2025 18:03:12", "02-Apr-2023 18:03:12", "02-Mar-2025 18:00:00"),
    ("Sun, 02 Mar 2025 18:03:12 GMT", "Sun, 02 Apr 2023 18:03:12 GMT", "Sun, 02 Mar 2025 18:00:00 GMT"),
    ("Sun, 02 Mar 2025 18:03:12 +0100", "Sun, 02 Apr 2023 18:03:12 +0100", "Sun, 02 Mar 2025 18:00:00 +0100"),
    ("Sun Mar  2 18:03:12 2025", "Sun Apr  2 18:03:12 2023", "Sun Mar  2 18:00:00 2025"),
    ("Sun Mar  2 18:03:12 UTC 2025", "Sun Apr  2 18:03:12 UTC 2023", "Sun Mar  2 18:00:00 UTC 2025"),
    ("02.03.2025", "02.04.2023", "02.03.2025"),
    ("2.3.2025 18:03", "2.4.2023 18:03", "2.3.2025 18:00"),
    ("03/02/2025", "04/02/2023", "03/02/2025"),
    ("3/2/2025 6:03:12 PM", "4/2/2023 6:03:12 PM", "3/2/2025 6:00:00 PM"),
    ("3/2/25, 6:03 PM", "4/2/23, 6:03 PM", "3/2/25, 6:00 PM"),
    ("12/17/2024", "01/17/2023", "12/17/2024"),
    ("23/03/2025 18:03", "23/04/2023 18:03", "23/03/2025 18:00"),
    ("02-03-2025 18:03:12.5", "02-04-2023 18:03:12.5", "02-03-2025 18:00:00.0"),
    ("March 2, 2025", "April 2, 2023", "March 2, 2025"),
    ("Mar 2, 2025 18:03", "Apr 2, 2023 18:03", "Mar 2, 2025 18:00"),
    ("Mar  2  2025", "Apr  2  2023", "Mar  2  2025"),
    ("2 MARCH 2025", "2 APRIL 2023", "2 MARCH 2025"),
    ("02-Mar-2025", "02-Apr-2023", "02-Mar-2025"),
    ("Mar  2 18:03", "Apr  1 18:03", "Mar  2 18:00"),
    ("02.03.2025 18:03:12", "02.04.2023 18:03:12", "02.03.2025 18:00:00"),
    ("20250302-180312", "20230402-180312", "20250302-180000"),
    ("20250302T180312Z", "20230402T180312Z", "20250302T180000Z"),
    ("20250302180312", "20230402180312", "20250302180000"),
    ("2025-03-02_18-03-12", "2023-04-02_18-03-12", "2025-03-02_18-00-00"),
    ("2025-03-02--18-03-12", "2023-04-02--18-03-12", "2025-03-02--18-00-00"),
    ("Mar  2 18:03:12", "Apr  1 18:03:12", "Mar  2 18:00:00"),
    ("Mar 22 18:03:12.345", "Apr 21 18:03:12.345", "Mar 22 18:00:00.000"),
    ("MAR 02 2025 18:03:12", "APR 02 2023 18:03:12", "MAR 02 2025 18:00:00"),
    ("2016-12-31T23:59:60Z", "2015-01-31T23:59:60Z", "2016-12-31T23:00:00Z"),
    ("1740938592", "1680458592", "1740938400"),
    ("1740938592.45", "1680458592.45", "1740938400.00"),
    ("1740938592.345678", "1680458592.345678", "1740938400.000000"),
    ("1740938592345", "1680458592345", "1740938400000"),
    ("1740938592345678", "1680458592345678", "1740938400000000"),
    ("1020000000", "0959520000", "1019998800"),
]
NTP = [
    ("3949927392", "3889447392", "3949927200"),
    ("3949927392.25", "3889447392.25", "3949927200.00"),
]
UNCHANGED = [
    *(
        "",
        "18:03:12",
        "18:03:12.345",
        "now",
        "2025-02-30 18:03:12",
        "2025-13-01",
        "12:00",
        "1999",
        "15550100123",
        "999999999",
    ),
    *(
        "3000000000",
        "Feb 30 18:03:12",
        "5060",
        "2025-03/02",
        "17409385921",
        "17409385923",
        "1740938592-1",
        "1-1740938592",
    ),
]


@pytest.mark.parametrize(("stamp", "earlier", "hour"), STAMPS + NTP)
def test_stamp(stamp: str, earlier: str, hour: str) -> None:
    assert shift(stamp.encode(), YEAR_AND_MORE).decode() == earlier
    assert coarsen(stamp.encode()).decode() == hour
    assert len(earlier) == len(stamp)


@pytest.mark.parametrize("value", UNCHANGED)
def test_unchanged(value: str) -> None:
    assert shift(value.encode(), YEAR_AND_MORE) == value.encode()
    assert value.startswith(("2025-02-30", "Feb 30")) or coarsen(value.encode()) == value.encode()


@pytest.mark.parametrize("stamp", [stamp for stamp, _, _ in STAMPS])
@pytest.mark.parametrize(
    "frame", ["{}", "[{}] NOTICE", "at {}, 1001", "x={};", "out-15550100-{}.wav", "{} 192.0.2.1:5060", "<!-- {} -->"]
)
def test_found_in_text(stamp: str, frame: str) -> None:
    text = frame.format(stamp).encode()
    [match] = NOTATIONS.finditer(text)
    whole = stamp.partition("_")[0].partition("--")[0]  # of a file name the date alone: the clock stays anyway
    assert match[0].decode() == whole
    assert shift(match[0], YEAR_AND_MORE) != match[0]


@pytest.mark.parametrize(
    "text",
    [
        *(b"18:03:12", b"+1740938592", b"1.1740938592", b"a1740938592", b"1740938592f", b"17409385921", b"3949927392"),
        *(b"2740938592", b"0123456789", b"9.2025-03-0", b"12025-03-02", b"2025-03-021", b"192.0.2.10", b"March 2"),
    ],
)
def test_not_found_in_text(text: bytes) -> None:
    assert NOTATIONS.search(text) is None


@pytest.mark.parametrize("name", ["full-20250302", "cdr_20250302", "messages-20250302.gz", "queue_log.20250302.1"])
def test_name_of_a_rotated_file(name: str) -> None:
    [match] = NOTATIONS.finditer(f"gzip {name}\n".encode())
    assert match[0] == b"20250302"


@pytest.mark.parametrize("text", ["20250302", "id=20250302x", "bash_5.1-20250302-1", "ca-certificates_20250302all"])
def test_eight_digits_elsewhere(text: str) -> None:
    assert NOTATIONS.search(text.encode()) is None


def test_two_stamps_of_one_line() -> None:
    line = b"2025-03-02T18:03:12.345Z (1740938592345275)"
    assert (
        NOTATIONS.sub(lambda match: shift(match[0], YEAR_AND_MORE), line)
        == b"2023-04-02T18:03:12.345Z (1680458592345275)"
    )


def test_year_of_a_stamp_without_one() -> None:
    assert shift(b"Mar  2 18:03:12", YEAR_AND_MORE, 2025) == b"Apr  2 18:03:12"
    assert shift(b"Jan  5 18:03:12", -WEEK) == b"Dec 29 18:03:12"
    assert shift(b"Feb 29 18:03:12", -WEEK) == b"Feb 22 18:03:12"
    assert shift(b"Mar  7 18:03:12", -WEEK) == b"Feb 28 18:03:12"
    assert shift(b"Mar  7 18:03:12", -WEEK, 2024) == b"Feb 29 18:03:12"
    assert shift(b"Mar 9 18:03:12", -WEEK) == b"Mar 2 18:03:12"


def test_other_offsets_than_weeks() -> None:
    assert shift(b"Sun, 02 Mar 2025 18:03:12 GMT", -86400) == b"Sat, 01 Mar 2025 18:03:12 GMT"
    assert shift(b"2025-03-02 18:03:12.5", 3600 + 61) == b"2025-03-02 19:04:13.5"
    assert shift(b"2025-03-02 23:59:59", 1) == b"2025-03-03 00:00:00"
    assert shift(b"1740938592", -1740938593) == b"1740938592"
    assert shift(b"2025-03-02 18:03:12", -(10**12)) == b"2025-03-02 18:03:12"


def test_offset() -> None:
    offsets = {offset(Key(bytes((number,)) * 32)) for number in range(64)}
    assert len(offsets) > 50
    for seconds in offsets:
        assert seconds % WEEK == 0
        assert -520 * WEEK <= seconds <= -52 * WEEK
    assert offset(KEY) == offset(KEY)


@given(MOMENTS, OFFSETS)
def test_every_notation_of_a_moment_moves_alike(moment: datetime, seconds: int) -> None:
    moved = moment + timedelta(seconds=seconds)
    for form in (
        *("%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S.%f", "%Y%m%d-%H%M%S", "%Y-%b-%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S +0000"),
        *("%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%d.%m.%Y %H:%M:%S"),
        *("%m/%d/%Y", "%m/%d/%y %I:%M %p", "%m/%d/%Y, %H:%M:%S", "%d-%m-%Y %H:%M", "%d.%m.%Y", "%Y%m%d"),
        *(() if moment.month == MAY else ("%B %d, %Y", "%d %B %Y")),
        *("%d-%b-%Y", "%b %d %Y %H:%M", "%d %b %Y, %I:%M:%S %p"),
    ):
        assert shift(moment.strftime(form).encode(), seconds).decode() == moved.strftime(form)
    epoch, later = (int(each.replace(tzinfo=UTC).timestamp()) for each in (moment, moved))
    if epoch < 2_000_000_000:
        assert shift(b"%d" % epoch, seconds) == b"%010d" % later
        assert shift(b"%d999" % epoch, seconds) == b"%010d999" % later
    assert shift(b"%d" % (epoch + NTP_EPOCH), seconds) == b"%d" % (later + NTP_EPOCH)


@given(MOMENTS, OFFSETS)
def test_a_stamp_without_year_moves_with_a_known_year(moment: datetime, seconds: int) -> None:
    moved = moment + timedelta(seconds=seconds)
    if (moment.month, moment.day) != (2, 29):
        assert shift(moment.strftime("%b %d %H:%M:%S").encode(), seconds, moment.year).decode() == moved.strftime(
            "%b %d %H:%M:%S"
        )


@given(
    st.binary(max_size=60) | st.from_regex(rb"[0-9A-Za-z:./, +-]{0,40}", fullmatch=True), st.integers(-(10**14), 10**14)
)
def test_anything_at_all(value: bytes, seconds: int) -> None:
    shift(value, seconds)
    coarsen(value)
    for match in NOTATIONS.finditer(value):
        assert shift(match[0], 0) == match[0]
        assert re.search(rb"[0-9]", match[0])


@pytest.mark.parametrize(
    "unit", [b"2", b"2025-03-02 ", b"1740938592", b"Mar ", b"Sun, ", b"20250302-", b"18:", b"2025-03-02T18:03:1"]
)
def test_time_is_linear(unit: bytes) -> None:
    def seconds(size: int) -> float:
        data = unit * size
        best = float("inf")
        for _ in range(4):
            start = clock.perf_counter()
            for _ in NOTATIONS.finditer(data):
                pass
            shift(data, -WEEK)
            best = min(best, clock.perf_counter() - start)
        return best

    assert seconds(4000) < 30 * seconds(500)
