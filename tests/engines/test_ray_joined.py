"""A cluster that somebody else has started, joined by its address, when its library is installed."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from scrubber.engines.ray import UNGUARDED, UNREACHED

ROOT = Path(__file__).resolve().parent.parent.parent
LOGS = ("baresip.log", "linphone.log", "kamailio.log")
KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a cluster of two processes, and the environment of a machine that may join it."""
    program = Path(sys.executable).with_name("ray")
    if importlib.util.find_spec("ray") is None or not program.exists():
        pytest.skip("the ray extra is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(20_000 + free.getsockname()[1] % 10_000)
    about = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "1f" * 32,
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYTHONPATH": str(ROOT),
    }
    environment = {**os.environ, **about}
    # The path of a socket must be short.
    place = ("--port", port, "--temp-dir", f"/tmp/ray-{os.getpid()}")
    log = tmp_path_factory.mktemp("head") / "log"
    with started(log, environment, "--head", "--include-dashboard", "false", *place):
        yield f"127.0.0.1:{port}", environment


@contextmanager
def started(log: Path, environment: dict[str, str], *options: str) -> Iterator[int]:
    """A node of two processes, and the number of the process that it is the child of."""
    program = str(Path(sys.executable).with_name("ray"))
    start = [program, "start", "--block", "--num-cpus", "2", "--node-ip-address", "127.0.0.1", *options]
    with log.open("wb") as told, subprocess.Popen(start, env=environment, stdout=told, stderr=told) as process:
        waited(lambda: b"Ray runtime started" in log.read_bytes() or process.poll() is not None)
        try:
            yield process.pid
        finally:
            process.terminate()


def waited(is_so: Callable[[], object]) -> None:
    """Return when it is so, or after a minute."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)


def below(pid: int, name: bytes) -> list[int]:
    """Processes below one that call themselves so."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            if name in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
            found += below(child, name)
    return found


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(2):
        for name in LOGS:
            (folder / f"{number}-{name}").write_bytes((ROOT / "samples" / name).read_bytes())
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    return folder


def batch(folder: Path, *more: str, environment: dict[str, str]) -> tuple[int, str, dict[str, bytes]]:
    """The exit code, what was said, and the outputs."""
    home = folder.with_name("out" + "-".join(more).replace("/", ""))
    command = ["-m", "scrubber", "batch", str(folder), str(home), "--key-file", str(folder.with_name("key")), *more]
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    outputs = {path.name: path.read_bytes() for path in home.glob("*.log")}
    return done.returncode, done.stderr, outputs


def test_it_does_what_this_machine_does(head: tuple[str, dict[str, str]], logs: Path) -> None:
    address, environment = head
    code, _, outputs = batch(logs, "--engine", "ray", "--cluster", address, environment=environment)
    assert (code, outputs) == (0, batch(logs, environment=environment)[2])
    assert len(outputs) == 6


def test_not_without_its_token(head: tuple[str, dict[str, str]], logs: Path) -> None:
    address, environment = head
    code, said, outputs = batch(logs, "--cluster", address, environment=environment | {"RAY_AUTH_TOKEN": "2e" * 32})
    assert (code, UNREACHED in said, outputs) == (3, True, {})


def test_not_with_tokens_switched_off(head: tuple[str, dict[str, str]], logs: Path) -> None:
    address, environment = head
    code, said, outputs = batch(logs, "--cluster", address, environment=environment | {"RAY_AUTH_MODE": "disabled"})
    assert (code, UNGUARDED in said, outputs) == (3, True, {})


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_a_machine_that_is_gone_takes_nothing_with_it(head: tuple[str, dict[str, str]], logs: Path) -> None:
    address, environment = head
    for path in logs.iterdir():
        path.write_bytes(path.read_bytes() * 40)
    expected = batch(logs, environment=environment)
    joining = {**environment, "RAY_ADDRESS": address}
    with started(logs.with_name("log"), joining, "--address", address) as node:
        (raylet,) = below(node, b"raylet/raylet")

        def killed() -> bool:
            """Whether somebody works there, who is gone by now."""
            if working := below(raylet, b"ray::_do"):
                os.kill(raylet, signal.SIGKILL)
            return bool(working)

        with ThreadPoolExecutor() as beside:
            ended = beside.submit(batch, logs, "--engine", "ray", "--cluster", address, environment=environment)
            waited(lambda: killed() or ended.done())
            assert not ended.done()
    assert ended.result() == expected
    assert (expected[0], len(expected[2])) == (0, 6)
