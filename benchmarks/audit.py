"""What the residue audit and the second reading cost beside the passes they follow: CPU seconds, and the memory.

    python -m benchmarks.audit                 the mixed log of 100 MB and the million packets
    python -m benchmarks.audit --quick         10 MB of the log, 100,000 packets
    python -m benchmarks.audit FILE            any log or capture

The goal is an audit of at most half of what learning and rewriting take.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import generate, packets
from scrubber import rules
from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.audit.written import Written
from scrubber.capture import magic
from scrubber.engine import Engine, Learner
from scrubber.formats import detect
from scrubber.pseudonyms.key import Key
from scrubber.tasks import Kind
from scrubber.textfile import TextFile

CHUNK = 1 << 20
KEY = bytes(range(32))
GOAL = 0.5


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces of a megabyte."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def kind_of(path: Path) -> Kind:
    """How the passes go over a file."""
    head = next(chunks(path))
    container = magic.kind(head)
    if not container:
        return TextFile(detect.sniff(head[: 1 << 16], path.name))
    from scrubber.capture.file import CaptureFile

    return CaptureFile(container, rules.load())


def measured(path: Path) -> tuple[float, float, float, int]:
    """CPU seconds of learning, rewriting and auditing a file, and how many residues were found."""
    ruleset, kind = rules.load(), kind_of(path)
    started = time.process_time()
    learner = Learner(ruleset)
    kind.learn(chunks(path), learner)
    learned = time.process_time()
    engine = Engine(ruleset, Key(KEY), learner.lexicon)
    rewriter = engine.rewriter(kind.format if isinstance(kind, TextFile) else detect.by_name("plain"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        with out.open("wb") as file:
            for block in kind.rewrite(chunks(path), rewriter):
                file.write(block)
        rewritten = time.process_time()
        written = Written(learner.lexicon.values, engine.surrogates)
        found = sum(1 for _ in kind.residues(chunks(out), Residue(engine, written).check))
        found += sum(1 for _ in Rereading(engine, written).left(kind, chunks(out)))
    return learned - started, rewritten - learned, time.process_time() - rewritten, found


def main() -> None:
    """Measure and print a row for each file; fails when the goal is missed or a residue was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("file", nargs="*", type=Path)
    options = parser.parse_args()
    files = options.file or [
        generate.cached("mixed", (10 if options.quick else 100) * generate.MB),
        packets.cached("rtp", 100_000 if options.quick else 1_000_000),
    ]
    missed = False
    print(f"{'file':28} {'learn':>8} {'rewrite':>8} {'audit':>8}   share   peak MiB")
    for path in files:
        learn, rewrite, audit, found = measured(path)
        share = audit / (learn + rewrite)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{path.name:28} {learn:8.1f} {rewrite:8.1f} {audit:8.1f} {share:7.0%} {peak:10.0f}")
        missed |= share > GOAL or found > 0
    sys.exit(missed)


if __name__ == "__main__":
    main()
