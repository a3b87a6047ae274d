from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import xml
from tests.grammar.lossless import LINEAR, Named, check, growth, named

ELEMENTS = {b"note": "text", b"name": "name", b"who": "uri", b"person/name": "display", b"state": "", b"at": "location"}
ATTRIBUTES = {b"id": "identifier", b"who": "uri", b"v": "", b"name@id": "tag", b"xmlns": ""}


def parts(data: bytes) -> Named:
    return named(data, xml.parts(data, 0, len(data), ELEMENTS, ATTRIBUTES))


def tokens(data: bytes) -> list[tuple[str, bytes, bytes]]:
    return [(token.kind, data[token.start : token.end], token.name) for token in xml.tokens(data)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a>x</a>", [("start", b"a", b"a"), ("text", b"x", b""), ("end", b"a", b"a")]),
        (b"<p:A b='1'/>", [("start", b"p:A", b"a"), ("attribute", b"1", b"b"), ("end", b"", b"a")]),
        (
            b'<a xmlns:p="u" p:B = "v">',
            [("start", b"a", b"a"), ("attribute", b"u", b"xmlns"), ("attribute", b"v", b"b")],
        ),
        (b"<a b=c d>", [("start", b"a", b"a"), ("attribute", b"c", b"b"), ("junk", b"d", b"")]),
        (b"<!-- c --><![CDATA[<d>]]>", [("comment", b" c ", b""), ("cdata", b"<d>", b"")]),
        (b'<?xml version="1.0"?>', [("declaration", b' version="1.0"', b"")]),
        (b"<?php x ?>", [("instruction", b" x ", b"")]),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>x", [("doctype", b"DOCTYPE a [<!ENTITY b 'c'>", b""), ("text", b"x", b"")]),
        (b"<!DOCTYPE a>x", [("doctype", b"DOCTYPE a", b""), ("text", b"x", b"")]),
        # cut
        (b"<!-- c", [("comment", b" c", b"")]),
        (b"<![CDATA[d", [("cdata", b"d", b"")]),
        (b"<?xml v", [("declaration", b" v", b"")]),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>", [("doctype", b"DOCTYPE a [<!ENTITY b 'c'>", b"")]),
        (b'<a b="c', [("start", b"a", b"a"), ("attribute", b"c", b"b")]),
        (b"<a b=", [("start", b"a", b"a"), ("attribute", b"", b"b")]),
        (b"<a b", [("start", b"a", b"a"), ("junk", b"b", b"")]),
        (b"<a", [("start", b"a", b"a")]),
        (b"</a", [("end", b"a", b"a")]),
        # wrong
        (b"a < b", [("text", b"a < b", b"")]),
        (b"<", [("text", b"<", b"")]),
        (b"<>", [("text", b"<>", b"")]),
        (b"Bob <sip:bob@example.com> x", [("text", b"Bob <sip:bob@example.com> x", b"")]),
        (b"<bob@example.com>", [("text", b"<bob@example.com>", b"")]),
        (b"<+15550100>", [("text", b"<+15550100>", b"")]),
        (b'<a b="c<d>', [("start", b"a", b"a"), ("junk", b"c", b"b"), ("start", b"d", b"d")]),
        (b"<a 'x' \"\">", [("start", b"a", b"a"), ("junk", b"x", b""), ("junk", b">", b"")]),
        (b"</a Alice>", [("end", b"a", b"a"), ("junk", b" Alice", b"")]),
        (b"<a<b>", [("start", b"a", b"a"), ("start", b"b", b"b")]),
    ],
)
def test_tokens(data: bytes, expected: list[tuple[str, bytes, bytes]]) -> None:
    assert tokens(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', []),
        (b"<?xml Alice?>", []),
        (b"<?xml (Alice)?>", [(b"(Alice)", "free")]),
        (b"<note> Alice is out </note>", [(b"Alice is out", "text")]),
        (b"<x:note>Alice</x:note>", [(b"Alice", "text")]),
        (b"<NOTE>Alice</NOTE>", [(b"Alice", "text")]),
        (b"<note><b>Alice</b></note><b>Bob</b>", [(b"Alice", "text"), (b"Bob", "free")]),
        (b"<name>Alice</name><person><name>Bob</name></person>", [(b"Alice", "name"), (b"Bob", "display")]),
        (b"<other>Alice</other>", [(b"Alice", "free")]),
        (b"Alice", [(b"Alice", "free")]),
        (b"<note>a</note>b</note>c", [(b"a", "text"), (b"b", "free"), (b"c", "free")]),
        (b"<note><x>a</note>b", [(b"a", "text"), (b"b", "free")]),
        (b"<note/>b", [(b"b", "free")]),
        (b"<state>open</state><state>Alice Smith</state>", [(b"Alice Smith", "free")]),
        (b"<state><x>Alice</x></state>", [(b"Alice", "free")]),
        (b"<note><![CDATA[A & B]]></note>", [(b"A & B", "text")]),
        (b"<name><![CDATA[A & B]]></name>", [(b"A & B", "name")]),
        (b"<!-- by Alice --><?x Alice?>", [(b"by Alice", "text"), (b"Alice", "free")]),
        (b"<!DOCTYPE a [<!ENTITY b 'Alice'>]>", [(b"DOCTYPE a [<!ENTITY b 'Alice'>", "text")]),
        # attributes
        (b'<a id="1" v="2.0" o="Alice"/>', [(b"1", "identifier"), (b"Alice", "free")]),
        (b'<name id="1"/>', [(b"1", "tag")]),
        (b'<a v="Alice Smith"/>', [(b"Alice Smith", "free")]),
        (b'<a xmlns:x="urn:ietf:params:xml:ns:pidf"/>', []),
        (b"<a Alice>", [(b"Alice", "unknown")]),
        # values with a grammar
        (b'<a who="sip:alice@example.com"/>', [(b"alice", "user"), (b"example.com", "host")]),
        (b"<who> tel:+15550100 </who>", [(b"+15550100", "number")]),
        (b"<who>alice</who>", [(b"alice", "user")]),
        (b"<who>Bob &lt;sip:bob@example.com&gt;</who>", [(b"Bob &lt;sip:bob@example.com&gt;", "nested")]),
        (b"<who>Bob <sip:bob@example.com></who>", [(b"Bob <sip:bob@example.com>", "free")]),
        (b"<at>-43.5723 153.2176</at>", [(b"-43.5723", "location"), (b"153.2176", "location")]),
        (b"<at>at the sea</at>", [(b"at the sea", "text")]),
        # references
        (b"<name>O&apos;Brien</name>", [(b"O", "name"), (b"Brien", "name")]),
        (b"<name>&quot;Bob&quot;</name>", [(b"Bob", "name")]),
        (b"<name>&#66;ob</name>", [(b"&#66;ob", "text")]),
        (b"<name>&#x42;&amp;ob</name>", [(b"&#x42;&amp;ob", "text")]),
        (b"<name>A & B</name>", [(b"A & B", "text")]),
        (b"<note>A &amp; B</note>", [(b"A &amp; B", "text")]),
        (b"<other>A &amp; B</other>", [(b"A &amp; B", "nested")]),
        (b'<a who="sip:a@example.com?x=1&amp;y=2"/>', [(b"sip:a@example.com?x=1&amp;y=2", "nested")]),
    ],
)
def test_parts(data: bytes, expected: Named) -> None:
    assert parts(data) == expected


