"""Weaker recognition may cost utility, never a leak: every sample through every format of logs, right and wrong."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scrubber.engine import scrub
from scrubber.formats import detect
from tests.formats.prefixes import sample
from tests.planted import PLANTED
from tests.readings import KEY, rule_set

SAMPLES = Path(__file__).parent.parent / "samples"
LOGS = [fmt.name for fmt in detect.FORMATS if not fmt.notation]


@cache
def outcome(name: str, fmt: str) -> str:
    return scrub(sample(name), rule_set(), KEY, detect.by_name(fmt)).decode("utf-8", "replace")


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_planted_values_stand_in_their_sample(name: str) -> None:
    text = sample(name).decode()
    assert [value for value in PLANTED[name] if value not in text] == []


@pytest.mark.parametrize("fmt", LOGS)
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_no_format_leaks_a_planted_value(name: str, fmt: str) -> None:
    text = outcome(name, fmt)
    assert [value for value in PLANTED[name] if value in text] == []


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
