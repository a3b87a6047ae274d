"""Names and values of a directory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import directory
from scrubber.model import Entity
from tests.capture.wire import learning, rewriting


@pytest.mark.parametrize(
    ("name", "entity", "value"),
    [
        (b"cn=Alice Doe,dc=example,dc=com", Entity.NAME, b"Alice Doe"),
        (b"CN=Alice Doe,OU=users,DC=example,DC=com", Entity.NAME, b"Alice Doe"),
        (b"uid=alice.doe+cn=Alice,dc=example,dc=com", Entity.USER, b"alice.doe"),
        (b"mail=alice@example.com", Entity.EMAIL, b"alice@example.com"),
        (b"telephoneNumber=+15550100123", Entity.NUMBER, b"+15550100123"),
        (b"alice.doe", Entity.USER, b"alice.doe"),
        (b"ACME\\alice.doe", Entity.USER, b"alice.doe"),
        (b"alice.doe@example.com", Entity.EMAIL, b"alice.doe@example.com"),
    ],
)
def test_names_hold_the_pseudonyms_of_texts(name: bytes, entity: Entity, value: bytes) -> None:
    to = rewriting()
    new = directory.distinguished_name(name, to)
    assert to.value(entity, value, "test") in new
    for planted in (b"lice", b"Doe", b"example", b"ACME", b"5550100123"):
        assert planted not in new


def test_domain_components_make_a_host() -> None:
    to = rewriting()
    new = directory.distinguished_name(b"ou=users,dc=pbx,dc=example,dc=com", to)
    host = to.value(Entity.HOST, b"pbx.example.com", "test")
    assert new == b"ou=users,dc=" + host.replace(b".", b",dc=")


def test_escaped_commas_end_nothing() -> None:
    new = directory.distinguished_name(b"cn=Doe\\, Alice,dc=example,dc=com", rewriting())
    assert b"Doe" not in new
    assert new.count(b"=") == 3


@pytest.mark.parametrize(
    ("attribute", "value", "stays"),
    [
        (b"objectClass", b"inetOrgPerson", True),
        (b"supportedControl", b"1.2.840.113556.1.4.319", True),
        (b"supportedSASLMechanisms", b"GSSAPI", True),
        (b"supportedLDAPVersion", b"3", True),
        (b"userAccountControl", b"66048", True),
        (b"userAccountControl", b"alice", False),
        (b"objectClass", b"alice doe", False),
        (b"cn;lang-en", b"Alice Doe", False),
        (b"TELEPHONENUMBER", b"+15550100123", False),
        (b"userPassword", b"hunter22", False),
        (b"userPassword", b"\xff\0", False),
        (b"memberOf", b"cn=Alice,dc=example,dc=com", False),
        (b"anything", b"alice", False),
    ],
)
def test_values(attribute: bytes, value: bytes, stays: bool) -> None:
    assert (directory.value_of(attribute, value, rewriting()) == value) is stays
    assert directory.value_of(attribute, value, learning()[0]) == value


@pytest.mark.parametrize(
    ("read", "value", "stays"),
    [
        (directory.description, b"telephoneNumber;lang-en", True),
        (directory.description, b"1.2.840.113556.1.4.803", True),
        (directory.description, b"*", True),
        (directory.description, b"alice doe", False),
        (directory.object_identifier, b"1.3.6.1", True),
        (directory.object_identifier, b"alice", False),
        (directory.mechanism, b"PLAIN", True),
        (directory.mechanism, b"alice", False),
        (directory.diagnostic, b"invalid credentials", True),
        (directory.diagnostic, b"\0\1", False),
        (directory.referral, b"ldap://pbx.example.com/", False),
        (directory.password, b"", True),
        (directory.password, b"hunter22", False),
    ],
)
def test_kinds(read: directory._Value, value: bytes, stays: bool) -> None:
    assert (read(value, rewriting()) == value) is stays


@given(st.binary(max_size=60), st.sampled_from(sorted(directory._VALUES)))
def test_any_octets(value: bytes, attribute: bytes) -> None:
    assert directory.distinguished_name(value, learning()[0]) == value
    assert directory.value_of(attribute, value, learning()[0]) == value
    directory.distinguished_name(value, rewriting())
    directory.value_of(attribute, value, rewriting())


@given(st.text("cndou=,+\\ a", max_size=40))
def test_any_name(value: str) -> None:
    assert directory.distinguished_name(value.encode(), learning()[0]) == value.encode()
    directory.distinguished_name(value.encode(), rewriting())


def test_diagnostics() -> None:
    assert directory.diagnostic(b"Invalid credentials", rewriting()) == b"Invalid credentials"
    assert b"marla" not in directory.diagnostic(b"no such user marla", rewriting())
