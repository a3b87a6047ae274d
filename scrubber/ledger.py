"""Pseudonyms and what they stand for, of one run over the originals: the way back.

:class:`Recording` are the maps of a key that note each pair they make; :class:`Revealing` are the same maps turned
round. Both take a value apart as :class:`~scrubber.pseudonyms.surrogate.Surrogates` do, so a pseudonym comes back in
whatever notation, quoting or spelling the reply has it. Nothing of this is ever stored.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import AddressValueError, IPv6Address

from scrubber.lexicon import SHORTEST_WORD, Lexicon
from scrubber.model import Entity
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.number import EMPTY, national_forms
from scrubber.pseudonyms.surrogate import Surrogates

_RUNS = re.compile(r"[^\W\d_]+|\d+")
_USER = re.compile(rb"(?=[^A-Za-z\x80-\xff]{0,64}[A-Za-z\x80-\xff])[0-9A-Za-z\x80-\xff._+~$&'-]{1,256}")
_NOT_DIGITS = re.compile(rb"[^0-9]")
_HEX = re.compile(rb"[^0-9a-f]")
_SHORT = re.compile(rb"(?<![0-9A-Za-z.:_-])(?:[0-9]{3,6}|[A-Za-z]{3,4})(?![0-9A-Za-z_-])")
"""Texts so short that an original holds some of them by chance."""
_FIRST_WORD = 2 * 10**6
_LONGEST_WORD = 4
_PREFIXES = (b"0", b"00", b"011", b"9", b"90", b"900")
_SHORTEST_BEHIND_PREFIX = 8
_FICTITIOUS_IPV4 = 240
_FICTITIOUS_IPV6 = 0x20010DB8


class Ledger:
    """Pairs of bare values, each kind in a normal form of its own. Grows with the number of different originals."""

    def __init__(self) -> None:
        self.ipv4: dict[bytes, bytes] = {}
        self.ipv6: dict[bytes, bytes] = {}
        self.mac: dict[bytes, bytes] = {}
        self.digits: dict[bytes, bytes] = {}
        self.words: dict[str, str] = {}
        self.names: dict[bytes, bytes] = {}
        self.hosts: dict[bytes, bytes] = {}
        self.opaque: dict[bytes, bytes] = {}
        self.ambiguous: set[bytes] = set()
        """Pseudonyms that stand for more than one original: these stay."""
        self.contested: frozenset[bytes] = frozenset()
        """Short pseudonyms (lower case) that the originals hold as they are: turned back in their own places alone."""

    def note(self, table: dict[bytes, bytes], new: bytes, old: bytes) -> None:
        """Note that ``new`` stands for ``old``."""
        if new != old and table.setdefault(new, old) != old:
            self.ambiguous.add(new)

    def note_words(self, new: bytes, old: bytes) -> None:
        """Note the pairs of words and of numbers in a name; the map of names works word by word."""
        ours, theirs = _RUNS.findall(_text(old)), _RUNS.findall(_text(new))
        if len(ours) != len(theirs):
            return
        for word, mapped in zip(ours, theirs, strict=True):
            if mapped.isdecimal():
                self.note(self.digits, mapped.encode(), word.encode())
            elif self.words.setdefault(mapped.lower(), word.lower()) != word.lower():
                self.ambiguous.add(mapped.lower().encode())

    def contest(self, is_chance: Callable[[bytes], bool]) -> None:
        """Set :attr:`contested`: the pseudonyms of which ``is_chance`` says so."""
        words = (word.encode() for word in self.words)
        self.contested = frozenset(new.lower() for new in (*words, *self.digits, *self.opaque) if is_chance(new))

    def lexicon(self, stop_words: frozenset[bytes]) -> Lexicon:
        """The pseudonyms, to be found wherever they stand in a reply."""
        lexicon = Lexicon(stop_words)
        for word in self.words:
            if (
                len(word) >= SHORTEST_WORD
                and not self._stays(word.encode())
                and not lexicon.is_stop_word(word.encode())
            ):
                lexicon.put(Entity.NAME, word.encode())
        for digits in self.digits:
            if len(digits) >= SHORTEST_WORD and not self._stays(digits):
                lexicon.put(Entity.NUMBER if len(digits) > 6 else Entity.EXTENSION, digits)
        for name in self.names:
            if len(name) >= SHORTEST_WORD and _USER.fullmatch(name) and not lexicon.is_stop_word(name):
                lexicon.put(Entity.USER, name)
        tables = ((Entity.HOST, self.hosts), (Entity.MAC, self.mac), (Entity.IDENTIFIER, self.opaque))
        for entity, table in tables:
            for value in table:
                if len(value) >= 4 and not self._stays(value):
                    lexicon.put(entity, value)
        return lexicon

    def _stays(self, value: bytes) -> bool:
        return value.lower() in self.contested


class ShortTexts:
    """How often each short number and word stands by itself in texts; takes some megabytes, however long they are."""

    def __init__(self) -> None:
        self._counts = array("I", bytes((_FIRST_WORD + 36**_LONGEST_WORD) * array("I").itemsize))

    def counting(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks as they come, counted. What stands on both sides of a cut may be missed."""
        for chunk in chunks:
            for text, number in Counter(_SHORT.findall(chunk)).items():
                self._counts[_index(text)] += number
            yield chunk

    def __getitem__(self, text: bytes) -> int:
        """How often it was met, in whatever case; 0 for a text that is not counted."""
        return self._counts[_index(text)] if _SHORT.fullmatch(text) else 0


