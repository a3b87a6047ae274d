"""Network time: clocks stay, references and keys go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import ntp
from tests.capture.wire import flow, learning, rewriting

NTP = flow(123, 123)
ADDRESS = bytes((198, 51, 100, 7))
TIMES = bytes(range(32))


def packet(stratum: int, reference: bytes, rest: bytes = b"", head: int = 0x24) -> bytes:
    return bytes((head, stratum, 6, 0xEC)) + bytes(8) + reference + TIMES + rest


@pytest.mark.parametrize(
    ("stratum", "reference", "expected"),
    [
        (1, b"GPS\0", b"GPS\0"),
        (0, b"RATE", b"RATE"),
        (0, bytes(4), bytes(4)),
        (1, b"DOE\0", bytes(4)),
        (2, b"\xf1\2\3\4", bytes(4)),
        (2, b"\x7f\x7f\1\1", b"\x7f\x7f\1\1"),
    ],
)
def test_references(stratum: int, reference: bytes, expected: bytes) -> None:
    assert ntp.dissect(packet(stratum, reference), NTP, rewriting()) == packet(stratum, expected)


def test_reference_addresses_are_mapped() -> None:
    to = rewriting()
    assert ntp.dissect(packet(2, ADDRESS), NTP, to) == packet(2, to.ipv4(ADDRESS))


def test_keys_and_control_data_go() -> None:
    new = ntp.dissect(packet(2, ADDRESS, b"\0\0\0\1alicedoealicedoe"), NTP, rewriting())
    assert new is not None
    assert new[48:] == bytes(20)
    control = b"\x16\x82\0\1" + bytes(8) + b'version="ntpd on alice"'
    assert ntp.dissect(control, NTP, rewriting()) == control[:12] + bytes(len(control) - 12)
    private = b"\x97\0\3\x2a\0\1\0\x48" + ADDRESS
    assert ntp.dissect(private, NTP, rewriting()) == private[:8] + bytes(4)


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (packet(2, ADDRESS), (123, 40000), True),
        (packet(2, ADDRESS), (5060, 40000), False),
        (packet(2, ADDRESS)[:40], (123, 40000), False),
        (packet(2, ADDRESS, head=0x00), (123, 40000), False),
        (b"", (123, 40000), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert ntp.claims(payload, flow(*ports)) is expected
    assert (ntp.dissect(payload, flow(*ports), rewriting()) is not None) is expected


@given(st.binary(max_size=80))
def test_any_octets(payload: bytes) -> None:
    new = ntp.dissect(payload, NTP, rewriting())
    assert new is None or len(new) == len(payload)
    assert ntp.dissect(payload, NTP, learning()[0]) in (None, payload)


def test_text_is_refused() -> None:
    payload = b"#marla vexel and a text of forty-eight octets or more"
    assert not ntp.claims(payload, NTP)
    assert ntp.dissect(payload, NTP, rewriting()) is None
