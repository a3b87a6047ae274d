"""Every rule that has an example does nothing, one at a time: whatever stays of the example is noticed.

The fault is made in the second pass alone: the values that a rule finds stay as they are, the header fields and lines
of SDP that it names are copied.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from scrubber import rules
from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.engine import Engine, Learner
from scrubber.formats import detect
from scrubber.model import Entity, FormRule, RuleSet
from scrubber.readings import message
from scrubber.readings.rewrite import Rewrite
from scrubber.rules import Entry
from scrubber.textfile import TextFile
from tests.passes import KEY, rule_set

PLAIN = TextFile(detect.by_name("plain"))
VALUE, PART = Rewrite.value, Rewrite.part
OF_SDP = message.SDP_RULE
"""By this name a line of SDP is read that stands alone."""
TELLING = 3
"""Signs of a word that says something: house numbers do not."""
KINDS = {
    kind: [entry for entry in rules.entries() if entry.kind == kind and entry.examples]
    for kind in ("headers", "sdp", "labels", "fragments", "text")
}
NOTICED = {"headers": 14, "sdp": 9, "labels": 48, "fragments": 10, "text": 350}
"""So many rules at least leave something when they do nothing; what the others find, another reading finds, too."""


def copying(entry: Entry) -> RuleSet:
    """The rules, with the header fields and lines of one of them copied."""
    known = rule_set()

    def copied(rule: FormRule) -> FormRule:
        return FormRule(rule.id, rules.KEEP) if rule.id == entry.id else rule

    headers = {name: copied(rule) for name, rule in known.headers.items()}
    return replace(known, headers=headers, sdp={name: copied(rule) for name, rule in known.sdp.items()})


def rewritten(engine: Engine, data: bytes) -> bytes:
    return b"".join(PLAIN.rewrite(iter((data,)), engine.rewriter(PLAIN.format)))


def words(text: bytes) -> Counter[bytes]:
    return Counter(word for word in re.findall(rb"[0-9A-Za-z\x80-\xff]+", text) if len(word) >= TELLING)


def outcomes(entry: Entry) -> set[bool | None]:
    """By example, whether the fault was noticed; None when it left nothing."""
    found: set[bool | None] = set()
    for example in entry.examples:
        data = example.before.encode() + b"\n"
        learner = Learner(rule_set())
        PLAIN.learn(iter((data,)), learner)
        engine = Engine(rule_set(), KEY, learner.lexicon)
        right = rewritten(engine, data)
        with pytest.MonkeyPatch.context() as patch:
            break_rule(patch, entry)
            faulty = rewritten(Engine(copying(entry), KEY, learner.lexicon), data)
        audits = (PLAIN.residues(iter((right,)), Residue(engine).check), Rereading(engine).left(PLAIN, iter((right,))))
        assert not [place for audit in audits for place in audit], entry.id
        left = set(words(faulty) - words(right)) & set(words(data))
        noticed = any(PLAIN.residues(iter((faulty,)), Residue(engine).check)) or any(
            Rereading(engine).left(PLAIN, iter((faulty,)))
        )
        found.add(True if noticed else None if not left else False)
    return found


def break_rule(patch: pytest.MonkeyPatch, entry: Entry) -> None:
    """Let what one rule finds stay as it is, whatever way it takes."""
    idle = {entry.id, OF_SDP} if entry.kind == "sdp" else {entry.id}

    def value(self: Rewrite, entity: Entity, value: bytes, rule: str) -> bytes:
        return value if rule in idle else VALUE(self, entity, value, rule)

    def part(self: Rewrite, name: str, value: bytes, rule: str, depth: int = 0) -> bytes:
        return value if rule in idle else PART(self, name, value, rule, depth)

    patch.setattr(Rewrite, "value", value)
    patch.setattr(Rewrite, "part", part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_that_does_nothing_is_noticed(kind: str) -> None:
    found = {entry.id: outcomes(entry) for entry in KINDS[kind]}
    assert [name for name, several in found.items() if False in several] == []
    assert sum(True in several for several in found.values()) >= NOTICED[kind]
