"""Every value in every notation, planted into outputs that are clean: the audit finds each, and nothing without."""

from __future__ import annotations

from functools import cache

import pytest

from scrubber.audit.residue import Residue
from scrubber.engine import PLAIN, Engine
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from tests import hiding
from tests.passes import KEY, rule_set

OUTPUT = b"""\
SIP/2.0 200 OK
Via: SIP/2.0/UDP 10.40.93.133:5060;rport=5060;branch=z9hG4bKPjb6616d70-cb3f-477d-8604-837ea4ade5e0
From: "Wdalilose" <sip:6884@ncu.xijuficuhur.invalid>;tag=b1d95c1d3a
Contact: <sip:+442650884635@245.12.8.77:5060;transport=tcp>
[2025-03-02 18:03:12] NOTICE[4021] res_pjsip.c: Registration of 6884 from 245.12.8.77:5060
%b
[2025-03-02 18:03:13] DEBUG[4021] rtp.c: Got RTP packet from 10.40.93.133:4000 (type 08, seq 004711, ts 1740938592)
User-Agent: Phone 16.0.40.2
"""


def lexicon() -> Lexicon:
    known = Lexicon(rule_set().stop_words)
    for entity, text in hiding.VALUES:
        known.add(entity, text.encode())
    return known


@cache
def audit() -> Residue:
    return Residue(Engine(rule_set(), KEY, lexicon()))


def test_there_are_two_hundred_values_of_all_classes() -> None:
    assert len(set(hiding.VALUES)) >= 200
    assert len({value.entity for value in hiding.VALUES}) >= 11
    assert len(hiding.ANY) >= 30


@pytest.mark.parametrize("place", ["text", "keyless"])
def test_a_clean_output_has_no_residue(place: str) -> None:
    known = audit() if place == "text" else Residue.keyless(rule_set(), lexicon())
    assert known.check(OUTPUT % b"nothing at all", PLAIN) == []


@pytest.mark.parametrize("entity", sorted({value.entity for value in hiding.VALUES}))
def test_every_value_is_found_in_every_notation(entity: Entity) -> None:
    missed = []
    for value in hiding.VALUES:
        if value.entity is not entity:
            continue
        for name, spelled in hiding.notations(value):
            block = OUTPUT % (b"here " + spelled + b" it is")
            found = audit().check(block, PLAIN)
            if not found:
                missed.append((name, value.text, spelled))
    assert not missed, f"{len(missed)}: {sorted({name for name, _, _ in missed})}: {missed[:12]}"


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("asterisk", b"[2025-03-02 18:03:13] DEBUG[4021] rtp.c: "), ("pjsip", b"18:03:12.123   pjsua_core.c  .")],
)
def test_every_notation_is_found_behind_the_prefix_of_a_log(name: str, prefix: bytes) -> None:
    missed = []
    for value in hiding.VALUES[::20]:
        for notation, spelled in hiding.notations(value):
            block = b"a line\n" + prefix + b"here " + spelled + b" it is\nand no more\n"
            if not audit().check(block, detect.by_name(name)):
                missed.append((notation, value.text, spelled))
    assert not missed, f"{len(missed)}: {sorted({name for name, _, _ in missed})}: {missed[:12]}"


def test_notations_that_pseudonyms_stand_in_are_clean() -> None:
    """What stands for a value is no residue in any notation, either."""
    of = Engine(rule_set(), KEY, lexicon()).surrogates.of
    for value in hiding.VALUES[::5]:
        new = of(value.entity, value.text.encode()).decode()
        if value.entity not in (Entity.SECRET, Entity.TEXT):
            for name, spelled in hiding.notations(value._replace(text=new)):
                assert audit().check(OUTPUT % (b"here " + spelled + b" it is"), PLAIN) == [], (value.entity, name)
