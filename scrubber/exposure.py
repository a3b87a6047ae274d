"""What is still sensitive in a text, judged without a key: originals, not our own pseudonyms.

A pseudonym of an address, host, mail address, hardware address, telephone number, secret or suppressed text is
recognisable on sight (:mod:`scrubber.judgement`), so whatever a place of that kind holds besides is an original.
Names, user names, extensions and identifiers are not decidable without the key and do not count here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ahocorasick_rs import BytesAhoCorasick

from scrubber.judgement import JUDGES
from scrubber.model import Action, Entity, Finding, RuleSet
from scrubber.pseudonyms import secret
from scrubber.readings.entity import refine
from scrubber.readings.rewrite import GUESSES, Reader

SHORTEST = 3
"""Shorter values stand everywhere; where they were found cannot be said by looking for them again, but in quotes."""
LINES = 1 << 16
"""Lines of a block that are read again for where a value stands."""
_NOT_HEX = re.compile(rb"\A0x|[^0-9A-Fa-f]")
_UNREADABLE = re.compile(
    rb"[\x01-\x08\x0e-\x1f\x7f\xc0\xc1\xf5-\xff]|(?<![\x80-\xff])[\x80-\xbf]|[\xc2-\xf4](?![\x80-\xbf])"
)
"""Octets that no text in UTF-8 holds; zeros are half of UTF-16."""


class Exposure(Reader):
    """Collects the values of a text that no pseudonym could be."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules, None)
        self.values: dict[bytes, tuple[Entity, str]] = {}

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Collect ``value`` when it is an original; like all readings here, it leaves the text as it is."""
        precise = refine(entity, value)
        judge = JUDGES.get(precise)
        if judge is not None and value and self.rules.actions[precise] is not Action.KEEP:
            host = value.rpartition(b"@")[2].lower().rstrip(b".")
            kept = precise in (Entity.HOST, Entity.EMAIL) and _is_kept(host, self.rules.kept_hosts)
            if not kept and judge(value):
                self.values.setdefault(value, (precise, rule))
        return value

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        """Collect the values of findings."""
        for finding in findings:
            self.found(finding.entity, text[finding.start : finding.end], finding.rule)
        return text

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Collect keying material that is more than filling; octets without a meaning only where they spell a text."""
        del depth
        if secret.filler(value) != value and not (rule.startswith(GUESSES) and _is_opaque(value)):
            self.values.setdefault(value, (Entity.SECRET, rule))
        return value

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """Read the value of an unknown field as free text: only some of these are originals."""
        del rule, depth
        return self.text(value)

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A signed token: its pseudonym is a token too, so the place alone proves nothing."""
        del header, payload, rule
        return value

    def places(self, block: bytes) -> list[Finding]:
        """Where the collected values stand in a block as they are; :meth:`elsewhere` has the rest."""
        if not self.values:
            return []
        spelled = {form: value for value in self.values for form in _spelled(value)}
        patterns = list(spelled)
        matcher = BytesAhoCorasick(patterns)
        found: list[Finding] = []
        inside: dict[bytes, Finding] = {}
        for index, start, end in matcher.find_matches_as_indexes(block, overlapping=True):
            value = spelled[patterns[index]]
            around = (end - start - len(value)) // 2
            finding = Finding(start + around, end - around, *self.values[value])
            before, after = block[start - 1 : start], block[end : end + 1]
            if not (before.isalnum() and block[start : start + 1].isalnum()) and not (
                after.isalnum() and block[end - 1 : end].isalnum()
            ):
                found.append(finding)
            elif len(value) > SHORTEST:
                inside.setdefault(value, finding)
        alone = {block[finding.start : finding.end] for finding in found}
        # Behind an escape such as ``%40`` a value begins in the middle of a word.
        found += [finding for value, finding in inside.items() if value not in alone]
        return found

    def elsewhere(self, block: bytes, met: Iterable[Finding], read: Callable[[bytes], bytes]) -> list[Finding]:
        """The lines of a block that hold collected values in another notation, those that :meth:`places` has not met.

        ``read`` is another reading of lines for this object. What belongs to several lines is said of the first.
        """
        shown = {block[finding.start : finding.end] for finding in met}
        known, found, start = self.values, list[Finding](), 0
        left = {value: what for value, what in known.items() if value not in shown}
        for line in block.split(b"\n", LINES)[: LINES if left else 0]:
            self.values = {}
            read(line + b"\n")
            here = sorted(left.keys() & self.values.keys())
            found += [Finding(start, start + len(line), *left.pop(value)) for value in here]
            if not left:
                break
            start += len(line) + 1
        found += [Finding(0, 0, entity, rule) for entity, rule in left.values()]
        self.values = known
        return found


def _spelled(value: bytes) -> Iterable[bytes]:
    """How a value is looked for: what is too short stands everywhere, and means something in quotes alone."""
    return (value,) if len(value) >= SHORTEST else (b"'%b'" % value, b'"%b"' % value)


def _is_opaque(value: bytes) -> bool:
    """Whether octets in hexadecimal spell no text: an identifier or a digest then, or the pseudonym of one."""
    digits = _NOT_HEX.sub(b"", value)
    return len(digits) % 2 == 0 and _UNREADABLE.search(bytes.fromhex(digits.decode())) is not None


def _is_kept(host: bytes, kept: frozenset[bytes]) -> bool:
    labels = host.split(b".")
    return any(b".".join(labels[index:]) in kept for index in range(len(labels)))
