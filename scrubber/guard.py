"""Whether a file is a raw log or capture that must not leave: told by its content, whatever its name.

Only what is read as a log or a capture can be stopped: a source file or a text with an address in it is nobody's
business here. It is stopped at the first original in it, so a raw log costs little more than its first lines.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from scrubber import manifest
from scrubber.formats import detect
from scrubber.manifest import Output
from scrubber.model import Place, RuleSet, ScrubError
from scrubber.report import version
from scrubber.tasks import Source
from scrubber.worker import Options, Worker

HEAD = 1 << 16
SIGNS = (b"SIP/2.0", b"sip:", b"PJSIP/", b'"channel"', b"CSeq")
"""What a text of a notation that anything may have holds when it is about calls."""
ANYTHING = frozenset({"json", "syslog"})
"""Formats that programs of any trade write."""
TEXTS = frozenset({"plain"})
"""What is neither a log nor a capture."""


class Raw(NamedTuple):
    """A file that is stopped."""

    format: str
    place: Place


def raw(source: Source, rules: RuleSet) -> Raw | None:
    """The first original in a log or capture; ``None`` for a clean one and for any other file.

    Errors: :class:`OSError` for what cannot be read.
    """
    worker = Worker(rules, Options())
    try:
        source = source.inspect()
        kind, chunks = worker.opened(source, "")
        if not source.capture and not _is_log(kind.name, source):
            return None
        if not source.capture:
            # A raw log shows what it is in its first lines, which need not be read with a block of many more.
            first = next(chunks, b"")
            head = first[: first.rfind(b"\n", 0, HEAD) + 1]
            place = next(kind.exposed(iter((head,)), rules), None) if head else None
            if place is not None:
                return Raw(kind.name, place)
            chunks = chain((first,), chunks)
        place = next(kind.exposed(chunks, rules), None)
    except ScrubError:
        # An image, a program: none of the files that this looks for.
        return None
    return None if place is None else Raw(kind.name, place)


def vouched(text: bytes, output: Output, rules: RuleSet) -> bool:
    """Whether a manifest says that ``output`` is what scrubber of this version released under these rules.

    A manifest that cannot be read vouches for nothing. It is not signed: this catches accidents, not people.
    """
    try:
        found = manifest.read(text)
    except ScrubError:
        return False
    return found.matches(output) and not found.objection(f"scrubber {version()}", rules)


def _is_log(name: str, source: Source) -> bool:
    logs = {fmt.name for fmt in detect.FORMATS} - TEXTS
    if name not in logs:
        return False
    if name not in ANYTHING:
        return True
    head = next(source.chunks(), b"")[:HEAD]
    return any(sign in head for sign in SIGNS)
