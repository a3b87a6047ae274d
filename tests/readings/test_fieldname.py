"""What the text before a colon names."""

from __future__ import annotations

import pytest

from scrubber.readings import fieldname
from scrubber.readings.fieldname import NO_FIELD, UNKNOWN, VARIABLE, FieldNames
from tests.passes import complete, rule_set

HEADERS = rule_set().headers


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (b"From", HEADERS[b"from"]),
        (b"FROM", HEADERS[b"from"]),
        (b"Via \t", HEADERS[b"via"]),
        (b"i", HEADERS[b"i"]),
        (b"X-Unheard-Of", UNKNOWN),
        (b"Unheard", UNKNOWN),
        (b"password", NO_FIELD),
        (b" From", NO_FIELD),
        (b"\tFrom", NO_FIELD),
        (b"From me", NO_FIELD),
        (b"2From", NO_FIELD),
        (b"", NO_FIELD),
        (b"x" * 65, NO_FIELD),
        (b"variable_sip_h_X-Account", VARIABLE),
    ],
)
def test_names(name: bytes, rule: object) -> None:
    names = FieldNames(complete())
    for _ in range(2):
        assert names[name] == rule


def test_names_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fieldname, "NAMES", 3)
    names = FieldNames(complete())
    for number in range(9):
        assert names[b"X-%d" % number] is UNKNOWN
    assert len(names) == 3
