"""What each action makes of a value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.actions import replacement
from scrubber.model import Action, Entity
from scrubber.pseudonyms import secret, time
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates

MAPS = Surrogates(Key(bytes(range(32))))
VALUES = {
    Entity.IPV4: b"192.0.2.10",
    Entity.IPV6: b"2003::1:5",
    Entity.MAC: b"00:00:5e:00:53:01",
    Entity.NUMBER: b"+15550100123",
    Entity.EXTENSION: b"1001",
    Entity.USER: b"alice",
    Entity.NAME: b"Alice Smith",
    Entity.EMAIL: b"alice@sip.example.com",
    Entity.HOST: b"sip.example.com",
    Entity.CALL_ID: b"a84b4c76@192.0.2.10",
    Entity.TAG: b"1928301774",
    Entity.BRANCH: b"z9hG4bK776asdhds",
    Entity.IDENTIFIER: b"5f2c7a",
    Entity.NONCE: b"dcd98b7102dd2f0e",
    Entity.HASH: b"6629fae49393a053",
    Entity.DEVICE: b"urn:uuid:123e4567-e89b-12d3-a456-426614174000",
    Entity.SECRET: b"opensesame",
    Entity.CARD: b"4111111111111111",
    Entity.DTMF: b"1234",
    Entity.TEXT: b"hello Bob",
    Entity.URL: b"https://alice.example.com/x",
    Entity.LOCATION: b"geo:51.5,-0.12",
    Entity.TIME: b"2025-03-02 18:03:12",
}


def test_every_entity_is_tried() -> None:
    assert set(VALUES) == set(Entity)


@pytest.mark.parametrize("entity", Entity)
def test_simple_actions(entity: Entity) -> None:
    value = VALUES[entity]
    assert replacement(Action.KEEP, entity, value, MAPS) == value
    assert replacement(Action.PSEUDONYM, entity, value, MAPS) == MAPS.of(entity, value)
    blind = b"https://xxxxxxxxxxxxxxxxx/x" if entity is Entity.URL else secret.text(value)
    assert replacement(Action.SUPPRESS, entity, value, MAPS) == blind
    assert replacement(Action.REDACT, entity, value, MAPS) == secret.redacted(entity.encode(), value)


@pytest.mark.parametrize("entity", [entity for entity in Entity if entity is not Entity.TIME])
@pytest.mark.parametrize("action", [action for action in Action if action is not Action.KEEP])
def test_only_keep_lets_a_value_pass(entity: Entity, action: Action) -> None:
    assert replacement(action, entity, VALUES[entity], MAPS) != VALUES[entity]


@pytest.mark.parametrize("entity", Entity)
@pytest.mark.parametrize("action", Action)
def test_nothing_stays_nothing(entity: Entity, action: Action) -> None:
    assert replacement(action, entity, b"", MAPS) == b""


def test_shift() -> None:
    value = VALUES[Entity.TIME]
    assert replacement(Action.SHIFT, Entity.TIME, value, MAPS) == time.shift(value, MAPS.offset)
    assert replacement(Action.SHIFT, Entity.TIME, value, MAPS) != value
    assert replacement(Action.SHIFT, Entity.USER, b"alice", MAPS) == MAPS.user(b"alice")


@pytest.mark.parametrize(
    ("entity", "value", "pattern"),
    [
        (Entity.NUMBER, b"+44 20 7946 0958", rb"\+44 00 0000 0000"),
        (Entity.NUMBER, b"00442079460958", rb"00440000000000"),
        (Entity.NUMBER, b"+15550100123", rb"\+10000000000"),
        (Entity.NUMBER, b"%2B15550100123", rb"%2B10000000000"),
        (Entity.NUMBER, b"020 7946 0958", rb"000 0000 0000"),
        (Entity.NUMBER, b"1-800-ALICE", rb"1-[0-9]{3}-[A-Z]{5}"),
        (Entity.NUMBER, b"911", rb"911"),
        (Entity.EXTENSION, b"1001", rb"0000"),
        (Entity.EXTENSION, b"*97", rb"\*97"),
        (Entity.USER, b"1001", rb"0000"),
        (Entity.USER, b"+442079460958", rb"\+440000000000"),
        (Entity.USER, b"alice", rb"[a-z]{5}"),
        (Entity.IPV4, b"198.51.100.7", rb"24[0-9]\.[0-9]{1,3}\.0\.0"),
        (Entity.IPV4, b"198.51.100.7:5060", rb"24[0-9]\.[0-9]{1,3}\.0\.0:5060"),
        (Entity.IPV4, b"192.168.1.7", rb"192\.168\.0\.0"),
        (Entity.IPV4, b"127.0.0.1", rb"127\.0\.0\.1"),
        (Entity.IPV6, b"2003:1:2:3::9", rb"2001:db8:[0-9a-f]{1,4}::"),
        (Entity.IPV6, b"fe80::1234", rb"fe80::"),
        (Entity.IPV6, b"::ffff:198.51.100.7", rb"::ffff:24[0-9]\.[0-9]{1,3}\.0\.0"),
        (Entity.IPV6, b"::1", rb"::1"),
        (Entity.HOST, b"a.sip.example.com", rb"[a-z][a-z0-9]{2}\.invalid"),
        (Entity.HOST, b"a.sip.example.com:5060", rb"[a-z][a-z0-9]{2}\.invalid:5060"),
        (Entity.HOST, b"198.51.100.7:5060", rb"24[0-9]\.[0-9]{1,3}\.0\.0:5060"),
        (Entity.HOST, b"[2003:1:2:3::9]:5060", rb"\[2001:db8:[0-9a-f]{1,4}::\]:5060"),
        (Entity.HOST, b"2003:1:2:3::9", rb"2001:db8:[0-9a-f]{1,4}::"),
        (Entity.HOST, b"localhost", rb"localhost"),
        (Entity.HOST, b"pbx", rb"[a-z]{3}"),
        (Entity.EMAIL, b"alice@mail.example.com", rb"[a-z]{5}@[a-z][a-z0-9]{2}\.invalid"),
        (Entity.EMAIL, b"alice", rb"[a-z]{5}"),
        (Entity.MAC, b"00:00:5E:00:53:01", rb"(?:[0-9A-F]{2}:){3}00:00:00"),
        (Entity.MAC, b"ff:ff:ff:ff:ff:ff", rb"ff:ff:ff:ff:ff:ff"),
        (Entity.TIME, b"2025-03-02 18:03:12.5", rb"2025-03-02 18:00:00\.0"),
        (Entity.LOCATION, b"geo:51.5,-0.12", rb"geo:00\.0,-0\.00"),
        (Entity.NAME, b"Alice Smith", rb"[A-Z][a-z]{4} [A-Z][a-z]{4}"),
    ],
)
def test_generalize(entity: Entity, value: bytes, pattern: bytes) -> None:
    mapped = replacement(Action.GENERALIZE, entity, value, MAPS)
    assert re.fullmatch(pattern, mapped), mapped


@given(
    st.sampled_from(Action),
    st.sampled_from(Entity),
    st.binary(max_size=60) | st.from_regex(rb"[a-f0-9:.@%+\[\]/-]{0,60}", fullmatch=True),
)
def test_anything_at_all(action: Action, entity: Entity, value: bytes) -> None:
    mapped = replacement(action, entity, value, MAPS)
    assert mapped == replacement(action, entity, value, MAPS)
    assert bool(mapped) == bool(value)


@pytest.mark.parametrize(
    ("value", "blind"),
    [
        (b"/ws", b"/xx"),
        (b"/", b"/"),
        (b"/a/b.php?user=alice&x=1", b"/x/xxxxx?xxxx=xxxxx&x=x"),
        (b"https://pbx.example.com:8089/ws", b"https://xxxxxxxxxxxxxxx:8089/xx"),
        (b"HTTP://h:80", b"HTTP://x:80"),
        (b"/login/alice:4711", b"/xxxxx/xxxxxxxxxx"),
        (b"http://h/alice:4711", b"http://x/xxxxxxxxxx"),
        (b"http://alice:4711@h/x", b"http://xxxxxxxxxxxx/x"),
        (b"alice://h/b c", b"xxxxxx//x/xxx"),
        ("http://müller.example/é".encode(), b"http://xxxxxxxxxxxxxxx/xx"),
        (b"file:///etc/x", b"file:///xxx/x"),
    ],
)
def test_a_suppressed_url_is_still_one(value: bytes, blind: bytes) -> None:
    assert replacement(Action.SUPPRESS, Entity.URL, value, MAPS) == blind
