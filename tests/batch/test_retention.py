from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import time

from scrubber.batch import retention, session
from scrubber.batch.run import Ended
from scrubber.batch.watch import Watch
from scrubber.pseudonyms.key import Key

Go = Callable[..., Ended]


def test_what_is_old_goes_with_its_report_and_row(source: Path, tmp_path: Path, go: Go, key: Key) -> None:
    home = tmp_path / "out"
    go(source, home)
    between = time()
    (source / "late.log").write_bytes(b"one line\n")
    go(source, home)
    with session.looked(str(home), None) as records:
        assert sorted(retention.expired(records, between)) == ["deep/plain.log", "named.log", "prose.log"]
    with session.opened(str(home), None, Watch()) as desk:
        assert retention.expire(desk, between) == 3
    left = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    assert left == ["_reports/files/late.log.json", "_reports/run.html", "_reports/run.jsonl", "late.log"]
    with session.opened(str(home), key, Watch()) as desk:
        assert retention.expire(desk, time() + 1) == 1
    assert list(home.iterdir()) == []
