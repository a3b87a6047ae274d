"""The door to pseudonyms: shapes choose the map, spellings survive, memos stay bounded."""

from __future__ import annotations

import re
import time
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.encodings import percent_decode, words_encode_like
from scrubber.model import Entity
from scrubber.pseudonyms import address, host, identifier, name, number, secret
from scrubber.pseudonyms import time as stamps
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import CAPACITY, LONGEST_REMEMBERED, Memo, Surrogates

KEY = Key(bytes(range(32)))
MAPS = Surrogates(KEY, {b"2079460958": b"44"}, frozenset({b"stun.example.org"}))
UUID = b"123e4567-e89b-12d3-a456-426614174000"
DOMAIN = host.host(KEY, b"example.com")
IPV4 = address.ipv4(KEY, b"192.0.2.10")
NUMBER = int(IPv4Address(IPV4.decode()))
IPV6 = address.ipv6(KEY, b"2003::1:5")
ALICE = name.user(KEY, b"alice")


def mapped_number(value: bytes) -> bytes:
    return number.number(KEY, value, MAPS.plan)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"alice", ALICE),
        (b"Alice", ALICE.capitalize()),
        (b"1001", number.extension(KEY, b"1001")),
        (b"+15550100123", mapped_number(b"+15550100123")),
        (b"+1 (555) 010-0123", mapped_number(b"+1 (555) 010-0123")),
        (b"02079460958", mapped_number(b"+442079460958").replace(b"+44", b"0")),
        (b"*97", b"*97"),
        (b"911", b"911"),
        (b"%2B15550100123", b"%2B" + mapped_number(b"+15550100123")[1:]),
        (b"%2b15550100123", b"%2b" + mapped_number(b"+15550100123")[1:]),
        (b"%252B15550100123", b"%252B" + mapped_number(b"+15550100123")[1:]),
        (b"alice%40example.com", ALICE + b"%40" + DOMAIN),
        (b"alice@example.com", ALICE + b"@" + DOMAIN),
        (b"alice@192.0.2.10", ALICE + b"@" + IPV4),
        (b"00005e005301", address.mac(KEY, b"00005e005301")),
        (b"00005e005301_1", address.mac(KEY, b"00005e005301") + b"_1"),
        (b"00:00:5E:00:53:01", address.mac(KEY, b"00:00:5E:00:53:01")),
        (b"0000.5e00.5301-2", address.mac(KEY, b"0000.5e00.5301") + b"-2"),
        (b"000000530001", mapped_number(b"000000530001")),
        (b"SEP00005E005301", b"SEP" + address.mac(KEY, b"00005E005301")),
        (b"sep000000530001", b"sep" + address.mac(KEY, b"000000530001")),
        (b"ATA00005E005301_2", b"ATA" + address.mac(KEY, b"00005E005301") + b"_2"),
        (b"192.0.2.10", IPV4),
        (UUID, identifier.opaque(KEY, UUID)),
        (b"desk7346", name.word(KEY, b"desk") + number.extension(KEY, b"7346")),
        (b"Anonymous", b"Anonymous"),
        (b"s", b"s"),
        (b"100%", number.extension(KEY, b"100") + b"%"),
    ],
)
def test_user(value: bytes, expected: bytes) -> None:
    assert MAPS.user(value) == expected
    assert MAPS.of(Entity.USER, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", b""),
        (b"example.com", DOMAIN),
        (b"EXAMPLE.COM:5060", DOMAIN.upper() + b":5060"),
        (b"192.0.2.10", IPV4),
        (b"192.0.2.10:5060", IPV4 + b":5060"),
        (b"192.0.2.10/24", IPV4 + b"/24"),
        (b"192.000.002.010", b".".join(b"%03d" % int(octet) for octet in IPV4.split(b"."))),
        (b"[2003::1:5]", b"[" + IPV6 + b"]"),
        (b"[2003::1:5]:5060", b"[" + IPV6 + b"]:5060"),
        (b"2003::1:5", IPV6),
        (b"2003::1:5/64", IPV6 + b"/64"),
        (b"fe80::1%eth0", address.ipv6(KEY, b"fe80::1%eth0")),
        (b"00:00:5e:00:53:01", address.mac(KEY, b"00:00:5e:00:53:01")),
        (b"stun.example.org", b"stun.example.org"),
        (b"Stun.Example.Org.", b"Stun.Example.Org."),
        (b"a.stun.example.org:3478", b"a.stun.example.org:3478"),
        (b"localhost:5060", b"localhost:5060"),
        (b"127.0.0.1", b"127.0.0.1"),
        (b"pbx:", host.host(KEY, b"pbx") + b":"),
    ],
)
def test_host(value: bytes, expected: bytes) -> None:
    assert MAPS.host(value) == expected
    assert MAPS.of(Entity.HOST, value) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(
            b"xstun.example.org",
            b"300.1.22.33",
            b"[2003::1",
            b"[alice]",
            b"2003:aa:1:",
            b"192.0.2.10:port",
            b"alice:bob:carol",
        ),
        *(b"[[2003::1]]", b"example.com:99999999", b"192.0.2.10%20", b"alice bob"),
    ],
)
def test_malformed_hosts_do_not_pass(value: bytes) -> None:
    mapped = MAPS.host(value)
    assert mapped != value
    for word in re.findall(rb"[a-z]{4,}|2003:aa|192\.0\.2\.10", value):
        assert word not in mapped


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Alice", ALICE.capitalize()),
        (rb"Al \"Bob\" \\", name.name(KEY, b'Al "Bob" \\').replace(b"\\", rb"\\").replace(b'"', rb"\"")),
        (b"1001", number.extension(KEY, b"1001")),
        (b"+1 555 010 0123", mapped_number(b"+1 555 010 0123")),
        (b"alice@example.com", ALICE + b"@" + DOMAIN),
        (b"sip:alice@example.com", b"sip:" + ALICE + b"@" + DOMAIN),
        (b"192.0.2.10", IPV4),
        (b"Anonymous", b"Anonymous"),
        (b"", b""),
        (b"\\", b"\\"),
    ],
)
def test_name(value: bytes, expected: bytes) -> None:
    assert MAPS.name(value) == expected


