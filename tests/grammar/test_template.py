"""Keywords of SIPp's scenarios, and what only stands in brackets."""

from __future__ import annotations

import pytest

from scrubber.grammar.template import is_template
from scrubber.model import Entity
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates

SURROGATES = Surrogates(Key(bytes(range(32))))


@pytest.mark.parametrize(
    "value",
    [
        b"[service]",
        b"[remote_ip]",
        b"[remote_ip]:[remote_port]",
        b"[pid]SIPpTag01[call_number]",
        b"[branch-5]",
        b"[last_To:]",
        b"[field0]",
        b"[$1]",
        b"[cryptotag1audio]",
        b"[service]@[local_ip]",
        b"remote_ip",
        b"[remote_port",
    ],
)
@pytest.mark.parametrize("entity", [Entity.USER, Entity.HOST, Entity.TAG, Entity.CALL_ID, Entity.NONCE, Entity.NUMBER])
def test_what_a_program_fills_in_stays(value: bytes, entity: Entity) -> None:
    assert is_template(value)
    assert SURROGATES.of(entity, value) == value


@pytest.mark.parametrize(
    "value",
    [
        b"[alice]",
        b"[servic",
        b"service",
        b"alice[service]",
        b"[service]alice",
        b"[2001:db9::1]",
        b"[remote_ip][alice]",
        b"",
    ],
)
def test_what_only_stands_in_brackets_is_none(value: bytes) -> None:
    assert not is_template(value)


def test_time_is_linear_because_lengths_are_bounded() -> None:
    assert not is_template(b"[service]" * 100_000)
