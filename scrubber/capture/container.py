"""Capture files as blocks: pcap and pcapng, recognised by their first octets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from scrubber.capture import pcap, pcapng
from scrubber.capture.block import Block
from scrubber.capture.magic import PCAP, PCAPNG, kind
from scrubber.capture.octets import Octets
from scrubber.model import InputError

__all__ = ["PCAP", "PCAPNG", "Block", "blocks", "kind"]

_READERS: Mapping[str, Callable[[Octets, Counter[str]], Iterator[Block]]] = {
    PCAP: pcap.blocks,
    PCAPNG: pcapng.blocks,
}


def blocks(chunks: Iterator[bytes], notes: Counter[str]) -> Iterator[Block]:
    """The blocks of a capture file, whose octets come in ``chunks`` cut anywhere; one block is held at a time.

    A file that is cut or damaged keeps the records before that place; ``notes`` counts what was dropped. What goes out
    is the concatenation of :meth:`Block.encoded <scrubber.capture.block.Block.encoded>`.

    Errors: :class:`InputError` for what is no capture or begins with a damaged header.
    """
    yield from read(Octets(chunks), notes)


def read(octets: Octets, notes: Counter[str]) -> Iterator[Block]:
    """As :func:`blocks`, from where ``octets`` stands."""
    reader = _READERS.get(kind(octets.look(12)))
    if reader is None:
        raise InputError("no capture in a known format")
    yield from reader(octets, notes)
