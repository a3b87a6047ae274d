"""What traces say above a message about its way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import banner
from scrubber.banner import NOTHING, Banner

PEER, SIX = b"198.51.100.7:5060", b"[2001:db8::1]:5060"
HOME = b"192.0.2.1:5060"
BANNERS: list[tuple[bytes, Banner]] = [
    (b"<--- Received SIP request (952 bytes) from UDP:198.51.100.7:5060 --->", Banner(PEER, b"", b"UDP", False)),
    (b"<--- Transmitting SIP response (512 bytes) to TLS:[2001:db8::1]:5060 --->", Banner(b"", SIX, b"TLS", True)),
    (b"<--- SIP read from UDP:198.51.100.7:5060 --->", Banner(PEER, b"", b"UDP", False)),
    (b"<-- SIP read from 198.51.100.7:5060:", Banner(PEER, b"", b"", False)),
    (b"<--- Transmitting (NAT) to 198.51.100.7:5060 --->", Banner(b"", PEER, b"", True)),
    (b"Reliably Transmitting (no NAT) to 198.51.100.7:5060:", Banner(b"", PEER, b"", True)),
    (b"Retransmitting #3 (NAT) to 198.51.100.7:5060:", Banner(b"", PEER, b"", True)),
    (b"<--- History Entry 1 Sent to 198.51.100.7:5060 at 1740938592 --->", Banner(b"", PEER, b"", True)),
    (
        b"18:03:12.345 pjsua_core.c  .TX 1234 bytes Request msg INVITE/cseq=7093 (tdta0x55) to UDP 198.51.100.7:5060:",
        Banner(b"", PEER, b"UDP", True),
    ),
    (b".RX 5 bytes Response msg 401/INVITE/cseq=7 from UDP 198.51.100.7:5060:", Banner(PEER, b"", b"UDP", False)),
    (b"recv 1023 bytes from udp/[198.51.100.7]:5060 at 18:03:12.345678:", Banner(PEER, b"", b"UDP", False)),
    (b"send 356 bytes to tcp/[2001:db8::1]:5060 at 18:03:12.400000:", Banner(b"", SIX, b"TCP", True)),
    (
        b"channel [0x5]: message sent to [UDP://pbx.invalid:5060], size: [6]",
        Banner(b"", b"pbx.invalid:5060", b"UDP", True),
    ),
    (
        b"channel [0x5]: received [549] new bytes from [TLS://pbx.invalid:5061]:",
        Banner(b"pbx.invalid:5061", b"", b"TLS", False),
    ),
    (b"SIP m:1234567 0002 00074<-- UA RX --- From UDP(11):198.51.100.7:5060", Banner(PEER, b"", b"UDP", False)),
    (b"---- Incoming SIP Message from 198.51.100.7:5060 to SIPInterface #2 (A)", Banner(PEER, b"", b"", False)),
    (b"UDP 192.0.2.1:5060 -> 198.51.100.7:5060", Banner(HOME, PEER, b"UDP")),
    (b"U 2025/03/02 18:03:12.345678 192.0.2.1:5060 -> 198.51.100.7:5060 #1", Banner(HOME, PEER, b"UDP")),
    (b"T 2025/03/02 18:03:12.345678 192.0.2.1:5060 -> 198.51.100.7:5060 [AP]", Banner(HOME, PEER, b"TCP")),
    (b"2025/03/02 18:03:12.345678 192.0.2.1:5060 -> 198.51.100.7:5060", Banner(HOME, PEER, b"")),
    (b"18:03:12.345678 IP 192.0.2.1.5060 > 198.51.100.7.5060: SIP: INVITE", Banner(HOME, PEER, b"UDP")),
    (
        b"18:03:12.345678 IP6 2001:db8::2.5060 > 2001:db8::1.5060: Flags [P.]",
        Banner(b"[2001:db8::2]:5060", SIX, b"TCP"),
    ),
    (b'<message from="192.0.2.1:5060" to="198.51.100.7:5060" time="1740938592123"', Banner(HOME, PEER, b"")),
    (b"UDP message sent (620 bytes):", Banner(b"", b"", b"UDP", True)),
    (b"Received:", Banner(b"", b"", b"", False)),
]


@pytest.mark.parametrize(("line", "expected"), BANNERS)
def test_hits(line: bytes, expected: Banner) -> None:
    assert banner.read([line]) == expected


@pytest.mark.parametrize("line", [b"", b"----------", b"some text", b"a resent ment", b"1 > 0"])
def test_misses(line: bytes) -> None:
    assert banner.read([line]) == NOTHING


def test_keys_of_a_dump_file() -> None:
    keys = [b"~~~~", b"dstport: 5060", b"dstip: 2001:db8::1", b"srcport: 5060", b"srcip: 192.0.2.1", b"proto: udp ipv6"]
    assert banner.read(keys) == Banner(HOME, SIX, b"UDP")


def test_the_nearest_line_that_says_anything_counts() -> None:
    assert banner.read([b"-----", BANNERS[0][0], BANNERS[1][0]]) == BANNERS[0][1]


@given(st.lists(st.binary(max_size=80) | st.sampled_from([line for line, _ in BANNERS])))
def test_any_lines(lines: list[bytes]) -> None:
    banner.read(lines)
