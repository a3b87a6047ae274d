from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import xml_vocabulary
from scrubber.grammar.params import KEEP
from scrubber.grammar.xml_values import value_parts
from tests.grammar.lossless import LINEAR, Named, check, growth, named

KINDS = sorted({*xml_vocabulary.ELEMENTS.values(), *xml_vocabulary.ATTRIBUTES.values(), "free", "unknown", "key"})
PARTS = frozenset(
    "user password host display name number extension email tag branch call-id identifier nonce hash secret key device "
    "mac realm url text location dtmf time free unknown base64-pair passport hex-data "
    "nested".split()
)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (b" Alice ", "name", [(b"Alice", "name")]),
        (b" \n", "name", []),
        (b"\\", "identifier", []),
        (b"?!", "text", []),
        (b"*#", "dtmf", [(b"*#", "dtmf")]),
        (b"active", KEEP, []),
        (b"urn:ietf:params:xml:ns:pidf", KEEP, []),
        (b"Alice Smith", KEEP, [(b"Alice Smith", "free")]),
        (b"a&amp;b", KEEP, [(b"a&amp;b", "nested")]),
        (b"abc@192.0.2.1", "call-id", [(b"abc", "call-id"), (b"192.0.2.1", "host")]),
        (b"a&amp;bc@192.0.2.1", "call-id", [(b"a", "call-id"), (b"bc", "call-id"), (b"192.0.2.1", "host")]),
        (b"abc@example.com", "content-id", [(b"abc", "identifier"), (b"example.com", "host")]),
        (b"ab30;remote=4775", "session-id", [(b"ab30", "identifier"), (b"4775", "identifier")]),
        (b'"<urn:uuid:f81d4fae>"', "instance", [(b"f81d4fae", "device")]),
        (b'"&lt;urn:uuid:f81d4fae&gt;"', "instance", [(b"f81d4fae", "device")]),
        (b"1.5E3", "location", [(b"1.5E3", "location")]),
        (b"pres:alice@example.com", "uri", [(b"alice", "user"), (b"example.com", "host")]),
        (b"alice@example.com", "uri", [(b"alice", "user"), (b"example.com", "host")]),
        (b"1001", "uri", [(b"1001", "user")]),
        (b"alice smith", "uri", [(b"alice smith", "free")]),
    ],
)
def test_value(value: bytes, kind: str, expected: Named) -> None:
    assert named(value, value_parts(value, 0, len(value), kind)) == expected


WORDS = st.sampled_from(
    [b"&", b"amp;", b"&lt;", b"&#65;", b"sip:", b"@", b"a", b"1", b".", b" ", b"<", b";", b"=", b"\x00", b"\xff"]
)


@given(st.binary(max_size=60) | st.lists(WORDS, max_size=20).map(b"".join), st.sampled_from(KINDS), st.booleans())
def test_any_bytes(value: bytes, kind: str, escaped: bool) -> None:
    parts = value_parts(value, 0, len(value), kind, escaped=escaped)
    check(parts, 0, len(value))
    assert {part.name for part in parts} <= PARTS


@pytest.mark.parametrize("unit", [b"&", b"&amp;", b"&amp", b"a", b"1 ", b"1e", b"sip:", b"@", b";", b"<"])
@pytest.mark.parametrize("kind", KINDS)
def test_time_is_linear(kind: str, unit: bytes) -> None:
    assert growth(lambda value: value_parts(value, 0, len(value), kind), unit, 1000) < LINEAR
