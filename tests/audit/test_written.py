"""What stands for the learned values, once for all audits."""

from __future__ import annotations

import pytest

from scrubber.audit.known import Known
from scrubber.audit.written import Written
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import KEY, LEARNED, lexicon, rule_set

E = Entity
OF = Surrogates(KEY)
LEXICON = lexicon(*LEARNED)
WRITTEN = Written(LEXICON.values, OF)


def test_pseudonyms_and_their_words() -> None:
    new = OF.name(b"Alice Doe").lower()
    assert WRITTEN.holds(new)
    assert all(WRITTEN.holds(word) and WRITTEN.names(word) for word in new.split())
    assert not WRITTEN.holds(b"alice doe")
    assert not WRITTEN.holds(b"")


def test_a_word_of_two_letters_names_nobody() -> None:
    written = Written({E.NAME: {b"Jo Archer"}}, OF)
    short = OF.name(b"Jo Archer").lower().split()[0]
    assert len(short) == 2
    assert written.holds(short)
    assert not written.names(short)
    alone = Written({E.NAME: {b"Jo"}}, OF)
    assert alone.names(OF.name(b"Jo").lower())


@pytest.mark.parametrize(("entity", "value"), [(E.IPV4, b"127.0.0.1"), (E.IPV4, b"81.2.69.160"), (E.USER, b"alice")])
def test_what_stays_is_its_own_pseudonym(entity: Entity, value: bytes) -> None:
    """Whether it was learned or not."""
    stays = OF.of(entity, value).lower() == value
    assert Written({}, OF).stays(entity, value) is Written({entity: {value}}, OF).stays(entity, value) is stays


def test_audits_that_share_it_know_the_same() -> None:
    alone, shared = (Known(LEXICON, rule_set(), OF, written) for written in (None, WRITTEN))
    text = b" ".join(value for _, value in LEARNED)
    assert list(alone.words(text)) == list(shared.words(text)) != []
    assert (alone.numbers, alone.extensions, alone.macs) == (shared.numbers, shared.extensions, shared.macs)
