"""SNMP: communities, users, engines, objects and their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import ber
from scrubber.capture.ber import Element
from scrubber.capture.dissectors import snmp
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

SNMP = flow(dport=161)
MAC = bytes.fromhex("00005e005301")
ADDRESS = bytes((198, 51, 100, 7))


def element(tag: int, *parts: bytes) -> bytes:
    return Element(tag, b"").holding(b"".join(parts))


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    return element(ber.OID, ber.identifier([40 * first + second, *rest]))


def response(name: str, value: bytes, community: bytes = b"hunter22") -> bytes:
    binding = element(0x30, oid(name), value)
    pdu = element(0xA2, b"\2\1\7", b"\2\1\0", b"\2\1\0", element(0x30, binding))
    return element(0x30, b"\2\1\1", element(4, community), pdu)


def rewritten(payload: bytes) -> bytes:
    new = snmp.dissect(payload, SNMP, rewriting())
    assert new is not None
    assert snmp.dissect(payload, SNMP, learning()[0]) == payload
    for planted in (b"alice", b"hunter22", b"tower7", MAC, ADDRESS):
        assert planted not in new, planted
    return new


UPTIME = "1.3.6.1.2.1.1.3.0"


@pytest.mark.parametrize(
    "value", [b"\x43\2\1\2", b"\2\1\5", b"\5\0", b"\x82\0", b"\x46\4\0\0\1\1", oid("1.3.6.1.4.1.9.1.5")]
)
def test_numbers_and_objects_stay(value: bytes) -> None:
    payload = response(UPTIME, value, b"public")
    assert rewritten(payload) == payload


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("1.3.6.1.2.1.1.4.0", b"alice.doe", b"xxxxxxxxx"),
        ("1.3.6.1.2.1.1.1.0", b"Cisco alice", None),
        ("1.3.6.1.2.1.1.5.0", b"tower7", None),
        ("1.3.6.1.2.1.2.2.1.6.3", MAC, None),
        ("1.3.6.1.4.1.9.9.1", b"\1\2alice", bytes(7)),
    ],
)
def test_strings(name: str, value: bytes, expected: bytes | None) -> None:
    to = rewriting()
    if expected is None:
        hosts = {b"tower7": to.value(Entity.HOST, b"tower7", "test"), MAC: to.mac(MAC)}
        expected = hosts.get(value, b"Cisco " + to.value(Entity.USER, b"alice", "test"))
    assert rewritten(response(name, element(4, value), b"public")) == response(name, element(4, expected), b"public")


def test_community_goes() -> None:
    assert rewritten(response(UPTIME, b"\5\0")) == response(UPTIME, b"\5\0", b"REDACTED")


@pytest.mark.parametrize(
    "name",
    [
        "1.3.6.1.2.1.4.20.1.1.198.51.100.7",
        "1.3.6.1.2.1.4.22.1.2.3.198.51.100.7",
        "1.3.6.1.2.1.6.13.1.1.198.51.100.7.5060.198.51.100.7.40000",
        "1.3.6.1.2.1.17.4.3.1.1.0.0.94.0.83.1",
        "1.3.6.1.6.3.15.1.2.2.1.3.5.128.0.0.0.1.5.97.108.105.99.101",
        "1.3.6.1.4.1.9999.5.1.1.5.97.108.105.99.101",
    ],
)
def test_indexes_go(name: str) -> None:
    payload = response(name, b"\5\0", b"public")
    new = rewritten(payload)
    arcs = ber.identifier(list(map(int, name.split(".")[9:])))
    assert arcs not in new
    assert payload[:15] == new[:15] or len(payload) != len(new)


def test_trap_of_version_1() -> None:
    pdu = element(0xA4, oid("1.3.6.1.4.1.9"), element(0x40, ADDRESS), b"\2\1\6", b"\2\1\1", b"\x43\1\5", b"\x30\0")
    payload = element(0x30, b"\2\1\0", element(4, b"public"), pdu)
    assert rewritten(payload) == payload.replace(ADDRESS, rewriting().ipv4(ADDRESS))


def secured(scoped: bytes) -> bytes:
    engine = element(4, b"\x80\0\0\1\3" + MAC)
    user = element(0x30, engine, b"\2\1\1", b"\2\1\2", element(4, b"alice.doe"), element(4, b"alicedoealic"), b"\4\0")
    head = element(0x30, b"\2\1\7", b"\2\2\5\xdc", b"\4\1\4", b"\2\1\3")
    return element(0x30, b"\2\1\3", head, element(4, user), scoped)


def test_version_3() -> None:
    to = rewriting()
    pdu = element(0xA0, b"\2\1\7", b"\2\1\0", b"\2\1\0", element(0x30, element(0x30, oid(UPTIME), b"\5\0")))
    payload = secured(element(0x30, element(4, b"\x80\0\0\1\1" + ADDRESS), element(4, b"alice"), pdu))
    new = rewritten(payload)
    assert to.value(Entity.USER, b"alice.doe", "test") in new
    assert b"\x80\0\0\1\3" + to.mac(MAC) in new
    assert b"\x80\0\0\1\1" + to.ipv4(ADDRESS) in new
    assert new.endswith(pdu)


def test_cipher_text_goes() -> None:
    assert rewritten(secured(element(4, b"alice" * 4))).endswith(element(4, bytes(20)))


def test_trailer_goes() -> None:
    payload = response(UPTIME, b"\5\0", b"public")
    assert rewritten(payload + b"alice") == payload + bytes(5)


@pytest.mark.parametrize(
    ("payload", "port", "expected"),
    [
        (response(UPTIME, b"\5\0"), 161, True),
        (response(UPTIME, b"\5\0"), 162, True),
        (response(UPTIME, b"\5\0"), 5060, False),
        (response(UPTIME, b"\5\0")[:-1], 161, False),
        (b"\x30\x03\2\1\1", 161, False),
        (b"INVITE", 161, False),
    ],
)
def test_claims(payload: bytes, port: int, expected: bool) -> None:
    assert snmp.claims(payload, flow(dport=port)) is expected


@given(st.binary(max_size=60))
def test_any_octets(rest: bytes) -> None:
    for payload in (
        rest,
        element(0x30, b"\2\1\1", element(4, b"public"), rest),
        element(0x30, b"\2\1\3", b"\x30\0", rest),
        secured(element(0x30, rest)),
        response(UPTIME, rest),
    ):
        snmp.dissect(payload, SNMP, rewriting())
        assert snmp.dissect(payload, SNMP, learning()[0]) in (None, payload)


@given(st.lists(st.integers(0, 300), max_size=20), st.sampled_from(sorted(snmp._INDEXED)))
def test_any_index(index: list[int], table: tuple[int, ...]) -> None:
    value = ber.identifier([*table, *index])
    assert snmp._object(value, learning()[0]) == value
    snmp._object(value, rewriting())


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("1.3.6.1.4.1.99999.1.1.52.57.51.48.53.53.53", b"4930555"),
        ("1.3.6.1.4.1.99999.1.1.2.5.109.97.114.108.97.3.5.118.101.120.101.108", b"marlavexel"),
        ("1.3.6.1.4.1.9.9.23.1.2.1.1.4.213.241.91.200", bytes((213, 241, 91, 200))),
        ("1.3.6.1.4.1.9.9.1.10.1.2.3", bytes((10, 1, 2, 3))),
        ("1.3.6.1.4.1.99999.1.60.90.180.199.216.233", bytes((60, 90, 180, 199, 216, 233))),
    ],
)
def test_what_could_be_an_identity_in_an_unknown_index_goes(name: str, planted: bytes) -> None:
    payload = response(name, element(2, b"\7"))
    new = rewritten(payload)
    assert len(ber.elements(new)[0]) == 1
    arcs = ber.arcs(ber.elements(oid(name))[0][0].value)
    assert arcs is not None
    for piece in (planted, planted[:5], planted[5:]):
        assert len(piece) < 4 or ber.identifier(list(piece)) not in new


def test_columns_and_rows_of_unknown_tables_stay() -> None:
    payload = response("1.3.6.1.4.1.9.9.13.1.3.1.3.1006", element(2, b"\7"))
    assert oid("1.3.6.1.4.1.9.9.13.1.3.1.3.1006") in rewritten(payload)
