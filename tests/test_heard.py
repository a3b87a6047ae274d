"""A message shows none of its content by accident."""

from __future__ import annotations

from scrubber.heard import Heard


def test_nothing_of_the_message_in_its_representation() -> None:
    heard = Heard(7, None, b"192.0.2.1:5060", b"", b"UDP", b"BYE sip:alice@example.com SIP/2.0\r\n\r\n")
    assert repr(heard) == "Heard(place 7, 37 octets)"
