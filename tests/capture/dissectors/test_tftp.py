"""TFTP: requests, options, blocks, errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import tftp
from tests.capture.wire import flow, learning, rewriting

MAC = bytes.fromhex("00005e005301")
READ = b"\0\1SEP00005E005301.cnf.xml\0octet\0tsize\0000\0blksize\0001400\0"


def rewritten(payload: bytes) -> bytes:
    new = tftp.dissect(payload, flow(), rewriting())
    assert new is not None
    return new


def test_requests_keep_their_form() -> None:
    to = rewriting()
    new = tftp.dissect(READ, flow(dport=69), to)
    file = b"SEP%b.cnf.xml" % to.mac(MAC).hex().upper().encode()
    assert new == b"\0\1" + file + b"\0octet\0tsize\0000\0blksize\0001400\0"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\0\4\0\7", b"\0\4\0\7"),
        (b"\0\3\0\1secret = hunter22\n", b"\0\3\0\1" + b"x" * 18),
        (b"\0\3\0\2\x00\x01alice", b"\0\3\0\2" + bytes(7)),
        (b"\0\3\0\3", b"\0\3\0\3"),
        (b"\0\6tsize\000584\0", b"\0\6tsize\000584\0"),
        (b"\0\6alice\000hunter22\0", b"\0\6xxxxx\000xxxxxxxx\0"),
        (b"\0\5\0\1File not found\0", b"\0\5\0\1File not found\0"),
        (b"\0\4\0\7alice", b"\0\4\0\7\0\0\0\0\0"),
        (b"\0\2alice-desk.cfg\0alice\0", None),
        (b"\0\5\0\1no file for alice.doe\0", None),
    ],
)
def test_packets(payload: bytes, expected: bytes | None) -> None:
    new = rewritten(payload)
    assert expected is None or new == expected
    assert b"alice" not in new
    assert tftp.dissect(payload, flow(), learning()[0]) == payload


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (READ, (40000, 69), True),
        (READ, (40000, 40002), True),
        (b"\0\1alice", (40000, 69), False),
        (b"\0\1alice\0walk\0", (40000, 69), False),
        (b"\0\4\0\1", (40000, 40002), True),
        (b"\0\4\0\1\0", (40000, 40002), False),
        (b"\0\4\0\1", (40000, 53), False),
        (b"\0\3\0\1text", (40000, 40002), True),
        (b"\0\3\0\0\x21\x12\xa4\x42" + bytes(12), (40000, 3478), False),
        (b"\0\3\0\1" + bytes(1500), (40000, 40002), False),
        (b"\0\3\1\1" + bytes(512), (40000, 40002), True),
        (b"\0\3\6\1" + bytes(20), (40000, 40002), False),
        (b"\0\6blksize\0001400\0", (40000, 40002), True),
        (b"\0\5\0\1File not found\0", (40000, 40002), True),
        (b"\0\5\0\x20nothing\0", (40000, 40002), False),
        (b"\0\7", (40000, 69), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert tftp.claims(payload, flow(*ports)) is expected


def test_strangers_are_refused() -> None:
    assert tftp.dissect(b"INVITE sip:alice@example.com SIP/2.0", flow(), rewriting()) is None


@given(st.sampled_from([b"\0\1", b"\0\2", b"\0\3", b"\0\4", b"\0\5", b"\0\6", b""]), st.binary(max_size=80))
def test_any_octets(operation: bytes, rest: bytes) -> None:
    payload = operation + rest
    tftp.claims(payload, flow())
    tftp.dissect(payload, flow(), rewriting())
    assert tftp.dissect(payload, flow(), learning()[0]) in (None, payload)


def test_errors_name_nobody() -> None:
    new = rewritten(b"\0\5\0\1File /marla/vexel.cfg not found, USER VEXEL\0")
    assert new[:9] + new[-1:] == b"\0\5\0\1File \0"
    assert b"not found" in new
    for planted in (b"marla", b"vexel", b"VEXEL"):
        assert planted not in new
