from __future__ import annotations

import pytest

from scrubber.detectors import address
from scrubber.model import Entity
from scrubber.spans import QUAD, RELEASE

V4, V6, MAC, HOST, ID = Entity.IPV4, Entity.IPV6, Entity.MAC, Entity.HOST, Entity.IDENTIFIER

HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    # IPv4
    (b"192.0.2.1", [(b"192.0.2.1", V4)]),
    (b"from 198.51.100.7:5071 to 192.0.2.1.", [(b"198.51.100.7", V4), (b"192.0.2.1", V4)]),
    (b"Registered SIP '1001' at 198.51.100.7:5060", [(b"198.51.100.7", V4)]),
    (b'RemoteAddress="IPV4/UDP/198.51.100.7/5071"', [(b"198.51.100.7", V4)]),
    (b"alias=198.51.100.7~1024~1", [(b"198.51.100.7", V4)]),
    (b"src=udp:192.0.2.1:5060", [(b"192.0.2.1", V4)]),
    (b"recv 1023 bytes from udp/[198.51.100.7]:5060 at", [(b"198.51.100.7", V4)]),
    (b"sip:1001/192.0.2.9 from/192.0.2.1:5060", [(b"192.0.2.9", V4), (b"192.0.2.1", V4)]),
    (b"http://192.0.2.1/x tcp/192.0.2.2", [(b"192.0.2.1", V4), (b"192.0.2.2", V4)]),
    (b"local_net=10.20.30.0/24", [(b"10.20.30.0", V4)]),
    (b"198.51.100.7-198.51.100.20", [(b"198.51.100.7", V4), (b"198.51.100.20", V4)]),
    (b"pbx(203.0.113.5) edge (203.0.113.6)", [(b"203.0.113.5", V4), (b"203.0.113.6", V4)]),
    (b"/var/log/198.51.100.7/x call_203.0.113.9_1.log", [(b"198.51.100.7", V4), (b"203.0.113.9", V4)]),
    (b"fs_path=sip%3A1001%40198.51.100.7%3A5060", [(b"198.51.100.7", V4)]),
    (b"%200.0.0.0", [(b"0.0.0.0", V4)]),
    (b'"line\\r\\n192.0.2.1\\r\\n"', [(b"192.0.2.1", V4)]),
    (b"host-203.0.113.5 gw-10.9.8.7", [(b"203.0.113.5", V4), (b"10.9.8.7", V4)]),
    (b"IP 192.0.2.1.5060 > 198.51.100.7.5071: SIP", [(b"192.0.2.1", V4), (b"198.51.100.7", V4)]),
    (b"#address: 0.0.0.0:8088", [(b"0.0.0.0", V4)]),
    (b"alice/10.1.2.3 pbx1/10.1.2.4 gwA1/10.1.2.5", [(b"10.1.2.3", V4), (b"10.1.2.4", V4), (b"10.1.2.5", V4)]),
    (b"snom300/192.0.2.5", [(b"192.0.2.5", V4)]),
    (b"doe/31.0.2.5:1194 peer info", [(b"31.0.2.5", V4)]),
    (b"192.0.2.1:4000-->2001:db8::1a:14022: state", [(b"192.0.2.1", V4), (b"2001:db8::1a", V6)]),
    (b"Server: Vendor at 10.1.2.3", [(b"10.1.2.3", V4)]),
    (b"server Model-3300 10.1.2.3", [(b"10.1.2.3", V4)]),
    # dashed and underscored
    (b"ip-192-0-2-10 ec2-203-0-113-25.compute.example", [(b"192-0-2-10", V4), (b"203-0-113-25", V4)]),
    (b"host 192-0-2-10.isp.example said", [(b"192-0-2-10", V4)]),
    (b"123456789@192_0_2_10", [(b"192_0_2_10", V4)]),
    # filled up with zeros
    (b"error from 192.0.2.09", [(b"192.0.2.09", V4)]),
    (b"192.000.002.009:5060 and 10.0.0.007", [(b"192.000.002.009", V4), (b"10.0.0.007", V4)]),
    (b"from 31.2.69.016, 031.002.069.016", [(b"31.2.69.016", V4), (b"031.002.069.016", V4)]),
    (b"x 31.02.69.16:5060 y", [(b"31.02.69.16", V4)]),
    # IPv6
    (b"[2001:db8::1]:5060", [(b"2001:db8::1", V6)]),
    (b"IP6 2001:db8::1.5060 > 2001:db8::2.5060: SIP", [(b"2001:db8::1", V6), (b"2001:db8::2", V6)]),
    (b"fe80::1%eth0 and fe80::/10", [(b"fe80::1", V6), (b"fe80::", V6)]),
    (b"2001:db8:0:1:2:3:4:5 up", [(b"2001:db8:0:1:2:3:4:5", V6)]),
    (b"::ffff:192.0.2.10 mapped", [(b"::ffff:192.0.2.10", V6)]),
    (b"[::ffff:192.0.2.10]:18058", [(b"::ffff:192.0.2.10", V6)]),
    (b"addr:2001:db8::2: timeout", [(b"2001:db8::2", V6)]),
    (b"eth0:2001:db8::8a (prio 0), IPv6=eth0|2001:db8::8b", [(b"2001:db8::8a", V6), (b"2001:db8::8b", V6)]),
    (b"[sip:[::0]:5067;transport=TCP]", [(b"::0", V6)]),
    (b"%5B2001:db8::7%5D", [(b"2001:db8::7", V6)]),
    # hardware addresses
    (b"00:11:22:33:44:55 00-11-22-33-44-AA", [(b"00:11:22:33:44:55", MAC), (b"00-11-22-33-44-AA", MAC)]),
    (b"0011.2233.44aa 0011-2233-44aa", [(b"0011.2233.44aa", MAC), (b"0011-2233-44aa", MAC)]),
    (b"MAC:00:11:22:33:44:55", [(b"00:11:22:33:44:55", MAC)]),
    (b"SEP001122334455 cfg001122334455.xml", [(b"001122334455", MAC), (b"001122334455", MAC)]),
    (b'"GET /0011223344aa.cfg HTTP/1.1" 0011223344ab-boot.log', [(b"0011223344aa", MAC), (b"0011223344ab", MAC)]),
    (b"mac=aabbccddeeff MAC: aabbccddee00", [(b"aabbccddeeff", MAC), (b"aabbccddee00", MAC)]),
    (b"00-00-5E-00-53-01:doe-voice", [(b"00-00-5E-00-53-01", MAC)]),
    (b"Phone 2.1 00156500aabb", [(b"00156500aabb", MAC)]),
    (b"00005e005301_1@host", [(b"00005e005301", MAC)]),
    (b"Linksys/SPA2102-5.2.12 001122AABBCC", [(b"001122AABBCC", MAC)]),
    (b"(Yealink SIP-T46S 66.84.0.15 001122334455)", [(b"001122334455", MAC)]),
    (b"Yealink SIP-T46U 198.51.100.7", [(b"198.51.100.7", V4)]),
    (b"from 0012171122aa on", [(b"0012171122aa", MAC)]),
    (b"ARP Vendor_11:22:33 tell", [(b"11:22:33", ID)]),
    (b"| framework  | 16.0.40.2 | x |", [(b"16.0.40.2", V4)]),
    (b"GXP2170 [00:00:5E:00:53:01] [1.0.11.79] Send", [(b"00:00:5E:00:53:01", MAC)]),
    (b"GXP2170 [00:00:5E:00:53] [1.0.11.79] x", [(b"1.0.11.79", V4)]),
    # reversed names
    (b"query 10.2.0.192.in-addr.arpa from", [(b"10.2.0.192.in-addr.arpa", HOST)]),
    (b"1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", [(b"1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", HOST)]),
    (b"0.0.1.0.5.5.5.1.e164.arpa", [(b"0.0.1.0.5.5.5.1.e164.arpa", HOST)]),
]

