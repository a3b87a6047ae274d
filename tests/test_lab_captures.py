"""The whole program over logs and captures of the lab together: nothing planted is left, every frame tells the same."""

from __future__ import annotations

import html
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import diagnosis, dialogs, leaks
from tests.test_lab import KEYS, RELEASED, Run, listed, run, unpack

CAPTURES = Path(__file__).resolve().parent / "lab" / "captures.tar.xz"
COUNT = 24
NUMBERED = re.compile(rb' (?:show|value|unmaskedvalue|size|pos)="(?:0x)?[0-9a-f]*"|<field name="(?:tcp\.|ip\.id)[^>]*>')
"""Bare numbers and octets of a dissection: lengths, times and sequences equal short numbers by chance, and octets
are searched in the file itself."""

EXPLAINED = "pcap/short-snaplen.pcap: "
"""Two segments hold the end of a message whose middle the snap length cut; nobody can say what they are, so they become
zeros, and tshark no longer takes them for the end of SIP."""

pytestmark = pytest.mark.skipif(not diagnosis.available, reason="needs tshark")


class Taken(NamedTuple):
    """Logs and captures, what was planted, and what became of them."""

    folder: Path
    planted: leaks.Planted
    first: Run

    def pairs(self) -> Iterator[tuple[str, Path, Path]]:
        """Name, original and output of each capture."""
        return captures(self.folder, self.first)


def captures(folder: Path, done: Run) -> Iterator[tuple[str, Path, Path]]:
    """Name, original and output of each capture of a run."""
    for name, entry in done.entries.items():
        if name.startswith("pcap/"):
            yield name, folder / name, done.folder / entry["output"]


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    base = tmp_path_factory.mktemp("captures")
    canaries = unpack(base / "set")
    with tarfile.open(CAPTURES) as archive:
        archive.extractall(base / "set", filter="data")
    return Taken(base / "set", leaks.Planted(canaries), run(base / "first", base / "set", KEYS[0]))


def hits(planted: leaks.Planted, path: Path) -> Counter[leaks.Value]:
    """Planted values in a capture: its name, its octets, and the decoded fields."""
    text = html.unescape(NUMBERED.sub(b"", diagnosis.decoded(path)).decode("utf-8", "replace"))
    return Counter(planted.hits(b"%b\n%b\n%b" % (path.name.encode(), path.read_bytes(), text.encode())))


def left(planted: leaks.Planted, outputs: Iterable[Path]) -> leaks.Places:
    """Planted values by capture."""
    places: leaks.Places = {}
    for path in outputs:
        for value, count in hits(planted, path).items():
            places.setdefault(value, Counter())[path.name] += count
    return places


def test_every_capture_is_released(taken: Taken) -> None:
    entries = {name: entry for name, entry in taken.first.entries.items() if name.startswith("pcap/")}
    assert len(entries) == COUNT
    assert [name for name, entry in entries.items() if entry["status"] != RELEASED] == []
    assert {entry["format"] for entry in entries.values()} == {"pcap", "pcapng"}


def test_the_counter_finds_what_was_planted(taken: Taken) -> None:
    found = left(taken.planted, sorted((taken.folder / "pcap").iterdir())[:6])
    assert len([value for value in found if value.hard]) > 50


def test_nothing_planted_is_left(taken: Taken, tmp_path: Path) -> None:
    places = left(taken.planted, (after for _, _, after in taken.pairs()))
    if any(not value.hard for value in places):
        # A soft value may be the pseudonym of another one; under another key it is none.
        suspects = {name for where in places.values() for name in where}
        second = run(tmp_path / "second", taken.folder, KEYS[1])
        first = {after.name: name for name, _, after in taken.pairs()}
        doubtful = {first[name] for name in suspects}
        outputs = (after for name, _, after in captures(taken.folder, second) if name in doubtful)
        again = left(taken.planted, outputs)
        places = {value: where for value, where in places.items() if value.hard or value in again}
    assert not places, listed(leaks.shown(places))


def test_every_frame_is_diagnosed_alike(taken: Taken) -> None:
    frames = 0
    found = []
    for name, before, after in taken.pairs():
        count, differences = diagnosis.differences(before, after)
        frames += count
        found += [f"{name}: {difference}" for difference in differences]
    assert not [line for line in found if not line.startswith(EXPLAINED)], listed(found)
    assert len(found) <= 2
    assert frames > 10_000


def test_log_and_capture_tell_of_the_same_calls(taken: Taken) -> None:
    """A Call-ID, a user and a host have one pseudonym, whether they stood in a log or in a capture."""
    named = ("sip.Call-ID", "sip.from.user", "sip.from.host")
    captured: dict[str, str] = {}
    for _, before, after in taken.pairs():
        for old, new in zip(diagnosis.fields(before, named), diagnosis.fields(after, named), strict=True):
            captured |= {was: now for was, now in zip(old, new, strict=True) if was and "\x1f" not in was}
    logged: dict[str, str] = {}
    for pair in taken.first.pairs:
        if pair.name.startswith("pcap/"):
            continue
        messages = zip(dialogs.messages(pair.before), dialogs.messages(pair.after), strict=True)
        for was, now in messages:
            logged |= dict(zip(was.renamed["call-id"], now.renamed["call-id"], strict=True))
    both = captured.keys() & logged.keys()
    assert len(both) > 50
    assert {old: captured[old] for old in both} == {old: logged[old] for old in both}
