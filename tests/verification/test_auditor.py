from __future__ import annotations

import pytest

from scrubber import rules
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.verification.auditor import Auditor
from scrubber.worker import PLAIN, Options

RULES = rules.load("support", [])
AUDITOR = Auditor(RULES, Options(), Lexicon(), dissect=None)


def learned(**values: list[bytes]) -> Auditor:
    lexicon = Lexicon(RULES.stop_words)
    for entity, group in values.items():
        for value in group:
            lexicon.add(Entity(entity), value)
    return Auditor(RULES, Options(), lexicon, dissect=None)


def test_what_was_learned_is_found() -> None:
    auditor = learned(user=[b"marlowe"], host=[b"pbx.marlowe-voip.com"])
    text = b"call of marlowe\n"
    assert [(text[found.start : found.end], found.entity) for found in auditor.find(text)] == [
        (b"marlowe", Entity.USER)
    ]
    assert auditor.check(text, detect.by_name(PLAIN)) == auditor.find(text)


def test_what_stays_by_design_is_not_found() -> None:
    auditor = learned(user=[b"marlowe"], host=[b"www.w3.org"], mac=[b"33:33:00:00:00:02"])
    assert auditor.find(b"http://www.w3.org/ 33:33:00:00:00:02 333300000002\n\0\n\x33\x33\0\0\0\x02") == []


def test_another_process_makes_its_own() -> None:
    auditor = learned(user=[b"marlowe"])
    other = auditor.recipe()()
    assert len(other.find(b"a marlowe b")) == 1
    stopped: list[int] = []
    other.progress = stopped.append
    other.stopped = lambda: True
    assert other.reading.stopped()
    assert other.reading.progress == other.progress


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        (Entity.USER, b"anonymous"),
        (Entity.USER, b"sipsak"),
        (Entity.NUMBER, b"911"),
        (Entity.IPV4, b"127.0.0.1"),
        (Entity.IPV4, b"255.255.255.255"),
        (Entity.IPV4, b"240.17.4.9"),
        (Entity.MAC, b"ff:ff:ff:ff:ff:ff"),
        (Entity.MAC, b"33:33:00:00:00:02"),
        (Entity.HOST, b"www.w3.org"),
        (Entity.TIME, b"2026-11-21"),
    ],
)
def test_what_stays_by_design(entity: Entity, value: bytes) -> None:
    assert AUDITOR.stays(entity, value) == 1


@pytest.mark.parametrize(
    ("entity", "value", "most"),
    [
        (Entity.IPV4, b"203.0.113.9", 1 / 9),
        (Entity.IPV4, b"10.73.41.101", 1 / 155),
        (Entity.IPV6, b"fe80::1", 1 / 15),
        (Entity.IPV6, b"2a01::1234:5678", 0),
        (Entity.EXTENSION, b"2001", 1 / 9000),
        (Entity.USER, b"bob", 1 / 17_000),
        (Entity.USER, b"marlowe", 0),
        (Entity.NUMBER, b"+442079460958", 0),
        (Entity.SECRET, b"hunter2", 0),
    ],
)
def test_what_a_permutation_may_leave(entity: Entity, value: bytes, most: float) -> None:
    chance = AUDITOR.stays(entity, value)
    assert 0 <= chance <= most * 1.001
