"""The shared types are frozen, comparable, small, and never show a value."""

from __future__ import annotations

import pickle
import re

import pytest

from scrubber.actions import replacement
from scrubber.model import (
    Action,
    Entity,
    Finding,
    Format,
    FormRule,
    InputError,
    KeyFileError,
    LabelRule,
    Part,
    ResidueError,
    RuleError,
    ScrubError,
    Span,
    TextRule,
)
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.spans import SEVERITY
from tests.passes import KEY, rule_set


@pytest.mark.parametrize("entity", Entity)
def test_every_entity_has_its_place_everywhere(entity: Entity) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entity)
    assert entity in SEVERITY
    assert entity in rule_set().actions
    assert isinstance(replacement(Action.PSEUDONYM, entity, b"value", Surrogates(KEY)), bytes)


@pytest.mark.parametrize(("value", "name"), [(Finding(1, 2, Entity.USER, "r"), "start"), (rule_set(), "headers")])
def test_types_are_frozen(value: object, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, name, 0)


def test_equal_content_is_equal() -> None:
    assert Finding(1, 2, Entity.USER, "r") == Finding(1, 2, Entity.USER, "r")
    assert len({Finding(1, 2, Entity.USER, "r"), Finding(1, 2, Entity.USER, "r")}) == 1
    assert Span(1, 2) == (1, 2)
    assert Part(1, 2, "user") == (1, 2, "user")
    assert LabelRule("r", None).entity is None
    assert FormRule("r", "via").form == "via"


@pytest.mark.parametrize("error", [RuleError, KeyFileError, InputError, ResidueError])
def test_errors_have_one_base(error: type[ScrubError]) -> None:
    assert issubclass(error, ScrubError)
    assert str(error("line 3: no such rule")) == "line 3: no such rule"


def test_formats_print_a_carriage_return_as_itself_unless_they_say_so() -> None:
    assert Format("x", "y", lambda head, name: 0, lambda line: 0).tail == b"\r"


def test_text_rules_compile_what_they_hold() -> None:
    rule = TextRule("r", (b"user",), rb"user (?P<user>\w+)", (("user", Entity.USER),))
    match = rule.pattern.search(b"the user carla")
    assert match is not None
    assert match["user"] == b"carla"


def test_rule_sets_reach_other_processes() -> None:
    rules = rule_set()
    copy = pickle.loads(pickle.dumps(rules))
    assert copy.digest == rules.digest
    assert copy.headers == rules.headers
    assert [rule.id for rule in copy.text] == [rule.id for rule in rules.text]


def test_an_entity_is_found_by_its_text() -> None:
    known: dict[str, Entity] = {entity: entity for entity in Entity}
    assert [known[entity.value] for entity in Entity] == list(Entity)
