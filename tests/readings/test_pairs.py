from __future__ import annotations

import pytest

from scrubber.readings import pairs
from tests.passes import complete

EVENT = b'SecurityEvent="InvalidPassword",AccountID="carla7",RemoteAddress="IPV4/UDP/198.51.100.23/5060"'


def read(text: bytes) -> bytes | None:
    return pairs.Pairs(complete(), lambda token: token.upper()).read(text)


def test_labels_and_endpoints() -> None:
    new = read(EVENT)
    assert new is not None
    assert b"198.51.100.23" not in new
    assert b"carla7" not in new
    assert b'"IPV4/UDP/' in new
    assert new.endswith(b'/5060"')


@pytest.mark.parametrize("text", [b"", b"hello", b'A="b"', b'A="b",C=d', b'A="b",C="d" x', b'A="b",B-C="d"'])
def test_other_texts(text: bytes) -> None:
    assert read(text) is None


def test_a_year_is_no_extension() -> None:
    assert not pairs.holds_extension(complete(), b"2025")
    assert not pairs.holds_extension(complete(), b"carla")
