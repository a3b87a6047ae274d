"""What the tests of the text engine share: a rule set, a key, learned values, and texts to hide them in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache

from scrubber import rules
from scrubber.engine import PLAIN, Engine, Rewriter, scrub
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity, Format, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.readings.rewrite import Rewrite

KEY = Key(bytes(range(32)))

LEARNED: tuple[tuple[Entity, bytes], ...] = (
    (Entity.USER, b"alice.doe"),
    (Entity.USER, b"alicedoe"),
    (Entity.USER, b"1001"),
    (Entity.USER, b"4021"),
    (Entity.USER, b"+15550100123"),
    (Entity.USER, b"trunk-acme"),
    (Entity.NAME, b"Alice Doe"),
    (Entity.NAME, b"Bob O'Malley"),
    (Entity.NAME, b"Smith-Jones"),
    (Entity.NAME, "Жанна Ольга".encode()),
    (Entity.NAME, "鈴木".encode()),
    (Entity.HOST, b"pbx.example.com"),
    (Entity.HOST, b"acmewidgets.example"),
    (Entity.HOST, b"tower7"),
    (Entity.SECRET, b"gR4nite!Heron-58"),
    (Entity.SECRET, b"hunter22"),
    (Entity.MAC, b"00:00:5e:00:53:01"),
    (Entity.DEVICE, b"SN-00099-AB"),
    (Entity.CALL_ID, b"a84b4c76e66710"),
)
"""What an earlier part of the set has shown of its people."""


@cache
def rule_set() -> RuleSet:
    """The built-in rules under the default profile."""
    return rules.load()


def lexicon(*values: tuple[Entity, bytes]) -> Lexicon:
    """A lexicon that has met ``values``."""
    learned = Lexicon(rule_set().stop_words)
    for entity, value in values:
        learned.add(entity, value)
    return learned


@cache
def engine() -> Engine:
    """An engine that knows :data:`LEARNED`."""
    return Engine(rule_set(), KEY, lexicon(*LEARNED))


@cache
def rewriter(fmt: Format = PLAIN) -> Rewriter:
    """The fast reading of that engine."""
    return engine().rewriter(fmt)


@cache
def complete() -> Rewrite:
    """The complete reading of the same engine."""
    return Rewrite(engine().rules, engine().surrogates, engine().sweep)


def cleaned(data: bytes, fmt: str = "plain") -> bytes:
    """A text that is learned from and rewritten by itself."""
    return scrub(data, rule_set(), KEY, detect.by_name(fmt))


def rewritten(data: bytes, fmt: str = "plain") -> bytes:
    """A text rewritten by :func:`engine`, which has learned nothing from it."""
    return rewriter(detect.by_name(fmt)).rewrite(data)


def doubling(work: Callable[[bytes], object], unit: bytes, size: int = 1 << 15) -> float:
    """How many times longer twice the input takes: 2 when linear, 4 when quadratic; 1 when too short to tell."""
    short, long = ((unit * (length // len(unit) + 1))[:length] for length in (size, 2 * size))
    ratios = []
    for _ in range(5):  # a busy machine disturbs one measurement, not five
        taken = _seconds(work, long, runs=1)
        if taken <= DOUBLING * SHORTEST:
            return 1
        ratios.append(min(taken, _seconds(work, long)) / max(_seconds(work, short), SHORTEST))
        if ratios[-1] <= DOUBLING:
            break
    return min(ratios)


DOUBLING = 3.5
"""The most that :func:`doubling` may be: nearer to quadratic than to linear, on a busy machine."""
SHORTEST = 2e-3
"""Seconds below which a time says nothing."""


def _seconds(work: Callable[[bytes], object], data: bytes, runs: int = 2) -> float:
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        work(data)
        best = min(best, time.process_time() - begin)
    return best


def merged(lexicons: Iterable[Lexicon]) -> Lexicon:
    """One lexicon of all."""
    result = Lexicon(rule_set().stop_words)
    for each in lexicons:
        result.merge(each)
    return result
