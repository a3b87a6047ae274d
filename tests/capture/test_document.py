from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import document
from tests.capture.wire import learning, rewriting
from tests.passes import DOUBLING, doubling

DOCUMENTS = (
    b'<param name="SIPPassword" value="Xk29fj-aa"/>',
    b"<P34>Xk29fj-aa</P34>",
    b"<Struct><Name>Device.X.AuthPassword</Name><Value>Xk29fj-aa</Value></Struct>",
    b"<Entry><Name>Wanda Blume</Name><Telephone>5550199</Telephone></Entry>",
    b"<a><!-- Xk29fj-aa --><![CDATA[Wanda Blume]]></a>",
    b"<Prompt>Wanda calls Blume</Prompt>",
    b"<cfg p='Wanda &amp; Blume'/>",
    b"P34=Xk29fj-aa\r\nP270 = Wanda\r\n",
    b"account.1.label = Wanda Blume\naccount.1.password = Xk29fj-aa\n",
    b"# by Wanda Blume\n[Wanda]\nset wifi Xk29fj-aa\n",
    b'{"login":"wanda","passwd":"Xk29fj-aa"}',
    b'{"x":"Wanda Blume","list":["blume",5550199],"wanda 5550199":"-","CALLERID(name)":"Wanda"}',
    b'["wanda",{"":"Blume","lat":52.5550199}]',
    b"phone_book.1.name = Wanda Blume\nWanda: +49 30 5550199\nwanda55 = 1\n",
    b"<?wanda blume?><line5550199 n5550199='Wanda'/>",
    b"Dear Wanda, the word is Xk29fj-aa",
    b"\x1f\x8b\x08Wanda",
    b"W\0a\0n\0d\0a\0",
)
PLANTED = (b"wanda", b"blume", b"xk29fj", b"5550199")


@pytest.mark.parametrize("data", DOCUMENTS)
def test_nothing_of_a_document_is_left(data: bytes) -> None:
    new = document.document(data, rewriting())
    assert new != data
    assert not [value for value in PLANTED if value in new.lower()]


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Menu>\n  <Item/>\n</Menu>\n',
        b"<codec enabled='true'>PCMU</codec>",
        b"P78 = 0\nvlan.enable=1\n",
        b"<port>100</port>",
        b"",
        b"\n\n",
    ],
)
def test_structure_and_tokens_stay(data: bytes) -> None:
    assert document.document(data, rewriting()) == data


def test_a_label_decides_what_a_value_is() -> None:
    new = document.document(b"mac = 00:00:5e:00:53:01\nproxy_server = pbx.example.com:5060\n", rewriting())
    assert new.startswith(b"mac = ")
    assert new.endswith(b".invalid:5060\n")
    assert b"00:00:5e" not in new


def test_binary_keeps_its_length() -> None:
    assert document.document(b"\x1f\x8b\x08Wanda", rewriting()) == bytes(8)


@pytest.mark.parametrize("data", DOCUMENTS)
def test_learning_changes_nothing(data: bytes) -> None:
    assert document.document(data, learning()[0]) == data


@given(st.binary(max_size=300), st.sampled_from([b"", b"<", b"<a b='", b"k = ", b"{"]))
def test_any_octets(data: bytes, head: bytes) -> None:
    document.document(head + data, rewriting())
    assert document.document(head + data, learning()[0]) == head + data


@pytest.mark.parametrize("unit", [b"<a b='c'>d</a>", b"<", b"k = v\n", b"<!--", b"[", b"k ="])
def test_time_is_linear(unit: bytes) -> None:
    to = rewriting()
    assert doubling(lambda data: document.document(data, to), unit, 1 << 13) <= DOUBLING


@pytest.mark.parametrize(
    "data",
    [
        b"<alice.doe alicedoe='1'>1</alice.doe>",
        b"alice.doe = 1\nlist.alice.doe = 1\n",
        b'{"alice.doe":{"alicedoe":1}}',
        b"<?alice.doe?><?xml version='1.0'?>",
    ],
)
def test_a_label_that_is_somebody_goes(data: bytes) -> None:
    new = document.document(data, rewriting())
    assert b"alice" not in new
    assert new.count(b"<") == data.count(b"<")
    assert document.document(data, learning()[0]) == data


@pytest.mark.parametrize(
    "data",
    [
        b"linekey.1.type = 1\nstatic.network.vpn_enable = 0\nP270 = 1\nenable = 1\n",
        b"<gs_provision version='1'><P2>1</P2></gs_provision>",
        b'{"enabled":true,"port":5060,"codecs":["PCMU"],"sdp":"v=0\\r\\nm=audio 9 RTP/AVP 0\\r\\n"}',
        b"<?xml-stylesheet type='text/xsl'?>",
    ],
)
def test_labels_stay(data: bytes) -> None:
    assert re.findall(rb"[A-Za-z_]{5,}", document.document(data, rewriting())) == re.findall(rb"[A-Za-z_]{5,}", data)


def test_statistics_in_json() -> None:
    data = b'{"MOS":4382,"TOTAL_PK":1512,"ext":4382}'
    new = document.notation(data, rewriting(), counts=6)
    assert new.startswith(b'{"MOS":4382,"TOTAL_PK":1512,"ext":')
    assert new != data
