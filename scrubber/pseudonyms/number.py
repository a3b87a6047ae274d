"""Telephone numbers: one subscriber, one surrogate, in every spelling.

A number is read as *prefix* (``+``, ``00``, ``011``, an outside-line ``9``, country code, trunk ``0``) and *national
significant number* (ITU-T E.164). The prefix and everything that is no digit stay; the significant number is replaced
by one of the same length that nobody can be assigned. Its last digits are permuted whatever the country, so that even
spellings whose country is unknown end alike. Short numbers, six digits or fewer, are permuted within their length.

Domain reference for what must survive: dial-plan shapes, short codes, emergency numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from scrubber.pseudonyms.key import Key

EMPTY: Mapping[bytes, bytes] = MappingProxyType({})
"""The plan of someone who has learned nothing."""

LONGEST_EXTENSION = 6
"""Digits; longer ones are telephone numbers."""

_SPECIAL = frozenset(
    b"000 101 110 111 112 118 119 911 933 988 999 9911".split()  # emergency, police, health, crisis; with outside line
)
_EUROPEAN_SERVICE = re.compile(rb"116[0-9]{3}")
"""Harmonised services of social value, Commission Decision 2007/116/EC."""
_FEATURE_MARKS = (b"*", b"#")
_FEATURE = re.compile(rb"[*#][0-9]{1,3}[*#]?|[*#]{2}[0-9]{1,3}[*#]")

_SEGMENT = re.compile(rb"\+?[ (]{0,2}[0-9](?:[ ().\-/\t\x80-\xff]{0,8}[0-9])*+")
"""Digits with the visual separators of RFC 3966 and of print; bytes above ASCII are no-break blanks and dashes."""
_NOT_DIGITS = bytes(byte for byte in range(256) if not 0x30 <= byte <= 0x39)
_TRUNK_ZERO = re.compile(rb"\( ?0 ?\)")

_INTERNATIONAL = re.compile(
    rb"9(?:0011|00|011)(?=[1-9][0-9]{9})"  # outside line first
    rb"|0{1,2}011(?=[1-9][0-9]{8})|011(?=[1-9][0-9]{8})"  # Australia, North America
    rb"|810(?=[1-9][0-9]{9})"  # Russia and its neighbours
    rb"|0{2,3}(?=[1-9][0-9]{6})"  # ITU-T E.123; a third zero is an outside line
)
_NORTH_AMERICAN = re.compile(rb"1(?=[2-9][0-8][0-9][2-9][0-9]{6}\Z)")
_OUTSIDE_LINES = (b"", b"9", b"0", b"8")
_PREFIXES = (b"", b"00", b"011", b"0011", b"810")
_TRUNKS: Mapping[bytes, tuple[bytes, ...]] = {b"1": (b"1",), b"7": (b"0", b"8"), b"36": (b"06",)}
_LONGEST_PREFIX = 9

_SHORT_CODES = frozenset(
    b"20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86"
    b" 90 91 92 93 94 95 98".split()
)
"""Country codes of two digits; 1 and 7 stand alone, every other has three (ITU-T E.164 annex)."""
_ZERO_IS_SIGNIFICANT = frozenset(
    b"39 225 226 227 229 241 242 247 250 267 268 378 501 507 676 679 687 800 853 881 888 992".split()
)
"""Country codes whose significant numbers can start with 0, so that a 0 after the code is no trunk digit."""

_UNASSIGNED_AREAS = tuple(
    b"%d" % area
    for area in range(200, 999)
    if area // 10 % 10 == 9 or area // 10 in (37, 96)  # the expansion codes N9X, and 37X and 96X held in reserve
)
"""Area codes the North American Numbering Plan cannot assign."""

_LEAST_FREE = 8
"""With fewer unassigned ranges under a first digit, those of the whole country are used."""
_TRIES = 64
_CHUNK = 18

_LONGEST_SIGNIFICANT = 17
_SAMPLES = [int(b"%d" % digit * _LONGEST_SIGNIFICANT) for digit in range(10)]
_SAMPLES += [0x9E3779B97F4A7C15 * step >> 8 for step in range(1, 31)]
"""Continuations to try: repeated digits and multiples of the golden ratio, spread evenly."""

_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
"""Kinds of number in the metadata; a number is valid when it is of one."""


class _Reading(NamedTuple):
    """How the digits of a number divide: the first ``prefix`` stay, the rest is significant in country ``code``."""

    prefix: int
    code: bytes
    """Country code; empty when unknown."""


class _Ranges(NamedTuple):
    """The leading digits that share a first one, in one country and for one length of number."""

    digits: int
    """How many leading digits make a prefix."""
    own: tuple[bytes, ...]
    """Sorted: the prefixes under the first digit that no number can have."""
    free: tuple[bytes, ...]
    """Where surrogates go: the same, or those of the whole country."""
    valid: re.Pattern[bytes]
    """Matches every valid significant number of the country."""


def number(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return ``value`` with its telephone numbers replaced digit for digit; all other bytes and the length stay.

    ``plan`` maps significant numbers seen elsewhere to their country code (``2079460958`` to ``44``); it makes
    ``020 7946 0958`` and ``+44 20 7946 0958`` one number. Emergency numbers and feature codes stay; a feature code
    before a number (``*67``) stays while the number is replaced; digits after ``x``, ``,``, ``#`` count for themselves.
    Percent-escapes must be decoded first. Letters stay.
    """
    if is_special(value):
        return value
    if value.isdigit():
        return _long(key, value, _read(value, value, plan)) if len(value) > LONGEST_EXTENSION else _short(key, value)
    return _SEGMENT.sub(lambda match: _segment(key, match, plan), value)


