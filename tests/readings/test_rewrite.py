"""Where a value meets its action: parts, findings, nested notations; and the pass that only learns."""

from __future__ import annotations

import base64
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Finding, Part
from scrubber.parts import PART_ENTITY
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.readings.rewrite import DEPTH, Learning, Reader, Rewrite
from scrubber.readings.stretches import PIECE
from tests.passes import DOUBLING, complete, doubling, engine, lexicon, rule_set

E = Entity
REWRITE = complete()
NESTED = ("key", "free", "product", "unknown", "nested", "realm", "base64-pair", "passport", "hex-data")


def learning() -> tuple[Learning, Lexicon]:
    known = Lexicon(rule_set().stop_words)
    return Learning(rule_set(), known), known


LEARNING, _ = learning()


@pytest.mark.parametrize("name", [*PART_ENTITY, *NESTED, "no such name"])
def test_no_part_passes_unchanged(name: str) -> None:
    value = {
        "time": b"2025-03-02 18:03:12",
        "dtmf": b"1234",
        "number": b"+15550100123",
        "email": b"carla@doeberg.example",
        "url": b"https://doeberg.example/carla",
        "realm": b"doeberg.example",
        "host": b"doeberg.example",
        "nested": b"sip:carla%40doeberg.example",
        "free": b"sip:carla@doeberg.example",
        "product": b"sip:carla@doeberg.example",
    }.get(name, b"c4rla-Doeberg")
    new = REWRITE.part(name, value, "rule")
    assert (new == value) is (name == "time")
    assert REWRITE.part(name, b"", "rule") == b""


@pytest.mark.parametrize("name", NESTED)
def test_too_deep_a_nesting_is_suppressed(name: str) -> None:
    value = b"sip:carla@doeberg.example"
    assert REWRITE.part(name, value, "rule", DEPTH + 1) == REWRITE.part("text", value, "rule")


def test_parts_are_replaced_and_gaps_stay() -> None:
    data = b"<sip:carla@doeberg.example>;x"
    new = REWRITE.parts(data, [Part(5, 10, "user"), Part(11, 26, "host")], "rule")
    assert new.startswith(b"<sip:")
    assert new.endswith(b".invalid>;x")
    assert b"carla" not in new
    assert REWRITE.parts(data, [], "rule") == data


def test_settled_replaces_findings_and_nothing_else() -> None:
    text = b"call from carla to bobby"
    findings = [Finding(10, 15, E.USER, "a"), Finding(19, 24, E.USER, "b"), Finding(10, 12, E.NAME, "c")]
    new = REWRITE.settled(text, findings)
    assert new[:10] == text[:10]
    assert new[15:19] == text[15:19]
    assert new[10:15] == REWRITE.value(E.USER, b"carla", "a")
    assert REWRITE.settled(text, []) == text


def test_what_is_replaced_is_counted_by_entity_and_rule() -> None:
    rewrite = Rewrite(rule_set(), engine().surrogates)
    rewrite.value(E.USER, b"carla", "r1")
    rewrite.value(E.USER, b"5550100", "r1")
    rewrite.value(E.HOST, b"localhost", "r2")
    rewrite.value(E.USER, b"", "r3")
    assert rewrite.counts == {(E.USER, "r1"): 1, (E.NUMBER, "r1"): 1}


def test_kept_entities_stay() -> None:
    rules = replace(rule_set(), actions={**rule_set().actions, E.USER: Action.KEEP})
    rewrite = Rewrite(rules, engine().surrogates, engine().sweep)
    assert rewrite.value(E.USER, b"carla", "r") == b"carla"
    assert rewrite.value(E.USER, b"5550100", "r") != b"5550100"
    assert rewrite.text(b"alice.doe at 198.51.100.7").startswith(b"alice.doe at 2")


def test_hidden_lengths() -> None:
    rules = replace(rule_set(), options=frozenset({"hide-length"}))
    rewrite = Rewrite(rules, engine().surrogates)
    short, long = rewrite.value(E.USER, b"al", "r"), rewrite.value(E.USER, b"a" * 40, "r")
    assert len(short) == len(long)
    assert short != long
    assert rewrite.value(E.NAME, b"Alice", "r") == rewrite.value(E.NAME, b"ALICE", "r")


def test_identifiers_of_one_file_have_pseudonyms_of_their_own() -> None:
    other = Surrogates(Key(b"k" * 32))
    local = Rewrite(rule_set(), engine().surrogates, local=other)
    for entity, value in (
        (E.TAG, b"as1c2a9f"),
        (E.CALL_ID, b"a84b4c76"),
        (E.IPV4, b"192.168.1.20"),
        (E.NONCE, b"84a4cc6f"),
    ):
        assert local.value(entity, value, "r") == other.of(entity, value) != REWRITE.value(entity, value, "r")
    for entity, value in ((E.USER, b"carla"), (E.HOST, b"doeberg.example"), (E.IPV4, b"198.51.100.7")):
        assert local.value(entity, value, "r") == REWRITE.value(entity, value, "r")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (b"Unavailable", True),
        (b"nothing to see", True),
        (b"via 198.51.100.7", False),
        (b"sip:carla@doeberg.example", False),
        (b"hunter22", False),
        (b"INVITE, ACK, BYE", True),
    ],
)
def test_protocol_text_stays_but_for_addresses_and_known_values(text: bytes, same: bool) -> None:
    assert (REWRITE.protocol(text) == text) is same


