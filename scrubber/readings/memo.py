"""The hot path: line -> part -> atom memos, so that what repeats costs one look-up.

A memo is a dict whose ``__missing__`` computes and stores; a hit never runs Python code, so a block is rewritten by
mapping ``lines.__getitem__`` over its lines. Everything here is an accelerator for the complete readings in
``rewrite.py`` and ``message.py``: a shape that is not plainly simple raises :class:`Odd` and takes the complete path.

A line whose treatment depends on its neighbours comes out as a :class:`Cue`; the engine then looks at the message
around it. Tokens whose treatment depends on the rest of their line raise :class:`Contextual` and are never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Container


class Odd(Exception):  # noqa: N818 - control flow of the fast path, never seen outside
    """The value is not of the simple shape; read it completely."""


class Contextual(Exception):  # noqa: N818 - control flow of the fast path, never seen outside
    """The token cannot be read without the rest of its line."""


class Cue(bytes):
    """A rewritten line that asks for a look at the message around it."""

    kind: str

    @classmethod
    def of(cls, kind: str, line: bytes) -> Cue:
        """``line`` with a reason: ``content``, ``header``, ``resized``."""
        cue = cls(line)
        cue.kind = kind
        return cue


class Memo(dict[bytes, bytes]):
    """A bounded memo of ``compute``; a full table becomes the older generation, entries in use are promoted.

    With ``words``, letters alone that are none of these (in lower case) stay as they are without being computed.
    """

    __slots__ = ("capacity", "compute", "old", "words")

    def __init__(self, compute: Callable[[bytes], bytes], capacity: int, words: Container[bytes] | None = None) -> None:
        super().__init__()
        self.compute = compute
        self.capacity = capacity
        self.words = words
        self.old: dict[bytes, bytes] = {}

    def __missing__(self, key: bytes) -> bytes:
        if self.words is not None and key.isalpha() and key.lower() not in self.words:
            value = key
        else:
            known = self.old.get(key)
            value = self.compute(key) if known is None else known
        if len(self) >= self.capacity:
            self.old = dict(self)
            self.clear()
        self[key] = value
        return value
