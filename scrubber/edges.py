"""Where a learned value may end: no match counts that is a part of a longer word or number."""

from __future__ import annotations

import re

from scrubber.model import Entity

APART = b"\n\0\x1e\0\x1d\0\n"
"""Stands between two pieces that are searched together, so that nothing is found across them that stands in neither.

It must be in no input: with ``\\n\\0\\n`` in its place the next octet makes an address from 10.0.10.0 to 10.0.10.255.
"""
CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]")
_WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BLANK = 0x20
_BREAKS = frozenset((b"\\n", b"\\r", b"\\t"))
_ESCAPED = re.compile(rb"[01][0-9A-Fa-f]|2[0-9A-Fa-f]|3[A-Fa-f]|[46]0|[57][B-Fb-f]")
"""The octets of ASCII but letters and digits, in hexadecimal."""
_DATE_MARKS = frozenset(b"-/")
_AROUND = 40
"""Bytes around an extension that looks like a year in which something may say that it is one."""
_BEFORE_YEAR = re.compile(
    rb"(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}+\.?,?[ /-]{0,2}"
    rb"(?:[0-3]?[0-9](?:st|nd|rd|th)?,?[ /-]{1,2})?"
    rb"|[0-2][0-9]:[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]{1,9})?)? {1,2}(?:[a-z]{2,5} |[+-][0-9]{4} )?"
    rb"|\b(?:since|year|in) |(?:copyright|\(c\)|\xc2\xa9)[^\n]{0,16})\Z",
    re.IGNORECASE,
)
_BEHIND_YEAR = re.compile(
    rb",? {1,2}[0-2]?[0-9]:[0-5][0-9]|:[0-2][0-9]:[0-5][0-9]|[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b"
    rb"| (?:utc|gmt)\b",
    re.IGNORECASE,
)
"""What stands before and behind a year in prose, times and statements of rights."""
_BEFORE_DIGITS = frozenset(b".:%")
_AFTER_DIGITS = frozenset(b".%")


def bounded(text: bytes, start: int, end: int, entity: Entity) -> bool:
    """Whether a match stands alone, by the script of its first and last character."""
    before = text[start - 1] if start else _BLANK
    after = text[end] if end < len(text) else _BLANK
    first, last = text[start], text[end - 1]
    if before in _WORD and is_escape(text, start):
        before = _BLANK
    if entity is Entity.NUMBER:
        return before not in _DIGITS and after not in _DIGITS
    if end - start in _MONTH_SIZES and _is_month(text, start, end):
        return False
    if entity is Entity.EXTENSION:
        return _extension_alone(text, start, end, before, after)
    if entity is Entity.TEXT or (entity is Entity.SECRET and end - start >= 8):
        return True
    if entity is Entity.DEVICE and _is_torn(text, start, end):
        return False
    if entity in _DISTINCTIVE and end - start >= 8 and not text[start:end].isalpha():
        return True
    return _edge(text, start, end, first, before, ahead=False) and _edge(text, start, end, last, after, ahead=True)


def is_escape(text: bytes, end: int) -> bool:
    r"""Whether what stands before ``end`` spells a sign that is no part of a word: ``%20``, a line break as ``\n``."""
    if text[end - 2 : end] in _BREAKS:
        return True
    return text[end - 3 : end - 2] == b"%" and _ESCAPED.fullmatch(text, end - 2, end) is not None


MONTHS = frozenset(
    b"jan feb mar apr may jun jul aug sep sept oct nov dec"
    b" january february march april june july august september october november december".split()
)
_MONTH_SIZES = frozenset(map(len, MONTHS))
_DAY_BEFORE = re.compile(rb"(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?[ /-]{1,2}\Z")
_YEAR_BEHIND = re.compile(rb",?[ /-]{1,2}(?:(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])")
_DAY_BEHIND = re.compile(
    rb"[ /-]{1,2}[0-3]?[0-9](?:st|nd|rd|th)?,? {1,2}(?:(?:19|20)[0-9]{2}|[0-2]?[0-9]:[0-5][0-9])(?![0-9])"
)
_ON = rb"\b(?:on|since|until|till|before|after|between)(?: the)? "
_ON_DAY_BEFORE = re.compile(_ON + rb"[0-3]?[0-9](?:st|nd|rd|th)?(?: of)? \Z", re.IGNORECASE)
_ON_BEFORE = re.compile(_ON + rb"\Z", re.IGNORECASE)
_ENDS_THERE = re.compile(rb"(?: [a-z0-9(]|[,;.:!?)](?![A-Za-z0-9])|\s{0,4}\Z)")
_DAY_ENDS = re.compile(rb" [0-3]?[0-9](?:st|nd|rd|th)?(?![0-9A-Za-z:]|[.-][0-9])")
"""``on 27 May,`` and ``since May 27``: no surname follows."""


