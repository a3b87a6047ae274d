"""Messages of a file of any kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scrubber.capture.file import CaptureFile
from scrubber.capture.overheard import Overheard
from scrubber.capture.packet import Flow
from scrubber.engine import PLAIN
from scrubber.model import InputError
from scrubber.reports import trace
from scrubber.reports.trace import Heard, Holding
from scrubber.textfile import TextFile
from tests.capture import files, frames
from tests.passes import rule_set

MESSAGE = b"OPTIONS sip:100@pbx.example.com SIP/2.0\r\nCall-ID: a@b\r\nContent-Length: 0\r\n\r\n"


def pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 7] for at in range(0, len(data), 7))


def test_a_log() -> None:
    (found,) = trace.heard(TextFile(PLAIN), pieces(b"text\n" + MESSAGE))
    assert found == Heard(2, None, b"", b"", b"", MESSAGE)


def test_a_kind_that_nobody_knows_is_plain_text() -> None:
    assert [one.message for one in trace.heard(object(), pieces(MESSAGE))] == [MESSAGE]


def test_a_capture() -> None:
    frame = frames.ethernet(frames.ipv4(frames.udp(MESSAGE, 5060, 5061)))
    (found,) = trace.heard(CaptureFile("pcap", rule_set()), pieces(files.pcap([b"", frame])))
    assert found == Heard(2, 1_700_000_001.000017, b"192.0.2.10:5060", b"198.51.100.7:5061", b"UDP", MESSAGE)


def test_what_is_no_capture() -> None:
    with pytest.raises(InputError):
        list(trace.heard(CaptureFile("pcap", rule_set()), pieces(MESSAGE)))


def test_ends_of_any_width() -> None:
    flow = Flow(bytes(15) + b"\1", b"", 5060, 1)
    found = trace.caught(Overheard(1, None, flow, b"TCP", b""))
    assert (found.source, found.destination, found.time) == (b"[::1]:5060", b"", None)


class Bag:
    """Holds a file for each piece of what it is given."""

    def contents(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, object, Iterator[bytes]]]:
        return ((number, TextFile(PLAIN), iter((chunk,))) for number, chunk in enumerate(chunks))


def test_a_file_that_holds_others() -> None:
    assert isinstance(Bag(), Holding)
    assert not isinstance(TextFile(PLAIN), Holding)
    assert [one.place for one in trace.heard(Bag(), iter((MESSAGE, b"text\n" + MESSAGE)))] == [1, 2]