def test_defaults_for_what_is_in_no_table() -> None:
    data = b'<a o="Alice">Bob<state>open</state></a>'
    found = xml.parts(data, 0, len(data), ELEMENTS, ATTRIBUTES, default="text", attribute_default="unknown")
    assert named(data, found) == [(b"Alice", "unknown"), (b"Bob", "text")]


LIKE_XML = st.lists(
    st.sampled_from(
        [
            b"<",
            b">",
            b"/",
            b"</",
            b"/>",
            b"<note",
            b"<who>",
            b"</note>",
            b"<!--",
            b"-->",
            b"<![CDATA[",
            b"]]>",
            b"<?",
            b"?>",
            b"<!DOCTYPE",
            b"[",
            b"]",
            b" id=",
            b'"',
            b"'",
            b"=",
            b" ",
            b"\n",
            b"&amp;",
            b"&#65;",
            b"&",
            b"x",
            b":",
            b"sip:a@b",
            b"\x00",
            b"\xff",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(LIKE_XML | st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    check(xml.parts(data, 0, len(data), ELEMENTS, ATTRIBUTES), 0, len(data))


@given(LIKE_XML, st.integers(0, 60), st.integers(0, 60))
def test_any_range(data: bytes, start: int, length: int) -> None:
    start = min(start, len(data))
    end = min(start + length, len(data))
    inside = [
        (token.kind, token.start - start, token.end - start, token.name) for token in xml.tokens(data, start, end)
    ]
    assert inside == [tuple(token) for token in xml.tokens(data[start:end])]
    check(xml.parts(data, start, end, ELEMENTS, ATTRIBUTES), start, end)


@given(LIKE_XML)
def test_tokens_are_in_order(data: bytes) -> None:
    position = 0
    for token in xml.tokens(data):
        assert position <= token.start <= token.end <= len(data)
        position = token.end


HOSTILE = [b"<", b"<a", b"<a>", b"</a>", b"<a/>", b"<!--", b"<![CDATA[", b"<?", b"<!", b"<!DOCTYPE [", b"]", b"] "]
HOSTILE += [
    b"<a b=",
    b'<a b="',
    b'"',
    b"a ",
    b"a=",
    b" ",
    b"/",
    b"&",
    b"&amp;",
    b"<sip:a",
    b"<a><b></c>",
    b"<a b='",
    b"=",
    b"<a:",
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("head", [b"", b"<note>", b"<a ", b'<a b="', b"<!DOCTYPE a ["])
def test_time_is_linear(head: bytes, unit: bytes) -> None:
    assert growth(lambda data: xml.parts(head + data, 0, len(head + data), ELEMENTS, ATTRIBUTES), unit, 1000) < LINEAR
