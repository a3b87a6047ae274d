"""The event socket of FreeSWITCH over TCP: blocks of ``Key: value`` lines, some with a body behind their length.

What a client asks for is read as in a log, but for its credentials. Events are read key by key, values without their
percent signs, which are put back; where no table knows a key only protocol tokens stay. Lengths are corrected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from scrubber.capture.document import is_text, label, labelled, notation
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, LONGEST, MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((8021, 8084))
RULE: Final = "esl-value"
BODY: Final = "event socket body"

_TYPES: Final = (
    rb"auth/request|command/reply|api/response|log/data"
    rb"|text/(?:event-(?:plain|json|xml)|disconnect-notice|rude-rejection)"
)
_BLOCK = re.compile(rb"(?:Content-Length: [0-9]{1,7}\r?\n)?Content-Type: (?:%b)\r?\n" % _TYPES)
_COMMAND = re.compile(
    rb"(auth|userauth|api|bgapi|event|nixevent|filter|sendmsg|sendevent|connect|exit|linger|nolinger|myevents|noevents"
    rb"|divert_events|log|nolog|resume|getvar)(?: [^\r\n]{0,4096})?\r?\n"
)
_WITH_LINES: Final = frozenset((b"sendmsg", b"sendevent", b"bgapi", b"api", b"connect"))
"""Commands that lines of their own may follow."""
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^Content-Length: ?([0-9]{1,7})\r?$")
_KIND = re.compile(rb"(?im)^Content-Type: ?([a-z/-]{1,40})\r?$")
_LINE = re.compile(rb"([^:\r\n]{1,256})(: ?)([^\r\n]*)")
_CREDENTIAL = re.compile(rb"(auth|userauth) (?:([^:\r\n]{1,256}):)?([^\r\n]{1,512})(\r?\n)")
_ADDRESS = re.compile(rb"[^@\s:<>;,\"]{1,128}@[0-9A-Za-z.-]{1,253}(?::[0-9]{1,5})?")
"""A user at a host, without a scheme."""
_SCHEME: Final = b"sip:"
_ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}")
_PLAIN: Final = b" !\"#$&'()*+,/:;<=>?@[\\]^`{|}"
_CONSTANT = re.compile(rb"[A-Z]{2,24}(?:_[A-Z]{1,24}){1,6}|[a-z_]{2,24}\.c")
"""Names of events, states and causes, and files of the source. One word in capitals may as well be somebody's name."""
_SAID: Final = frozenset(
    b"event-name event-subclass core-uuid event-date-local event-date-gmt event-date-timestamp event-calling-file "
    b"event-calling-function event-calling-line-number event-sequence channel-state channel-call-state answer-state "
    b"channel-state-number call-direction presence-call-direction channel-read-codec-name channel-read-codec-rate "
    b"channel-read-codec-bit-rate channel-write-codec-name channel-write-codec-rate channel-write-codec-bit-rate "
    b"hangup-cause content-type caller-dialplan caller-direction caller-logical-direction "
    b"caller-channel-created-time caller-channel-answered-time caller-channel-hangup-time caller-profile-index "
    b"application call-command execute-app-name event-lock linger controlled socket-mode control disposition".split()
)
"""Keys of what FreeSWITCH says of itself, in lower case."""
_REPLY: Final = b"reply-text"
"""A sentence, which may repeat what was asked for."""
_WORDS = re.compile(rb"[A-Za-z0-9_.,:/+ -]{1,80}")


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether a block begins here, or on a usual port a command of a client."""
    if _BLOCK.match(data) is not None:
        return True
    usual = not PORTS.isdisjoint((flow.sport, flow.dport))
    return usual and _COMMAND.match(data) is not None


def _length(data: bytes) -> int:
    if data[:1] in (b"\r", b"\n"):
        return len(data) - len(data.lstrip(b"\r\n"))
    if _BLOCK.match(data) is None and _COMMAND.match(data) is None:
        return DAMAGED if b"\n" in data or len(data) > LONGEST >> 4 else MORE
    end = _END.search(data)
    if end is None:
        return MORE
    length = _LENGTH.search(data, 0, end.end())
    return end.end() + (int(length[1]) if length is not None else 0)


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A block with its body, or a command."""
    if not payload.strip(b"\r\n"):
        return payload
    end = _END.search(payload)
    if end is None and not flow.cut:
        return None
    start = len(payload) if end is None else end.end()
    head, body = payload[:start], payload[start:]
    command = _COMMAND.match(head)
    if command is None and _BLOCK.match(head) is None:
        return None
    kind = _KIND.search(head)
    read = _BODIES.get(kind[1].lower() if kind is not None else b"", _unknown)
    new_body = read(body, to) if body else body
    new_head = _lines(head, to) if command is None else _asked(head, command, to)
    length = _LENGTH.search(new_head)
    if length is not None and len(new_body) != len(body):
        size = int(length[1]) + len(new_body) - len(body)
        new_head = new_head[: length.start(1)] + b"%d" % max(size, 0) + new_head[length.end(1) :]
    return new_head + new_body


