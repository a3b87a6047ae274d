"""One object that a batch writes: a private file first, and a published object only when it is whole and verified."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from scrubber import outputs
from scrubber.batch.inputs import PASSING
from scrubber.content import TEXT, Content
from scrubber.model import InputError


class Home(Protocol):
    """Where the outputs of a batch go. Pickled, so it holds no connection."""

    def publish(self, file: Path, place: str) -> None:
        """Make a finished private file appear whole under ``place``, over what is there. Errors: :class:`OSError`."""

    def remove(self, place: str) -> None:
        """Remove what is published under ``place``; nothing there is no error. Errors: :class:`OSError`."""

    def exists(self, place: str) -> bool:
        """Whether something stands under ``place``. Errors: :class:`OSError`."""


class Target(NamedTuple):
    """A :class:`~scrubber.tasks.Target` in a :class:`Home`."""

    home: Home
    work: Path
    """A private folder for what is not published yet."""
    name: str
    """The scrubbed name below the home."""
    token: str
    """Of :func:`token`."""
    content: Content = TEXT
    mode: int = 0o600
    changed: int | None = None
    """When the source was changed, in nanoseconds since 1970."""

    @property
    def private(self) -> outputs.Target:
        """The file of the output before it is published."""
        return _private(self.work, self.name, self.content, self.mode, self.changed, self.token)

    def open(self) -> Sink:
        """A sink, to be used in a ``with`` block."""
        return Sink(self)

    def discard(self) -> None:
        """Remove what a killed process left."""
        self.private.discard()


class Sink:
    """Writes to a private file, which a release publishes."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._private = target.private.open()

    def __enter__(self) -> Self:
        try:
            self._private.__enter__()
        except OSError as error:
            raise _passing(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._private.__exit__(kind, error, trace)
        self._target.discard()
        if isinstance(error, OSError):
            raise _passing(error) from None

    def write(self, block: bytes) -> None:
        """Add text or octets, cut anywhere."""
        self._private.write(block)

    def written(self) -> Iterator[bytes]:
        """What stands in the private file, unpacked and decoded again; nothing can be written after."""
        return self._private.written()

    def release(self, shift: int = 0) -> int:
        """Publish; returns the octets stored. Errors: :class:`OSError` when the home does not take it."""
        size = self._private.ready(shift)
        self._target.home.publish(self._target.private.temporary, self._target.name)
        return size


def token() -> str:
    """The name of a private file, which nobody can guess."""
    return secrets.token_hex(8)


def write(home: Home, work: Path, place: str, data: bytes) -> None:
    """Publish something small. Errors: :class:`OSError`."""
    private = _private(work, place, TEXT, 0o600, None, token())
    with private.open() as sink:
        sink.write(data)
        sink.ready()
        home.publish(private.temporary, place)


def _private(work: Path, name: str, content: Content, mode: int, changed: int | None, token: str) -> outputs.Target:
    return outputs.Target(work / token, name, content, force=True, mode=mode, changed=changed, token=token)


def _passing(error: OSError) -> InputError:
    """What the report says: a disk may have room again, a home may come back."""
    return InputError(PASSING + (error.strerror or type(error).__name__))
