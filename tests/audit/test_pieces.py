"""Parts of originals: beginnings, ends of identifiers, numbers in two parameters; and what is none."""

from __future__ import annotations

import pytest

from scrubber.audit.known import Known
from scrubber.audit.pieces import Pieces
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import DOUBLING, KEY, doubling, lexicon, rule_set

E = Entity
PIECES = Pieces(
    Known(
        lexicon(
            (E.NUMBER, b"+442079460958"),
            (E.NUMBER, b"+17409385921"),
            (E.SECRET, b"gR4nite=Heron-58"),
            (E.SECRET, b"trunk2024-password"),
            (E.MAC, b"80:5e:af:31:b2:22"),
            (E.MAC, b"00:00:00:00:00:01"),
        ),
        rule_set(),
        Surrogates(KEY),
    )
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"442079460", ["number cut"]),
        (b"sip:+44207946095", ["number cut"]),
        (b"44207946", []),
        (b"442079461", []),
        (b"442079460958", []),
        (b"1740938592", []),
        (b"+1740938592", ["number cut"]),
        (b"password=gr4nite=her", ["secret cut"]),
        (b"gr4nite=h...", ["secret cut"]),
        (b"gr4nit", []),
        (b"gr4nite=heron", []),
        (b"trunk2024", []),
        (b"trunk2024-passw", ["secret cut"]),
        (b"tel:79460958;phone-context=+4420", ["number"]),
        (b"tel:79460958;isub=1;phone-context=+4420", ["number"]),
        (b"tel:79460958;phone-context=+4421", []),
        (b"tag=805eaf31b2220002a5e31b", ["mac run"]),
        (b"a5e31b02805eaf31b222", ["mac run"]),
        (b"a5805eaf31b222e31b02", []),
        (b"805eaf31-b2220002-1a2b3c4d-5e6f7a8b", ["mac run"]),
        (b"000000000001a5e31b02", []),
    ],
)
def test_parts(words: bytes, expected: list[str]) -> None:
    assert [f"{entity} {notation}".strip() for _, entity, notation in PIECES(words)] == expected


def test_many_runs_begin_like_a_number_by_chance() -> None:
    """One among thousands of runs as long is none."""
    runs = b"\n".join(b"%09d" % (number * 4321) for number in range(60_000))
    assert not list(PIECES(runs + b"\n442079460"))
    assert [hit[0] for hit in PIECES(runs + b"\n44207946095")] == [b"44207946095"]


@pytest.mark.parametrize("unit", [b"4420794609", b"ab ", b"gr4nite=", b"tel:1;phone-context=", b"805eaf31-b222"])
def test_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: list(PIECES(text)), unit) <= DOUBLING
