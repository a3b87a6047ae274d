"""Telephone numbers and extensions."""

from __future__ import annotations

import re
import time

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.number import extension, is_special, national_forms, number

KEY = Key(bytes(range(32)))
PLAN = {
    b"2079460958": b"44",
    b"2025550143": b"1",
    b"5550100123": b"1",
    b"4950000100": b"7",
    b"0600000100": b"39",
    b"301234567": b"36",
}

LONDON = number(KEY, b"+442079460958")[3:]
WASHINGTON = number(KEY, b"+12025550143")[2:]
MOSCOW = number(KEY, b"+74950000100")[2:]

SPELLINGS = [
    (b"+442079460958", b"+44", LONDON),
    (b"+44 20 7946 0958", b"+44", LONDON),
    (b"+44 (0)20 7946 0958", b"+440", LONDON),
    (b"+44 ( 0 ) 20 7946-0958", b"+440", LONDON),
    (b"+44 020 7946 0958", b"+440", LONDON),
    (b"(+44) 20/7946.0958", b"+44", LONDON),
    ("+44\u00a020\u20117946\u20110958".encode(), b"+44", LONDON),
    (b"0044 20 7946 0958", b"0044", LONDON),
    (b"0044 (0) 20 7946 0958", b"00440", LONDON),
    (b"011 44 20 7946 0958", b"01144", LONDON),
    (b"0011442079460958", b"001144", LONDON),
    (b"810442079460958", b"81044", LONDON),
    (b"9011442079460958", b"901144", LONDON),
    (b"900442079460958", b"90044", LONDON),
    (b"000442079460958", b"00044", LONDON),
    (b"442079460958", b"44", LONDON),
    (b"2079460958", b"", LONDON),
    (b"020 7946 0958", b"0", LONDON),
    (b"(020) 7946-0958", b"0", LONDON),
    (b"02079460958", b"0", LONDON),
    (b"9 020 7946 0958", b"90", LONDON),
    (b"*6702079460958", b"670", LONDON),
    (b"#31#02079460958", b"310", LONDON),
    (b"*31#+442079460958", b"31+44", LONDON),
    (b"tel:+44-20-7946-0958", b"+44", LONDON),
    (b"+12025550143", b"+1", WASHINGTON),
    (b"1-202-555-0143", b"1", WASHINGTON),
    (b"(202) 555-0143", b"", WASHINGTON),
    (b"912025550143", b"91", WASHINGTON),
    (b"0012025550143", b"001", WASHINGTON),
    (b"+74950000100", b"+7", MOSCOW),
    (b"8 (495) 000-01-00", b"8", MOSCOW),
    (b"84950000100", b"8", MOSCOW),
]


def digits(value: bytes) -> bytes:
    return re.sub(rb"[^0-9+]", b"", value)


@pytest.mark.parametrize(("value", "prefix", "significant"), SPELLINGS)
def test_every_spelling_of_one_number_gives_one_surrogate_in_that_spelling(
    value: bytes, prefix: bytes, significant: bytes
) -> None:
    mapped = number(KEY, value, PLAN)
    assert digits(mapped) == prefix + significant
    assert re.sub(rb"[0-9]", b"0", mapped) == re.sub(rb"[0-9]", b"0", value)


@pytest.mark.parametrize(("value", "prefix", "significant"), SPELLINGS)
def test_spellings_without_a_known_country_end_alike(value: bytes, prefix: bytes, significant: bytes) -> None:
    mapped = number(KEY, value)
    assert digits(mapped)[-6:] == significant[-6:]
    assert len(mapped) == len(value)


def test_what_was_learned_wins_over_an_international_prefix() -> None:
    value = b"002079460958"  # an outside line and a national number, or a number in Egypt
    assert digits(number(KEY, value, PLAN)) == b"00" + LONDON
    assert number(KEY, value)[:4] == b"0020"


@pytest.mark.parametrize(
    ("value", "international"),
    [
        (b"0600000100", b"+390600000100"),
        (b"06301234567", b"+36301234567"),
        (b"15550100123", b"+15550100123"),
        (b"2025550143", b"+12025550143"),
        (b"*6712025550143", b"+12025550143"),
        (b"+12025550143 x101", b"+12025550143"),
        (b"101 +12025550143", b"+12025550143"),
        (b"101, +12025550143", b"+12025550143"),
    ],
)
def test_what_is_around_a_number_does_not_change_its_surrogate(value: bytes, international: bytes) -> None:
    assert digits(number(KEY, international))[-9:] in digits(number(KEY, value, PLAN))


