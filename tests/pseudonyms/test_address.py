"""IPv4, IPv6 and MAC addresses."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.address import ipv4, ipv4_number, ipv6, ipv6_number, mac, mac_octets
from scrubber.pseudonyms.key import Key

KEY = Key(bytes(range(32)))

STAYS_V4 = (
    b"0.0.0.0 255.255.255.255 127.0.0.1 127.8.9.10 224.0.0.251 224.0.1.75 239.255.255.250 240.1.2.3 254.9.9.9 "
    b"255.255.255.0 255.255.0.0 255.255.255.252 0.0.0.255 0.0.255.255 0.0.0.3"
).split()
NOT_V4 = (
    b"",
    *b"1 1.2.3 1.2.3.4.5 256.1.1.1 1.2.3.999 01.2.3.4 192.0.2.010 16.0.040.2 1.2.3.4a 1..2.3 -1.2.3.4".split(),
    b"1.2.3.4\n",
    b" 1.2.3.4",
    "١.2.3.4".encode(),
)


def octets(text: bytes) -> list[int]:
    return [int(octet) for octet in text.split(b".")]


def shape(text: bytes) -> list[int]:
    return [len(octet) for octet in text.split(b".")]


@pytest.mark.parametrize("value", STAYS_V4)
def test_addresses_of_no_host_stay(value: bytes) -> None:
    assert ipv4(KEY, value) == value


@pytest.mark.parametrize("value", NOT_V4)
def test_what_is_no_ipv4_address_comes_back(value: bytes) -> None:
    assert ipv4(KEY, value) == value


@pytest.mark.parametrize(
    "value",
    b"192.0.2.10 198.51.100.7 203.0.113.250 198.18.0.1 198.19.255.4 100.0.2.3 100.128.2.3 172.15.1.1 172.32.1.1 "
    b"192.167.1.1 169.253.1.1 223.255.255.254".split(),
)
def test_public_addresses_go_to_reserved_space_at_the_same_length(value: bytes) -> None:
    mapped = ipv4(KEY, value)
    assert 240 <= octets(mapped)[0] <= 254
    assert shape(mapped) == shape(value)


@pytest.mark.parametrize(
    ("value", "second"),
    [
        (b"62.100.45.6", 2),
        (b"62.10.45.6", 1),
        (b"62.1.45.6", 1),
        (b"5.100.45.6", 1),
        (b"5.10.45.6", 1),
        (b"8.8.8.8", 1),
    ],
)
def test_a_short_first_octet_shortens_the_second(value: bytes, second: int) -> None:
    mapped = ipv4(KEY, value)
    assert shape(mapped) == [3, second, *shape(value)[2:]]
    assert octets(mapped)[0] >= 240


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (b"10.1.20.113", 1),
        (b"172.16.4.5", 1),
        (b"172.31.255.254", 1),
        (b"192.168.1.20", 2),
        (b"169.254.3.4", 2),
        (b"100.64.1.1", 1),
        (b"100.99.1.1", 1),
        (b"100.127.200.30", 1),
    ],
)
def test_special_blocks_keep_block_and_shape(value: bytes, kept: int) -> None:
    mapped = ipv4(KEY, value)
    assert octets(mapped)[:kept] == octets(value)[:kept]
    assert shape(mapped) == shape(value)
    assert mapped != value


@pytest.mark.parametrize(
    ("first", "seconds"), [(172, range(16, 32)), (100, range(64, 128)), (10, range(256)), (10, range(10))]
)
def test_second_octets_of_a_block_are_permuted_inside_it(first: int, seconds: range) -> None:
    mapped = [octets(ipv4(KEY, b"%d.%d.7.7" % (first, second)))[1] for second in seconds]
    assert sorted(mapped) == list(seconds)


@pytest.mark.parametrize("network", [b"192.0.2.", b"198.51.100.", b"192.168.1.", b"10.0.0.", b"5.6.7.", b"100.70.1."])
def test_one_network_is_a_bijection_with_network_and_broadcast_in_place(network: bytes) -> None:
    mapped = [ipv4(KEY, network + b"%d" % host) for host in range(256)]
    assert len(set(mapped)) == 256
    assert len({address.rpartition(b".")[0] for address in mapped}) == 1
    assert octets(mapped[0])[3] == 0
    assert octets(mapped[255])[3] == 255


def test_networks_of_a_sixteen_do_not_meet() -> None:
    assert len({ipv4(KEY, b"198.51.%d.9" % third).rpartition(b".")[0] for third in range(256)}) == 256


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_shared_octets_stay_shared(first: int, second: int, shared: int) -> None:
    second = (first >> shared << shared) | (second & (1 << shared) - 1)
    mapped = [ipv4_number(KEY, n) for n in (first, second)]
    same_class = {IPv4Address(n).is_private for n in (first, second)}
    for shift in (24, 16, 8):
        if first >> shift == second >> shift and first >> 24 not in (0, 127) and len(same_class) == 1 and shift <= 16:
            assert mapped[0] >> shift == mapped[1] >> shift
    if first >> 16 == second >> 16 and first != second:
        assert mapped[0] != mapped[1]


@given(st.integers(0, 2**32 - 1))
def test_text_and_number_agree(n: int) -> None:
    assert ipv4(KEY, str(IPv4Address(n)).encode()) == str(IPv4Address(ipv4_number(KEY, n))).encode()


@given(st.integers(0, 2**32 - 1))
def test_public_pseudonyms_are_left_alone(n: int) -> None:
    mapped = ipv4_number(KEY, n)
    if mapped >> 28 == 0xF:
        assert ipv4_number(KEY, mapped) == mapped


@pytest.mark.parametrize("value", b":: ::1 ff02::1 FF05::2 2001:db8::a 2001:DB8:1:2::3 2001:0db8:0:0::1".split())
def test_ipv6_addresses_of_no_stranger_stay(value: bytes) -> None:
    assert ipv6(KEY, value) == value


@pytest.mark.parametrize(
    "value",
    [b"", b":", b":::", b"12:30:45", b"C::D::E", b"1:2:3:4:5:6:7:8:9", b"g::1", b"fe80::1 ", b"\xff::1", b"1" * 99],
)
def test_what_is_no_ipv6_address_comes_back(value: bytes) -> None:
    assert ipv6(KEY, value) == value


@pytest.mark.parametrize(
    ("value", "block"),
    [
        (b"2600::1", "2001:db8::/32"),
        (b"::a", "2001:db8::/32"),
        (b"2a00:1:2:3:4:5:6:7", "2001:db8::/32"),
        (b"fe80::1", "fe80::/64"),
        (b"febf:1::1", "fe80::/64"),
        (b"fd00:1:2::1", "fd00::/8"),
        (b"fc00:1:2::1", "fd00::/8"),
    ],
)
def test_ipv6_goes_to_its_block(value: bytes, block: str) -> None:
    mapped = ipv6(KEY, value)
    assert IPv6Address(mapped.decode()) in IPv6Network(block)
    assert mapped != value


@pytest.mark.parametrize(
    ("value", "head", "groups"),
    [
        (b"2600:1:2:3::5", b"2001:db8:", b"2001:db8:h:3::5"),
        (b"2600:1:2::5", b"2001:db8:", b"2001:db8:h::5"),
        (b"2600:0001:0002:0003:0000:0000:0000:0005", b"2001:0db8:", b"2001:0db8:hhhh:0003:0000:0000:0000:0005"),
        (b"2600:1:2:3:0:0:0:5", b"2001:db8:", b"2001:db8:h:3:0:0:0:5"),
        (b"2600:1:2:3:4:5:6::", b"2001:db8:", b"2001:db8:h:3:4:5:6::"),
        (b"fe80::1%eth0", b"fe80::", b"fe80::1%eth0"),
        (b"fe80::1%25eth0", b"fe80::", b"fe80::1%25eth0"),
    ],
)
def test_ipv6_spelling_stays(value: bytes, head: bytes, groups: bytes) -> None:
    mapped = ipv6(KEY, value)
    assert mapped.startswith(head)
    assert mapped.count(b":") == groups.count(b":")
    assert (b"::" in mapped) == (b"::" in groups)
    widths = [len(group) for group in groups.split(b":")]
    found = [len(group) for group in mapped.split(b":")]
    site = groups.split(b":").index(b"h") if b":h:" in groups else -1
    assert [width for place, width in enumerate(found) if place != site] == [
        width for place, width in enumerate(widths) if place != site
    ]


def test_ipv6_letter_case_stays() -> None:
    lower = ipv6(KEY, b"2600:abcd:ef01:ab::beef")
    assert ipv6(KEY, b"2600:ABCD:EF01:AB::BEEF") == lower.upper()
    assert lower == lower.lower()


@pytest.mark.parametrize("prefix", [b"::ffff:", b"::FFFF:", b"64:ff9b::", b"::", b"::ffff:0:"])
def test_embedded_ipv4_follows_its_map(prefix: bytes) -> None:
    assert ipv6(KEY, prefix + b"192.0.2.10") == prefix + ipv4(KEY, b"192.0.2.10")
    packed = ipv4_number(KEY, 0xC000020A)
    groups = b"%x:%x" % (packed >> 16, packed & 0xFFFF)
    assert ipv6(KEY, prefix + b"c000:20a").lower() == (prefix + groups).lower()


@pytest.mark.parametrize("prefix", [b"fe80::", b"2600:1:2:3:", b"fd00:1:2:3:"])
def test_interface_from_a_mac_follows_the_mac(prefix: bytes) -> None:
    mapped = int(IPv6Address(ipv6(KEY, prefix + b"200:5eff:fe00:5301").decode())).to_bytes(16, "big")[8:]
    expected = mac_octets(KEY, bytes.fromhex("00005e005301"))
    assert bytes((mapped[0] ^ 2,)) + mapped[1:3] + mapped[5:] == expected
    assert mapped[3:5] == b"\xff\xfe"


def test_prefix_relations_of_ipv6() -> None:
    def prefix(value: bytes, bits: int) -> int:
        return int(IPv6Address(ipv6(KEY, value).decode())) >> 128 - bits

    assert prefix(b"2600:1:2:3::5", 64) == prefix(b"2600:1:2:3::6", 64) == prefix(b"2600:1:2:3:a:b:c:d", 64)
    assert prefix(b"2600:1:2:3::5", 48) == prefix(b"2600:1:2:4::5", 48)
    assert prefix(b"2600:1:2:3::5", 64) != prefix(b"2600:1:2:4::5", 64)
    assert prefix(b"fd00:1:2:3::5", 48) == prefix(b"fc00:1:2:3::5", 8) << 40 | prefix(b"fd00:1:2:4::5", 48) & 2**40 - 1
    assert prefix(b"2600:1:2::", 64) << 64 == int(IPv6Address(ipv6(KEY, b"2600:1:2::").decode()))


@pytest.mark.parametrize(("low", "high"), [(1, 0x10), (0x10, 0x100), (0x100, 0x1000)])
def test_small_interface_ids_are_permuted_within_their_width(low: int, high: int) -> None:
    mapped = [int(ipv6(KEY, b"2600:1:2:3::%x" % host).rpartition(b":")[2], 16) for host in range(low, high)]
    assert sorted(mapped) == list(range(low, high))


@given(st.integers(0, 2**128 - 1))
def test_ipv6_text_and_number_agree(n: int) -> None:
    address = IPv6Address(n)
    mapped = IPv6Address(ipv6_number(KEY, n))
    assert IPv6Address(ipv6(KEY, str(address).encode()).decode()) == mapped
    assert IPv6Address(ipv6(KEY, address.exploded.encode()).decode()) == mapped
    if mapped in IPv6Network("2001:db8::/32"):
        assert ipv6_number(KEY, int(mapped)) == int(mapped)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.sampled_from([0xFE80 << 48, 0x2600 << 48, 0xFD << 56]))
def test_interfaces_of_one_network_do_not_meet(first: int, second: int, network: int) -> None:
    mapped = [ipv6_number(KEY, network << 64 | n) for n in (first, second)]
    assert (mapped[0] == mapped[1]) == (first == second)
    assert mapped[0] >> 64 == mapped[1] >> 64


@given(st.text(alphabet="0123456789abcdefABCDEF:.%", max_size=50))
def test_any_text_gives_an_address_for_an_address_and_itself_for_none(text: str) -> None:
    mapped = ipv6(KEY, text.encode()).decode()
    try:
        IPv6Address(text.partition("%")[0])
    except AddressValueError:
        assert mapped == text
    else:
        IPv6Address(mapped.partition("%")[0])


@pytest.mark.parametrize(
    "value",
    [
        *(b"00:00:00:00:00:00", b"ff:ff:ff:ff:ff:ff", b"FFFFFFFFFFFF", b"01:00:5e:00:00:fb", b"33:33:00:00:00:01"),
        *(b"01-80-C2-00-00-0E", b"0100.0ccc.cccc", b"01:1b:19:00:00:00"),
        *(b"", b"00:00:5e:00:53", b"00:00:5e:00:53:0g", b"00/00/5e/00/53/01", b"0x00005e0053", b"\xff" * 12),
    ],
)
def test_mac_groups_and_what_is_no_mac_stay(value: bytes) -> None:
    assert mac(KEY, value) == value


def test_mac_spelling_stays() -> None:
    plain = mac_octets(KEY, bytes.fromhex("00005e00530a")).hex().encode()
    table = {
        b"00:00:5e:00:53:0a": b":".join(plain[place : place + 2] for place in range(0, 12, 2)),
        b"00-00-5E-00-53-0A": b"-".join(plain[place : place + 2] for place in range(0, 12, 2)).upper(),
        b"0000.5e00.530a": b".".join(plain[place : place + 4] for place in range(0, 12, 4)),
        b"00005E-00530A": plain[:6].upper() + b"-" + plain[6:].upper(),
        b"00005e00530a": plain,
    }
    assert {value: mac(KEY, value) for value in table} == table
    assert mac(KEY, b"00:00:10:00:53:01").islower() or mac(KEY, b"00:00:10:00:53:01").replace(b":", b"").isdigit()


def test_mac_needs_six_bytes() -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        mac_octets(KEY, b"12345")


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=6, max_size=6))
def test_mac_map_is_injective_and_keeps_the_multicast_bit(first: bytes, second: bytes) -> None:
    mapped = [mac_octets(KEY, b) for b in (first, second)]
    assert (mapped[0] == mapped[1]) == (first == second)
    for before, after in zip((first, second), mapped, strict=True):
        assert before[0] & 1 == after[0] & 1
        assert after == before or after[0] & 2


def test_neighbours_are_not_recognisable() -> None:
    mapped = [mac_octets(KEY, bytes.fromhex("00005e0053") + bytes((last,))) for last in range(64)]
    assert len({b[:3] for b in mapped}) > 60
    assert all(first[:5] != second[:5] for first, second in pairwise(mapped))


@pytest.mark.parametrize("low", [b"00:53", b"12:3456", b"ab:cdef"])
def test_a_solicited_node_group_follows_the_address_it_shows(low: bytes) -> None:
    high, _, rest = low.partition(b":")
    group = ipv6(KEY, b"ff02::1:ff" + high.rjust(2, b"0") + b":" + rest)
    shown = ipv6(KEY, b"fe80::" + high + b":" + rest)
    assert IPv6Address(group.decode()).packed[:13] == IPv6Address("ff02::1:ff00:0").packed[:13]
    assert IPv6Address(group.decode()).packed[13:] == IPv6Address(shown.decode()).packed[13:]
    octets = IPv6Address("fe80::" + low.decode()).packed[13:]
    assert mac_octets(KEY, b"\x33\x33\xff" + octets)[3:] == IPv6Address(group.decode()).packed[13:]
    assert octets != IPv6Address(group.decode()).packed[13:]
