from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.ledger import Ledger, Recording, Revealing, ShortTexts
from scrubber.model import Entity
from scrubber.pseudonyms.key import Key

E = Entity

KEY = Key(bytes(range(32)))
PLAN = {b"2079460958": b"44"}


def back(entity: E, value: bytes) -> bytes:
    """There and back again."""
    recording = Recording(KEY, PLAN)
    new = recording.of(entity, value)
    return Revealing(KEY, recording.ledger).of(entity, new)


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        (E.IPV4, b"203.0.113.7"),
        (E.IPV4, b"010.001.002.003"),
        (E.HOST, b"203.0.113.7:5060"),
        (E.HOST, b"[2a02:8109::7]:5061"),
        (E.IPV6, b"2a02:8109::7"),
        (E.IPV6, b"fe80::1%eth0"),
        (E.IPV6, b"::ffff:203.0.113.7"),
        (E.MAC, b"00:0B:82:7C:41:E3"),
        (E.MAC, b"000b.827c.41e3"),
        (E.MAC, b"000b827c41e3"),
        (E.NUMBER, b"+442079460958"),
        (E.NUMBER, b"00442079460958"),
        (E.NUMBER, b"020 7946 0958"),
        (E.NUMBER, b"(212) 555-0187"),
        (E.NUMBER, b"%2B442079460958"),
        (E.EXTENSION, b"7346"),
        (E.USER, b"marla.okafor"),
        (E.USER, b"McDonald7"),
        (E.USER, b"0004f2e58a36"),
        (E.NAME, b"Marla Okafor-D\xc3\xbcrr"),
        (E.NAME, "Жанна Крылова".encode()),
        (E.NAME, b'O\'Brien \\"Buzz\\"'),
        (E.NAME, b"=?UTF-8?Q?J=C3=BCrgen?="),
        (E.EMAIL, b"marla.okafor@mail.brackenmoor.example"),
        (E.HOST, b"pbx.brackenmoor.example"),
        (E.HOST, b"PBX.BRACKENMOOR.EXAMPLE"),
        (E.HOST, b"8.5.9.0.6.4.9.7.0.2.4.4.e164.arpa"),
        (E.CALL_ID, b"6f1a0c3b9d2e@203.0.113.7"),
        (E.TAG, b"as58f4201b"),
        (E.IDENTIFIER, b"1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718"),
        (E.DEVICE, b'"<urn:uuid:1f2e3d4c-5b6a-7988-a1b2-c3d4e5f60718'),
    ],
)
def test_there_and_back(entity: E, value: bytes) -> None:
    new = Recording(KEY, PLAN).of(entity, value)
    assert new != value
    assert back(entity, value) == value


@given(st.from_regex(rb"[A-Za-z]{1,12}([ .-][A-Za-z]{1,12}){0,3}", fullmatch=True))
def test_any_name(value: bytes) -> None:
    assert back(E.NAME, value) == value


@given(st.integers(0, 2**32 - 1))
def test_any_address(number: int) -> None:
    value = b"%d.%d.%d.%d" % tuple(number.to_bytes(4))
    assert back(E.IPV4, value) == value


@given(st.from_regex(rb"[0-9]{2,15}", fullmatch=True))
def test_any_number(value: bytes) -> None:
    assert back(E.NUMBER, value) == value


@given(st.sampled_from(list(E)), st.binary(max_size=40))
def test_any_octets(entity: E, value: bytes) -> None:
    ledger = Recording(KEY).ledger
    assert isinstance(Revealing(KEY, ledger).of(entity, value), bytes)
    back(entity, value)


def test_a_national_spelling_of_an_international_number() -> None:
    recording = Recording(KEY, PLAN)
    recording.of(E.NUMBER, b"+442079460958")
    national = recording.of(E.NUMBER, b"020 7946 0958")
    again = Recording(KEY, PLAN)
    again.of(E.NUMBER, b"+442079460958")
    assert Revealing(KEY, again.ledger).of(E.NUMBER, national) == b"020 7946 0958"


def test_words_of_a_name_one_by_one_and_in_other_case() -> None:
    recording = Recording(KEY)
    new = recording.of(E.NAME, b"Marla Okafor").split()
    revealing = Revealing(KEY, recording.ledger)
    assert revealing.of(E.NAME, new[1].upper()) == b"OKAFOR"
    assert revealing.of(E.NAME, b"Dear " + new[0].lower()) == b"Dear marla"


def test_a_host_below_a_known_domain() -> None:
    recording = Recording(KEY)
    new = recording.of(E.HOST, b"pbx.brackenmoor.example").partition(b".")[2]
    revealing = Revealing(KEY, recording.ledger)
    assert revealing.of(E.HOST, new) == b"brackenmoor.example"
    assert revealing.of(E.HOST, b"new." + new) == b"new.brackenmoor.example"


def test_what_can_only_be_a_pseudonym_and_is_unknown() -> None:
    revealing = Revealing(KEY, Ledger())
    for entity, value in (
        (E.IPV4, b"241.2.3.4"),
        (E.IPV6, b"2001:db8::7"),
        (E.MAC, b"02:00:00:00:00:07"),
        (E.HOST, b"zxyfa.invalid"),
    ):
        assert revealing.of(entity, value) == value
        assert value in revealing.unknown
    for entity, value in ((E.IPV4, b"10.2.3.4"), (E.HOST, b"vendor.example"), (E.MAC, b"000b827c41e3")):
        assert revealing.of(entity, value) == value
        assert value not in revealing.unknown


def test_two_originals_of_one_pseudonym_leave_it_alone() -> None:
    ledger = Ledger()
    ledger.note(ledger.hosts, b"zxyfa.invalid", b"one.example")
    ledger.note(ledger.hosts, b"zxyfa.invalid", b"two.example")
    ledger.note_words(b"Zxyfa", b"Marla")
    ledger.note_words(b"Zxyfa", b"Hepzi")
    revealing = Revealing(KEY, ledger)
    assert revealing.of(E.HOST, b"zxyfa.invalid") == b"zxyfa.invalid"
    assert revealing.of(E.NAME, b"Zxyfa") == b"Zxyfa"
    assert len(ledger.ambiguous) == 2


def test_times_move_back() -> None:
    recording = Recording(KEY)
    assert Revealing(KEY, recording.ledger).offset == -recording.offset != 0


def test_letters_in_an_unknown_name_stay() -> None:
    recording = Recording(KEY)
    recording.of(E.NAME, b"j")
    letter = recording.of(E.NAME, b"j")
    revealing = Revealing(KEY, recording.ledger)
    assert revealing.of(E.NAME, b"quexbom-" + letter) == b"quexbom-" + letter
    assert revealing.of(E.NAME, letter) == b"j"
    assert revealing.of(E.HOST, b"uq6jdrrehf9" + letter + b".invalid") == b"uq6jdrrehf9" + letter + b".invalid"


def test_short_texts_are_counted_by_themselves() -> None:
    texts = ShortTexts()
    chunks = [b"7346 7346, (7346) 0077 ring Ring\n", b"x7346 sip:7346 1.7346 12 1234567 rings Zzzz aa\n"]
    assert list(texts.counting(chunks)) == chunks
    counts = {b"7346": 3, b"0077": 1, b"77": 0, b"12": 0, b"ring": 2, b"ZZZZ": 1, b"rings": 0, b"0": 0, b"aa": 0}
    assert {text: texts[text] for text in counts} == counts
