"""What the lines of a log count to: how many, by level and source file, and the longest time without any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from scrubber.payloadlines import joined
from scrubber.stamp import Clock
from scrubber.terminal import uncoloured

SOURCES = 512
"""Source files that are told; lines of others are counted together."""

_WORDS = (
    rb"EMERGENCY|EMERG|ALERT|CRITICAL|CRIT|FATAL|ERROR|ERR|WARNING|WARN|NOTICE|INFO|DEBUG|DBG|VERBOSE|TRACE|SECURITY"
    rb"|DTMF|FAX"
)
_LEVELS = frozenset(_WORDS.split(b"|"))
_FILE = rb"[A-Za-z0-9_/+-]{1,64}\.(?:c|cc|cpp|h|m|mm|y|ael|lex|exports)"
_ANY = re.compile(rb"[\[<( ](?P<level>" + _WORDS + rb")(?=[\]>)(]|: )")
_BY_FORMAT: Mapping[str, re.Pattern[bytes]] = {
    "asterisk": re.compile(
        rb"^\[[^\]\n]{8,40}\] (?P<level>[A-Z_]{3,16})\[[0-9]{1,10}\](?:\[C-[0-9a-f]{8}\])?:? "
        rb"(?P<source>" + _FILE + rb")?",
        re.MULTILINE,
    ),
    "json": re.compile(
        rb'"filename":"(?P<source>' + _FILE + rb')"[^\n]{0,160}?"level":"(?P<level>[A-Z_]{3,16})"', re.MULTILINE
    ),
    "pjsip": re.compile(rb"^[^\n]{0,32}[0-9]{2}[.,][0-9]{3} {1,24}(?P<source>" + _FILE + rb")[ !]", re.MULTILINE),
    "freeswitch": re.compile(
        rb"^(?:[0-9a-f-]{36} )?[0-9-]{10} [0-9:.]{8,15} (?:[0-9.]{1,6}% )?\[(?P<level>[A-Z]{3,8})\] "
        rb"(?P<source>" + _FILE + rb")?",
        re.MULTILINE,
    ),
    "kamailio": re.compile(
        rb"\[[0-9]{1,10}\]: (?P<level>[A-Z]{3,8}):(?: (?:\{[^}\n]{0,256}\} )?[<>a-z0-9_]{1,32} \[(?P<source>"
        + _FILE
        + rb"):)?"
    ),
    "linphone": re.compile(
        rb"^[0-9-]{10} [0-9:.]{12} (?:[a-z_-]{1,32}-)?(?P<level>message|warning|error|debug|fatal|trace)-", re.MULTILINE
    ),
}
"""Where level and source file stand in formats that say so in each line; in any other text, words that look like it.

The source file is told only where it belongs to the prefix of the line, which holds no value of anybody."""
_TIME = re.compile(
    rb'^(?:[^\n:]{0,40}?|\{"[^\n]{0,120}?"timestamp":"[^"\n]{0,16}?)([0-2][0-9]:[0-5][0-9]:[0-6][0-9])', re.MULTILINE
)
"""The time of a line. No colon stands before it, or it would be that of a header field."""


class Journal:
    """Counts the blocks of one log."""

    def __init__(self, fmt: str) -> None:
        """``fmt`` is the name of the format."""
        self.lines = self.blank = 0
        self.levels: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()
        self.silence = 0
        """Seconds of the longest time between two lines that have one."""
        self._levels = _BY_FORMAT.get(fmt, _ANY)
        self._clock = Clock()
        self._word = b""
        self._last: float | None = None
        self._open = False

    def watched(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks as they are, counted."""
        for block in blocks:
            plain = uncoloured(block)
            shown = joined(plain)
            self._count(plain if shown is None else shown.text)
            yield block
        self.lines += self._open

    def _count(self, block: bytes) -> None:
        self.lines += block.count(b"\n")
        self.blank += block.count(b"\n\n") + block.count(b"\n\r\n")
        self._open = not block.endswith(b"\n")
        sourced = "source" in self._levels.groupindex
        levelled = "level" in self._levels.groupindex
        level, source = self._levels.groupindex.get("level", 0) - 1, self._levels.groupindex.get("source", 0) - 1
        for found, count in Counter(self._levels.findall(block)).items():
            parts = found if isinstance(found, tuple) else (found,)
            if levelled and parts[level]:
                self.levels[self._named(parts[level])] += count
            if sourced and parts[source]:
                self._add(parts[source].decode("ascii"), count)
        for match in _TIME.finditer(block):
            if match[1] != self._word:
                self._word = match[1]
                self._pass(self._clock.read(match[0][-32:]))

    @staticmethod
    def _named(level: bytes) -> str:
        return level.decode("ascii") if level in _LEVELS or level.islower() else "other"

    def _add(self, source: str, count: int) -> None:
        self.sources[source if source in self.sources or len(self.sources) < SOURCES else "other"] += count

    def _pass(self, time: float | None) -> None:
        if time is None:
            return
        if self._last is not None:
            self.silence = max(self.silence, int(time - self._last))
        self._last = time
