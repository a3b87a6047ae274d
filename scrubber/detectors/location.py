"""Where somebody is: coordinates in the notations of logs, bodies and receivers, and radio cell identifiers.

RFC 5870 (geo URI), RFC 5139 and RFC 4119 (location objects), RFC 7315 section 5.4 (access network information),
NMEA 0183.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import COLON, EQUALS, ZEROED, ordered
from scrubber.model import Entity, Finding

RULE = "location"

_NUMBER = rb"[-+]?[0-9]{1,3}\.[0-9]{1,15}"
_PAIR = re.compile(
    rb"(?<![0-9A-Za-z.+:_-])([-+]?[0-9]{1,3}\.[0-9]{3,15})(?:[,;/]| )[ \t]{0,2}([-+]?[0-9]{1,3}\.[0-9]{3,15})"
    rb"(?![0-9A-Za-z_:]|\.[0-9])"
)
_LABELLED = re.compile(
    rb"(?i)(?<![a-z])(?:gps[-_ ]?|geo[-_ ]?)?(?:latitude|lat|longitude|long|lon|lng)"
    rb"[\\\"'>]{0,2}[ \t]{0,4}[=:>][ \t]{0,4}[\\\"']{0,2}(" + _NUMBER + rb")(?![0-9])"
)
_GEO_URI = re.compile(rb"(?i)(?<![a-z0-9])geo:([-+]?[0-9]{1,3}(?:\.[0-9]{1,15})?(?:,[-+]?[0-9.]{1,16}){1,2}+)")
_POSITION = re.compile(rb"(?i)<(?:[a-z0-9]{1,16}:)?pos(?:list)?>\s{0,8}([-+0-9.][-+0-9. ]{2,127})<")
_DEGREE = rb"(?:\xc2\xb0|\xb0)"
_MINUTES = rb" ?[0-9]{1,2}(?:\.[0-9]{1,6}|(?:'|\xe2\x80\xb2) ?[0-9]{1,2}(?:\.[0-9]{1,4})?(?:\"|''|\xe2\x80\xb3))?"
_DEGREES = re.compile(
    rb"(?<![A-Za-z0-9])(?:[NSEW](?: ?[0-9]{1,3}" + _DEGREE + _MINUTES + rb"|[0-9]{1,3} [0-9]{1,2}\.[0-9]{1,6})"
    rb"|[0-9]{1,3}" + _DEGREE + _MINUTES + rb"'? ?[NSEW]"
    rb"|[0-9]{4}\.[0-9]{2,6},[NS],[0-9]{5}\.[0-9]{2,6},[EW])(?![A-Za-z0-9])"
)
_CELL = re.compile(
    rb"(?i)(?<![a-z0-9])(?:utran-cell-id-3gpp|utran-sai-3gpp|eutran-cell-id|cgi-3gpp|ci-3gpp2(?:-femto)?|nrcgi|ecgi"
    rb"|i-wlan-node-id|dsl-location|fiber-location|eth-location|gstn-location|operator-specific-gi|cell[-_ ]?id)"
    rb"[\\\"']{0,2}[ \t]{0,2}[=:][ \t]{0,2}[\\\"']{0,2}([^\s;,\\\"'<>&]{2,128})"
)
_CELL_WORDS = (b"3gpp", b"3GPP", b"ell", b"-location", b"cgi", b"node-id", b"-GI")
_PLACE = re.compile(
    rb"(?i)(?<![a-z])(?:gps|geo|position|location|coord[a-z]{0,8}|lat(?:itude)?|lon(?:g(?:itude)?)?|lng|point)(?![a-z])"
)


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Coordinates and cell identifiers in ``data[start:end]``, in order; a pair of coordinates is one finding."""
    stop = len(data) if end is None else end
    found: list[Finding] = []
    shape = data.translate(ZEROED)
    if shape.find(b".0") >= 0:
        found += _degrees(data, shape, start, stop)
    if data.find(b"geo:") >= 0 or data.find(b"GEO:") >= 0:
        found += _matches(_GEO_URI, data, start, stop)
    if (
        (EQUALS in data or COLON in data)
        and shape.find(b"00") >= 0
        and any(data.find(word) >= 0 for word in _CELL_WORDS)
    ):
        found += _matches(_CELL, data, start, stop)
    if data.find(b"\xb0") >= 0:
        found += _matches(_DEGREES, data, start, stop, 0)
    if found:
        yield from ordered(found)


def _degrees(data: bytes, shape: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Coordinates written with a decimal point; ``shape`` is ``data`` with every digit zero."""
    if data.find(b"at") >= 0 or data.find(b"lon") >= 0 or data.find(b"ng") >= 0 or data.find(b"LAT") >= 0:
        yield from _matches(_LABELLED, data, start, stop)
    if data.find(b"pos") >= 0:
        yield from _matches(_POSITION, data, start, stop)
    if shape.find(b".000") >= 0:
        yield from _pairs(data, start, stop)
    if data.find(b"\xb0") < 0 and any(shape.find(mark) >= 0 for mark in (b"N0", b"S0", b"E0", b"W0", b",N,", b",S,")):
        yield from _matches(_DEGREES, data, start, stop, 0)


def _matches(pattern: re.Pattern[bytes], data: bytes, start: int, stop: int, group: int = 1) -> Iterator[Finding]:
    for match in pattern.finditer(data, start, stop):
        yield Finding(match.start(group), match.end(group), Entity.LOCATION, RULE)


def _pairs(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Two decimal degrees. Statistics look alike: fewer than four decimals need a word that speaks of a place."""
    for match in _PAIR.finditer(data, start, stop):
        first, second = match[1], match[2]
        if abs(float(first)) > 90 or abs(float(second)) > 180 or (abs(float(first)) < 1 and abs(float(second)) < 1):
            continue
        decimals = min(len(first.partition(b".")[2]), len(second.partition(b".")[2]))
        if decimals >= 4 and match[0][len(first) : len(first) + 1] != b" ":
            certain = True
        else:
            certain = _PLACE.search(data, max(0, match.start() - 48), match.start()) is not None
        if certain:
            yield Finding(match.start(), match.end(), Entity.LOCATION, RULE)
