"""What several detectors share: byte classes for cheap pre-tests, and the order of findings.

The one module of this folder that its siblings import.
"""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.model import Finding

COLON, SLASH, EQUALS, AT, PLUS, QUESTION, GREATER, BACKSLASH, BRACKET = b":/=@+?>\\["
"""Byte values: ``COLON in data`` is ten times as fast as ``b":" in data``, and ``find`` twice as fast for words."""
DIGITS = b"0123456789"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ALNUM = DIGITS + LETTERS
ZEROED = bytes.maketrans(DIGITS, b"0" * 10)
"""Table for ``bytes.translate``: every decimal digit becomes ``0``, so that ``b"0.0" in shape`` is a pre-test."""


def blanked(data: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """``data`` with every given span overwritten by NUL, so that a later pattern cannot match inside it."""
    view = bytearray(data)
    for start, end in spans:
        view[start:end] = bytes(end - start)
    return bytes(view)


def word_before(data: bytes, position: int, alphabet: bytes = ALNUM, limit: int = 64) -> bytes:
    """The longest run of ``alphabet`` bytes that ends at ``position``, at most ``limit`` bytes of it."""
    window = data[max(0, position - limit) : position]
    return window[len(window.rstrip(alphabet)) :]


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by start; of two that overlap the one that starts first stays, of equal starts the longer."""
    kept: list[Finding] = []
    reached = 0
    for finding in sorted(findings, key=_place):
        if finding.start >= reached and finding.end > finding.start:
            kept.append(finding)
            reached = finding.end
    return kept


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, -finding.end
