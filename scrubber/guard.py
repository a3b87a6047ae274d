"""Whether a file is a raw log or capture that must not leave: told by its content, whatever its name.

Only what is read as a log or a capture can be stopped: a source file or a text with an address in it is nobody's
business here. It is stopped at the first original in it, so a raw log costs little more than its first lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from scrubber.bundle.archive import Archive
from scrubber.capture import magic
from scrubber.compression import kind as compressed
from scrubber.compression import unpacked
from scrubber.content import BINARY_SHARE, control_share
from scrubber.formats import detect
from scrubber.model import Place, RuleSet, ScrubError
from scrubber.tasks import Kind, Source
from scrubber.worker import Options, Worker

HEAD = 1 << 16
SIGNS = (b"SIP/2.0", b"sip:", b"PJSIP/", b'"channel"', b"CSeq")
"""What a text of a notation that anything may have holds when it is about calls."""
ANYTHING = frozenset({"json", "syslog"} | {fmt.name for fmt in detect.FORMATS if fmt.notation})
"""Formats that programs of any trade write, documents among them."""
LOGS = frozenset(fmt.name for fmt in detect.FORMATS) - {"plain"}
"""What is a log by its format."""


class Raw(NamedTuple):
    """A file that is stopped."""

    format: str
    place: Place | None
    """The first original; ``None`` for a log or capture that is damaged, so that nothing proves it clean."""


def raw(source: Source, rules: RuleSet) -> Raw | None:
    """The first original in a log or capture, alone or in an archive; ``None`` for a clean one and for any other file.

    Errors: :class:`OSError` for what cannot be read.
    """
    worker = Worker(rules, Options())
    try:
        inspected = source.inspect()
        kind, chunks = worker.opened(inspected, "")
        return next(filter(None, (_found(inner, data, rules) for inner, data in _files(kind, chunks))), None)
    except ScrubError:
        return Raw("damaged", None) if _is_about_calls(source) else None


def _files(kind: Kind, chunks: Iterator[bytes]) -> Iterator[tuple[Kind, Iterator[bytes]]]:
    """A file, or each file in an archive and in the archives in it."""
    if not isinstance(kind, Archive):
        yield kind, chunks
        return
    for _, inner, data in kind.contents(chunks):
        yield from _files(inner, data)


def _found(kind: Kind, chunks: Iterator[bytes], rules: RuleSet) -> Raw | None:
    """The first original in one file. Its first lines are looked at before a block of many more is read."""
    first = next(chunks, b"")
    if kind.name in LOGS:
        if kind.name in ANYTHING and not any(sign in first[:HEAD] for sign in SIGNS):
            return None
        head = first[: first.rfind(b"\n", 0, HEAD) + 1]
        place = next(kind.exposed(iter((head,)), rules), None) if head else None
        if place is not None:
            return Raw(kind.name, place)
    elif not magic.kind(first):
        return None
    place = next(kind.exposed(chain((first,), chunks), rules), None)
    return None if place is None else Raw(kind.name, place)


def _is_about_calls(source: Source) -> bool:
    """Whether a file that is refused begins like a capture, or like a text of calls in whatever encoding."""
    stored = source.chunks()
    first = next(stored, b"")
    head = b""
    with suppress(ScrubError):
        for chunk in unpacked(chain((first,), stored), compressed(first)):
            head += chunk
            if len(head) >= HEAD:
                break
    text = head[:HEAD].replace(b"\0", b"")
    is_text = bool(text) and control_share(text) < BINARY_SHARE
    return bool(magic.kind(head)) or (is_text and any(sign in text for sign in SIGNS))
