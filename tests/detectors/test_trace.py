from __future__ import annotations

import pytest

from scrubber.detectors import trace
from scrubber.model import Entity

HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (
        b"IP 192.0.2.1.5060 > 198.51.100.7.5071: SIP: INVITE",
        [(b"192.0.2.1", Entity.IPV4), (b"198.51.100.7", Entity.IPV4)],
    ),
    (b"IP 192.0.2.1.sip > 198.51.100.7.sip-tls: UDP", [(b"192.0.2.1", Entity.IPV4), (b"198.51.100.7", Entity.IPV4)]),
    (
        b"IP6 2001:db9::1.5060 > 2001:db9:0:1::7.5071: SIP",
        [(b"2001:db9::1", Entity.IPV6), (b"2001:db9:0:1::7", Entity.IPV6)],
    ),
    (
        b"12:30:15.123 IP6 ::1.5060 > 2001:db9:1:2:3:4:5:6.40000: UDP",
        [(b"::1", Entity.IPV6), (b"2001:db9:1:2:3:4:5:6", Entity.IPV6)],
    ),
    (b"192.0.2.1.40000 > 198.51.100.7.53:", [(b"192.0.2.1", Entity.IPV4), (b"198.51.100.7", Entity.IPV4)]),
    (b"192.0.2.1.40000 > 198.51.100.7.53", [(b"192.0.2.1", Entity.IPV4), (b"198.51.100.7", Entity.IPV4)]),
]

MISSES: list[bytes] = [
    b"",
    b"192.0.2.1.5060: no direction",
    b"192.0.2.1 > 198.51.100.7",
    b"version 1.2.3.4.5.6 > 1.2.3",
    b"12:30.5 > 12:31.5",
    b"12:30:15.123 > 12:30:16.456",
    b"face.5060 > cafe.5060",
    b"x192.0.2.1.5060 > y198.51.100.7.5060",
    b"192.0.2.1.123456 > 198.51.100.7.SIP",
]


@pytest.mark.parametrize(("line", "expected"), HITS)
def test_addresses_with_a_port_behind_a_dot(line: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert [(line[item.start : item.end], item.entity) for item in trace.find(line)] == expected


@pytest.mark.parametrize("text", MISSES)
def test_other_lines_stay(text: bytes) -> None:
    assert list(trace.find(text)) == []
