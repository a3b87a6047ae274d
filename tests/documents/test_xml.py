from __future__ import annotations

from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import xml
from tests.documents.read import cells, held, sample, scrubbed, taught
from tests.passes import DOUBLING, doubling


def tree(data: bytes) -> list[tuple[str, ...]]:
    """Elements and the names of their attributes as expat sees them, in order."""
    found: list[tuple[str, ...]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, *attributes))
    parser.EndElementHandler = lambda name: found.append(("/" + name,))
    parser.Parse(data, True)
    return found


def test_an_account_keeps_its_elements() -> None:
    before = sample("account.xml")
    after = scrubbed(before, "xml")
    assert held(after) == []
    assert tree(after) == tree(before)
    assert b"<PASSWORD><![CDATA[REDACTED]]></PASSWORD>" in after
    assert b'name="voicemailNumber"' in after
    assert b"<expires>600</expires>" in after
    assert b"&quot;password&quot;:&quot;REDACTED&quot;" in after


@pytest.mark.parametrize(
    "data",
    [
        b'<param name="SIPPassword" value="Xk29fj"/>',
        b"<Struct><Name>Device.X.AuthPassword</Name><Value>Xk29fj</Value></Struct>",
        b"<Entry><Name>Xk29fj Blume</Name><Telephone>5550199</Telephone></Entry>",
        b"<a><!-- Xk29fj --><![CDATA[Xk29fj]]></a>",
        b"<!-- <param name='password' value='Xk29fj'/> -->",
        b'<!DOCTYPE a [<!ENTITY e "Xk29fj">]><a>&e;</a>',
        b"<a>Xk29fj",
        b"Xk29fj",
        b"<a b='x>Xk29fj'/>",
        b"<a Xk29fj>x</a>",
        b"<?Xk29fj Xk29fj?>",
        b"<a><![CDATA[Xk29fj",
        b"<!-- Xk29fj",
        b"<a>&#88;k29fj</a>",
        b"<a>{&quot;pw&quot;:&quot;Xk29fj&quot;}</a>",
        b"<a>&lt;b&gt;Xk29fj&lt;/b&gt;</a>",
        b"<a><port>5060</port>Xk29fj</a>",
    ],
)
def test_nothing_is_left(data: bytes) -> None:
    new = xml.walk(data, cells())
    assert b"k29fj" not in new
    assert new.count(b"<") == data.count(b"<") - data.count(b"<!ENTITY")


def test_entities_are_neither_expanded_nor_left() -> None:
    new = xml.walk(b'<!DOCTYPE a [<!ENTITY e "Xk29fj">]>\n<a b="&e;">&e; &amp; &#65;</a>', cells())
    assert tree(new) == [("a", "b"), ("/a",)]
    assert b"Xk29fj" not in new


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Menu>\n  <Item/>\n</Menu>\n',
        b"<codec enabled='true'>PCMU</codec>",
        b"<settings><port>5060</port><expires>3600</expires></settings>",
        b"<x:a xmlns:x='urn:ietf:params:xml:ns:pidf'/>",
        b"",
    ],
)
def test_structure_and_tokens_stay(data: bytes) -> None:
    assert xml.walk(data, cells()) == data


def test_messages_in_a_scenario_are_read_as_messages() -> None:
    data = (
        b"<scenario><send><![CDATA[\n  INVITE sip:4021@pbx.example.com SIP/2.0\n  Call-ID: a84b4c76e66710\n"
        b"  CSeq: 1 INVITE\n\n]]></send></scenario>"
    )
    new = xml.walk(data, cells())
    assert b"CSeq: 1 INVITE" in new
    assert b"4021" not in new
    assert b"a84b4c76e66710" not in new


@pytest.mark.parametrize("size", [1, 5, 64, 1 << 20])
def test_chunks_do_not_matter(size: int) -> None:
    data = sample("account.xml")
    assert scrubbed(data, "xml", size) == scrubbed(data, "xml")


@given(st.binary(max_size=300), st.sampled_from([b"", b"<", b"<a b='", b"<![CDATA[", b"<!DOCTYPE a [", b"<!--"]))
def test_any_octets(data: bytes, head: bytes) -> None:
    xml.walk(head + data, cells())
    assert xml.walk(head + data, taught()) == head + data


@pytest.mark.parametrize(
    "unit", [b"<a b='c'>d</a>", b"<", b"<!--", b"<!A[", b"<![CDATA[", b"<a b='", b"<?", b"]]>", b"<a "]
)
def test_time_is_linear(unit: bytes) -> None:
    read = cells()
    assert doubling(lambda data: xml.walk(data, read), unit, 1 << 13) <= DOUBLING
