"""Names made of another identity."""

from __future__ import annotations

import pytest

from scrubber.engine import scrub
from scrubber.formats import detect
from scrubber.grammar import composite
from scrubber.model import Entity
from scrubber.pseudonyms.surrogate import Surrogates
from tests.passes import KEY, rule_set


def marked(value: bytes) -> bytes:
    return b"<" + value + b">"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"SEP00005E005301", b"SEP<00005E005301>"),
        (b"sep00005e005301", b"sep<00005e005301>"),
        (b"SEP000000530001", b"SEP<000000530001>"),
        (b"ATA00005E005301_1", b"ATA<00005E005301>_1"),
        (b"VG00005E005301", b"VG<00005E005301>"),
        (b"ATA000000530001", None),  # a number behind three letters
        (b"SEP00005E00530", None),
        (b"SEP00005e005301A", None),
        (b"SEP00005E0053ab", None),
        (b"September", None),
        (b"", None),
    ],
)
def test_telephones(value: bytes, expected: bytes | None) -> None:
    assert composite.phone(value, marked) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"1740938592.12", b"1740938592.12"),
        (b"pbx-one-1740938592.12", b"<pbx-one>-1740938592.12"),
        (b"pbx.example.com-1740938592.0", b"<pbx.example.com>-1740938592.0"),
        (b"asterisk-1740938592.12", b"asterisk-1740938592.12"),
        (b"1740938592", None),
        (b"740938592.12", None),
        (b"pbx one-1740938592.12", None),
        (b"1740938592.12@pbx", None),
        (b"-1740938592.12", None),
        (b"", None),
    ],
)
def test_channels(value: bytes, expected: bytes | None) -> None:
    assert composite.unique(value, marked) == expected
    assert composite.is_moment(value) == (value == b"1740938592.12")


MAPS = Surrogates(KEY)


@pytest.mark.parametrize("entity", [Entity.USER, Entity.NAME, Entity.HOST, Entity.DEVICE])
def test_a_telephone_is_called_by_its_pseudonym(entity: Entity) -> None:
    assert MAPS.of(entity, b"SEP00005E005301") == b"SEP" + MAPS.mac(b"00005E005301")


def test_a_telephone_in_a_domain() -> None:
    assert MAPS.host(b"sep00005e005301.pbx.example.com") == b"sep%b.%b" % (
        MAPS.mac(b"00005e005301"),
        MAPS.host(b"pbx.example.com"),
    )


def test_one_channel_is_one_wherever_it_stands() -> None:
    text = (
        b"Uniqueid: pbx-one-1740938592.12\nchannel pbx-one-1740938592.12 up\n"
        b'{"linkedid":"pbx-one-1740938592.12"}\nuniqueid=pbx-one-1740938592.12 linkedid=1740938592.12\n'
    )
    system = MAPS.host(b"pbx-one")
    assert system != b"pbx-one"
    assert scrub(text, rule_set(), KEY, detect.by_name("plain")) == text.replace(b"pbx-one", system)
