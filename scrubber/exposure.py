"""What is still sensitive in a text, judged without a key: originals, not our own pseudonyms.

A pseudonym of an address, host, mail address, hardware address, telephone number, secret or suppressed text is
recognisable on sight (reserved ranges, ``.invalid``, unassignable numbers, markers), so whatever a place of that kind
holds besides is an original. Names, user names, extensions and identifiers are not decidable without the key and do not
count here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from ahocorasick_rs import BytesAhoCorasick

from scrubber.model import Action, Entity, Finding, RuleSet
from scrubber.pseudonyms import secret
from scrubber.readings.rewrite import GUESSES, Reader, refine

SHORTEST = 3
"""Shorter values stand everywhere; where they were found cannot be said by looking for them again, but in quotes."""
_LABEL_HOST = re.compile(rb"(?:[A-Za-z0-9_-]{1,63}\.){1,16}[A-Za-z][A-Za-z0-9-]{1,62}\.?")
_OWN_SUFFIXES = (b".invalid", b".local", b".arpa", b".3gppnetwork.org", b".localhost")
_CUT_SUFFIXES = (b".inv", b".inva", b".inval", b".invali")
"""What a field of fixed width leaves of the first of these. It may leave less, but ``.in`` is a country's."""
_NOT_HEX = re.compile(rb"\A0x|[^0-9A-Fa-f]")
_UNREADABLE = re.compile(
    rb"[\x01-\x08\x0e-\x1f\x7f\xc0\xc1\xf5-\xff]|(?<![\x80-\xff])[\x80-\xbf]|[\xc2-\xf4](?![\x80-\xbf])"
)
"""Octets that no text in UTF-8 holds; zeros are half of UTF-16."""
_NUMBER = re.compile(rb"(?:\+|00)[1-9][0-9 ().-]{6,24}")


class Exposure(Reader):
    """Collects the values of a text that no pseudonym could be."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules, None)
        self.values: dict[bytes, tuple[Entity, str]] = {}

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Collect ``value`` when it is an original; like all readings here, it leaves the text as it is."""
        precise = refine(entity, value)
        judge = _JUDGES.get(precise)
        if judge is not None and value and self.rules.actions[precise] is not Action.KEEP:
            host = value.rpartition(b"@")[2].lower().rstrip(b".")
            kept = precise in (Entity.HOST, Entity.EMAIL) and _is_kept(host, self.rules.kept_hosts)
            if not kept and judge(value):
                self.values.setdefault(value, (precise, rule))
        return value

    def text(self, text: bytes) -> bytes:
        """Collect what the detectors find in free text."""
        return self.settled(text, self.scanner.findings(text))

    def known(self, text: bytes) -> bytes:
        """Nothing is learned here, so nothing is known."""
        return text

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        """Collect the values of findings."""
        for finding in findings:
            self.value(finding.entity, text[finding.start : finding.end], finding.rule)
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
        """Where the collected values stand in a block."""
        if not self.values:
            return []
        spelled = {form: value for value in self.values for form in _spelled(value)}
        patterns = list(spelled)
        matcher = BytesAhoCorasick(patterns)
        found = []
        for index, start, end in matcher.find_matches_as_indexes(block, overlapping=True):
            value = spelled[patterns[index]]
            around = (end - start - len(value)) // 2
            before, after = block[start - 1 : start], block[end : end + 1]
            if not (before.isalnum() and block[start : start + 1].isalnum()) and not (
                after.isalnum() and block[end - 1 : end].isalnum()
            ):
                found.append(Finding(start + around, end - around, *self.values[value]))
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


def _ipv4(value: bytes) -> bool:
    try:
        address = IPv4Address(value.decode("ascii", "replace"))
    except AddressValueError:
        return False
    number = int(address)
    private = address.is_loopback or address.is_multicast or address.is_link_local or number >= 240 << 24
    shared = number >> 24 == 10 or number >> 20 == 0xAC1 or number >> 16 == 0xC0A8 or number >> 22 == 0x191
    return not (private or shared or number == 0)


def _ipv6(value: bytes) -> bool:
    try:
        address = IPv6Address(value.partition(b"%")[0].decode("ascii", "replace"))
    except AddressValueError:
        return False
    if address.ipv4_mapped is not None:
        return _ipv4(str(address.ipv4_mapped).encode())
    number = int(address)
    own = number >> 96 == 0x20010DB8 or address.is_loopback or address.is_multicast or address.is_unspecified
    return not (own or address.is_link_local or number >> 121 == 0x7E)


def _host(value: bytes) -> bool:
    lower = value.lower().rstrip(b".")
    return _LABEL_HOST.fullmatch(value) is not None and not lower.endswith(_OWN_SUFFIXES + _CUT_SUFFIXES)


def _email(value: bytes) -> bool:
    return _host(value.rpartition(b"@")[2])


def _mac(value: bytes) -> bool:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", value)
    return len(digits) == 12 and not int(digits[:2], 16) & 3 and bool(digits.strip(b"0"))


def _number(value: bytes) -> bool:
    if not _NUMBER.fullmatch(value):
        return False
    import phonenumbers  # a tenth of a second that a text without numbers need not pay

    digits = re.sub(rb"[^0-9]", b"", value).decode()
    try:
        number = phonenumbers.parse("+" + (digits[2:] if value.startswith(b"00") else digits))
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


def _secret(value: bytes) -> bool:
    return not value.startswith(b"REDACTED") and secret.filler(value) != value and len(value) > 1


def _card(value: bytes) -> bool:
    return bool(value.strip(b"0 -"))


_JUDGES: Mapping[Entity, Callable[[bytes], bool]] = {
    Entity.IPV4: _ipv4,
    Entity.IPV6: _ipv6,
    Entity.HOST: _host,
    Entity.EMAIL: _email,
    Entity.MAC: _mac,
    Entity.NUMBER: _number,
    Entity.SECRET: _secret,
    Entity.CARD: _card,
    Entity.TEXT: lambda value: not secret.is_suppressed(value),
    Entity.DTMF: lambda value: secret.digit_mark(value) != value,
}
