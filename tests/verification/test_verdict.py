from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from scrubber.audit.diagnosis import Certificate, Difference
from scrubber.model import Entity, Place
from scrubber.reports import report
from scrubber.reports.evidence import Audit
from scrubber.reports.report import Exit
from scrubber.verification import verdict
from scrubber.verification.verdict import Outcome, PairVerdict, Spoiled, Verdict

SAFE = PairVerdict(0, "full", "full.scrubbed", Outcome.SAFE, format="asterisk", audits=(Audit("residue", ran=True),))
REFUSED = PairVerdict(1, "a.png", "", Outcome.REFUSED, "no counterpart among the cleaned files")
LEAK = PairVerdict(
    2,
    "call.pcap",
    "out\x1b[2J.pcap",
    Outcome.LEAK,
    format="pcap",
    entities={"user": 1200, "ipv4": 3},
    rules={"residue": 1203},
    places=(Place("residue", Entity.USER, 40, 1007, value=b"marlowe"),),
    audits=(Audit("dissection", ran=False, detail="dissection audit not run: tshark not found"),),
    malformed=(7, 9),
    spoiled=(Spoiled(9, "sip"),),
)
DIFFERENT = PairVerdict(
    3,
    "b",
    "b",
    Outcome.SAFE,
    certificate=Certificate(
        tuple(Difference("requests", f"M{number}", number, 0) for number in range(12)),
        {"requests": {"BYE": 1}},
        (),
        False,
    ),
)


def of(*pairs: PairVerdict) -> Verdict:
    return Verdict("support", "ab" * 32, "9.9", pairs)


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ((SAFE,), Exit.DONE),
        ((SAFE, DIFFERENT), Exit.DONE),
        ((SAFE, REFUSED), Exit.REFUSED),
        ((), Exit.REFUSED),
        ((REFUSED, SAFE, LEAK), Exit.FOUND),
    ],
)
def test_a_leak_weighs_more_than_anything(pairs: Sequence[PairVerdict], code: Exit) -> None:
    assert of(*pairs).exit_code is code


def test_the_json_document() -> None:
    text = of(SAFE, REFUSED, LEAK, DIFFERENT).to_json()
    assert text.isascii()
    assert "marlowe" not in text
    document = json.loads(text)
    assert document["verify"] == verdict.SCHEMA
    assert document["exit"] == 10
    assert document["totals"] == {
        "pairs": {"leak": 1, "refused": 1, "safe": 2},
        "entities": {"ipv4": 3, "user": 1200},
    }
    safe, refused, leak, different = document["pairs"]
    assert safe["audits"] == [{"name": "residue", "ran": True, "detail": ""}]
    assert refused["cleaned"] == ""
    assert leak["places"] == [{"rule": "residue", "entity": "user", "offset": 40, "line": 1007}]
    assert leak["malformed"] == [7, 9]
    assert leak["spoiled"] == [{"line": 9, "protocol": "sip"}]
    assert leak["diagnosis"] is None
    assert different["diagnosis"]["equal"] is False
    assert len(different["diagnosis"]["differences"]) == 12
    assert {tuple(pair) for pair in document["pairs"]} == {tuple(safe)}


def test_paths_are_not_in_the_repr() -> None:
    assert "call.pcap" not in repr(LEAK)


def test_the_table_names_what_leaks_and_where() -> None:
    text = report.rendered(verdict.table(of(SAFE, LEAK)))
    assert "out?[2J.pcap" in text
    assert "1,200" in text
    assert "1,007" in text
    assert "full" not in text


def test_lines_for_people() -> None:
    lines = verdict.lines(of(SAFE, REFUSED, LEAK, DIFFERENT))
    assert lines[0] == "a.png: no counterpart among the cleaned files"
    assert "out?[2J.pcap: 2 frames no longer well-formed, the first 7" in lines
    assert "out?[2J.pcap: frame 9 is spoiled, protocol sip" in lines
    assert "b: diagnosis differs: requests, M3: 3 before, 0 after" in lines
    assert "b: and 2 more differences" in lines
    assert "dissection audit not run: tshark not found (1 pair)" in lines
    assert lines[-1] == "pairs: 2 safe, 1 leak, 1 refused"
    assert Counter(line.isprintable() for line in lines) == {True: len(lines)}


def test_a_pair_that_is_spoiled_weighs_as_much_as_a_leak() -> None:
    broken = replace(SAFE, outcome=Outcome.BROKEN, spoiled=(Spoiled(1, "rtp"),))
    assert of(SAFE, broken, REFUSED).exit_code == Exit.FOUND
    assert verdict.lines(of(broken))[-1] == "pairs: 1 broken"


def test_a_quiet_run_tells_refusals_alone() -> None:
    assert verdict.refusals(of(SAFE, REFUSED, LEAK)) == ["a.png: no counterpart among the cleaned files"]
