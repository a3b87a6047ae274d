"""What was learned from structured places.

A :class:`Lexicon` only collects; it is merged over all files of a set before anything is rewritten, so the order of
files does not matter.
"""

from __future__ import annotations

import re

from scrubber.detectors import reference
from scrubber.edges import CJK
from scrubber.encodings import percent_decode, quoted_unescape, words_decode
from scrubber.grammar.composite import is_moment
from scrubber.model import Entity
from scrubber.originals import FEWEST_IN_PLACE, LONGEST_PLACE, Originals
from scrubber.pseudonyms.number import national_forms
from scrubber.terminal import OVERDRAWN

SHORTEST_WORD = 3
SHORTEST_SECRET = 5
SHORTEST_TEXT = 20
SHORTEST_PADDED = 7
"""Digits of a telephone number behind four zeros."""
LONGEST = 512
"""Learned values above this many bytes are not names; they would only cost memory."""
LONGEST_TEXT = 1 << 16

_NUMBER = re.compile(rb"\+?[0-9][0-9 ()./-]{0,30}")
_USER = re.compile(rb"[0-9A-Za-z\x80-\xff._+~#*!$&'-]+")
_DEVICE = re.compile(rb"[0-9A-Za-z._:+/-]+={0,2}")
_HOST = re.compile(rb"[0-9a-z_\x80-\xff]++(?:[.-]++[0-9a-z_\x80-\xff]++){0,32}")
_MASK = re.compile(rb"[xX*.#?_-]{3,}")
"""What stands where somebody, or this program, took a value out."""
_NO_NAME = re.compile(rb"[=<>{}|]")
_POINTER = re.compile(rb"0x[0-9A-Fa-f]{1,16}")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(rb"[A-Za-z]{5,}")
_NAMED = re.compile(
    rb"[0-9][ ,][ \x21-\xff]{0,62}?[A-Za-z\x80-\xff]{3}|[A-Za-z\x80-\xff]{3}[ \x21-\xff]{0,62}?[ ,][0-9]"
)
"""Digits and the name of a place, side by side."""
_DOTTED_DIGITS = re.compile(rb"[0-9.]+")
_NOWHERE = b".invalid"
"""Names of hosts that there are not (RFC 2606 section 2): of clients in browsers, and our pseudonyms."""
_OPENED = re.compile(rb"(?i:basic|bearer|digest|negotiate|ntlm) [A-Za-z_-]{1,32}=[\\\"]{0,4}")
"""Credentials up to the first quote of their parameters: what they hold stands behind it."""
_SMALL_LETTER = re.compile(rb"[a-z]")
_MIXED = re.compile(rb"[0-9]|[a-z][A-Z]|[A-Z]{2}[a-z]")
_NO_DIGITS = bytes(byte for byte in range(256) if byte not in b"0123456789")
_NO_HEXADECIMAL = bytes(byte for byte in range(256) if byte not in b"0123456789abcdef")
"""What ``bytes.translate`` leaves out."""
_SHAPED = re.compile(rb"(?i)[0-9a-f-]{20,}|z9hG4bK.*|(?=[^0-9]{0,40}[0-9])[A-Za-z0-9_.~-]{20,}")
"""Identifiers that the detectors know by shape need not be remembered one by one."""


