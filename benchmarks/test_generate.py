"""The generated logs are reproducible, well-formed and fictitious."""

from __future__ import annotations

import ipaddress
import re
from itertools import islice

import pytest

from benchmarks.generate import SIZES, entries, lines
from benchmarks.people import population

NETWORKS = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "3fff::/20")
]
VERSIONS = {b"66.86.0.15", b"1.0.11.84"}
FICTIONAL = re.compile(rb"\+(?:1[2-9][0-8]\d55501\d\d|441632960\d{3}|442079460\d{3}|447700900\d{3}|441134960\d{3})\Z")
MESSAGE = re.compile(rb" \((\d+) bytes\) [^\n]*--->\n(.*)\Z", re.DOTALL)
DRAWN = 20_000


def is_fictitious(address: bytes) -> bool:
    value = ipaddress.ip_address(address.decode())
    return any(value in network for network in NETWORKS if network.version == value.version)


@pytest.fixture(scope="module", params=sorted(SIZES))
def mix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def text(mix: str) -> bytes:
    return b"".join(islice(lines(mix), DRAWN))


def test_same_seed_same_bytes(mix: str, text: bytes) -> None:
    assert b"".join(islice(lines(mix), DRAWN)) == text
    assert not text.startswith(b"".join(islice(lines(mix, seed=1), 100)))


def test_time_does_not_run_backwards(mix: str) -> None:
    times = [at for at, _ in islice(entries(mix), DRAWN)]
    assert times == sorted(times)
    assert times[0] >= 0


def test_every_value_is_fictitious(text: bytes) -> None:
    ipv4 = set(re.findall(rb"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text)) - VERSIONS
    assert ipv4
    assert [address for address in ipv4 if not is_fictitious(address)] == []
    ipv6 = set(re.findall(rb"(?<=\[)[0-9a-f:]{6,39}(?=\])", text))
    assert [address for address in ipv6 if not is_fictitious(address)] == []
    numbers = set(re.findall(rb"(?<![\w+/])\+\d{9,}", text))
    assert numbers
    assert [number for number in numbers if not FICTIONAL.match(number)] == []
    readable = re.sub(rb"\|.{16}\|$", b"", text, flags=re.MULTILINE)
    hosts = set(re.findall(rb"@([a-z][a-z0-9.-]+\.[a-z]+)", readable))
    assert [host for host in hosts if not host.endswith(b".example")] == []


@pytest.mark.parametrize("mix", ["mixed", "trace"])
def test_lengths_are_right(mix: str) -> None:
    messages = [found for _, text in islice(entries(mix), DRAWN) if (found := MESSAGE.search(text))]
    assert len(messages) > 1000
    for found in messages:
        message = found[2].removesuffix(b"\n")
        head, _, body = message.partition(b"\r\n\r\n")
        assert len(message) == int(found[1])
        assert int(head.rpartition(b"Content-Length:")[2]) == len(body)
        assert b"\n" not in message.replace(b"\r\n", b"")


def test_fresh_text_hardly_repeats() -> None:
    drawn = [text for _, text in islice(entries("fresh"), DRAWN)]
    words = re.findall(rb"[a-z]{8,}", b" ".join(drawn))
    assert len(set(drawn)) == len(drawn)
    assert len(set(words)) > 0.6 * len(words)


def test_population() -> None:
    users = population(1)
    assert len(users) == 5000
    assert 0.04 < sum(b"[" in user.local for user in users) / len(users) < 0.08
    assert 0.2 < sum(not user.login.isdigit() for user in users) / len(users) < 0.4
    assert {user.transport for user in users} == {b"UDP", b"TLS", b"WSS"}
    assert len({user.login for user in users}) == len({user.extension for user in users}) == len(users)