def test_encoded_words_are_one_name() -> None:
    plain = MAPS.name("Renée".encode()).decode()
    hexed = plain.encode("latin-1")[-2:-1].hex().upper()
    assert MAPS.name(b"=?iso-8859-1?q?Ren=E9e?=").decode() == f"=?iso-8859-1?q?{plain[:3]}={hexed}{plain[-1]}?="
    assert MAPS.name(b"=?utf-8?b?UmVuw6ll?=") == words_encode_like(plain.encode(), b"=?utf-8?b?UmVuw6ll?=")
    assert b"Alice" not in MAPS.name(b"=?x-unknown?q?Alice?=")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"abc123-x", identifier.opaque(KEY, b"abc123-x")),
        (b"abc123@192.0.2.10", identifier.opaque(KEY, b"abc123") + b"@" + IPV4),
        (b"abc123@example.com", identifier.opaque(KEY, b"abc123") + b"@" + DOMAIN),
        (b"abc123@[2003::1:5]", identifier.opaque(KEY, b"abc123") + b"@[" + IPV6 + b"]"),
        (b"abc123@192_0_2_10", identifier.opaque(KEY, b"abc123") + b"@" + IPV4.replace(b".", b"_")),
        (
            b"7@BJC.A.C.BA",
            identifier.opaque(KEY, b"7") + b"@" + IPV4.translate(bytes.maketrans(b"0123456789", b"ABCDEFGHIJ")),
        ),
        (b"z9hG4bKabc123", identifier.opaque(KEY, b"z9hG4bKabc123")),
        (b"", b""),
    ],
)
def test_identifier(value: bytes, expected: bytes) -> None:
    for entity in (Entity.CALL_ID, Entity.TAG, Entity.BRANCH, Entity.IDENTIFIER):
        assert MAPS.of(entity, value) == expected


