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
        " gade straat laan plein gracht kade singel dijk steeg"
    ).split()
)
_APART: Final = tuple(
    word.encode()
    for word in "gatvė g. pr. al. iela utca tér ulica ulice tee pst. puiestee prospekts sokak caddesi".split()
)
_STATES: Final = tuple(
    b"al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa"
    b" ri sc sd tn tx ut vt va wa wv wi wy dc on qc bc ab".split()
)
_FRENCH: Final = tuple(word.encode() for word in "rue avenue boulevard chemin impasse allée quai route place".split())
WORDS: Final = (
    *(ending + b" 0" for ending in (*_JOINED, *_APART)),
    *(b" " + word + b" " for word in _FRENCH),
    *(b", %b 00000" % state for state in _STATES),
)
"""One of these stands in the shape of every such text."""
_STATES_ANY = b"|".join(state.upper() for state in _STATES)
_PROPER = rb"(?:[A-Z]|\xc3[\x80-\x9e]|[\xc4\xc5][\x80-\xbf])(?:[a-z'-]|[\xc3-\xc5][\x80-\xbf]){1,30}"
_STREET = re.compile(
    rb"(?<![\w.@/\x80-\xff-])(?:%b )?%b(?:%b| (?:%b)) [0-9]{1,4}(?: ?[A-Za-z]|-[a-z0-9]{1,3})?"
    rb"(?![\w:\x80-\xff]|[.,][0-9])"
    % (_PROPER, _PROPER, b"(?:%b)" % b"|".join(map(re.escape, _JOINED)), b"|".join(map(re.escape, _APART)))
)
_TOWARDS = re.compile(
    rb"(?<![\w.])[0-9]{1,4}(?: ?(?:bis|ter))? (?:%b) (?:d[eu]s? (?:la |l')?|d'|l[ae]s? )?%b"
    rb"(?:[ -](?:%b|d[eu]s?|la|les?)){0,4}(?:, [0-9]{5} %b(?:[ -]%b)?)?"
    % (b"|".join(_FRENCH), _PROPER, _PROPER, _PROPER, _PROPER)
)
"""``47 rue des Doeliers, 35720 Doeville``: the number stands before the word for a street."""
_TOWN = re.compile(rb"(?<![\w-])%b(?: %b)?, (?:%b) [0-9]{5}(?:-[0-9]{4})?(?![\w-])" % (_PROPER, _PROPER, _STATES_ANY))
"""A town, its state and its code, as America writes them."""


def find(text: bytes) -> Iterator[Finding]:
    """Streets with numbers and towns with their codes in ``text``."""
    for pattern in (_STREET, _TOWARDS, _TOWN):
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), Entity.LOCATION, RULE)
