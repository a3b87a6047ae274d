from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import rules
from scrubber.engine import BLOCK, SUPPRESSED, Rewriter, scrub
from scrubber.formats import detect
from scrubber.model import RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.streaming import WITHHELD, Stream

KEY = Key(bytes(range(32)))
SAMPLES = Path(__file__).resolve().parent.parent / "samples"
LOGS = ("asterisk-pjsip.log", "baresip.log", "kamailio.log", "MicroSIP_log.txt", "asterisk-json.log")
HEADER = b'From: "Theodora Quillfeather" <sip:theodora@pbx.brackenmoor.example>;tag=as58f4201b\n'


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load("support", [])


def streamed(stream: Stream, pieces: list[bytes], *, held: bool = False) -> bytes:
    out = []
    for piece in pieces:
        stream.take(piece)
        if not held:
            out.append(stream.give())
    stream.finish()
    out.append(stream.give(cut=False))
    return b"".join(out)


@pytest.mark.parametrize("name", LOGS)
def test_held_to_the_end_it_is_a_clean(rule_set: RuleSet, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    fmt = detect.sniff(data, name)
    pieces = [data[start : start + 700] for start in range(0, len(data), 700)]
    assert streamed(Stream(rule_set, KEY, fmt), pieces, held=True) == scrub(data, rule_set, KEY, fmt)


@pytest.mark.parametrize("name", LOGS)
def test_lines_leave_as_they_come(rule_set: RuleSet, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    stream = Stream(rule_set, KEY)
    out = streamed(stream, data.splitlines(keepends=True))
    assert out.count(b"\n") == data.count(b"\n")
    assert not stream.withheld
    assert stream.waiting == 0


@settings(max_examples=20)
@given(st.lists(st.integers(1, 400), max_size=30))
def test_where_it_is_cut_does_not_matter_when_all_is_known(rule_set: RuleSet, cuts: list[int]) -> None:
    data = (SAMPLES / "baresip.log").read_bytes()
    known = (b"Carol", b"carol")
    pieces, position = [], 0
    for size in cuts:
        pieces.append(data[position : position + size])
        position += size
    pieces.append(data[position:])
    fmt = detect.by_name("baresip")
    once = streamed(Stream(rule_set, KEY, fmt, known), pieces, held=True)
    assert once == streamed(Stream(rule_set, KEY, fmt, known), [data], held=True)


def test_what_is_learned_is_found_from_then_on(rule_set: RuleSet) -> None:
    stream = Stream(rule_set, KEY)
    stream.take(b"and Theodora too\n")
    assert stream.give(cut=False) == b"and Theodora too\n"
    stream.take(HEADER)
    assert b"Theodora" not in stream.give(cut=False)
    stream.take(b"and Theodora too\n")
    assert b"Theodora" not in stream.give(cut=False)


def test_what_is_held_back_is_found_by_what_comes_later(rule_set: RuleSet) -> None:
    stream = Stream(rule_set, KEY)
    stream.take(b"and Theodora too\n")
    stream.take(HEADER)
    assert b"Theodora" not in stream.give(cut=False)
    known = Stream(rule_set, KEY, known=(b"Theodora",))
    known.take(b"and Theodora too\n")
    assert b"Theodora" not in known.give(cut=False)


def test_a_part_leaves_in_whole_lines(rule_set: RuleSet) -> None:
    stream = Stream(rule_set, KEY)
    stream.take(b"one\ntwo\nthree\nfo")
    assert stream.waiting == 14
    assert stream.give(6, cut=False) == b"one\n"
    assert stream.give(cut=False) == b"two\nthree\n"
    assert stream.give(cut=False) == b""
    stream.take(b"ur\n")
    assert stream.give(cut=False) == b"four\n"


def test_an_unfinished_message_waits_for_its_rest(rule_set: RuleSet) -> None:
    data = (SAMPLES / "asterisk-pjsip.log").read_bytes()
    fmt = detect.by_name("asterisk")
    start = data.index(b"INVITE sip:")
    stream = Stream(rule_set, KEY, fmt)
    stream.take(data[: start + 200])
    first = stream.give()
    assert b"INVITE sip:" not in first
    stream.take(data[start + 200 :])
    stream.finish()
    assert first + stream.give(cut=False) == scrub(data, rule_set, KEY, fmt)


def test_a_line_without_end_takes_no_memory(rule_set: RuleSet) -> None:
    stream = Stream(rule_set, KEY)
    stream.take(b"before\n")
    for _ in range(5):
        stream.take(b"x" * BLOCK)
        assert len(stream._rest) <= BLOCK
    stream.take(b"Theodora\nafter\n")
    out = stream.give(cut=False)
    assert out == b"before\n" + SUPPRESSED + b"\nafter\n"
    stream.take(b"y" * (BLOCK + 1))
    stream.finish()
    assert stream.give(cut=False) == SUPPRESSED


def test_what_fails_the_audit_is_withheld(rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rewriter, "rewrite", lambda _, block: block)
    stream = Stream(rule_set, KEY)
    stream.take(b"first line\n" + HEADER + b"last line\n")
    assert stream.give(cut=False) == b"first line\n" + WITHHELD + b"\nlast line\n"
    assert sum(stream.withheld.values()) == 1


@given(st.lists(st.binary(max_size=60), max_size=12))
def test_any_octets(rule_set: RuleSet, pieces: list[bytes]) -> None:
    stream = Stream(rule_set, KEY)
    out = streamed(stream, pieces)
    assert out.count(b"\n") == b"".join(pieces).count(b"\n")
    assert stream.waiting == 0
