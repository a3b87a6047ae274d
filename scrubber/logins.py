"""Accounts that are made of a person's name: the first letter and the surname, or both names together, in ASCII.

A learned name stands in such accounts all over a bundle (``wdoemann``, ``wandadoemann``), where no word of it is alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

SHORTEST = 6
"""Letters; shorter ones may be words."""
LONGEST = 64
_MOST_WORDS = 3
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def of_name(name: bytes) -> Iterator[bytes]:
    """The accounts that may be made of the name of a person of two or three words, in lower case."""
    text = name.decode(errors="replace").lower()
    words = text.split()
    if len(name) > LONGEST or not 1 < len(words) <= _MOST_WORDS or not all(map(str.isalpha, words)):
        return
    spelled = dict.fromkeys((_ascii(text), _ascii(text.translate(_UMLAUTS))))
    for form in spelled:
        parts = form.split()
        if len(parts) < 2 or not form.isascii():
            continue
        for login in (parts[0][0] + parts[-1], parts[0] + parts[-1]):
            if len(login) >= SHORTEST:
                yield login.encode()


def _ascii(text: str) -> str:
    """A text in lower case without marks over its letters."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
