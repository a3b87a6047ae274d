"""The Asterisk Manager Interface: actions, responses and events, blocks of ``Key: value`` lines over TCP.

A block ends at its blank line and is read like the same lines in a log.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.document import labelled
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
_VARIABLE = re.compile(
    rb"(?im)^(variable|value|chanvariable(?:\([^()\r\n]{0,128}\))?):[ \t]?(?:([A-Za-z_][A-Za-z0-9_]{0,63})=)?([^\r\n]*)"
)
"""``Variable: NAME`` before ``Value: …``, and ``Variable: NAME=…``."""
_STATISTICS = re.compile(rb"(?:[ \t]{0,32}[a-z_]{2,24}=[0-9]{1,12}(?:\.[0-9]{1,9})?;?){1,40}")
"""How a call sounded, as numbers of RTP and RTCP."""
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
    pieces: list[bytes] = []
    position = 0
    variable = b""
    for match in _VARIABLE.finditer(payload):
        name, label, start, end = match[1].lower(), match[2], *match.span(3)
        if name == b"value":
            # What the dial plan keeps in a variable is named by the line before.
            label, variable = variable, b""
        elif not label:
            label, variable = b"", match[3]
        if label and not (label.startswith(b"RTP") and _STATISTICS.fullmatch(match[3])):
            pieces += to.lines(payload[position : match.start()]), payload[match.start() : start]
            pieces.append(labelled(_told(label, to), payload[start:end], to))
            position = end
    pieces.append(to.lines(payload[position:]))
    return b"".join(pieces)


def _told(name: bytes, to: Values) -> bytes:
    """The name of a variable where it says what is in it; whoever writes a dial plan may use any word for anything."""
    rule = to.reader.scanner.labels(name)
    return name if rule is not None and rule.entity is not None else b"value"


STREAM = Stream("ami", _opens, _length, _rewrite)
