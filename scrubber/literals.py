"""Which literal text must stand wherever a pattern matches: a cheap look before an expression is tried.

Works on the parse tree of the standard library's ``re``, whose shape is stable enough to read and checked by tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import Any

from scrubber.blindness import blind_tree
from scrubber.model import Literals

SHORTEST = 4
"""Literals below this many bytes stand nearly everywhere and decide nothing, unless they are punctuation alone."""
ALTERNATIVES = 16
"""More alternatives than this are not worth looking for."""
FEW = 4
"""Conditions of a pattern, and literals of a condition, that are worth looking for one by one."""
COMMON = (
    b"sip",
    b";tag",
    b"tag=",
    b"contact",
    b"response",
    b"inline",
    b"user",
    b"udp",
    b"call-id",
    b" from ",
    b"config",
)
"""Text of ordinary SIP traces: a literal that begins so would single out nearly every message."""

_parser: Any = re._parser  # type: ignore[attr-defined]  # noqa: SLF001 - the only door to the parse tree
_constants: Any = re._constants  # type: ignore[attr-defined]  # noqa: SLF001


@lru_cache(maxsize=1)
def _parsed(pattern: bytes) -> Any:  # noqa: ANN401 - the parse tree
    return _parser.parse(pattern)


def literals(pattern: bytes) -> Literals:
    """Everything that a pattern cannot match without."""
    return Literals(
        tuple(sorted(required(pattern))), conditions(pattern), beginnings(pattern), blind_tree(_parsed(pattern))
    )


def digest(pattern: bytes) -> str:
    """By which the literals of a pattern are stored."""
    return blake2b(pattern, digest_size=16).hexdigest()


def stored(patterns: Iterable[bytes]) -> str:
    """The literals of patterns as JSON, a line for each: parsing a pattern takes longer than looking it up."""
    rows = (
        f"{json.dumps(digest(pattern))}: {json.dumps(_spelled(literals(pattern)), ensure_ascii=True)}"
        for pattern in sorted(patterns, key=digest)
    )
    return "{\n" + ",\n".join(rows) + "\n}\n"


def restored(text: str) -> Mapping[str, Literals]:
    """What :func:`stored` wrote, by the digest of the pattern; rows that say less are left out."""
    rows = {key: row for key, row in json.loads(text).items() if len(row) == len(Literals._fields)}
    return {
        key: Literals(_raw(first), tuple(map(_raw, more)), None if begins is None else _raw(begins), blind)
        for key, (first, more, begins, blind) in rows.items()
    }


def _spelled(node: Any) -> Any:  # noqa: ANN401 - bytes, tuples of them, None, a truth value
    if isinstance(node, bytes):
        return node.decode("latin-1")
    return list(map(_spelled, node)) if isinstance(node, tuple) else node


def _raw(texts: Sequence[str]) -> tuple[bytes, ...]:
    return tuple([text.encode("latin-1") for text in texts])


def required(pattern: bytes) -> frozenset[bytes]:
    """Lower-case literals of which one stands in every text that ``pattern`` matches; empty if unknown."""
    return _best(list(_parsed(pattern))) or frozenset()


def conditions(pattern: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Sets of lower-case literals beside :func:`required`: every text that ``pattern`` matches holds one of each set.

    The literals may be as short as a bracket: they are looked for one by one in a text that was singled out already.
    """
    found = {_shortest(literals) for literals in _demanded(list(_parsed(pattern)))}
    found -= {_shortest(required(pattern)), (b" ",)}
    few = [literals for literals in found if len(literals) <= FEW]
    return tuple(sorted(few, key=lambda literals: (len(literals), -min(map(len, literals)), literals))[:FEW])


def beginnings(pattern: bytes) -> tuple[bytes, ...] | None:
    """Lower-case literals: every text that ``pattern`` matches begins with one. None if it may match anywhere."""
    tree = _parsed(pattern)
    if list(tree)[:1] != [(_constants.AT, _constants.AT_BEGINNING)] or tree.state.flags & re.MULTILINE:
        return None
    runs: set[bytes] = {b""}
    for operation, argument in tree:
        pieces = _pieces(operation, argument)
        if pieces is None or len(runs) * len(pieces) > ALTERNATIVES:
            break
        runs = {run + piece for run, piece in product(runs, pieces)}
    return tuple(sorted(runs))


