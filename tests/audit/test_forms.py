"""Addresses, numbers and identifiers among words, and what coincidence may be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.forms import _BLANK, _SEPARATED, _SHORT, _SHORT_OF_ADDRESS, Forms, _spaced, is_chance
from scrubber.audit.known import Known
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import KEY, lexicon, rule_set

E = Entity
FORMS = Forms(
    Known(
        lexicon(
            (E.IPV4, b"81.2.69.160"),
            (E.IPV6, b"2a02:1::5"),
            (E.MAC, b"80:5e:af:31:b2:22"),
            (E.NUMBER, b"+442079460958"),
            (E.CALL_ID, b"5eb8f93ccdf91a46"),
            (E.USER, b"4021"),
        ),
        rule_set(),
        Surrogates(KEY),
    )
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"81.2.69.160", ["ipv4"]),
        (b"81-2-69-160.dyn", ["ipv4"]),
        (b"160.69.2.81.in-addr.arpa", ["ipv4 reverse-name"]),
        (b"160.69.2.81", []),
        (b"510245a0", ["ipv4 hex"]),
        (b"81.2.69.161\\n8.81.2.69", []),
        (b"[2a02:1::5]:5060", ["ipv6"]),
        (b"::ffff:81.2.69.160", ["ipv4", "ipv6"]),
        (b"18:03:12.123", []),
        (b"805e.af31.b222", ["mac"]),
        (b"fe80::825e:afff:fe31:b222", ["ipv6"]),
        (b"00442079460958", ["number"]),
        (b"859064970244", ["number reversed"]),
        (b"8.5.9.0.6.4.9.7.0.2.4.4.e164.arpa", ["number enum"]),
        (b"branch=z9hg4bk5eb8f93ccdf91a46", ["identifier"]),
        (b"5eb8f93ccdf91a47", []),
    ],
)
def test_words(words: bytes, expected: list[str]) -> None:
    assert sorted({f"{entity} {notation}".strip() for _, entity, notation in FORMS(words)}) == expected


@pytest.mark.parametrize(
    ("words", "found"),
    [(b"sip:4021@x", True), (b"'4021'", True), (b"pjsip/4021-0001", True), (b"4021@x", True), (b"4021", False),
     (b"1.4021", False), (b":4021", False), (b'="4021"', False), (b"'4021.5", False)],
)  # fmt: skip
def test_extensions_where_one_stands(words: bytes, *, found: bool) -> None:
    assert bool(list(FORMS.extensions(words))) is found


def test_extensions_behind_a_word() -> None:
    assert list(FORMS.labelled(b"Endpoint 4021 is now Reachable"))
    assert not list(FORMS.labelled(b"sent 4021 octets, Endpoint 40215"))


def test_numbers_in_groups() -> None:
    assert list(FORMS.spaced(b"call 020 7946 0958 now"))
    assert list(FORMS.spaced(b"call +44 (0) 20 7946 0958 now"))
    assert not list(FORMS.spaced(b"on 2025-03-02 18:03 at 020 7946 0959"))


def test_rows_of_digits() -> None:
    assert FORMS.spread(b"99442079460958#")
    assert FORMS.spread(b"".join(b"%c%c" % (digit, digit) for digit in b"442079460958"))
    assert not FORMS.spread(b"000000000000")


@pytest.mark.parametrize(
    ("hits", "chances", "chance"),
    [(0, 0, True), (1, 1e-6, False), (1, 1e-2, True), (5, 1e-2, False), (3, 2, True), (2000, 1000, False)],
)
def test_coincidence(hits: int, chances: float, *, chance: bool) -> None:
    assert is_chance(hits, chances) is chance


@given(st.binary(max_size=200))
def test_anything_may_be_read(words: bytes) -> None:
    list(FORMS(words.lower()))
    list(FORMS.extensions(words.lower()))
    list(FORMS.spaced(words))
    list(FORMS.labelled(words))


@given(st.text("0012-() .a", max_size=24).map(str.encode))
def test_lines_without_spaced_digits_hold_none(line: bytes) -> None:
    assert _spaced(line) or _BLANK.search(line) is None


def test_dates_are_not_spaced() -> None:
    assert not _spaced(b"[2025-03-02 08:00:01] and 2025-03-02 18:00")
    assert _spaced(b"2025-03-02 08 15")
    assert _spaced(b"1 2\n1-2\n(0) 3\n\n2025-03-02 18:00\n(1) (2)") == b"1 2\n(0) 3\n(1) (2)"


@given(st.text("01234567a=:/\"'<>.%", max_size=24).map(str.encode))
def test_words_without_a_host_are_read_alike(word: bytes) -> None:
    assert _SHORT.findall(word) == _SHORT_OF_ADDRESS.findall(word)


@given(st.text("0123456789().-/+", max_size=60).map(str.encode))
def test_groups_are_taken_whole(word: bytes) -> None:
    slow = rb"[(+]?[0-9]{1,15}(?:[().\-/]{1,2}[0-9]{1,15}){1,20}"
    assert _SEPARATED.findall(word) == re.findall(slow, word)


@pytest.mark.parametrize("words", [b"sip:4021@x", b'"4021"', b"pjsip/4021-0000001a", b"4021@x", b"x<4021>"])
def test_extensions_in_their_places(words: bytes) -> None:
    assert [hit[1] for hit in FORMS.extensions(b"a@b\n" + words + b"\nc")] == [E.EXTENSION]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (b'"2026-11-21', False),
        (b"<t>2026-11-21t17:41:15z</t>", False),
        (b"'2026/11/21'", False),
        (b'ops@x"2026-11-21"', False),
        (b'"2026"', True),
        (b'"2026-11', True),
        (b'"2026-11/21"', True),
        (b'"2026-11-210"', True),
        (b"<sip:2026@2026-11-21>", True),
    ],
)
def test_the_year_of_a_date_is_no_extension(words: bytes, found: bool) -> None:
    forms = Forms(Known(lexicon((E.USER, b"2026")), rule_set(), Surrogates(KEY)))
    assert [hit[1] for hit in forms.extensions(words)] == [E.EXTENSION] * found