class Lexicon:
    """Learned values by entity, in normal form. Grows with the number of identities, not with the input."""

    __slots__ = ("left", "originals", "stop_words", "values")

    def __init__(self, stop_words: frozenset[bytes] = frozenset()) -> None:
        self.stop_words = stop_words
        self.values: dict[Entity, set[bytes]] = {}
        self.originals = Originals()
        """What is too much to sweep for, but looked for by an audit."""
        self.left: Lexicon | None = None

    def add(self, entity: Entity, value: bytes) -> None:
        """Learn ``value`` as one of ``entity``; what could not be swept safely (too short, a word) is left out."""
        value = value.strip()
        if _MASK.fullmatch(value) or (entity is Entity.IDENTIFIER and (is_moment(value) or value.endswith(_NOWHERE))):
            return
        pointer = _POINTER.fullmatch(value) is not None
        if not pointer:
            self.originals.add(entity, value)
        if 1 < len(value) <= (LONGEST if entity is not Entity.TEXT else LONGEST_TEXT):
            adder = _ADDERS.get(entity)
            if adder is not None and (entity is Entity.SECRET or not pointer):
                adder(self, value)

    def leave(self, entity: Entity, value: bytes) -> None:
        """Remember a value that stays, its kind being kept: an audit must not take it for a residue."""
        left = self._apart()
        if _ADDERS.get(entity, _add_identifier) is _add_identifier:
            left.originals.add(entity, value)  # opaque: its marks say enough, and its words are no names
            if reference.is_one(value.strip()):  # too short for marks
                left.put(entity, value.strip())
        else:
            left.add(entity, value)
            left.put(entity, value.strip()[:LONGEST_TEXT])

    def _apart(self) -> Lexicon:
        self.left = Lexicon(self.stop_words) if self.left is None else self.left
        return self.left

    def put(self, entity: Entity, value: bytes) -> None:
        """Record a value that is already in normal form."""
        self.values.setdefault(entity, set()).add(value)

    def merge(self, other: Lexicon) -> None:
        """Take over everything another lexicon has learned."""
        for entity, values in other.values.items():
            self.values.setdefault(entity, set()).update(values)
        self.originals.merge(other.originals)
        if other.left is not None:
            self._apart().merge(other.left)

    def add_known(self, line: bytes) -> None:
        """Learn one entry of a ``--known`` list: a number, mail address, domain, or else a name."""
        value = line.strip()
        if not value or value.startswith(b"#"):
            return
        if b"@" in value:
            self.add(Entity.EMAIL, value)
        elif _NUMBER.fullmatch(value):
            self.add(Entity.USER, value)
        elif b"." in value and b" " not in value:
            self.add(Entity.HOST, value)
        else:
            self.put(Entity.NAME, value)
            self.add(Entity.USER, value)
            self.add(Entity.NAME, value)

    def plan(self) -> dict[bytes, bytes]:
        """National significant number -> country code, of every learned international number."""
        plan: dict[bytes, bytes] = {}
        for value in sorted(self.values.get(Entity.NUMBER, ())):
            if value.startswith(b"+"):
                for form in national_forms(value):
                    plan.setdefault(form, value[1 : len(value) - len(form)])
        return plan

    def __len__(self) -> int:
        return sum(map(len, self.values.values()))

    def is_stop_word(self, word: bytes) -> bool:
        """Whether a word is protocol or log vocabulary that must never be swept."""
        return word.lower() in self.stop_words


def _add_digits(lexicon: Lexicon, value: bytes) -> None:
    digits = value.translate(None, _NO_DIGITS)
    if len(digits) >= 7:
        international = b"+" if value.startswith(b"+") else b""
        if not international and digits.startswith(b"00") and len(digits) >= 11:
            lexicon.put(Entity.NUMBER, b"+" + digits[2:])
        lexicon.put(Entity.NUMBER, international + digits)
    elif len(digits) >= SHORTEST_WORD:
        lexicon.put(Entity.EXTENSION, digits)


def _add_number(lexicon: Lexicon, value: bytes) -> None:
    """A telephone number; one that begins with four zeros has more digits behind them than counters of calls have."""
    digits = value.translate(None, _NO_DIGITS)
    if not digits.startswith(b"0000") or len(digits.lstrip(b"0")) >= SHORTEST_PADDED:
        _add_digits(lexicon, value)


def _add_user(lexicon: Lexicon, value: bytes) -> None:
    if b"%" in value:
        value = percent_decode(value) or value
    value = value.rstrip(b".")  # which ends a sentence, not a name
    if _NUMBER.fullmatch(value):
        _add_digits(lexicon, value)
    elif b"@" in value:
        _add_email(lexicon, value)
    elif (
        len(value) >= SHORTEST_WORD
        and _USER.fullmatch(value)
        and not lexicon.is_stop_word(value)
        and not value.isdigit()
    ):
        lexicon.put(Entity.USER, value)
        for word in _LONG_WORD.findall(value):
            if len(word) < len(value) and not lexicon.is_stop_word(word):
                lexicon.put(Entity.NAME, word)