def _shortest(literals: frozenset[bytes]) -> tuple[bytes, ...]:
    """The literals without those that hold another one."""
    return tuple(sorted(text for text in literals if not any(part in text for part in literals if part != text)))


def _demanded(items: Sequence[Any]) -> Iterator[frozenset[bytes]]:
    """Every set of alternatives of a sequence that leaves none out."""
    runs: set[bytes] = {b""}
    for operation, argument in items:
        pieces = _pieces(operation, argument)
        if pieces is not None and len(runs) * len(pieces) <= ALTERNATIVES:
            runs = {run + piece for run, piece in product(runs, pieces)}
            continue
        if b"" not in runs:
            yield frozenset(runs)
        runs = {b""}
        if operation is _constants.SUBPATTERN:
            yield from _demanded(list(argument[3]))
        elif operation is _constants.ASSERT:
            yield from _demanded(list(argument[1]))
        elif operation is _constants.BRANCH:
            texts = [_texts(list(branch)) for branch in argument[1]]
            if all(texts) and not any(b"" in text for text in texts if text):
                yield frozenset().union(*(text for text in texts if text))
    if b"" not in runs:
        yield frozenset(runs)


def _telling(literals: Iterable[bytes]) -> bool:
    return all(
        (len(literal) >= SHORTEST and not literal.strip(b"+<\"' ").startswith(COMMON))
        or (len(literal) >= 3 and literal[-1:] in (b":", b"=", b"(") and literal[:-1] not in COMMON)
        or (len(literal.replace(b" ", b"")) >= 2 and not any(chr(byte).isalnum() for byte in literal))
        for literal in literals
    )


def _best(items: Sequence[Any]) -> frozenset[bytes] | None:
    """The most telling set of alternatives of a sequence: the one whose shortest literal is longest."""
    candidates: list[frozenset[bytes]] = []
    runs: set[bytes] = {b""}
    for operation, argument in items:
        pieces = _pieces(operation, argument)
        if pieces is not None and len(runs) * len(pieces) <= ALTERNATIVES:
            runs = {run + piece for run, piece in product(runs, pieces)}
            continue
        candidates.append(frozenset(runs))
        runs = {b""}
        inner = _inner(operation, argument)
        if inner:
            candidates.append(inner)
    candidates.append(frozenset(runs))
    return max(filter(_telling, candidates), key=lambda found: (min(map(len, found)), -len(found)), default=None)


def _pieces(operation: Any, argument: Any) -> set[bytes] | None:  # noqa: ANN401 - nodes of the parse tree
    """The few texts one item can be, lower-cased; None when they are many or unknown."""
    if operation is _constants.LITERAL:
        return {bytes((argument,)).lower()} if argument < 256 else None
    if operation is _constants.IN and all(kind is _constants.LITERAL and code < 256 for kind, code in argument):
        options = {bytes((code,)).lower() for _, code in argument}
        return options if len(options) <= 3 else None
    if operation is _constants.AT:
        return {b""}
    if operation is _constants.SUBPATTERN:
        return _texts(list(argument[3]))
    if operation is _constants.BRANCH:
        branches = [_texts(list(branch)) for branch in argument[1]]
        return {text for branch in branches for text in branch or ()} if all(branches) else None
    if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and tuple(argument[:2]) == (0, 1):
        inner = _texts(list(argument[2]))
        return inner | {b""} if inner else None
    return None


def _texts(items: Sequence[Any]) -> set[bytes] | None:
    """The few texts a whole sequence can be."""
    texts: set[bytes] = {b""}
    for operation, argument in items:
        pieces = _pieces(operation, argument)
        if pieces is None or len(texts) * len(pieces) > ALTERNATIVES:
            return None
        texts = {text + piece for text, piece in product(texts, pieces)}
    return texts


def _inner(operation: Any, argument: Any) -> frozenset[bytes] | None:  # noqa: ANN401 - nodes of the parse tree
    if operation is _constants.SUBPATTERN:
        return _best(list(argument[3]))
    if operation is _constants.ATOMIC_GROUP:
        return _best(list(argument))
    if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        return _best(list(argument[2])) if argument[0] >= 1 else None
    if operation is _constants.BRANCH:
        found = [_best(list(branch)) for branch in argument[1]]
        if all(found):
            merged = frozenset().union(*(alternative for alternative in found if alternative))
            return merged if len(merged) <= ALTERNATIVES * 2 else None
    return None
