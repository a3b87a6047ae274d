"""Signalling of the telephone network: ISUP (ITU-T Q.763) and call control of ISDN (Q.931; QSIG is spelled alike).

Message types, causes, indicators and bearers stay, digits become those of a pseudonym, the rest is blanked at its
length. A message whose pointers and lengths do not add up, such as one of a national variant, is blanked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from scrubber.model import Entity
from scrubber.readings.rewrite import Reader

Q931_RULE: Final = "q931-number"
ISUP_RULE: Final = "isup-number"
Blank = Callable[[bytes, bytes], bytes]
"""From octets that may not stay, and what fills their place, to as many others."""

LONG: Final = 6
"""Digits of the longest extension."""

# --- Q.931

CALL_CONTROL: Final = 8
"""Protocol discriminator of call control (Q.931 section 4.2)."""
USER_USER: Final = 0x7E
_SINGLE: Final = 0x80
"""An information element of one octet."""
_KEPT: Final = {0x04: 12, 0x08: 2, 0x14: 1, 0x18: 6, 0x1E: 2, 0x29: 6, 0x34: 1, 0x79: 1}
"""Bearer, cause, state, channel, progress, time, signal, restart (Q.931 section 4.5), and the octets of each that stay.

Behind a cause stand its diagnostics, which may be a number."""
_SHIFTS: Final = 0x90
"""From here on other sets of elements are announced (Q.931 section 4.5.3)."""
_SINGLES: Final = frozenset(range(0x90, 0xA2))
_NUMBERS: Final = frozenset((0x4C, 0x6C, 0x70, 0x74))
"""Connected, calling, called and redirecting number."""
_DISPLAY: Final = 0x28
_DIGITS: Final = b"0123456789*#"


def q931(data: bytes, reader: Reader, blank: Blank, user_user: Callable[[bytes], bytes] | None = None) -> bytes:
    """A message of call control: header and message type, then information elements; no length changes."""
    start = 3 + (data[1] & 15 if len(data) > 1 else 0)
    if data[:1] != bytes((CALL_CONTROL,)) or len(data) < start:
        return blank(data, b"\0")
    return data[:start] + elements(data[start:], reader, blank, user_user)


def elements(data: bytes, reader: Reader, blank: Blank, user_user: Callable[[bytes], bytes] | None = None) -> bytes:
    """Information elements: one octet, or type, length and content. ``user_user`` reads what users say."""
    return b"".join(_elements(data, reader, blank, user_user))


def _elements(data: bytes, reader: Reader, blank: Blank, user_user: Callable[[bytes], bytes] | None) -> Iterator[bytes]:
    position = 0
    shifted = False
    while position < len(data):
        kind = data[position]
        # Where H.225.0 uses it, the length of User-user has two octets.
        wide = kind == USER_USER and user_user is not None
        begin = position + (1 if kind & _SINGLE else 3 if wide else 2)
        end = begin + int.from_bytes(data[position + 1 : begin])
        if kind & _SINGLE and kind not in _SINGLES:
            yield blank(data[position:begin], b"\0")
        else:
            yield data[position:begin]
        content = data[begin:end]
        if shifted:  # in another set the same types mean something else
            yield blank(content, b"\0")
        elif wide and user_user is not None:
            yield user_user(content)
        else:
            yield _element(kind, content, reader, blank)
        shifted = kind & 0xF0 == _SHIFTS or (shifted and bool(kind & _SINGLE))
        position = end


def _element(kind: int, data: bytes, reader: Reader, blank: Blank) -> bytes:
    if kind in _KEPT:
        return data[: _KEPT[kind]] + blank(data[_KEPT[kind] :], b"\0")
    if kind in _NUMBERS:
        return _number(data, reader, blank)
    return blank(data, b"x" if kind == _DISPLAY else b"\0")


def _number(data: bytes, reader: Reader, blank: Blank) -> bytes:
    """Type and plan of a number, its presentation, its digits (Q.931 section 4.5.10)."""
    start = next((at + 1 for at in range(min(3, len(data))) if data[at] & 0x80), 0)
    digits = data[start:]
    if not digits:
        return data
    if digits.translate(None, _DIGITS):
        return data[:start] + blank(digits, b"0")
    return data[:start] + same_length(digits, Q931_RULE, reader, b" ")


def same_length(digits: bytes, rule: str, reader: Reader, pad: bytes = b"0", lead: bytes = b"") -> bytes:
    """As many digits of a pseudonym; ``lead`` is how the number would begin where it is written out."""
    entity = Entity.NUMBER if len(digits) > LONG else Entity.EXTENSION
    new = reader.value(entity, lead + digits if entity is Entity.NUMBER else digits, rule)
    return new.removeprefix(lead)[: len(digits)].ljust(len(digits), pad)


# --- ISUP


class _Layout(NamedTuple):
    """What stands behind a message type: octets of fixed length, kinds of variable parameters, optional ones or not."""

    fixed: int = 0
    variable: tuple[int, ...] = ()
    optional: bool = True


_CALLED, _SUBSEQUENT, _CAUSE, _RANGE, _GENERIC, _USER_TO_USER, _TRANSPORT = 0x04, 0x05, 0x12, 0x16, 0xC0, 0x20, 0x03
_BARE: Final = _Layout(optional=False)
_LAYOUTS: Final = {
    0x01: _Layout(5, (_CALLED,)),
    0x02: _Layout(0, (_SUBSEQUENT,)),
    0x03: _Layout(2),
    0x04: _Layout(2),
    0x05: _Layout(1, optional=False),
    0x06: _Layout(2),
    0x07: _Layout(2),
    0x08: _Layout(),
    0x09: _Layout(),
    0x0C: _Layout(0, (_CAUSE,)),
    0x0D: _Layout(1),
    0x0E: _Layout(1),
    0x10: _Layout(),
    **dict.fromkeys((0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x24, 0x2E), _BARE),
    0x17: _Layout(0, (_RANGE,), optional=False),
    **dict.fromkeys((0x18, 0x19, 0x1A, 0x1B), _Layout(1, (_RANGE,), optional=False)),
    0x1F: _Layout(1),
    0x20: _Layout(1),
    0x21: _Layout(1),
    0x28: _BARE,
    0x29: _Layout(0, (_RANGE,), optional=False),
    0x2C: _Layout(1),
    0x2D: _Layout(0, (_USER_TO_USER,)),
    0x2F: _Layout(0, (_CAUSE,)),
    **dict.fromkeys((0x32, 0x33, 0x36, 0x37, 0x38, 0x41, 0x42), _Layout()),
}
"""By message type (Q.763 tables 21 to 60)."""
_INDICATORS: Final = frozenset(
    (0x02, 0x06, 0x07, 0x08, 0x09, 0x0E, 0x0F, 0x10, 0x11, 0x13, 0x15, _RANGE, 0x18, 0x1D, 0x22, 0x24, 0x27, 0x29)
) | frozenset((0x2C, 0x2D, 0x31, 0x34, 0x38, 0x39, 0x3D))
"""Parameters that say how a call is made, not whose it is (Q.763 table 5)."""
_WIDEST: Final = 16
"""Octets of the longest of them."""
_ISUP_NUMBERS: Final = {
    **dict.fromkeys((_CALLED, 0x0A, 0x0B, 0x0C, 0x21, 0x28, 0x3F, 0x6F), 2),
    _SUBSEQUENT: 1,
    _GENERIC: 3,
}
"""Parameters that are numbers, and where in them their digits begin."""
_ODD, _INTERNATIONAL = 0x80, 4
_HALVES: Final = b"0123456789abcdef"


def isup(data: bytes, reader: Reader, blank: Blank) -> bytes:
    """A message without routing label and circuit, as SIP-I carries it (ITU-T Q.1912.5); no length changes."""
    layout = _LAYOUTS.get(data[0]) if data else None
    spans = None if layout is None else _spans(data, layout)
    if layout is None or spans is None:
        return blank(data, b"\0")  # a type without its parameters would be malformed
    pieces: list[bytes] = []
    position = 0
    for kind, start, end in spans:
        pieces += data[position:start], _parameter(kind, data[start:end], reader, blank)
        position = end
    return b"".join([*pieces, data[position:]])


def _spans(data: bytes, layout: _Layout) -> list[tuple[int, int, int]] | None:
    """Kind and span of each parameter; ``None`` where the pointers do not lead from each to the next, to the end."""
    pointers = 1 + layout.fixed
    at = pointers + len(layout.variable) + layout.optional
    if len(data) < at:
        return None
    spans: list[tuple[int, int, int]] = []
    for number, kind in enumerate(layout.variable, pointers):
        if number + data[number] != at or at >= len(data):
            return None
        spans.append((kind, at + 1, at + 1 + data[at]))
        at += 1 + data[at]
    last = pointers + len(layout.variable)
    if not layout.optional or not data[last]:
        return spans if at == len(data) else None
    if last + data[last] != at:
        return None
    while at + 1 < len(data) and data[at]:
        spans.append((data[at], at + 2, at + 2 + data[at + 1]))
        at += 2 + data[at + 1]
    return spans if data[at:] == b"\0" else None


def _parameter(kind: int, data: bytes, reader: Reader, blank: Blank) -> bytes:
    start = _ISUP_NUMBERS.get(kind)
    if start is not None:
        return _packed(data, start, reader, blank)
    if kind == _TRANSPORT:
        return elements(data, reader, blank)
    kept = 0
    if kind in _INDICATORS:
        kept = len(data) if len(data) <= _WIDEST else 0
    elif kind == _CAUSE:
        kept = next((at + 2 for at in range(min(2, len(data))) if data[at] & 0x80), 0)
    elif kind == _USER_TO_USER:
        kept = 1  # what it is written in
    return data[:kept] + blank(data[kept:], b"\0")


def _packed(data: bytes, start: int, reader: Reader, blank: Blank) -> bytes:
    """Digits behind what says how many the last octet holds, and what kind of number they are."""
    if len(data) <= start:
        return data
    nature = data[start - 2] if start > 1 else data[0]
    lead = b"+" if start > 1 and nature & ~_ODD == _INTERNATIONAL else b""
    return data[:start] + packed(data[start:], nature >> 7, ISUP_RULE, reader, blank, lead)


def packed(octets: bytes, unused: int, rule: str, reader: Reader, blank: Blank, lead: bytes = b"") -> bytes:
    """Digits two to an octet, the lower half first; ``unused`` halves of the last octet are none."""
    row = b"".join([b"%x%x" % (octet & 15, octet >> 4) for octet in octets])
    bare = row[: len(row) - unused].removesuffix(b"f")
    if not bare.isdigit():
        return blank(octets, b"\0")
    new = same_length(bare, rule, reader, b"0", lead)
    if not new.isdigit():  # an action that gives no number
        new = b"0" * len(bare)
    rest = row[len(bare) :]
    row = new + (blank(rest, b"0") if rest.strip(b"0f") else rest)
    return bytes(low | high << 4 for low, high in zip(*[map(_HALVES.index, row)] * 2, strict=True))
