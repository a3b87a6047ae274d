"""Which texts behind a log prefix are sentences: their lines have no form of their own, their neighbours do not matter.

Nothing asked here depends on the digits of a text, so that it is asked once for all texts of one shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from scrubber.blindness import SHAPE
from scrubber.detectors import labelled
from scrubber.readings import entry, pairs, table, trailing
from scrubber.readings.memo import Memo
from scrubber.readings.scan import LONGEST_SHAPE, SHAPES

_OF_MESSAGE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,63}[ \t]{0,4}:(?![:/\\])|.=|[ \t]", re.DOTALL)
"""The beginning of a header field, whatever its name, a line of a body, or a folded field: only the lines around it
tell whether it is one."""
_ENTITY: Final = re.compile(rb"&(?:quot|lt|gt|amp|apos|#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4});")
_SPACED: Final = b"00 00"
"""Digits after digits: perhaps one number in groups, whose tokens say nothing by themselves."""


def is_of_message(text: bytes) -> bool:
    """Whether a text can be a line of a message or of a document."""
    return _OF_MESSAGE.match(text) is not None or holds_reference(text)


def holds_reference(text: bytes) -> bool:
    """Whether a character reference of XML stands in a text."""
    return b"&" in text and _ENTITY.search(text) is not None


def is_spaced(text: bytes) -> bool:
    """Whether digits follow digits behind a blank, other than the time of day behind a date."""
    shape = text.translate(SHAPE)
    return shape.find(_SPACED) >= 0 and _SPACED in shape.replace(b"-00 00:", b"")


def _stands_alone(shape: bytes, *, wrapped: bool) -> bool:
    return not (
        is_of_message(shape)
        or is_spaced(shape)
        or labelled.opens_phrase(shape)
        or entry.opens(shape, wrapped=wrapped)
        or pairs.is_list(shape)
        or trailing.may_end(shape)
        or (wrapped and table.looks_like_headings(shape))
    )


@lru_cache(maxsize=2)
def screen(*, wrapped: bool) -> Callable[[bytes], bool]:
    """Tells of the shape of a text whether that is a sentence, and no entry, list, document, or line of a message.

    ``wrapped``: other programs' lines and tables stand in texts of the format. What was told once is remembered for all
    passes and files of a run.
    """
    known = Memo(partial(_stands_alone, wrapped=wrapped), SHAPES).__getitem__

    def is_sentence(shape: bytes) -> bool:
        return known(shape) if len(shape) <= LONGEST_SHAPE else _stands_alone(shape, wrapped=wrapped)

    return is_sentence