def _asked(head: bytes, command: re.Match[bytes], to: Values) -> bytes:
    """A command, and the lines behind it."""
    credential = _CREDENTIAL.match(head)
    if credential is None:
        first = to.lines(command[0])
    else:
        user = credential[2] and _account(credential[2], to) + b":"
        secret = to.value(Entity.SECRET, credential[3], RULE)
        first = credential[1] + b" " + (user or b"") + secret + credential[4]
    rest = head[command.end() :]
    return first + (_lines(rest, to) if command[1] in _WITH_LINES else to.lines(rest))


def _account(account: bytes, to: Values) -> bytes:
    user, at, host = account.partition(b"@")
    return to.value(Entity.USER, user, RULE) + at + (to.value(Entity.HOST, host, RULE) if host else host)


def _lines(text: bytes, to: Values) -> bytes:
    """Lines of an event, each by its key; the others as they are in a log."""
    pieces: list[bytes] = []
    for line in text.splitlines(keepends=True):
        found = _LINE.match(line)
        if found is None or not found[3]:
            pieces.append(line if not line.strip() else to.reader.part("text", line.rstrip(b"\r\n"), RULE))
            pieces.append(b"" if not line.strip() else line[len(line.rstrip(b"\r\n")) :])
            continue
        name = found[1] if found[1].lower() in _SAID else label(found[1], to)
        pieces += name, found[2], _value(found[1], found[3], to), line[found.end() :]
    return b"".join(pieces)


def _value(key: bytes, value: bytes, to: Values) -> bytes:
    told = key.lower()
    if told == b"content-length" or (told in _SAID and _WORDS.fullmatch(value)):
        return value
    if told == _REPLY:
        return to.text(value)
    rule = to.reader.scanner.labels(key)
    if (rule is None or rule.entity is None) and _CONSTANT.fullmatch(value):
        return value
    if not _ENCODED.search(value):
        return _read(key, value, to)
    bare = unquote_to_bytes(value)
    new = _read(key, bare, to)
    if new == bare:
        return value
    # As FreeSWITCH does it, what may stand in an address stays (switch_url_encode).
    safe = bytes(sign for sign in _PLAIN if bytes((sign,)) in value)
    return quote_from_bytes(new, safe=safe).encode()


def _read(key: bytes, value: bytes, to: Values) -> bytes:
    if value.startswith(b"v=0"):
        return to.body(b"application/sdp", value)
    if _ADDRESS.fullmatch(value):
        return to.text(_SCHEME + value).removeprefix(_SCHEME)
    return labelled(key, value, to)


def _event(body: bytes, to: Values) -> bytes:
    """Lines up to a blank one, and what is written behind it."""
    end = _END.search(body)
    start = len(body) if end is None else end.end()
    rest = body[start:]
    head = _lines(body[:start], to)
    new = to.reader.part("text", rest, RULE) if rest.strip() else rest
    length = _LENGTH.search(head)
    if length is not None and rest:
        size = int(length[1]) + len(new) - len(rest)
        head = head[: length.start(1)] + b"%d" % max(size, 0) + head[length.end(1) :]
    return head + new


def _json(body: bytes, to: Values) -> bytes:
    return notation(body, to) if is_text(body) and body[:1] == b"{" else _unknown(body, to)


def _answer(body: bytes, to: Values) -> bytes:
    return to.lines(body) if is_text(body) else to.blank(body, BODY)


def _unknown(body: bytes, to: Values) -> bytes:
    return to.blank(body, BODY)


_BODIES: Final[Mapping[bytes, Callable[[bytes, Values], bytes]]] = {
    b"text/event-plain": _event,
    b"text/event-json": _json,
    **dict.fromkeys((b"api/response", b"log/data", b"text/disconnect-notice", b"text/rude-rejection"), _answer),
}

STREAM = Stream("event-socket", _opens, _length, _rewrite)