@pytest.mark.parametrize(
    ("value", "forms"),
    [
        (b"+442079460958", (b"2079460958",)),
        (b"+44 (0)20 7946 0958", (b"2079460958",)),
        (b"00442079460958", (b"2079460958",)),
        (b"12025550143", (b"2025550143",)),
        (b"+390600000100", (b"0600000100",)),
        (b"02079460958", ()),
        (b"2079460958", ()),
        (b"+44123456", ()),
        (b"1001", ()),
        (b"", ()),
    ],
)
def test_national_forms(value: bytes, forms: tuple[bytes, ...]) -> None:
    assert national_forms(value) == forms


def test_what_national_forms_says_joins_the_spellings() -> None:
    value = b"+81 3-0000-0100"
    (form,) = national_forms(value)
    assert form == b"300000100"
    plan = {form: b"81"}
    assert digits(number(KEY, b"03-0000-0100", plan))[1:] == digits(number(KEY, value))[3:]


@pytest.mark.parametrize(
    "value",
    [
        *b"112 911 999 000 110 118 119 933 101 111 988 9911 116000 116123 *97 *43 *411 #31# *67 **21* *#21# 7".split(),
        *(b"0", b"", b"*", b"#", b"+", b"alice", b"9-1-1", b" 112 ", b"+44", b"+1", b"+353", b"tel:112"),
    ],
)
def test_codes_and_what_is_no_number_stay(value: bytes) -> None:
    assert number(KEY, value, PLAN) == value
    assert extension(KEY, value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"112", True),
        (b"116123", True),
        (b"*97", True),
        (b"*#21#", True),
        (b"#31#", True),
        (b"1001", False),
        (b"113", False),
        (b"*9712", False),
        (b"**101", False),
        (b"117000", False),
        (b"", False),
    ],
)
def test_is_special(value: bytes, expected: bool) -> None:
    assert is_special(value) is expected


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (b"*981001", rb"\*98[1-9][0-9]{3}"),
        (b"*98 1001", rb"\*98 [1-9][0-9]{3}"),
        (b"**1001", rb"\*\*[1-9][0-9]{3}"),
        (b"**21*2025550143#", rb"\*\*21\*[1-9][0-9]{9}#"),
        (b"1234#+12025550143", rb"[1-9][0-9]{3}#\+1[0-9]{10}"),
        (b"+12025550143,,4321#", rb"\+1[0-9]{10},,[1-9][0-9]{3}#"),
        (b"+1 202-555-0143 x205", rb"\+1 [0-9]{3}-[0-9]{3}-[0-9]{4} x[1-9][0-9]{2}"),
        (b"2025550143, 2025550144", rb"[1-9][0-9]{9}, [1-9][0-9]{9}"),
        (b"+123456", rb"\+[1-9][0-9]{5}"),
        (b"0123", rb"0[0-9]{3}"),
        (b"5550143", rb"[1-9][0-9]{6}"),
        (b"+999123456789", rb"\+999[1-9][0-9]{8}"),
        (b"00299012", rb"00[0-9]{6}"),
        (b"9" * 60, rb"[1-9][0-9]{59}"),
        (b"+" + b"4" * 60, rb"\+44[1-9][0-9]{57}"),
    ],
)
def test_parts_of_a_dialled_string(value: bytes, shape: bytes) -> None:
    mapped = number(KEY, value)
    assert re.fullmatch(shape, mapped)
    assert mapped != value


def test_extension_is_the_same_inside_a_longer_string() -> None:
    mapped = number(KEY, b"1001")
    assert number(KEY, b"*981001") == b"*98" + mapped
    assert number(KEY, b"**1001") == b"**" + mapped
    assert number(KEY, b"+12025550143,,1001#").endswith(b",," + mapped + b"#")
    assert extension(KEY, b"1001") == mapped
    assert extension(KEY, b"+12025550143") == number(KEY, b"+12025550143")


@pytest.mark.parametrize("length", [2, 3, 4])
def test_extensions_are_permuted_within_length_and_first_digit(length: int) -> None:
    values = [b"%0*d" % (length, value) for value in range(10**length)]
    mapped = [extension(KEY, value) for value in values]
    assert sorted(mapped) == values
    for before, after in zip(values, mapped, strict=True):
        assert (before[:1] == b"0") == (after[:1] == b"0")
        assert is_special(before) == (before == after)
        assert is_special(before) == is_special(after)


@given(st.integers(10000, 999999), st.integers(10000, 999999))
def test_longer_extensions_do_not_meet(first: int, second: int) -> None:
    mapped = [extension(KEY, b"%d" % value) for value in (first, second)]
    assert (mapped[0] == mapped[1]) == (first == second)
    assert [len(value) for value in mapped] == [len(str(value)) for value in (first, second)]