def _index(text: bytes) -> int:
    return int(b"1" + text) if text.isdigit() else _FIRST_WORD + int(text, 36)


class Recording(Surrogates):
    """The maps of a key, noting in :attr:`ledger` what they map to what."""

    def __init__(
        self, key: Key, plan: Mapping[bytes, bytes] = EMPTY, kept_hosts: frozenset[bytes] = frozenset()
    ) -> None:
        self.ledger = Ledger()
        super().__init__(key, plan, kept_hosts)

    def plain_ipv4(self, octets: tuple[int, ...]) -> bytes:
        """As the map says, noted."""
        new = super().plain_ipv4(octets)
        self.ledger.note(self.ledger.ipv4, new, b"%d.%d.%d.%d" % octets)
        return new

    def plain_ipv6(self, value: bytes) -> bytes:
        """As the map says, noted."""
        new = super().plain_ipv6(value)
        old, mapped = _packed(value), _packed(new)
        if old is not None and mapped is not None:
            self.ledger.note(self.ledger.ipv6, mapped, old)
        return new

    def plain_mac(self, value: bytes) -> bytes:
        """As the map says, noted."""
        new = super().plain_mac(value)
        self.ledger.note(self.ledger.mac, _HEX.sub(b"", new.lower()), _HEX.sub(b"", value.lower()))
        return new

    def plain_number(self, value: bytes) -> bytes:
        """As the map says, noted in its international and its national spelling."""
        new = super().plain_number(value)
        self._note_digits(new, value)
        if value.startswith(b"+"):
            for form in national_forms(value):
                self._note_digits(super().plain_number(form), form)
        return new

    def _note_digits(self, new: bytes, old: bytes) -> None:
        ours, theirs = _NOT_DIGITS.sub(b"", old), _NOT_DIGITS.sub(b"", new)
        if len(ours) == len(theirs):
            self.ledger.note(self.ledger.digits, theirs, ours)

    def plain_word(self, value: bytes) -> bytes:
        """As the map says, noted."""
        return self._named(super().plain_word(value), value)

    def plain_user(self, value: bytes) -> bytes:
        """As the map says, noted."""
        return self._named(super().plain_user(value), value)

    def plain_name(self, value: bytes) -> bytes:
        """As the map says, noted."""
        return self._named(super().plain_name(value), value)

    def _named(self, new: bytes, old: bytes) -> bytes:
        self.ledger.note(self.ledger.names, new, old)
        self.ledger.note_words(new, old)
        return new

    def plain_host(self, value: bytes) -> bytes:
        """As the map says, noted with the domains above it."""
        new = super().plain_host(value)
        domain = value.lower().removesuffix(b".")
        while domain:
            mapped = super().plain_host(domain)
            if mapped in self.ledger.hosts:
                break
            self.ledger.note(self.ledger.hosts, mapped.lower(), domain)
            domain = domain.partition(b".")[2]
            if b"." not in domain:
                break
        return new

    def plain_opaque(self, value: bytes) -> bytes:
        """As the map says, noted."""
        new = super().plain_opaque(value)
        self.ledger.note(self.ledger.opaque, new, value)
        return new


