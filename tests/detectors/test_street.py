"""Streets by their endings: what is one, and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.detectors import street
from scrubber.detectors.shapes import ZEROED

STREETS = [
    ("we sit in Doentie 14", "Doentie 14"),
    ("Doenkatu 7 B, third floor", "Doenkatu 7 B"),
    ("Doestra\u00dfe 12a", "Doestra\u00dfe 12a"),
    ("Lange Doegasse 3", "Lange Doegasse 3"),
    ("at Doev\u00e4gen 5.", "Doev\u00e4gen 5"),
    ("Doe iela 14", "Doe iela 14"),
    ("Doebirži\u0173 g. 16-5, LT", "Doebirži\u0173 g. 16-5"),
    ("in Doemankade 258-hs, below", "Doemankade 258-hs"),
    ("accueil, 47 rue des Doeliers, 35720 Doeville (Bretagne)", "47 rue des Doeliers, 35720 Doeville"),
    ("8 bis avenue de la Doerie", "8 bis avenue de la Doerie"),
    ("unit 3, Doeburg, TX 78691 unverified", "Doeburg, TX 78691"),
]


@pytest.mark.parametrize(("text", "expected"), STREETS)
def test_streets(text: str, expected: str) -> None:
    data = text.encode()
    assert [data[found.start : found.end].decode() for found in street.find(data)] == [expected]
    assert any(word in data.translate(ZEROED).lower() for word in street.WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "tie 14",
        "about 5 g. 16",
        "a doestraat 12",
        "Sortie 12:30",
        "Doeweg 5.5",
        "Doeweg 12x7",
        "/Doeweg 5",
        "via.Doeplatz 5060/udp7x",
        "3 rue x",
        "code 12345, TX 78691",
        "Doeburg, ZZ 78691",
    ],
)
def test_what_is_none(text: str) -> None:
    assert list(street.find(text.encode())) == []


@given(st.lists(st.sampled_from([b"Doe", b"weg", b" iela", b" 14", b" ", b"\xff", b"B", b"."])).map(b"".join))
def test_any_bytes(text: bytes) -> None:
    assert all(0 <= found.start < found.end <= len(text) for found in street.find(text))