def extension(key: Key, value: bytes) -> bytes:
    """Return ``value`` with its short numbers replaced: what ``number`` does for someone who has learned nothing."""
    return number(key, value)


def is_special(digits: bytes) -> bool:
    """Tell whether ``digits`` is an emergency number, a short service code or a feature code (``*97``): nobody."""
    if digits[:1] in _FEATURE_MARKS:
        return _FEATURE.fullmatch(digits) is not None
    return digits in _SPECIAL or (digits[:3] == b"116" and _EUROPEAN_SERVICE.fullmatch(digits) is not None)


def national_forms(value: bytes) -> tuple[bytes, ...]:
    """Return the significant numbers to enter in a plan for ``value``; none unless it says its country itself."""
    for match in _SEGMENT.finditer(value):
        _, digits = _without_feature(match)
        reading = _read(match.group(), digits, EMPTY)
        if reading.code and len(digits) - reading.prefix > LONGEST_EXTENSION:
            return (digits[reading.prefix :],)
    return ()


def _segment(key: Key, match: re.Match[bytes], plan: Mapping[bytes, bytes]) -> bytes:
    text = match.group()
    feature, digits = _without_feature(match)
    if len(digits) > LONGEST_EXTENSION:
        mapped = _long(key, digits, _read(text, digits, plan))
    elif text[:1] == b"+" and digits == _country(digits):
        mapped = digits
    else:
        mapped = _short(key, digits)
    if not feature and len(text) == len(digits):
        return mapped
    source = iter(feature + mapped)
    return bytes(next(source) if 0x30 <= byte <= 0x39 else byte for byte in text)


def _without_feature(match: re.Match[bytes]) -> tuple[bytes, bytes]:
    """Split the digits of a segment into those of a feature code, kept, and the others.

    ``*67`` and ``#31#`` stay, of ``*981001`` the first two digits; after ``**`` (pick-up) a bare number is a number.
    """
    digits = match.group().translate(None, _NOT_DIGITS)
    before = match.string[max(0, match.start() - 2) : match.start()]
    if before[-1:] not in (b"*", b"#") or before[:1].isdigit():
        return b"", digits
    if len(before) == 2 and before[0] in b"*#":
        closed = match.string[match.end() : match.end() + 1] in (b"*", b"#")
        return (digits, b"") if closed and len(digits) <= 3 else (b"", digits)
    return (digits, b"") if len(digits) <= 3 else (digits[:2], digits[2:])


