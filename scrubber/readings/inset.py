"""Messages that stand further in than the text of their log: behind blanks, words, names of hosts and programs, quotes.

Their lines are read without what stands before them, which is put back afterwards, and so are quotes around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from scrubber.readings.messageline import QUOTES

LONGEST: Final = 256
"""Bytes before a start line that may belong to a log."""
LINES: Final = 256
"""Lines of a message whose lines have all the same before them."""
UNKNOWN: Final = 1 << 30
"""The length of a body for which none is declared."""
FIELDS: Final = 64
"""How many lines back the declared length of a body is looked for."""

_VERSION = re.compile(rb"SIP/2\.0(?:(?= [1-6][0-9]{2}(?: |\.?\"?\r?$))|(?=\.?\"?\r?$))", re.MULTILINE)
"""The version that begins a status line or ends a request line, but none of a Via field."""
_REQUEST = re.compile(
    rb"(?:(?:INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE)"
    rb"|(?<![A-Za-z0-9])[A-Z]{3,16}) <?[A-Za-z][A-Za-z0-9+.-]{0,31}:[^ \n]{1,1024} {1,4}\Z"
)
_FIRST_FIELD = re.compile(
    rb"(?:via|v|from|f|to|t|call-id|i|cseq|max-forwards|record-route|route|contact|m|user-agent|p-[a-z-]{1,40})"
    rb"[ \t]{0,4}:",
    re.IGNORECASE,
)
"""What comes first below a start line. No prose goes on like this."""
_FIELD = re.compile(rb"[A-Za-z0-9!%*_+`'~.-]{1,64}[ \t]{0,4}:|[ \t]+[^ \t\r]")
_ENCLOSED = re.compile(rb'"(?:[^"\\]|""|\\.)*+"?\r?')
_LENGTH = re.compile(rb"(?:content-length|l)[ \t]{0,4}:[ \t]{0,8}([0-9]{1,8})", re.IGNORECASE)
_TYPE = re.compile(rb"(?:content-type|c)[ \t]{0,4}:", re.IGNORECASE)
_BEFORE = frozenset((b" ", b"\t", b":"))
"""What stands between words and the message they are about; at the end of a body, the next message follows at once."""
_ZEROED = bytes.maketrans(b"123456789", b"000000000")
_BLANK = frozenset((b"", b".", b"\r", b".\r", b'"', b'"\r'))

TextStart = Callable[[bytes], int]


def cuts(block: bytes, lines: Sequence[bytes], text_start: TextStart) -> dict[int, int]:
    """Of the lines of a block that belong to such messages, by number, where the message's part begins."""
    found: dict[int, int] = {}
    number = position = 0
    for version in _VERSION.finditer(block):
        begin = block.rfind(b"\n", 0, version.start()) + 1
        if begin == version.start():
            continue
        start = _start(block, begin, version.start(), version.end())
        if start <= begin or start - begin > LONGEST:
            continue
        number += block.count(b"\n", position, begin)
        position = begin
        line = lines[number]
        if number not in found and text_start(line) < start - begin:
            found.update(_stretch(lines, number, start - begin, text_start))
    return found


def unquoted(line: bytes, cut: int) -> tuple[bytes, bytes, bytes]:
    """The text of a line from ``cut`` on, what follows it, and how a quote is written in it.

    Where quotes stand around the text, as in tables of records, they are no part of it.
    """
    text = line[cut:]
    body = text.rstrip(b"\r")
    if line[cut - 1 : cut] != b'"' or body[-1:] != b'"':
        return text, b"", b'"'
    inner = body[:-1]
    style = next((style for style in QUOTES if style in inner), b'"')
    plain = inner.replace(style, b'"')
    return (plain, text[len(inner) :], style) if plain.replace(b'"', style) == inner else (text, b"", b'"')


def _is_member(line: bytes, cut: int) -> bool:
    """Whether a quote before the message's part is closed before the end of the line: a value among others."""
    return line[cut - 1 : cut] == b'"' and _ENCLOSED.fullmatch(line, cut - 1) is None


def _start(block: bytes, begin: int, version: int, end: int) -> int:
    """Where the start line of that version begins, in a line that begins at ``begin``; -1 if nowhere."""
    if block[end : end + 1] == b" ":
        return version
    request = _REQUEST.search(block, max(begin, version - 1200), version)
    return -1 if request is None else request.start()


def _stretch(lines: Sequence[bytes], first: int, cut: int, text_start: TextStart) -> dict[int, int]:
    """The start line, and what follows it behind the same, up to the end of the message."""
    if first + 1 >= len(lines) or _is_member(lines[first], cut):
        return {}
    following = lines[first + 1]
    shape = lines[first][:cut].translate(_ZEROED)
    if not _is_behind(following, shape) or _FIRST_FIELD.match(following, cut) is None:
        if lines[first][cut - 1 : cut] not in _BEFORE or text_start(following) or not _FIRST_FIELD.match(following):
            return {}
        return {} if _ends_content(lines, first, cut) else {first: cut}
    found = {first: cut}
    declared: int | None = None
    typed = b""
    for number in range(first + 1, min(len(lines), first + LINES)):
        line = lines[number]
        if line.rstrip().translate(_ZEROED) == shape.rstrip() or (_is_behind(line, shape) and line[cut:] in _BLANK):
            found[number] = min(cut, len(line))
            if declared is None:
                declared = UNKNOWN if typed else 0
            sdp = b"sdp" in typed.lower() and declared == UNKNOWN
            return found | _content(lines, number + 1, cut, shape, declared, sdp=sdp)
        if not _is_behind(line, shape):
            break
        if _FIELD.match(line, cut) is None:
            break
        length = _LENGTH.match(line, cut)
        declared = declared if length is None else int(length[1])
        if _TYPE.match(line, cut) is not None:
            typed = line[cut:]
        found[number] = cut
    return found


def _ends_content(lines: Sequence[bytes], first: int, cut: int) -> bool:
    """Whether what stands before the cut is the end of a body by the declared length, and the next message follows."""
    sizes = [cut, cut]
    for number in range(first - 1, max(0, first - FIELDS), -1):
        text = lines[number].rstrip(b"\r")
        if not text:
            for above in range(number - 1, max(-1, number - FIELDS), -1):
                length = _LENGTH.match(lines[above])
                if length is not None and int(length[1]) in sizes:
                    return True
                if _FIELD.match(lines[above]) is None:
                    break
        sizes = [sizes[0] + len(text) + 2, sizes[1] + len(lines[number]) + 1]
    return False


def _content(lines: Sequence[bytes], first: int, cut: int, shape: bytes, declared: int, *, sdp: bool) -> dict[int, int]:
    """As many lines as the declared length asks for; of a session description whose length is not known, its own."""
    found: dict[int, int] = {}
    for number in range(first, min(len(lines), first + LINES)):
        line = lines[number]
        if declared <= 0 or not (_is_behind(line, shape) or line.rstrip().translate(_ZEROED) == shape.rstrip()):
            break
        if sdp and line[cut + 1 : cut + 2] != b"=":
            break
        found[number] = min(cut, len(line))
        declared -= len(line[cut:].rstrip(b"\r")) + 2
    return found


def _is_behind(line: bytes, shape: bytes) -> bool:
    return line[: len(shape)].translate(_ZEROED) == shape
