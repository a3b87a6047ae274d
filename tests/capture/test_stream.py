"""Messages of a stream: what their lengths mean."""

from __future__ import annotations

from scrubber.capture.stream import DAMAGED, LONGEST, MORE, Stream


def test_no_length_is_mistaken_for_another() -> None:
    assert DAMAGED < MORE < 1 < LONGEST


def test_nothing_follows_unless_it_says_so() -> None:
    stream = Stream("echo", lambda data, flow: True, len, lambda payload, flow, to: payload)
    assert stream.after is None
