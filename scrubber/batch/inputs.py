"""One object of a batch as the pipeline reads it: the same octets in every pass, or none.

An :class:`Input` remembers a digest of what it read when it was inspected. Each later pass reads as many octets and
gives the last of them only when the digest is the same, so what changed between the passes is never rewritten with a
lexicon that was learned from something else. A log that only grew is read as far as it reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from scrubber import storage
from scrubber.content import TEXT, Content, begun, gathered, recognised, text
from scrubber.model import InputError

PASSING = "for now: "
"""How the reason of a fault begins that may be gone in the next run, which then tries again unasked."""
CHANGED = PASSING + "changed while it was read"


class Origin(Protocol):
    """Where the octets of an object come from. Pickled, so it holds no open file."""

    def read(self, size: int | None) -> Iterator[bytes]:
        """The octets as they are stored, ``size`` or more of them, or all. Errors: :class:`OSError`."""

    def begin(self) -> Iterator[bytes]:
        """The first of them, without the cost of all. Errors: :class:`OSError`."""


class LocalFile(NamedTuple):
    """A file on this machine."""

    path: str

    def read(self, size: int | None) -> Iterator[bytes]:
        """As :class:`Origin` says."""
        del size
        return storage.contents(Path(self.path))

    def begin(self) -> Iterator[bytes]:
        """As :class:`Origin` says."""
        return storage.contents(Path(self.path))


class Input(NamedTuple):
    """One object to read, as a :class:`~scrubber.tasks.Source`. A tuple, since nothing is pickled as often."""

    origin: Origin
    label: str
    """The name as the user knows it."""
    parts: tuple[str, ...]
    size: int = 0
    """Octets as stored."""
    changed: float | None = None
    """Seconds since 1970; ``None`` where the store does not say."""
    tag: str = ""
    """What the store says about the state of the object; another text when it was written again."""
    mode: int | None = None
    """Permissions, where there are any."""
    fault: str = ""
    """Why it cannot be read, known from its place alone."""
    content: Content = TEXT
    digest: bytes = b""
    """Of what is stored, once it is inspected; never written anywhere but under a key."""

    @property
    def capture(self) -> str:
        """The name of the container when it is a capture; empty for anything else, or before it was inspected."""
        return self.content.capture

    @property
    def path(self) -> str:
        """The name below the folder of the batch, components joined by slashes; for one object, its name."""
        return "/".join(self.parts[1:] or self.parts)

    def look(self) -> Input:
        """This input with what its first octets say of its content. Errors: as :meth:`inspect`."""
        if self.fault:
            raise InputError(self.fault)
        head = next(gathered(_faults_named(self.origin.begin())), b"")
        return self._replace(content=begun(lambda: iter((head,))))

    def inspect(self) -> Input:
        """This input with ``content``, ``size`` and ``digest`` known.

        Errors: :class:`InputError` with the reason for what is refused or cannot be read.
        """
        if self.fault:
            raise InputError(self.fault)
        size, digest = self.hashed()
        known = self._replace(size=size, digest=digest)
        return known._replace(content=recognised(known.stored))

    def hashed(self) -> tuple[int, bytes]:
        """Size and digest of what is stored now. Errors: :class:`InputError`."""
        size, state = 0, blake2b(digest_size=32)
        for chunk in _faults_named(self.origin.read(None)):
            size += len(chunk)
            state.update(chunk)
        return size, state.digest()

    def stored(self) -> Iterator[bytes]:
        """The octets that were inspected. Errors: :class:`InputError` before the last of them when they are others."""
        state, left, held = blake2b(digest_size=32), self.size, b""
        for chunk in _faults_named(self.origin.read(self.size)):
            if held:
                yield held
            held = chunk[:left]
            state.update(held)
            left -= len(held)
            if not left:
                break
        if left or state.digest() != self.digest:
            raise InputError(CHANGED)
        if held:
            yield held

    def chunks(self, told: Callable[[int], None] | None = None) -> Iterator[bytes]:
        """The text as UTF-8, or the octets of anything else, unpacked; ``told`` hears of stored octets."""
        stored = self.stored()
        return text(stored if told is None else _telling(stored, told), self.content)

    def spool(self) -> IO[bytes]:
        """A private place for a part of it."""
        return storage.Source(Path(), "", ()).spool()


def _telling(chunks: Iterator[bytes], told: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        told(len(chunk))


def _faults_named(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, with the errors of the store told as faults that may pass."""
    try:
        yield from chunks
    except FileNotFoundError:
        raise InputError(PASSING + "no longer there") from None
    except OSError as error:
        raise InputError(PASSING + (error.strerror or type(error).__name__)) from None
