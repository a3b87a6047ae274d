"""What the tests of documents share: a notation read in each of the passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scrubber.documents.cell import Cells
from scrubber.documents.file import DocumentFile
from scrubber.documents.inner import inner
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.lexicon import Lexicon
from tests.capture.wire import learning, rewriting
from tests.passes import KEY, rule_set

SAMPLES = Path(__file__).parent.parent.parent / "samples"
PLANTED = (
    *("alice", "archer", "bellweather", "quarles", "dunmore", "malley", "соколова", "дарья", "dsokolova"),
    *("kettle", "velvet", "lantern", "442079460321", "12025550143", "00005e00532a", "00:00:5e:00:53:2a"),
    *("pbx.example.com", "sip.carrier.example", "198.51.100.23", "192.168.40.21", "6a1fd47c20e95b83", "7713"),
)
"""What of the samples must not be found in what becomes of them."""


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def kind(notation: str) -> DocumentFile:
    return DocumentFile(PLAIN._replace(name=notation, notation=notation))


def scrubbed(data: bytes, notation: str, size: int = 1 << 16) -> bytes:
    """A document that is learned from and rewritten by itself."""
    reading = kind(notation)
    learner = Learner(rule_set())
    reading.learn(pieces(data, size), learner)
    rewriter = Engine(rule_set(), KEY, learner.lexicon).rewriter(PLAIN)
    return b"".join(reading.rewrite(pieces(data, size), rewriter))


def learned(data: bytes, notation: str) -> Lexicon:
    learner = Learner(rule_set())
    kind(notation).learn(iter((data,)), learner)
    return learner.lexicon


def cells() -> Cells:
    """The second pass, which has met the fictitious people of ``readings``."""
    return Cells(rewriting(), inner)


def taught() -> Cells:
    """The first pass."""
    return Cells(learning()[0], inner)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def held(text: bytes) -> list[str]:
    """What is planted in a text."""
    lowered = text.decode("utf-8", "replace").lower()
    return [value for value in PLANTED if value in lowered]
