from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import stun, stunframes
from scrubber.capture.packet import Flow
from scrubber.values import Values
from tests.capture.wire import flow, learning, rewriting

REQUEST = b"\0\1\0\0" + stun.COOKIE + bytes(range(0x30, 0x3C))


def reversing(payload: bytes, where: Flow, to: Values) -> bytes:
    del where, to
    return payload[::-1] + b"!"


def test_a_length_stands_before_each_packet() -> None:
    framed = stunframes.FRAMED
    frame = len(REQUEST).to_bytes(2) + REQUEST
    assert framed.begins(frame, flow())
    assert not framed.begins(REQUEST, flow())
    assert framed.length(frame + frame) == len(frame)
    assert framed.length(b"\0") == 0
    assert framed.rewrite(frame, flow(), rewriting()) == frame
    assert framed.rewrite(b"\0\5alice", flow(), rewriting()) == b"\0\5" + bytes(5)
    assert framed.rewrite(b"\0", flow(), rewriting()) is None
    assert stunframes.dissect(b"\0\5known", flow(), rewriting(), inner=reversing) == b"\0\6nwonk!"
    assert framed.after is not None
    assert framed.after(frame) == stunframes.FRAME.name


def test_in_frames_other_packets_follow() -> None:
    assert stunframes.FRAME.begins(b"\0\x0c\x80" + bytes(11), flow())
    assert stunframes.FRAME.begins(b"\0\x0c\x16" + bytes(11), flow())
    assert not stunframes.FRAME.begins(b"\0\0\x80", flow())
    assert not stunframes.FRAME.begins(b"GET / HTTP/1.1\r\n", flow())


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda tail: len(tail).to_bytes(2) + tail), st.booleans())
def test_any_octets(payload: bytes, cut: bool) -> None:
    where = flow(cut=cut)
    for stream in (stunframes.FRAMED, stunframes.FRAME):
        if stream.begins(payload, where):
            assert stream.length(payload) >= 0
        assert stream.rewrite(payload, where, learning()[0]) in (None, payload)
