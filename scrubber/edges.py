"""Where a learned value may end: no match counts that is a part of a longer word or number."""

from __future__ import annotations

import re

from scrubber.model import Entity

CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]")
_WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DATE_MARKS = frozenset(b"-/")
_ENCLOSING = frozenset(b"\"'<>@:/")
"""What stands beside an extension that looks like a year, but beside no year."""
_BEFORE_DIGITS = frozenset(b".:%")
_AFTER_DIGITS = frozenset(b".%")


def bounded(text: bytes, start: int, end: int, entity: Entity) -> bool:
    """Whether a match stands alone, by the script of its first and last character."""
    before = text[start - 1] if start else 32
    after = text[end] if end < len(text) else 32
    first, last = text[start], text[end - 1]
    if entity is Entity.NUMBER:
        return before not in _DIGITS and after not in _DIGITS
    if entity is Entity.EXTENSION:
        return _extension_alone(text, start, end, before, after)
    if entity is Entity.TEXT or (entity is Entity.SECRET and end - start >= 8):
        return True
    if entity in _DISTINCTIVE and end - start >= 8 and not text[start:end].isalpha():
        return True
    return _edge(text, start, end, first, before, ahead=False) and _edge(text, start, end, last, after, ahead=True)


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
    if end - start != 4 or text[start : start + 2] not in (b"19", b"20"):
        return True
    dated = text[end + 1 : end + 3].isdigit() or text[max(0, start - 3) : max(0, start - 1)].isdigit()
    if (before in _DATE_MARKS or after in _DATE_MARKS) and dated and not text[end + 3 : end + 4].isdigit():
        return False
    return before in _ENCLOSING or after in _ENCLOSING


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