def examples() -> list[bytes]:
    kinds = ("FIXED_LINE", "MOBILE", "TOLL_FREE", "PREMIUM_RATE")
    found = set()
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in kinds:
            example = phonenumbers.example_number_for_type(region, getattr(phonenumbers.PhoneNumberType, kind))
            if example is not None:
                found.add(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164).encode())
    return sorted(value for value in found if len(value) > 7)


def test_no_surrogate_can_be_assigned_in_any_country() -> None:
    kept_first_digit = 0
    values = examples()
    assert len(values) > 700
    for value in values:
        mapped = number(KEY, value)
        parsed = phonenumbers.parse(mapped.decode())
        code = len(str(parsed.country_code)) + 1
        assert value[:code] == mapped[:code]
        assert len(value) == len(mapped)
        assert phonenumbers.is_possible_number(parsed), mapped
        assert not phonenumbers.is_valid_number(parsed), mapped
        kept_first_digit += value[code] == mapped[code]
    assert kept_first_digit > 0.8 * len(values)


@pytest.mark.parametrize("prefix", [b"+4420794", b"+120255", b"+491511", b"+3906000", b"+8613900", b"+551190"])
def test_one_exchange_stays_one_exchange_and_nothing_meets_in_it(prefix: bytes) -> None:
    width = 12 - len(prefix)
    values = [prefix + b"%0*d" % (width, value * 7 % 10**width) for value in range(300)]
    mapped = {number(KEY, value) for value in values}
    assert len(mapped) == 300
    for value in mapped:
        parsed = phonenumbers.parse(value.decode())
        assert phonenumbers.is_possible_number(parsed)
        assert not phonenumbers.is_valid_number(parsed)


def test_north_american_surrogates_keep_the_shape_of_the_plan() -> None:
    for area in range(200, 1000, 7):
        value = number(KEY, b"+1%d555%04d" % (area, area))
        assert re.fullmatch(rb"\+1([2-9])(?:9[0-9]|[37]7[0-9]|6[0-9]|7[0-9])[2-9][0-9]{6}", value)
        assert value[2:3] == b"%d" % (area // 100)


@pytest.mark.parametrize("code", [b"44", b"49", b"7"])
def test_numbers_of_one_country_rarely_meet(code: bytes) -> None:
    values = [b"+%b%d" % (code, 2_000_000_000 + step * 1_234_567) for step in range(2000)]
    assert len({number(KEY, value) for value in values}) == 2000


@given(st.binary(max_size=40), st.text("0123456789+*#() -.x,", max_size=40).map(str.encode))
def test_any_bytes_keep_what_is_no_digit(first: bytes, second: bytes) -> None:
    for value in (first, second):
        mapped = number(KEY, value, PLAN)
        assert re.sub(rb"[0-9]", b"0", mapped) == re.sub(rb"[0-9]", b"0", value)
        national_forms(value)


@given(st.integers(10**6, 10**15), st.integers(0, 10**4 - 1), st.integers(0, 10**4 - 1))
def test_numbers_with_the_same_leading_part_never_meet(head: int, first: int, second: int) -> None:
    for form in (b"%d%04d", b"+%d%04d", b"00%d%04d", b"0%d%04d"):
        mapped = [number(KEY, form % (head, tail)) for tail in (first, second)]
        assert (mapped[0] == mapped[1]) == (first == second)


@pytest.mark.parametrize("plan", [{b"2079460958": b""}, {b"2079460958": b"x"}, {b"2079460958": b"999"}])
def test_a_wrong_plan_does_no_harm(plan: dict[bytes, bytes]) -> None:
    mapped = number(KEY, b"02079460958", plan)
    assert re.fullmatch(rb"0[0-9]{10}", mapped)
    assert mapped != b"02079460958"


@pytest.mark.parametrize(
    "unit", [b"1", b"0", b"+", b"+1", b"1 ", b"(0)", b"( ", b"9" + b" " * 8, b"*", b"*1", b"#1#", b"12345678,", b"\xa0"]
)
def test_hostile_length_takes_linear_time(unit: bytes) -> None:
    def elapsed(value: bytes) -> float:
        best = 9e9
        for _ in range(3):
            start = time.perf_counter()
            assert len(number(KEY, value, PLAN)) == len(value)
            best = min(best, time.perf_counter() - start)
        return best

    assert elapsed(unit * 8_000) < 16 * elapsed(unit * 2_000) + 0.01
