"""Surrogates of domain and host names."""

from __future__ import annotations

import ipaddress
import itertools
import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.address import ipv4, ipv6
from scrubber.pseudonyms.host import LONGEST, host
from scrubber.pseudonyms.identifier import opaque
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.number import number

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(32))
LABEL = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)


def test_known_answers() -> None:
    # A change here changes every pseudonym of every case that is still open.
    assert host(KEY, b"sip.pbx.example.com") == b"def.fri.gp7.invalid"
    assert host(KEY, b"pbx-01") == b"sam-42"


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        (b"example.com", rb"[a-z][a-z0-9]{2}\.invalid"),
        (b"example.org", rb"[a-z][a-z0-9]{2}\.invalid"),
        (b"carrier.example", rb"[a-z]{7}\.invalid"),
        (b"my-company.example", rb"[a-z]{2}-[a-z]{7}\.invalid"),
        (b"example.co.uk", rb"[a-z]{5}\.invalid"),
        (b"example.com.au", rb"[a-z]{6}\.invalid"),
        (b"sip.example.co.uk", rb"[a-z]{3}\.[a-z]{5}\.invalid"),
        (b"a.io", rb"[a-z][a-z0-9]{2}\.invalid"),
        (b"sip.example.com", rb"[a-z]{3}\.[a-z][a-z0-9]{2}\.invalid"),
        (b"pbx-01.eu.example.com", rb"[a-z]{3}-[0-9]{2}\.[a-z]{2}\.[a-z][a-z0-9]{2}\.invalid"),
        (b"3com.example.com", rb"[a-z]{4}\.[a-z][a-z0-9]{2}\.invalid"),
        (b"example.com.", rb"[a-z][a-z0-9]{2}\.invalid\."),
        (b"PBX.EXAMPLE.COM", rb"[A-Z]{3}\.[A-Z][A-Z0-9]{2}\.INVALID"),
        (b"Pbx.Example.com", rb"[a-z]{3}\.[a-z][a-z0-9]{2}\.invalid"),
        (b"pbx-01", rb"[a-z]{3}-[0-9]{2}"),
        (b"PBX", rb"[A-Z]{3}"),
        (b"db_01", rb"[a-z]{2}_[0-9]{2}"),
        (b"*.example.com", rb"\*\.[a-z][a-z0-9]{2}\.invalid"),
        (b".example.com", rb"\.[a-z][a-z0-9]{2}\.invalid"),
        (b"alice.local", rb"[a-z]{5}\.local"),
        (b"_sip._udp.example.com", rb"_sip\._udp\.[a-z][a-z0-9]{2}\.invalid"),
        (b"_alice._tcp.example.com", rb"_[a-z]{5}\._tcp\.[a-z][a-z0-9]{2}\.invalid"),
        (b"pcscf.ims.mnc001.mcc001.3gppnetwork.org", rb"[a-z]{5}\.ims\.mnc001\.mcc001\.3gppnetwork\.org"),
        ("bücher.example".encode(), rb"[a-z]{7}\.invalid"),
        (b"xn--bcher-kva.example", rb"[a-z]{2}--[a-z]{5}-[a-z]{3}\.invalid"),
        (b"alice.home.arpa", rb"[a-z]{5}\.[a-z]{4}\.arpa"),
        (b"example", rb"[a-z]{7}"),
    ],
)
def test_shape(value: bytes, pattern: bytes) -> None:
    mapped = host(KEY, value)
    assert re.fullmatch(pattern, mapped), mapped
    assert mapped != value


@pytest.mark.parametrize(
    "value",
    [
        *(
            b"",
            b".",
            b"localhost",
            b"LOCALHOST",
            b"localhost.",
            b"localhost.localdomain",
            b"anonymous.invalid",
            b"invalid",
        ),
        *(b"Zvelo.Invalid", b"a.b.invalid", b"local", b"in-addr.arpa", b"ipv4only.arpa", b"home.arpa", b"_sip._udp"),
        *(b"ims.mnc001.mcc001.3gppnetwork.org", b"epc.mnc01.mcc001.3gppnetwork.org", b"4.4.e164.arpa"),
        *(b"127.in-addr.arpa", b"1.0.0.127.in-addr.arpa"),
    ],
)
def test_kept(value: bytes) -> None:
    assert host(KEY, value) == value


