"""What a batch remembers of inputs and values: digests under the key, which tell nothing without it."""

from __future__ import annotations

from hashlib import blake2b

from scrubber.batch.inputs import Input
from scrubber.lexicon import Lexicon
from scrubber.pseudonyms.key import Key

_SIZE = 16


class Digests:
    """The digests of one key."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def of(self, what: bytes, value: bytes) -> bytes:
        """Of a value; ``what`` keeps those of one use apart from those of another."""
        return self._key.digest(b"batch-" + what, value, _SIZE)

    def name(self, each: Input) -> bytes:
        """Of the name of an input."""
        return self.of(b"name", each.path.encode("utf-8", "surrogateescape"))

    def tag(self, each: Input) -> bytes | None:
        """Of what a store says about the state of an input; ``None`` when it says nothing."""
        return self.of(b"tag", each.tag.encode("utf-8", "surrogateescape")) if each.tag else None

    def content(self, digest: bytes) -> bytes:
        """Of what an input holds, which has this digest."""
        return self.of(b"content", digest)

    def marks(self, lexicon: Lexicon) -> set[bytes]:
        """Of each learned value."""
        return {self._value(entity, value) for entity, values in lexicon.values.items() for value in values}

    def of_marks(self, marks: set[bytes]) -> bytes:
        """Of everything that was learned."""
        state = blake2b(digest_size=32)
        for mark in sorted(marks):
            state.update(mark)
        return self.of(b"lexicon", state.digest())

    def only(self, lexicon: Lexicon, marks: set[bytes]) -> Lexicon:
        """The learned values that have one of the marks."""
        only = Lexicon(lexicon.stop_words)
        for entity, values in lexicon.values.items():
            for value in values:
                if self._value(entity, value) in marks:
                    only.put(entity, value)
        return only

    def _value(self, entity: str, value: bytes) -> bytes:
        return self.of(b"value", entity.encode() + b"\0" + value)
