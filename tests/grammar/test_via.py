from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import via
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

TABLE = [
    (
        b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport=5060;received=198.51.100.1",
        [(b"192.0.2.1", "host"), (b"z9hG4bK87asdks7", "branch"), (b"198.51.100.1", "host")],
    ),
    (
        b"SIP / 2.0 / UDP first.example.com: 4000;ttl=16\r\n ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
        [(b"first.example.com", "host"), (b"224.2.0.1", "host"), (b"z9hG4bKa7c6a8dlze.1", "branch")],
    ),
    (
        b"SIP/2.0/TLS [2001:db8::9:1]:5061;received=[2001:db8::1];branch=z9hG4bK1, SIP/2.0/TCP h.example;branch=z9",
        [
            (b"2001:db8::9:1", "host"),
            (b"2001:db8::1", "host"),
            (b"z9hG4bK1", "branch"),
            (b"h.example", "host"),
            (b"z9", "branch"),
        ],
    ),
    (b"SIP/2.0/UDP 2001:db8::1;received=2001:db8::2", [(b"2001:db8::1", "host"), (b"2001:db8::2", "host")]),
    (b'SIP/2.0/UDP h.example;rport;alias;keep=30;oc=20;oc-algo="loss"', [(b"h.example", "host")]),
    (b'SIP/2.0/UDP h.example;i=57a1;sigcomp-id="<urn:uuid:f81d>"', [
        (b"h.example", "host"), (b"57a1", "identifier"), (b"f81d", "device"),
    ]),
    (b'SIP/2.0/UDP h.example;x-route-tag="cid:abc@192.0.2.1"', [
        (b"h.example", "host"), (b"abc", "identifier"), (b"192.0.2.1", "host"),
    ]),
    (b"SIP/2.0/UDP h.example;own=Bob;id9=9f86d081884c7d65", [
        (b"h.example", "host"), (b"Bob", "free"), (b"9f86d081884c7d65", "identifier"),
    ]),
    (b"SIP/2.0/UDP h.example (Acme server);branch=1", [
        (b"h.example", "host"), (b"(Acme", "free"), (b"server)", "free"), (b"1", "branch"),
    ]),
    (b"SIP/2.0/TLS-SCTP h.example", [(b"h.example", "host")]),
    (b"SIP/2.0/UDP ", []),
    (b"SIP/2.0/UDP 192.0.2.1:15550100", [(b"192.0.2.1", "host"), (b":15550100", "free")]),
    (b"192.0.2.1:5060;branch=z9hG4bK1", [(b"192.0.2.1", "host"), (b"z9hG4bK1", "branch")]),
    (b"Alice said", [(b"Alice said", "free")]),
    (b"", []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), TABLE)
def test_parse(data: bytes, expected: Named) -> None:
    assert named(data, via.parse(data)) == expected


def test_what_stays() -> None:
    data = b"SIP/2.0/UDP 192.0.2.1:5060;rport=1024;received=198.51.100.1;branch=z9hG4bK1;alias"
    assert gaps(data, via.parse(data)) == b"SIP/2.0/UDP |:5060;rport=1024;received=|;branch=|;alias"


@given(st.binary(max_size=60))
@pytest.mark.parametrize("prefix", [b"", b"SIP/2.0/UDP ", b"SIP/2.0/UDP a;"])
def test_any_bytes(prefix: bytes, data: bytes) -> None:
    check(via.parse(prefix + data), 0, len(prefix) + len(data))


@pytest.mark.parametrize("unit", [b";", b",", b"<", b'"\\', b"/", b" ", b"SIP/2.0/UDP ", b":", b"a,", b"["])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(via.parse, unit) < LINEAR
    assert growth(lambda data: via.parse(data + b"SIP/2.0/UDP"), unit) < LINEAR
