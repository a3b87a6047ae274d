from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber import rules, storage
from scrubber.audit import dissection
from scrubber.engine import Learner
from scrubber.formats import detect
from scrubber.inspection import Inspection, inspected
from scrubber.model import Entity, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.reports.evidence import OFFERED, Audit
from scrubber.worker import Options, Worker

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
KEY = Key(bytes(range(32)))
needs_tshark = pytest.mark.skipif(bool(dissection.unavailable()), reason="needs tshark")


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load("support", [])


def looked(rule_set: RuleSet, name: str, options: Options, *, broken: bool = False) -> Inspection:
    """What is found out about the output of a sample; ``broken``: it is the sample itself."""
    worker = Worker(rule_set, options, KEY)
    source = storage.sources([SAMPLES / name])[0].inspect()
    learner = Learner(rule_set)
    kind, chunks = worker.opened(source, "")
    kind.learn(chunks, learner)
    worker.lexicon.merge(learner.lexicon)
    kind, chunks = worker.opened(source, "")
    rewriter = worker.engine.rewriter(detect.by_name("plain"))
    octets = b"".join(chunks if broken else kind.rewrite(chunks, rewriter))

    def written() -> Iterator[bytes]:
        yield octets

    return inspected(worker, kind, source, written)


def test_a_text_behind_the_first_of_a_run_is_not_dissected_unless_that_is_asked_for(rule_set: RuleSet) -> None:
    found = looked(rule_set, "baresip.log", Options())
    detail = f"dissection audit not run: {OFFERED}"
    assert found == Inspection(audits=(Audit("residue", ran=True), Audit("dissection", ran=False, detail=detail)))


def test_switched_off(rule_set: RuleSet) -> None:
    found = looked(rule_set, "asterisk-pjsip.pcap", Options(dissect=False))
    assert found.audits[1] == Audit("dissection", ran=False, detail="dissection audit not run: switched off")


def test_without_tshark(rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "_tshark", lambda: None)
    found = looked(rule_set, "asterisk-pjsip.pcap", Options())
    assert found.audits[1] == Audit("dissection", ran=False, detail="dissection audit not run: tshark not found")
    assert not found.places


@needs_tshark
@pytest.mark.parametrize(("name", "dissect"), [("asterisk-pjsip.pcap", None), ("baresip.log", True)])
def test_a_dissection_passes_and_vetoes(rule_set: RuleSet, name: str, dissect: bool | None) -> None:
    found = looked(rule_set, name, Options(dissect=dissect))
    assert [audit.name for audit in found.audits if audit.ran] == ["residue", "dissection"]
    assert not found.places
    broken = looked(rule_set, name, Options(dissect=dissect), broken=True)
    assert {Entity.HOST, Entity.USER} & {place.entity for place in broken.places}
    assert all(place.rule.startswith("dissection:") for place in broken.places)


@needs_tshark
def test_a_text_without_messages_has_nothing_to_dissect(rule_set: RuleSet) -> None:
    _, audit = looked(rule_set, "fail2ban.log", Options(dissect=True)).audits
    assert audit == Audit("dissection", ran=False, detail="dissection audit not run: no SIP message in the text")


def test_what_a_report_shows(rule_set: RuleSet) -> None:
    found = looked(rule_set, "asterisk-pjsip.log", Options(sights=True))
    assert found.certificate is not None
    assert found.certificate.equal
    assert found.sights is not None
    assert found.sights.dialogs
    assert found.audits[-1] == Audit("diagnosis", ran=True)
