"""What proves a residue, and what does not: pseudonyms of others, permutations without a key, kept kinds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrubber.audit.forms import Forms
from scrubber.audit.known import Known, is_public_ipv4, is_public_ipv6
from scrubber.audit.residue import Residue
from scrubber.model import Action, Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import KEY, LEARNED, lexicon, rule_set

E = Entity
OF = Surrogates(KEY)


def known(*values: tuple[Entity, bytes], key: bool = True) -> Known:
    return Known(lexicon(*values), rule_set(), OF if key else None)


def words(text: bytes, *values: tuple[Entity, bytes]) -> list[bytes]:
    return [text[start:end] for start, end, _ in known(*values or LEARNED).words(text)]


def test_words_stand_alone() -> None:
    assert b"Alice Doe" in words(b"to Alice Doe, please")
    assert words(b"malice does") == []


def test_the_matcher_of_octets_is_made_before_that_of_words() -> None:
    looked_for = known(*LEARNED)
    Residue(looked_for)
    assert "_matcher" not in vars(looked_for)
    assert [start for start, _, _ in looked_for.words(b"call tower7 now")] == [5]
    assert "_matcher" in vars(looked_for)
    assert [start for start, _, _ in looked_for.words(b"tower7")] == [0]


def test_the_label_of_a_domain_is_a_word() -> None:
    assert words(b"at ACMEWIDGETS now") == [b"ACMEWIDGETS"]


@pytest.mark.parametrize(
    ("digits", "is_known"),
    [(b"442079460958", True), (b"2079460958", True), (b"02079460958", True), (b"00442079460958", True),
     (b"90442079460958", True), (b"011442079460958", True), (b"442079460959", False), (b"9460958", False)],
)  # fmt: skip
def test_numbers_with_what_stands_before(digits: bytes, *, is_known: bool) -> None:
    assert (known((E.NUMBER, b"+442079460958")).number(digits) is E.NUMBER) is is_known


def test_a_private_address_that_is_a_pseudonym_proves_nothing() -> None:
    image = OF.ipv4(b"192.168.1.10")
    both = known((E.IPV4, b"192.168.1.10"), (E.IPV4, image))
    assert len(both.ipv4) == (1 if OF.ipv4(image) != b"192.168.1.10" else 0)
    assert len(known((E.IPV4, b"192.168.1.10")).ipv4) == 1
    below = OF.ipv4(b"192.168.0.0")
    assert known((E.IPV4, b"192.168.0.0"), (E.IPV4, below)).ipv4 == frozenset()
    assert known((E.IPV4, b"127.0.0.1"), (E.IPV4, b"0.0.0.0")).ipv4 == frozenset()


def test_without_a_key_permutations_prove_nothing() -> None:
    found = known((E.IPV4, b"192.168.1.10"), (E.IPV4, b"81.2.69.160"), (E.USER, b"1001"), key=False)
    assert found.ipv4 == {0x510245A0}
    assert found.extensions == set()


@pytest.mark.parametrize(
    ("kept", "value", "entity", "same"),
    [
        (E.USER, b"alice", E.NAME, b"Alice"),
        (E.USER, b"alice.doe", E.NAME, b"Doe"),
        (E.TEXT, b"call Alice Doe at noon please", E.NAME, b"Alice Doe"),
        (E.EMAIL, b"alice@sip.acme-widgets.test", E.HOST, b"acme-widgets.test"),
        (E.USER, b"Alice%20Doe", E.NAME, b"Alice Doe"),
        (E.MAC, b"00:0b:82:7c:41:e3", E.DEVICE, b"000b827c41e3"),
    ],
)
def test_what_stays_readable_proves_nothing(kept: Entity, value: bytes, entity: Entity, same: bytes) -> None:
    learned = lexicon((entity, same))
    assert list(Known(learned, rule_set(), OF).words(b"x " + same + b" x"))
    learned.leave(kept, value)
    assert not list(Known(learned, rule_set(), OF).words(b"x " + same + b" x"))
    other = lexicon((entity, b"Mallory"), (E.SECRET, value))
    other.leave(kept, value)
    assert list(Known(other, rule_set(), OF).words(b"x Mallory x " + value))


def test_marks_addresses_and_numbers_that_stay() -> None:
    learned = lexicon((E.IDENTIFIER, b"a84b4c76e66710f1"), (E.IPV4, b"81.2.69.160"), (E.NUMBER, b"+442079460958"))
    found = Known(learned, rule_set(), OF)
    assert (found.marked(b"a84b4c76e66710f1"), len(found.ipv4), found.number(b"02079460958")) == (True, 1, E.NUMBER)
    learned.leave(E.CALL_ID, b"a84b4c76e66710f1@81.2.69.160")
    learned.leave(E.USER, b"2711-02079460958#")
    found = Known(learned, rule_set(), OF)
    assert (found.marked(b"a84b4c76e66710f1"), len(found.ipv4), found.number(b"02079460958")) == (False, 0, None)


@pytest.mark.parametrize("kind", [E.CALL_ID, E.TAG, E.BRANCH, E.IDENTIFIER, E.NONCE, E.HASH])
def test_what_is_opaque_and_stays_hides_no_name_and_is_not_kept_one_by_one(kind: Entity) -> None:
    learned = lexicon((E.EXTENSION, b"4021"), (E.NAME, b"Alice"), (E.NUMBER, b"+442079460958"))
    learned.leave(kind, b"4021")
    learned.leave(kind, b"alice-442079460958-4021")
    found = Known(learned, rule_set(), OF)
    assert found.extensions == {b"4021"}
    assert list(found.words(b"x Alice x"))
    assert found.number(b"442079460958") is E.NUMBER
    assert learned.left is not None
    assert not learned.left.values


def test_what_is_as_good_as_random_is_the_opaque_value_that_stays() -> None:
    learned = lexicon((E.USER, b"a84b4c76e66710"))
    assert list(Known(learned, rule_set(), OF).words(b"x a84b4c76e66710 x"))
    learned.leave(E.CALL_ID, b"a84b4c76e66710@host")
    assert not list(Known(learned, rule_set(), OF).words(b"x a84b4c76e66710 x"))


def test_an_address_that_stays_shows_its_hardware_address() -> None:
    learned = lexicon((E.MAC, b"00:00:5e:00:53:2a"))
    text = b"fe80::200:5eff:fe00:532a"
    assert list(Forms(Known(learned, rule_set(), OF))(text))
    learned.leave(E.IPV6, text)
    assert not list(Forms(Known(learned, rule_set(), OF))(text))


def test_kept_kinds_are_not_looked_for() -> None:
    rules = replace(rule_set(), actions={**rule_set().actions, E.IPV4: Action.KEEP, E.NAME: Action.KEEP})
    found = Known(lexicon((E.IPV4, b"81.2.69.160"), (E.NAME, b"Alice")), rules, OF)
    assert found.ipv4 == frozenset()
    assert list(found.words(b"Alice")) == []


def test_files_with_maps_of_their_own_share_no_private_address() -> None:
    rules = replace(rule_set(), options=rule_set().options | {"per-file"})
    assert Known(lexicon((E.IPV4, b"10.1.2.3")), rules, OF).ipv4 == frozenset()


def test_marks_need_more_bits_the_more_there_are() -> None:
    few = known((E.CALL_ID, b"5eb8f93c"))
    assert few.marked(b"5eb8f93c")
    many = known(*((E.CALL_ID, b"%08xab" % (number + (1 << 31))) for number in range(5000)))
    assert not many.marked(b"%08xab" % (7 + (1 << 31)))


def test_public_addresses() -> None:
    assert is_public_ipv4(0x510245A0)
    assert not is_public_ipv4(0x0A000001)
    assert is_public_ipv6(0x2A020000 << 96)
    assert not is_public_ipv6(0xFE80 << 112)


def test_what_stands_for_a_guess_proves_nothing() -> None:
    learned = lexicon((E.EXTENSION, b"4711"))
    plain = Known(learned, rule_set(), OF)
    assert b"4711" in plain.extensions
    guess = next(b"%d" % number for number in range(1000, 10000) if OF.of(E.EXTENSION, b"%d" % number) == b"4711")
    learned.originals.placed.add(E.EXTENSION, "fragment-value", guess)
    assert b"4711" not in Known(learned, rule_set(), OF).extensions


def test_a_reference_that_stays_proves_nothing() -> None:
    """It has too few signs for a mark, and what a table cut off may be the beginning of a learned value."""
    learned = lexicon((E.SECRET, b"BRK-4711982-QT"))
    learned.leave(E.IDENTIFIER, b"BRK-4711982")
    assert Known(learned, rule_set(), OF).left.holds(b"BRK-4711982")
    assert not Known(learned, rule_set(), OF).left.holds(b"BRK-4711982-QT")