@pytest.mark.parametrize(
    ("value", "new"),
    [
        (b"1", b"1"),
        (b"50%", b"50%"),
        (b"yes", b"yes"),
        (b"TRUE", b"TRUE"),
        (b"UDP", b"UDP"),
        (b"", b""),
    ],
)
def test_protocol_tokens_of_unknown_headers_stay(value: bytes, new: bytes) -> None:
    assert REWRITE.unknown(value, "r", 0) == new


@pytest.mark.parametrize("word", [b"Carla", b"carla", b"doeberg", b"Quarles", b"c4rla", "Жанна".encode(), b"12345678"])
def test_words_of_unknown_headers_are_replaced(word: bytes) -> None:
    new = REWRITE.unknown(b"x=1; " + word + b", yes", "r", 0)
    assert word not in new
    assert new.startswith(b"x=1; ") or new[1:5] == b"=1; "
    assert new.endswith(b", yes")


def test_unknown_headers_are_noted() -> None:
    rewrite = Rewrite(rule_set(), engine().surrogates)
    rewrite.unknown(b"x", "r", 0)
    assert rewrite.notes["unknown header"] == 1


@pytest.mark.parametrize("pad", [b"", b"="])
def test_basic_credentials_keep_the_pseudonym_of_the_user(pad: bytes) -> None:
    password = b"hush-hush" + b"x" * (len(pad) + 1)
    value = base64.b64encode(b"carla:" + password)
    new = base64.b64decode(REWRITE.part("base64-pair", value, "r"))
    user, _, secret = new.partition(b":")
    assert user == REWRITE.value(E.USER, b"carla", "r")
    assert secret == b"REDACTED"


def test_basic_credentials_that_do_not_decode_are_a_secret() -> None:
    assert REWRITE.part("base64-pair", b"!!!", "r") == b"REDACTED"


def test_percent_encoded_text_is_read_decoded() -> None:
    value = b"sip%3Acarla%40doeberg.example"
    new = REWRITE.part("nested", value, "r")
    assert unquote_to_bytes(new.decode()) == REWRITE.text(b"sip:carla@doeberg.example")
    assert b"%40" in new


def test_realms_are_hosts_mail_addresses_or_words() -> None:
    part = REWRITE.part
    assert part("realm", b"asterisk", "r") == b"asterisk"
    assert part("realm", b"patton", "r") == REWRITE.value(E.NAME, b"patton", "r") != b"patton"
    assert part("realm", b"doeberg.example", "r") == REWRITE.value(E.HOST, b"doeberg.example", "r")
    assert part("realm", b"Doeberg Widgets", "r") == REWRITE.value(E.NAME, b"Doeberg Widgets", "r")
    assert part("realm", b"carla@home", "r") == REWRITE.value(E.EMAIL, b"carla@home", "r")


@given(st.binary(max_size=200))
def test_learning_changes_nothing(data: bytes) -> None:
    reader = LEARNING
    assert reader.text(data) == data
    assert reader.known(data) == data
    assert reader.protocol(data) == data
    for name in (*PART_ENTITY, *NESTED):
        assert reader.part(name, data, "r") == data


def test_guesses_are_not_learned() -> None:
    reader, known = learning()
    reader.value(E.USER, b"carla", "fragment-user")
    reader.value(E.NUMBER, b"5550100123", "number.bare")
    assert len(known) == 0
    reader.value(E.USER, b"carla", "sip-address")
    assert len(known) == 1


@pytest.mark.parametrize("kind", ["learn", "rewrite"])
def test_long_text_takes_linear_time(kind: str) -> None:
    reader: Reader = REWRITE if kind == "rewrite" else learning()[0]
    for unit in (b"a.a.a. ", b"sip:a@b.example ", b'"a" ', b"user=carla ", b"(+1 555) ", b"x"):
        assert doubling(reader.text, unit, 2 * PIECE) <= DOUBLING  # below a piece the look around a label still grows


VALUES = (b"carla@doeberg.example", b"+15550100123", b"hunter22", b"198.51.100.7")


def straddling(separator: bytes, value: bytes, shift: int) -> bytes:
    """A long line with ``value`` at about the end of the first piece."""
    filler = (b"k" + separator) * (PIECE // 2)
    start = PIECE - len(value) + shift
    return filler[: start - 1] + separator + value + separator + filler[:6000]


@pytest.mark.parametrize("separator", [b" ", b",", b";", b"&"])
def test_long_lines_are_cut_beside_values(separator: bytes) -> None:
    for value in VALUES:
        for shift in range(0, len(value) + 2, 3):
            assert value not in REWRITE.text(straddling(separator, value, shift))


@pytest.mark.parametrize("separator", [b"\t", b"|", b'"', b"/", b"="])
def test_long_lines_of_other_separators_are_cut_beside_values(separator: bytes) -> None:
    for value in VALUES:
        for shift in range(0, len(value) + 2, 3):
            assert value not in REWRITE.text(straddling(separator, value, shift))


def test_long_lines_are_learned_from_whole() -> None:
    reader, known = learning()
    reader.text(b"k " * (PIECE // 2 - 4) + b"user=carla.doeberg")
    assert known.values == lexicon((E.USER, b"carla.doeberg")).values
