"""What a user may choose, from names and files to rules, values and numbers: one place for all commands and the API."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scrubber import rules, storage
from scrubber.model import Action, Entity, InputError, RuleError, RuleSet, ScrubError
from scrubber.reports.report import reason

if TYPE_CHECKING:
    # The tasks know the engine, which no command needs that only looks for manifests.
    from scrubber.tasks import Source

KNOWN_TEXT = 1 << 26
"""Bytes of the largest list of known values."""
SMALL = 1 << 25
"""Bytes of input below which a second process would start only to find everything done."""


def rule_set(
    profile: str = "support", files: Iterable[Path] = (), keep: Iterable[Entity] = (), *, shift_time: bool = False
) -> RuleSet:
    """The rules of a profile, with a user's own over them, some kinds of values kept, and times moved.

    Errors: :class:`RuleError`, which names the file.
    """
    paths = list(files)
    try:
        found = rules.load(profile, storage.rule_texts(paths))
    except RuleError as error:
        named = str(error).startswith(tuple(f"{path}:" for path in paths))
        raise RuleError(f"--rules {error}" if named else str(error)) from None
    actions, options = dict(found.actions), found.options
    if shift_time:
        actions[Entity.TIME] = Action.SHIFT
        options |= {"shift-time"}
    actions.update(dict.fromkeys(keep, Action.KEEP))
    return replace(found, actions=actions, options=options)


def known_values(paths: Iterable[Path]) -> tuple[bytes, ...]:
    """The lines of lists of known values. Errors: :class:`RuleError`, which names the file."""
    lines: list[bytes] = []
    for path in paths:
        try:
            lines += storage.read(path, KNOWN_TEXT).splitlines()
        except (ScrubError, OSError) as error:
            raise RuleError(f"--known {path}: {reason(error)}") from None
    return tuple(lines)


def format_name(name: str | None) -> str | None:
    """The name of a format that exists. Errors: :class:`RuleError`."""
    if not name:
        return None
    # Knowing all formats costs what no command needs that only looks for manifests.
    from scrubber.formats import detect

    try:
        return detect.by_name(name).name
    except InputError as error:
        raise RuleError(f"--format {error}") from None


def processes(sources: Iterable[Source]) -> int:
    """As many as there is work and room for."""
    if sum(source.size for source in sources) < SMALL:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return usable or 1
