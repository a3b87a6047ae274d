"""What can be shown of an output: small values that any process can hand to another."""

from __future__ import annotations

import pickle

from scrubber.audit.diagnosis import Certificate as Compared
from scrubber.audit.diagnosis import Difference as Counted
from scrubber.reports.evidence import (
    OFFERED,
    Audit,
    Certificate,
    Difference,
    Excerpt,
    Novelty,
    Piece,
    Rarity,
    Sights,
    not_run,
)


def test_sights_go_to_other_processes() -> None:
    excerpt = Excerpt(3, ((Piece("a", replaced=True), Piece("b", replaced=False)),), 2)
    sights = Sights((Novelty("key", "k", 1, 2),), (Rarity("device", "d", 1, 3),), (excerpt,), (), {"dialogs": 1}, 9)
    assert pickle.loads(pickle.dumps(sights)) == sights
    assert sights.whole
    assert excerpt.compared


def test_an_audit_that_did_not_run_says_why() -> None:
    assert Audit("dissection", ran=False, detail="no tshark") != Audit("dissection", ran=True)


def test_the_certificate_of_a_diagnosis_is_one() -> None:
    counted = Counted("methods", "INVITE", 2, 1)
    difference: Difference = counted
    certificate: Certificate = Compared((counted,), {"methods": {"INVITE": 1}}, (), full=False)
    assert (difference.section, difference.what, difference.before, difference.after) == ("methods", "INVITE", 2, 1)
    assert not certificate.equal
    assert certificate.as_json()["differences"]


def test_why_an_audit_did_not_run_and_whether_that_is_a_lack() -> None:
    switched_off = Audit("dissection", ran=False, detail=not_run("switched off"))
    offered = Audit("dissection", ran=False, detail=not_run(OFFERED))
    assert [
        (audit.why, audit.missing) for audit in (switched_off, offered, Audit("residue", ran=True, detail="x"))
    ] == [
        ("switched off", True),
        (OFFERED, False),
        ("", False),
    ]
    assert Audit("residue", ran=False).why == "not run"
