"""Speed and memory of scrubbing captures, beside ``tcprewrite``, measured in one run.

    python -m benchmarks.capture             a million packets, and 100,000 SIP messages in four dresses
    python -m benchmarks.capture --quick     a tenth of each

``tcprewrite`` (Debian package tcpreplay) maps addresses in headers and repairs checksums; audio, SIP and hardware
addresses it leaves as they are. CPU seconds are user plus system time of the whole program. How to read the table
stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import packets
from benchmarks.generate import FOLDER, MB
from benchmarks.text import Cost, measured

PEER = "tcprewrite --seed"
PACKETS = {"rtp": 1_000_000, **dict.fromkeys(("sip", "sip6", "vlan", "tcp"), packets.MANY)}
MEASURED = """
import sys
from pathlib import Path
from benchmarks import capture
capture.bulk(*map(Path, sys.argv[1:]))
"""
ROUNDS = 3
"""How often what is short is measured; the least counts, since other work on a machine only adds."""


def bulk(path: Path | None = None) -> None:
    """Headers, audio and hardware addresses alone: the runs of RTP packets of a file, rewritten to nowhere.

    Without a file, what it takes to begin.
    """
    from collections import Counter

    from scrubber import rules
    from scrubber.capture import runs
    from scrubber.engine import PLAIN, Engine, Learner
    from scrubber.pseudonyms.key import Key
    from scrubber.values import Values

    rule_set = rules.load()
    rewriter = Engine(rule_set, Key(bytes(range(32))), Learner(rule_set).lexicon).rewriter(PLAIN)
    to = Values(rewriter.reader, rewriter.rewrite)
    if path is None:
        return
    with path.open("rb") as source, Path(os.devnull).open("wb") as sink:
        chunks = iter(lambda: source.read(1 << 20), b"")
        sink.writelines(block.encoded(block.frame, to) for block in runs.blocks(chunks, Counter(), to))


def costs(path: Path, *, audio: bool) -> Iterator[Cost]:
    """What each program takes for one capture."""
    folder = FOLDER / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    size = path.stat().st_size
    code = "from scrubber.cli import main; main()"
    options = ["clean", str(path), "-o", str(folder / "out.pcap"), "--quiet", "--jobs", "1"]
    short: dict[str, list[str]] = {}
    if audio:
        short = {"  start alone": [sys.executable, "-c", MEASURED]}
        short["  bulk alone"] = [*short["  start alone"], str(path)]
    if shutil.which("tcprewrite"):
        peer = ["tcprewrite", "--seed=42", "--fixcsum", f"--infile={path}", f"--outfile={folder / 'peer.pcap'}"]
        short[PEER] = peer
    measured("compiling", size, [sys.executable, "-c", code, "--help"])
    yield measured("scrubber clean", size, [sys.executable, "-c", code, *options])[0]
    rounds = [[measured(name, size, command)[0] for name, command in short.items()] for _ in range(ROUNDS)]
    for row in zip(*rounds, strict=True):
        yield min(row, key=lambda cost: cost.seconds)


def table(kind: str, count: int) -> None:
    """Print the figures of one capture."""
    most = None if count == PACKETS[kind] else count
    path = packets.cached(kind, most)
    print(f"\n{kind}, {count:,} packets, {path.stat().st_size / MB:.1f} MB")
    print(f"  {'program':<20}{'CPU s':>9}{'packets/s':>12}{'peak MB':>9}   times as fast as {PEER}")
    found = list(costs(path, audio=kind == "rtp"))
    peer = next((cost for cost in found if cost.program == PEER), None)
    for cost in found:
        ratio = f"   {peer.seconds / cost.seconds:6.2f}" if peer and cost is not peer else ""
        print(f"  {cost.program:<20}{cost.seconds:>9.2f}{count / cost.seconds:>12,.0f}{cost.peak / MB:>9.0f}{ratio}")


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=packets.KINDS, action="append", help="only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="a tenth of each capture")
    arguments = parser.parse_args()
    for kind in arguments.kind or packets.KINDS:
        table(kind, PACKETS[kind] // (10 if arguments.quick else 1))


if __name__ == "__main__":
    main()
