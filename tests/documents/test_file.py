from __future__ import annotations

import pytest

from scrubber.audit.residue import Residue
from scrubber.content import Content
from scrubber.documents.file import NOTATIONS, DocumentFile
from scrubber.documents.sqlite import Database
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.formats import detect
from scrubber.worker import Options, Worker
from tests.documents.read import SAMPLES, held, kind, pieces, sample, scrubbed
from tests.passes import KEY, rule_set

NOTATION_OF = {
    "Master.csv": "csv",
    "extensions.csv": "csv",
    "queue_log": "queue_log",
    "pjsip.conf": "ini",
    "account.xml": "xml",
    "userman.json": "json",
    "sipp-users.yaml": "yaml",
    "freepbx.sql": "sql",
}
TEXTS = sorted(path.name for path in SAMPLES.iterdir() if path.is_file() and b"\0" not in path.read_bytes()[:4096])


def test_every_notation_of_a_format_has_a_reading() -> None:
    assert set(NOTATIONS) <= {fmt.notation for fmt in detect.FORMATS}


@pytest.mark.parametrize(("name", "notation"), NOTATION_OF.items())
def test_the_passes_agree(name: str, notation: str) -> None:
    data, reading = sample(name), kind(notation)
    learner = Learner(rule_set())
    reading.learn(pieces(data, 100), learner)
    engine = Engine(rule_set(), KEY, learner.lexicon)
    after = b"".join(reading.rewrite(pieces(data, 100), engine.rewriter(PLAIN)))
    find = Residue(engine).check
    assert list(reading.residues(iter((data,)), find))
    assert list(reading.residues(iter((after,)), find)) == []
    assert list(reading.exposed(iter((data,)), rule_set())) or name == "queue_log"
    assert list(reading.exposed(iter((after,)), rule_set())) == []
    places = [place.line for place in reading.exposed(iter((data,)), rule_set())]
    assert places == sorted(places)


@pytest.mark.parametrize(("name", "notation"), NOTATION_OF.items())
def test_a_document_is_opened_as_one(name: str, notation: str) -> None:
    worker = Worker(rule_set(), Options())
    found = worker.kind(Content(), sample(name), name, "")
    assert isinstance(found, DocumentFile)
    assert found.format.notation == notation
    assert found.name == detect.sniff(sample(name)).name
    assert isinstance(worker.kind(Content(database="sqlite"), b"", "astdb.sqlite3", ""), Database)


@pytest.mark.parametrize("notation", sorted(set(NOTATIONS) - {"mail"}))  # between its parts a mail is read as a log is
@pytest.mark.parametrize("name", TEXTS)
def test_a_wrong_notation_costs_utility_and_leaks_nothing(name: str, notation: str) -> None:
    before = sample(name)
    after = scrubbed(before, notation)
    if notation == "ini":
        after = b"\n".join(line for line in after.split(b"\n") if line.lstrip()[:1] not in (b"#", b";"))
    alone = set(held(scrubbed_as_recognised(name, before)))
    assert [value for value in held(after) if value not in alone] == []


def scrubbed_as_recognised(name: str, data: bytes) -> bytes:
    """A sample read on its own as what it is: what only its prose says about somebody is left there, too."""
    known = detect.sniff(data, name)
    if known.notation in NOTATIONS:
        return scrubbed(data, known.notation)
    learner = Learner(rule_set())
    learner.feed(data, known)
    return Engine(rule_set(), KEY, learner.lexicon).rewriter(known).rewrite(data)