@pytest.mark.parametrize("value", [b"1001", b"201", b"440100"])
def test_an_identifier_that_is_an_extension_is_the_same_one(value: bytes) -> None:
    to = Surrogates(KEY)
    assert to.of(Entity.IDENTIFIER, value) == to.of(Entity.TAG, value) == to.of(Entity.EXTENSION, value) != value
    assert to.of(Entity.CALL_ID, value + b"@a.example").startswith(to.of(Entity.EXTENSION, value) + b"@")


def test_device() -> None:
    instance = b"urn:uuid:00000000-0000-1000-8000-00005e005301"
    mapped = identifier.opaque(KEY, instance)
    assert MAPS.device(b'"<' + instance + b'>"') == b'"<' + mapped + b'>"'
    assert mapped.endswith(address.mac(KEY, b"00005e005301"))
    assert MAPS.device(b"00:00:5e:00:53:01") == MAPS.mac(b"00:00:5e:00:53:01")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            b"https://alice:pw@example.com/prov/00005e005301.cfg",
            b"https://REDACTED@%b/prov/%b.cfg" % (DOMAIN, MAPS.mac(b"00005e005301")),
        ),
        (
            b"/x?user=1001&to=alice%40example.com",
            b"/%b?user=%b&to=%b%%40%b" % (MAPS.nonce(b"x"), MAPS.user(b"1001"), ALICE, DOMAIN),
        ),
        (b"sip:alice@192.0.2.10:5060;transport=tcp", b"sip:%b@%b:5060;transport=tcp" % (ALICE, IPV4)),
        (b"tel:+15550100123", b"tel:" + mapped_number(b"+15550100123")),
        (b"/a%20b", b"/%b%%20%b" % tuple(MAPS.nonce(b"a b").split())),
    ],
)
def test_url(value: bytes, expected: bytes) -> None:
    assert MAPS.url(value) == expected


@pytest.mark.parametrize(
    ("entity", "value", "expected"),
    [
        (Entity.IPV4, b"192.0.2.10", IPV4),
        (Entity.IPV4, b"192.0.2.10:5060", IPV4 + b":5060"),
        (Entity.IPV6, b"2003::1:5", IPV6),
        (Entity.IPV6, b"[2003::1:5]", b"[" + IPV6 + b"]"),
        (Entity.MAC, b"00-00-5E-00-53-01", address.mac(KEY, b"00-00-5E-00-53-01")),
        (Entity.NUMBER, b"00442079460958", mapped_number(b"00442079460958")),
        (Entity.NUMBER, b"%2B15550100123", b"%2B" + mapped_number(b"+15550100123")[1:]),
        (Entity.NUMBER, b"15550100123x101", mapped_number(b"15550100123x101")),
        (Entity.EXTENSION, b"1001", number.extension(KEY, b"1001")),
        (Entity.EMAIL, b"alice@example.com", ALICE + b"@" + DOMAIN),
        (Entity.EMAIL, b"alice", ALICE),
        (Entity.NONCE, b"5f2c7a", identifier.opaque(KEY, b"5f2c7a")),
        (Entity.HASH, b"5f2c7a", identifier.opaque(KEY, b"5f2c7a")),
        (Entity.SECRET, b"opensesame", b"REDACTED"),
        (Entity.CARD, b"4111 1111-1111 1111", b"0000 0000-0000 0000"),
        (Entity.DTMF, b"12*#", b"0000"),
        (Entity.TEXT, b"hello Bob", secret.text(b"hello Bob")),
        (Entity.LOCATION, b"geo:51.5,-0.12;u=40", b"geo:00.0,-0.00;u=00"),
        (Entity.LOCATION, b"221B Baker Street", b"000x xxxxx xxxxxx"),
        (Entity.LOCATION, "Zürich".encode(), b"xxxxxxx"),
        (Entity.TIME, b"2025-03-02 18:03:12", b"2025-03-02 18:03:12"),
    ],
)
def test_entity(entity: Entity, value: bytes, expected: bytes) -> None:
    assert MAPS.of(entity, value) == expected


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        (Entity.IPV4, b"192.0.2.300"),
        (Entity.IPV4, b"alice"),
        (Entity.IPV6, b"2003::1::5"),
        (Entity.IPV6, b"alice"),
        (Entity.MAC, b"00:00:5e:00:53"),
        (Entity.MAC, b"alice"),
        (Entity.NUMBER, b"1-555-ALICE"),
        (Entity.NUMBER, b"alice"),
        (Entity.EXTENSION, b"ext alice"),
    ],
)
def test_what_is_not_of_its_entity_does_not_pass(entity: Entity, value: bytes) -> None:
    mapped = MAPS.of(entity, value)
    assert mapped != value
    assert b"alice" not in mapped.lower()


