from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import capfilter
from scrubber.model import Entity
from tests.capture.wire import learning, rewriting

KEPT = [
    b"",
    b"udp port 5060 or (tcp portrange 10000-20000 and not vlan 100)",
    b"ip[6:2] & 0x1fff != 0 and udp[8] == 80",
    b"net mask 255.255.255.0",
    b"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
]
REPLACED: list[tuple[bytes, bytes, Entity, bytes]] = [
    (b"host 192.0.2.10 and port 5060", b"host %b and port 5060", Entity.IPV4, b"192.0.2.10"),
    (b"net 192.0.2.0/24", b"net %b/24", Entity.IPV4, b"192.0.2.0"),
    (b"src host 2a0f:ffff::7", b"src host %b", Entity.IPV6, b"2a0f:ffff::7"),
    (b"ether host 00:00:5e:00:53:01", b"ether host %b", Entity.MAC, b"00:00:5e:00:53:01"),
    (b"host pbx.example.com or tcp", b"host %b or tcp", Entity.HOST, b"pbx.example.com"),
    (b"(host tower7)", b"(host %b)", Entity.HOST, b"tower7"),
]
SUPPRESSED = {
    b"net 192.168.7": b"net 000000000",
    b"udp[8:4] = 0x494e5649": b"udp[8:4] = 0x00000000",
    b"tcp[20:4] == 15550100": b"tcp[20:4] == 00000000",
}


@pytest.mark.parametrize("text", KEPT)
def test_the_language_stays(text: bytes) -> None:
    assert capfilter.scrubbed(text, rewriting()) == text


@pytest.mark.parametrize(("text", "template", "entity", "value"), REPLACED)
def test_values_are_replaced(text: bytes, template: bytes, entity: Entity, value: bytes) -> None:
    to = rewriting()
    assert capfilter.scrubbed(text, to) == template % to.value(entity, value, "x") != text


@pytest.mark.parametrize(("text", "expected"), SUPPRESSED.items())
def test_parts_are_suppressed(text: bytes, expected: bytes) -> None:
    assert capfilter.scrubbed(text, rewriting()) == expected


def test_what_is_no_filter_is_left_out() -> None:
    assert capfilter.scrubbed("host größe".encode(), rewriting()) == b""


@given(text=st.text(st.characters(max_codepoint=127), max_size=80))
def test_learning_changes_nothing(text: str) -> None:
    """The pass that learns gives any ASCII text back."""
    assert capfilter.scrubbed(text.encode(), learning()[0]) == text.encode()


@given(text=st.binary(max_size=80))
def test_rewriting_never_raises(text: bytes) -> None:
    """Any octets come out as octets."""
    assert isinstance(capfilter.scrubbed(text, rewriting()), bytes)
