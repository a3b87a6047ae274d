"""Call-IDs, tags, branches, UUIDs and other tokens."""

from __future__ import annotations

import base64
import re
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.address import ipv4, mac_octets
from scrubber.pseudonyms.identifier import opaque
from scrubber.pseudonyms.key import Key

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(32))
MAC = "00005e005301"
MAPPED_MAC = mac_octets(KEY, bytes.fromhex(MAC)).hex()
UUID = b"6ba7b810-9dad-41d1-80b4-00c04fd430c8"

SHAPES = [
    (b"z9hG4bK776asdhds", rb"z9hG4bK[0-9]{3}[a-z]{6}"),
    (b"z9hG4bKPj" + UUID, rb"z9hG4bKPj[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    (b"z9hG4bK-524287-1---0123456789abcdef", rb"z9hG4bK-[0-9a-f]{6}-[0-9a-f]---[0-9a-f]{16}"),
    (b"z9hg4bKabc123xyz", rb"z9hg4bK[a-z]{3}[0-9]{3}[a-z]{3}"),
    (b"as0a1b2c3d", rb"as[0-9a-f]{8}"),
    (b"1928301774", rb"[1-9][0-9]{9}"),
    (b"a84b4c76e66710", rb"[0-9a-f]{14}"),
    (b"A84B4C76E66710", rb"[0-9A-F]{14}"),
    (b"3c26700c1adb-jzrpnm9u3w5p", rb"[0-9a-z]{12}-[0-9a-z]{12}"),
    (b"aAbBcCdDeEfFgGhHiIjJ", rb"[A-Za-z]{20}"),
    (b"ABCDEFGHIJKLMNOP", rb"[A-Z]{16}"),
    (b"abcdefghijklmnop", rb"[a-z]{16}"),
    (
        b"Token42_with.dots/and~more",
        rb"[A-Za-z][A-Za-z0-9]{6}_[A-Za-z0-9]{4}\.[A-Za-z0-9]{4}/[A-Za-z0-9]{3}~[A-Za-z0-9]{4}",
    ),
    (b"Hc000020a", rb"[A-Z][a-z][0-9]{6}[a-z]"),
    (b"0x7f8a9c0012", rb"0x[0-9a-f]{10}"),
    (b"1740938592.1234", rb"[1-9][0-9]{9}\.[0-9]{4}"),
    (b"000123", rb"000[1-9][0-9]{2}"),
    (b"12345678901234567890123456789", rb"[1-9][0-9]{28}"),
    (b"dGhlIHNhbXBsZSBub25jZQ==", rb"[A-Za-z0-9]{21}[AQgw]=="),
    (b"NDhmYzQ5NjE2ZTNh/+aabbcc1=", rb"[A-Za-z0-9]{16}/\+[A-Za-z0-9]{6}[AEIMQUYcgkosw048]="),
    (b"a%40b-c%2Ddef0123456789", rb"[0-9a-f]%40[0-9a-f]-[0-9a-f]%2D[0-9a-f]{13}"),
    (b"urn:uuid:" + UUID, rb"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    (b"urn:gsma:imei:35000000-000000-1", rb"urn:gsma:imei:[1-9][0-9]{7}-[0-9]{6}-[0-9]"),
    ("Zoë-1".encode(), rb"[A-Za-z][A-Za-z0-9]{3}-[A-Za-z0-9]"),
]


@pytest.mark.parametrize(("value", "shape"), SHAPES)
def test_shape_stays_and_the_rest_changes(value: bytes, shape: bytes) -> None:
    mapped = opaque(KEY, value)
    assert re.fullmatch(shape, mapped)
    assert len(mapped) == len(value)
    assert mapped != value
    assert mapped != opaque(OTHER, value)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"-",
        b"--..//",
        b"0",
        b"0000",
        b"z9hG4bK",
        b"z9hG4bKPj",
        b"urn:uuid:",
        b"00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_holds_nothing_stays(value: bytes) -> None:
    assert opaque(KEY, value) == value


def test_an_identifier_is_recognisable_wherever_it_stands() -> None:
    mapped = opaque(KEY, UUID)
    assert opaque(KEY, b"z9hG4bKPj" + UUID) == b"z9hG4bKPj" + mapped
    assert opaque(KEY, b"urn:uuid:" + UUID) == b"urn:uuid:" + mapped
    assert opaque(KEY, UUID.replace(b"-", b"")) == mapped.replace(b"-", b"")
    assert opaque(KEY, UUID.upper()) == mapped.upper()
    assert opaque(KEY, b"as0a1b2c3d") == b"as" + opaque(KEY, b"0a1b2c3d")
    assert opaque(KEY, b"abc123;1")[:-2] == opaque(KEY, b"abc123;2")[:-2] == opaque(KEY, b"abc123")
    assert opaque(KEY, b"abc123;1")[-2:] == b";1"


@pytest.mark.parametrize("value", [b"abcd", b"dead-beef", b"0a1b2c3d4e5f6071"])
def test_hexadecimal_is_the_same_in_either_case(value: bytes) -> None:
    assert opaque(KEY, value.upper()) == opaque(KEY, value).upper()


@pytest.mark.parametrize("version", [1, 3, 4, 5, 6, 7])
def test_uuid_keeps_version_and_variant(version: int) -> None:
    for low in range(20):
        value = uuid.UUID(int=0x12345678_9ABC_0DEF_8000_AAAAAAAAAAAA + (version << 76) + (low << 48))
        mapped = uuid.UUID(opaque(KEY, str(value).encode()).decode())
        assert (mapped.version, mapped.variant) == (version, uuid.RFC_4122)


@pytest.mark.parametrize("front", ["00000000-0000-1000-8000-", "00000000-0000-0000-0000-"])
@pytest.mark.parametrize("node", [MAC, "001122334455"])
def test_uuid_made_of_a_mac_follows_the_mac_map(front: str, node: str) -> None:
    expected = front + mac_octets(KEY, bytes.fromhex(node)).hex()
    assert opaque(KEY, (front + node).encode()).decode() == expected
    assert opaque(KEY, (front + node).replace("-", "").encode()).decode() == expected.replace("-", "")
    assert opaque(KEY, b"urn:uuid:" + (front + node).encode()).decode() == "urn:uuid:" + expected


def test_uuid_of_version_1_follows_the_mac_map_in_its_node() -> None:
    first, second = (f"{front}-9dad-11d1-80b4-{MAC}" for front in ("6ba7b810", "6ba7b811"))
    mapped = [opaque(KEY, value.encode()).decode() for value in (first, second)]
    assert [value.rpartition("-")[2] for value in mapped] == [MAPPED_MAC] * 2
    assert mapped[0] != mapped[1]


def test_twelve_hexadecimal_digits_follow_the_mac_map() -> None:
    assert opaque(KEY, MAC.encode()).decode() == MAPPED_MAC
    assert opaque(KEY, b"00:00:5E:00:53:01").decode().replace(":", "") == MAPPED_MAC.upper()


@pytest.mark.parametrize("value", [b"3333aabbccdd", b"01005eaabbcc", b"00000000-0000-1000-8000-3333aabbccdd"])
def test_what_the_mac_map_would_keep_is_replaced(value: bytes) -> None:
    assert opaque(KEY, value)[-12:] != value[-12:]


def test_dotted_quad_follows_the_address_map() -> None:
    assert opaque(KEY, b"192.0.2.10") == ipv4(KEY, b"192.0.2.10")
    assert re.fullmatch(rb"[1-9][0-9]{2}\.[0-9]\.[0-9]\.[0-9]", opaque(KEY, b"999.1.1.1"))


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (10**9, 2**31),
        (2**31, 2**32),
        (2**32, 10**10),
        (10**18, 2**63),
        (2**63, 10**19),
        (10**19, 2**64),
        (1, 10),
        (10, 100),
    ],
)
def test_decimals_do_not_outgrow_their_machine_integer(low: int, high: int) -> None:
    for value in (low, low + 3, (low + high) // 2, high - 1):
        assert low <= int(opaque(KEY, b"%d" % value)) < high


@pytest.mark.parametrize(
    "values",
    [
        [b"%d" % number for number in range(1, 1000)],
        [b"%03x" % number for number in range(1, 4096)],
        [b"%c%d" % (letter, digit) for letter in range(0x61, 0x7B) for digit in range(10)],
        [b"%c%c" % (first, second) for first in range(0x41, 0x5B) for second in range(0x61, 0x7B)],
        [b"%c" % letter for letter in b"0123456789abcdefghijklmnopqrstuvwxyz"],
    ],
)
def test_short_values_never_meet(values: list[bytes]) -> None:
    mapped = [opaque(KEY, value) for value in values]
    assert len(set(mapped)) == len(values)


@given(st.sets(st.text("0123456789abcdefghXYZ-", min_size=1, max_size=11).map(str.encode), min_size=2, max_size=12))
def test_any_short_values_never_meet(values: set[bytes]) -> None:
    hexadecimal = {value for value in values if len(re.sub(rb"-", b"", value)) == 12}
    assert len({opaque(KEY, value) for value in values - hexadecimal}) == len(values - hexadecimal)


@given(st.text("0123456789abcdefgABC=;-%2D", max_size=20).map(str.encode))
def test_any_short_value_has_a_surrogate_of_its_length(value: bytes) -> None:
    assert len(opaque(KEY, value)) == len(value)


@given(st.binary(max_size=80))
def test_any_bytes_keep_length_and_punctuation(value: bytes) -> None:
    mapped = opaque(KEY, value)
    assert len(mapped) == len(value)
    for before, after in zip(value, mapped, strict=True):
        assert chr(after).isascii()
        if before < 0x80 and not chr(before).isalnum() and b"%" not in value and value.count(b".") != 3:
            assert before == after


@given(st.binary(min_size=16, max_size=64))
def test_base64_stays_canonical(value: bytes) -> None:
    encoded = base64.b64encode(value)
    mapped = opaque(KEY, encoded)
    if encoded.endswith(b"=") and len(encoded.translate(None, b"+/=")) > 12:
        assert base64.b64encode(base64.b64decode(mapped, validate=True)) == mapped


def test_one_changed_character_changes_everything() -> None:
    first, second = opaque(KEY, b"a" * 39 + b"g"), opaque(KEY, b"a" * 39 + b"h")
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 12


def elapsed(value: bytes) -> float:
    best = 9e9
    for _ in range(3):
        start = time.perf_counter()
        opaque(KEY, value)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize(
    "unit",
    [b"z9hG4bK", b"urn:uuid:", b"a-", b"%2D", b"%", b"1", b"0", b"deadbeef", b"\xff", b"a=", b";1", b"0x", b"1.1.1.1"],
)
def test_hostile_length_takes_linear_time(unit: bytes) -> None:
    short, long = unit * 20_000, unit * 80_000
    assert len(opaque(KEY, long)) == len(long)
    assert elapsed(long) < 16 * elapsed(short) + 0.01
