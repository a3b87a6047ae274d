"""The complete reading of free text: every source of findings has its say, in linear time."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.blindness import SHAPE
from scrubber.literals import required
from scrubber.model import Entity, TextRule
from scrubber.readings.scan import Labels, Scanner
from scrubber.readings.vocabulary import is_plain
from scrubber.rules import Entry, entries
from scrubber.spans import GUESS, resolve
from tests.passes import DOUBLING, doubling, engine, rule_set

E = Entity
SCANNER = Scanner(rule_set())
KNOWING = Scanner(rule_set(), engine().sweep)

SOURCES: list[tuple[bytes, list[tuple[Entity, bytes]]]] = [
    (b"call to sip:bobby@pbx.example.net now", [(E.USER, b"bobby"), (E.HOST, b"pbx.example.net")]),
    (b"from 198.51.100.7:5060", [(E.IPV4, b"198.51.100.7")]),
    (b"at [2001:db9::1]:5060", [(E.IPV6, b"2001:db9::1")]),
    (b"phone 00:00:5e:00:53:01 seen", [(E.MAC, b"00:00:5e:00:53:01")]),
    (b"-- PJSIP/carla-0000001a is ringing", [(E.USER, b"carla")]),
    (b"dialling +15550100123 now", [(E.NUMBER, b"+15550100123")]),
    ("להתקשר ל-0546336555".encode(), [(E.NUMBER, b"0546336555")]),
    (b"card 4111 1111 1111 1111", [(E.CARD, b"4111 1111 1111 1111")]),
    (b"DTMF begin '5' received", [(E.DTMF, b"5")]),
    (b"/home/carla/.config", [(E.USER, b"carla")]),
    (b"nonce 1740938591/0cb1e29c658cda1495e60af593bd04cf", [(E.NONCE, b"1740938591/0cb1e29c658cda1495e60af593bd04cf")]),
    (b"password=hush-hush", [(E.SECRET, b"hush-hush")]),
    (b'"Carla D" <sip:1001@pbx.example.net>', [(E.NAME, b"Carla D"), (E.USER, b"1001"), (E.HOST, b"pbx.example.net")]),
    (b"to =?utf-8?B?RG9lYmVyZw==?= now", [(E.NAME, b"=?utf-8?B?RG9lYmVyZw==?=")]),
    (b"User carla.d logged in", [(E.USER, b"carla.d")]),
    (b"IP 192.0.2.1.5060 > 198.51.100.7.5071: UDP", [(E.IPV4, b"192.0.2.1"), (E.IPV4, b"198.51.100.7")]),
    (b"7:carla:pbx.example.net:hush", [(E.USER, b"carla"), (E.HOST, b"pbx.example.net"), (E.SECRET, b"hush")]),
]


@pytest.mark.parametrize(("text", "expected"), SOURCES)
def test_every_source_has_its_say(text: bytes, expected: list[tuple[Entity, bytes]]) -> None:
    found = {(hit.entity, text[hit.start : hit.end]) for hit in resolve(SCANNER.findings(text))}
    assert set(expected) <= found


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"Asterisk Queue Logger restarted",
        b"  == Manager registered action Ping",
        b"init_tcp(): using epoll_lt as the io watch method (auto detected)",
        b"RTP stats: 1502 packets, 0 lost, jitter 0.000125",
        b"res_pjsip.c: Loading module took 12 ms",
        b"SIP/2.0 200 OK",
        b"codec opus/48000/2 ptime 20",
        b"2025-03-02 18:00:12.349",
        b"System Uptime  10:15",
        b"Basic calls work, Basic SIPp scenario",
    ],
)
def test_log_vocabulary_holds_nothing(text: bytes) -> None:
    assert SCANNER.findings(text) == []


def test_learned_values_are_found_too() -> None:
    text = b"tower7 and hunter22"
    assert SCANNER.findings(text) == []
    assert {text[hit.start : hit.end] for hit in KNOWING.findings(text)} == {b"tower7", b"hunter22"}


@given(st.binary(max_size=80))
def test_findings_lie_inside_any_bytes(text: bytes) -> None:
    for hit in KNOWING.findings(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.rule


@pytest.mark.parametrize(
    ("label", "entity"),
    [
        (b"secret", E.SECRET),
        (b"Pass-Word", E.SECRET),
        (b"PASS_WORD", E.SECRET),
        (b"authUser", E.USER),
        (b"auth user", E.USER),
        (b"callerid.name", E.NAME),
    ],
)
def test_labels_are_found_in_any_spelling(label: bytes, entity: Entity) -> None:
    rule = SCANNER.labels(label)
    assert rule is not None
    assert rule.entity is entity


def test_labels_never_heard_of_say_nothing() -> None:
    assert SCANNER.labels(b"zzz") is None
    assert SCANNER.labels(b"") is None
    assert SCANNER.labels(b"x" * 200) is None


def test_exact_labels_go_before_fragments() -> None:
    rules = rule_set()
    listed, fragment = next((name, part) for name in rules.labels for part, _ in rules.fragments if part in name)
    assert SCANNER.labels(listed) == rules.labels[listed]
    made_up = b"zz" + fragment + b"zz"
    assert made_up not in rules.labels
    assert SCANNER.labels(made_up) in [rule for _, rule in rules.fragments]


def test_labels_remember_a_bounded_number() -> None:
    labels = Labels(rule_set())
    for number in range(40_000):
        labels(b"label%d" % number)
    assert len(labels._known) < 20_000


LONG = 1 << 15
HOSTILE = [
    *b"a.a.a. \" < = 1 sip: %41 [ ] ( ) { \\ ' & ; , / @ : - + _ \xff \xd0\x96 \x00 a@ 1. 1- :: a= a:".split(b" "),
    *b"<sip: =?a?b? |".split(b" "),
    *b'eyJ. z9hG4bK 00: PJSIP/a- http://a/ &amp; tag= secret= x\\ SIP/ {"a": \\u00 %2'.split(b" "),
    *(b" ", b"\t", b"7 ", b"41 ", b"+1 ", b"password ", b"DTMF ", b"from ", b"4111111111111111 ", b'"a" <'),
    b"IP 1.1.1.1.1 > ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_findings_take_linear_time(unit: bytes) -> None:
    assert doubling(KNOWING.findings, unit, LONG) <= DOUBLING


@pytest.mark.parametrize("rule", rule_set().text, ids=lambda rule: rule.id)
def test_text_patterns_take_linear_time(rule: TextRule) -> None:
    pattern: re.Pattern[bytes] = rule.pattern

    def work(text: bytes) -> int:
        return sum(1 for _ in pattern.finditer(text))

    keyed = [word + filler for word in rule.keywords for filler in (b" ", b"=", b': "', b" <", b"[", b" a.", b"\t1")]
    slow = {unit: ratio for unit in (*HOSTILE, *keyed) if (ratio := doubling(work, unit, LONG)) > DOUBLING}
    assert slow == {}


def texts_of(entry: Entry) -> list[str]:
    return [*(example.before for example in entry.examples), *entry.keeps]


EXAMPLES = sorted({text.encode() for entry in entries() if entry.kind == "text" for text in texts_of(entry)})


def tried_all(text: bytes) -> set[tuple[int, int, Entity, str]]:
    """What the expressions of all rules give that are called for by a literal or, as a whole word, a keyword."""
    lowered = text.lower()
    found: set[tuple[int, int, Entity, str]] = set()
    for rule in rule_set().text:
        called = required(rule.source) or any(
            re.search(rb"(?<![0-9a-z])" + re.escape(word) + rb"(?![0-9a-z])", lowered) for word in rule.keywords
        )
        for match in rule.pattern.finditer(text) if called else ():
            spans = [(*match.span(group), entity, rule.id) for group, entity in rule.groups]
            found.update(span for span in spans if span[1] > span[0] and not stays(rule, text[span[0] : span[1]]))
    return found


def stays(rule: TextRule, value: bytes) -> bool:
    """Whether a guess met nothing but words of the vocabulary."""
    return rule.id.startswith(GUESS) and all(is_plain(word, rule_set().stop_words) for word in value.split())


@given(st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=2), st.integers(0, 40), st.randoms(), st.booleans())
def test_no_rule_is_passed_over(examples: list[bytes], cut: int, chance: random.Random, changed: bool) -> None:
    text = b" ".join(examples)[cut:]
    if changed:
        text = re.sub(rb"[0-9]", lambda _: b"%d" % chance.randrange(10), text)
    ids = {rule.id for rule in rule_set().text}
    found = {tuple(finding) for finding in SCANNER.sentences(text) if finding.rule in ids}
    assert found >= tried_all(text)
    assert SCANNER.sentences(text, text.translate(SHAPE)) == SCANNER.sentences(text)
