"""Streets by what their names end with, and the number of the house: ``Poromiehentie 14``, ``Ringgade 7 B``.

Streets of German, Dutch, Scandinavian, Finnish, Baltic and Hungarian towns are one word, or two of which the last one
says that it is a street. Nothing asked here depends on the digits of a text but the limits of the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.model import Entity, Finding

RULE = "street"
_JOINED: Final = tuple(
    word.encode()
    for word in (
        "straße strasse str. platz gasse allee weg damm ufer katu tie kuja polku gatan vägen gränd gata veien vegen vej"
        " gade straat laan plein gracht"
    ).split()
)
_APART: Final = tuple(
    word.encode() for word in "gatvė iela utca tér ulica ulice tee pst. puiestee prospekts sokak caddesi".split()
)
WORDS: Final = tuple(ending + b" 0" for ending in (*_JOINED, *_APART))
"""One of these stands in the shape of every such text."""
_PROPER = rb"(?:[A-Z]|\xc3[\x80-\x9e]|[\xc4\xc5][\x80-\xbf])(?:[a-z'-]|[\xc3-\xc5][\x80-\xbf]){1,30}"
_STREET = re.compile(
    rb"(?<![\w.@/\x80-\xff-])(?:%b )?%b(?:%b| (?:%b)) [0-9]{1,4}(?: ?[A-Za-z])?(?![\w:\x80-\xff]|[.,][0-9])"
    % (_PROPER, _PROPER, b"(?:%b)" % b"|".join(map(re.escape, _JOINED)), b"|".join(map(re.escape, _APART)))
)


def find(text: bytes) -> Iterator[Finding]:
    """Streets with numbers in ``text``, in order."""
    for match in _STREET.finditer(text):
        yield Finding(match.start(), match.end(), Entity.LOCATION, RULE)
