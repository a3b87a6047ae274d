"""What the first pass met by which rule."""

from __future__ import annotations

import pickle

import pytest

from scrubber import marks
from scrubber.model import Entity
from scrubber.placed import BEGINNING, LONGEST, Placed

E = Entity


def met(*values: tuple[Entity, str, bytes]) -> Placed:
    found = Placed()
    for entity, rule, value in values:
        found.add(entity, rule, value)
    return found


@pytest.mark.parametrize(
    ("entity", "rule", "value", "holds"),
    [
        (E.TAG, "from-tag", b"4021", True),
        (E.TAG, "from-tag", b"4022", False),
        (E.TAG, "to-tag", b"4021", False),
        (E.EXTENSION, "from-tag", b"4021", False),
        (E.NAME, "fragment-value", b"a name of many more letters than sixteen", True),
        (E.NAME, "fragment-value", b"a" * (LONGEST + 1), False),
        (E.NAME, "fragment-value", b"", False),
    ],
)
def test_a_value_is_known_in_its_place_alone(entity: Entity, rule: str, value: bytes, *, holds: bool) -> None:
    found = met(
        (E.TAG, "from-tag", b"4021"),
        (E.NAME, "fragment-value", b"a name of many more letters than sixteen"),
        (E.NAME, "fragment-value", b"a" * (LONGEST + 1)),
        (E.NAME, "fragment-value", b""),
    )
    assert found.holds(entity, rule, value) is holds


def test_short_values_are_kept_as_long_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    found = met((E.TAG, "a", b"4021"), (E.TAG, "b", b"4021"), (E.NAME, "c", b"x" * 17))
    assert list(found.short()) == [(E.TAG, b"4021")]
    monkeypatch.setattr(marks, "MOST", 4)
    for number in range(9):
        found.add(E.TAG, "a", b"%d" % number)
    assert not found.is_told_apart(E.TAG, b"4021")
    assert found.is_told_apart(E.TAG, b"x" * 17)
    assert found.is_told_apart(E.NAME, b"4021")


def test_merging_knows_what_both_know() -> None:
    one, other = met((E.TAG, "a", b"1")), met((E.TAG, "b", b"2"), (E.NAME, "b", b"3"))
    one.merge(pickle.loads(pickle.dumps(other)))
    assert one.holds(E.TAG, "a", b"1")
    assert one.holds(E.NAME, "b", b"3")
    assert sorted(one.short()) == [(E.NAME, b"3"), (E.TAG, b"1"), (E.TAG, b"2")]


@pytest.mark.parametrize(
    ("entity", "value", "becomes", "holds"),
    [
        (E.LOCATION, b"12 Cvahy Zvjo, Doeham", b"xx xxxxx xxxx, xxxxxx", True),
        (E.LOCATION, b"12 Cvahy Zvjo, Elsewhere", b"xx xxxxx xxxx, xxxxxx", False),
        (E.LOCATION, b"12 Cvahy Zvjo, Doeham", b"12 Cvahy Zvjo, Doeham", False),
        (E.URL, b"https://zwk.invalid/alice/photo.jpg", b"https://abc.invalid/rcnsh/kimpt.jpg", True),
        (E.URL, b"https://zwk.invalid/rcnsh/kimpt.jpg", b"https://abc.invalid/other/words.jpg", False),
        (E.NAME, b"12 Cvahy Zvjo, Doeham", b"", False),
    ],
)
def test_parts_of_longer_values(entity: Entity, value: bytes, becomes: bytes, holds: bool) -> None:
    """A part that another reading left, and that a right rewriting would not leave."""
    whole = {E.LOCATION: b"12 Ember Lane, Doeham", E.URL: b"https://www.example.com/alice/photo.jpg"}
    found = met(*((kind, "rule", text) for kind, text in whole.items()))
    assert found.holds_part(entity, "rule", value, becomes) is holds
    assert not found.holds_part(entity, "other", value, becomes)


def test_parts_of_a_text_are_known_unless_its_words_may_stay() -> None:
    found = met((E.TEXT, "message-body", b"ring Hepzibah twice"), (E.TEXT, "unknown-line", b"Wobbling: Hepzibah"))
    assert found.holds_part(E.TEXT, "message-body", b"Hepzibah again", b"xxxxx")
    assert not found.holds_part(E.TEXT, "unknown-line", b"Wobbling: carla", b"xxxxx")
    assert found.holds(E.TEXT, "unknown-line", b"Wobbling: Hepzibah")


def test_what_was_to_be_blanked_is_known_by_its_reason_and_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    found, other = Placed(), Placed()
    found.drop("syslog-cut", b"alice")
    other.drop("rtcp-damaged", b"x" * BEGINNING + b"alice")
    assert found.drops("syslog-cut", b"alice")
    assert not found.drops("rtcp-damaged", b"alice")
    assert not found.drops("syslog-cut", b"alic")
    found.merge(other)
    assert found.drops("syslog-cut", b"alice")
    assert found.drops("rtcp-damaged", b"x" * BEGINNING + b"carla")
    monkeypatch.setattr(marks, "MOST", 4)
    for number in range(16):
        found.drop("rtcp-damaged", b"%d" % number)
    assert found.drops("rtcp-damaged", b"never met")  # nobody knows any more
