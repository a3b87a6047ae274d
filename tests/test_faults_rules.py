"""Every rule that has an example does nothing, one at a time: whatever stays of the example is noticed.

The fault is made in the second pass alone: the values that a rule finds stay as they are, the header fields and lines
of SDP that it names are copied.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scrubber import rules
from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.engine import Engine, Learner, Rewriter
from scrubber.formats import detect
from scrubber.model import Entity, Format, FormRule, RuleSet
from scrubber.readings import message
from scrubber.readings.rewrite import Rewrite
from scrubber.rules import Entry
from scrubber.textfile import TextFile
from tests.passes import KEY, rule_set
from tests.test_faults import commanded

PLAIN = TextFile(detect.by_name("plain"))
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


def without(entry: Entry) -> type[Rewrite]:
    """A second pass in which what one rule finds stays as it is, whatever way it takes.

    What is strange in a field that is copied stays, too: the field is copied whole.
    """
    idle = {entry.id, OF_SDP} if entry.kind == "sdp" else {entry.id, message.STRANGE}

    class Idle(Rewrite):
        def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
            return value if rule in idle else super().value(entity, value, rule)

        def part(self, name: str, value: bytes, rule: str, depth: int = 0) -> bytes:
            return value if rule in idle else super().part(name, value, rule, depth)

    return Idle


def faulty_engine(engine: Engine, entry: Entry) -> Engine:
    other = engine.read_by(without(entry))
    other.rules = copying(entry)
    return other


def rewritten(engine: Engine, data: bytes) -> bytes:
    return b"".join(PLAIN.rewrite(iter((data,)), engine.rewriter(PLAIN.format)))


def words(text: bytes) -> Counter[bytes]:
    return Counter(word for word in re.findall(rb"[0-9A-Za-z\x80-\xff]+", text) if len(word) >= TELLING)


def outcomes(entry: Entry) -> dict[bytes, bool | None]:
    """By example, whether the fault was noticed; None when it left nothing."""
    found: dict[bytes, bool | None] = {}
    for example in entry.examples:
        data = example.before.encode() + b"\n"
        learner = Learner(rule_set())
        PLAIN.learn(iter((data,)), learner)
        engine = Engine(rule_set(), KEY, learner.lexicon)
        right = rewritten(engine, data)
        faulty = rewritten(faulty_engine(engine, entry), data)
        audits = (PLAIN.residues(iter((right,)), Residue(engine).check), Rereading(engine).left(PLAIN, iter((right,))))
        assert not [place for audit in audits for place in audit], entry.id
        left = set(words(faulty) - words(right)) & set(words(data))
        noticed = any(PLAIN.residues(iter((faulty,)), Residue(engine).check)) or any(
            Rereading(engine).left(PLAIN, iter((faulty,)))
        )
        found[data] = True if noticed else None if not left else False
    return found


def stopped(folder: Path, entry: Entry, data: bytes) -> bool:
    """Whether the command ends with exit 10 and without an output when a rule does nothing for an example."""
    folder.mkdir()
    given = folder / "a.log"
    given.write_bytes(data)

    def rewriter(self: Engine, fmt: Format, file_id: bytes = b"") -> Rewriter:
        return REWRITER(faulty_engine(self, entry) if self.reader is Rewrite else self, fmt, file_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "rewriter", rewriter)
        result = commanded(given, "--format", "plain")
    return result.exit_code == RESIDUE and "residue" in result.output and not (folder / "out").exists()


REWRITER = Engine.rewriter
RESIDUE = 10
OF_DUMPS = {"fragment-sql-values", "freepbx-setting-row"}
"""What is alone in a file makes it a dump of a database, of which these rules are not asked."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_that_does_nothing_is_noticed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "_STRAY", re.compile(b"(?!)"))  # a field that is copied is copied whatever it holds
    entries = {entry.id: entry for entry in KINDS[kind]}
    found = {name: outcomes(entry) for name, entry in entries.items()}
    assert [name for name, told in found.items() if False in told.values()] == []
    noticed = {name: next(data for data in told if told[data]) for name, told in found.items() if any(told.values())}
    assert len(noticed) >= NOTICED[kind]
    runs = [(tmp_path / str(number), name) for number, name in enumerate(noticed) if name not in OF_DUMPS]
    assert [name for folder, name in runs if not stopped(folder, entries[name], noticed[name])] == []
