"""What the first pass met, in the forms an audit looks for: packed addresses, digits, and marks of identifiers.

A lexicon holds what is worth sweeping out of any text. An audit asks for more: every address, card, key and identifier
that was replaced because of its place. They are kept as numbers, identifiers as 64 bits of a digest, in sets that are
bounded (:mod:`scrubber.marks`), so the memory is, too, whatever the input. Of more than that a sample is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv6Address

from scrubber.detectors.address import begins_release
from scrubber.marks import Few, Marks
from scrubber.model import Entity
from scrubber.placed import Placed
from scrubber.pseudonyms import address

LONGEST = 1 << 12
"""Octets of a value that are read for marks."""
VOICE, DIALLED, UNKNOWN = "rtp-payload", "rtp-event", "unknown payload"
"""Why octets are blanked that stay nowhere else, either."""
SHORTEST_MARK = 8
"""Letters and digits of an identifier that may tell it from any other."""

QUAD = re.compile(rb"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])")
_COLONS = re.compile(rb"(?=[^:]{0,4}:[^:]{0,4}:)[0-9A-Fa-f:]{2,39}(?:\.[0-9]{1,3}){0,3}")
RUN = re.compile(rb"[0-9A-Za-z]{%d,512}" % SHORTEST_MARK)
_MAGIC = b"z9hg4bk"
_HEXADECIMAL = re.compile(rb"[0-9a-f]*[a-f][0-9a-f]*")
_BITS_HEXADECIMAL, BITS_MOST = 4, 5
_POINTER = b"0x"
_FEWEST_DIGITS = 2
"""A run of letters with fewer digits may be a word."""


def bits(run: bytes) -> int:
    """About how many bits tell a run of letters and digits in lower case from any other; 0 when it may be no random."""
    letters = len(run.translate(None, b"0123456789"))
    if not letters or len(run) - letters < _FEWEST_DIGITS or run.startswith(_POINTER):
        return 0
    return len(run) * (_BITS_HEXADECIMAL if _HEXADECIMAL.fullmatch(run) else BITS_MOST)


def runs(value: bytes) -> list[bytes]:
    """The runs of an identifier that may tell it from any other, in lower case, without the cookie of RFC 3261."""
    lowered = value[:LONGEST].lower()
    return [run.removeprefix(_MAGIC) for run in RUN.findall(lowered)]


class Originals:
    """Values of the inputs that no sweep needs but every audit looks for."""

    __slots__ = (
        "_blanked",
        "cards",
        "dialled",
        "ipv4",
        "ipv6",
        "marks",
        "octets",
        "placed",
        "places",
        "quads",
        "releases",
    )

    def __init__(self) -> None:
        self.ipv4: Few[int] = Few()
        self.ipv6: Few[int] = Few()
        self.quads: Few[int] = Few()
        """Four dotted numbers that are addresses unless they are releases."""
        self.releases: Few[int] = Few()
        """Four dotted numbers in places where only the release of a program stands."""
        self.cards: Few[bytes] = Few()
        self.places: Few[bytes] = Few()
        """Positions on the globe, as they were written."""
        self.marks = Marks()
        self.dialled = False
        """Whether digits were dialled: any digit that no mark stands for is one of them."""
        self.octets: Few[bytes] = Few()
        """Samples of payloads that no output may hold."""
        self.placed = Placed()
        """What proves something in its place alone."""
        self._blanked = 0

    def add(self, entity: Entity, value: bytes) -> None:
        """Remember ``value`` in the form in which it is looked for, if it has one."""
        adder = _ADDERS.get(entity)
        if adder is not None:
            adder(self, value)

    def key(self, value: bytes) -> None:
        """Remember keying material or an identifier by its marks, which tell nothing of it."""
        for run in runs(value):
            if bits(run):
                self.marks.add(run)

    def blanked(self, payload: bytes, reason: str) -> None:
        """Remember octets that were to be blanked: digits, a sample of what may stay nowhere, or how they begin."""
        if reason == DIALLED:
            self.digits(payload)
            return
        if reason != VOICE:  # of which there is far more than can be remembered
            self.placed.drop(reason, payload)
        if reason in (VOICE, UNKNOWN):
            self._sample(payload)

    def _sample(self, payload: bytes) -> None:
        """Take a sample of a payload, of the first ones and of one in :data:`SAMPLED` after them."""
        self._blanked += 1
        if len(payload) < SAMPLE or (self._blanked > SAMPLED and self._blanked % SAMPLED):
            return
        sample = bytes(payload[(len(payload) - SAMPLE) // 2 :][:SAMPLE])
        random = (
            len(set(sample)) >= FEWEST_DIFFERENT and SAMPLE - len(sample.translate(None, _READABLE)) <= MOST_READABLE
        )
        if random and len(self.octets) < MOST_SAMPLES:
            self.octets.add(sample)

    def merge(self, other: Originals) -> None:
        """Take over everything another one met, as far as there is room."""
        self.ipv4.unite(other.ipv4)
        self.ipv6.unite(other.ipv6)
        self.quads.unite(other.quads)
        self.releases.unite(other.releases)
        self.cards.unite(other.cards)
        self.places.unite(other.places)
        self.octets.unite(other.octets)
        self.marks.merge(other.marks)
        self.placed.merge(other.placed)
        self.dialled = self.dialled or other.dialled

    def release(self, value: bytes) -> None:
        """Four dotted numbers that are declared to be a release."""
        number = quad_number(value)
        if number is not None:
            self.releases.keep(number)

    def quad(self, value: bytes) -> None:
        """Four dotted numbers of which nothing tells what they are."""
        number = quad_number(value)
        if number is not None:
            self.quads.keep(number)

    def is_release(self, number: int) -> bool:
        """Whether a quad is a release somewhere and certainly an address nowhere."""
        return number in self.releases and number not in self.ipv4 and self.ipv4.whole

    def addresses(self) -> set[int]:
        """Every IPv4 address that was met."""
        return self.ipv4 | {number for number in self.quads if not self.is_release(number)}

    def address(self, value: bytes, *, certain: bool = True) -> None:
        """Whatever addresses stand in a value: with a port, in brackets, behind a prefix, as one number.

        Not ``certain``: what stands in an opaque value may be a release, if it begins like one.
        """
        spelled = address.ipv4_spelled(value)
        if spelled is not None:
            self.ipv4.keep(int.from_bytes(bytes(spelled), "big"))
        for quad in QUAD.findall(value[:LONGEST]):
            number = quad_number(quad)
            if number is not None:
                (self.ipv4 if certain or not begins_release(number >> 24) else self.quads).keep(number)
        for text in _COLONS.findall(value[:LONGEST]):
            number = ipv6_number(text)
            if number is not None:
                self.ipv6.keep(number)

    def identifier(self, value: bytes) -> None:
        """An identifier, and the address in it."""
        self.key(value)
        if b"." in value or b":" in value:
            self.address(value, certain=False)

    def card(self, value: bytes) -> None:
        """The digits of a payment card."""
        digits = re.sub(rb"[^0-9]", b"", value[:LONGEST])
        if len(digits) >= SHORTEST_CARD:
            self.cards.keep(digits)

    def digits(self, value: bytes) -> None:
        """Dialled digits: which ones does not matter."""
        self.dialled = self.dialled or bool(value)

    def position(self, value: bytes) -> None:
        """A position on the globe."""
        text = value.strip()
        if len(text) <= LONGEST_PLACE and len(re.findall(rb"[0-9]", text)) >= FEWEST_IN_PLACE:
            self.places.keep(text)


SAMPLE = 16
"""Octets of a sample."""
SAMPLED, MOST_SAMPLES = 64, 512
FEWEST_DIFFERENT = 11
"""Different octets of a sample; fewer are silence, filling, or the numbers that a protocol always says."""
_READABLE = bytes(range(0x20, 0x7F)) + b"\t\r\n"
MOST_READABLE = 9
"""Octets of a sample that may be text. Text is read for what is in it, and may stay elsewhere."""
SHORTEST_CARD = 12
"""Digits."""
FEWEST_IN_PLACE = 5
"""Digits of a position that say more than a town."""
LONGEST_PLACE = 64


def quad_number(quad: bytes) -> int | None:
    """The address of a dotted quad, whose octets may be filled up with zeros; None when one is above 255."""
    number = 0
    for text in quad.split(b"."):
        octet = int(text)
        if octet > 255:
            return None
        number = number << 8 | octet
    return number


def ipv6_number(text: bytes) -> int | None:
    """The address of an IPv6 text without brackets or zone; None for anything else."""
    try:
        return int(IPv6Address(text.decode("ascii")))
    except (AddressValueError, UnicodeDecodeError):
        return None


_ADDERS: Mapping[Entity, Callable[[Originals, bytes], None]] = {
    Entity.IPV4: Originals.address,
    Entity.IPV6: Originals.address,
    Entity.HOST: Originals.address,
    Entity.URL: Originals.identifier,
    Entity.CALL_ID: Originals.identifier,
    Entity.TAG: Originals.identifier,
    Entity.BRANCH: Originals.identifier,
    Entity.IDENTIFIER: Originals.identifier,
    Entity.DEVICE: Originals.identifier,
    Entity.NONCE: Originals.key,
    Entity.HASH: Originals.key,
    Entity.CARD: Originals.card,
    Entity.DTMF: Originals.digits,
    Entity.LOCATION: Originals.position,
}
