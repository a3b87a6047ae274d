"""Where the sweep finds what was learned."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.sweep import SPELLED, Sweep
from tests.passes import DOUBLING, KEY, doubling, lexicon

E = Entity


def sweep(*values: tuple[Entity, bytes]) -> Sweep:
    known = lexicon(*values)
    return Sweep(known, Surrogates(KEY, known.plan()))


def hits(values: list[tuple[Entity, bytes]], text: bytes) -> set[bytes]:
    return {text[found.start : found.end] for found in sweep(*values).find(text)}


PEOPLE = [
    (E.NAME, b"Doeberg"),
    (E.USER, b"ann.lee"),
    (E.NAME, "Жанна".encode()),
    (E.NAME, "鈴木".encode()),
    (E.NAME, "سلمى".encode()),
    (E.NAME, "Ångström".encode()),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"Doeberg", {b"Doeberg"}),
        (b"DOEBERG called doeberg", {b"DOEBERG", b"doeberg"}),
        (b"(Doeberg)", {b"Doeberg"}),
        (b"_Doeberg_", {b"Doeberg"}),
        (b"Doeberg's", {b"Doeberg"}),
        (b"x-doeberg-2", {b"doeberg"}),
        (b"Doebergs", set()),
        (b"vonDoeberg", set()),
        (b"Doeberg7", set()),
        ("Doebergß".encode(), set()),
        ("ßDoeberg".encode(), set()),
        (b"\xffDoeberg\xff", {b"Doeberg"}),
        ("。Doeberg。".encode(), {b"Doeberg"}),
        (b"ann.lee", {b"ann.lee"}),
        (b"joann.lee", set()),
        (b"ann.leery", set()),
        ("Жанна".encode(), {"Жанна".encode()}),
        ("жанна, ЖАННА".encode(), {"жанна".encode(), "ЖАННА".encode()}),
        ("Жаннас".encode(), set()),
        ("поЖанна".encode(), set()),
        ("«Жанна»".encode(), {"Жанна".encode()}),
        ("鈴木".encode(), {"鈴木".encode()}),
        ("お鈴木さん".encode(), {"鈴木".encode()}),
        ("x鈴木y".encode(), {"鈴木".encode()}),
        ("سلمى".encode(), {"سلمى".encode()}),
        ("من سلمى إلى".encode(), {"سلمى".encode()}),
        ("سلمىة".encode(), set()),
        ("ÅNGSTRÖM ångström".encode(), {"ÅNGSTRÖM".encode(), "ångström".encode()}),
        ("Ångströmsk".encode(), set()),
    ],
)
def test_words_end_where_their_script_says(text: bytes, expected: set[bytes]) -> None:
    assert hits(PEOPLE, text) == expected


@pytest.mark.parametrize(
    "text",
    b"1001 (1001) <1001> '1001' [1001] {1001} 1001, 1001; 1001: 1001/20 SIP/1001 =1001 1001=on #1001 *1001 sip:1001"
    b" sip:1001@x sips:1001 tel:1001 1001-2 |1001| 1001. 1001@ctx @1001 1001! 1001?".split(b" "),
)
def test_extensions_stand_alone(text: bytes) -> None:
    assert hits([(E.EXTENSION, b"1001")], text) == {b"1001"}


@pytest.mark.parametrize(
    "text",
    b"10010 21001 x1001 1001x 0x1001 192.0.2.1:1001 [2001:db9::1]:1001 1.1001 1001.5 v2.1001.3 %1001 1001%20 12:1001"
    b" \xc3\xa91001 1001\xc3\xa9".split(b" "),
)
def test_extensions_are_not_parts_of_numbers_ports_and_versions(text: bytes) -> None:
    assert hits([(E.EXTENSION, b"1001")], text) == set()


def test_three_digits_are_not_swept() -> None:
    known = sweep((E.EXTENSION, b"101"))
    assert known.digits == {b"101": E.EXTENSION}
    assert list(known.find(b"Trying 101")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"+15550100123", True),
        (b"15550100123", True),
        (b"to15550100123x", True),
        (b"sip:15550100123@pbx", True),
        (b"0015550100123", False),
        (b"155501001234", False),
    ],
)
def test_numbers_are_not_parts_of_longer_numbers(text: bytes, found: bool) -> None:
    assert bool(hits([(E.NUMBER, b"+15550100123")], text)) is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"at 20 79 46 09 58 again", [b"20 79 46 09 58"]),
        (b"020.7946.0958, x", [b"020.7946.0958"]),
        (b"+44 (20) 7946-0958", [b"+44 (20) 7946-0958"]),
        (b"020 / 7946 0958", [b"020 / 7946 0958"]),
        (b"2079460958", []),
        (b"20 79 46 09 59", []),
        (b"7 20 79 46 09 58", []),
        (b"20 79 46 09 58:12", []),
        (b"192.0.2.1 2026-11-10 09:00:01", []),
    ],
)
def test_numbers_are_found_in_groups(text: bytes, expected: list[bytes]) -> None:
    known = lexicon((Entity.NUMBER, b"+442079460958"))
    sweep = Sweep(known, Surrogates(KEY, known.plan()))
    assert [text[item.start : item.end] for item in sweep.in_groups(text)] == expected


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        (b"+4722123456", b"O-call 1001 -> 22123456 released", [b"22123456"]),
        (b"+442079460958", b"to 02079460958 or 2079460958", [b"02079460958", b"2079460958"]),
        (b"+4722123456", b"822123456 221234567 4622123456", []),
        (b"22123456", b"022123456", []),
    ],
)
def test_numbers_are_found_as_they_are_dialled_at_home(number: bytes, text: bytes, expected: list[bytes]) -> None:
    known = lexicon((Entity.NUMBER, number))
    sweep = Sweep(known, Surrogates(KEY, known.plan()))
    found = {text[item.start : item.end] for item in sweep.find(text)} & set(re.findall(rb"[0-9]+", text))
    assert found == set(expected)
    assert all(digits in sweep.digits for digits in expected)


@pytest.mark.parametrize("text", [b"hunter22", b"xhunter22x", b"\xc3\xa9hunter22", b"HUNTER22"])
def test_secrets_are_found_inside_words(text: bytes) -> None:
    assert len(hits([(E.SECRET, b"hunter22")], text)) == 1


def test_a_secret_is_one_with_its_padding_too() -> None:
    key = b"VmnX9X7dCmQVPP/rDo3EUXabRuedT7GX0tQO1cvA"
    found = sweep((E.SECRET, key), (E.IDENTIFIER, key + b"=="), (E.IDENTIFIER, b"VmnX9X7d==")).find(b'y "%b=="' % key)
    assert [(hit.start, hit.end, hit.entity) for hit in found] == [(3, 3 + len(key), E.SECRET)]


@pytest.mark.parametrize(
    "text",
    [
        b"00005e005301",
        b"00005E005301",
        b"cfg00005e005301.xml",
    ],
)
def test_hardware_addresses_without_separators_are_found_in_names(text: bytes) -> None:
    assert len(hits([(E.MAC, b"00:00:5e:00:53:01")], text)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Жанна", b"%D0%96%D0%B0%D0%BD%D0%BD%D0%B0"),
        ("Жанна", b"%d0%96%d0%b0%d0%bd%d0%bd%d0%b0"),
        ("Жанна", b"\\u0416\\u0430\\u043d\\u043d\\u0430"),
        ("Ångström", "Ångström".encode("latin-1")),
        ("Ångström", b"%C3%85ngstr%C3%B6m"),
        ("Ångström", b"\\u00c5ngstr\\u00f6m"),
        ("Ångström", b"..ngstr..m"),
    ],
)
def test_spelled_forms_of_names(name: str, text: bytes) -> None:
    known = sweep((E.NAME, name.encode()))
    (found,) = known.find(b"from " + text + b" to")
    assert (found.start, found.end, found.rule) == (5, 5 + len(text), SPELLED)
    new = known.spelled[text.lower()]
    assert new.lower() != text.lower()
    assert b"ngstr" not in new.lower()


def test_the_order_of_learning_decides_nothing() -> None:
    # Both leave the same letters where a terminal shows no others.
    names = ["Łukasz".encode(), "Żukasz".encode(), "Ąukasz".encode()]
    learned = lexicon(*((E.NAME, name) for name in names))
    forwards, backwards = learned.values | {E.NAME: dict.fromkeys(names)}, dict.fromkeys(reversed(names))
    learned.values.update(forwards)  # type: ignore[arg-type]  # a set whose order is known
    first = Sweep(learned, Surrogates(KEY)).spelled
    learned.values[E.NAME] = backwards  # type: ignore[assignment]
    assert Sweep(learned, Surrogates(KEY)).spelled == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"pickup by *984711 now", [b"4711"]),
        (b"*984711", [b"4711"]),
        (b"*98471 *9847111 x*984711 *984711# **984711 *98471.1", []),
    ],
)
def test_extensions_stand_behind_feature_codes(text: bytes, expected: list[bytes]) -> None:
    learned = Sweep(lexicon((Entity.EXTENSION, b"4711")), Surrogates(KEY, {}, frozenset()))
    assert [text[found.start : found.end] for found in learned.in_groups(text)] == expected


def test_a_name_of_nothing_but_dots_would_be_everywhere() -> None:
    assert list(sweep((E.NAME, "Жанна".encode())).find(b"from .......... to")) == []


def test_the_owner_of_a_domain_is_found_by_its_label() -> None:
    known = sweep((E.HOST, b"sip.acmewidgets.example"))
    assert {b"acmewidgets", b"sip.acmewidgets.example"} == {
        b"acmewidgets-trunk sip.acmewidgets.example"[found.start : found.end]
        for found in known.find(b"acmewidgets-trunk sip.acmewidgets.example")
    }
    surrogates = Surrogates(KEY)
    assert known.spelled[b"acmewidgets"] == surrogates.host(b"acmewidgets.example").split(b".")[0]


def test_the_owner_of_a_public_service_is_nobody() -> None:
    learned = lexicon((E.HOST, b"ims.mnc410.mcc310.3gppnetwork.org"), (E.HOST, b"dns64.dns.google"))
    known = Sweep(learned, Surrogates(KEY, {}, frozenset({b"dns.google"})))
    assert known.spelled == {}


def test_words_and_digits_for_single_look_ups() -> None:
    known = sweep((E.NAME, b"Doeberg"), (E.USER, b"ann.d"), (E.EXTENSION, b"1001"), (E.NUMBER, b"+15550100123"))
    assert known.words == {b"doeberg": E.NAME}
    numbers = dict.fromkeys((b"15550100123", b"5550100123", b"05550100123"), E.NUMBER)
    assert known.digits == {b"1001": E.EXTENSION, **numbers}


def test_an_empty_sweep_finds_nothing() -> None:
    assert list(Sweep(Lexicon(), Surrogates(KEY)).find(b"anything at all")) == []


@pytest.mark.parametrize("unit", [b"doeberg", b"doeberg ", b"1001 ", b"1001", b"ann.", b"\xd0\x96", b"a"])
def test_sweeping_takes_linear_time(unit: bytes) -> None:
    known = sweep(*PEOPLE, (E.EXTENSION, b"1001"), (E.SECRET, b"aaaaaaaa"))
    assert doubling(lambda text: sum(1 for _ in known.find(text)), unit) <= DOUBLING


@given(
    st.lists(
        st.sampled_from([b"Doeberg", b"alice", b"1001", b" ", b"-", b".", b"x", "é".encode(), b"\xff"]), max_size=12
    )
)
def test_findings_lie_inside_and_are_learned_values(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    known = sweep((E.NAME, b"Doeberg"), (E.USER, b"alice"), (E.EXTENSION, b"1001"))
    for found in known.find(text):
        assert text[found.start : found.end].lower() in {b"doeberg", b"alice", b"1001"}


def test_the_order_of_learning_does_not_matter() -> None:
    values = [(E.HOST, b"one.example.net"), (E.HOST, b"two.example.net"), (E.HOST, b"pbx.example.org"), *PEOPLE]
    assert sweep(*values).spelled == sweep(*reversed(values)).spelled


@given(st.sampled_from(list(Entity)), st.binary(max_size=40))
def test_any_bytes_can_be_learned(entity: Entity, value: bytes) -> None:
    known = lexicon((entity, value))
    sweep = Sweep(known, Surrogates(KEY, known.plan()))
    for finding in sweep.find(b" " + value + b" "):
        assert 0 <= finding.start < finding.end <= len(value) + 2


@pytest.mark.parametrize(
    ("place", "swept"),
    [(b"13295-047 Doevinha SP", True), (b"Doevinha SP", False), (b"12345678", False), (b"2026-11-22 10:00:00", False)],
)
def test_places_with_codes_are_found_anywhere(place: bytes, swept: bool) -> None:
    learned = lexicon((Entity.LOCATION, place))
    found = Sweep(learned, Surrogates(KEY, {}, frozenset())).find(b"apto 72, %b, Brasil" % place)
    assert [finding.entity for finding in found] == ([Entity.LOCATION] if swept else [])
