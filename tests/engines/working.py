"""Items and steps for the tests of engines: light, as every process imports this again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path


class Greeter:
    """What the steps share: a word, and how often it was made again."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.progress: Callable[[int], None] = unwatched
        self.stopped: Callable[[], bool] = bool

    def recipe(self) -> partial[Greeter]:
        return partial(Greeter, self.word)

    def __reduce__(self) -> str:
        raise TypeError("only its recipe travels")


class Herald:
    """What the steps share; each one that is made leaves word of its process in a folder."""

    def __init__(self, marks: Path) -> None:
        self.marks = marks
        self.progress: Callable[[int], None] = unwatched
        self.stopped: Callable[[], bool] = bool

    def recipe(self) -> partial[Herald]:
        return partial(_announced, self.marks)


def _announced(marks: Path) -> Herald:
    (marks / str(os.getpid())).touch()
    return Herald(marks)


def unwatched(_: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Name:
    """An item; in ``marks``, a folder, those who harm leave word of it."""

    text: str
    marks: Path | None = None
    size: int = 3
    seen: list[str] = field(default_factory=list, compare=False)

    def discard(self) -> None:
        self.seen.append("discarded")

    def left(self, word: str) -> bool:
        """Whether it is the first time that this word is left."""
        assert self.marks is not None
        with (self.marks / self.text).open("a+", encoding="ascii") as file:
            file.write(f"{word}\n")
            file.seek(0)
            return file.read().count(f"{word}\n") == 1

    def words(self) -> list[str]:
        assert self.marks is not None
        return (self.marks / self.text).read_text(encoding="ascii").split()


@dataclass(frozen=True)
class Writer(Name):
    """An item with a file that nobody may find when he begins."""

    def discard(self) -> None:
        assert self.marks is not None
        (self.marks / "output").unlink(missing_ok=True)


def write_and_die(greeter: Greeter, name: Writer, fault: str) -> str:
    """Kill the process with the file half written, the first time."""
    assert name.marks is not None
    (name.marks / "output").touch(exist_ok=False)
    if name.left("begun"):
        die()
    return greet(greeter, name, fault)


def greet(greeter: Greeter, name: Name, fault: str) -> str:
    return fault or f"{greeter.word} {name.text}"


def greet_and_tell(greeter: Greeter, name: Name, fault: str) -> int:
    greeter.progress(name.size)
    return 0 if fault else os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def harm(greeter: Greeter, name: Name, fault: str) -> str:
    """Kill the process that works on ``Eve``, and on ``Mallory`` the first time."""
    if not fault and name.text.startswith(("Eve", "Mallory")):
        first = name.left("begun")
        if name.text.startswith("Eve") or first:
            die()
    return greet(greeter, name, fault)


def fail(greeter: Greeter, name: Name, fault: str) -> str:
    if name.text == "Eve":
        raise ZeroDivisionError
    return greet(greeter, name, fault)


class CannotTravelError(Exception):
    def __reduce__(self) -> str:
        raise TypeError


def fail_badly(greeter: Greeter, name: Name, fault: str) -> str:
    raise CannotTravelError


def give_what_cannot_travel(greeter: Greeter, name: Name, fault: str) -> Greeter:
    return greeter


def wait(greeter: Greeter, name: Name, fault: str) -> str:
    """End at once for ``Alice``; for any other not before the run is interrupted."""
    while name.text != "Alice" and not greeter.stopped():
        time.sleep(0.01)
    return greet(greeter, name, fault)


def meet(greeter: Greeter, name: Name, fault: str) -> int:
    """End when two are here."""
    assert name.marks is not None
    name.left("here")
    while len(list(name.marks.iterdir())) < 2:
        time.sleep(0.01)
    return greet_and_tell(greeter, name, fault)


def linger(greeter: Greeter, name: Name, fault: str) -> str:
    """Wait at ``Eve`` until there is a file that says she may go."""
    while name.text == "Eve" and name.marks is not None and not (name.marks / "go").exists():
        time.sleep(0.01)
    return greet(greeter, name, fault)


NAMES = [Name(text) for text in ("Alice", "Bob", "Carol", "Dave")]
