"""What a right output holds in the places of the originals: none of that proves a residue.

Made once for all audits of a run, because a pseudonym costs an audit as much as it cost the rewriting.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates

SHORTEST_NAME = 3
"""Octets of a word in a pseudonym that is nobody's name; shorter ones stand in too many."""
_WORD = re.compile(rb"[0-9A-Za-z\x80-\xff]+")


class Written:
    """The pseudonyms of a run in lower case, and the words in them. Grows with the number of identities."""

    def __init__(self, values: Mapping[Entity, Collection[bytes]], surrogates: Surrogates) -> None:
        """``values`` by entity, as a lexicon has them."""
        self._of = surrogates.of_entity
        self._values = values
        self._whole: set[bytes] = set()
        self._words: set[bytes] = set()
        self._same: set[tuple[Entity, bytes]] = set()
        for entity, known in values.items():
            compute = self._of[entity]
            for value in known:
                new = compute(value).lower()
                if new == value.lower():
                    self._same.add((entity, value))
                self._add(new)

    def stays(self, entity: Entity, value: bytes) -> bool:
        """Whether a value is its own pseudonym."""
        if value in self._values.get(entity, ()):
            return (entity, value) in self._same
        return self._of[entity](value).lower() == value.lower()

    def holds(self, lowered: bytes) -> bool:
        """Whether a value in lower case is a pseudonym, or a word of one."""
        return lowered in self._whole or lowered in self._words

    def names(self, lowered: bytes) -> bool:
        """As :meth:`holds`, but of a word only when it is long enough for a name."""
        return lowered in self._whole or (len(lowered) >= SHORTEST_NAME and lowered in self._words)

    def _add(self, new: bytes) -> None:
        self._whole.add(new)
        words = _WORD.findall(new)
        if words != [new]:
            self._words.update(words)
