"""WebSocket frames (RFC 6455 section 5), which carry SIP between browsers and servers (RFC 7118).

Follows an HTTP handshake. The frames of a fragmented message are read as one message and put back into as many; masks
stay what they were, lengths are corrected. What is compressed (RFC 7692) is inflated with what the messages before it
said, and compressed again by itself; where something before it is missing it is blanked at its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from scrubber.capture import permessage
from scrubber.capture.document import is_text, markup, notation
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, LONGEST, MORE, Memory, Stream
from scrubber.grammar import sip
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((5062, 5066, 7443, 8088, 8089, 10080))
FRAMES: Final = 1024
"""Frames of one message; one of more is no message."""
BINARY = "WebSocket payload"
COMPRESSED = "compressed WebSocket message"
RULE = "websocket-text"

_CONTINUATION, _TEXT, _DATA, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10
_OPCODES: Final = frozenset((_CONTINUATION, _TEXT, _DATA, _CLOSE, _PING, _PONG))
_FIN: Final = 0x80
_COMPRESSED: Final = 0x40
_RESERVED: Final = 0x30
_MASKED: Final = 0x80
_CONTROL: Final = 0x08
_LONGEST_REASON: Final = 123


class _Frame(NamedTuple):
    """One frame: its first octet, its mask (empty without one), and what is there of its payload in clear."""

    first: int
    mask: bytes
    size: int
    """Octets the payload has."""
    wide: int
    """Octets in which the size is written beyond the second of the header: 0, 2 or 8."""
    payload: bytes
    end: int
    """Offset behind the frame, which may not have arrived yet."""

    @property
    def opcode(self) -> int:
        return self.first & 0x0F

    @property
    def is_final(self) -> bool:
        return bool(self.first & _FIN)

    def around(self, payload: bytes) -> bytes:
        """The frame with another payload; a missing end is still counted."""
        size = self.size + len(payload) - len(self.payload)
        wide = max(self.wide, 0 if size < 126 else 2 if size < 1 << 16 else 8)
        short = size if not wide else 126 if wide == 2 else 127
        second = short | (_MASKED if self.mask else 0)
        return (
            bytes((self.first, second))
            + (size.to_bytes(wide) if wide else b"")
            + self.mask
            + _masked(payload, self.mask)
        )


def _masked(payload: bytes, mask: bytes) -> bytes:
    """``payload`` combined with a mask, which is its own inverse (RFC 6455 section 5.3)."""
    if not mask or not payload:
        return payload
    key = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(len(payload))


def _frame(data: bytes, start: int, *, clear: bool) -> _Frame | int:
    """The frame at an offset, :data:`MORE` or :data:`DAMAGED`; its payload only if it is wanted in ``clear``."""
    header = data[start : start + 14]
    if not header:
        return MORE
    opcode = header[0] & 0x0F
    if header[0] & _RESERVED or opcode not in _OPCODES:
        return DAMAGED
    if len(header) < 2:
        return MORE
    short = header[1] & 0x7F
    wide = {126: 2, 127: 8}.get(short, 0)
    if opcode & _CONTROL and (wide or header[0] & (_FIN | _COMPRESSED) != _FIN):
        return DAMAGED
    at = 2 + wide + (4 if header[1] & _MASKED else 0)
    if len(header) < at:
        return MORE
    size = int.from_bytes(header[2 : 2 + wide]) if wide else short
    if size > LONGEST or (wide == 8 and size < 1 << 16) or (wide == 2 and size < 126):
        return DAMAGED
    mask = header[2 + wide : at]
    begin = start + at
    payload = _masked(data[begin : begin + size], mask) if clear else b""
    return _Frame(header[0], mask, size, wide, payload, begin + size)


def _length(data: bytes) -> int:
    """A message with all its fragments and the control frames between them."""
    position = 0
    whole = True
    for _ in range(FRAMES):
        frame = _frame(data, position, clear=False)
        if isinstance(frame, int):
            return frame
        if not frame.opcode & _CONTROL:
            if position and frame.opcode != _CONTINUATION:
                return DAMAGED
            whole = frame.is_final or (not position and frame.opcode == _CONTINUATION)
        position = frame.end
        if whole:
            return position
    return DAMAGED


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether a frame begins here that holds what only WebSockets carry: a connection whose handshake is missing."""
    frame = _frame(data, 0, clear=True)
    if isinstance(frame, int) or not frame.payload or frame.opcode not in (_TEXT, _DATA) or frame.first & _COMPRESSED:
        return False
    if frame.payload.startswith((b"SIP/2.0 ", b"INVITE sip", b"REGISTER s", b"OPTIONS si")):
        return True
    if not (flow.sport in PORTS or flow.dport in PORTS):
        return False
    return is_text(frame.payload) and (_is_sip(frame.payload) or frame.payload[:1] in b"{[<\r")


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """The frames of one message that refers to no other."""
    return _remembering(payload, flow, to, Memory())


