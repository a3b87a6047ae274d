"""What an archive may cost: every limit in one place, and the count of what was spent.

The limits hold for an archive with everything nested in it, so that many small bombs make no large one.
"""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.model import ScrubError

MEMBERS = 100_000
"""Members of an archive and of all archives in it."""
DEPTH = 4
"""Archives in archives; the outermost one is the first."""
EXPANSION = 400
"""How many bytes one stored byte of the outermost archive may become, once :data:`FREE` is exceeded."""
FREE = 1 << 28
"""Bytes that any archive may become."""
MOST = 1 << 38
"""Bytes that no archive may become."""
LONGEST_PATH = 4096
"""Bytes of the name of a member with all its folders, and of the target of a link."""
LONGEST_NAME = 255
"""Bytes of one component of a name."""
COMPONENTS = 64
"""Components of a name: the folders a member lies in, and the member."""
NAMES = 300_000
"""Different components of names, each counted once in its folder."""
EXTENDED = 1 << 20
"""Bytes of the extended header of a member of a tar file."""
DIRECTORY = 1 << 24
"""Bytes of the central directory of a zip file."""


class ExhaustedError(ScrubError):
    """A limit of the outermost archive is reached: no member of it can be refused alone."""


class Budget:
    """What one pass over an archive of ``stored`` bytes has left."""

    def __init__(self, stored: int) -> None:
        self._most = min(max(FREE, EXPANSION * stored), MOST)
        self.renew()

    def renew(self) -> None:
        """A new pass begins."""
        self._bytes = self._members = 0

    def member(self) -> None:
        """One more member. Errors: :class:`ExhaustedError` when there are too many."""
        self._members += 1
        if self._members > MEMBERS:
            raise ExhaustedError(f"the archive has more than {MEMBERS:,} members")

    def counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks. Errors: :class:`ExhaustedError` once there are too many bytes."""
        for chunk in chunks:
            self._bytes += len(chunk)
            if self._bytes > self._most:
                raise ExhaustedError(f"the archive expands to more than {self._most:,} bytes")
            yield chunk
