"""What a person sees of a batch that runs: a bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from scrubber.reports.report import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

MINUTE = 60.0


class Watch:
    """Counts objects and octets. Silent by itself."""

    def __init__(self) -> None:
        self.title = ""
        self.size = self.files = self.done = self.ended = 0
        self._began = monotonic()

    def stage(self, title: str, size: int, files: int = 0) -> None:
        """A new stage begins, of so many octets and objects."""
        self.title, self.size, self.files = title, size, files
        self.done = self.ended = 0
        self._began = monotonic()

    def read(self, count: int) -> None:
        """So many octets are done."""
        self.done += count

    def file(self) -> None:
        """One more object is done."""
        self.ended += 1

    def line(self) -> str:
        """How far it is, in words."""
        passed = max(monotonic() - self._began, 0.001)
        rate = self.done / passed
        words = [f"{self.title}: {_size(self.done)} of {_size(self.size)}", f"{_size(rate)}/s"]
        if self.files:
            words.insert(0, f"{self.ended:,} of {self.files:,} files")
        if rate and self.done < self.size:
            words.append(f"{_time((self.size - self.done) / rate)} left")
        return ", ".join(words)


class _Bar(Watch):
    def __init__(self, bar: Progress) -> None:
        super().__init__()
        self._bar = bar
        self._task: TaskID | None = None

    def stage(self, title: str, size: int, files: int = 0) -> None:
        super().stage(title, size, files)
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(title, total=max(size, 1), ended=f"{files:,} files" if files else "")

    def read(self, count: int) -> None:
        super().read(count)
        if self._task is not None:
            self._bar.update(self._task, advance=count)

    def file(self) -> None:
        super().file()
        if self._task is not None:
            self._bar.update(self._task, ended=f"{self.ended:,} of {self.files:,} files")


@contextmanager
def watching(*, shown: bool, every: float = MINUTE) -> Iterator[Watch]:
    """A watch on stderr for the length of a ``with`` block; it shows nothing unless ``shown``."""
    if not shown or sys.stderr is None:
        yield Watch()
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TextColumn("{task.fields[ended]}"),
            TimeRemainingColumn(),
        )
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            yield _Bar(bar)
    else:
        watch, over = Watch(), Event()
        thread = Thread(target=_tell, args=(watch, over, every), daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            over.set()
            thread.join()


def _tell(watch: Watch, over: Event, every: float) -> None:
    while not over.wait(every):
        with suppress(OSError, ValueError):
            sys.stderr.write(f"scrubber: {printable(watch.line())}\n")
            sys.stderr.flush()


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