def _add_name(lexicon: Lexicon, value: bytes) -> None:
    if b"\\" in value:
        value = quoted_unescape(value) or value
    if b"=?" in value:
        decoded = words_decode(value)
        if decoded is None:
            return
        value = decoded
    if _NUMBER.fullmatch(value):
        _add_digits(lexicon, value)
        return
    if _NO_NAME.search(value):
        return
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    words = _LETTERS.findall(text)
    learned = False
    for word in words:
        encoded = word.encode()
        long_enough = len(word) >= SHORTEST_WORD or (len(word) == 2 and CJK.search(word))
        if long_enough and not lexicon.is_stop_word(encoded):
            lexicon.put(Entity.NAME, encoded)
            learned = True
    if learned and len(words) > 1:
        lexicon.put(Entity.NAME, text.encode())
    elif not learned and any(char.isdigit() for char in text):
        _add_identifier(lexicon, value)


def _add_email(lexicon: Lexicon, value: bytes) -> None:
    local, _, domain = value.partition(b"@")
    _add_user(lexicon, local) if local else None
    _add_host(lexicon, domain)


def _add_host(lexicon: Lexicon, value: bytes) -> None:
    name = value.strip(b".[]").lower()
    if not name or not _HOST.fullmatch(name) or _DOTTED_DIGITS.fullmatch(name) or lexicon.is_stop_word(name):
        return
    if name.endswith((_NOWHERE, b".arpa")) or not _SMALL_LETTER.search(name):
        return
    if b"." in name or len(name) >= 4:
        lexicon.put(Entity.HOST, name)


def _add_mac(lexicon: Lexicon, value: bytes) -> None:
    digits = value.lower().translate(None, _NO_HEXADECIMAL)
    if len(digits) == 12 and digits.strip(b"0f") and len(set(digits)) > 1:
        lexicon.put(Entity.MAC, digits)


def _add_secret(lexicon: Lexicon, value: bytes) -> None:
    if len(value) >= SHORTEST_SECRET and not _OPENED.fullmatch(value) and not lexicon.is_stop_word(value):
        lexicon.put(Entity.SECRET, value)


def _add_identifier(lexicon: Lexicon, value: bytes) -> None:
    plain = len(value) >= 6 and _MIXED.search(value)
    if plain and not value.isdigit() and not _SHAPED.fullmatch(value) and not lexicon.is_stop_word(value):
        lexicon.put(Entity.IDENTIFIER, value)


def _add_device(lexicon: Lexicon, value: bytes) -> None:
    if len(value) >= 8 and _DEVICE.fullmatch(value) and not lexicon.is_stop_word(value):
        lexicon.put(Entity.DEVICE, value)


def _add_text(lexicon: Lexicon, value: bytes) -> None:
    """Lines of a message's text: logs quote them whole.

    A line of one or two words would be swept out of prose, one of nothing but words of protocols out of status lines.
    """
    for line in value.splitlines():
        text = line.strip()
        words = text.split()
        if text == OVERDRAWN:  # what this program says of a line is nobody's text
            continue
        if SHORTEST_TEXT <= len(text) <= LONGEST and len(words) > 2 and not all(map(lexicon.is_stop_word, words)):
            lexicon.put(Entity.TEXT, text)


def _add_location(lexicon: Lexicon, value: bytes) -> None:
    """A place with as many digits as an audit looks for; any other may be a word."""
    digits = len(value) - len(value.translate(None, b"0123456789"))
    if FEWEST_IN_PLACE <= digits < len(value) <= LONGEST_PLACE and _NAMED.search(value):
        lexicon.put(Entity.LOCATION, value)


_ADDERS = {
    Entity.LOCATION: _add_location,
    Entity.TEXT: _add_text,
    Entity.USER: _add_user,
    Entity.NUMBER: _add_number,
    Entity.EXTENSION: _add_digits,
    Entity.NAME: _add_name,
    Entity.EMAIL: _add_email,
    Entity.HOST: _add_host,
    Entity.MAC: _add_mac,
    Entity.SECRET: _add_secret,
    Entity.CALL_ID: _add_identifier,
    Entity.TAG: _add_identifier,
    Entity.BRANCH: _add_identifier,
    Entity.IDENTIFIER: _add_identifier,
    Entity.DEVICE: _add_device,
}
