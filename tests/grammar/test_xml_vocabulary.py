from __future__ import annotations

import pytest

from scrubber.grammar import xml_vocabulary
from scrubber.grammar.params import KEEP

TABLES = (xml_vocabulary._ELEMENT_KINDS, xml_vocabulary._ATTRIBUTE_KINDS)


@pytest.mark.parametrize("kinds", TABLES)
def test_a_name_has_one_kind(kinds: dict[str, bytes]) -> None:
    names = [name for words in kinds.values() for name in words.split()]
    assert sorted(names) == sorted(set(names))
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize(
    "name",
    [
        b"a1",
        b"a6",
        b"rd",
        b"sts",
        b"hno",
        b"hns",
        b"flr",
        b"room",
        b"pc",
        b"nam",
        b"loc",
        b"lmk",
        b"pobox",
        b"plc",
        b"bld",
        b"unit",
        b"prd",
        b"pod",
        b"note",
        b"place-is",
        b"subject",
    ],
)
def test_human_words_are_text(name: bytes) -> None:
    assert xml_vocabulary.ELEMENTS[name] == "text"


@pytest.mark.parametrize("name", [b"session-id", b"group-id", b"recording-id", b"participant-id"])
def test_what_a_recording_is_called_is_an_identifier(name: bytes) -> None:
    assert xml_vocabulary.ATTRIBUTES[name] == xml_vocabulary.ELEMENTS[name] == "identifier"


@pytest.mark.parametrize("name", [b"state", b"version", b"direction", b"srsname", b"xmlns"])
def test_protocol_attributes_stay(name: bytes) -> None:
    assert xml_vocabulary.ATTRIBUTES[name] == KEEP


def test_known_types_are_xml() -> None:
    assert all(name.endswith(b"+xml") or name == b"rs-metadata" for name in xml_vocabulary.KNOWN)
