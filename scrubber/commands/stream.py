"""``scrubber stream``: standard input to standard output, for ``tail -F`` and log shippers."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic
from typing import Annotated

import typer

from scrubber import settings
from scrubber.api import Scrubber
from scrubber.options import Case, KeyFile, Known, Profile, RuleFiles
from scrubber.reports import report
from scrubber.streaming import Stream

PIECE = 1 << 16
"""Bytes read at once."""
PIECES = 64
"""Pieces that wait to be read: more, and the writer has to wait."""
BATCH = 1 << 23
"""Bytes of lines that are rewritten at once when they come faster than they can go."""
MOST = 1 << 26
"""Bytes that are held back at most, whatever the delay."""
QUIET = 0.02
"""Seconds without input after which lines leave."""
LONGEST = 0.08
"""Seconds after which they leave although more is coming, if it does not come faster than it can go."""

Delay = Annotated[
    float,
    typer.Option(min=0, max=3600, metavar="SECONDS", help="Hold lines back, so that names told later are found."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="The format, if not as the first lines say."),
]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def stream(
    *,
    delay: Delay = 0.0,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    case: Case = None,
    key_file: KeyFile = None,
    format_name: Format = None,
) -> None:
    """Scrub a log as it comes:  tail -F full | scrubber stream | ...

    Whole lines leave as soon as the input pauses, SIP messages are kept together. What a line teaches is found in all
    lines after it and in those that are still held back; for more of them give --delay, --known, or --case with a case
    that you know. Without --case or --key-file the next run has other pseudonyms. Ends when the input ends, or at a
    signal, with everything written that was read. Exit codes: 0 done, 2 usage, 10 a line was withheld by the audit.
    """
    values = settings.known_values(known or ())
    scrubber = Scrubber(profile=profile, rules=rule_files or (), known=values, case=case, key_file=key_file)
    scrubbing = scrubber.stream(format_name)
    stop = _stopped()
    _run(scrubbing, _pieces(stop), delay)
    if scrubbing.withheld:
        count = sum(scrubbing.withheld.values())
        kinds = ", ".join(sorted(scrubbing.withheld))
        typer.echo(f"withheld by the audit: lines {count:,}, with {kinds}", err=True)
        raise typer.Exit(report.Exit.FOUND)


def _run(scrubbing: Stream, pieces: Queue[bytes], delay: float) -> None:
    """Until the input ends. Lines leave when the input pauses or they have waited long, but not before their time."""
    held: deque[tuple[float, int]] = deque()
    while True:
        due = held[0][0] - monotonic() if held else None
        try:
            piece = pieces.get(timeout=None if due is None else max(QUIET, due))
        except Empty:
            _write(scrubbing.give(_ripe(held), cut=False))
            continue
        if not piece:
            scrubbing.finish()
            _write(scrubbing.give(cut=False))
            return
        before = scrubbing.waiting
        scrubbing.take(piece)
        if scrubbing.waiting > before:
            held.append((monotonic() + delay, scrubbing.waiting - before))
        late = not delay and held and held[0][0] + LONGEST <= monotonic() and pieces.empty()
        if late or scrubbing.waiting > (MOST if delay else BATCH):
            text = scrubbing.give()
            held = deque([(monotonic() + delay, scrubbing.waiting)] if scrubbing.waiting else ())
            _write(text)
        elif delay and held and held[0][0] <= monotonic():
            _write(scrubbing.give(_ripe(held), cut=False))


def _ripe(held: deque[tuple[float, int]]) -> int:
    """How many bytes have waited long enough."""
    size = 0
    while held and held[0][0] <= monotonic():
        size += held.popleft()[1]
    return size


def _write(text: bytes) -> None:
    if text:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def _pieces(stop: Event) -> Queue[bytes]:
    """What a thread reads from standard input; nothing at its end, or once a signal has come."""
    pieces: Queue[bytes] = Queue(PIECES)
    # Not through a buffered file: its lock would be held when the program ends.
    source = sys.stdin.fileno()

    def read() -> None:
        piece = b" "
        while piece and not stop.is_set():
            piece = os.read(source, PIECE)
            pieces.put(piece)

    Thread(target=read, daemon=True).start()

    def end() -> None:
        stop.wait()
        pieces.put(b"")

    Thread(target=end, daemon=True).start()
    return pieces


def _stopped() -> Event:
    """Set by the signals that end a program: what was read is still written, so nothing is torn apart."""
    stop = Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stop.set())
    return stop
