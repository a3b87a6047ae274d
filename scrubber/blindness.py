"""Whether a pattern can tell one decimal digit from another.

A pattern that cannot finds the same places in a text whatever its digits are, so that they are found once for all texts
of one *shape*: the text with a zero for every digit. Works on the parse tree of the standard library's ``re``, as
``literals`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

_parser: Any = re._parser  # type: ignore[attr-defined]  # noqa: SLF001 - the only door to the parse tree
_constants: Any = re._constants  # type: ignore[attr-defined]  # noqa: SLF001

DIGITS: Final = b"0123456789"
SHAPE: Final = bytes.maketrans(DIGITS, b"0" * 10)
"""Table for ``bytes.translate``: from a text to its shape."""

_CODES = frozenset(DIGITS)


def is_blind(pattern: bytes) -> bool:
    """Whether ``pattern`` matches the shape of a text wherever, and only where, it matches the text."""
    return blind_tree(_parser.parse(pattern))


def blind_tree(tree: Any) -> bool:  # noqa: ANN401 - the parse tree
    """The same for a parsed pattern."""
    groups = {argument[0]: argument[3] for operation, argument in _nodes(tree) if operation is _constants.SUBPATTERN}
    return all(_is_blind(operation, argument, groups) for operation, argument in _nodes(tree))


def _nodes(items: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Every node of a tree, parents first."""
    for operation, argument in items:
        yield operation, argument
        for part in argument if isinstance(argument, tuple | list) else (argument,):
            for branch in part if isinstance(part, list) else (part,):
                if hasattr(branch, "data"):
                    yield from _nodes(branch)


def _is_blind(operation: Any, argument: Any, groups: dict[int, Any]) -> bool:  # noqa: ANN401 - nodes of the tree
    if operation in (_constants.LITERAL, _constants.NOT_LITERAL):
        return argument not in _CODES
    if operation is _constants.IN:
        return len(_digits_of(argument)) in (0, len(_CODES))
    if operation is _constants.GROUPREF:  # equal digits of a shape were perhaps different ones
        return argument in groups and not any(map(_takes_digits, _nodes(groups[argument])))
    return True


def _digits_of(items: Iterable[Any]) -> set[int]:
    """Which digits a character class lists, be it to take or to refuse them."""
    found: set[int] = set()
    for operation, argument in items:
        if operation is _constants.LITERAL:
            found |= {argument} & _CODES
        elif operation is _constants.RANGE:
            found |= _CODES.intersection(range(argument[0], argument[1] + 1))
        elif operation is _constants.CATEGORY and argument in _WITH_DIGITS:
            found |= _CODES
    return found


_WITH_DIGITS = (_constants.CATEGORY_DIGIT, _constants.CATEGORY_WORD, _constants.CATEGORY_NOT_SPACE)


def _takes_digits(node: tuple[Any, Any]) -> bool:
    """Whether what a node matches may hold a digit; nothing is known of the nodes that are not looked into."""
    operation, argument = node
    if operation is _constants.LITERAL:
        return argument in _CODES
    if operation is _constants.IN:
        negated = (_constants.NEGATE, None) in argument
        return bool(_digits_of(argument)) != negated
    return operation in (_constants.NOT_LITERAL, _constants.ANY, _constants.GROUPREF)
