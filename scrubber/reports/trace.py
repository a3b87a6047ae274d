"""The SIP messages of a file in their order: out of a log of any format, or out of a capture."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scrubber.engine import PLAIN, records
from scrubber.heard import Heard
from scrubber.model import Format
from scrubber.reports.transcript import Transcript
from scrubber.textfile import TextFile

if TYPE_CHECKING:
    from scrubber.capture.overheard import Overheard

__all__ = ["Heard", "Holding", "caught", "heard"]

_NANO = 1e9


@runtime_checkable
class Holding(Protocol):
    """A kind of file that holds others, such as an archive."""

    def contents(self, chunks: Iterator[bytes], /) -> Iterator[tuple[int, object, Iterator[bytes]]]:
        """Each member that can be read, in order: its number, its kind, and its text or octets while it is at hand."""


def heard(kind: object, chunks: Iterator[bytes]) -> Iterator[Heard]:
    """The messages of a file of one kind (:class:`~scrubber.tasks.Kind`), whose text or octets come cut anywhere.

    Of a file that holds others the messages of all members come, each with its place in its member. A kind that is
    none of these is read as plain text. One block is held at a time. Messages that were cut
    are given as far as they go.

    Errors: :class:`~scrubber.model.InputError` for a capture that begins with a damaged header.
    """
    if isinstance(kind, Holding):
        return (one for _, held, inner in kind.contents(chunks) for one in heard(held, inner))
    if isinstance(kind, TextFile):
        return _printed(kind.format, chunks)
    # Frames need libraries that no log does.
    from scrubber.capture.file import CaptureFile
    from scrubber.capture.overheard import overheard

    if isinstance(kind, CaptureFile):
        return map(caught, overheard(chunks, kind.rules))
    return _printed(PLAIN, chunks)


def _printed(fmt: Format, chunks: Iterator[bytes]) -> Iterator[Heard]:
    return Transcript(fmt).heard(records(chunks, fmt))


def caught(message: Overheard) -> Heard:
    """A message of a capture in the form that all messages have."""
    flow = message.flow
    return Heard(
        message.number,
        None if message.time is None else message.time / _NANO,
        _end(flow.source, flow.sport),
        _end(flow.target, flow.dport),
        message.transport,
        message.message,
    )


def _end(address: bytes, port: int) -> bytes:
    if len(address) == 4:
        return f"{IPv4Address(address)}:{port}".encode()
    return f"[{IPv6Address(address)}]:{port}".encode() if len(address) == 16 else b""
