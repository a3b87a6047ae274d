"""What holds for every test: reproducible examples, and no way out of the machine."""

from __future__ import annotations

import ipaddress
import os
import random
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from scrubber.pseudonyms.key import KEY_SIZE, Key

# A deadline and the "too slow" check measure the machine, not the code; linear time has tests of its own.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

CONNECTING = ("connect", "connect_ex", "sendto")


class NetworkUsedError(BaseException):
    """A test tried to leave the machine; not an ``Exception``, so that no handler under test swallows it."""


def leaves_machine(family: int, address: object) -> bool:
    """Whether a socket address lies outside this machine; host names count as outside, ``localhost`` apart."""
    if family not in {socket.AF_INET, socket.AF_INET6} or not isinstance(address, tuple):
        return False
    host = str(address[0])
    if host in {"", "localhost"}:
        return False
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return True


def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: socket.socket, *arguments: Any) -> Any:  # noqa: ANN401 - stands in for three signatures
        if arguments and leaves_machine(self.family, arguments[-1]):
            msg = f"{original.__name__} to {arguments[-1]!r}"
            raise NetworkUsedError(msg)
        return original(self, *arguments)

    return call


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """No test may reach the network; sockets inside the machine stay usable."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CONNECTING:
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield


@pytest.fixture(autouse=True)
def same_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random keys and cases are the same in each run of a test, so that what fails by chance fails always or never.

    ``SCRUBBER_TEST_CHANCE`` chooses other ones. Programs that a test starts still take keys of their own.
    """
    chance = random.Random(os.environ.get("SCRUBBER_TEST_CHANCE", "") + request.node.nodeid)

    def fresh(cls: type[Key]) -> Key:
        return cls(chance.randbytes(KEY_SIZE))

    monkeypatch.setattr(Key, "fresh", classmethod(fresh))
    monkeypatch.setattr("scrubber.keys.cases.random_number", lambda: chance.randbytes(KEY_SIZE))


@pytest.fixture(autouse=True)
def bugs_end_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug must not pass for a refusal."""
    monkeypatch.setenv("SCRUBBER_DEBUG", "1")


@pytest.fixture(autouse=True)
def texts_undissected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start of tshark for every log that a test cleans would take longer than all the rest."""
    monkeypatch.setattr("scrubber.opinion.FIRST", 0)


@pytest.fixture(autouse=True)
def looked_for_behind_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cycles are looked for behind each file, however small: what is left open is told by the test that left it."""
    monkeypatch.setattr("scrubber.forgetting.MUCH", -sys.maxsize)
    monkeypatch.setattr("scrubber.forgetting.LITTLE", sys.maxsize)