MISSES: list[bytes] = [
    b"",
    b"FPBX-16.0.40.2(16.24.0.1)",
    b"| framework  | 16.0.40.2 | Enabled | GPLv3+ |",
    b"| core       | 16.0.40.2 | Not Installed |",
    b"Asterisk/16.0.40.2 Chrome/120.0.0.0",
    b"version 1.2.3.4, firmware: 66.84.0.15, v1.2.3.4",
    b"User-Agent: Vendor HT812 1.0.41.2",
    b"Yealink SIP-T46S 66.84.0.15",
    b"Yealink SIP-T46U 108.86.0.90, firmware: 124.86.0.40",
    b"Firmware         108.86.0.90",
    b"Uploading 20261118-060000-1794981600-17.0.19.12-03d9983f.tar.gz",
    b"after the firmware upgrade from 66.84.0.15 to 66.84.0.20, it rings",
    b"snomD785/10.1.54.13",
    b"Server: VIRTUAL Mitel-3300-ICP 12.0.1.99",
    b"Server: VIRTUAL Mitel-3300-ICP 10.0.1.99",
    b"User-Agent: vendor12/10.1.54.13 name-1.2.3.4",
    b"Vendor/MODEL-5.2.12 001122334455 001217112233",
    b"-- Version: 13.02.08.8",
    b"x 12.03.04.05 y 8.07.35.1",
    b"192.0.2.0256 192.0.2.300",
    b"1.3.6.1.4.1.9 256.1.1.1 1.2.3 1.2.3.4.5",
    b"18:03:12 18:03:12.345678 2025-03-02 18:03:12:345",
    b"C::D std::a::b ali::network::basic_communicator2::connect ::",
    b"Taskprocessor 'stasis/m:manager:core-0000000d'",
    b"3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    b"fingerprint AB:CD:EF:01:02:03:04:05:06:07:08:09",
    b"tsx0x55d0c8a1b640 (rdata0x7f3a10026970) [0x7f3a14045448]",
    b"0123456789abcdef0123456789abcdef",
    b"IPv4mcast_7f:ff:fa",
    b"2025-03-02-18-03-12 20-30-40-50.wav",
    b"1234.5678.9012 447700900124.wav 123456789012",
    b"Stream: 0:audio-0:audio:sendrecv",
]


