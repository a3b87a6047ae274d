"""What every format is held to: prefixes free of identities, and linear time on hostile lines."""

from __future__ import annotations

import gzip
from pathlib import Path

from scrubber.model import Format
from tests.passes import DOUBLING, doubling

SAMPLES = Path(__file__).parent.parent.parent / "samples"
IDENTITIES = (
    b"alice",
    b"alice.doe",
    b"Alice Doe",
    b"carla7",
    b"192.0.2.10",
    b"[2001:db9::1]",
    b"pbx.example.com",
    b"+15550100123",
    b"5550100123",
    b"00:00:5e:00:53:01",
    b"sip:alice@pbx.example.com",
    b"hunter22",
)
HOSTILE = (
    *b'[ ] < > 1 0 a A_ : - . / 2025- 18: 18:00:12.349 Mar \xff \x00 , T { } " -> U IP message- Z'.split(b" "),
    b" ",
    b"\t",
    b"1 ",
    b"a ",
    b"[1] ",
)


def prefix(fmt: Format, line: bytes) -> bytes:
    """What of a line is copied without being read."""
    return line[: fmt.text_start(line)]


def swallowed(fmt: Format, template: bytes) -> list[bytes]:
    """The identities that would pass unread where ``template`` has its ``@``."""
    return [value for value in IDENTITIES if value in prefix(fmt, template.replace(b"@", value))]


def slow(fmt: Format, starts: tuple[bytes, ...] = ()) -> dict[bytes, float]:
    """The hostile lines for which reading the prefix or sniffing takes longer than linear time."""
    found = {}
    for start in (b"", *starts):
        for unit in HOSTILE:
            for work in (fmt.text_start, lambda data: fmt.sniff(data, ""), lambda data: fmt.sniff(data + b"\n", "")):
                ratio = doubling(lambda data, start=start, work=work: work(start + data), unit)  # type: ignore[misc]
                if ratio > DOUBLING:
                    found[start + unit] = ratio
    return found


def sample(name: str) -> bytes:
    """A sample file as text in UTF-8."""
    data = (SAMPLES / name).read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.decode("utf-16").encode() if data.startswith(b"\xff\xfe") else data
