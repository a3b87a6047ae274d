"""Time stamps: one offset of whole weeks for every notation.

Whole weeks keep the weekday and the time of day, so that a stamp without a date (``18:03:12``) needs no change and
effects of office hours stay visible. A shifted stamp has the notation of the original: separators, zone, fraction and
width stay. Intervals between stamps of the same notation stay exact.

A stamp without a year (RFC 3164, ``Mar  2 18:03:12``) is shifted within :data:`REFERENCE_YEAR`, which has no leap day
(29 February itself within the leap year after it). Where the offset spans leap days, such a stamp can differ by some
days from a dated one; a caller who knows the year passes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from scrubber.pseudonyms.key import Key

WEEK = 7 * 24 * 3600
EARLIEST, LATEST = -520, -52
"""Weeks that an offset lies between: one to ten years back, never into the future."""
REFERENCE_YEAR = 2023
LEAP_YEAR = 2024
CENTURY = 2000
"""Of a year of two digits."""
NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 5905 section 6)."""

_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_FULL_MONTHS = b"January February March April May June July August September October November December".split()
_DAYS = b"Mon Tue Wed Thu Fri Sat Sun".split()

_YEAR = rb"(?P<Y>(?:19|20)[0-9]{2})"
_MONTH = rb"(?P<m>0[1-9]|1[0-2])"
_DAY = rb"(?P<d>0[1-9]|[12][0-9]|3[01])"
_PADDED_DAY = rb"(?P<d>[ 0][1-9]|[12][0-9]|3[01]|[1-9])"
_MONTH_NAME = rb"(?P<b>(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
_FULL_MONTH_NAME = rb"(?P<B>(?i:%b))" % b"|".join(_FULL_MONTHS)
_ANY_MONTH_NAME = rb"(?:" + _MONTH_NAME + rb"|" + _FULL_MONTH_NAME + rb")"
_SHORT_YEAR = rb"(?P<y>[0-4][0-9])"
_WEEKDAY = rb"(?P<a>(?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun))"
_CLOCK = rb"(?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9]):(?P<S>[0-5][0-9]|60)"
_FRACTION = rb"(?P<f>[.,:][0-9]{1,9})?"
_ZONE = rb"(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2})(?![0-9]))?"
_BARE_DAY = rb"(?P<d>0?[1-9]|[12][0-9]|3[01])"
_LATE_DAY = rb"(?P<d>1[3-9]|2[0-9]|3[01])"
_BARE_MONTH = rb"(?P<m>0?[1-9]|1[0-2])"
_MINUTES = (
    rb",? (?P<H>[01]?[0-9]|2[0-3]):(?P<M>[0-5][0-9])(?::(?P<S>[0-5][0-9]|60)" + _FRACTION + rb")?(?: [AaPp][Mm])?"
)
"""Behind a date as people write it: an hour of one digit, with or without seconds."""

