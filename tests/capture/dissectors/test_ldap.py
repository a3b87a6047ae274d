"""LDAP: operations, names, filters, values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import ber
from scrubber.capture.ber import Element
from scrubber.capture.dissectors import ldap
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

LDAP = flow(dport=389)
PLANTED = (b"alice", b"Alice", b"Doe", b"pbx", b"example", b"5550100123", b"hunter22", b"gR4nite", b"tower7")
DN = b"cn=Alice Doe,ou=users,dc=example,dc=com"


def element(tag: int, *parts: bytes) -> bytes:
    return Element(tag, b"").holding(b"".join(parts))


def octets(value: bytes) -> bytes:
    return element(4, value)


def message(tag: int, *parts: bytes, controls: bytes = b"") -> bytes:
    return element(0x30, b"\2\1\7", element(tag, *parts), controls)


def entry(attribute: bytes, *values: bytes) -> bytes:
    pair = element(0x30, octets(attribute), element(0x31, *map(octets, values)))
    return message(0x64, octets(DN), element(0x30, pair))


def search(filtered: bytes) -> bytes:
    numbers = b"\x0a\1\2\x0a\1\0\2\1\0\2\1\0\1\1\0"
    return message(0x63, octets(DN), numbers, filtered, element(0x30, octets(b"telephoneNumber")))


def rewritten(payload: bytes) -> bytes:
    new = ldap.dissect(payload, LDAP, rewriting())
    assert new is not None
    assert ldap.dissect(payload, LDAP, learning()[0]) == payload
    found, rest = ber.elements(new)
    assert found
    assert not rest
    return new


CHANGED = element(0x30, octets(b"cn"), element(0x31, octets(b"Alice")))
PAGED = octets(b"\x30\5\2\1\0\4\0")
RESULT = b"\x0a\1\0\4\0\4\0"


@pytest.mark.parametrize(
    "payload",
    [
        message(0x61, RESULT),
        message(0x42),
        message(0x65, RESULT),
        message(0x50, b"\7"),
        message(0x77, element(0x80, b"1.3.6.1.4.1.1466.20037")),
        message(0x65, RESULT, controls=element(0xA0, element(0x30, octets(b"1.2.840.113556.1.4.319"), PAGED))),
    ],
)
def test_operations_and_results_stay(payload: bytes) -> None:
    assert rewritten(payload) == payload


@pytest.mark.parametrize(
    "payload",
    [
        message(0x60, b"\2\1\3", octets(DN), element(0x80, b"gR4nite!Heron-58")),
        message(0x60, b"\2\1\3", octets(b"ACME\\alice.doe"), element(0x80, b"\xffhunter22")),
        message(0x60, b"\2\1\3", octets(b"alice.doe@example.com"), element(0xA3, octets(b"PLAIN"), octets(b"\0alice"))),
        message(0x60, b"\2\1\3", octets(b""), element(0xA3, octets(b"NTLM"), octets(b"NTLMSSP\0\1\0\0\0alice"))),
        message(
            0x61, b"\x0a\1\x31", octets(DN), octets(b"alice.doe"), element(0xA3, octets(b"ldap://pbx.example.com/"))
        ),
        search(element(0xA3, octets(b"telephoneNumber"), octets(b"+15550100123"))),
        search(element(0xA0, element(0xA2, element(0xA4, octets(b"cn"), element(0x30, element(0x80, b"Alice")))))),
        search(element(0xA9, element(0x82, b"cn"), element(0x83, b"Alice Doe"), element(0x84, b"\xff"))),
        entry(b"cn", b"Alice Doe"),
        entry(b"mail", b"alice.doe@example.com", b"alice@example.com"),
        entry(b"telephoneNumber;x-work", b"+15550100123"),
        entry(b"userPassword", b"hunter22"),
        entry(b"jpegPhoto", b"\xff\xd8alice"),
        entry(b"memberOf", DN),
        entry(b"x-unknown", b"alice"),
        entry(b"dNSHostName", b"tower7"),
        message(0x66, octets(DN), element(0x30, element(0x30, b"\x0a\1\2", CHANGED))),
        message(0x4A, DN),
        message(0x6C, octets(DN), octets(b"cn=Alice"), b"\1\1\xff", element(0x80, DN)),
        message(0x6E, octets(DN), element(0x30, octets(b"cn"), octets(b"Alice"))),
        message(0x73, octets(b"ldap://pbx.example.com/dc=example,dc=com")),
        message(0x77, element(0x80, b"1.3.6.1.4.1.4203.1.11.1"), element(0x81, element(0x30, element(0x80, b"alice")))),
        message(0x61, RESULT, controls=element(0xA0, element(0x30, octets(b"alice"), octets(b"alice")))),
    ],
)
def test_values_go(payload: bytes) -> None:
    new = rewritten(payload)
    assert new != payload
    for planted in PLANTED:
        assert planted not in new, planted


def test_names_have_the_pseudonyms_of_texts() -> None:
    to = rewriting()
    new = ldap.dissect(message(0x4A, b"cn=Alice Doe,ou=users,uid=alice.doe,dc=pbx,dc=example,dc=com"), LDAP, to)
    assert new is not None
    pbx = to.value(Entity.HOST, b"pbx.example.com", "test").replace(b".", b",dc=")
    person, user = to.value(Entity.NAME, b"Alice Doe", "test"), to.value(Entity.USER, b"alice.doe", "test")
    assert new.endswith(b"cn=%b,ou=users,uid=%b,dc=%b" % (person, user, pbx))


def test_classes_and_attributes_stay() -> None:
    new = rewritten(entry(b"objectClass", b"top", b"inetOrgPerson"))
    assert new.endswith(b"\4\3top\4\x0dinetOrgPerson")


def test_filters_end_somewhere() -> None:
    inner = element(0xA3, octets(b"cn"), octets(b"Alice"))
    for _ in range(100):
        inner = element(0xA2, inner)
    assert b"Alice" not in rewritten(search(inner))


def test_messages_follow_one_another() -> None:
    payload = message(0x61, RESULT)
    assert ldap.dissect(payload * 2 + b"\0lice", LDAP, rewriting()) == payload * 2 + bytes(5)
    assert ldap.dissect(b"alice", LDAP, rewriting()) is None


@pytest.mark.parametrize(
    ("payload", "port", "expected"),
    [
        (message(0x61, RESULT), 389, True),
        (message(0x61, RESULT), 5060, False),
        (message(0x61, RESULT)[:-1], 389, False),
        (message(0x62), 389, False),
        (b"\x30\x02\2\0", 389, False),
    ],
)
def test_claims(payload: bytes, port: int, expected: bool) -> None:
    assert ldap.claims(payload, flow(dport=port)) is expected


def test_framing() -> None:
    payload = search(element(0x87, b"cn"))
    assert ldap.STREAM.length(payload + b"more") == len(payload)
    assert ldap.STREAM.begins(payload[:16], LDAP)
    assert not ldap.STREAM.begins(payload[:16], flow())
    assert not ldap.STREAM.begins(message(0x62, bytes(16)), LDAP)
    assert ldap.STREAM.begins(payload[:1], LDAP)
    assert ldap.STREAM.length(b"\x30") == MORE
    assert ldap.STREAM.length(b"\x30\x80" + bytes(8)) == DAMAGED


@pytest.mark.parametrize(
    ("payload", "follows"),
    [
        (message(0x77, element(0x80, b"1.3.6.1.4.1.1466.20037")), "tls"),
        (message(0x78, RESULT, element(0x8A, b"1.3.6.1.4.1.1466.20037")), "tls"),
        (message(0x78, b"\x0a\1\2\4\0\4\0", element(0x8A, b"1.3.6.1.4.1.1466.20037")), ""),
        (message(0x61, RESULT), ""),
        (b"", ""),
    ],
)
def test_what_follows(payload: bytes, follows: str) -> None:
    assert ldap.STREAM.after is not None
    assert ldap.STREAM.after(payload) == follows


@given(st.sampled_from(sorted(ldap._OPERATIONS)), st.binary(max_size=60))
def test_any_operation(tag: int, rest: bytes) -> None:
    rewritten(message(tag, rest))
    rewritten(message(tag, octets(b"x"), element(0x30, element(0x30, rest))))
    rewritten(search(rest))


@given(st.binary(max_size=60))
def test_any_octets(payload: bytes) -> None:
    ldap.claims(payload, LDAP)
    ldap.dissect(payload, LDAP, rewriting())
    ldap.STREAM.begins(payload, LDAP)
    assert ldap.STREAM.length(payload) >= DAMAGED


@pytest.mark.parametrize(
    "text",
    [b"no such user Marla", b"80090308: LdapErr: DSID-0C0903A9, comment: Marla, data 52e, v1db1"],
)
def test_diagnostics_name_nobody(text: bytes) -> None:
    assert b"Marla" not in rewritten(message(0x61, b"\x0a\1\x31\4\0", octets(text)))


def test_codes_of_a_diagnostic_stay() -> None:
    text = b"80090308: LdapErr: DSID-0C0903A9, comment: error, data 52e, v1db1"
    new = rewritten(message(0x61, b"\x0a\1\x31\4\0", octets(text)))
    assert b"80090308: LdapErr: DSID-0C0903A9, " in new
    assert b", data 52e, v1db1" in new


def test_an_odd_part_of_a_name_goes() -> None:
    assert b"Marla" not in rewritten(message(0x4A, b"Marla Vexel=5,dc=example"))
