"""The two passes of the engine in one process, timed apart; prints one JSON object.

python -m benchmarks.passes file PATH            learn and rewrite a file
python -m benchmarks.passes line KIND SIZE       rewrite one line of SIZE bytes of a hostile KIND
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scrubber import rules
from scrubber.engine import Engine, records
from scrubber.formats import detect
from scrubber.learn import Learner
from scrubber.pseudonyms.key import Key

KEY = bytes(range(32))
CHUNK = 1 << 20
HOSTILE = {
    "dots": b"a.",
    "at signs": b"a@",
    "digits": b"7",
    "dashes": b"5-",
    "colons": b"a:",
    "quotes": b'"',
    "angles": b"<sip:",
    "percents": b"%25",
    "semicolons": b";tag=",
    "braces": b'{"',
    "base64": b"QUJD",
    "hexadecimal": b"0a",
    "blanks": b" ",
    "letters": b"x",
    "backslashes": b"\\",
    "uris": b"sip:a@b.example ",
}
"""Units of which one long line is made: each provokes some kind of repetition."""


def chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces of a megabyte."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def passes(path: Path) -> dict[str, float]:
    """CPU seconds of learning, of building the matcher, and of rewriting; the output is thrown away."""
    ruleset = rules.load()
    with path.open("rb") as file:
        fmt = detect.sniff(file.read(1 << 16), path.name)
    started = time.process_time()
    learner = Learner(ruleset)
    for block in records(chunks(path), fmt):
        learner.feed(block, fmt)
    learned = time.process_time()
    rewriter = Engine(ruleset, Key(KEY), learner.lexicon).rewriter(fmt)
    built = time.process_time()
    for block in records(chunks(path), fmt):
        rewriter.rewrite(block)
    return {"learn": learned - started, "build": built - learned, "rewrite": time.process_time() - built}


def long_line(kind: str, size: int) -> dict[str, float]:
    """CPU seconds to learn from and rewrite a log that is one single line."""
    unit = HOSTILE[kind]
    data = b"[2025-03-02 08:00:00.000] VERBOSE[1] pbx.c: " + unit * (size // len(unit)) + b"\n"
    ruleset = rules.load()
    fmt = detect.by_name("asterisk")
    started = time.process_time()
    learner = Learner(ruleset)
    learner.feed(data, fmt)
    Engine(ruleset, Key(KEY), learner.lexicon).rewriter(fmt).rewrite(data)
    return {"seconds": time.process_time() - started}


if __name__ == "__main__":
    if sys.argv[1] == "file":
        print(json.dumps(passes(Path(sys.argv[2]))))
    else:
        print(json.dumps(long_line(sys.argv[2], int(sys.argv[3]))))
