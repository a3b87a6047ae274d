"""EAP: code and method stay, nothing of who answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import eap
from tests.capture.wire import learning, rewriting

IDENTITY = b"\2\1\0\x0e\1alice.doe"


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (IDENTITY, IDENTITY[:5] + bytes(9)),
        (b"\3\1\0\4", b"\3\1\0\4"),
        (b"alice.doe", bytes(9)),
        (b"\2\1\0\1alice", bytes(9)),
        (b"\2\1", bytes(2)),
        (b"", b""),
    ],
)
def test_messages(octets: bytes, expected: bytes) -> None:
    assert eap.message(octets, rewriting()) == expected


@given(st.binary(max_size=40))
def test_any_octets(octets: bytes) -> None:
    assert len(eap.message(octets, rewriting())) == len(octets)
    assert eap.message(octets, learning()[0]) == octets
