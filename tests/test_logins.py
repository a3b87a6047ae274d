"""What accounts are made of names, and that they are found with them."""

from __future__ import annotations

import pytest

from scrubber import logins
from scrubber.engine import PLAIN, Engine
from scrubber.model import Entity
from tests.passes import KEY, lexicon, rule_set


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Wanda Doemann", [b"wdoemann", b"wandadoemann"]),
        ("Łucja Pstrągowska", [b"lpstragowska", b"lucjapstragowska"]),
        ("Jörg Mühle", [b"jmuhle", b"jorgmuhle", b"jmuehle", b"joergmuehle"]),
        ("Ann van Roe", [b"annroe"]),
        ("Wanda", []),
        ("Doe Widgets of North", []),
        ("Room 12", []),
        ("Жанна Ольга", []),
    ],
)
def test_accounts_of_a_name(name: str, expected: list[bytes]) -> None:
    assert sorted(logins.of_name(name.encode())) == sorted(expected)


def test_accounts_of_learned_names_are_swept() -> None:
    engine = Engine(rule_set(), KEY, lexicon((Entity.NAME, "Łucja Pstrągowska".encode()), (Entity.NAME, b"Pro Cedure")))
    text = b"Set(KEEPER=lpstragowska), then lucjapstragowska and lpstragowskas; the procedure goes on"
    new = engine.rewriter(PLAIN).rewrite(text)
    assert b"=lpstragowska)" not in new
    assert b" lucjapstragowska " not in new
    assert b"lpstragowskas; the procedure goes on" in new
