"""Weaker recognition may cost utility, never a leak: every sample through every format, right and wrong.

A tenth of the pairs is tried, a different one for each sample; ``SCRUBBER_MATRIX=1`` tries them all.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scrubber.content import Content
from scrubber.engine import Engine, Learner, scrub
from scrubber.formats import detect
from scrubber.textfile import TextFile
from scrubber.worker import Options, Worker
from tests.formats.prefixes import sample
from tests.passes import KEY, rule_set
from tests.planted import PLANTED, planted

SAMPLES = Path(__file__).parent.parent / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix not in (".pcap", ".pcapng"))
FORMATS = detect.names()
SHARE = 1 if os.environ.get("SCRUBBER_MATRIX") else 10
PAIRS = [
    (name, fmt)
    for row, name in enumerate(NAMES)
    for column, fmt in enumerate(FORMATS)
    if (row * 3 + column) % SHARE == 0 or fmt == "plain"
]


@cache
def outcome(name: str, fmt: str) -> str:
    """A sample cleaned alone as ``--format`` would have it."""
    data = sample(name)
    known = detect.told(fmt, data, name)
    kind = Worker(rule_set(), Options(), KEY).kind(Content(), data, name, known.name)
    learner = Learner(rule_set())
    kind.learn(iter((data,)), learner)
    rewriter = Engine(rule_set(), KEY, learner.lexicon).rewriter(
        known if isinstance(kind, TextFile) else detect.by_name("plain")
    )
    return b"".join(kind.rewrite(iter((data,)), rewriter)).decode("utf-8", "replace")


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_planted_values_stand_in_their_sample(name: str) -> None:
    text = sample(name).decode()
    assert [value for value in PLANTED[name] if value not in text] == []


@pytest.mark.parametrize(("name", "fmt"), PAIRS)
def test_no_format_leaks_a_planted_value(name: str, fmt: str) -> None:
    values = planted(name, sample(name).decode("utf-8", "replace"))
    assert values
    text = outcome(name, fmt)
    assert [value for value in values if value in text] == []


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_line_alone_keeps_its_place(name: str) -> None:
    before = sample(name).decode().split("\n")
    after = outcome(name, detect.sniff(sample(name), name).name).split("\n")
    assert len(after) == len(before)
    assert [old for old, new in zip(before, after, strict=True) if bool(old.strip()) is not bool(new.strip())] == []


WRAPPED: dict[str, Callable[[str], str]] = {"crlf": lambda line: line + "\r", "html": html.escape}


@pytest.mark.parametrize("wrapper", WRAPPED)
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_line_ends_and_character_references_hide_nothing(name: str, wrapper: str) -> None:
    wrap = WRAPPED[wrapper]
    data = "\n".join(map(wrap, sample(name).decode().split("\n"))).encode()
    text = scrub(data, rule_set(), KEY, detect.sniff(data)).decode("utf-8", "replace")
    assert [value for value in PLANTED[name] if wrap(value).rstrip("\r") in text] == []