def found(text: bytes) -> list[tuple[bytes, Entity]]:
    return [(text[item.start : item.end], item.entity) for item in address.find(text) if item.rule != RELEASE]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_addresses_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b"version 17.4.5.6", RELEASE),
        (b"Vendor/17.4.5.6 (x)", RELEASE),
        (b"updated to 17.4.5.6", QUAD),
        (b"17.4.5.6", QUAD),
        (b"at 17.4.5.6", QUAD),
        (b"at 17.4.5.6:5060", "address.ipv4"),
        (b"[17.4.5.6]:5060", "address.ipv4"),
        (b"net 17.4.5.0/24", "address.ipv4"),
        (b"bob@17.4.5.6", "address.ipv4"),
        (b"tcp/17.4.5.6", "address.ipv4"),
        (b"host 17.4.5.6", "address.ipv4"),
        (b"10.4.5.6", "address.ipv4"),
        (b"108.4.5.6", "address.ipv4"),
        (b"108.86.0.90", QUAD),
    ],
)
def test_four_numbers_are_an_address_a_release_or_either(text: bytes, rule: str) -> None:
    assert [item.rule for item in address.find(text)] == [rule]


@pytest.mark.parametrize(
    ("text", "left"), [(b"Vexa Desk 17.4.5.6", []), (b"Vexa at 17.4.5.6", [QUAD]), (b"x 10.4.5.6", ["address.ipv4"])]
)
def test_a_product_ends_with_its_release(text: bytes, left: list[str]) -> None:
    rules = [item.rule for item in address.of_product(text, list(address.find(text)))]
    assert [rule for rule in rules if rule != RELEASE] == left


def test_any_quad_of_a_release_is_one() -> None:
    text = b"Vexa 17.4.5.6-198.51.100.7"
    assert [(text[item.start : item.end], item.rule) for item in address.releases(text)] == [
        (b"17.4.5.6", RELEASE),
        (b"198.51.100.7", RELEASE),
    ]


@pytest.mark.parametrize("text", MISSES)
def test_look_alikes_stay(text: bytes) -> None:
    assert found(text) == []


def test_a_range_limits_the_search() -> None:
    text = b"192.0.2.1 198.51.100.7 203.0.113.5"
    assert [text[item.start : item.end] for item in address.find(text, 10, 22)] == [b"198.51.100.7"]


def test_rule_ids_share_the_prefix() -> None:
    text = b"192.0.2.1 2001:db8::1 00:11:22:33:44:55 ip-192-0-2-10 1.2.0.192.in-addr.arpa"
    rules = [item.rule for item in address.find(text)]
    assert rules == ["address.ipv4", "address.ipv6", "address.mac", "address.dashed", "address.reversed"]
