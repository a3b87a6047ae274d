"""Which words of a text are addresses, numbers and identifiers, in the forms that need no decoding.

Each reading takes many words at once, in lower case and a line for each, and gives those of them that are originals.
A word is judged by itself, so a text is read as the set of its words, which is a third of a log or less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from itertools import islice
from math import exp

from scrubber.audit.known import Known
from scrubber.labelname import label_key
from scrubber.model import Entity
from scrubber.originals import BITS_MOST

Hit = tuple[bytes, Entity, str]
"""A piece of a word, what it is, and the notation; the empty one is the plain text."""

_QUAD = re.compile(rb"(?<![0-9])(?=((?:[0-9]{1,4}[._-]){3}[0-9]{1,4})(?![0-9]))")
_DOTTED = re.compile(rb"[0-9][0-9._-]{6,}")
_HEX_QUAD = re.compile(rb"0x[0-9a-f]{1,2}(?:\.0x[0-9a-f]{1,2}){3}")
_REVERSED_BEHIND = re.compile(rb"\.in-addr\b|\.[a-z]")
_REVERSE_ZONE = b".in-addr"
_LETTERS = re.compile(rb"(?<![0-9a-z.])[a-j]{1,3}(?:\.[a-j]{1,3}){3}(?![0-9a-z.])")
_LETTERS_DOT = re.compile(rb"[a-j](?:\.[a-j]{1,3}){3}(?![0-9a-z.])")
"""The end of one, from the last letter of its first group on: what is rare is looked for first."""
_TO_DIGITS = bytes.maketrans(b"abcdefghij", b"0123456789")
_RUN = re.compile(rb"[0-9a-z]{7,512}")
_FOUNDATION = re.compile(rb"(?:0x|[hsrp])?([0-9a-f]{7,8})")
"""Eight hexadecimal digits, also behind the letter of a candidate's kind, whose first zero may be left out."""
EPOCH = range(1_000_000_000, 2_200_000_000)
"""Seconds since 1970 of all logs there are; addresses from 59.154 to 131.33 look like them."""
_AS_NUMBER = re.compile(rb"[/@](?:(?<=//)|(?<=@))([0-9]{8,10})(?![0-9.])")
"""An address as one number where a host stands, so that it is no time."""
_COLONS = re.compile(
    rb"(?<![0-9a-z:])(?![0-9]{1,2}:[0-9]{2}:[0-9]{2}(?![0-9a-f:]))(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}"
)
_DOTS = b"._-"
_ONE_DOT = bytes.maketrans(b"_-", b"..")
_NIBBLES = re.compile(rb"(?:[0-9a-f]\.){31}[0-9a-f]")
_MAC = re.compile(rb"(?<![0-9a-f])(?=([0-9a-f]{2}(?:[:.-]?[0-9a-f]{2}){5})(?![0-9a-f]))")
_MAC_RUN = re.compile(rb"[0-9a-f][0-9a-f:.-]{11,}")
_MAC_SIGNS = b":.-"
_MAC_DIGITS = 12
_MAC_SHAPE = bytes.maketrans(b"123456789abcdef:.", b"000000000000000--")
_SHAPES = 4096
_DIGITS = re.compile(rb"[0-9]{7,64}(?:f[0-9]?)?")
_BEHIND_STAR = re.compile(rb"[*#]([0-9]{9,23})")
_BLANK = re.compile(rb"[0-9)] (?<!-[0-9]{2} )[(]?[0-9]")
_SPACED = re.compile(rb"[0-9]{1,10}\)?(?:[ \t.\-/(]{1,3}[0-9]{1,10}\)?){1,8}")
_SPACED_ROW = re.compile(rb"[0-9][0-9 \t.\-/()]{6,}")
_GROUP = re.compile(rb"\(?[0-9]{1,10}\)?")
DOTS_REVERSED = 31
"""Dots in the reverse name of an IPv6 address."""
LONGEST = 60
WIDEST = 24
"""Octets before a blank in which a number begins."""
_SEPARATED = re.compile(rb"[(+]?[0-9]{1,15}+(?:[().\-/]{1,2}+[0-9]{1,15}+){1,20}+")
_SEPARATED_RUN = re.compile(rb"[0-9(+][0-9().\-/+]{7,}")
_NO_COUNTER = rb"(?![0-9a-f]{1,7}(?<=-[0-9a-f]{8})(?![0-9a-z]))"
"""Not within the counter of a channel: the digits of ``320-00000f5f`` are no number."""
_ENUM = re.compile(rb"(?:[0-9][.]){6,17}[0-9](?![0-9])")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_ENCLOSED = rb"(?!(?:19|20)[0-9]{2}(?:-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}(?![0-9]))[0-9]{3,6}(?![0-9a-z]|[.%][0-9])"
"""A short number by itself; the year of a date is the extension of somebody where there are a thousand."""
_SHORT = re.compile(rb"[:/\"'<>](?<!=.)" + _ENCLOSED)
_AT = re.compile(rb"@(?<=[0-9]{3}@)")
_BEFORE_AT = re.compile(rb"(?:(?<![0-9a-z.:%/\"'<>])|(?<==[/\"'<>]))[0-9]{3,6}\Z")
"""Behind a sign it is the other expression that reads an extension."""
_WIDEST_AT = 8
"""Octets in which these stand."""
_ENCLOSING = b":/\"'<>"
_BEFORE = (b"sip:", b"sips:", b"tel:", b"pjsip/", b"sip/", b"iax2/", b"local/", b"agent/")
"""What a colon or slash belongs to behind which an extension stands."""
_BEFORE_CODE = b"reply("
"""Behind this a routing script gives the code of its answer."""
_UNDER = re.compile(rb"(?:\"([a-z0-9_.-]{1,48})\"\s{0,2}:\s{0,2}|<([a-z0-9_.-]{1,48})(?:\s[^<>]{0,56})?)\Z")
"""What stands before a number that is the value of a member of JSON or the text of an element."""
_WIDEST_UNDER = 64
_CODE = re.compile(rb"['\"<][1-6][0-9]{2}")
_ANSWERED = re.compile(rb"(?:expecting|answered|replied|(?:status|response)(?: code)?|priority)(?: |: {1,2})\Z")
"""What stands before the code of an answer between quotes, such as SIPp waits for."""
_MOST_PLACES = 1000
"""Places of one number that are looked at."""
_LABELS = (b"endpoint", b"contact", b"aor", b"exten", b"mailbox", b"peer", b"accountid", b"username", b"agent")
_LABELLED = re.compile(rb"(?:sion)?[ \t]{0,2}[:=]?[ \t]{0,2}[\"'<(]{0,2}([0-9]{3,6})(?![0-9a-z]|[.%:][0-9])")
"""Words behind which an extension stands, and what stands between."""
_MAPPED = {0xFFFF, 0x0064FF9B << 64, 0}
"""Upper 96 bits before an IPv4 address: mapped, NAT64, compatible (RFC 4291, RFC 6052)."""
_6TO4 = 0x2002
"""What stands before the IPv4 address of a 6to4 network (RFC 3056)."""
FEWEST_DIGITS = 7
WIDE_DIGITS = 32
_HEXADECIMAL = re.compile(rb"[0-9a-f]+")
COINCIDENCE = 1e-4
"""How likely a coincidence may be for a hit to count."""


