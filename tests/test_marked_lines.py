"""Tricky lines of the systems, one by one, with marks around what must go: «value». All else must stay as it is.

Every line is a file of its own here, so that nothing helps but its own look.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.formats import detect
from tests.passes import cleaned

FOLDER = Path(__file__).parent / "marked"
MARK = re.compile("«([^»]*)»")
LINES = [
    (path.stem, line)
    for path in sorted(FOLDER.glob("*.txt"))
    for line in path.read_text(encoding="utf-8").split("\n")
    if line.strip() and not line.startswith("## ")
]


def test_there_are_lines_of_every_family() -> None:
    assert {stem for stem, _ in LINES} == {"asterisk", "console", "freepbx", "gateways", "hostile", "manager", "prose"}


@pytest.mark.parametrize(("family", "marked"), LINES)
def test_what_is_marked_goes_and_all_else_stays(family: str, marked: str) -> None:
    parts = MARK.split(marked)
    before = "".join(parts).encode()
    after = cleaned(before, detect.sniff(before).name).decode()
    shape = "(.*?)".join(map(re.escape, parts[::2]))
    read = re.fullmatch(shape, after, re.DOTALL)
    assert read is not None
    assert [old for old, new in zip(parts[1::2], read.groups(), strict=True) if old == new] == []
