"""An output that nobody gets: what a dry run writes, so that it is audited like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import IO, Self

from scrubber.content import pieces


class Draft:
    """A sink whose release publishes nothing; used in a ``with`` block, at whose end everything is gone."""

    def __init__(self, spool: Callable[[], IO[bytes]]) -> None:
        """``spool`` opens a private place."""
        self._spool = spool
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._file = self._spool()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    @property
    def _opened(self) -> IO[bytes]:
        if self._file is None:
            raise ValueError("the sink is closed")
        return self._file

    def write(self, block: bytes) -> None:
        """Add text or octets, cut anywhere. Errors: :class:`OSError`."""
        self._opened.seek(0, 2)
        self._opened.write(block)

    def written(self) -> Iterator[bytes]:
        """What was written, from its start."""
        return pieces(self._opened)

    def release(self, shift: int = 0) -> int:
        """No octet is published."""
        del shift
        return 0