def test_parents_are_shared() -> None:
    parent = host(KEY, b"example.com")
    child = host(KEY, b"a.example.com")
    grandchild = host(KEY, b"b.a.example.com")
    assert child.partition(b".")[2] == parent
    assert grandchild.partition(b".")[2] == child
    assert host(KEY, b"_sip._udp.a.example.com") == b"_sip._udp." + child
    assert host(KEY, b"a.example.net").partition(b".")[0] != child.partition(b".")[0]
    assert host(KEY, b"example.net") != parent
    assert host(KEY, b"A.EXAMPLE.COM") == child.upper()
    assert host(KEY, b"A.example.com.") == child + b"."


@given(st.lists(LABEL, min_size=2, max_size=6))
def test_every_parent_of_a_name_is_the_parent_of_its_surrogate(labels: list[str]) -> None:
    value = ".".join([*labels, "example"]).encode()
    mapped = host(KEY, value)
    while value.count(b".") > 1:
        value, mapped = value.partition(b".")[2], mapped.partition(b".")[2]
        if re.search(rb"[a-z]", value.rpartition(b".")[0]) or b"." not in value:
            assert host(KEY, value) == mapped or re.match(rb"(?:[0-9]\.){6,}[0-9]", value)


@pytest.mark.parametrize("suffix", ["com", "example", "co.uk", "travelersinsurance"])
@pytest.mark.parametrize("length", [1, 3, 4, 5, 12, 40, 60])
def test_length_of_a_registrable_domain(suffix: str, length: int) -> None:
    value = f"{'a' * length}.{suffix}".encode()
    mapped = host(KEY, value)
    label = mapped.removesuffix(b".invalid")
    assert len(mapped) == len(value) or len(label) in {3, 63}
    assert 3 <= len(label) <= 63


def test_short_labels_never_collide() -> None:
    names = ["".join(letters) for size in (1, 2) for letters in itertools.product(string.ascii_lowercase, repeat=size)]
    for form in ("{}.example.com", "{}"):
        mapped = {host(KEY, form.format(name).encode()) for name in names}
        assert len(mapped) == len(names)
    numbered = {host(KEY, b"s%d.example.com" % number) for number in range(100)}
    assert len(numbered) == 100


def test_short_labels_never_stand_for_themselves() -> None:
    labels = [host(KEY, b"a.carrier%d.example" % number).partition(b".")[0] for number in range(200)]
    assert b"a" not in labels


def test_a_name_of_very_many_labels_stays_a_name() -> None:
    value = b"ab." * 83 + b"c.de"
    mapped = host(KEY, value)
    assert len(value) < LONGEST
    assert len(mapped) <= LONGEST
    assert mapped.endswith(host(KEY, b"ab.ab.c.de"))