def _read(text: bytes, digits: bytes, plan: Mapping[bytes, bytes]) -> _Reading:
    """Find prefix and country of ``digits``, the digits of ``text``, which may start with ``+`` or hold a ``(0)``."""
    if text[:1] == b"+":
        return _after_code(text, digits, 0)
    for cut in range(min(_LONGEST_PREFIX, len(digits) - LONGEST_EXTENSION) if plan else 0):
        code = plan.get(digits[cut:])
        if code and digits[:cut] in _prefixes(code):
            return _Reading(cut, code)
    match = _INTERNATIONAL.match(digits)
    if match is not None:
        return _after_code(text, digits, match.end())
    if _NORTH_AMERICAN.match(digits):
        return _Reading(1, b"1")
    if digits[:1] == b"0":
        return _Reading(2 if digits[1:2] == b"0" else 1, b"")
    return _Reading(1 if digits[:1] == b"1" and len(digits) == 11 else 0, b"")


def _after_code(text: bytes, digits: bytes, start: int) -> _Reading:
    """Read the country code at ``start`` and a trunk ``0`` after it, as in ``+44 (0)20`` or, wrongly, ``+44020``."""
    code = _country(digits[start : start + 3])
    end = start + len(code)
    if not code:
        return _Reading(start, b"")
    if digits[end : end + 1] == b"0":
        zero = _TRUNK_ZERO.search(text)
        bracketed = zero is not None and len(text[: zero.start()].translate(None, _NOT_DIGITS)) == end
        if bracketed or code not in _ZERO_IS_SIGNIFICANT:
            end += 1
    return _Reading(end, code)


def _country(digits: bytes) -> bytes:
    """Return the country code at the start of ``digits``, or nothing."""
    if digits[:1] in (b"1", b"7"):
        return digits[:1]
    if digits[:2] in _SHORT_CODES:
        return digits[:2]
    return digits[:3] if digits[:1] != b"0" and len(digits) >= 3 else b""


@lru_cache(maxsize=512)
def _prefixes(code: bytes) -> frozenset[bytes]:
    """Return what may stand before a significant number of country ``code``."""
    national = (b"", *_TRUNKS.get(code, (b"0",)))
    international = [prefix + code + zero for prefix in _PREFIXES for zero in (b"", b"0")]
    return frozenset(line + prefix for line in _OUTSIDE_LINES for prefix in (*national, *international))


def _short(key: Key, digits: bytes) -> bytes:
    """Permute a short number among those of its length, first digit zero or not, no special one taken or given."""
    if len(digits) < 2 or is_special(digits):
        return digits
    mapped = digits
    while True:
        mapped = _shuffled(key, b"extension", mapped)
        if not is_special(mapped):
            return mapped


def _long(key: Key, digits: bytes, reading: _Reading) -> bytes:
    significant = digits[reading.prefix :]
    cut = min(len(significant), max(3, len(significant) - 6))
    head, tail = significant[:cut], significant[cut:]
    if tail:
        tail = b"%0*d" % (len(tail), key.permute(b"number-tail", int(tail), 10 ** len(tail)))
    mapped = _unassignable(key, reading.code, head, tail) if reading.code else None
    if mapped is None:
        mapped = _shuffled(key, b"number-head", head) + tail
    return digits[: reading.prefix] + mapped


def _shuffled(key: Key, domain: bytes, digits: bytes) -> bytes:
    """Permute digits, long ones in chunks; a leading zero stays, another first digit does not become zero."""
    zero = b"0" if digits[:1] == b"0" else b""
    body = digits[len(zero) :]
    parts = [zero]
    for place in range(0, len(body), _CHUNK):
        chunk = body[place : place + _CHUNK]
        top = 10 ** len(chunk)
        low = 0 if zero or place else top // 10
        mapped = low + key.permute(domain, int(chunk) - low, top - low, zero + b"%d" % place)
        parts.append(b"%0*d" % (len(chunk), mapped))
    return b"".join(parts)