_DATED = (
    # ISO 8601, RFC 3339, RFC 5424, CDR; ngrep, sngrep and nginx use slashes, NetBorder a colon before the fraction
    _YEAR + rb"(?P<s>[-/])" + _MONTH + rb"(?P=s)" + _DAY + rb"(?:[T ]" + _CLOCK + _FRACTION + _ZONE + rb")?",
    # FreePBX: 2025-Mar-02 18:03:12
    _YEAR + rb"-" + _MONTH_NAME + rb"-" + _DAY + rb"[T ]" + _CLOCK + _FRACTION + _ZONE,
    # Common Log Format, VMS and Java: 02/Mar/2025:18:03:12 +0000
    _DAY + rb"[-/ ]" + _MONTH_NAME + rb"[-/ ]" + _YEAR + rb"[: ]" + _CLOCK + _FRACTION + _ZONE,
    # RFC 9110 section 5.6.7, RFC 5322 section 3.3: Sun, 02 Mar 2025 18:03:12 GMT
    _WEEKDAY
    + rb", "
    + _PADDED_DAY
    + rb" "
    + _MONTH_NAME
    + rb" "
    + _YEAR
    + rb" "
    + _CLOCK
    + rb"(?: GMT| UTC|"
    + _ZONE
    + rb")",
    # asctime, ctime, date: Sun Mar  2 18:03:12 UTC 2025
    _WEEKDAY + rb" " + _MONTH_NAME + rb" " + _PADDED_DAY + rb" " + _CLOCK + rb"(?: [A-Z]{3,4})? " + _YEAR,
    # German and Swiss products: 02.03.2025 18:03:12; day and month are told apart by the separator, else by the number
    _BARE_DAY + rb"\." + _BARE_MONTH + rb"\." + _YEAR + rb"(?:" + _MINUTES + rb")?",
    # American products and spreadsheets: 03/02/2025 6:03 PM, 3/2/25 18:03; British ones where no month has the number
    _BARE_MONTH + rb"/" + _BARE_DAY + rb"/" + _YEAR + rb"(?:" + _MINUTES + rb")?",
    _LATE_DAY + rb"/" + _BARE_MONTH + rb"/" + _YEAR + rb"(?:" + _MINUTES + rb")?",
    _BARE_MONTH + rb"/" + _BARE_DAY + rb"/" + _SHORT_YEAR + _MINUTES,
    _LATE_DAY + rb"/" + _BARE_MONTH + rb"/" + _SHORT_YEAR + _MINUTES,
    _DAY + rb"-" + _MONTH + rb"-" + _YEAR + rb"(?:" + _MINUTES + rb")?",
    # in words: Mar 2, 2025; March 2, 2025; 02-Mar-2025; 2 March 2025 (May is taken for the short name)
    _ANY_MONTH_NAME + rb" " + _PADDED_DAY + rb",? {1,2}" + _YEAR + rb"(?:" + _MINUTES + rb")?",
    _BARE_DAY + rb"[- ]" + _ANY_MONTH_NAME + rb"[- ]" + _YEAR + rb"(?:" + _MINUTES + rb")?",
    # ls -l: Mar  2 18:03
    _MONTH_NAME + rb" " + _PADDED_DAY + rb" (?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9])(?!:)",
    # file names of recordings and captures, ASN.1 GeneralizedTime: 20250302-180312, 20250302180312Z
    _YEAR + _MONTH + _DAY + rb"[-_T]?(?P<H>[01][0-9]|2[0-3])(?P<M>[0-5][0-9])(?P<S>[0-5][0-9]|60)Z?",
    _YEAR
    + rb"-"
    + _MONTH
    + rb"-"
    + _DAY
    + rb"[-_T]{1,2}(?P<H>[01][0-9]|2[0-3])-(?P<M>[0-5][0-9])-(?P<S>[0-5][0-9]|60)",
    # BSD syslog, Asterisk: Mar  2 18:03:12
    _MONTH_NAME + rb" " + _PADDED_DAY + rb" (?:" + _YEAR + rb" )?" + _CLOCK + _FRACTION,
)
"""Stamps with a date. Group names are those of strftime, ``f`` is the fraction with its mark."""
_ROTATED = _YEAR + _MONTH + _DAY
_AS_ROTATED = rb"(?<=[A-Za-z][-_.])" + _ROTATED + rb"(?=\.(?:log|txt|gz|xz|bz2|zst|[0-9])|[-_.]?\Z|[\s\"'),])"
"""Behind the name of a file that was rotated: ``full-20250302``; eight digits elsewhere may be anything."""

_EPOCH = rb"(?P<e>1[0-9]{9})(?:(?P<f>\.[0-9]{1,9})|(?P<u>[0-9]{3}(?:[0-9]{3})?))?"
"""Seconds since 1970 from September 2001 to 2033, with a fraction, or milli- or microseconds."""


def _nameless(pattern: bytes) -> bytes:
    pattern = pattern.replace(rb"(?P=s)", rb"[-/]")
    return re.sub(rb"\?P<\w>", b"?:", pattern)


NOTATIONS: re.Pattern[bytes] = re.compile(
    rb"(?<![0-9A-Za-z])(?:%b|(?<![+])(?<![0-9]\.)%b)(?![0-9A-Za-z])"
    % (b"|".join(b"(?:" + _nameless(pattern) + b")" for pattern in (*_DATED, _AS_ROTATED)), _nameless(_EPOCH))
)
"""Finds dated stamps in text: everything :func:`shift` knows but NTP seconds, which look like any other number."""

_EPOCH_PATTERN = re.compile(_EPOCH)
_NTP_PATTERN = re.compile(rb"(?P<e>[34][0-9]{9})(?P<f>\.[0-9]{1,9})?")
_NTP_RANGE = range(NTP_EPOCH + 978_307_200, 1 << 32)
"""From 2001 to the end of the NTP era in 2036."""


class _Shift(NamedTuple):
    seconds: int
    year: int
    """Of stamps without one."""


def offset(key: Key) -> int:
    """Return the seconds by which this key shifts time: a negative whole number of weeks."""
    return WEEK * (EARLIEST + key.integer(b"time-offset", b"", LATEST - EARLIEST + 1))