def _remembering(payload: bytes, flow: Flow, to: Values, memory: Memory) -> bytes | None:
    """The frames of one message."""
    frames: list[_Frame] = []
    position = 0
    for _ in range(FRAMES):
        frame = _frame(payload, position, clear=True)
        if isinstance(frame, int):
            break
        frames.append(frame)
        position = frame.end
        if position >= len(payload):
            break
    if not frames:
        return None
    data = [frame for frame in frames if not frame.opcode & _CONTROL]
    missing = flow.cut or any(len(frame.payload) < frame.size for frame in data)
    pieces = _fragments(data, to, memory, missing=missing)
    out = [frame.around(_control(frame, to) if frame.opcode & _CONTROL else next(pieces)) for frame in frames]
    return b"".join(out) + to.blank(payload[position:], BINARY)


def _fragments(frames: list[_Frame], to: Values, memory: Memory, *, missing: bool) -> Iterator[bytes]:
    """The rewritten payloads of the fragments of a message, of their old lengths but for the last."""
    if not frames:
        return
    old = b"".join([frame.payload for frame in frames])
    if frames[0].opcode == _CONTINUATION:
        new = to.blank(old, BINARY)
    elif frames[0].first & _COMPRESSED:
        new = _packed(old, to, memory, missing=missing)
    else:
        new = _content(old, to)
    position = 0
    for frame in frames[:-1]:
        yield new[position : position + len(frame.payload)]
        position += len(frame.payload)
    yield new[position:]


def _packed(old: bytes, to: Values, memory: Memory, *, missing: bool) -> bytes:
    """A compressed message. Those before it have changed, so it must not refer to them any more."""
    content = None if missing else permessage.inflated(old, memory.octets)
    if content is None:
        memory.octets = b""
        blanked = to.blank(old, COMPRESSED)
        return blanked if blanked == old or missing else permessage.stand_in(len(old))
    new = _content(content, to)
    alone = not memory.octets or permessage.inflated(old, b"") == content
    memory.octets = (memory.octets + content)[-permessage.WINDOW :]
    return old if new == content and (alone or not to.reader.replaces) else permessage.deflated(new)


def _content(data: bytes, to: Values) -> bytes:
    """SIP, JSON or XML; nothing else is known to be free of what people write."""
    if not data.strip(b"\r\n"):
        return data
    if _is_sip(data):
        return to.message(data)
    if not is_text(data):
        return to.blank(data, BINARY)
    opening = data.lstrip()[:1]
    if opening == b"<":
        return markup(data, to)
    return notation(data, to) if opening in (b"{", b"[") else to.reader.part("text", data, RULE)


def _is_sip(data: bytes) -> bool:
    return sip.is_start_line(data.lstrip(b"\r\n")[:4096].partition(b"\n")[0].rstrip(b"\r"))


def _control(frame: _Frame, to: Values) -> bytes:
    """The code of a close frame stays (RFC 6455 section 5.5.1); its reason is text, what a ping holds is not known."""
    payload = frame.payload
    if frame.opcode != _CLOSE or len(payload) < 2:
        return to.blank(payload, BINARY)
    reason = payload[2:]
    if not reason:
        return payload
    new = to.value(Entity.TEXT, reason, RULE) if is_text(reason) else to.blank(reason, BINARY)
    return payload[:2] + new[:_LONGEST_REASON]


STREAM = Stream("websocket", _opens, _length, _rewrite, remembering=_remembering)
