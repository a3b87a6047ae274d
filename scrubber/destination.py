"""Where the outputs of a run go: beside the inputs, into a folder, or under one name."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from scrubber.compression import SUFFIXES
from scrubber.model import InputError
from scrubber.outputs import EXISTS, Target
from scrubber.storage import Source, absolute, is_folder

LISTED = 5
"""Outputs up to which each is named; beyond, their folder is."""


class Destination:
    """Where the outputs of a run go. Hands out every path once, so equal scrubbed names get a number.

    ``output`` is a folder when it exists as one, ends in a separator, or when there is more than one input or a folder
    among them. Without ``output`` each argument gets ``NAME.scrubbed.EXT`` beside it.
    """

    def __init__(
        self,
        output: str | None,
        paths: Sequence[Path],
        found: Sequence[Source],
        *,
        force: bool,
        private: bool = False,
    ) -> None:
        """``private``: nobody but the user may read what is written.

        Errors: :class:`InputError` when no output can be placed, or it would lie inside an input folder.
        """
        folders = [path for path in paths if is_folder(path)]
        self._beside = output is None
        self._base = Path(absolute(Path(output or "")))
        self._folder = output is not None and (
            len(paths) > 1 or bool(folders) or is_folder(self._base) or output.endswith(("/", os.sep))
        )
        self._strip = 1 if self._folder and len(paths) == 1 and folders else 0
        self._force = force
        self._used: set[str] = set()
        self._made: set[Path] = set()
        self._placed: dict[str, tuple[Path, Path]] = {}
        self._homes: dict[str, Path] = {}
        self._inputs = frozenset(_identities(found))
        self._allowed = (0o700 if private else 0o777) & ~_umask()
        self._mode = 0o644 & self._allowed
        if self._beside and any(not Path(absolute(path)).name for path in paths):
            raise InputError("a whole drive has no place beside it for the output")
        real = Path(os.path.realpath(self._base))
        if self._folder and any(real.is_relative_to(os.path.realpath(folder)) for folder in folders):
            raise InputError("the output lies inside an input folder")

    def target(self, source: Source, parts: tuple[str, ...]) -> Target:
        """The output for ``source``, whose scrubbed name is ``parts``.

        Errors: :class:`InputError` when it exists and is not to be overwritten, or when it is an input.
        """
        if any(not _is_component(part) for part in parts):
            raise InputError("the scrubbed name is not a file name")
        if self._beside:
            base = Path(absolute(source.path)).parents[len(parts) - 1]
            path = base.joinpath(marked(parts[0], ".scrubbed", whole=len(parts) > 1), *parts[1:])
        elif self._folder:
            base = self._base
            path = base.joinpath(*parts[self._strip :])
        else:
            base, path = self._base.parent, self._base
        path = self._unused(path)
        self._check(path)
        self._made.update(parent for parent in path.parents if not parent.exists())
        root = path.parents[len(parts) - 2] if self._beside and len(parts) > 1 else base
        self._placed[source.label] = path, root
        self._homes[source.label] = root if self._folder or (self._beside and len(parts) > 1) else path
        target = Target(path, path.relative_to(base).as_posix(), source.content, self._force, self._mode)
        return self._like(target, source.path) if len(parts) > 1 else target

    def _like(self, target: Target, path: Path) -> Target:
        """The target with the time and the permissions of a file of a folder, as far as anybody may have them."""
        with suppress(OSError):
            status = path.stat()
            mode = (stat.S_IMODE(status.st_mode) & self._allowed) | stat.S_IRUSR | stat.S_IWUSR
            return replace(target, mode=mode, changed=status.st_mtime_ns)
        return target

    def reserve(self, path: Path) -> Target:
        """The target for one more file of the run, such as a report, that no output may take. Errors as above."""
        path = Path(absolute(path))
        is_output = not self._beside and not self._folder and path == self._base
        if is_output or os.path.normcase(path).casefold() in self._used:
            raise InputError("the name is used twice")
        self._used.add(os.path.normcase(path).casefold())
        self._check(path)
        return Target(path, path.name, force=self._force, mode=self._mode)

    def placed(self, label: str) -> tuple[Path, Path]:
        """Where the output of the source with this label lies, and what a manifest of it stands beside.

        That is the output itself, or the folder that was made of a folder or of several files.
        """
        return self._placed[label][0], self._homes[label]

    def announced(self, labels: Iterable[str]) -> list[str]:
        """Where the outputs of the sources with these labels lie, for the user's own terminal.

        One line a file for up to :data:`LISTED` of them, else one line a folder with the number of its files.
        """
        placed = [self._placed[label] for label in labels]
        if len(placed) <= LISTED:
            return [f"wrote {path}" for path, _ in placed]
        return [f"wrote {count:,} files below {root}" for root, count in Counter(root for _, root in placed).items()]

    def _unused(self, path: Path) -> Path:
        candidate, number = path, 1
        # Folded, as some file systems take names for equal that differ in case.
        while os.path.normcase(candidate).casefold() in self._used:
            number += 1
            candidate = path.with_name(marked(path.name, f"-{number}"))
        self._used.add(os.path.normcase(candidate).casefold())
        return candidate

    def _check(self, path: Path) -> None:
        if not os.path.lexists(path):
            return
        if is_folder(path):
            raise InputError("the output is a folder")
        with suppress(FileNotFoundError):
            status = path.stat()
            if (status.st_dev, status.st_ino) in self._inputs:
                raise InputError("the output is an input")
        if not self._force:
            raise InputError(EXISTS)

    def tidy(self) -> None:
        """Remove the folders made for outputs that did not come to be."""
        for folder in sorted(self._made, key=lambda path: -len(path.parts)):
            with suppress(OSError):
                folder.rmdir()


def marked(name: str, mark: str, *, whole: bool = False) -> str:
    """``name`` with ``mark`` before its extension (``x.tar.gz`` -> ``x.scrubbed.tar.gz``); ``whole``: at the end."""
    path = Path(name)
    extension = "" if whole else path.suffix
    if extension.lower() in SUFFIXES:
        extension = Path(path.stem).suffix + extension
    return name[: len(name) - len(extension)] + mark + extension


def _identities(found: Sequence[Source]) -> Iterator[tuple[int, int]]:
    for source in found:
        with suppress(OSError):
            status = source.path.stat()
            yield status.st_dev, status.st_ino


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _is_component(name: str) -> bool:
    return name not in ("", ".", "..") and not any(char in name for char in ("/", "\0", os.sep))
