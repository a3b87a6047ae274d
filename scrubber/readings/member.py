"""Members of JSON and markup in the lines of a log: what stands under a key, an element or an attribute.

Fields of packets by their own names, identities by the rules of labels, messages and documents by their own readings,
what a program says like a line of its log. Whatever else stands there is subject to the default deny of
:mod:`scrubber.readings.denial`, as it is in a document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scrubber.readings import entry, packetfields
from scrubber.readings.denial import Denial
from scrubber.readings.jsonline import looks_like_json
from scrubber.readings.message import Messages
from scrubber.readings.messageline import is_message_line

LONGEST: Final = 1 << 10
"""Bytes of a value that is remembered."""
REMEMBERED: Final = 1 << 13
"""Values that are remembered under their name."""


class Members:
    """What stands for the members of the documents in one text."""

    __slots__ = ("_denial", "_free", "_inner", "_known", "_messages")

    def __init__(
        self, messages: Messages, free: Callable[[bytes], bytes], inner: Callable[[bytes], bytes] | None
    ) -> None:
        """``free`` reads a text of one line, ``inner`` one of several; None when it would lie too deep."""
        self._messages = messages
        self._free = free
        self._inner = inner
        self._denial = Denial(messages.reader, free)
        self._known: dict[tuple[bytes, bytes], bytes] = {}

    def of_json(self, key: bytes, value: bytes) -> bytes:
        """What stands for a decoded value under its key, or for a key, whose own key is empty."""
        known = self._known.get((key, value))
        if known is None:
            known = self._read(key, value)
            if len(value) <= LONGEST and not self._holds_lines(value):
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[key, value] = known
        return known

    def of_markup(self, name: bytes, value: bytes) -> bytes:
        """What stands for the text of an element or the value of an attribute, whose name may say nothing."""
        return self.of_json(name, value) if name else self._undetermined(value)

    def _read(self, key: bytes, value: bytes) -> bytes:
        if (field := packetfields.field(key, value, self._messages)) is not None:
            return field
        reader = self._messages.reader
        rule = reader.scanner.labels(key) if key else None
        if (named := entry.member(rule, value, reader)) is not None:
            return named
        if (
            not key
            or packetfields.is_field(key)
            or self._denial.is_sentence(key)
            or self._holds_lines(value)
            or looks_like_json(value)
        ):
            return self._undetermined(value)
        return self._denial.unnamed(key, value)

    def _undetermined(self, value: bytes) -> bytes:
        """A value that may be a document or a message itself, and is a text otherwise."""
        if self._inner is not None and (self._holds_lines(value) or looks_like_json(value)):
            return self._inner(value)
        return self._free(value) if value else value

    def _holds_lines(self, value: bytes) -> bool:
        return b"\n" in value or b"SIP/2.0" in value or is_message_line(value, self._messages.reader.rules.headers)