def test_longer_labels_rarely_collide() -> None:
    names = [
        b"%b-%b.example" % (first, second)
        for first in (b"north", b"south")
        for second in (b"%03d" % n for n in range(500))
    ]
    assert len({host(KEY, name) for name in names}) >= len(names) - 3
    assert len({host(KEY, b"carrier%b.example" % bytes((97 + n // 26, 97 + n % 26))) for n in range(500)}) >= 498


@pytest.mark.parametrize(
    "value",
    [b"ip-192-0-2-10.isp.example", b"192-0-2-10.isp.example", b"192-0-2-10", b"192_0_2_10", b"cpe-192-0-2-10-dsl"],
)
def test_dashed_address_follows_the_map_of_addresses(value: bytes) -> None:
    expected = ipv4(KEY, b"192.0.2.10").split(b".")
    mapped = host(KEY, value)
    assert re.search(rb"([0-9]+)[-_]([0-9]+)[-_]([0-9]+)[-_]([0-9]+)", mapped).groups() == tuple(expected)  # type: ignore[union-attr]
    assert mapped.startswith(value[: value.index(b"192")])


def test_words_around_an_address() -> None:
    address = ipv4(KEY, b"192.0.2.10").replace(b".", b"-")
    assert host(KEY, b"alice-192-0-2-10.isp.example").split(b".")[0].endswith(b"-" + address)
    assert not host(KEY, b"alice-192-0-2-10.isp.example").startswith(b"alice")
    assert re.fullmatch(rb"[a-z][0-9]{2}-[0-9]-[0-9]-[0-9]{3}", host(KEY, b"192-0-2-300"))


def test_reverse_names() -> None:
    first, second, third, fourth = ipv4(KEY, b"192.0.2.10").split(b".")
    assert host(KEY, b"10.2.0.192.in-addr.arpa") == b".".join((fourth, third, second, first)) + b".in-addr.arpa"
    assert host(KEY, b"10.2.0.192.IN-ADDR.ARPA.") == b".".join((fourth, third, second, first)) + b".IN-ADDR.ARPA."
    assert host(KEY, b"2.0.192.in-addr.arpa") == b".".join((third, second, first)) + b".in-addr.arpa"
    assert host(KEY, b"0.192.in-addr.arpa") == b".".join((second, first)) + b".in-addr.arpa"
    assert host(KEY, b"_udp.10.2.0.192.in-addr.arpa").startswith(b"_udp." + fourth)
    assert re.fullmatch(
        rb"[a-z]-[0-9]{2}\.%b\.in-addr\.arpa" % b"\\.".join((third, second, first)),
        host(KEY, b"0-63.2.0.192.in-addr.arpa"),
    )
    assert host(KEY, b"192.0.2") == b".".join((first, second, third))
    assert host(KEY, b"192.0.2.") == b".".join((first, second, third)) + b"."


def test_reverse_names_of_ipv6() -> None:
    address = ipaddress.IPv6Address("2003:0:0:1::a")
    mapped = ipaddress.IPv6Address(ipv6(KEY, b"2003:0:0:1::a").decode())
    assert host(KEY, address.reverse_pointer.encode()).decode() == mapped.reverse_pointer
    assert host(KEY, address.reverse_pointer.upper().encode()).decode() == mapped.reverse_pointer.upper()
    network = mapped.reverse_pointer.split(".")[16:]
    assert host(KEY, ".".join(address.reverse_pointer.split(".")[16:]).encode()).decode() == ".".join(network)


def test_enum() -> None:
    digits = number(KEY, b"+15550100123")[1:]
    assert host(KEY, b"3.2.1.0.0.1.0.5.5.5.1.e164.arpa") == b".".join(re.findall(b".", digits[::-1])) + b".e164.arpa"
    private = host(KEY, b"3.2.1.0.0.1.0.5.5.5.1.enum.example.com")
    assert private == b".".join(re.findall(b".", digits[::-1])) + b"." + host(KEY, b"enum.example.com")
    assert re.fullmatch(rb"[a-z]{5}\.[0-9]\.[0-9]\.[0-9]\.e164\.arpa", host(KEY, b"alice.0.4.4.e164.arpa")) is not None


def test_uuid_keeps_its_form() -> None:
    uuid = b"123e4567-e89b-12d3-a456-426614174000"
    assert host(KEY, uuid + b".local") == opaque(KEY, uuid) + b".local"


def test_digits_alone_are_a_number() -> None:
    assert host(KEY, b"1001") == number(KEY, b"1001")
    assert host(KEY, b"300.400.500.600") == b".".join(number(KEY, b"%d00" % n) for n in (3, 4, 5, 6))


def test_other_key_other_hosts() -> None:
    values = [b"example.com", b"pbx-01", b"sip.example.co.uk", b"alice.local", b"10.2.0.192.in-addr.arpa", b"a1"]
    assert all(host(KEY, value) != host(OTHER, value) for value in values)


@given(st.binary(max_size=300) | st.from_regex(rb"[a-z0-9._*-]{0,260}", fullmatch=True))
def test_anything_at_all(value: bytes) -> None:
    mapped = host(KEY, value)
    assert mapped == host(KEY, value)
    assert len(mapped) <= max(LONGEST + 1, len(value))
    assert mapped.count(b".") <= value.count(b".") + 1 or b"arpa" in value.lower()


@given(st.lists(LABEL, min_size=1, max_size=5))
def test_twice_does_no_harm(labels: list[str]) -> None:
    mapped = host(KEY, ".".join([*labels, "example"]).encode())
    assert host(OTHER, mapped) == mapped or not mapped.endswith(b".invalid")


@given(st.from_regex(r"[a-z]{4,12}(?:-[a-z]{4,12})?\.(?:example|com|co\.uk)", fullmatch=True))
def test_nothing_of_the_name_is_left(value: str) -> None:
    mapped = host(KEY, value.encode())
    label = value.partition(".")[0].encode()
    assert label not in mapped


@pytest.mark.parametrize("unit", [b"a.", b"1.", b"_", b"-", b"a", b"\xff", b"1-", b"192-0-2-10-", b"_sip."])
def test_time_is_linear(unit: bytes) -> None:
    def seconds(size: int) -> float:
        best = float("inf")
        for _ in range(4):
            start = time.perf_counter()
            for data in (unit * size, unit * size + b"example.com"):
                host(KEY, data)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(20000) < 30 * seconds(2500)