def is_chance(hits: int, chances: float) -> bool:
    """Whether so many hits may be coincidence where ``chances`` are expected (Poisson)."""
    if not hits:
        return True
    term, below = exp(-min(chances, 700)), 0.0
    for count in range(hits):
        below += term
        term *= chances / (count + 1)
    return 1 - below > COINCIDENCE if chances > COINCIDENCE / 10 else chances > COINCIDENCE


def _spaced(text: bytes) -> bytes:
    """The rows of digits and signs that have enough digits for a number and a blank between them; no dates."""
    rows = {row for row in _SPACED_ROW.findall(text) if len(row.translate(None, _NO_DIGITS)) >= FEWEST_DIGITS}
    return b"\n".join([row for row in rows if _BLANK.search(row)])


@lru_cache(maxsize=_SHAPES)
def _mac_places(shape: bytes) -> list[tuple[int, int]]:
    """Where hardware addresses stand in a row of hexadecimal digits and signs, of which there are few shapes."""
    return [match.span(1) for match in _MAC.finditer(shape)]


class Forms:
    """The readings of words, for one set of originals."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def __call__(self, words: bytes) -> Iterator[Hit]:
        """The originals among words in lower case, a line for each."""
        known, several = self._known, words.split(b"\n")
        if known.ipv4 or known.ipv6 or known.macs:
            dotted = [word for word in several if len(word) > 6 and len(word) - len(word.translate(None, _DOTS)) > 2]
            yield from self._quads(b"\n".join(dotted))
            yield from self._nibbles(b"\n".join([word for word in dotted if word.count(b".") >= DOTS_REVERSED]))
            yield from self._wide(b"\n".join([word for word in several if word.count(b":") > 1]))
        several = [word for word in several if len(word) >= FEWEST_DIGITS]
        if known.macs:
            yield from self._macs(b"\n".join([word for word in several if len(word) >= _MAC_DIGITS]))
        if known.numbers or known.cards:
            numeric = [word for word in several if len(word.translate(None, _NO_DIGITS)) >= FEWEST_DIGITS]
            yield from self._numbers(b"\n".join(numeric))
        yield from self._runs(b"\n".join(several))

    def extensions(self, words: bytes, lines: bytes = b"") -> Iterator[Hit]:
        """Short numbers among words where an extension stands; elsewhere their few digits prove nothing.

        ``lines`` are where the words stand: what has no place there but under the name of a measure is nobody's.
        """
        known = self._known.extensions
        lowered = b""
        for match in _SHORT.finditer(words) if known else ():
            text = match[0]
            placed = text[:1] not in (b":", b"/") or words.endswith(_BEFORE, 0, match.start() + 1)
            if placed and text[1:] in known and not words.endswith(_BEFORE_CODE, 0, match.start()):
                lowered = lowered or lines.lower()
                if not self._is_measure(text, lowered):
                    yield text, Entity.EXTENSION, ""
        for match in _AT.finditer(words) if known else ():
            at = match.start()
            before = _BEFORE_AT.search(words[max(0, at - _WIDEST_AT) : at])
            if before is not None and before[0] in known:
                yield before[0], Entity.EXTENSION, ""

    def _is_measure(self, text: bytes, lines: bytes) -> bool:
        """Whether a number with the sign before it stands only as a value of measures in JSON and XML, or as a code."""
        if text[:1] not in (b'"', b"'", b">", b"<"):
            return False
        code = _CODE.fullmatch(text) is not None
        places = [match.start() for match in islice(re.finditer(re.escape(text), lines), _MOST_PLACES)]
        for at in places:
            if code and _ANSWERED.search(lines, max(0, at - _WIDEST_UNDER), at) is not None:
                continue
            under = _UNDER.search(lines, max(0, at - _WIDEST_UNDER), at)
            if under is None or label_key(under[1] or under[2]) not in self._known.measured:
                return False
        return 0 < len(places) < _MOST_PLACES

    def labelled(self, text: bytes) -> Iterator[Hit]:
        """Short numbers behind a word that says what they are."""
        known, lowered = self._known.extensions, text.lower() if self._known.extensions else b""
        for label in _LABELS if known else ():
            at = lowered.find(label)
            while at >= 0:
                found = _LABELLED.match(lowered, at + len(label))
                if found is not None and found[1] in known:
                    yield lowered[at : found.end()], Entity.EXTENSION, ""
                at = lowered.find(label, at + len(label))

    def spaced(self, text: bytes) -> Iterator[Hit]:
        """Numbers in groups between blanks, which no word holds."""
        number, done = self._known.number, 0
        groups: set[bytes] = set()
        text = _spaced(text) if self._known.numbers or self._known.cards else b""
        for blank in _BLANK.finditer(text):
            if blank.start() >= done:
                for match in _SPACED.finditer(text, max(done, blank.start() - WIDEST), blank.end() + LONGEST):
                    if match.start() > blank.end():
                        break
                    done = match.end()
                    groups.add(match[0])
        for found in groups:
            digits = found.translate(None, _NO_DIGITS)
            if len(digits) >= FEWEST_DIGITS and (b"(0)" in found or self._known.may_hold(digits)):
                yield from self._grouped(found, number)

    @staticmethod
    def _grouped(text: bytes, number: Callable[[bytes], Entity | None]) -> Iterator[Hit]:
        """A number among neighbouring groups of digits, with or without a trunk digit in brackets."""
        groups = _GROUP.findall(text)
        for first in range(len(groups)):
            digits = bare = b""
            for group in groups[first:]:
                digits += group.strip(b"()")
                bare += b"" if group == b"(0)" else group.strip(b"()")
                entity = number(digits) if len(digits) >= FEWEST_DIGITS else None
                if entity is None and bare != digits and len(bare) >= FEWEST_DIGITS:
                    entity = number(bare)
                if entity is not None:
                    yield text, entity, ""
                    return

    def spread(self, row: bytes) -> bool:
        """Whether a row of digits holds a number, each digit of which may stand there twice."""
        numbers = self._known.numbers
        lengths = {len(digits) for digits in numbers}
        return any(
            one[at : at + length] in numbers
            for one in (row, row[::2], row[1::2])
            for length in lengths
            for at in range(len(one) - length + 1)
        )

    def _quads(self, words: bytes) -> Iterator[Hit]:
        known = self._known.ipv4
        rows = {row for row in _DOTTED.findall(words) if len(row) - len(row.translate(None, _DOTS)) > 2}
        reverse = _REVERSE_ZONE in words
        for text in set(_QUAD.findall(b"\n".join(rows))):
            parts = text.translate(_ONE_DOT).split(b".")
            if _number(parts, 10) in known:
                if not reverse or _is_forward(text, words):
                    yield text, Entity.IPV4, ""
            elif text.startswith(b"0") and _number(parts, 8) in known:
                yield text, Entity.IPV4, "octal"
            elif _number([part[::-1] for part in reversed(parts)], 10) in known:
                yield text, Entity.IPV4, "reversed"
            elif _number(parts[::-1], 10) in known and _REVERSED_BEHIND.match(words, words.find(text) + len(text)):
                yield text, Entity.IPV4, "reverse-name"
        for text in set(_HEX_QUAD.findall(words)) if b"0x" in words else ():
            if _number(text.split(b"."), 16) in known:
                yield text, Entity.IPV4, "hex"
        ends = (words[max(0, end.start() - 3) : end.end()] for end in _LETTERS_DOT.finditer(words))
        for text in set(_LETTERS.findall(b"\n".join(ends))):
            if _number(text.translate(_TO_DIGITS).split(b"."), 10) in known:
                yield text, Entity.IPV4, "letters"

    def _runs(self, words: bytes) -> Iterator[Hit]:
        """Marks of identifiers, and addresses as eight hexadecimal digits or as one number."""
        known = self._known.ipv4
        found: list[Hit] = []
        runs = set(_RUN.findall(words))
        tried = 0
        for run in runs:
            hexadecimal = _FOUNDATION.fullmatch(run) if known and len(run) < 11 else None
            if hexadecimal is not None:
                tried += 2
                number = int(hexadecimal[1], 16)
                if number in known or int.from_bytes(number.to_bytes(4, "big"), "little") in known:
                    found.append((run, Entity.IPV4, "hex"))
            if len(run) == WIDE_DIGITS and _HEXADECIMAL.fullmatch(run) and self._is_wide(int(run, 16)):
                yield run, Entity.IPV6, "hex"
            if run.isdigit() and 7 < len(run) < 11:
                tried += 1
                if int(run) in known and int(run) not in EPOCH:
                    found.append((run, Entity.IPV4, "decimal"))
        if not is_chance(len(found), len(known) * tried / 2**32):
            yield from found
        for number in set(_AS_NUMBER.findall(words)) if known else ():
            if int(number) in known:
                yield number, Entity.IPV4, "decimal"
        yield from self._marks(runs)

    def _wide(self, words: bytes) -> Iterator[Hit]:
        for text in set(_COLONS.findall(words)):
            try:
                number = int(IPv6Address(text.rstrip(b".").decode("ascii")))
            except AddressValueError:
                continue
            if self._is_wide(number):
                yield text, Entity.IPV6, ""
            elif len(text) > SHORTEST_REVERSED and self._is_wide(_backwards(text)):
                yield text, Entity.IPV6, "reversed"

    def _nibbles(self, words: bytes) -> Iterator[Hit]:
        for text in set(_NIBBLES.findall(words)):
            if self._is_wide(int(text.replace(b".", b"")[::-1], 16)):
                yield text, Entity.IPV6, "reverse-name"

    def _is_wide(self, number: int) -> bool:
        """Whether an IPv6 address, the IPv4 address in it or the hardware address behind it is an original."""
        known = self._known
        if number in known.left.ipv6:
            return False
        if number in known.ipv6 or (number >> 32 in _MAPPED and number & 0xFFFFFFFF in known.ipv4):
            return True
        if number >> 112 == _6TO4 and number >> 80 & 0xFFFFFFFF in known.ipv4:
            return True
        if number >> 24 & 0xFFFF != 0xFFFE:
            return False
        return (number >> 40 & 0xFFFFFF ^ 0x020000) << 24 | number & 0xFFFFFF in known.macs

    def _macs(self, words: bytes) -> Iterator[Hit]:
        rows = set(_MAC_RUN.findall(words))
        found = {row[start:end] for row in rows for start, end in _mac_places(row.translate(_MAC_SHAPE))}
        for text in found:
            digits = text.translate(None, _MAC_SIGNS)
            if int(digits, 16) in self._known.macs:
                yield text, Entity.MAC, ""
            elif int(digits[::-1], 16) in self._known.macs:
                yield text, Entity.MAC, "reversed"

    def _numbers(self, words: bytes) -> Iterator[Hit]:
        number, numbers = self._known.number, self._known.numbers
        for text in set(_DIGITS.findall(words)):
            digits = text.partition(b"f")[0]
            entity = number(digits)
            if entity is not None:
                yield text, entity, ""
            elif len(digits) > 8 and (digits[::-1] in numbers or digits[::-1] in self._known.cards):
                yield text, Entity.NUMBER, "reversed"
            elif len(digits) > 7 and _swapped(text) in numbers:
                yield text, Entity.NUMBER, "bcd"
        rows = {row for row in _SEPARATED_RUN.findall(words) if not row.isdigit()}
        for text in set(_SEPARATED.findall(b"\n".join(rows))):
            digits = text.translate(None, _NO_DIGITS)
            entity = number(digits) if 7 <= len(digits) <= 20 else None
            if entity is None and b"(0)" in text:
                entity = number(text.replace(b"(0)", b"").translate(None, _NO_DIGITS))
            if entity is not None and re.search(re.escape(text) + _NO_COUNTER, words) is not None:
                yield text, entity, ""
        for match in _BEHIND_STAR.finditer(words) if b"*" in words or b"#" in words else ():
            if number(match[1][2:]) is not None or number(match[1][3:]) is not None:
                yield match[0], Entity.NUMBER, ""
        for text in set(_ENUM.findall(b"\n".join([word for word in words.split(b"\n") if word.count(b".") > 5]))):
            if number(text[::-2]) is not None:
                yield text, Entity.NUMBER, "enum"

    def _marks(self, runs: set[bytes]) -> Iterator[Hit]:
        marked, needed = self._known.marked, self._known.needed
        for run in runs if self._known.marks.count else ():
            if len(run) * BITS_MOST < needed or run.isalpha() or run.isdigit():
                continue
            if marked(run.removeprefix(b"z9hg4bk")):
                yield run, Entity.IDENTIFIER, ""
            elif marked(run[::-1]):
                yield run, Entity.IDENTIFIER, "reversed"


SHORTEST_REVERSED = 12


def _backwards(text: bytes) -> int:
    try:
        return int(IPv6Address(text[::-1].decode("ascii")))
    except AddressValueError:
        return -1


def _number(parts: list[bytes], base: int) -> int:
    """The address of four octets in the given base; -1 when they are none."""
    number = 0
    for part in parts:
        try:
            octet = int(part, base)
        except ValueError:
            return -1
        if octet > 255:
            return -1
        number = number << 8 | octet
    return number


def _is_forward(text: bytes, words: bytes) -> bool:
    """Whether an address stands anywhere but in a reverse name, where its octets are those of another one."""
    at = words.find(text)
    while at >= 0 and words.startswith(_REVERSE_ZONE, at + len(text)):
        at = words.find(text, at + 1)
    return at >= 0


def _swapped(text: bytes) -> bytes:
    """Digits whose pairs are swapped, as octets with the lower half first print in hexadecimal."""
    pairs = bytearray(len(text) // 2 * 2)
    pairs[::2], pairs[1::2] = text[1 : len(pairs) : 2], text[: len(pairs) : 2]
    return bytes(pairs).rstrip(b"f")
