"""What stands before the first colon of a line: the name of a header field, of a variable, or neither."""

from __future__ import annotations

import re

from scrubber.model import FormRule
from scrubber.readings.rewrite import Reader
from scrubber.readings.variable import is_variable

NAMES = 1 << 12
"""Names that are remembered."""
UNKNOWN, NO_FIELD, VARIABLE = FormRule("", ""), FormRule("", "-"), FormRule("", "=")
"""A field of which no rule says what it holds, text that is no name, and a variable of a dial plan."""
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9!%*_+`'~.-]{0,63}")
_FOLDS = (b" ", b"\t")


class FieldNames(dict[bytes, FormRule]):
    """The text before a colon -> the rule of its header field, or what else it is."""

    __slots__ = ("_reader",)

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, name: bytes) -> FormRule:
        rule = self._rule(name)
        if len(self) < NAMES:
            self[name] = rule
        return rule

    def _rule(self, name: bytes) -> FormRule:
        if is_variable(name):
            return VARIABLE
        stripped = name.strip(b" \t")
        if not _NAME.fullmatch(stripped) or name.startswith(_FOLDS):
            return NO_FIELD
        rule = self._reader.rules.headers.get(stripped.lower())
        if rule is not None:
            return rule
        if b"-" not in stripped and self._reader.scanner.labels(stripped) is not None:
            return NO_FIELD
        return UNKNOWN
