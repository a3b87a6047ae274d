r"""A document at the end of a log line: a JSON object, a bencoded dictionary of rtpengine's control protocol, a line.

``… Dump for 'offer' from 192.0.2.1:41234: { "sdp": "v=0…" }``, ``… body: {"selector":"…"}``,
``… d7:call-id11:abc@example7:command5:offere``. Keys say what their values are, as in a file of documents; the lengths
of bencoded strings follow what becomes of them. Rows that systems for logs export end in a line of somebody else's log:
``7,INFO,"To: ""Wanda"" <sip:wanda@example.com>"``, ``host=pbx _raw="To: \"Wanda\" <sip:wanda@example.com>"``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Container
from typing import Final

from scrubber.readings.jsonline import scrub_json
from scrubber.readings.messageline import QUOTES, is_message_line

LONGEST: Final = 1 << 16
"""Octets of a line whose end is looked at."""

_OBJECT = re.compile(rb"(?<=[\s:=>'-])[{\[]\s{0,8}\{?\s{0,8}\"[^\"\\]{1,64}\"\s{0,8}:")
_DICTIONARY = re.compile(rb"(?<![A-Za-z0-9])d(?=[0-9]{1,3}:[A-Za-z][A-Za-z_ -]{1,40}[0-9dil])")
_TELLING: Final = (b":call-id", b":command", b":result", b":created")
"""Keys of which requests and answers hold one."""
_KEYED: Final = {b"tags": b"tag"}
"""Keys of dictionaries whose own keys are values, and what these are."""
_STRING = re.compile(rb"([0-9]{1,6}):")
_NUMBER = re.compile(rb"i-?[0-9]{1,20}e")
_QUOTED = re.compile(rb'"((?:[^"\\]|""|\\.)*+)"|(?:[^"\\]|\\.)++', re.DOTALL)
_SAYS = re.compile(rb'"(?:[A-Za-z][A-Za-z-]{1,40} ?:[ \t]|[acmo]=)')
"""Quotes around what may be a line of a message."""

Value = Callable[[bytes, bytes], bytes]
"""From a key and what stands under it to what shall stand there."""


def may_end(text: bytes) -> bool:
    """Whether a document can stand at the end of a text; few other texts can."""
    end = text.rstrip()[-1:]
    if end in (b"}", b"]") and _OBJECT.search(text, 1) is not None:
        return True
    if end == b'"' and _SAYS.search(text, 1) is not None:
        return True
    return any(key in text for key in _TELLING) and _DICTIONARY.search(text) is not None


def read(
    text: bytes, before: Callable[[bytes], bytes], value: Value, fields: Container[bytes] = frozenset()
) -> bytes | None:
    """``text`` with the document at its end read by ``value``, and what precedes it by ``before``.

    ``fields``: names of header fields, in lower case. None where no document begins behind other words. Never raises.
    """
    if len(text) > LONGEST:
        return None
    mark = text.rstrip()[-1:]
    if mark == b'"' and _SAYS.search(text, 1) is not None:
        return _line(text, before, value, fields)
    if mark in (b"}", b"]"):
        found = _OBJECT.search(text, 1)
        if found is not None:
            return before(text[: found.start()]) + scrub_json(text[found.start() :], value)
    if any(key in text for key in _TELLING):
        start = _DICTIONARY.search(text)
        if start is not None:
            new, end, _ = _rewritten(text, start.start(), value)
            if end > start.end():
                return before(text[: start.start()]) + new + (before(text[end:]) if text[end:] else b"")
    return None


def _line(text: bytes, before: Callable[[bytes], bytes], value: Value, fields: Container[bytes]) -> bytes | None:
    """A text that ends in quotes around a line of a message."""
    last = next(iter(deque(_QUOTED.finditer(text.rstrip()), maxlen=1)), None)
    if last is None or last[1] is None or last.start() == 0:
        return None
    style = next((style for style in QUOTES if style in last[1]), b'"')
    plain = last[1].replace(style, b'"')
    if plain.replace(b'"', style) != last[1] or not is_message_line(plain, fields):
        return None
    new = value(b"", plain).replace(b'"', style)
    return before(text[: last.start()]) + b'"' + new + b'"' + text[last.end() :]


def dictionary(text: bytes, value: Value) -> bytes | None:
    """A bencoded dictionary, read by ``value``; None for what is none or goes on behind one. Never raises."""
    if _DICTIONARY.match(text) is None:
        return None
    new, end, whole = _rewritten(text, 0, value)
    return new if whole and end == len(text) else None


def _rewritten(text: bytes, position: int, value: Value) -> tuple[bytes, int, bool]:
    """The bencoded tokens from a place on, strings behind keys rewritten, where they end, and whether all is there."""
    pieces: list[bytes] = []
    key: bytes | None = None
    levels: list[bool] = []
    named: list[bytes] = []
    while position < len(text):
        mark = text[position : position + 1]
        if mark in (b"d", b"l"):
            levels.append(mark == b"d")
            named.append(_KEYED.get(key or b"", b""))
            pieces.append(mark)
            position += 1
            key = None if mark == b"d" else key
        elif mark == b"e" and levels:
            levels.pop()
            named.pop()
            pieces.append(mark)
            position += 1
            key = None
            if not levels:
                break
        elif (number := _NUMBER.match(text, position)) is not None:
            pieces.append(number[0])
            position, key = number.end(), None
        else:
            string = _STRING.match(text, position)
            if string is None or not levels:
                break
            held = text[string.end() : string.end() + int(string[1])]
            position = string.end() + len(held)
            if levels[-1] and key is None:
                key = held
                new = value(named[-1], held) if named[-1] else held
            else:
                new = value(key or b"", held)
                key = None if levels[-1] else key
            size = int(string[1]) + len(new) - len(held)
            pieces.append(b"%d:%b" % (size, new))
    return b"".join(pieces), position, not levels
