"""What a person should see of an output: calls, excerpts, what no rule knows, what is rare.

Everything is read off the output after its audit, from its beginning alone, so that it costs little. The input serves
one purpose, to tell which words of the output stand for others; nothing of it is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scrubber.capture import container
from scrubber.capture.file import CaptureFile
from scrubber.capture.traffic import Traffic
from scrubber.engine import PLAIN, Learner, exposing, records
from scrubber.exposure import Exposure
from scrubber.grammar import sip
from scrubber.heard import Heard
from scrubber.model import Entity, Format, InputError, RuleSet
from scrubber.readings.entity import refine
from scrubber.readings.scan import Scanner
from scrubber.reports import trace
from scrubber.reports.evidence import Excerpt, Novelty, Rarity, Sights
from scrubber.reports.highlight import Pair, best, highlighted
from scrubber.reports.ladder import Dialog, ladder
from scrubber.textfile import TextFile
from scrubber.values import Values

LOOKED = 1 << 20
"""Bytes from the beginning of an output that are looked at."""
MESSAGES = 2000
"""Messages that are looked at."""
LISTED = 40
"""Names, and values, of one file."""
DIALOGS = 10
"""Calls of one file that are drawn."""
DRAWN = 400
"""Dialogs among which these are chosen."""
RARE = 2
"""A value that stands in no more places than this is rare."""
TALLIED = 1 << 14
"""Different values of which places are counted."""
COMPARED = 400
"""Messages among which excerpts are chosen."""
SHOWN = 3
"""Messages of one file that are shown."""
LONGEST = 256
"""Octets of a name or value that are shown."""
SHARE = 20
"""A program is rare, too, when this many times as many messages came from others."""

_PROGRAMS = frozenset((b"user-agent", b"server"))
_RARE_KINDS = {Entity.DEVICE: "device", Entity.EXTENSION: "extension"}
_TOKEN = re.compile(rb"[0-9A-Za-z.!%*_+`'~-]+")
"""RFC 3261 section 25.1; what else stands before a colon is no name of a header field."""
_UNKNOWN = ("unknown payload", "unrecognised stream")
"""Reasons for which octets are blanked that no dissector claims."""
_KEYS = re.compile(
    rb'"([A-Za-z_][\w.-]{1,63})"[ \t]?:|^[ \t]{0,16}([A-Za-z_][\w.-]{1,63})[ \t]{0,16}=(?!=)', re.MULTILINE
)


class Head:
    """The beginning of a file as it passes by: iterate, and :attr:`kept` is what came first."""

    def __init__(self, chunks: Iterable[bytes] = (), limit: int = LOOKED) -> None:
        self._chunks = chunks
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self.whole = True
        """Whether what was kept is all that passed."""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            room = self._limit - self._size
            if room > 0:
                piece = chunk[:room]
                self._pieces.append(piece)
                self._size += len(piece)
            self.whole = self.whole and len(chunk) <= room
            yield chunk

    def filled(self) -> Head:
        """The same, having read as much as it keeps and no more."""
        for _ in self:
            if self._size >= self._limit:
                break
        return self

    @property
    def kept(self) -> bytes:
        """The first octets."""
        return b"".join(self._pieces)


def look(after: Head, before: Head, kind: object, rules: RuleSet) -> Sights:
    """What ``after``, the beginning of an output that passed its audit, shows. Never raises on any content.

    ``before`` is the beginning of its input, or an empty one where that is not at hand: then what stands for something
    else is told on sight alone. ``kind`` is the kind of the file (:class:`~scrubber.tasks.Kind`).
    """
    octets, originals = after.kept, before.kept
    heard, first = _heard(octets, kind), _heard(originals, kind)
    capture, fmt = isinstance(kind, CaptureFile), kind.format if isinstance(kind, TextFile) else PLAIN
    readable = not capture and b"\0" not in octets
    novelties = list(_headers(heard, rules))
    excerpts = _excerpts(heard, first)
    blocks = [(met.place, met.message) for met in heard]
    if readable:
        blocks = list(_numbered(octets, fmt))
        novelties += _keys(octets, rules)
        excerpts += _stretch(octets, originals, heard)
    elif capture:
        novelties += _protocols(octets, rules)
    rarities = [*_programs(heard), *_rare(blocks, rules, fmt, lines=readable)]
    calls, undrawn = _calls(heard)
    more = {"novelties": len(novelties) - LISTED, "rarities": len(rarities) - LISTED, "dialogs": undrawn}
    return Sights(
        tuple(novelties[:LISTED]),
        tuple(rarities[:LISTED]),
        tuple(excerpts),
        tuple(calls),
        {name: number for name, number in more.items() if number > 0},
        len(octets),
        after.whole and len(heard) < MESSAGES,
    )


def _heard(octets: bytes, kind: object) -> list[Heard]:
    try:
        return list(islice(trace.heard(kind, iter((octets,))), MESSAGES))
    except InputError:  # a capture whose header is not even whole
        return []


def _numbered(octets: bytes, fmt: Format) -> Iterator[tuple[int, bytes]]:
    line = 1
    for block in records(iter((octets,)), fmt):
        yield line, block
        line += block.count(b"\n")


# --- what no rule knows


def _headers(heard: Iterable[Heard], rules: RuleSet) -> list[Novelty]:
    """Header fields without a rule, the most frequent first."""
    labels = Scanner(rules).labels
    met = _Tally()
    for each in heard:
        message = each.message
        for field in sip.message(message, 0, len(message)).fields:
            name = message[field.name_start : field.name_end]
            if field.name not in rules.headers and _TOKEN.fullmatch(name) and labels(field.name) is None:
                met.note(name, each.place)
    return met.novelties("header")


def _keys(octets: bytes, rules: RuleSet) -> list[Novelty]:
    """Keys of JSON and of configurations that no label lists."""
    labels = Scanner(rules).labels
    met = _Tally()
    line, position = 1, 0
    for match in _KEYS.finditer(octets):
        key = match[1] or match[2]
        if labels(key) is None:
            line += octets.count(b"\n", position, match.start())
            position = match.start()
            met.note(key, line)
    return met.novelties("key")


def _protocols(octets: bytes, rules: RuleSet) -> list[Novelty]:
    """What no dissector claims: blank by now, but it says so."""
    claimed = _Claimed(rules)
    try:
        for block in Traffic(claimed).blocks(claimed.numbered(container.blocks(iter((octets,)), Counter()))):
            block.encoded(block.frame, claimed)
    except InputError:
        return []
    return claimed.met.novelties("protocol")


class _Claimed(Values):
    """Remembers what was blanked for want of a dissector."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(Learner(rules).reader, bytes)
        self.met = _Tally()
        self.number = 0

    def numbered(self, blocks: Iterable[container.Block]) -> Iterator[container.Block]:
        """The blocks, with the number of the frame that is read."""
        for block in blocks:
            self.number += block.frame is not None
            yield block

    def message(self, message: bytes) -> bytes:
        """Nothing in a message is of interest here."""
        return message

    def blank(self, payload: bytes, reason: str, fill: bytes = b"\0") -> bytes:
        """Count what nobody understood."""
        if reason.startswith(_UNKNOWN):
            self.met.note(reason.encode(), self.number)
        return super().blank(payload, reason, fill)