def _unassignable(key: Key, code: bytes, head: bytes, tail: bytes) -> bytes | None:
    """Return ``head`` moved to a range of the country that holds no number, and ``tail``; ``None`` when none is known.

    The first digit stays where the country leaves ranges free under it, since dial plans route on it. Heads are spread
    evenly over the free ranges, and do not meet as long as these suffice.
    """
    ranges = _ranges(code, len(head) + len(tail), head[:1])
    if ranges is None:
        return None
    prefix, rest = head[: ranges.digits], head[ranges.digits :]
    rank, count = _rank(prefix, ranges.own)
    low, size = 0, 10 ** len(rest)
    if code == b"1" and rest:  # an exchange code starts with 2 to 9
        low, size = (2, 8) if rest >= b"2" else (0, 2)
    slots = len(ranges.free) * size
    start = key.permute(b"number-range", rank * size + int(rest or b"0") - low, count * size, code + b"," + head[:1])
    for slot in range(start, start + min(_TRIES, slots)):
        middle, area = divmod(slot % slots, len(ranges.free))
        mapped: bytes = ranges.free[area] + (b"%0*d" % (len(rest), low + middle) if rest else b"") + tail
        if not ranges.valid.fullmatch(mapped):
            return mapped
    return None


def _rank(prefix: bytes, free: tuple[bytes, ...]) -> tuple[int, int]:
    """Return the rank of a prefix among the free ones, or the others, under its first digit, and how many these are."""
    below = bisect_left(free, prefix)
    if prefix in free[below : below + 1]:
        return below, len(free)
    return int(prefix[1:]) - below, 10 ** (len(prefix) - 1) - len(free)


@lru_cache(maxsize=8192)
def _ranges(code: bytes, length: int, first: bytes) -> _Ranges | None:
    """Find where numbers of one country, length and first digit can go; ``None`` when the country has no such length.

    Three leading digits decide, or four when three leave little free, or else the free ranges of the whole country.
    """
    import phonenumbers  # costs 25 ms and 10 MB, spared to whoever meets no number with a country

    if not code.isdigit() or not 4 <= length <= _LONGEST_SIGNIFICANT:
        return None
    sample = phonenumbers.PhoneNumber(country_code=int(code), national_number=10 ** (length - 1))
    if not phonenumbers.is_possible_number(sample):
        return None
    valid = _valid_pattern(int(code))
    for digits in (3, 4) if length >= 10 else (3,):
        free = _free(valid, code, length, first, digits)
        if len(free) >= _LEAST_FREE:
            return _Ranges(digits, free, free, valid)
    everywhere = [_free(valid, code, length, b"%d" % digit, 3) for digit in range(1, 10)]
    target = tuple(prefix for group in everywhere for prefix in group)
    return _Ranges(3, (), target, valid) if target else None


def _free(valid: re.Pattern[bytes], code: bytes, length: int, first: bytes, digits: int) -> tuple[bytes, ...]:
    """Return the prefixes none of whose sampled continuations is valid; what the samples overlook is caught on use."""
    width = length - digits
    tails = [b"%0*d" % (width, sample % 10**width) for sample in _SAMPLES]
    prefixes = (b"%b%0*d" % (first, digits - 1, rest) for rest in range(10 ** (digits - 1)))
    return tuple(
        prefix
        for prefix in prefixes
        if (code != b"1" or prefix in _UNASSIGNED_AREAS)
        and prefix[:2] != b"00"  # would read as an international prefix
        and prefix[:3] not in _SPECIAL
        and not any(valid.fullmatch(prefix + tail) for tail in tails)
    )


@lru_cache(maxsize=256)
def _valid_pattern(code: int) -> re.Pattern[bytes]:
    """Compile what every valid significant number of a country code matches, whatever its region and kind."""
    import phonenumbers

    patterns: set[str | None] = set()
    for region in phonenumbers.region_codes_for_country_code(code):
        metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        kinds = [getattr(metadata, kind) for kind in _KINDS]
        patterns.update(kind.national_number_pattern for kind in kinds if kind is not None)
    return re.compile("|".join(sorted(pattern for pattern in patterns if pattern)).encode())
