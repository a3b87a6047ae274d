"""What a glance at the headers gives is what the walk through them gives, whether the flow was met before or not."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import glance
from scrubber.capture.glance import Glance
from scrubber.capture.packet import Datagram, Done, Frame, Peeled
from scrubber.capture.peel import peel
from tests.capture import frames
from tests.capture.test_bulk import ODD, USUAL, VOICE, broken, without
from tests.capture.wire import rewriting

TO = rewriting()
ETHERNET = 1
SIP = frames.ethernet(frames.ipv4(frames.udp(b"OPTIONS sip:a@example.com SIP/2.0\r\n\r\n", 5060, 5070)))
VXLAN = frames.ethernet(frames.ipv4(frames.udp(pack(">II", 8 << 24, 5 << 8) + SIP, 40000, 4789)))
FRAMES = [
    SIP,
    VOICE,
    VXLAN,
    frames.ethernet(frames.ipv4(frames.udp(b""))),
    frames.ethernet(frames.ipv4(frames.udp(frames.PAYLOAD), source=b"\xe0\0\0\1", target=b"\xff\xff\xff\xff")),
    frames.ethernet(frames.ipv4(frames.udp(frames.PAYLOAD)), target=b"\x33\x33\xff\1\2\3"),
    without(SIP, 24),
    without(SIP, 40),
    broken(SIP, 24),
    broken(SIP, 41),
    SIP[:40] + b"\0\x39" + SIP[42:],
    *(octets for _, link, octets in USUAL + ODD if link == ETHERNET),
]
BODIES = (b"", b"odd", b"another body", bytes(300), b"x" * 70_000)


def walk(frame: Frame) -> Peeled:
    return peel(frame, TO)


def of(octets: bytes, missing: int = 0, link: int = ETHERNET) -> Frame:
    return Frame(octets, len(octets) + missing, link)


def same(by: Glance, frame: Frame) -> None:
    one, other = by(frame), walk(frame)
    assert one.inner == other.inner
    bodies = BODIES if isinstance(one.inner, Datagram) else ()
    own = one.inner.payload if isinstance(one.inner, Datagram | Done) else b""
    for body in (own, *bodies):
        assert one.around(body) == other.around(body)


def test_frames() -> None:
    by = Glance(walk, TO)
    for _ in range(2):
        for octets in FRAMES:
            same(by, of(octets))
            same(by, of(octets, 3))
            same(by, of(octets, 0, 101))


@settings(max_examples=300)
@given(st.data())
def test_frames_with_some_octets_changed(data: st.DataObject) -> None:
    octets = data.draw(st.sampled_from(FRAMES))
    by = Glance(walk, TO)
    same(by, of(octets))
    changed = bytearray(octets)
    for place in data.draw(st.lists(st.integers(0, min(len(octets), 46) - 1), max_size=3)):
        changed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(changed))) if data.draw(st.booleans()) else len(changed)
    same(by, of(bytes(changed[:cut])))


def test_only_what_is_unusual_is_walked() -> None:
    walked: list[Frame] = []

    def counted(frame: Frame) -> Peeled:
        walked.append(frame)
        return walk(frame)

    by = Glance(counted, TO)
    for _ in range(3):
        by(of(SIP))
    assert not walked
    for _ in range(3):
        by(of(VXLAN))
    assert len(walked) == 3
    neighbour = frames.ethernet(frames.ipv4(frames.udp(frames.PAYLOAD)), target=b"\x33\x33\xff\1\2\3")
    for _ in range(2):
        by(of(neighbour))
    assert len(walked) == 5


def test_flows_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    to = rewriting()
    plain = to.mac

    def mac(packed: bytes, rule: str = "packet-mac") -> bytes:
        asked.append(packed)
        return plain(packed, rule)

    monkeypatch.setattr(to, "mac", mac)
    by = Glance(walk, to)
    for _ in range(3):
        by(of(SIP))
    assert len(asked) == 2
    monkeypatch.setattr(glance, "FLOWS", 1)
    by(of(VOICE))
    by(of(SIP))
    assert len(asked) == 6
