"""The manifest beside an output: what was written, by which tool and rules, and the hash of each file.

``FILE.scrubbed.json`` stands beside ``FILE``, which is an output or the folder of many. With it a later program can
tell that a file is still, octet for octet, what scrubber released. It holds no key and nothing of an input: names of
outputs, sizes, hashes, counts.

A manifest is not signed, so it proves nothing about who wrote it: whoever can write the folder can write one. It is
worth what the folder is worth, and reading it never replaces a check unless the user asks for that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from scrubber.model import Action, InputError, RuleSet
from scrubber.reports.report import FileReport, RunReport, Status, ordered, total, version

SUFFIX = ".scrubbed.json"
"""Behind the whole name of the output."""
SCHEMA = 1
"""Version of the shape that :func:`make` documents."""
LARGEST = 1 << 24
"""Bytes of the largest manifest that is read: a hundred thousand files."""
VERDICT = "verified"
"""What a manifest says of each file in it: rewritten, audited, released."""

_KINDS: Mapping[str, type] = {
    "manifest": int,
    "tool": str,
    "profile": str,
    "rules": str,
    "kept": list,
    "options": list,
    "verdict": str,
    "files": list,
}
_DIGITS = frozenset("0123456789abcdef")


class Output(NamedTuple):
    """An output as it lies on the disk."""

    name: str
    """Below the folder the manifest is for, components joined by ``/``; for a single file its own name."""
    size: int
    sha256: str
    """Hexadecimal, in lower case."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that was read: well formed, which says nothing about who wrote it."""

    tool: str
    rules: str
    """Digest of the rules."""
    kept: frozenset[str]
    """Entities that were left readable."""
    files: Mapping[str, Output]

    def matches(self, output: Output) -> bool:
        """Whether ``output`` is what was released under this name, not one octet changed."""
        return self.files.get(output.name) == output

    def objection(self, tool: str, rules: RuleSet) -> str:
        """Why a check by ``tool`` (name and version) under ``rules`` must not take this manifest's word, or empty."""
        if self.tool != tool:
            return "written by another version of scrubber"
        if self.rules != rules.digest:
            return "written under other rules"
        here = {entity.value for entity, action in rules.actions.items() if action is Action.KEEP}
        return "" if self.kept <= here else "written with kinds of values kept that are judged here"


def vouched(text: bytes, output: Output, rules: RuleSet) -> bool:
    """Whether a manifest says that ``output`` is what scrubber of this version released under these rules.

    A manifest that cannot be read vouches for nothing. It is not signed: this catches accidents, not people.
    """
    try:
        found = read(text)
    except InputError:
        return False
    return found.matches(output) and not found.objection(f"scrubber {version()}", rules)


def make(run: RunReport, outputs: Iterable[tuple[Output, FileReport]]) -> str:
    """The manifest of released outputs, as one JSON document, ASCII only, the same for the same outputs.

    ::

        {"manifest": 1, "tool": "scrubber 0.1.0", "profile": "support", "rules": "<hex digest>", "kept": ["time"],
         "options": [], "verdict": "verified", "refused": 0, "entities": {"ipv4": 9},
         "files": [{"name": "full.log", "size": 123, "sha256": "<hex digest>", "format": "asterisk",
                    "entities": {"ipv4": 9}, "rules": {"text.ip": 9}, "notes": {},
                    "audits": [{"name": "residue", "ran": true, "detail": ""}]}]}
    """
    released = [(output, file) for output, file in outputs if file.status is Status.RELEASED]
    document = {
        "manifest": SCHEMA,
        "tool": f"scrubber {run.tool}",
        "profile": run.profile,
        "rules": run.rules_digest,
        "kept": list(run.kept),
        "options": list(run.options),
        "verdict": VERDICT,
        "refused": sum(file.status is not Status.RELEASED for file in run.every),
        "entities": ordered(total(file.entities for _, file in released)),
        "files": [_entry(output, file) for output, file in released],
    }
    return json.dumps(document, indent=1) + "\n"


def _entry(output: Output, file: FileReport) -> dict[str, object]:
    return output._asdict() | {
        "format": file.format,
        "entities": ordered(file.entities),
        "rules": ordered(file.rules),
        "notes": ordered(file.notes),
        "audits": [audit._asdict() for audit in file.audits],
    }


def read(data: bytes) -> Manifest:
    """A manifest out of its octets, which may come from anywhere.

    Raises :class:`InputError`, which says what is wrong and shows nothing of the content.
    """
    if len(data) > LARGEST:
        _refuse("it is too large")
    try:
        document = json.loads(data, object_pairs_hook=_unique, parse_constant=_constant)
    except (ValueError, RecursionError):
        _refuse("it is not JSON")
    if not isinstance(document, dict):
        _refuse("it is not an object")
    for key, kind in _KINDS.items():
        if type(document.get(key)) is not kind:
            _refuse(f"{key!r} is missing or of another type")
    if document["manifest"] != SCHEMA:
        _refuse("it is of another version")
    if document["verdict"] != VERDICT:
        _refuse("its verdict is another")
    outputs = [_output(entry) for entry in document["files"]]
    files = {output.name: output for output in outputs}
    if len(files) < len(outputs):
        _refuse("it names a file twice")
    return Manifest(document["tool"], document["rules"], frozenset(_texts(document["kept"])), files)


def _output(entry: object) -> Output:
    if not isinstance(entry, dict):
        _refuse("a file is not an object")
    name, size, sha256 = (entry.get(key) for key in Output._fields)
    if not isinstance(name, str) or type(size) is not int or not isinstance(sha256, str):
        _refuse("a file lacks its name, size or hash")
    if size < 0 or len(sha256) != 64 or not _DIGITS.issuperset(sha256):
        _refuse("a size or hash is none")
    return Output(name, size, sha256)


def _texts(items: list[object]) -> list[str]:
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) < len(items):
        _refuse("a list of texts holds something else")
    return texts


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) < len(pairs):
        raise ValueError("a key twice")
    return known


def _constant(_: str) -> NoReturn:
    raise ValueError("no number")


def _refuse(why: str) -> NoReturn:
    raise InputError(f"the manifest cannot be read: {why}")
