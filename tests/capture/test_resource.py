"""Strings, expressions, options and parameters of resource records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import resource
from scrubber.values import Values
from tests.capture.wire import learning, rewriting

Read = Callable[[bytes, Values], bytes]
READS: tuple[Read, ...] = (
    resource.text,
    resource.free,
    resource.flags,
    resource.service,
    resource.tag,
    resource.expression,
)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (resource.text, b"txtvers=1"),
        (resource.text, b"v=spf1 -all"),
        (resource.text, b""),
        (resource.flags, b"u"),
        (resource.flags, b""),
        (resource.service, b"SIP+D2U"),
        (resource.service, b"E2U+sip"),
        (resource.service, b"E2U+voice:tel"),
        (resource.tag, b"issue"),
    ],
)
def test_protocol_stays(read: Read, value: bytes) -> None:
    assert read(value, rewriting()) == value


@pytest.mark.parametrize(
    ("read", "value", "head"),
    [
        (resource.text, b"fn=Alice Doe", b"fn="),
        (resource.text, b"alicedoe", b""),
        (resource.text, b"v=DKIM1; k=rsa; p=alicedoe", b"v="),
        (resource.text, b"v=spf1 ip4:198.51.100.7 include:pbx.example.com", b"v=spf1 ip4:"),
        (resource.text, b"\1alice", b"\0"),
        (resource.flags, b"alice", b"\0"),
        (resource.service, b"alice+bob", b""),
        (resource.tag, b"alice", b"xxxxx"),
        (resource.expression, b"!^.*$!sip:alice.doe@pbx.example.com!", b"!^.*$!sip:"),
        (resource.expression, b"!^\\+1555010(.*)$!sip:\\1@pbx.example.com!i", b"!^\\+"),
        (resource.expression, b"alice", b"\0"),
        (resource.expression, b"!^.*$!https://pbx.example.com/alice!", b"!^.*$!https://"),
        (resource.free, b"sip:alice.doe@pbx.example.com", b"sip:"),
    ],
)
def test_values_go(read: Read, value: bytes, head: bytes) -> None:
    new = read(value, rewriting())
    assert new.startswith(head)
    for planted in (b"alice", b"Alice", b"bob", b"example", b"1555010", b"198.51"):
        assert planted not in new


def test_expressions_keep_their_groups() -> None:
    new = resource.expression(b"!^\\+1555010(.*)$!sip:\\1@pbx.example.com!i", rewriting())
    assert b"!sip:\\1@" in new
    assert new.endswith(b"!i")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (0, b"\0\1", b"\0\1"),
        (1, b"\2h2\5alice", b"\2h2\5xxxxx"),
        (3, b"\x13\xc4", b"\x13\xc4"),
        (3, b"alice", bytes(5)),
        (4, b"alice", bytes(5)),
        (5, b"alice", bytes(5)),
    ],
)
def test_parameters(key: int, value: bytes, expected: bytes) -> None:
    assert resource.parameter(key, value, rewriting()) == expected


def test_hints_are_addresses() -> None:
    to = rewriting()
    hint = bytes((198, 51, 100, 7))
    assert resource.parameter(4, hint * 2, to) == to.ipv4(hint) * 2
    assert resource.parameter(6, hint * 4, to) == to.ipv6(hint * 4)


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [(10, b"alicedoe", bytes(8)), (11, b"\0\x64", b"\0\x64"), (5, b"a" * 20, bytes(20)), (15, b"\0\1\1", b"\0\1\0")],
)
def test_options(code: int, value: bytes, expected: bytes) -> None:
    assert resource.option(code, value, rewriting()) == expected


@given(st.binary(max_size=60), st.integers(0, 20))
def test_any_octets(value: bytes, code: int) -> None:
    to, _ = learning()
    for read in READS:
        assert read(value, to) == value
        read(value, rewriting())
    assert resource.option(code, value, to) == resource.parameter(code, value, to) == value
    assert len(resource.parameter(code, value, rewriting())) == len(value)
    resource.option(code, value, rewriting())


def test_uris_go_as_a_whole() -> None:
    new = resource.free(b"ca.example.com; accounturi=https://example.com/marla", rewriting())
    assert b"marla" not in new
    assert b"; accounturi=https://" in new


def test_prefixes_of_an_unknown_family_are_blanked() -> None:
    assert resource.prefix(b"\0\7", b"marla", rewriting()) == bytes(5)
