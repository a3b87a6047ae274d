"""The first pass: identities out of structured places, into the lexicon.

The same lines are read in the same way as in the second pass; only the outcome differs (:class:`Learning`).
"""

from __future__ import annotations

from functools import partial

from scrubber.lexicon import Lexicon
from scrubber.model import Format, RuleSet
from scrubber.payloadlines import through
from scrubber.readings.context import Context
from scrubber.readings.lines import Lines
from scrubber.readings.memo import Cue
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Learning
from scrubber.terminal import uncoloured


class Learner:
    """Collects identities of any number of files into :attr:`lexicon`."""

    def __init__(self, rules: RuleSet, reader: Learning | None = None) -> None:
        """``reader``: another use of what is met than to learn it."""
        self._reader = reader or Learning(rules, Lexicon(rules.stop_words))
        self.lexicon = self._reader.lexicon
        self._messages = Messages(self._reader)
        self._readings: dict[tuple[str, int], tuple[Lines, Context]] = {}

    @property
    def reader(self) -> Learning:
        """What a value teaches, for those who find values elsewhere than in lines."""
        return self._reader

    def feed(self, block: bytes, fmt: Format) -> None:
        """Learn from a block of whole lines."""
        self._feed(uncoloured(block), fmt, 0)

    def message(self, message: bytes) -> None:
        """Learn from one SIP message as it was sent: neither wrapped nor coloured."""
        alone(message, *self._reading(PLAIN, 0))

    def _feed(self, block: bytes, fmt: Format, depth: int) -> None:
        memo, context = self._reading(fmt, depth)
        through(block, lambda text: context.read(text, memo), partial(self._payload, depth))

    def _payload(self, depth: int, text: bytes) -> bytes:
        memo, context = self._reading(PLAIN, depth)
        return context.read(text, memo)

    def _reading(self, fmt: Format, depth: int) -> tuple[Lines, Context]:
        reading = self._readings.get((fmt.name, depth))
        if reading is None:
            memo = Lines(self._reader, self._messages, fmt, self._nested, depth)
            reading = self._readings[fmt.name, depth] = (memo, Context(self._messages, fmt))
        return reading

    def _nested(self, text: bytes, depth: int) -> bytes:
        self._feed(text, PLAIN, depth)
        return text


def alone(message: bytes, memo: Lines, context: Context) -> bytes:
    """A SIP message that is no part of a log, line by line."""
    lines = message.split(b"\n")
    outs = list(map(memo.__getitem__, lines))
    return b"\n".join(context.settle(lines, outs) if Cue in set(map(type, outs)) else outs)


def _no_prefix(line: bytes) -> int:
    del line
    return 0


def _always(head: bytes, name: str) -> int:
    del head, name
    return 1


PLAIN = Format("plain", "any other text, line by line", _always, _no_prefix)
OCTETS = PLAIN._replace(name="octets", summary="no text, but texts may stand in it")
"""How an audit is told that it searches packets."""