def _is_month(text: bytes, start: int, end: int) -> bool:
    """Whether a word is the month of a date: some months are names of people, too."""
    if text[start:end].lower() not in MONTHS:
        return False
    if _DAY_BEHIND.match(text, end) is not None:
        return True
    before = text[max(0, start - 24) : start]
    if _YEAR_BEHIND.match(text, end) is not None and _DAY_BEFORE.search(before) is not None:
        return True
    if _ON_DAY_BEFORE.search(before) is not None:
        return _ENDS_THERE.match(text, end) is not None
    return _DAY_ENDS.match(text, end) is not None and _ON_BEFORE.search(before) is not None


_BROKEN = re.compile(rb"\.?[a-z]{1,32}\.[a-z]{1,32}")


def _is_torn(text: bytes, start: int, end: int) -> bool:
    """Whether a match may be the end of an application's name that a line broke somewhere, inside a whole one."""
    if start < 2 or _BROKEN.fullmatch(text, start, end) is None:
        return False
    before, first = text[start - 1], text[start]
    return before in _WORD if first == _DOT else before == _DOT and text[start - 2] in _WORD


_DOT = 0x2E
_DIGITS = frozenset(b"0123456789")
_DISTINCTIVE = frozenset({Entity.USER, Entity.DEVICE, Entity.IDENTIFIER, Entity.MAC})


def _extension_alone(text: bytes, start: int, end: int, before: int, after: int) -> bool:
    if before in _WORD or after in _WORD or before >= 0x80 or after >= 0x80:
        return False
    if before in _BEFORE_DIGITS and not (
        before == 58 and text[max(0, start - 5) : start].lower().endswith((b"sip:", b"tel:", b"ips:"))
    ):
        return False
    if after in _AFTER_DIGITS and text[end + 1 : end + 2].isdigit():
        return False
    return not (is_year(text[start:end]) and _dated(text, start, end, before, after))


def is_year(digits: bytes) -> bool:
    """Whether a number looks like a year; many extensions do."""
    return len(digits) == 4 and digits[:2] in (b"19", b"20") and digits.isdigit()


def _dated(text: bytes, start: int, end: int, before: int, after: int) -> bool:
    """Whether what stands around a number that looks like a year says that it is one."""
    if before in _DATE_MARKS or after in _DATE_MARKS:
        dated = text[end + 1 : end + 3].isdigit() or text[max(0, start - 3) : max(0, start - 1)].isdigit()
        if dated and not text[end + 3 : end + 4].isdigit():
            return True
    line = text[max(0, start - _AROUND) : start].rpartition(b"\n")[2]
    return _BEFORE_YEAR.search(line) is not None or _BEHIND_YEAR.match(text, end, end + _AROUND) is not None


def _edge(text: bytes, start: int, end: int, inner: int, outer: int, *, ahead: bool) -> bool:
    """A word must not go on beyond the match; scripts written without blanks have no such edge."""
    if inner in _WORD:
        if outer in _WORD:
            return False
        return outer < 0x80 or not _neighbour(text, start, end, ahead=ahead).isalnum()
    if inner < 0x80 or outer < 0x80:
        return True
    edge = text[start:end].decode(errors="ignore")
    if edge and CJK.match(edge[-1] if ahead else edge[0]):
        return True
    return not _neighbour(text, start, end, ahead=ahead).isalnum()


def _neighbour(text: bytes, start: int, end: int, *, ahead: bool) -> str:
    """The whole character next to the match (empty when it does not decode)."""
    if ahead:
        return text[end : end + 4].decode(errors="ignore")[:1]
    return text[max(0, start - 4) : start].decode(errors="ignore")[-1:]
