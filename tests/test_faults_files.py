"""A file of every kind left as it was, one at a time: an audit tells that nothing was rewritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.formats import detect
from scrubber.learn import Learner
from scrubber.worker import Options, Worker
from tests.passes import KEY, rule_set

SAMPLES = sorted(path for path in (Path(__file__).resolve().parent.parent / "samples").rglob("*") if path.is_file())
MADE = {
    "table.html": b"<html><body><table><tr><th>Name</th><th>Phone</th></tr>"
    b"<tr><td>Alice Archer</td><td>+44 20 7946 0321</td></tr></table></body></html>\n",
    "letter.eml": b"From: Alice Archer <alice.archer@example.com>\r\nTo: bob@example.org\r\nSubject: phones\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Call =2B442079460321\r\n",
    "card.vcf": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Alice Archer\r\nTEL;TYPE=work:+442079460321\r\nEND:VCARD\r\n",
}
"""What no sample is of."""


def noticed(path: Path) -> tuple[str, bool]:
    """How a file is read, and whether it is told that it was not rewritten."""
    (source,) = storage.sources([path])
    worker = Worker(rule_set(), Options(), KEY)
    kind, chunks = worker.opened(source.inspect(), "")
    data = list(chunks)
    learner = Learner(rule_set())
    kind.learn(iter(data), learner)
    worker.lexicon = learner.lexicon
    found = [*kind.residues(iter(data), worker.residue.check), *worker.rereading.left(kind, iter(data))]
    return kind.name, bool(found)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_that_is_not_rewritten_is_noticed(path: Path) -> None:
    assert noticed(path)[1]


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_is_not_rewritten_is_noticed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(MADE[name])
    kind, told = noticed(tmp_path / name)
    assert kind != detect.by_name("plain").name
    assert told


def test_a_database_that_is_not_rewritten_is_noticed(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "phone.db")) as database, database:
        database.execute("create table contacts (name text, number text)")
        database.execute("insert into contacts values ('Alice Archer', '+442079460321')")
    assert noticed(tmp_path / "phone.db") == ("sqlite", True)