class Revealing(Surrogates):
    """From pseudonyms to originals. What is in no ledger stays; if it can only be a pseudonym it is :attr:`unknown`."""

    def __init__(self, key: Key, ledger: Ledger) -> None:
        self.unknown: set[bytes] = set()
        self._ledger = ledger
        self._folded = {new.lower(): old for new, old in ledger.opaque.items()}
        super().__init__(key)
        self.offset = -self.offset

    def _known(self, table: Mapping[bytes, bytes], value: bytes) -> bytes | None:
        return None if value in self._ledger.ambiguous else table.get(value)

    def plain_ipv4(self, octets: tuple[int, ...]) -> bytes:
        """The original of an address."""
        value = b"%d.%d.%d.%d" % octets
        known = self._known(self._ledger.ipv4, value)
        if known is None and octets[0] >= _FICTITIOUS_IPV4 and octets != (255, 255, 255, 255):
            self.unknown.add(value)
        return value if known is None else known

    def plain_ipv6(self, value: bytes) -> bytes:
        """The original of an address, in the usual notation, its zone kept."""
        packed = _packed(value)
        known = None if packed is None else self._known(self._ledger.ipv6, packed)
        if known is None:
            if packed is not None and int.from_bytes(packed[:4]) == _FICTITIOUS_IPV6:
                self.unknown.add(value)
            return value
        address = IPv6Address(known)
        mapped = address.ipv4_mapped
        spelled = f"::ffff:{mapped}" if mapped is not None and b"." in value else str(address)
        return (spelled.upper() if value.isupper() else spelled).encode() + b"".join(value.partition(b"%")[1:])

    def plain_mac(self, value: bytes) -> bytes:
        """The original of a hardware address, in the same notation."""
        digits = _HEX.sub(b"", value.lower())
        known = self._known(self._ledger.mac, digits)
        if known is None:
            if len(digits) == 12 and int(digits[:2], 16) & 3 == 2:
                self.unknown.add(value)
            return value
        return _respelled(known, value, rb"[0-9A-Fa-f]", upper=value.isupper())

    def plain_number(self, value: bytes) -> bytes:
        """The original of a number, in the same spelling."""
        digits = _NOT_DIGITS.sub(b"", value)
        known = self._known(self._ledger.digits, digits)
        if known is None and len(digits) >= _SHORTEST_BEHIND_PREFIX:
            # A dialling prefix is its own pseudonym.
            for prefix in filter(digits.startswith, _PREFIXES):
                rest = self._known(self._ledger.digits, digits[len(prefix) :])
                known = known or (prefix + rest if rest else None)
        return value if known is None else _respelled(known, value, rb"[0-9]")

    def plain_word(self, value: bytes) -> bytes:
        """The original of a word."""
        return self.plain_name(value)

    def plain_user(self, value: bytes) -> bytes:
        """The original of a user."""
        return self.plain_name(value)

    def plain_name(self, value: bytes) -> bytes:
        """The original of a name, else of each word in it that is known."""
        whole = self._known(self._ledger.names, value)
        if whole is not None:
            return whole
        text = _text(value)
        known = {run: self._run(run) for run in _RUNS.findall(text)}
        # A letter or two may be anything, unless all that stands around them is known.
        shortest = SHORTEST_WORD if None in known.values() else 1
        new = _RUNS.sub(lambda run: (len(run[0]) >= shortest and known[run[0]]) or run[0], text)
        return value if new == text else new.encode()

    def _run(self, run: str) -> str | None:
        """The original of a word or number in a name, in the same case; None for one that is not known."""
        if run.isdecimal():
            digits = self._known(self._ledger.digits, run.encode())
            return None if digits is None else digits.decode()
        word = run.lower()
        known = None if word.encode() in self._ledger.ambiguous else self._ledger.words.get(word)
        if known is None:
            return None
        if run.isupper() and len(run) > 1:
            return known.upper()
        if len(known) != len(run):
            return known
        return "".join(new.upper() if old.isupper() else new for new, old in zip(known, run, strict=True))

    def plain_host(self, value: bytes) -> bytes:
        """The original of a domain; of one that is not known, at least the known part above it."""
        lower = value.lower().removesuffix(b".")
        below, domain = b"", lower
        while domain:
            known = self._known(self._ledger.hosts, domain)
            if known is not None:
                new = below + known
                return (new.upper() if value.isupper() else new) + value[len(lower) :]
            label, _, domain = domain.partition(b".")
            below += label + b"."
        if lower.endswith(b".invalid"):
            self.unknown.add(value)
            return value
        return self.plain_name(value)

    def plain_opaque(self, value: bytes) -> bytes:
        """The original of an identifier, in the same case."""
        known = self._known(self._ledger.opaque, value)
        if known is None:
            known = self._folded.get(value.lower())
            if known is None or value.lower() in self._ledger.ambiguous:
                return value
            known = known.upper() if value.isupper() else known.lower() if value.islower() else known
        return known


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _packed(value: bytes) -> bytes | None:
    try:
        return IPv6Address(value.partition(b"%")[0].decode("ascii")).packed
    except (AddressValueError, UnicodeDecodeError):
        return None


def _respelled(digits: bytes, like: bytes, digit: bytes, *, upper: bool = False) -> bytes:
    """``digits`` in the places of those of ``like``, which has as many."""
    left = iter((digits.upper() if upper else digits).decode("ascii"))
    return re.sub(digit, lambda place: next(left, place[0].decode("ascii")).encode(), like)
