"""What is judged an original without a key, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import findings
from scrubber.exposure import Exposure
from scrubber.formats import detect
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import KEY, cleaned, rule_set
from tests.readings.test_context import INVITE

E = Entity
EXPOSURE = Exposure(rule_set())

ORIGINALS = [
    (E.IPV4, b"198.51.100.7"),
    (E.IPV4, b"8.8.8.8"),
    (E.IPV6, b"2003:db8::1"),
    (E.IPV6, b"::ffff:8.8.8.8"),
    (E.HOST, b"pbx.doeberg.example"),
    (E.HOST, b"198.51.100.7"),
    (E.EMAIL, b"carla@doeberg.example"),
    (E.MAC, b"00:11:22:33:44:55"),
    (E.NUMBER, b"+442071838750"),
    (E.NUMBER, b"00442071838750"),
    (E.SECRET, b"hush-hush"),
    (E.CARD, b"4111111111111111"),
    (E.TEXT, b"Meet Mallory"),
    (E.TEXT, b"xxxxx Mallory"),
    (E.HOST, b"pbx.in"),
    (E.DTMF, b"1234"),
]
OTHERS = [
    (E.IPV4, b"10.0.0.1"),
    (E.IPV4, b"172.16.3.4"),
    (E.IPV4, b"192.168.1.1"),
    (E.IPV4, b"100.64.0.1"),
    (E.IPV4, b"127.0.0.1"),
    (E.IPV4, b"169.254.1.1"),
    (E.IPV4, b"239.255.255.1"),
    (E.IPV4, b"240.1.2.3"),
    (E.IPV4, b"0.0.0.0"),
    (E.IPV4, b"255.255.255.255"),
    (E.IPV4, b"1.2.3"),
    (E.IPV4, b"999.1.1.1"),
    (E.IPV6, b"2001:db8::1"),
    (E.IPV6, b"fe80::1%eth0"),
    (E.IPV6, b"fd00::1"),
    (E.IPV6, b"::1"),
    (E.IPV6, b"not an address"),
    (E.HOST, b"zsesa.invalid"),
    (E.HOST, b"printer.local"),
    (E.HOST, b"localhost"),
    (E.HOST, b"word"),
    (E.EMAIL, b"zsesa@rqu.invalid"),
    (E.MAC, b"02:11:22:33:44:55"),
    (E.MAC, b"01:00:5e:00:00:01"),
    (E.MAC, b"00:00:00:00:00:00"),
    (E.NUMBER, b"5550100"),
    (E.NUMBER, b"+999123"),
    (E.SECRET, b"REDACTED"),
    (E.SECRET, b"000000"),
    (E.SECRET, b"AAAA"),
    (E.CARD, b"0000 0000 0000 0000"),
    (E.TEXT, b"xxxxx xxx"),
    (E.TEXT, b"xxxxx xx.xx xxxxx x "),
    (E.TEXT, b"xxxxx REDACTEDcard xxx"),
    (E.TEXT, "xxжж x字".encode()),
    (E.HOST, b"zsesa.qeru.inval"),
    (E.DTMF, b"0000"),
    (E.USER, b"carla"),
    (E.NAME, b"Carla"),
    (E.EXTENSION, b"1001"),
    (E.TAG, b"as1c2a9f"),
    (E.CALL_ID, b"a84b4c76e66710"),
    (E.HOST, b""),
]


def judged(entity: Entity, value: bytes) -> bool:
    EXPOSURE.values.clear()
    assert EXPOSURE.value(entity, value, "r") == value
    return value in EXPOSURE.values


@pytest.mark.parametrize(("entity", "value"), ORIGINALS)
def test_originals(entity: Entity, value: bytes) -> None:
    assert judged(entity, value)


@pytest.mark.parametrize(("entity", "value"), OTHERS)
def test_what_proves_nothing(entity: Entity, value: bytes) -> None:
    assert not judged(entity, value)


def test_well_known_hosts_stay() -> None:
    kept = next(iter(sorted(rule_set().kept_hosts)))
    assert not judged(E.HOST, b"www." + kept)
    assert judged(E.HOST, b"www." + kept + b".doeberg.example")


@pytest.mark.parametrize("entity", [entity for entity, _ in ORIGINALS])
@given(data=st.data())
def test_no_pseudonym_is_an_original(entity: Entity, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from([value for kind, value in ORIGINALS if kind is entity]))
    key_byte = data.draw(st.integers(0, 255))
    surrogate = Surrogates(type(KEY)(bytes([key_byte]) * 32)).of(entity, value)
    assert not judged(entity, surrogate)


def places(block: bytes, fmt: str = "plain") -> list[bytes]:
    return [block[hit.start : hit.end] for hit in findings(block, rule_set(), detect.by_name(fmt))]


def test_values_are_shown_wherever_they_stand() -> None:
    block = b"Contact: <sip:1001@pbx.doeberg.example>\nnoise pbx.doeberg.example, xpbx.doeberg.examplex\n"
    assert places(block) == [b"pbx.doeberg.example"] * 2


def test_an_original_message_shows_and_a_scrubbed_one_does_not() -> None:
    assert {b"198.51.100.7", b"203.0.113.9", b"doeberg.example", b"90125"} <= set(places(INVITE))
    assert places(cleaned(INVITE)) == []
    assert places(b"") == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"hunter2 is the word of the day".hex().encode(), True),
        ("Жанна живёт здесь".encode().hex().encode(), True),
        ("the word of the day".encode("utf-16-le").hex().encode(), True),
        (bytes(range(128, 160)).hex().encode(), False),
        (b"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", False),
        (b"00" * 32, False),
    ],
)
def test_octets_without_a_meaning_are_shown_where_they_spell_a_text(value: bytes, shown: bool) -> None:
    EXPOSURE.values.clear()
    assert EXPOSURE.filler(value, "fragment-value", 0) == value
    assert (value in EXPOSURE.values) is shown
    EXPOSURE.values.clear()
    EXPOSURE.filler(value, "sdp-key", 0)
    assert (value in EXPOSURE.values) is (value.strip(b"0") != b"")


def test_values_inside_json_are_shown() -> None:
    assert b"hush-hush" in places(b'{"password":"hush-hush","a":1}')


def test_one_digit_is_shown_in_its_quotes() -> None:
    block = b"channel.c: DTMF begin '4' received on PJSIP/1001-00000001, 4 in all, \"4\"\n"
    hits = findings(block, rule_set(), detect.by_name("plain"))
    assert [(hit.start, block[hit.start : hit.end]) for hit in hits] == [
        (block.index(b"'4'") + 1, b"4"),
        (block.index(b'"4"') + 1, b"4"),
    ]
    assert places(block.replace(b"4", b"0")) == []


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_bytes_can_be_judged(rows: list[bytes]) -> None:
    block = b"\n".join(rows)
    for hit in EXPOSURE.places(block):
        assert 0 <= hit.start < hit.end <= len(block)
    assert EXPOSURE.text(block) == EXPOSURE.known(block) == block
