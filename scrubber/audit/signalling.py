"""What the SIP messages of a file count to, and the shape of their dialogs without any of their values."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TypeVar

from scrubber.heard import Heard
from scrubber.reports import synopsis
from scrubber.reports.synopsis import METHODS, Description, Synopsis

HELD = 1 << 17
"""Calls, transactions and so on that are told from each other at a time; the one met first is then forgotten."""
CODECS = frozenset(
    b"PCMU PCMA G721 G722 G7221 G723 G726-16 G726-24 G726-32 G726-40 AAL2-G726-32 G728 G729 G729D G729E GSM GSM-EFR"
    b" GSM-HR-08 iLBC speex opus SILK AMR AMR-WB EVS BV16 BV32 DVI4 L8 L16 L24 LPC CN QCELP EVRC EVRC0 EVRC1 isac"
    b" Codec2 MPA VDVI telephone-event tone RED red rtx ulpfec flexfec-03 t38 T38 H261 H263 H263-1998 H263-2000 H264"
    b" H265 VP8 VP9 AV1 JPEG MPV MP4V-ES H224 T140 t140 siren7 siren14 mpeg4-generic MP4A-LATM aac x-caps"
    b" parityfec".split()
)
"""Names of encodings (IANA "RTP Payload Format Media Types"); any other name is not told."""
KINDS = frozenset((b"audio", b"video", b"image", b"text", b"application", b"message"))
_ANSWERING = frozenset((b"ACK", b"PRACK"))
"""Requests whose description answers the one in a response."""
_OTHER = "other"


class Numbers:
    """Numbers for values in the order in which they are met. Of a value only a digest is held."""

    def __init__(self) -> None:
        self.count = 0
        """Different values so far; those that were forgotten count again."""
        self.full = False
        """Whether any were forgotten."""
        self._known: dict[int, int] = {}

    def of(self, value: object) -> int:
        """The number of a value, from 1; 0 for an empty one."""
        if not value:
            return 0
        # The hash of octets is keyed anew by each process, so nobody can prepare values that share one.
        key = hash(value)
        number = self._known.get(key)
        if number is None:
            self.count += 1
            number = self._known[key] = self.count
            if len(self._known) > HELD:
                self.full = True
                del self._known[next(iter(self._known))]
        return number


_Key = TypeVar("_Key")


def _remember(known: dict[_Key, None], key: _Key) -> None:
    """Add to what is known, of which the first is forgotten when it is too much."""
    known[key] = None
    if len(known) > HELD:
        del known[next(iter(known))]


class Signalling:
    """Counts messages one after the other."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        """By method."""
        self.responses: Counter[str] = Counter()
        """By status code and method."""
        self.codecs: Counter[str] = Counter()
        """By the side of the negotiation (RFC 3264) and name."""
        self.transports: Counter[str] = Counter()
        self.retransmissions = 0
        self.silence = 0
        """Microseconds of the longest time between two messages."""
        self._calls, self._dialogs, self._transactions = Numbers(), Numbers(), Numbers()
        self._registrations, self._seen = Numbers(), Numbers()
        self._tags, self._branches, self._ends = Numbers(), Numbers(), Numbers()
        self._late: dict[int, None] = {}
        """Calls in which an answer to a request without a description offered one (RFC 3261 section 13.2.1)."""
        self._open: dict[tuple[int, int], None] = {}
        """Requests with a description, by call and number: what answers them has the answer."""
        self._shape = blake2b(digest_size=16)
        self._last: float | None = None

    @property
    def full(self) -> bool:
        """Whether there were more calls, transactions or ends than are told from each other."""
        numbers = (self._calls, self._dialogs, self._transactions, self._registrations, self._seen, self._tags)
        return any(some.full for some in (*numbers, self._branches, self._ends))

    @property
    def dialogs(self) -> dict[str, int]:
        """Calls (Call-ID), dialogs (Call-ID and both tags), transactions (branch and CSeq) and what came twice."""
        found = {
            "calls": self._calls.count,
            "dialogs": self._dialogs.count,
            "transactions": self._transactions.count,
            "retransmissions": self.retransmissions,
            "registrations": self._registrations.count,
        }
        return {name: count for name, count in found.items() if count}

    @property
    def shape(self) -> str:
        """A digest of the order of messages, and of what each belongs to.

        It covers methods, codes, sequence numbers and codecs as they are; dialogs, transactions and ends as numbers by
        first appearance, so that a renaming, one to one, does not change it.
        """
        return self._shape.hexdigest()

    def hear(self, heard: Heard) -> None:
        """Count one message."""
        told = synopsis.read(heard.message)
        method = told.method.decode() if told.method in METHODS else _OTHER
        if told.status:
            self.responses[f"{told.status.decode()} {method}"] += 1
        else:
            self.requests[method] += 1
        if heard.transport:
            self.transports[heard.transport.decode("ascii", "replace")] += 1
        call = self._calls.of(told.call_id)
        tags = frozenset((told.from_tag, told.to_tag))
        dialog = self._dialogs.of((told.call_id, tags)) if told.from_tag and told.to_tag else 0
        transaction = self._transactions.of((told.branch, told.number, told.method)) if told.branch else 0
        if told.method == b"REGISTER":
            self._registrations.of(told.call_id)
        self._repeated(heard, told)
        found = list(synopsis.descriptions(told))
        offered = bool(found) and self._offers(told, call)
        codecs = [self._described(one, offered=offered) for one in found]
        ends = self._ends.of(heard.source), self._ends.of(heard.destination)
        numbers = (call, dialog, transaction, self._tags.of(told.from_tag), self._tags.of(told.to_tag))
        shape = (method, told.status, told.number, numbers, self._branches.of(told.branch), ends, codecs)
        self._shape.update(repr(shape).encode())
        if heard.time is not None:
            if self._last is not None:
                self.silence = max(self.silence, round((heard.time - self._last) * 1e6))
            self._last = heard.time

    def _repeated(self, heard: Heard, told: Synopsis) -> None:
        if not told.branch:
            return
        known = self._seen.count
        self._seen.of((*told[:8], heard.source, heard.destination))
        self.retransmissions += self._seen.count == known

    def _offers(self, told: Synopsis, call: int) -> bool:
        """Whether the description of a message is an offer, which the other side answers."""
        asked = call, told.number
        if told.status:
            if asked in self._open:
                return False
            _remember(self._late, call)
        elif told.method in _ANSWERING and call in self._late:
            return False
        else:
            self._late.pop(call, None)
            _remember(self._open, asked)
        return True

    def _described(self, told: Description, *, offered: bool) -> tuple[str, bytes, tuple[str, ...]]:
        side = "offered" if offered else "answered"
        names = tuple(name.decode() if name in CODECS else _OTHER for name in told.formats)
        kind = told.kind.decode() if told.kind in KINDS else _OTHER
        self.codecs.update(f"{side} {kind} {name}" for name in names)
        return kind, told.direction, names
