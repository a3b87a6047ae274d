"""The Asterisk Manager Interface: actions, responses and events, blocks of ``Key: value`` lines over TCP.

A block ends at its blank line and is read like the same lines in a log.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.capture.values import Values

PORTS: Final = frozenset((5038,))

_BANNER = re.compile(rb"Asterisk Call Manager/[0-9][0-9.]{0,15}\r?\n")
_BANNER_OPENING: Final = b"Asterisk Call Manager/"
_OPENING = re.compile(rb"(?i)(?:action|response|event|actionid):[ \t]?[A-Za-z0-9]")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_COMMAND = re.compile(rb"(?i)response:[ \t]?follows\r?\n")
_COMMAND_END = re.compile(rb"--END COMMAND--\r?\n(?:\r?\n)?")
_BREAKS = re.compile(rb"[\r\n]++")


def _opens(data: bytes, flow: Flow) -> bool:
    if data.startswith(_BANNER_OPENING) or _OPENING.match(data) is not None:
        return True
    return data[:2] == b"\r\n" and (flow.sport in PORTS or flow.dport in PORTS)


def _length(data: bytes) -> int:
    """A block up to its blank line; the output of a command up to the line that ends it."""
    breaks = _BREAKS.match(data)
    if breaks is not None:
        return breaks.end()
    if data.startswith(_BANNER_OPENING):
        banner = _BANNER.match(data)
        return banner.end() if banner is not None else MORE if b"\n" not in data else DAMAGED
    if _OPENING.match(data) is None:
        return DAMAGED
    end = (_COMMAND_END if _COMMAND.match(data) else _BLANK_LINE).search(data)
    return MORE if end is None else end.end()


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One block; the banner holds nothing but a version."""
    del flow
    if _BANNER.fullmatch(payload) or not payload.strip(b"\r\n"):
        return payload
    return to.lines(payload)


STREAM = Stream("ami", _opens, _length, _rewrite)
