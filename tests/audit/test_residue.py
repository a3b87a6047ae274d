"""The audit finds originals that were learned, and takes no pseudonym for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scrubber.audit.residue import RULE, Residue
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.formats import detect
from scrubber.model import Action, Entity
from scrubber.terminal import OVERDRAWN
from tests.passes import KEY, LEARNED, engine, lexicon, rule_set
from tests.readings.test_context import INVITE, WRAPPINGS

E = Entity
AUDIT = Residue(engine())


def left(block: bytes, fmt: str = "plain") -> list[bytes]:
    found = AUDIT.check(block, detect.by_name(fmt))
    assert all(hit.rule == RULE or hit.rule.startswith(RULE + ".") for hit in found)
    return [block[hit.start : hit.end] for hit in found]


@pytest.mark.parametrize(
    ("block", "residues"),
    [
        (b"nothing here", []),
        (b"", []),
        (b"call alice.doe now", [b"alice.doe"]),
        (b"ALICE", [b"ALICE"]),
        (b"hunter22", [b"hunter22"]),
        (b"at 00005e005301.cfg", [b"00005e005301"]),
        (b"sip:1001@x", [b":1001"]),
        (b"PJSIP/4021-00000001", [b"/4021"]),
        (b"1001 packets, 4021 bytes", []),
        (b"+15550100123", [b"15550100123"]),
        (b"\xd0\x96\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0", ["Жанна".encode()]),
        (b"x %D0%96%D0%B0%D0%BD%D0%BD%D0%B0 y", [b"%D0%96%D0%B0%D0%BD%D0%BD%D0%B0"]),
        (b"SN-00099-AB", [b"SN-00099-AB"]),
    ],
)
def test_learned_values_are_residues(block: bytes, residues: list[bytes]) -> None:
    assert set(residues) <= set(left(block))
    assert bool(left(block)) is bool(residues)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"Call-ID: 158e0cae-b0bc-fd5c-cf30-f5b1c4c225a8", False),
        (b"158E0CAE-FD5C-B0BC-CF30-F5B1C4C225A8", False),
        (b"at fd5c now", True),
        (b"x-fd5c-y", True),
        (b"fd5c-b0bc", True),
    ],
)
def test_a_group_of_a_uuid_is_no_name(text: bytes, found: bool) -> None:
    audit = Residue(Engine(rule_set(), KEY, lexicon((E.HOST, b"fd5c"))))
    assert bool(audit.check(text, PLAIN)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"Max-Forwards: 70", False),
        (b"x max-forwards y", False),
        (b"Max-Forwards-To: Max", True),
        (b"Max-Forward: 70", True),
        (b"Cache-Control: max-age=1900", False),
        (b"a=fmtp:104 octet-align=0; max-red=0", False),
        (b"max-aged", True),
        (b"call Max at once", True),
        (b"Max.Forwards", True),
        (b"http://schemas.globex.com/x", True),
        (b"http://www.w3.org/2000/svg.", False),
        (b"http://crm.w3.org/x", True),
    ],
)
def test_a_word_in_a_name_that_stays_is_no_residue(text: bytes, found: bool) -> None:
    audit = Residue(Engine(rule_set(), KEY, lexicon((E.NAME, b"Max"), (E.HOST, b"globex.com"), (E.HOST, b"w3.org"))))
    assert bool(audit.check(text, PLAIN)) is found


def test_spans_refer_to_the_block() -> None:
    block = b"first line\nsecond alice.doe\n"
    spans = {(hit.start, hit.end) for hit in AUDIT.check(block, PLAIN)}
    assert (18, 27) in spans


def test_log_prefixes_are_not_searched() -> None:
    line = b"[2025-03-02 18:03:12] NOTICE[4021] alice.c: ringing\n"
    assert left(line, "asterisk") == []
    assert b"alice" in left(line)
    assert left(line + b"[2025-03-02 18:03:12] NOTICE[4021] x.c: to alice\n", "asterisk") == [b"alice"]


def test_what_is_decoded_counts_behind_a_prefix() -> None:
    """Of a line in which a notation is undone, the prefix tells nothing and the text does."""
    line = b"[2025-03-02 18:03:12] NOTICE[4021] alice.c: "
    assert left(line + b"to =3D it\n", "asterisk") == []
    assert b"to =3D=61lice" in left(line + b"to =3D it\n" + line + b"to =3D=61lice\n", "asterisk")


def test_what_was_found_is_found_again() -> None:
    """Words that were clean are remembered; those that hold a value in any notation are none of them."""
    audit = Residue(engine())
    for spelled in (b"eod.ecila", b"%61lice.doe", b"616c6963652e646f65", b"YWxpY2UuZG9l", b"sip:1001@x"):
        block = b"it is " + spelled + b" and no more\n"
        assert audit.check(block, PLAIN), spelled
        assert audit.check(block, PLAIN), spelled


def test_identifiers_are_searched_whole() -> None:
    assert left(b"to a84b4c76e66710@x") == [b"a84b4c76e66710"]
    assert left(b"a84b4c76e6671") == []


def test_kept_entities_are_no_residue() -> None:
    rules = replace(rule_set(), actions={**rule_set().actions, E.SECRET: Action.KEEP})
    assert Residue(Engine(rules, KEY, lexicon(*LEARNED))).check(b"hunter22", PLAIN) == []


def test_a_pseudonym_is_no_residue() -> None:
    of = engine().surrogates.of
    for entity, value in LEARNED:
        if entity is not E.CALL_ID:
            assert left(b"sip:" + of(entity, value) + b"@x") == []


def test_a_value_that_is_also_a_pseudonym_proves_nothing() -> None:
    of = engine().surrogates.of
    pseudonym = of(E.USER, b"alice.doe")
    both = Engine(rule_set(), KEY, lexicon((E.USER, b"alice.doe"), (E.USER, pseudonym)))
    found = {hit.end - hit.start for hit in Residue(both).check(pseudonym, PLAIN)}
    assert len(pseudonym) not in found
    assert Residue(both).check(b"alice.doe", PLAIN) != []


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_scrubbed_message_has_no_residue(name: str) -> None:
    fmt_name, wrap = WRAPPINGS[name]
    fmt = detect.by_name(fmt_name)
    data = wrap(INVITE)
    learner = Learner(rule_set())
    learner.feed(data, fmt)
    made = Engine(rule_set(), KEY, learner.lexicon)
    assert Residue(made).check(data, fmt) != []
    assert Residue(made).check(made.rewriter(fmt).rewrite(data), fmt) == []


@pytest.mark.parametrize(
    ("block", "found"),
    [
        (b"call hun\x1b[1mter\x1b[0m22 now\n", True),
        # A line that was drawn over in the input is gone from every output, and hides nothing of the others.
        (OVERDRAWN + b"\ncall hun\x1b[1mter\x1b[0m22 now\n", True),
        (b"ab\x08\x08xy hunter22\n", True),
        (OVERDRAWN + b"\nnothing \x1b[1mhere\x1b[0m\n", False),
    ],
)
def test_colours_hide_no_residue(block: bytes, found: bool) -> None:
    assert bool(left(block)) is found
