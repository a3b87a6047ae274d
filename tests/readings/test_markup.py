"""Attribute values and text of XML and HTML lines are scrubbed decoded and written back encoded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.markup import looks_like_markup, scrub_markup
from tests.passes import DOUBLING, doubling


def named(text: bytes) -> list[tuple[bytes, bytes]]:
    """What ``value`` is asked for, in order."""
    asked: list[tuple[bytes, bytes]] = []

    def value(name: bytes, decoded: bytes) -> bytes:
        asked.append((name, decoded))
        return decoded

    assert scrub_markup(text, value) == text
    return asked


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (b'<user name="Alice"/>', True),
        (b"   <a>b</a>  ", True),
        (b"<sip:alice@example.com>", False),
        (b"<presence entity='x'>", True),
        (b'<?xml version="1.0"?>', True),
        (b"<!-- a -->", True),
        (b"<!DOCTYPE html>", True),
        (b"</a>", True),
        (b"<ns:a b='c'>", True),
        (b"<unknown>", True),
        (b"<--- SIP read from UDP --->", False),
        (b"<1001>", False),
        (b"text <a>", False),
        (b"<a", False),
        (b"", False),
    ],
)
def test_what_looks_like_markup(text: bytes, claim: bool) -> None:
    assert looks_like_markup(text) is claim


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (b"<user id=\"alice\" pin='1234'/>", [(b"userid", b"alice"), (b"pin", b"1234")]),
        (b"<phone>5550100</phone>", [(b"phone", b"5550100")]),
        (b"<a:note>x</a:note>", [(b"note", b"x")]),
        (b'<param name="vm-password" value="1234"/>', [(b"", b"vm-password"), (b"vm-password", b"1234")]),
        (b'<item id="7" value="x"/>', [(b"id", b"7"), (b"value", b"x")]),
        (b'<a b="c">d</a>', [(b"b", b"c"), (b"a", b"d")]),
        (b'<a b="&quot;c&quot; &amp; d">e</a>', [(b"b", b'"c" & d'), (b"a", b"e")]),
        (b'<a b=""> </a>', []),
        (b'<item name="Alice"/>', [(b"", b"Alice")]),
        (b"<name>Alice</name>", [(b"displayname", b"Alice")]),
        (b"</a>", []),
        (b"<a>open", [(b"a", b"open")]),
        (b'<proto name="udp" showname="User Datagram Protocol">', [(b"", b"udp"), (b"", b"User Datagram Protocol")]),
        (b'<span class="beige">[C-0000001a] x</span>', [(b"", b"beige"), (b"", b"[C-0000001a] x")]),
    ],
)
def test_values_are_asked_for_by_name(text: bytes, asked: list[tuple[bytes, bytes]]) -> None:
    assert named(text) == asked


def test_new_values_are_encoded_as_the_old_ones() -> None:
    new = scrub_markup(b'<a b="x &amp; y">z</a>', lambda name, decoded: b'"<&>"')
    assert new == b'<a b="&quot;&lt;&amp;&gt;&quot;">&quot;&lt;&amp;&gt;&quot;</a>' or b"<&>" not in new
    assert new.startswith(b'<a b="')
    assert new.endswith(b"</a>")


def test_octets_of_packet_details_become_zeros() -> None:
    text = b'    <field name="sip.Call-ID" showname="Call-ID: x1" size="4" show="x1" value="6162"/>'
    new = scrub_markup(text, lambda name, decoded: decoded)
    assert new == text.replace(b"6162", b"0000")


@given(
    st.lists(st.sampled_from([b"<", b">", b"a", b"=", b'"', b"'", b"&amp;", b"&", b" ", b"</a>", b"\xff", b"<a b="]))
)
def test_nothing_changes_when_no_value_changes(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    assert scrub_markup(text, lambda name, decoded: decoded) == text


@pytest.mark.parametrize("start", [b"", b"<a ", b"<field "])
@pytest.mark.parametrize("unit", b'< > a=" a=\'b\' &amp; <a> = a: <a\tb="c">d</a> \t'.split(b" "))
def test_hostile_lines_take_linear_time(start: bytes, unit: bytes) -> None:
    assert doubling(lambda text: scrub_markup(start + text, lambda name, decoded: decoded), unit) <= DOUBLING
    assert doubling(lambda text: looks_like_markup(start + text), unit) <= DOUBLING