def shift(value: bytes, seconds: int, year: int = REFERENCE_YEAR) -> bytes:
    """Return one time stamp moved by ``seconds``, in its notation and width; what is no dated stamp stays.

    Epoch and NTP seconds are recognised by their digits. ``year`` is that of a stamp without one.
    """
    return _rewritten(value, _shifted_date, _shifted_count, _Shift(seconds, year))


def coarsen(value: bytes) -> bytes:
    """Return one time stamp cut down to its hour: minutes, seconds and fraction are zero; what is no stamp stays."""
    return _rewritten(value, _coarse_date, _coarse_count, _Shift(0, REFERENCE_YEAR))


@cache
def _dated_patterns() -> tuple[re.Pattern[bytes], ...]:
    """Compiled when the first stamp changes, which in most runs none does."""
    return tuple(re.compile(pattern) for pattern in (*_DATED, _ROTATED))


_Fields = dict[str, bytes]
_Change = Callable[[re.Match[bytes], _Shift], _Fields]


def _rewritten(value: bytes, date: _Change, count: _Change, by: _Shift) -> bytes:
    for pattern in (_EPOCH_PATTERN, _NTP_PATTERN):
        match = pattern.fullmatch(value)
        if match is not None:
            return _with(match, count(match, by))
    for pattern in _dated_patterns():
        match = pattern.fullmatch(value)
        if match is not None:
            return _with(match, date(match, by))
    return value


def _with(match: re.Match[bytes], fields: _Fields) -> bytes:
    """The matched text with some groups replaced."""
    out = []
    position = 0
    for name in sorted(fields, key=match.start):
        out += [match.string[position : match.start(name)], fields[name]]
        position = match.end(name)
    return b"".join([*out, match.string[position:]])


def _shifted_count(match: re.Match[bytes], by: _Shift) -> _Fields:
    seconds = int(match["e"])
    if match.re is _NTP_PATTERN and seconds not in _NTP_RANGE:
        return {}
    return {"e": b"%010d" % (seconds + by.seconds)} if 0 <= seconds + by.seconds < 10**10 else {}


def _coarse_count(match: re.Match[bytes], by: _Shift) -> _Fields:
    del by
    seconds = int(match["e"])
    if match.re is _NTP_PATTERN and seconds not in _NTP_RANGE:
        return {}
    return {"e": b"%010d" % (seconds - seconds % 3600)} | _zeros(match, "f", "u")


def _zeros(match: re.Match[bytes], *names: str) -> _Fields:
    """Zero for every digit of those groups that took part."""
    present = (name for name in names if match.groupdict().get(name) is not None)
    return {name: re.sub(rb"[0-9]", b"0", match[name]) for name in present}


def _coarse_date(match: re.Match[bytes], by: _Shift) -> _Fields:
    del by
    return _zeros(match, "M", "S", "f")


def _shifted_date(match: re.Match[bytes], by: _Shift) -> _Fields:
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    month = int(parts["m"]) if "m" in parts else 1 + _MONTHS.index((parts.get("b") or parts["B"][:3]).capitalize())
    day = int(parts["d"])
    year = int(parts["Y"]) if "Y" in parts else LEAP_YEAR if (month, day) == (2, 29) else by.year
    if "y" in parts:
        year = CENTURY + int(parts["y"])
    clock = [int(parts.get(name, b"0")) for name in "HMS"]
    try:
        moment = datetime(year, month, day, clock[0], clock[1], min(clock[2], 59), tzinfo=UTC)
        moved = moment + timedelta(seconds=by.seconds)
    except (ValueError, OverflowError):
        return {}
    new = {"Y": b"%04d" % moved.year, "y": b"%02d" % (moved.year % 100), "d": _padded(moved.day, parts["d"])}
    new["m"] = _padded(moved.month, parts.get("m", b""))
    new["b"] = _cased(_MONTHS[moved.month - 1], parts.get("b", b""))
    new["B"] = _cased(_FULL_MONTHS[moved.month - 1], parts.get("B", b""))
    if by.seconds % WEEK:
        new["a"] = _cased(_DAYS[moved.weekday()], parts.get("a", b""))
    if by.seconds % (24 * 3600):
        new |= {"H": _padded(moved.hour, parts.get("H", b"")), "M": b"%02d" % moved.minute}
    if by.seconds % 60:
        new["S"] = b"%02d" % moved.second
    return {name: text for name, text in new.items() if name in parts}


def _padded(day: int, like: bytes) -> bytes:
    if like.startswith(b" "):
        return b"%2d" % day
    return (b"%d" if len(like) == 1 else b"%02d") % day


def _cased(text: bytes, like: bytes) -> bytes:
    return text.upper() if like.isupper() else text.lower() if like.islower() else text
