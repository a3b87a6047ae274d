"""Learned values count where they stand alone, by the script of their first and last character."""

from __future__ import annotations

import pytest

from scrubber.edges import bounded
from scrubber.model import Entity


@pytest.mark.parametrize(
    ("text", "value", "entity", "expected"),
    [
        ("call anna now", "anna", Entity.NAME, True),
        ("call joanna now", "anna", Entity.NAME, False),
        ("call annas now", "anna", Entity.NAME, False),
        ("anna_1", "anna", Entity.NAME, True),
        ("éanna", "anna", Entity.NAME, False),
        ("Анна звонит", "Анна", Entity.NAME, True),
        ("Аннам звонит", "Анна", Entity.NAME, False),
        ("我是王小明的朋友", "王小明", Entity.NAME, True),
        ("xhunter2hunter2x", "hunter2hunter2", Entity.SECRET, True),
        ("x15550100123", "15550100123", Entity.NUMBER, True),
        ("915550100123", "15550100123", Entity.NUMBER, False),
        ("SIP/1001-", "1001", Entity.EXTENSION, True),
        ("sip:1001@", "1001", Entity.EXTENSION, True),
        ("port:1001", "1001", Entity.EXTENSION, False),
        ("10.1001", "1001", Entity.EXTENSION, False),
        ("1001.5", "1001", Entity.EXTENSION, False),
        ("2025-03-02", "2025", Entity.EXTENSION, False),
        ("<2025>", "2025", Entity.EXTENSION, True),
        ("in 2025 ", "2025", Entity.EXTENSION, False),
    ],
)
def test_bounded(text: str, value: str, entity: Entity, expected: bool) -> None:
    data, wanted = text.encode(), value.encode()
    start = data.index(wanted)
    assert bounded(data, start, start + len(wanted), entity) is expected
