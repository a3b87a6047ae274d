"""What the tests of captures share: the readings of a pass in packet notation, and a flow to travel on."""

from __future__ import annotations

from ipaddress import IPv4Address

from scrubber.capture.packet import Flow
from scrubber.engine import PLAIN, Learner
from scrubber.lexicon import Lexicon
from scrubber.values import Values
from tests.passes import complete, rewriter, rule_set

CLIENT = IPv4Address("192.0.2.10").packed
SERVER = IPv4Address("198.51.100.7").packed


def flow(sport: int = 40000, dport: int = 40002, *, cut: bool = False) -> Flow:
    """A direction between two fictitious public hosts."""
    return Flow(CLIENT, SERVER, sport, dport, cut)


def rewriting() -> Values:
    """The second pass, which has met the fictitious people of ``readings``."""
    return Values(complete(), rewriter().rewrite)


def learning() -> tuple[Values, Lexicon]:
    """The first pass, which changes nothing, and what it learns."""
    learner = Learner(rule_set())

    def lines(text: bytes) -> bytes:
        learner.feed(text, PLAIN)
        return text

    return Values(learner.reader, lines), learner.lexicon
