from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import rules
from scrubber.literals import ALTERNATIVES, FEW, beginnings, conditions, digest, literals, required, restored, stored

FOUND: list[tuple[bytes, set[bytes]]] = [
    (b"entered '([0-9]+)'", {b"entered '"}),
    (b"(?i)Entered '", {b"entered '"}),
    (b"[Ee]ntered", {b"entered"}),
    (b"[0-9]{1,4} logged (?:in|out)", {b" logged in", b" logged out"}),
    (b"(?:agent|queue) [0-9]", {b"agent ", b"queue "}),
    (b"members?: ", {b"member: ", b"members: "}),
    (b"(?P<name>[a-z]+) has joined (?P<room>[a-z]+)", {b" has joined "}),
    (b"(?:[a-z]+ joined )++", {b" joined "}),
    (b"(?>[a-z]{1,8}) joined", {b" joined"}),
    (b"[a-z]++(?: joined [0-9]| has left [0-9])", {b"joined ", b"has left "}),  # what is common to all was split off
    (b"pin=[0-9]+", {b"pin="}),
    (b"[a-z]+ => [a-z]+", {b" => "}),
]
NOTHING: list[bytes] = [
    b"",
    b"[a-z]+",
    b"[0-9]{4}",
    b"(?:entered)?",
    b"(?:entered){0,3}",
    b"entered|[0-9]+",
    b"(?:entered|[0-9]+)",
    b"(?=entered)[a-z]+",
    b"[^e]+",
    b"abc",  # short enough to stand anywhere
    b"sip:",  # stands in nearly every line
    rb"SIP/2\.0 [1-6]",
    b".(?:" + b"|".join(b"%02d times" % number for number in range(3 * ALTERNATIVES)) + b").",
]


@pytest.mark.parametrize(("pattern", "expected"), FOUND)
def test_literals_of_a_pattern(pattern: bytes, expected: set[bytes]) -> None:
    assert required(pattern) == expected


@pytest.mark.parametrize("pattern", NOTHING)
def test_a_pattern_that_proves_nothing(pattern: bytes) -> None:
    assert required(pattern) == frozenset()


SOURCES = sorted({rule.source for rule in rules.load().text} | {pattern for pattern, _ in FOUND})


@pytest.mark.parametrize("rule", [entry for entry in rules.entries() if entry.kind == "text"], ids=lambda rule: rule.id)
def test_examples_hold_a_literal_of_their_pattern(rule: rules.Entry) -> None:
    pattern = rule.target.encode()
    literals = required(pattern)
    assert literals == {literal.lower() for literal in literals}
    for example in rule.examples:
        for match in re.finditer(pattern, example.before.encode()):
            assert not literals or any(literal in match[0].lower() for literal in literals)


@given(data=st.data(), source=st.sampled_from(SOURCES))
def test_every_match_holds_a_literal(data: st.DataObject, source: bytes) -> None:
    literals = required(source)
    text = data.draw(st.from_regex(re.compile(source)))
    assert not literals or any(literal in text.lower() for literal in literals)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (rb'(?i)\bresponse="?[0-9a-f]{32}', {(b"response=",)}),
        (b"(?:UDP|TCP|DTLS|TLS)://[a-z]{1,8}", {(b"tcp://", b"tls://", b"udp://")}),
        (b"user [0-9]{1,4} (?:calls|dials) <[0-9]+>", {(b"user ",), (b">",)}),
        (b"(?:entered)?[0-9]", set()),
        (b"[a-z]+(?=entered [0-9])", {(b"entered ",)}),
        (b"[a-z]+(?!entered [0-9])", set()),
        (b"(?:a|b|c|d|e)[0-9]", set()),
    ],
)
def test_what_else_a_pattern_asks_for(pattern: bytes, expected: set[tuple[bytes, ...]]) -> None:
    assert set(conditions(pattern)) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (b"^(?:auth|inauth) [0-9]", (b"auth ", b"inauth ")),
        (b"(?i)^User [0-9]", (b"user ",)),
        (b"^[0-9]", (b"",)),
        (b"user", None),
        (b"(?m)^user", None),
        (b"^user|^peer", (b"peer", b"user")),
        (b"^user|peer", None),
    ],
)
def test_where_a_pattern_begins(pattern: bytes, expected: tuple[bytes, ...] | None) -> None:
    assert beginnings(pattern) == expected


@given(data=st.data(), source=st.sampled_from(SOURCES))
def test_every_match_holds_what_its_pattern_asks_for(data: st.DataObject, source: bytes) -> None:
    text = data.draw(st.from_regex(re.compile(source))).lower()
    assert len(conditions(source)) <= FEW
    for some in conditions(source):
        assert any(literal in text for literal in some)
    begins = beginnings(source)
    assert begins is None or text.startswith(begins)


BUILT_IN = {rule.source for rule in rules.load().text}
SHARE = 0.8
"""How many of the built-in patterns have their literals stored; the others are parsed at each start."""


def test_what_is_stored_comes_back() -> None:
    assert list(restored(stored(SOURCES)).values()) == [literals(source) for source in sorted(SOURCES, key=digest)]


def test_stored_literals_are_those_of_the_patterns() -> None:
    """``SCRUBBER_WRITE_LITERALS=1`` writes the file anew."""
    path = rules.folder() / rules.LITERALS
    if os.environ.get("SCRUBBER_WRITE_LITERALS"):
        path.write_text(stored(BUILT_IN), encoding="utf-8", newline="\n")
    kept = restored(path.read_text(encoding="utf-8"))
    known = {source: kept[digest(source)] for source in BUILT_IN if digest(source) in kept}
    assert known == {source: literals(source) for source in known}
    assert len(known) >= SHARE * len(BUILT_IN)


def test_rules_carry_what_is_stored() -> None:
    carried = [rule for rule in rules.load().text if rule.literals is not None]
    assert len(carried) >= SHARE * len(BUILT_IN)
    assert [rule.id for rule in carried if rule.literals != literals(rule.source)] == []
