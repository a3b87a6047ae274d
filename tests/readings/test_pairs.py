from __future__ import annotations

import pytest

from scrubber.readings import pairs
from tests.passes import complete, rewritten

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


def test_a_word_for_nothing_stays() -> None:
    assert read(b'SecurityEvent="ChallengeSent",AccountID="<unknown>"') is not None
    text = b'SecurityEvent="ChallengeSent",AccountID="<unknown>"'
    assert rewritten(text, "asterisk") == text


def test_a_pair_in_which_a_rule_finds_something_is_read_with_its_line() -> None:
    text = b'SecurityEvent="ChallengeResponseFailed",Response="26445bb4825c9743d13ff3d1cf91b9ee"'
    assert read(text) is None
    found = rewritten(b"SECURITY[1] res_security_log.c: " + text, "asterisk")
    assert b"26445bb4825c9743d13ff3d1cf91b9ee" not in found


@pytest.mark.parametrize("text", [b"", b"hello", b'A="b"', b'A="b",C=d', b'A="b",C="d" x', b'A="b",B-C="d"'])
def test_other_texts(text: bytes) -> None:
    assert read(text) is None


def test_a_year_is_no_extension() -> None:
    assert not pairs.holds_extension(complete(), b"2025")
    assert not pairs.holds_extension(complete(), b"carla")
