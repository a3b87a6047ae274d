from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import pytest

from scrubber.api import Scrubber
from scrubber.commands import stream as command

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
LOG = SAMPLES / "asterisk-pjsip.log"
KEY = "0123456789abcdef" * 4
LINE = b'[2025-03-02 18:03:11.001] VERBOSE[4091][C-0000001a] pbx.c: Call from "Marla" <sip:marla@203.0.113.7>\n'


@contextmanager
def stream(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "scrubber", "stream", *options]
    environment = {**os.environ, "SCRUBBER_KEY": KEY, "PYTHONPATH": str(SAMPLES.parent)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(process: subprocess.Popen[bytes], text: bytes) -> tuple[bytes, bytes, int]:
    out, err = process.communicate(text, timeout=60)
    return out, err, process.returncode


def test_a_whole_log() -> None:
    data = LOG.read_bytes()
    with stream() as process:
        out, err, code = finished(process, data)
    assert (code, err) == (0, b"")
    assert out.count(b"\n") == data.count(b"\n")
    assert b"voice.example.org" not in out


def test_nothing_at_all() -> None:
    with stream() as process:
        assert finished(process, b"") == (b"", b"", 0)


def test_a_line_leaves_while_the_input_is_open() -> None:
    with stream("--format", "asterisk") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(LINE + b"unfinished")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line.startswith(b"[2025-03-02 18:03:11.001] VERBOSE")
        assert b"203.0.113.7" not in line
        out, _, code = finished(process, b" now\n")
        assert (out, code) == (b"unfinished now\n", 0)


def test_a_delay_lets_a_later_line_teach() -> None:
    with stream("--delay", "0.5") as process:
        assert process.stdin is not None
        process.stdin.write(b"ask Theodora\n")
        process.stdin.flush()
        time.sleep(0.1)
        header = b'From: "Theodora Quillfeather" <sip:theodora@pbx.brackenmoor.example>;tag=1\n'
        out, _, code = finished(process, header)
    assert code == 0
    assert b"Theodora" not in out
    assert out.count(b"\n") == 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_whole_lines(number: signal.Signals) -> None:
    with stream() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(LINE)
        process.stdin.flush()
        # The first line says that the program has begun.
        assert process.stdout.readline()
        process.stdin.write(LINE + b"unfinished")
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(number)
        out = process.stdout.read()
        assert process.wait(30) == 0
    assert out.count(b"\n") == 1
    assert out.endswith(b"\nunfinished")
    assert b"203.0.113.7" not in out


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_goes_away_is_no_error() -> None:
    with stream() as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.write(LINE)
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize("options", [("--format", "nonsense"), ("--delay", "-1"), ("--known", "missing")])
def test_usage(options: tuple[str, ...]) -> None:
    with stream(*options) as process:
        assert finished(process, b"")[2] == 2


class Clock:
    """Time that passes only while nothing comes, and what comes when, as the queue that is read from."""

    def __init__(self, arrivals: Iterable[tuple[float, bytes]]) -> None:
        self.now = 0.0
        self._left = deque(arrivals)

    def get(self, timeout: float | None = None) -> bytes:
        at, piece = self._left[0]
        if timeout is not None and at > self.now + timeout:
            self.now += timeout
            raise Empty
        self.now = max(self.now, at)
        self._left.popleft()
        return piece

    def empty(self) -> bool:
        return self._left[0][0] > self.now


@pytest.mark.parametrize("delay", [0.0, 0.5])
@pytest.mark.parametrize(("lines", "pause"), [(1, 60.0), (50, 0.5), (300, 0.01)])
def test_a_line_leaves_in_time(monkeypatch: pytest.MonkeyPatch, delay: float, lines: int, pause: float) -> None:
    """Within 100 ms and the delay, be the input quiet or a trickle that never pauses."""
    clock = Clock([*((number * pause, b"line %d\n" % number) for number in range(lines)), (lines * pause + 60, b"")])
    left: list[float] = []
    monkeypatch.setattr(command, "monotonic", lambda: clock.now)
    monkeypatch.setattr(command, "_write", lambda text: left.extend([clock.now] * text.count(b"\n")))
    command._run(Scrubber().stream("plain"), clock, delay)  # type: ignore[arg-type]  # all that is used of a queue
    assert len(left) == lines
    waits = [gone - number * pause for number, gone in enumerate(left)]
    assert min(waits) >= delay - 1e-9
    assert max(waits) <= delay + 0.1 + 1e-9
