"""The nouns of a capture: what they show, and how a frame is put back."""

from __future__ import annotations

import pytest

from scrubber.capture.packet import Datagram, Done, Flow, Fragment, Frame, Peeled, Segment
from tests.capture.wire import CLIENT, SERVER, flow

SECRET = b"hunter22 of 192.0.2.10"


@pytest.mark.parametrize(
    "noun",
    [
        Frame(SECRET, 99, 1),
        Datagram(flow(), SECRET),
        Segment(flow(), 1, 2, 16, (), SECRET),
        Fragment((CLIENT, SERVER), 17, 0, more=True, payload=SECRET, source=CLIENT, target=SERVER),
        Done(SECRET),
        flow(),
    ],
)
def test_no_payload_and_no_address_is_shown(noun: object) -> None:
    shown = repr(noun)
    assert type(noun).__name__ in shown
    assert "hunter22" not in shown
    assert repr(CLIENT)[2:-1] not in shown


def test_the_other_direction() -> None:
    there = Flow(CLIENT, SERVER, 1, 2)
    assert there.reverse == Flow(SERVER, CLIENT, 2, 1)
    assert there.reverse.reverse == there


def test_headers_are_put_back_from_the_inside() -> None:
    peeled = Peeled(Done(b"x"), (b"udp ".__add__, b"ip ".__add__, b"eth ".__add__))
    assert peeled.around(b"body") == b"eth ip udp body"
