"""The ``scrubber`` program: commands mounted by name, any error to one line and an exit code.

A command's module is imported when it is run, so that ``--help`` costs little more than Typer itself. No error text
shows input: for a bug it is the type of the exception and a place in the source.
"""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from scrubber.forgetting import seldom
from scrubber.model import InputError, KeyFileError, ResidueError, RuleError, ScrubError

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS: Mapping[str, str] = {
    "clean": "Write a copy of logs and captures that is safe to send.",
    "check": "Say where logs and captures still hold sensitive values.",
    "verify": "Audit a cleaned copy against its original, whoever made it.",
    "batch": "Bring a folder or an object store of scrubbed copies up to date.",
    "rules": "List, explain and test the rules.",
    "formats": "List what is recognised, and what happens to it.",
    "stream": "Scrub a log as it comes, from standard input to standard output.",
    "reveal": "Translate a vendor's reply back into the originals.",
    "hook": "Let nothing raw leave the machine by accident.",
    "case": "Keep, share and forget the keys of cases.",
}
"""Each command with its line in the help; its module is ``scrubber.commands.NAME``, which has a Typer ``app``."""

EXIT_CODES: Mapping[type[ScrubError], int] = {RuleError: 2, KeyFileError: 2, InputError: 3, ResidueError: 10}
REFUSED = 3
BUG = 1
INTERRUPTED = 130


class _Lazy(TyperCommand):
    """Stands for a command until it is run."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        command: Command = get_command(import_module(f"scrubber.commands.{self.name}").app)
        return command.make_context(info_name, args, parent=parent, **extra)


class Commands(TyperGroup):
    """The commands by name, and the one place where errors end."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.commands.update({name: _Lazy(name=name, help=text) for name, text in COMMANDS.items()})

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: object
    ) -> Context:
        """The help is written here already, perhaps into a closed pipe."""
        try:
            return super().make_context(info_name, args, parent=parent, **extra)
        except BrokenPipeError:
            _drop_stdout()
            raise typer.Exit(0) from None

    def invoke(self, ctx: Context) -> object:
        """Run a command; what a user can meet becomes a line on stderr and an exit code."""
        try:
            with _interruptible():
                return super().invoke(ctx)
        except BrokenPipeError:
            _drop_stdout()
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            code, text = INTERRUPTED, "interrupted; nothing unfinished is left"
        except ScrubError as error:
            code, text = EXIT_CODES.get(type(error), REFUSED), str(error)
        except OSError as error:
            code, text = REFUSED, error.strerror or type(error).__name__
        _complain(text)
        raise typer.Exit(code)

    def main(self, *args: object, **settings: object) -> NoReturn:
        """As Typer does it, and for a bug a line without values instead of a traceback."""
        try:
            super().main(*args, **settings)  # type: ignore[arg-type]
        except Exception as error:
            _complain(_bug(error))
            sys.exit(BUG)
        sys.exit(0)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the signals that end a program raise ``KeyboardInterrupt``, once: cleaning up is not interrupted again."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        del number, frame
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {}
    try:
        for each in signals:
            # What the parent told us to ignore (nohup) stays ignored.
            if signal.getsignal(each) is not signal.SIG_IGN:
                before[each] = signal.signal(each, interrupt)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _bug(error: Exception) -> str:
    # Not before it is needed: help is to be quick.
    from scrubber.reports.report import DEBUG_VARIABLE, bug, is_debugged

    text = bug(error)
    if is_debugged():
        return text + "\n" + "".join(traceback.format_tb(error.__traceback__)).rstrip()
    return f"{text}; {DEBUG_VARIABLE}=1 shows the way there"


def _complain(text: str) -> None:
    lines = ("".join(char if char.isprintable() else "?" for char in line) for line in text.split("\n"))
    typer.echo("scrubber: " + "\n".join(lines), err=True)


def _drop_stdout() -> None:
    from scrubber.outputs import drop_stdout

    drop_stdout()


def _show_version(value: bool) -> None:  # noqa: FBT001 - how Typer calls it
    if value:
        from scrubber.reports.report import version

        typer.echo(f"scrubber {version()}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
)


@app.callback()
def scrubber(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Make VoIP debug logs safe to send while the fault stays visible."""
    del version


def main() -> None:
    """The console script."""
    seldom()
    get_command(app).main(prog_name="scrubber")
