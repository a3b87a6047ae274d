"""Payment card numbers: an issuer prefix, a length, one style of separators, and the check digit (ISO/IEC 7812-1)."""

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
_CLOCK_WORD = re.compile(
    rb"(?i)(?<![a-z])(?:(?:thread|tid|lwp)(?:[ _-]?id)?|timestamp|epoch|usecs?|nsecs?|msecs?|nanos|micros)"
    rb"[\"']?[ \t]{0,2}[:=#(\[]?[ \t]{0,2}[\"']?\Z"
)
_LINE_TIME = re.compile(
    rb"[(\[<]?(?:(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[A-Z][a-z]{2} [ 0-9][0-9])[T ])?[0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"(?:[.,][0-9]{1,9})?(?:Z| ?[+-][0-9]{2}:?[0-9]{2})?[)\]>]?[ \t|]{1,4}(?:[A-Z]{3,8}[ \t|:]{1,4})?[(\[]?"
)
"""The time of a log line, and a level, with nothing else before the digits."""
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
_DOUBLED = bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9))


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Card numbers in ``data[start:end]``, in order; the span includes the separators between the digits."""
    stop = len(data) if end is None else end
    if data[start:stop].translate(ZEROED, b" -").find(SHORTEST) < 0:
        return
    for match in _CARD.finditer(data, start, stop):
        if is_card(match[0].translate(None, b" -")) and not _is_field(data, *match.span()):
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
    if len(set(digits)) < 2:
        return False
    for prefixes, lengths in _LENGTHS:
        if digits.startswith(prefixes):
            return len(digits) in lengths and _check_sum(digits) % 10 == 0
    return False


def _check_sum(digits: bytes) -> int:
    """The sum of the Luhn algorithm (ISO/IEC 7812-1 annex B)."""
    values = [byte - 48 for byte in reversed(digits)]
    return sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])
