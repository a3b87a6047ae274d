"""A cluster that somebody else has started, joined by its address, when its library is installed."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
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
    place = ["--node-ip-address", "127.0.0.1", "--port", port, "--temp-dir", f"/tmp/ray-{os.getpid()}"]
    start = [str(program), "start", "--head", "--block", "--num-cpus", "2", "--include-dashboard", "false", *place]
    log = tmp_path_factory.mktemp("head") / "log"
    with log.open("wb") as told, subprocess.Popen(start, env=environment, stdout=told, stderr=told) as process:
        for _ in range(600):
            if b"Ray runtime started" in log.read_bytes() or process.poll() is not None:
                break
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", environment
        process.terminate()


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
