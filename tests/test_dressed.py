"""Samples as other programs keep and show them: nothing wrong is learned from the dress, so no file is refused.

A value that is taken for somebody's once is looked for in all files of a run. A dress adds words and counters to each
line (``stdout``, ``offset``, numbers of records), and most of what an audit would find in vain comes from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber import Scrubber
from tests.formats.prefixes import sample
from tests.passes import KEY
from tests.planted import PLANTED

SEED = "2025-03-02T18:03:12"
Dress = Callable[[str, int], str]


def record(line: str, number: int) -> str:
    source = {
        "@timestamp": f"{SEED}.000Z",
        "host": {"name": "collector"},
        "message": line,
        "log": {"offset": number * 91},
    }
    return json.dumps({"_index": "voip-2025.03.02", "_id": f"{number:08x}", "_source": source}, ensure_ascii=False)


DRESSES: dict[str, Dress] = {
    "cri": lambda line, number: f"{SEED}.{number:09d}Z stdout F {line}",
    "docker": lambda line, number: json.dumps(
        {"log": line + "\n", "stream": "stdout", "time": f"{SEED}.{number:09d}Z"}
    ),
    "elastic": record,
    "grep": lambda line, number: f"var/log/asterisk/full:{number}:{line}",
    "journald": lambda line, number: json.dumps(
        {"__REALTIME_TIMESTAMP": f"{1740938592000000 + number}", "MESSAGE": line}
    ),
    "mail": lambda line, number: f"> > {line}",
    "syslog": lambda line, number: f"Mar  2 18:03:{number % 60:02d} collector asterisk[812]: {line}",
    "rfc5424": lambda line, number: f"<134>1 {SEED}.{number:06d}Z collector asterisk 812 - - {line}",
    "table": lambda line, number: '{},{},INFO,"{}"'.format(number, SEED, line.replace('"', '""')),
    "splunk": lambda line, number: '{},host=collector _raw="{}"'.format(SEED, line.replace('"', '\\"')),
    "text mode": lambda line, number: f"{line}\r" if line.endswith("\r") else line,
}
REFUSED: dict[str, set[str]] = {}
"""What only the place of a line in a table or a dump would tell; the audit finds it."""


@pytest.mark.parametrize("dress", DRESSES)
def test_what_is_dressed_is_released(dress: str, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in sorted(PLANTED):
        lines = sample(name).decode("utf-8", "replace").split("\n")
        text = "\n".join(DRESSES[dress](line, number) for number, line in enumerate(lines, 1))
        (source / name).write_bytes(text.encode())
    run = Scrubber(key=KEY).clean(source, tmp_path / "out", dissect=False)
    assert {path.name for path in source.iterdir()} - {Path(path).name for path in run.outputs} == REFUSED.get(
        dress, set()
    )
