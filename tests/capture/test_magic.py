from __future__ import annotations

import pytest

from scrubber.capture.magic import kind
from tests.capture import files

HEADS: list[tuple[bytes, str]] = [
    *((files.pcap(order=order, number=number), "pcap") for order in "<>" for number in (0xA1B2C3D4, 0xA1B23C4D)),
    (files.pcap(number=0xA1B2CD34), "pcap"),
    (files.pcapng(order="<"), "pcapng"),
    (files.pcapng(order=">"), "pcapng"),
    (b"", ""),
    (b"\xd4\xc3\xb2", ""),
    (b"\n\r\r\n", ""),
    (b"\n\r\r\nREGISTER sip:example.com", ""),
    (b"\xa1\xb2\xc3\xd5" + bytes(20), ""),
]


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_kind(head: bytes, expected: str) -> None:
    assert kind(head) == expected
