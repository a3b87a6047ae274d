"""Addresses, numbers and identifiers among words, and what coincidence may be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.forms import _BEFORE, _BLANK, _MAC, _QUAD, _SEPARATED, _SHORT, _SPACED, Forms, _spaced, is_chance
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
            (E.USER, b"486"),
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
        (b"81.2.69.160.in-addr.arpa", []),  # the reverse name of another one
        (b"81.2.69.160.in-addr.arpa\n81.2.69.160:5060", ["ipv4"]),
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


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (b'{"duration":"4021"}', False),
        (b'{"duration": "4021", "Bill-Sec": "4021"}', False),
        (b"<duration>4021</duration>", False),
        (b'<billsec unit="s">4021</billsec>', False),
        (b'{"duration":"4021","caller":"4021"}', True),
        (b'{"mailbox":"4021"}', True),
        (b'{"anything":"4021"}', True),
        (b"<anything>4021</anything>", True),
        (b"<anything>4021</anything><duration>4021</duration>", True),
        (b"duration '4021'", True),
        (b'"4021"', True),
        (b"while expecting '486' (index 3)", False),
        (b"while expecting '486', from '486'", True),
        (b"expecting '4021'", True),
        (b"status:  <486>; x", False),
        (b"resolver 'x' with priority '486'", False),
        (b"name:  <486>", True),
    ],
)
def test_extensions_are_no_measures(lines: bytes, *, found: bool) -> None:
    words = b"\n".join(dict.fromkeys(lines.split())).lower()
    assert bool(list(FORMS.extensions(words, lines))) is found


def test_codes_of_answers_are_no_extensions() -> None:
    forms = Forms(Known(lexicon((E.EXTENSION, b"513")), rule_set(), Surrogates(KEY)))
    assert not list(forms.extensions(b'sl_send_reply("513",'))
    assert list(forms.extensions(b'strcmp("513",'))


def test_extensions_behind_a_word() -> None:
    assert list(FORMS.labelled(b"Endpoint 4021 is now Reachable"))
    assert not list(FORMS.labelled(b"sent 4021 octets, Endpoint 40215"))


def test_numbers_in_groups() -> None:
    assert list(FORMS.spaced(b"call 020 7946 0958 now"))
    assert list(FORMS.spaced(b"call +44 (0) 20 7946 0958 now"))
    assert not list(FORMS.spaced(b"on 2025-03-02 18:03 at 020 7946 0959"))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        (b"4420-79460958", True),
        (b"4420-79460958\npjsip/44207-9460958a", True),
        (b"pjsip/44207-9460958a", False),
        (b"4420-79460958ext12", True),
    ],
)
def test_the_counter_of_a_channel_holds_no_number(word: bytes, found: bool) -> None:
    assert bool(list(FORMS(word))) is found


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
def test_numbers_with_blanks_stand_in_rows(line: bytes) -> None:
    rows = _spaced(line).split(b"\n")
    for match in _SPACED.finditer(line):
        if _BLANK.search(match[0]) and len(re.findall(rb"[0-9]", match[0])) >= 7:
            assert any(match[0] in row for row in rows)


def test_dates_are_not_spaced() -> None:
    assert not _spaced(b"[2025-03-02 08:00:01] and 2025-03-02 18:00")
    assert _spaced(b"2025-03-02 08 15")
    rows = _spaced(b"a 12 34567\n1-2345678\n(0) 3\n\n2025-03-02 18:00\nb (1) (234567)").split(b"\n")
    assert sorted(rows) == [b"1) (234567)", b"12 34567"]


class Every(set[bytes]):
    """All there is."""

    def __contains__(self, value: object) -> bool:
        return True


ANYTHING = Known(lexicon(), rule_set(), Surrogates(KEY))
ANYTHING.extensions = Every((b"",))
_ENCLOSED = rb"[0-9]{3,6}(?![0-9a-z]|[.%][0-9])"
_IN_ADDRESS = re.compile(rb"(?<!=)[:/\"'<>]" + _ENCLOSED + rb"|(?<![0-9a-z.:%])[0-9]{3,6}(?=@)")


@given(st.text("01234567a=:/\"'<>.%@", max_size=24).map(str.encode), st.sampled_from([b"", b"sip:", b"pjsip/"]))
def test_extensions_as_one_expression_reads_them(word: bytes, before: bytes) -> None:
    word = before + word
    slow = {
        match[0]
        for match in (_IN_ADDRESS if b"@" in word else _SHORT).finditer(word)
        if match[0][:1] not in (b":", b"/") or word.endswith(_BEFORE, 0, match.start() + 1)
    }
    assert {text for text, _, _ in Forms(ANYTHING).extensions(word)} == slow


@given(st.text("0123af:.-gz", max_size=40).map(str.encode))
def test_hardware_addresses_by_their_shapes(word: bytes) -> None:
    known = Known(lexicon((E.MAC, b"80:5e:af:31:b2:22")), rule_set(), Surrogates(KEY))
    known.macs = frozenset(int(re.sub(rb"[:.-]", b"", text), 16) for text in _MAC.findall(word)) or known.macs
    assert {text for text, _, _ in Forms(known)(word)} == set(_MAC.findall(word))


@given(st.text("0123456789.-_a", max_size=40).map(str.encode))
def test_dotted_quads_in_their_rows(word: bytes) -> None:
    class Quads(frozenset[int]):
        def __contains__(self, value: object) -> bool:
            return value != -1

    known = Known(lexicon((E.IPV4, b"81.2.69.160")), rule_set(), Surrogates(KEY))
    known.ipv4 = Quads((1,))
    good = {text for text in _QUAD.findall(word) if all(int(part) < 256 for part in re.split(rb"[._-]", text))}
    assert good <= {text for text, _, _ in Forms(known)(word)}


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


ROWS = st.lists(st.sampled_from([b"442079460958", b"4111111111111111", b"44", b"2079", b"460958", b"0", b"900", b"1"]))


@given(ROWS)
def test_a_row_of_digits_that_holds_a_number_shows_its_end(pieces: list[bytes]) -> None:
    known = Known(lexicon((E.NUMBER, b"+442079460958"), (E.CARD, b"4111111111111111")), rule_set(), Surrogates(KEY))
    row = b"".join(pieces)
    parts = (row[start:end] for start in range(len(row)) for end in range(start + 7, len(row) + 1))
    assert known.may_hold(row) or not any(map(known.number, parts))
