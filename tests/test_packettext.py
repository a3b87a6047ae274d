"""Texts that show packets: dumps rewritten with what they show, trees by what their headings say."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.engine import Engine, Learner
from scrubber.formats.packets import FORMAT
from scrubber.packettext import PacketText, _frame
from scrubber.readings.hexdump import dumps
from tests.passes import KEY, rule_set
from tests.readings.test_hexdump import canonical, tcpdump, tshark

MESSAGE = (
    b"REGISTER sip:mossgruppe.at SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.23:5060;branch=z9hG4bK776asdhds\r\n"
    b'From: "Carla Moss" <sip:cmoss@mossgruppe.at>;tag=5f6e7d8c\r\nTo: <sip:cmoss@mossgruppe.at>\r\n'
    b"Call-ID: a84b4c76e66710\r\nCSeq: 7 REGISTER\r\nX-Customer: Acme Widgets\r\nContent-Length: 0\r\n\r\n"
)
PLANTED = (b"mossgruppe", b"198.51.100.23", b"776asdhds", b"Carla", b"cmoss", b"5f6e7d8c", b"a84b4c76e66710", b"Acme")
SOURCE, TARGET = bytes((198, 51, 100, 23)), bytes((203, 0, 113, 9))


def packet(payload: bytes) -> bytes:
    datagram = struct.pack("!4H", 5060, 5060, 8 + len(payload), 0) + payload
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 7, 0x4000, 64, 17, 0) + SOURCE + TARGET
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return header[:10] + struct.pack("!H", 0xFFFF - (total & 0xFFFF) - (total >> 16)) + header[12:] + datagram


ETHERNET = bytes.fromhex("00005e00532a00005e0053af0800")
LIKE_A_PACKET = bytes.fromhex("45000300532a00005e0053af0800")
"""A header of Ethernet whose hardware address begins like a packet of IP."""
COOKED = bytes.fromhex("0000000100060000" + "5e0053af0000" + "0800")


def cleaned(text: bytes) -> bytes:
    kind = PacketText(FORMAT)
    learner = Learner(rule_set())
    kind.learn(iter((text,)), learner)
    rewriter = Engine(rule_set(), KEY, learner.lexicon).rewriter(FORMAT)
    return b"".join(kind.rewrite(iter((text,)), rewriter))


def test_links_are_told_apart() -> None:
    arp = bytes.fromhex("45000300532a00005e0053af0806") + bytes(28)
    from_tag = packet(MESSAGE).replace(SOURCE, b"\x81\x00\x00\x01")
    shown = (packet(MESSAGE), ETHERNET + packet(MESSAGE), COOKED + packet(MESSAGE), LIKE_A_PACKET + packet(MESSAGE))
    frames = [_frame(octets) for octets in (*shown, arp, from_tag, from_tag[:300], b"hello", b"")]
    assert [frame and frame.link for frame in frames] == [101, 1, 113, 1, 1, 101, 1, None, None]


@pytest.mark.parametrize("layout", [tshark, tcpdump, canonical])
@pytest.mark.parametrize("header", [b"", ETHERNET, LIKE_A_PACKET, COOKED])
def test_a_dump_shows_the_packet_rewritten(layout: Callable[[bytes], bytes], header: bytes) -> None:
    text = b"12:00:00 IP packet\n" + layout(header + packet(MESSAGE)) + b"\n\nend\n"
    new = cleaned(text)
    (dump,) = dumps(new.split(b"\n"))
    assert [value for value in (*PLANTED, SOURCE, TARGET) if value in dump.octets or value in new] == []
    inner = dump.octets[len(header) :]
    assert int.from_bytes(inner[2:4], "big") == len(inner)
    assert inner[28:].startswith(b"REGISTER sip:")
    assert b"\r\nCSeq: 7 REGISTER\r\n" in inner
    assert new.endswith(b"\n\nend\n")


def test_a_payload_without_headers_is_read_as_what_it_says() -> None:
    (dump,) = dumps(cleaned(tshark(MESSAGE)).split(b"\n"))
    assert dump.octets.startswith(b"REGISTER sip:")
    assert [value for value in PLANTED if value in dump.octets] == []


def test_what_nobody_understands_is_blanked() -> None:
    (dump,) = dumps(cleaned(tshark(b"\x01\x02carla\x00moss and more\xff" * 3)).split(b"\n"))
    assert set(dump.octets) == {0}


TREE = b"""Frame 1: 367 bytes on wire (2936 bits), 367 bytes captured (2936 bits)
Session Initiation Protocol (REGISTER)
    Message Header
        X-Customer: Acme Widgets
        Call-ID: a84b4c76e66710
            CNonce Value: "19ea7f1dc41cdd5f"
        CSeq: 7 REGISTER
Hypertext Transfer Protocol
    X-Api-Customer: Acme Widgets\\r\\n
eXtensible Markup Language
    <name>
        Zofia Wrona
    </name>
Line-based text data: text/plain (1 lines)
    geheim77
Syslog message: LOCAL0.NOTICE: Nov 21 17:46:48 doehost prog: hello
User Datagram Protocol, Src Port: 5060, Dst Port: 5060
    Source Port: 5060
"""


def test_a_tree_is_read_by_its_headings() -> None:
    new = cleaned(TREE)
    for value in (b"Acme", b"a84b4c76e66710", b"19ea7f1d", b"Zofia", b"Wrona", b"geheim77", b"doehost"):
        assert value not in new
    for kept in (b"CSeq: 7 REGISTER", b"367 bytes on wire", b"Src Port: 5060", b"eXtensible Markup Language"):
        assert kept in new
    assert new.count(b"\n") == TREE.count(b"\n")


def test_what_is_exposed() -> None:
    kind = PacketText(FORMAT)
    assert list(kind.exposed(iter((tshark(packet(MESSAGE)),)), rule_set()))
    assert kind.name == "packets"


@settings(max_examples=30)
@given(st.lists(st.sampled_from([tshark(packet(MESSAGE)), TREE, b"0000  41", b"", b"x: y", b"\xff"]), max_size=4))
def test_learning_changes_nothing_and_any_text_may_come(pieces: list[bytes]) -> None:
    text = b"\n".join(pieces)
    assert cleaned(text).count(b"CSeq: 7 REGISTER") == text.count(b"CSeq: 7 REGISTER")
