"""Which packets are usual: tables of hits and misses, one by one. What is done with them is tested with the bulk."""

from __future__ import annotations

import numpy as np
import pytest

from scrubber.capture.dissectors import rtp
from scrubber.capture.usual import IPV4, IPV6, LINKS, NETWORKS, may_be_text, media, networks
from scrubber.capture.vectors import gathered
from tests.capture.test_bulk import ODD, USUAL


def usual(octets: bytes, link: int) -> bool:
    """Whether a frame is taken for usual, whatever its UDP checksum is."""
    buffer, starts, ends = bytearray(octets), np.array([0]), np.array([len(octets)])
    places, kinds = networks(LINKS[link], buffer, starts, ends)
    for network in NETWORKS:
        if kinds[0] == network.kind and len(octets) - places[0] >= network.whole:
            return bool(len(media(network, buffer, gathered(buffer, places, network.whole), places, ends)))
    return False


@pytest.mark.parametrize(("name", "link", "octets"), USUAL, ids=[row[0] for row in USUAL])
def test_usual_packets(name: str, link: int, octets: bytes) -> None:
    assert usual(octets, link), name


@pytest.mark.parametrize(("name", "link", "octets"), ODD, ids=[row[0] for row in ODD])
def test_odd_packets(name: str, link: int, octets: bytes) -> None:
    assert usual(octets, link) == (name == "wrong UDP checksum")


def test_columns() -> None:
    assert (IPV4.whole, IPV6.whole) == (40, 60)
    assert IPV4.changing == (4, 5, 10, 11, 26, 27, *range(30, 36))
    assert IPV6.changing == (46, 47, *range(50, 56))


@pytest.mark.parametrize("header", [b"\x80\0printable ", b"\x80\0print\xe9\xe9ble ", b"\x80\0\0\0eightoct"])
def test_headers_that_may_be_text(header: bytes) -> None:
    rows = np.frombuffer(b"??" + header, np.uint8).reshape(1, -1)
    assert may_be_text(rows, 2).tolist() == [0]
    assert rtp.is_spoken(header + b"and more text, so that nobody takes it for sound")


def test_headers_that_are_none() -> None:
    rows = np.frombuffer(b"\x80\0\0\0\0xxxxxxx\x80\0\xff\xff\xffxxxxxxx", np.uint8).reshape(2, -1)
    assert may_be_text(rows, 0).tolist() == []
    assert may_be_text(rows[:0], 0).tolist() == []