class _Tally:
    """How often something was met, and where first."""

    def __init__(self) -> None:
        self.times: Counter[bytes] = Counter()
        self.first: dict[bytes, int] = {}

    def note(self, name: bytes, place: int) -> None:
        if len(self.times) < TALLIED or name in self.times:
            self.times[name] += 1
            self.first.setdefault(name, place)

    def novelties(self, kind: str) -> list[Novelty]:
        names = sorted(self.times, key=lambda name: (-self.times[name], self.first[name]))
        return [Novelty(kind, _text(name), self.times[name], self.first[name]) for name in names]

    def rarity(self, kind: str, value: bytes) -> Rarity:
        return Rarity(kind, _text(value), self.times[value], self.first[value])


def _text(octets: bytes) -> str:
    return octets[:LONGEST].decode("utf-8", "replace")


# --- what is rare


def _programs(heard: Iterable[Heard]) -> Iterator[Rarity]:
    """User agents and servers that few messages name."""
    met = _Tally()
    for each in heard:
        message = each.message
        for field in sip.message(message, 0, len(message)).fields:
            if field.name in _PROGRAMS:
                met.note(message[field.value_start : field.value_end], each.place)
    total = met.times.total()
    for value, times in sorted(met.times.items(), key=lambda item: (item[1], item[0])):
        if times <= RARE or times * SHARE <= total:
            yield met.rarity("user agent", value)


