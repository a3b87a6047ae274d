from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import authority
from scrubber.model import Part
from tests.grammar.lossless import LINEAR, Named, check, growth, named


def endpoint(data: bytes) -> list[Part]:
    out: list[Part] = []
    authority.endpoint(data, 0, len(data), out)
    return out


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"example.com", [(b"example.com", "host")]),
        (b"192.0.2.1:5060", [(b"192.0.2.1", "host")]),
        (b" example.com : 5060 ", [(b"example.com", "host")]),
        (b"[2001:db8::1]:5061", [(b"2001:db8::1", "host")]),
        (b"[2001:db8::1", [(b"2001:db8::1", "host")]),
        (b"2001:db8::1", [(b"2001:db8::1", "host")]),
        (b"::1", [(b"::1", "host")]),
        (b"::ffff:192.0.2.1", [(b"::ffff:192.0.2.1", "host")]),
        (b"[fe80::1%eth0]:5060", [(b"fe80::1", "host")]),
        (b"[fe80::1%15550100]", [(b"fe80::1", "host"), (b"15550100", "free")]),
        (b"[%eth0]", []),
        (b"example.com:15550100", [(b"example.com", "host"), (b":15550100", "free")]),
        (b"example.com:alice", [(b"example.com", "host"), (b"alice", "free")]),
        (b"example.com alice", [(b"example.com", "host"), (b"alice", "free")]),
        (b"", []),
        (b"[]", []),
    ],
)
def test_endpoint(data: bytes, expected: Named) -> None:
    assert named(data, endpoint(data)) == expected


@pytest.mark.parametrize(
    ("data", "name"), [(b"1001", "user"), (b"+15550100", "user"), (b"*97", "user"), (b"pc33", "host"), (b"1.2", "host")]
)
def test_a_lone_number_is_no_host(data: bytes, name: str) -> None:
    out: list[Part] = []
    assert authority.collect(data, 0, len(data), out, "user") == len(data)
    assert named(data, out) == [(data, name)]


@pytest.mark.parametrize(
    "data", [b"example.com", b"pc33", b"192.0.2.1:5060", b"[2001:db8::1]:5060", b"2001:db8::1", b"n\xc3\xb3-tejo-1"]
)
def test_host_like(data: bytes) -> None:
    assert authority.is_host_like(data, 0, len(data))


@pytest.mark.parametrize("data", [b"", b"-", b"two words", b"a@b", b"word`~)(", b"host:port", b"host:155501"])
def test_not_host_like(data: bytes) -> None:
    assert not authority.is_host_like(data, 0, len(data))


def test_host_or_another_name() -> None:
    out: list[Part] = []
    authority.host_or("name", b" Acme Inc ", 0, 10, out)
    authority.host_or("name", b"pbx.example:5060", 0, 16, out)
    assert out == [Part(1, 9, "name"), Part(0, 11, "host")]


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(endpoint(data), 0, len(data))


@pytest.mark.parametrize("unit", [b":", b"[", b"]", b"a", b"1:", b"%", b" ", b"f:"])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(endpoint, unit) < LINEAR
    assert growth(lambda data: authority.is_host_like(data, 0, len(data)), unit) < LINEAR
