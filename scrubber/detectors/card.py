"""Payment card numbers: an issuer prefix, a length, one style of separators, and the check digit (ISO/IEC 7812-1).

Numbers of bank accounts (IBAN, ISO 13616-1) by their country, length and check digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ZEROED
from scrubber.model import Entity, Finding

RULE = "card"
SHORTEST = b"0" * 13
"""The shape of the shortest card number without its separators."""

_CARD = re.compile(
    rb"(?<![0-9A-Za-z_+.%/-])(?:[3-6][0-9]{12,18}"
    rb"|(?<![0-9A-Fa-f]{4} )(?<![0-9] )[3-6][0-9]{3}([ -])"
    rb"(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|[0-9]{6}\1[0-9]{4,5})(?! [0-9A-Fa-f]{4}\b))"
    rb"(?![0-9A-Za-z_%/]|[.,:-][0-9])"
)
_ACCOUNT = re.compile(
    rb"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?:[0-9A-Z]{11,30}|(?: [0-9A-Z]{4}){2,7}(?: [0-9A-Z]{1,3})?)(?![0-9A-Za-z])"
)
_ACCOUNT_LENGTHS = {
    text[:2]: int(text[2:])
    for text in (
        b"AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18"
        b" FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21"
        b" LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24"
        b" SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    ).split()
}
"""The countries of the IBAN registry (SWIFT) and how long the numbers of their accounts are."""
_CLOCK_WORD = re.compile(
    rb"(?i)(?<![a-z])(?:(?:thread|tid|lwp)(?:[ _-]?id)?|timestamp|epoch|usecs?|nsecs?|msecs?|nanos|micros)"
    rb"[\"']?[ \t]{0,2}[:=#(\[]?[ \t]{0,2}[\"']?\Z"
)
_LINE_TIME = re.compile(
    rb"[(\[<]?(?:(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9])[T ])?[0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"(?:[.,][0-9]{1,9})?(?:Z| ?[+-][0-9]{2}:?[0-9]{2})?[)\]>]?[ \t|]{1,4}(?:[A-Z]{3,8}[ \t|:]{1,4})?[(\[]?"
)
"""The time of a log line, and a level, with nothing else before the digits."""
_CARD_WORD = re.compile(
    rb"(?i)(?<![a-z])(?:cards?|pan|visa|master ?card|amex|american express|maestro|diners(?: club)?|discover|"
    rb"(?:kredit|bank|ec-?)?karten?(?:nummer|nr\.?)?|carte (?:bancaire|de cr[^ ]{1,2}dit|bleue)|tarjeta|"
    rb"carta di credito|cart[^ ]{1,2}o|karta|karty|kaart(?:nummer)?)(?![a-z])[^\r\n]{0,32}\Z"
)
"""What somebody writes before the number of a card: one that was mistyped is a number of a card, too."""
_LENGTHS: tuple[tuple[tuple[bytes, ...], tuple[int, ...]], ...] = (
    ((b"34", b"37"), (15,)),
    ((b"36", b"38", b"39", b"300", b"301", b"302", b"303", b"304", b"305"), (14, 16)),
    ((b"352", b"353", b"354", b"355", b"356", b"357", b"358"), (16,)),
    ((b"4",), (13, 16, 19)),
    ((b"51", b"52", b"53", b"54", b"55"), (16,)),
    ((b"60", b"62", b"64", b"65"), (16, 17, 18, 19)),
    ((b"50", b"56", b"57", b"58", b"61", b"63", b"67"), (13, 14, 15, 16, 17, 18, 19)),
)
"""Issuer prefixes with the lengths they use; the last row is debit cards, which have any length."""
_WORD_BEFORE = 64
"""Octets before a number in which the word stands that says what it is."""
_DOUBLED = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9))


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Card numbers in ``data[start:end]``, in order; the span includes the separators between the digits."""
    stop = len(data) if end is None else end
    for match in _ACCOUNT.finditer(data, start, stop):
        if is_account(match[0].replace(b" ", b"")):
            yield Finding(match.start(), match.end(), Entity.CARD, "card.account")
    if data[start:stop].translate(ZEROED, b" -").find(SHORTEST) < 0:
        return
    for match in _CARD.finditer(data, start, stop):
        digits = match[0].translate(None, b" -")
        named = _CARD_WORD.search(data, max(start, match.start() - _WORD_BEFORE), match.start())
        if (is_issued(digits) if named else is_card(digits)) and not _is_field(data, *match.span()):
            yield Finding(match.start(), match.end(), Entity.CARD, RULE)


def _is_field(data: bytes, first: int, last: int) -> bool:
    """Whether digits in one run are a point in time, or a thread: named so, or alone behind the time of a log line.

    Sixteen digits are what most cards have and no thread: the place alone does not excuse them.
    """
    if not data[first:last].isdigit():
        return False
    if _CLOCK_WORD.search(data, max(0, first - 32), first) is not None:
        return True
    if last - first == 16 or data[last : last + 1] not in (b" ", b"\t", b"]"):
        return False
    line = data.rfind(b"\n", max(0, first - 64), first) + 1
    return first - line <= 64 and _LINE_TIME.fullmatch(data, line, first) is not None


def is_card(digits: bytes) -> bool:
    """Whether a digit string is a card number: prefix and length of an issuer, valid check digit, no trivial row."""
    return is_issued(digits) and _check_sum(digits) % 10 == 0


def is_issued(digits: bytes) -> bool:
    """Whether a digit string is no trivial row and begins like one of an issuer, who uses its length."""
    if len(set(digits)) < 2:
        return False
    return next((len(digits) in lengths for prefixes, lengths in _LENGTHS if digits.startswith(prefixes)), False)


def is_account(text: bytes) -> bool:
    """Whether letters and digits are the number of a bank account: country, length, check digits (ISO/IEC 7064)."""
    if _ACCOUNT_LENGTHS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(char, 36)) for char in (text[4:] + text[:4]).decode())) % 97 == 1


def _check_sum(digits: bytes) -> int:
    """The sum of the Luhn algorithm (ISO/IEC 7812-1 annex B)."""
    values = [byte - 48 for byte in reversed(digits)]
    return sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])
