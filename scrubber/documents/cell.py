"""One value of a document under the name that its column, key, element or option gives it.

What the name says decides; what no rule names, or only as a word of a protocol, is left to
:mod:`scrubber.readings.denial`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from scrubber import encodings
from scrubber.detectors import values
from scrubber.model import Entity, FormRule, LabelRule
from scrubber.readings.denial import RULE, Denial, remember
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import DEPTH
from scrubber.values import Values

LONGEST: Final = 256
"""Bytes of a value that is remembered under its name."""
_FORMS: Final = {Entity.HOST: "host", Entity.USER: "user", Entity.NUMBER: "number"}
"""Entities whose place allows more than one value: how it is taken apart."""
_CALLED: Final = frozenset((Entity.USER, Entity.NAME, Entity.NUMBER))
_UNIQUELY: Final = frozenset((Entity.USER, Entity.IDENTIFIER))
_ENCLOSING: Final = (b'""', b"''")
_CALLER = re.compile(rb'(\s*+)(?:"((?:[^"\\]|\\.){0,256}+)"|([^<>"]{0,256}?))(\s*+<)([^<>]{0,256}+)(>\s*+)')
"""``"Name" <number>``, as Asterisk writes who calls."""
_UNIQUE = re.compile(
    rb"(?:[A-Za-z0-9._-]{1,64}-)?1[0-9]{9}\.[0-9]{1,9}|(?:PJSIP|SIP|IAX2|DAHDI|Local)/[^\s,;|\"]{1,256}"
)
_NETWORK = re.compile(rb"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?")
"""An address or a network where callers are expected: in lists of who is let in."""
_OCTETS = re.compile(rb"(?:[0-9A-Fa-f]{2}[: ]){11,}[0-9A-Fa-f]{2}|(?:0x)?(?:[0-9A-Fa-f]{2}){24,}")
"""What may be a text in another notation."""
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_QUERY = re.compile(rb"[?&][A-Za-z0-9_.%+-]{1,64}=|\A[A-Za-z0-9_.-]{1,64}=[^&\s]{0,4096}&")
"""Parameters, each of which is decoded by itself: a sign that was escaped does not end it."""
Inner = Callable[[bytes, "Cells"], bytes | None]
"""A value that is a document or a text of several lines itself, rewritten; None for any other."""


def _nothing(value: bytes, cells: Cells) -> None:
    del value, cells


class Cells(Denial):
    """The values of one document; what was met before costs a look-up."""

    def __init__(self, to: Values, inner: Inner = _nothing) -> None:
        super().__init__(to.reader, to.text)
        self.to = to
        self.depth = 0
        """How many documents this one stands inside."""
        self._inner = inner
        self._messages = Messages(to.reader)
        self._known: dict[tuple[bytes, bytes], bytes] = {}

    def read(self, told: bytes, value: bytes) -> bytes:
        """What stands for ``value`` under the name ``told``, which may be empty; quotes and blanks around it stay."""
        if len(value) > LONGEST:
            return self._read(told, value)
        known = self._known.get((told, value))
        if known is None:
            known = self._read(told, value)
            remember(self._known, (told, value), known)
        return known

    def inside(self, value: bytes) -> bytes | None:
        """A value that is a document or a message, rewritten; None for any other."""
        return self._inner(value, self)

    def _read(self, told: bytes, value: bytes) -> bytes:
        bare = value.strip()
        if not bare:
            return value
        if b"%" in bare and self.depth < DEPTH and _PERCENT.search(bare) is not None and not _QUERY.search(bare):
            decoded = self._decoded(told, bare)
            if decoded is not None:
                return value.replace(bare, decoded)
        start = value.find(bare)
        rule = self.rule(told)
        if rule is None or rule.entity is None or rule.entity is Entity.TEXT:
            inner = self.inside(bare)
            if inner is not None:
                return value[:start] + inner + value[start + len(bare) :]
        if len(bare) > 2 and bare[:1] + bare[-1:] in _ENCLOSING and bare[:1] not in bare[1:-1]:
            start += 1
            bare = bare[1:-1]
        return value[:start] + self._told(told, rule, bare) + value[start + len(bare) :]

    def _decoded(self, told: bytes, value: bytes) -> bytes | None:
        """A value in percent escapes, read in its plain form; None when it is in none."""
        plain = encodings.percent_decode(value)
        if plain is None or plain == value:
            return None
        self.depth += 1
        try:
            new = self._read(told, plain)
        finally:
            self.depth -= 1
        return value if new == plain else encodings.percent_encode_like(new, value)

    def _told(self, told: bytes, rule: LabelRule | None, value: bytes) -> bytes:
        """A value without quotes under its rule."""
        if (rule is None or rule.entity is None) and _OCTETS.fullmatch(value):
            return self.reader.part("hex-data", value, RULE)
        if rule is None or rule.entity is None:
            return self.unnamed(told, value)
        return self._identity(rule, rule.entity, value)

    def _identity(self, rule: LabelRule, entity: Entity, value: bytes) -> bytes:
        """A value of a kind that is replaced."""
        if entity in _CALLED and (caller := _CALLER.fullmatch(value)) is not None:
            return self._caller(rule, caller)
        if (entity in _UNIQUELY and _UNIQUE.fullmatch(value)) or (entity in _CALLED and _NETWORK.fullmatch(value)):
            return self.token(value)
        if values.checked(value, 0, len(value), entity) is None:
            return self.denied(value)
        form = _FORMS.get(entity)
        if form is not None:
            return self._messages.field_value(FormRule(rule.id, form), value)
        return self.to.value(entity, value, rule.id)

    def _caller(self, rule: LabelRule, caller: re.Match[bytes]) -> bytes:
        before, quoted, bare, between, number, after = caller.groups(b"")
        name = quoted.strip(b" ")
        if caller[2] is None:
            new = self.to.value(Entity.NAME, bare, rule.id)
        else:
            new = b'"%b"' % (quoted.replace(name, self.to.value(Entity.NAME, name, rule.id)) if name else quoted)
        return before + new + between + (self.to.value(Entity.USER, number, rule.id) if number else b"") + after
