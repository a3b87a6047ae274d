"""Where the key of a run comes from.

By default it is fresh and forgotten, so that two outputs cannot be joined. ``--case NAME`` takes that of a case, so
that later files of the same case line up while other cases stay apart. ``--key-file FILE``, or the variable
``SCRUBBER_KEY`` with 64 hexadecimal digits, give it as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from scrubber.keys import cases
from scrubber.keys.keyfile import VARIABLE, from_file, from_text
from scrubber.keys.master import Ask, configuration_folder
from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import Key

PASSPHRASE_VARIABLE = "SCRUBBER_PASSPHRASE"
"""Environment variable that holds the pass phrase of the master key where nobody can be asked."""

AGE_VARIABLE = "SCRUBBER_CASE_AGE"
"""Environment variable that says after which time without use a case is named in a reminder."""
USUAL_AGE = "90d"


def choose(case: str | None, key_file: Path | None, environment: Mapping[str, str]) -> Key:
    """The key for the options of a command; an option outranks the environment, and without any it is fresh.

    Errors: :class:`KeyFileError`, also when both options are given.
    """
    if case is not None and key_file is not None:
        raise KeyFileError("--case and --key-file exclude each other")
    if case is not None:
        return cases.for_case(case, configuration_folder(environment), asking(environment))
    if key_file is not None:
        try:
            return from_file(key_file)
        except KeyFileError as error:
            raise KeyFileError(f"--key-file {error}") from None
    if VARIABLE in environment:
        return from_text(environment[VARIABLE])
    return Key.fresh()


def asking(environment: Mapping[str, str]) -> Ask:
    """How a pass phrase is asked for: the variable, else the terminal, without an echo."""

    def ask(what: str) -> str:
        if PASSPHRASE_VARIABLE in environment:
            return environment[PASSPHRASE_VARIABLE]
        if not terminal():
            raise KeyFileError(f"{what}: nobody to ask; set {PASSPHRASE_VARIABLE}")
        from getpass import getpass

        return getpass(f"{what}: ")

    return ask


def reminder(environment: Mapping[str, str]) -> str:
    """Lines that name the cases which were not used for long (``SCRUBBER_CASE_AGE``, else 90 days); empty for none.

    Files of other cases that cannot be used are passed over. Errors: :class:`KeyFileError` for an age that is none.
    """
    age = environment.get(AGE_VARIABLE, USUAL_AGE)
    names = [case.name for case in cases.unused(configuration_folder(environment), cases.age(age)).cases]
    if not names:
        return ""
    return f"not used for {age}: {', '.join(names)}; `scrubber case expire {age}` forgets them\n"


def terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty()