def _rare(blocks: Sequence[tuple[int, bytes]], rules: RuleSet, fmt: Format, *, lines: bool) -> Iterator[Rarity]:
    """Devices and extensions that stand in few places; ``lines``: a block has many of them."""
    seen = _Seen(rules)
    read = exposing(seen, fmt)
    for _, block in blocks:
        read(block)
    met = _Tally()
    for first, block in blocks:
        place, position = first, 0
        for found in sorted(seen.places(block)):
            if lines:
                place += block.count(b"\n", position, found.start)
                position = found.start
            met.note(block[found.start : found.end], place)
    for value, times in sorted(met.times.items(), key=lambda item: (item[1], met.first[item[0]])):
        if times <= RARE:
            yield met.rarity(_RARE_KINDS[seen.values[value][0]], value)


class _Seen(Exposure):
    """Collects values of the kinds that may single someone out, pseudonyms as they are by now."""

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Remember ``value``."""
        precise = refine(entity, value)
        if precise in _RARE_KINDS and len(self.values) < TALLIED:
            self.values.setdefault(value, (precise, rule))
        return value

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Of no interest here."""
        del rule, depth
        return value


# --- what it looks like


def _excerpts(heard: Sequence[Heard], first: Sequence[Heard]) -> list[Excerpt]:
    """Messages of different kinds in which the most was replaced."""
    originals = dict(_ordered(first))
    kinds: dict[bytes, tuple[int, Excerpt]] = {}
    for place, each in islice(_ordered(heard), COMPARED):
        excerpt = highlighted(Pair(each.place, each.message, _message(originals.get(place))))
        marks = sum(piece.replaced for line in excerpt.lines for piece in line)
        kind = each.message.partition(b" ")[0]
        if marks > kinds.get(kind, (0, None))[0]:
            kinds[kind] = marks, excerpt
    chosen = sorted(kinds.values(), key=lambda item: -item[0])[:SHOWN]
    return [excerpt for _, excerpt in chosen]


def _ordered(heard: Iterable[Heard]) -> Iterator[tuple[tuple[int, int], Heard]]:
    """Each message under its place and its number there: a line of JSON may hold many."""
    met: Counter[int] = Counter()
    for each in heard:
        yield (each.place, met[each.place]), each
        met[each.place] += 1


def _message(heard: Heard | None) -> bytes | None:
    return None if heard is None else heard.message


def _stretch(octets: bytes, originals: bytes, heard: Iterable[Heard]) -> list[Excerpt]:
    """The lines between messages in which the most was replaced."""
    after, before = octets.split(b"\n"), originals.split(b"\n")
    skipped: set[int] = set()
    for each in heard:
        skipped.update(range(each.place - 1, each.place + each.message.count(b"\n")))
    pair = best(after, before, skipped)
    return [] if pair is None else [highlighted(pair)]


def _calls(heard: Iterable[Heard]) -> tuple[list[Dialog], int]:
    """Calls before other dialogs, each in the order of their beginning; and how many are left out."""
    met = ladder(heard, DRAWN)
    calls = sorted(met.dialogs, key=lambda dialog: dialog.name != "INVITE")
    return calls[:DIALOGS], len(calls[DIALOGS:]) + met.more
