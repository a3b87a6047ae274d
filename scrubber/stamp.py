"""Times as logs write them, as seconds. Only their differences tell anything: zones and years may be missing."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

DAY: Final = 86_400.0
LONGEST: Final = 256
"""Bytes of a line in which its time is looked for."""

_MONTHS = {name: number + 1 for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}
_MONTH = rb"(?:" + rb"|".join(_MONTHS) + rb")"
_CLOCK = rb"([0-2]?[0-9]):([0-5][0-9]):([0-6][0-9])(?:[.,:]([0-9]{1,9})(?![0-9]))?"
_STAMP = re.compile(
    rb"(?<![0-9])(?:"
    rb"(?:(?P<year>(?:19|20)[0-9]{2})[-/.](?P<month>[01][0-9]|" + _MONTH + rb")[-/.](?P<day>[0-3][0-9])[T ,]{1,3}"
    rb"|(?P<first>[0-3][0-9])[-/.](?P<second>[0-3][0-9])[-/.](?P<last>(?:19|20)[0-9]{2})[T ,]{1,3}"
    rb"|(?P<name>"
    + _MONTH
    + rb") {1,2}(?P<of>[0-3]?[0-9])(?:,? (?P<in>(?:19|20)[0-9]{2}))? )?"
    + _CLOCK
    + rb"(?: ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})(?![0-9:]))?"
    rb"|(?P<epoch>1[0-9]{9})(?:[.:](?P<fraction>[0-9]{1,9})|(?P<milli>[0-9]{3}))?(?![0-9])"
    rb")"
)
_NO_YEAR = 1972
"""Any leap year will do where none is named."""


class Stamp(NamedTuple):
    """A time."""

    seconds: float
    """Since 1970 in UTC where date and zone are named; else since the beginning of a day or year that is not."""
    dated: bool
    """Whether it is more than a time of day."""


def find(text: bytes) -> Stamp | None:
    """The first time in a line. Never raises."""
    match = _STAMP.search(text, 0, LONGEST)
    if match is None:
        return None
    if match["epoch"]:
        fraction = match["fraction"] or match["milli"] or b"0"
        return Stamp(int(match["epoch"]) + int(fraction) / 10 ** len(fraction), dated=True)
    days = _days(match)
    hours, minutes, seconds, fraction = match.group(10, 11, 12, 13)
    clock = int(hours) * 3600 + int(minutes) * 60 + int(seconds) - _offset(match["zone"] or b"")
    if fraction:
        clock += int(fraction) / 10 ** len(fraction)
    return Stamp(clock, dated=False) if days is None else Stamp(days * DAY + clock, dated=True)


def _days(match: re.Match[bytes]) -> int | None:
    """Days since 1970, ``None`` without a date or with one that no calendar has."""
    if match["year"]:
        parts = match["year"], match["month"], match["day"]
    elif match["last"]:
        # The day stands first in most of the world; where it cannot, it stands second.
        month, day = (match["second"], match["first"]) if int(match["second"]) <= 12 else match.group("first", "second")
        parts = match["last"], month, day
    elif match["name"]:
        parts = match["in"] or b"%d" % _NO_YEAR, match["name"], match["of"]
    else:
        return None
    year, month, day = parts
    try:
        return date(int(year), _MONTHS.get(month) or int(month), int(day)).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None


def _offset(zone: bytes) -> int:
    """Seconds that a zone is ahead of UTC."""
    digits = zone[1:].replace(b":", b"")
    if len(digits) != 4:
        return 0
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[:1] == b"-" else seconds


class Clock:
    """The times of one log: where it names no date, midnight is what makes a time of day jump back."""

    def __init__(self) -> None:
        self._days = 0.0
        self._last = 0.0

    def read(self, text: bytes) -> float | None:
        """The first time in a line, in seconds since a beginning that all lines of the log share."""
        stamp = find(text)
        if stamp is None:
            return None
        if stamp.dated:
            return stamp.seconds
        if stamp.seconds < self._last - DAY / 2:
            self._days += DAY
        self._last = stamp.seconds
        return self._days + stamp.seconds