def test_every_entity_has_a_map() -> None:
    assert set(MAPS.of_entity) == set(Entity)
    assert MAPS.shift(b"2025-03-02 18:03:12") == stamps.shift(b"2025-03-02 18:03:12", stamps.offset(KEY))


def test_one_identity_in_every_notation() -> None:
    assert MAPS.email(b"Alice.Smith@example.com").lower() == MAPS.user(b"alice.smith@EXAMPLE.com").lower()
    escaped = MAPS.user(b"%61lice%40example%2Ecom")
    assert percent_decode(escaped) == MAPS.email(b"alice@example.com")
    assert re.fullmatch(rb"%[0-9A-F]{2}[a-z]{4}%40[a-z0-9]{3}%2Einvalid", escaped)


def test_the_key_decides() -> None:
    again = Surrogates(Key(bytes(range(32))), MAPS.plan, MAPS.kept_hosts)
    other = Surrogates(Key(bytes(32)))
    for entity in Entity:
        for value in (b"alice", b"15550100123", b"192.0.2.10"):
            assert again.of(entity, value) == MAPS.of(entity, value)
    assert other.user(b"alice") != MAPS.user(b"alice")


def test_memo_is_bounded() -> None:
    calls = []

    def compute(value: bytes) -> bytes:
        calls.append(value)
        return value.upper()

    memo = Memo(compute)
    assert [memo[b"a"], memo[b"a"]] == [b"A", b"A"]
    assert calls == [b"a"]
    long = b"b" * (LONGEST_REMEMBERED + 1)
    assert memo[long] == memo[long]
    assert calls == [b"a", long, long]
    for place in range(CAPACITY):
        memo[b"%d" % place]
    assert len(memo) <= CAPACITY
    assert memo[b"a"] == b"A"


@given(
    st.sampled_from(Entity), st.binary(max_size=80) | st.from_regex(rb"[a-f0-9:.@%+\[\]/=?&;-]{0,60}", fullmatch=True)
)
def test_anything_at_all(entity: Entity, value: bytes) -> None:
    mapped = MAPS.of(entity, value)
    assert mapped == Surrogates(KEY, MAPS.plan, MAPS.kept_hosts).of(entity, value)
    assert not value or mapped


@given(
    st.from_regex(r"[a-z]{5,12}", fullmatch=True),
    st.sampled_from(
        [
            *(set(Entity) - {Entity.TIME}),
        ]
    ),
)
def test_no_word_passes(word: str, entity: Entity) -> None:
    if word in {"anonymous", "unknown", "asterisk", "restricted", "unavailable", "localhost"} or set(word) <= set("x"):
        return
    if entity not in {Entity.DTMF, Entity.CARD}:
        assert word.encode() not in MAPS.of(entity, word.encode())


@pytest.mark.parametrize(
    "unit", [b"@", b"%25", b"%40a@", b"[", b"[]", b":", b"/", b"a.", b"1 ", b"\\", b"=?utf-8?q?a?= ", b"1:", b"a@"]
)
def test_time_is_linear_and_depth_bounded(unit: bytes) -> None:
    def seconds(size: int) -> float:
        best = float("inf")
        repeated = unit * (size // len(unit))
        for _ in range(2):
            start = time.perf_counter()
            for data in (repeated, repeated + b"40", b"%" + repeated + b"alice"):
                for entity in Entity:
                    MAPS.of(entity, data)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(16_000) < 30 * seconds(2000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"0xC000020A", b"0x%X" % NUMBER),
        (b"0xc000020a", b"0x%x" % NUMBER),
        (b"3221225994", b"%d" % NUMBER),
    ],
)
def test_addresses_as_one_number(value: bytes, expected: bytes) -> None:
    assert MAPS.of(Entity.IPV4, value) == expected
