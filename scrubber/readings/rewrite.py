"""From findings and parts to new bytes: one place where a value meets its rule's action."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scrubber import encodings
from scrubber.actions import replacement
from scrubber.detectors import address, number, uri
from scrubber.grammar import passport
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Finding, Part, RuleSet
from scrubber.parts import CLAIMS, PART_ENTITY, READ_CLAIMS
from scrubber.pseudonyms import secret
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.readings.entity import refine
from scrubber.readings.jsonline import is_json, scrub_json
from scrubber.readings.scan import Scanner
from scrubber.readings.stretches import PIECE, stretches
from scrubber.readings.vocabulary import unexplained
from scrubber.spans import GUESSED, QUAD, RELEASE, UNKNOWN_LINE, resolve
from scrubber.sweep import SPELLED, Sweep

DEPTH = 6
"""How many notations deep a value may hide inside another before it is suppressed."""
GUESSES = ("fragment-", *GUESSED, number.BARE, UNKNOWN_LINE)
"""Ids of rules whose findings are likely enough to replace, not certain enough to sweep, begin like this."""
SEEN = 1 << 14
"""Values whose learning is remembered, so that one met again costs a look-up."""
LONGEST_SEEN = 256
"""Bytes of a value worth remembering."""
_PRIVATE = re.compile(
    rb"10\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\."
)
_INERT = re.compile(rb"[A-Za-z0-9 \t,;=/()_+*-]{0,256}")
"""Text in which no address or URI can stand: it has neither dots nor colons."""
_POINTER = re.compile(rb"0x[0-9A-Fa-f]{4,16}")

_PER_FILE = frozenset({Entity.CALL_ID, Entity.TAG, Entity.BRANCH, Entity.IDENTIFIER, Entity.NONCE, Entity.HASH})
_OF_WORDS = frozenset({Entity.NAME, Entity.USER, Entity.HOST})
_SECRET = frozenset({Entity.SECRET, Entity.DEVICE, Entity.TEXT, Entity.CARD})
"""What may stay nowhere, though a kind that does stay reads the same."""
_OF_UNKNOWN_LENGTH = frozenset({Entity.NAME, Entity.USER})


class Reader:
    """What both passes do with the values of a text; the subclass says what a value becomes.

    Learning leaves every byte as it is and remembers; rewriting replaces. Decoding of nested notations is shared.
    """

    replaces = False
    """Whether a value comes out as something else, so that an unchanged text shows that nothing was found."""

    judges = False
    """Whether an output is read, in which nothing is left of what may not leave: any of it is told."""

    def __init__(self, rules: RuleSet, sweep: Sweep | None) -> None:
        self.rules = rules
        self.sweep = sweep
        self.scanner = Scanner(rules, sweep)
        self.counts: Counter[tuple[Entity, str]] = Counter()
        """Different texts replaced, by entity and rule id."""
        self.notes: Counter[str] = Counter()
        self._nested: Mapping[str, Callable[[bytes, str, int], bytes]] = {
            "key": self.filler,
            "free": self._free,
            "product": self._product,
            "unknown": self._unescaped,
            "nested": self._decoded,
            "realm": self._realm,
            "base64-pair": self._pair,
            "passport": self._passport,
            "hex-data": self.filler,
        }

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """The bytes that stand for ``value`` in the output."""
        raise NotImplementedError

    def found(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """What becomes of the value of a finding."""
        return value if self.is_release(value, rule) else self.value(entity, value, rule)

    def is_release(self, value: bytes, rule: str) -> bool:
        """Whether what was found is a release in all files and stays; without learned values its place decides."""
        if rule == RELEASE:
            return self.sweep is None or self.sweep.is_release(value, declared=True)
        return rule == QUAD and self.sweep is not None and self.sweep.is_release(value, declared=False)

    def text(self, text: bytes) -> bytes:
        """Free text, read completely, with every finding dealt with."""
        if len(text) > PIECE:
            return b"".join([self.text(piece) for piece in stretches(text)])
        return self.settled(text, self.scanner.findings(text))

    def known(self, text: bytes) -> bytes:
        """Protocol text in which nothing but learned values is looked for."""
        return text if self.sweep is None else self.settled(text, self.sweep.find(text))

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        """``text`` with the given findings dealt with."""
        if not findings:
            return text
        pieces: list[bytes] = []
        position = 0
        for start, end, entity, rule in resolve(findings):
            pieces.append(text[position:start])
            pieces.append(self.found(entity, text[start:end], rule))
            position = end
        pieces.append(text[position:])
        return b"".join(pieces)

    def protocol(self, text: bytes) -> bytes:
        """Protocol text that stays, but for addresses and learned values that stand in it all the same."""
        findings = [] if _INERT.fullmatch(text) else [*uri.find(text), *address.find(text)]
        if self.sweep is not None:
            findings += [finding for finding in self.sweep.find(text) if finding.entity is not Entity.EXTENSION]
        return self.settled(text, findings) if findings else text

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Keying material in a place of fixed width."""
        raise NotImplementedError

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """The value of a header field that no rule knows."""
        raise NotImplementedError

    def parts(self, data: bytes, parts: Sequence[Part], rule: str, depth: int = 0) -> bytes:
        """``data`` with each named part replaced as its name asks."""
        if not parts:
            return data
        pieces: list[bytes] = []
        position = 0
        for start, end, name in parts:
            pieces.append(data[position:start])
            pieces.append(self.part(name, data[start:end], rule, depth))
            position = end
        pieces.append(data[position:])
        return b"".join(pieces)

    def part(self, name: str, value: bytes, rule: str, depth: int = 0) -> bytes:
        """One part's replacement; a name outside the vocabulary is suppressed as text (fail closed)."""
        entity = PART_ENTITY.get(name)
        if entity is not None:
            return self.value(entity, value, rule)
        nested = self._nested.get(name)
        if nested is None or depth > DEPTH:
            return self.value(Entity.TEXT, value, rule)
        return nested(value, rule, depth)

    def _free(self, value: bytes, rule: str, depth: int) -> bytes:
        del rule, depth
        return self.text(value)

    def _product(self, value: bytes, rule: str, depth: int) -> bytes:
        """A product, of which four dotted numbers are the release."""
        del rule, depth
        return self.settled(value, address.of_product(value, self.scanner.findings(value)))

    def _decoded(self, value: bytes, rule: str, depth: int) -> bytes:
        """Percent-encoded inner grammar: decoded, dealt with, encoded in the same style."""
        del rule
        inner = encodings.percent_decode(value)
        if inner is None or depth >= DEPTH:
            return self.text(value)
        new = self.text(inner)
        return value if new == inner else encodings.percent_encode_like(new, value)

    def _unescaped(self, value: bytes, rule: str, depth: int) -> bytes:
        """A value that no rule knows, out of its percent-encoding and back into it."""
        inner = encodings.percent_decode(value) if b"%" in value else None
        if inner is None or inner == value or depth >= DEPTH:
            return self.unknown(value, rule, depth)
        new = self._unescaped(inner, rule, depth + 1)
        return value if new == inner else encodings.percent_encode_like(new, value)

    def _realm(self, value: bytes, rule: str, depth: int) -> bytes:
        del depth
        if value.lower() in self.rules.nobody:
            return value
        entity = Entity.NAME if b" " in value or b"." not in value else Entity.HOST
        if entity is Entity.NAME and b"@" in value:
            entity = Entity.EMAIL
        return self.value(entity, value, rule)

    def _pair(self, value: bytes, rule: str, depth: int) -> bytes:
        """Basic credentials: the user keeps its pseudonym, the password goes."""
        del depth
        decoded = encodings.base64_decode(value)
        if decoded is None:
            return self.value(Entity.SECRET, value, rule)
        user, colon, password = decoded.partition(b":")
        new = self.value(Entity.USER, user, rule) + colon + self.value(Entity.SECRET, password, rule)
        return value if new == decoded else encodings.base64_encode_like(new, value)

    def _passport(self, value: bytes, rule: str, depth: int) -> bytes:
        decoded = passport.decode(value)
        if decoded is None or depth >= DEPTH:
            return self.value(Entity.SECRET, value, rule)
        if not all(map(is_json, decoded)):
            return self.value(Entity.SECRET, value, rule)
        header, payload = (scrub_json(part, partial(self._claim, rule, depth)) for part in decoded)
        return self.signed(value, header, payload, rule)

    def _claim(self, rule: str, depth: int, key: bytes, value: bytes) -> bytes:
        """A claim of a PASSporT, or the name of one; what no table knows may be anything."""
        entity = CLAIMS.get(key.lower())
        if entity is not None:
            return self.value(entity, value, rule)
        return self.text(value) if not key or key.lower() in READ_CLAIMS else self.unknown(value, rule, depth)

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A PASSporT of the given header and payload, its signature made void."""
        raise NotImplementedError

    def blanked(self, payload: bytes, reason: str) -> None:
        """Told of octets of which nothing may stay."""


class Learning(Reader):
    """Adds every value to a lexicon and changes nothing."""

    def __init__(self, rules: RuleSet, lexicon: Lexicon, sweep: Sweep | None = None) -> None:
        super().__init__(rules, sweep)
        self.lexicon = lexicon
        self._kept = {entity for entity, action in rules.actions.items() if action is Action.KEEP} - {Entity.TIME}
        self._seen: set[tuple[Entity, bytes, str]] = set()

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Remember ``value``; for the sweep only if more than a mere fragment of its label says what it is."""
        if (entity, value, rule) not in self._seen:
            if len(self._seen) >= SEEN:
                self._seen.clear()
            self._seen.add((entity, value, rule))
            precise = refine(entity, value)
            if precise in self._kept:
                self.lexicon.leave(precise, value)
                return value
            self.lexicon.originals.placed.add(precise, rule, value)
            if rule == QUAD:
                self.lexicon.originals.quad(value)
            elif not rule.startswith(GUESSES):
                self.lexicon.add(precise if entity is Entity.HOST else entity, value)
        return value

    def text(self, text: bytes) -> bytes:
        """Free text, read completely."""
        for piece in stretches(text):
            self.settled(piece, self.scanner.findings(piece))
        return text

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        """The given findings dealt with."""
        for finding in findings:
            self.found(finding.entity, text[finding.start : finding.end], finding.rule)
        return text

    def found(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Remember the value of a finding, or that it is a release."""
        if rule != RELEASE:
            return self.value(entity, value, rule)
        self.lexicon.originals.release(value)
        return value

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Keying material in a place of fixed width: too random to sweep for, worth an audit."""
        del depth
        self.lexicon.originals.placed.add(Entity.SECRET, rule, value)
        self.lexicon.originals.key(value)
        return value

    def blanked(self, payload: bytes, reason: str) -> None:
        """Remember a sample of what may not stay, or that digits were dialled."""
        self.lexicon.originals.blanked(payload, reason)

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """The value of a header field that no rule knows; its words are guesses."""
        del depth
        for found in unexplained(value, self.rules.stop_words, rule):
            self.lexicon.originals.placed.add(Entity.NAME, rule, value[found.start : found.end])
        return self.text(value)

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A PASSporT with a void signature."""
        del header, payload, rule
        return value


class Rewrite(Reader):
    """Replaces values under one rule set, key and sweep; counts what it replaces by (entity, rule id)."""

    replaces = True

    def __init__(
        self, rules: RuleSet, surrogates: Surrogates, sweep: Sweep | None = None, local: Surrogates | None = None
    ) -> None:
        super().__init__(rules, sweep)
        self.surrogates = surrogates
        self.local = local
        self._hide_length = "hide-length" in rules.options
        self._done: dict[tuple[Entity, bytes], tuple[bytes, Entity]] = {}

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """What becomes of one value."""
        done = self._done.get((entity, value))
        if done is None:
            done = self._replacement(entity, value)
            if len(value) <= LONGEST_SEEN:
                if len(self._done) >= SEEN:
                    self._done.clear()
                self._done[entity, value] = done
        new, precise = done
        if new != value:
            self.counts[precise, rule] += 1
        return new

    def _replacement(self, entity: Entity, value: bytes) -> tuple[bytes, Entity]:
        """What stands for a value, and the precise entity it turned out to be."""
        if entity is Entity.NAME and b"%" in value:
            inner = encodings.percent_decode(value)
            if inner is not None and inner != value:
                new, precise = self._replacement(entity, inner)
                return encodings.percent_encode_like(new, value), precise
        precise = refine(entity, value) if entity in _OF_WORDS else entity
        action = self.rules.actions[precise]
        if not value or (precise in _OF_WORDS and self._is_no_identity(value)):
            return value, precise
        if action is Action.KEEP:
            return self._kept(value), precise
        surrogates = self.surrogates if self.local is None else self._surrogates(precise, value)
        if action is Action.PSEUDONYM and not self._hide_length:
            return surrogates.of_entity[precise](value), precise
        if self._hide_length and precise in _OF_UNKNOWN_LENGTH and action is Action.PSEUDONYM:
            return surrogates.of(precise, _fixed_length(surrogates, value)), precise
        return replacement(action, precise, value, surrogates), precise

    def _kept(self, value: bytes) -> bytes:
        """A value of a kind that stays, without secrets: a password may be a reference somewhere else."""
        if self.sweep is None:
            return value
        found = (hit for hit in self.sweep.find(value) if hit.entity in _SECRET)
        return self.settled(value, [hit for hit in found if self.rules.actions[hit.entity] is not Action.KEEP])

    def _is_no_identity(self, value: bytes) -> bool:
        """Vocabulary and memory addresses stand in the places of names, too."""
        return value.lower() in self.rules.nobody or _POINTER.fullmatch(value) is not None

    def _surrogates(self, entity: Entity, value: bytes) -> Surrogates:
        if self.local is None:
            return self.surrogates
        if entity in _PER_FILE or (entity is Entity.IPV4 and _PRIVATE.match(value)):
            return self.local
        return self.surrogates

    def found(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """What becomes of the value of a finding: of a learned spelling, the same spelling of its surrogate."""
        if self.is_release(value, rule):
            return value
        if rule == SPELLED and self.sweep is not None and self.rules.actions[entity] is not Action.KEEP:
            new = self.sweep.spelled.get(value.lower())
            if new is not None:
                self.counts[entity, rule] += 1
                return new
        return self.value(entity, value, rule)

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Keying material in a place of fixed width."""
        del depth
        self.counts[Entity.SECRET, rule] += 1
        return secret.filler(value)

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """What detectors find, and every other word that is not a plain protocol token."""
        del depth
        self.notes["unknown header"] += 1
        return self.settled(value, self.scanner.findings(value) + unexplained(value, self.rules.stop_words, rule))

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A PASSporT with a void signature."""
        self.counts[Entity.SECRET, rule] += 1
        return passport.encode(value, payload, header)


def _fixed_length(surrogates: Surrogates, value: bytes) -> bytes:
    """Eight letters that depend on the value only through the key, so that no length shows."""
    digest = surrogates.key.digest(b"length", value.lower(), 4).hex().encode()
    return digest.translate(bytes.maketrans(b"0123456789", b"ghijklmnop"))
