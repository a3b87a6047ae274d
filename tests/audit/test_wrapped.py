from __future__ import annotations

import pytest

from scrubber.audit.wrapped import MOST, capture
from scrubber.capture.packet import Datagram
from scrubber.capture.peel import peel
from tests.capture import files
from tests.capture.frames import word_sum
from tests.capture.wire import learning


def test_each_message_is_a_datagram() -> None:
    messages = [b"OPTIONS sip:a@b SIP/2.0\r\n\r\n", b"", b"\0\xff" * 700]
    frames = files.frames(b"".join(capture(messages)))
    peeled = [peel(frame, learning()[0]).inner for frame in frames]
    assert [inner.payload for inner in peeled if isinstance(inner, Datagram)] == messages
    assert {word_sum(frame.data[:20]) for frame in frames} == {0xFFFF}
    assert {frame.link for frame in frames} == {101}


@pytest.mark.parametrize("size", [MOST, MOST + 1, 1 << 20])
def test_no_datagram_is_longer_than_there_are(size: int) -> None:
    (frame,) = files.frames(b"".join(capture([b"x" * size])))
    assert len(frame.data) == 0xFFFF


def test_no_message_is_an_empty_capture() -> None:
    assert files.frames(b"".join(capture([]))) == []
