from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from scrubber import cli
from scrubber.model import InputError, KeyFileError, ResidueError, RuleError, ScrubError

SECRET = "alice-4711"
RUN = [sys.executable, "-m", "scrubber"]


def run(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Put a function in the place of ``clean``."""

    def put(function: Callable[[], None]) -> None:
        module = ModuleType("scrubber.commands.clean")
        app = typer.Typer(pretty_exceptions_enable=False)
        app.command()(function)
        module.app = app  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return put


def raiser(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


# --- mounting


def test_every_command_has_a_module_and_a_summary() -> None:
    for name, summary in cli.COMMANDS.items():
        assert isinstance(import_module(f"scrubber.commands.{name}").app, typer.Typer)
        assert summary.endswith(".")


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from scrubber.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(*sorted(m for m in sys.modules if m.partition('.')[0] in "
        "('scrubber', 'yaml', 'rich', 'scapy', 'pyshark', 'phonenumbers', 'ahocorasick_rs', 'multiprocessing')))"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    imported = done.stdout.splitlines()[-1].split()
    assert imported == ["scrubber", "scrubber.cli", "scrubber.forgetting", "scrubber.model"]


def processor_time(*arguments: str) -> float:
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def test_help_costs_little_more_than_its_libraries() -> None:
    pairs = [(processor_time("-m", "scrubber", "--help"), processor_time("-c", "import typer, rich")) for _ in range(6)]
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    assert ours <= 1.5 * theirs


def test_help_and_version() -> None:
    done = run(["--help"])
    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout and summary in done.stdout for name, summary in cli.COMMANDS.items())
    assert run(["--version"]).stdout.startswith("scrubber ")
    assert run(["clean", "--help"]).stdout.startswith("Usage: scrubber clean ")


@pytest.mark.parametrize("arguments", [["cleen"], ["--nothing"], ["clean"], ["clean", "--jobs", "0", "x"], ["check"]])
def test_usage_errors(arguments: list[str]) -> None:
    done = run(arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert "Error: " in done.stderr


def test_a_wrong_name_is_helped() -> None:
    assert "Did you mean 'clean'?" in run(["cleen"]).stderr


# --- errors to exit codes


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (RuleError("own.yaml:3: unknown key"), 2, "own.yaml:3: unknown key"),
        (KeyFileError("the key is empty"), 2, "the key is empty"),
        (InputError("a\x1b[31m.log: refused"), 3, "a?[31m.log: refused"),
        (ResidueError("a.log: residue"), 10, "a.log: residue"),
        (ScrubError("other"), 3, "other"),
        (OSError(28, "No space left on device", SECRET), 3, "No space left on device"),
        (OSError(SECRET), 3, "OSError"),
        (KeyboardInterrupt(), 130, "interrupted; nothing unfinished is left"),
    ],
)
def test_errors_a_user_meets(
    command: Callable[[Callable[[], None]], None], error: BaseException, code: int, text: str
) -> None:
    command(raiser(error))
    result = CliRunner().invoke(cli.app, ["clean"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"scrubber: {text}\n")


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_bug_shows_no_value(
    command: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    monkeypatch.setenv("SCRUBBER_DEBUG", debug)

    def fail() -> None:
        value = SECRET.encode() + b"\xff"
        value.decode()

    command(fail)
    result = CliRunner().invoke(cli.app, ["clean"])
    assert result.exit_code == 1
    assert SECRET not in result.output
    assert result.stderr.startswith("scrubber: this is a bug: UnicodeDecodeError at test_cli.py:")
    assert ("value.decode()" in result.stderr) == (debug == "1")
    assert (result.stderr.count("\n") == 1) == (debug == "0")


def test_a_closed_pipe_is_no_error(command: Callable[[Callable[[], None]], None]) -> None:
    command(raiser(BrokenPipeError()))
    result = CliRunner().invoke(cli.app, ["clean"])
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["clean", "--help"]])
def test_help_into_a_closed_pipe(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*RUN, *arguments], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_signals_interrupt_once(command: Callable[[Callable[[], None]], None], number: str) -> None:
    def stop() -> None:
        try:
            os.kill(os.getpid(), getattr(signal, number))
        finally:
            os.kill(os.getpid(), getattr(signal, number))  # while cleaning up: ignored

    before = [signal.getsignal(getattr(signal, name)) for name in ("SIGTERM", "SIGINT", "SIGHUP")]
    command(stop)
    assert CliRunner().invoke(cli.app, ["clean"]).exit_code == 130
    assert [signal.getsignal(getattr(signal, name)) for name in ("SIGTERM", "SIGINT", "SIGHUP")] == before


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_ignored_signal_stays_ignored(command: Callable[[Callable[[], None]], None]) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        command(lambda: os.kill(os.getpid(), signal.SIGHUP))
        assert CliRunner().invoke(cli.app, ["clean"]).exit_code == 0
    finally:
        signal.signal(signal.SIGHUP, before)
