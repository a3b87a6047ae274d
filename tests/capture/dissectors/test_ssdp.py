"""Service discovery: header fields by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import ssdp
from tests.capture.wire import flow, learning, rewriting

SSDP = flow(dport=1900)
NOTIFY = b"NOTIFY * HTTP/1.1\r\n"


def rewritten(payload: bytes) -> bytes:
    new = ssdp.dissect(payload, SSDP, rewriting())
    assert new is not None
    assert ssdp.dissect(payload, SSDP, learning()[0]) == payload
    return new


def test_searches_stay() -> None:
    search = (
        b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 3\r\n'
        b"ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"
    )
    assert rewritten(search) == search


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (b"LOCATION: http://198.51.100.7:80/alice/desc.xml", b"LOCATION: http://"),
        (b"USN: uuid:2fac1234-31f8-11b4-a222-08002b34c003::upnp:rootdevice", b"USN: uuid:"),
        (b"NT: urn:acmewidgets:device:alice:1", b"NT: urn:"),
        (b"SERVER: Linux/3.10 UPnP/1.0 acmewidgets/1.0", b"SERVER: Linux/3.10 UPnP/1.0 "),
        (b"X-Name: alice", b"X-"),
        (b"CACHE-CONTROL: alice", b"CACHE-CONTROL: "),
        (b"alice.doe", b"xxxx"),
        (b"NTS: alice", b"NTS: "),
        (b"DATE: alice!", b"DATE: xxxxxx"),
        (b"DATE: Sat, alice", b"DATE: xxxxx"),
        (b"MAN: ssdp:alice", b"MAN: "),
        (b"MX: 08002345678", b"MX: "),
        (b"NT: urn:schemas-upnp-org:device:alice08002b34c003:1", b"NT: urn:"),
    ],
)
def test_values_go(line: bytes, start: bytes) -> None:
    new = rewritten(NOTIFY + line + b"\r\n\r\n")
    assert new.startswith(NOTIFY + start)
    for planted in (b"alice", b"acme", b"198.51", b"2fac1234", b"08002b34c003"):
        assert planted not in new


@pytest.mark.parametrize(
    ("payload", "port", "expected"),
    [
        (NOTIFY, 1900, True),
        (b"HTTP/1.1 200 OK\r\n", 1900, True),
        (NOTIFY, 80, False),
        (b"GET / HTTP/1.1\r\n", 1900, False),
    ],
)
def test_claims(payload: bytes, port: int, expected: bool) -> None:
    assert ssdp.claims(payload, flow(dport=port)) is expected


def test_strangers_are_refused() -> None:
    assert ssdp.dissect(b"alice", SSDP, rewriting()) is None


@given(st.binary(max_size=100))
def test_any_octets(rest: bytes) -> None:
    rewritten(NOTIFY + rest)
    ssdp.dissect(rest, SSDP, rewriting())


@given(st.text("abcdeST:/unrid \r\n", max_size=80))
def test_any_lines(rest: str) -> None:
    rewritten(NOTIFY + b"ST: " + rest.encode())


def test_a_reason_that_is_none_is_not_of_the_protocol() -> None:
    assert ssdp.claims(b"HTTP/1.1 200 OK\r\n", SSDP)
    assert not ssdp.claims(b"HTTP/1.1 200 Alice Doe\r\n", SSDP)
