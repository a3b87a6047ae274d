"""Options of one name take the same and are told alike, whichever command has them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
import typer

from scrubber import options

COMMANDS = ("batch", "check", "clean", "hook", "stream", "verify")
SHARED = {name: value for name, value in vars(options).items() if get_args(value) and name != "Files"}

DIFFERENT = {"Known", "Dissect", "Jobs", "Format"}
"""What a check must not find, a dissection of what others made, and one process or one stream by default."""


def test_each_is_an_option() -> None:
    assert len(SHARED) > 10
    for value in SHARED.values():
        assert isinstance(get_args(value)[1], typer.models.OptionInfo)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_has_another_one_of_the_same_name(name: str) -> None:
    own = vars(import_module(f"scrubber.commands.{name}"))
    assert {each for each in SHARED.keys() & own.keys() if own[each] is not SHARED[each]} <= DIFFERENT


def test_the_name_of_a_report_is_looked_at() -> None:
    assert options._reports([Path("a.json")]) == [Path("a.json")]
    with pytest.raises(typer.BadParameter):
        options._reports([Path("a.json"), Path("b.txt")])
