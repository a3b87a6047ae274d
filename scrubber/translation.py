"""A vendor's reply in the words of the originals.

The originals are learned and scrubbed once more, then the reply's pseudonyms are turned back. Nothing is written but
the translation: the originals only teach, their scrubbed form is made and dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from scrubber.engine import Learner
from scrubber.filenames import teach
from scrubber.ledger import Ledger, ShortTexts
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Progress, reason
from scrubber.revelation import recording, revealing
from scrubber.tasks import Source
from scrubber.worker import Options, Worker, text_format

_SHARE = 10
"""A short number means its original if it stands for that at least so many times as often as for itself."""
LISTED = 20
"""How many unknown pseudonyms are named."""


class Told(NamedTuple):
    """What there is to say about a translation."""

    unknown: tuple[bytes, ...] = ()
    """Pseudonyms, recognised on sight, of nothing in the originals."""
    ambiguous: int = 0
    """How many pseudonyms stand for more than one original, and stayed."""
    replaced: int = 0
    """How many different texts were turned back."""
    skipped: int = 0
    """Originals that a clean refuses, too."""


class Translator:
    """Knows the originals of one clean; rules, key and options must be those of that clean."""

    def __init__(self, rules: RuleSet, key: Key, options: Options, progress: Progress) -> None:
        self._key = key
        self._worker = Worker(rules, options, key)
        self._worker.progress = progress
        for line in options.known:
            self._worker.lexicon.add_known(line)
        self._ledger = Ledger()
        self._skipped, self._why = 0, ""
        self.told = Told()
        """About the last translation, once it was read to its end."""

    def learn(self, originals: Sequence[Source]) -> None:
        """Read the originals, which tells the progress twice their size. What a clean refuses is passed over.

        Errors: :class:`InputError` naming one, when none can be read.
        """
        worker = self._worker
        found = [(source, name) for source, name in map(self._learned, originals) if name]
        engine, ledger = recording(worker.rules, self._key, worker.lexicon)
        before, after = ShortTexts(), ShortTexts()
        for source, name in found:
            rewriter = engine.rewriter(text_format(name))
            # What breaks in the middle broke the clean, too.
            with suppress(ScrubError, OSError):
                kind, chunks = worker.opened(source, name)
                for _ in after.counting(kind.rewrite(before.counting(chunks), rewriter)):
                    pass
            for part in source.parts:
                rewriter.rewrite_name(part)
        self._ledger = ledger()
        self._ledger.contest(lambda new: before[new] * _SHARE > after[new] - before[new])
        if not found and self._why:
            raise InputError(self._why)

    def _learned(self, source: Source) -> tuple[Source, str]:
        """An original, learned from, and its kind; the kind is empty when it is refused."""
        worker = self._worker
        try:
            source = source.inspect()
            learner = Learner(worker.rules)
            kind, chunks = worker.opened(source, worker.options.format or "")
            kind.learn(chunks, learner)
        except (ScrubError, OSError) as error:
            self._skipped += 1
            self._why = f"{source.label}: {reason(error)}"
            return source, ""
        teach(learner, "/".join(source.parts))
        worker.lexicon.merge(learner.lexicon)
        return source, kind.name

    def translated(self, reply: Source, *, annotate: bool = False) -> Iterator[bytes]:
        """The blocks of an inspected reply, turned back; ``annotate``: the pseudonym in brackets behind the original.

        Errors: :class:`InputError`, also for a capture that is to be annotated.
        """
        if annotate and reply.capture:
            raise InputError("a capture cannot be annotated")
        engine, maps = revealing(self._worker.rules, self._key, self._ledger, annotate=annotate)
        kind, chunks = self._worker.opened(reply, "")
        rewriter = engine.rewriter(text_format(kind.name))
        yield from kind.rewrite(chunks, rewriter)
        replaced = sum(rewriter.counts.values())
        self.told = Told(tuple(sorted(maps.unknown)), len(self._ledger.ambiguous), replaced, self._skipped)
