"""The hot path: line -> part -> atom memos, so that what repeats costs one look-up.

A memo is a dict whose ``__missing__`` computes and stores; a hit never runs Python code, so a block is rewritten by
mapping ``lines.__getitem__`` over its lines. Everything here is an accelerator for the complete readings in
``rewrite.py`` and ``message.py``: a shape that is not plainly simple raises :class:`Odd` and takes the complete path.

A line whose treatment depends on its neighbours comes out as a :class:`Cue`; the engine then looks at the message
around it. Tokens whose treatment depends on the rest of their line raise :class:`Contextual` and are never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Generic, TypeVar

Value = TypeVar("Value")


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


class Memo(dict[bytes, Value], Generic[Value]):
    """A bounded memo of ``compute``; a full table becomes the older generation, entries in use are promoted."""

    __slots__ = ("capacity", "compute", "old")

    def __init__(self, compute: Callable[[bytes], Value], capacity: int) -> None:
        super().__init__()
        self.compute = compute
        self.capacity = capacity
        self.old: dict[bytes, Value] = {}

    def __missing__(self, key: bytes) -> Value:
        value = self.old.get(key)
        if value is None:
            value = self.compute(key)
        if len(self) >= self.capacity:
            self.old = dict(self)
            self.clear()
        self[key] = value
        return value


class Words(Memo[bytes]):
    """A memo of tokens: letters alone that are none of ``words`` (in lower case) stay without being computed.

    Of a token that needs its line it is remembered that it does.
    """

    __slots__ = ("contextual", "words")

    def __init__(self, compute: Callable[[bytes], bytes], capacity: int, words: Container[bytes]) -> None:
        super().__init__(compute, capacity)
        self.words = words
        self.contextual: set[bytes] = set()

    def __missing__(self, key: bytes) -> bytes:
        if len(self) < self.capacity and key.isalpha() and key.lower() not in self.words:
            self[key] = key
            return key
        if key in self.contextual:
            raise Contextual
        try:
            return super().__missing__(key)
        except Contextual:
            if len(self.contextual) >= self.capacity:
                self.contextual.clear()
            self.contextual.add(key)
            raise
