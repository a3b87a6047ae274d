"""Syslog: the priority stays, hosts and texts are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import syslog
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

SYSLOG = flow(dport=514)
INVITE = (
    b"INVITE sip:alice.doe@pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKabc\r\n"
    b'From: "Alice Doe" <sip:alice.doe@pbx.example.com>;tag=a1b2c3\r\nContent-Length: 0\r\n\r\n'
)


@pytest.mark.parametrize(
    ("payload", "head", "host"),
    [
        (b"<34>Oct 11 22:14:15 zebra9 su: failed for alice.doe", b"<34>Oct 11 22:14:15 ", b"zebra9"),
        (b"<34>1 2026-10-11T22:14:15.003Z zebra9.corp sip 12 ID47 - alice.doe", b"<34>1 2026-10-11T22:14:15.003Z ",
         b"zebra9.corp"),
        (b"<134>Oct 11 22:14:15 198.51.100.7 alice.doe registered", b"<134>Oct 11 22:14:15 ", b"198.51.100.7"),
        (b"<134>" + INVITE, b"<134>INVITE sip:", None),
        (b"<134>alice.doe registered", b"<134>", None),
        (b"<189>123: zebra9: *Mar  1 18:46:11: %SYS-5-CONFIG_I: by alice.doe", b"<189>123: ", b"zebra9"),
        (b"<189>Oct 11 2026 22:14:15.123 UTC zebra9 gw: alice.doe", b"<189>Oct 11 2026 22:14:15.123 UTC ", b"zebra9"),
        (b"<34>Oct 11 22:14:15 asterisk: alice.doe", b"<34>Oct 11 22:14:15 asterisk: ", None),
        (b"alice.doe registered\n", b"", None),
    ],
)  # fmt: skip
def test_messages(payload: bytes, head: bytes, host: bytes | None) -> None:
    to = rewriting()
    new = syslog.dissect(payload, SYSLOG, to)
    assert new is not None
    if host is not None:
        head += to.value(Entity.HOST, host, "test")
        assert host not in new
    assert new.startswith(head)
    for planted in (b"alice", b"Alice", b"example", b"198.51"):
        assert planted not in new
    assert syslog.dissect(payload, SYSLOG, learning()[0]) == payload


def test_times_and_programs_stay() -> None:
    new = syslog.dissect(b"<34>Oct 11 22:14:15 zebra9 asterisk[123]: ready\n\0", SYSLOG, rewriting())
    assert new is not None
    assert new.endswith(b" asterisk[123]: ready\n\0")


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (b"<34>text", (40000, 514), True),
        (b"text", (40000, 514), True),
        (b"<34>text", (514, 40000), True),
        (b"text", (514, 40000), False),
        (b"<34>text", (40000, 5060), False),
        (b"<34>Oct 11 22:14:15 zebra9 su: text", (40000, 1514), True),
        (b"<34>1 2026-10-11T22:14:15.003Z zebra9 sip - - - text", (40000, 40001), True),
        (b"<34>Oct 11 22:14:15 zebra9 \1\2", (40000, 1514), False),
        (b"Oct 11 22:14:15 zebra9 su: text", (40000, 1514), False),
        (b"<34>te\0xt", (40000, 514), False),
        (b"", (40000, 514), False),
        (b"\0\0", (40000, 514), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert syslog.claims(payload, flow(*ports)) is expected


def test_binary_is_refused() -> None:
    assert syslog.dissect(b"<34>\0\1\2alice", SYSLOG, rewriting()) is None


@pytest.mark.parametrize(
    ("octets", "begins", "length"),
    [
        (b"<34>text\n<34>more\n", True, 9),
        (b"9 <34>text\n12 <34>", True, 11),
        (b"<34>text", True, MORE),
        (b"text\n", False, 5),
        (b"x" * (1 << 16), False, DAMAGED),
    ],
)
def test_framing(octets: bytes, begins: bool, length: int) -> None:
    assert syslog.STREAM.begins(octets, SYSLOG) is begins
    assert syslog.STREAM.length(octets) == length


def test_a_stream_at_an_unusual_port_has_to_begin_with_a_time() -> None:
    assert syslog.STREAM.begins(b"31 <34>Oct 11 22:14:15 zebra9 su: x", flow(dport=6000))
    assert not syslog.STREAM.begins(b"<34>text\n", flow(dport=6000))


def test_counts_follow() -> None:
    text = b"<34>Oct 11 22:14:15 pbx.example.com su: for sip:bob@x.io"
    new = syslog.STREAM.rewrite(b"%d " % len(text) + text, SYSLOG, rewriting())
    assert new is not None
    count, _, rest = new.partition(b" ")
    assert int(count) == len(rest) != len(text)
    assert syslog.STREAM.rewrite(text + b"\n", SYSLOG, rewriting()) == rest + b"\n"
    assert syslog.STREAM.rewrite(b"9 <3>\0\0\0\0\0x", SYSLOG, rewriting()) is None


@given(st.sampled_from([b"<34>", b"<34>Oct 11 22:14:15 ", b"9 <1>", b""]), st.binary(max_size=60))
def test_any_octets(head: bytes, rest: bytes) -> None:
    payload = head + rest
    syslog.claims(payload, SYSLOG)
    syslog.dissect(payload, SYSLOG, rewriting())
    assert syslog.dissect(payload, SYSLOG, learning()[0]) in (None, payload)
    assert syslog.STREAM.length(payload) >= DAMAGED
    syslog.STREAM.rewrite(payload, SYSLOG, rewriting())


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        (b"<13>login from 213.241.91", b"<13>login from "),
        (b"<13>call to (493055501", b"<13>call to ("),
        (b"<13>marlavexel", b"<13>"),
    ],
)
def test_half_a_word_goes(payload: bytes, kept: bytes) -> None:
    new = syslog.dissect(payload, SYSLOG._replace(cut=True), rewriting())
    assert new == kept + b"x" * (len(payload) - len(kept))
