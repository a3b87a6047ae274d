"""Lists of ``Key="value"`` pairs, as the security events of Asterisk are written (``main/security_events.c``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from scrubber.model import Entity
from scrubber.readings.memo import Contextual, Memo
from scrubber.readings.rewrite import Reader

REMEMBERED: Final = 1 << 13
"""Pairs whose reading is remembered."""

_LIST = re.compile(rb'[A-Za-z]{1,32}="[^"\\]{0,256}",[A-Za-z]{1,32}="')
_ENDPOINT = re.compile(rb"(IPV[46]/[A-Z]{2,4}/)([0-9A-Fa-f:.]{2,45})(/[0-9]{1,5})")
_NOTHING = re.compile(rb"<[a-z]{2,16}>")
"""``<unknown>``."""
_YEAR = re.compile(rb"\A((?:19|20)[0-9]{2})(?![0-9A-Za-z])|(?<![0-9A-Za-z])((?:19|20)[0-9]{2})\Z")


def is_list(text: bytes) -> bool:
    """Whether a text begins and ends like such a list."""
    return text[-1:] == b'"' and _LIST.match(text) is not None


def holds_extension(reader: Reader, piece: bytes) -> bool:
    """Whether a known extension that looks like a year stands beside a quote, where no year would."""
    sweep = reader.sweep
    return sweep is not None and any((year[1] or year[2]) in sweep.digits for year in _YEAR.finditer(piece))


class Pairs:
    """The reading of such lists, through a memo of pairs."""

    __slots__ = ("_pairs", "_reader", "_tokens")

    def __init__(self, reader: Reader, tokens: Callable[[bytes], bytes]) -> None:
        """``tokens`` reads what stands between two blanks."""
        self._reader = reader
        self._tokens = tokens
        self._pairs = Memo(self._pair, REMEMBERED).__getitem__

    def read(self, text: bytes) -> bytes | None:
        """A text that is such a list and nothing else, dealt with; None for any other."""
        if not is_list(text):
            return None
        try:
            return b'",'.join(map(self._pairs, text[:-1].split(b'",'))) + b'"'
        except Contextual:
            return None

    def _pair(self, pair: bytes) -> bytes:
        """``Key="value``, the closing quote cut off."""
        key, mark, value = pair.partition(b'="')
        if not mark or not key.isalnum() or b'"' in value or holds_extension(self._reader, value):
            raise Contextual
        endpoint = _ENDPOINT.fullmatch(value)
        if endpoint is not None:
            return (
                key + mark + endpoint[1] + self._reader.value(Entity.HOST, endpoint[2], "label-endpoint") + endpoint[3]
            )
        rule = self._reader.scanner.labels(key)
        if (rule is not None and rule.measure) or self._reader.scanner.sentences(pair + b'"'):
            raise Contextual
        if rule is not None and rule.entity is not None and _NOTHING.fullmatch(value) is None:
            return key + mark + self._reader.value(rule.entity, value, rule.id)
        return key + mark + b" ".join(map(self._tokens, value.split(b" ")))
