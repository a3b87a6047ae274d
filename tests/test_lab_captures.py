"""The whole program over logs and captures of the lab together: nothing planted is left, every frame tells the same."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrubber.audit.diagnosis import census, compare
from scrubber.capture.file import CaptureFile
from tests import diagnosis, dialogs, leaks
from tests.passes import rule_set
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


def test_the_certificate_is_equal(taken: Taken) -> None:
    messages = packets = 0
    found = []
    for name, before, after in taken.pairs():
        kind = CaptureFile("pcap", rule_set())
        old, new = (census(kind, iter((path.read_bytes(),))) for path in (before, after))
        found += [f"{name}: {difference}" for difference in compare(old, new).differences]
        messages += sum(old.counts.get("requests", {}).values()) + sum(old.counts.get("responses", {}).values())
        packets += old.counts.get("packets", {}).get("RTP packets", 0)
    assert not found, listed(found)
    assert messages > 1500
    assert packets > 5500


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


# --- the audit of any pair


def verified(before: Path, after: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document of the command."""
    command = [sys.executable, "-m", "scrubber", "verify", str(before), str(after), "--json", *more]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    return done.returncode, json.loads(done.stdout)


def by_hand(data: bytes) -> bytes:
    """What ten lines of sed leave: the values that their writer thought of, at the same length."""
    for old, new in (
        (b"brackenmoor.example", b"customer-pbx.invalid"[:19]),
        (b"+442079460958", b"+440000000000"),
        (b"10.73.41.10", b"10.00.00.01"),
        (b"10.73.41.101", b"10.00.00.001"),
        (b"sip:7346@", b"sip:1111@"),
        (b"sip:7419@", b"sip:2222@"),
        (b"Marguerite", b"Xxxxxxxxxx"),
        (b"Ainsleigh", b"Xxxxxxxxx"),
        (b"Theodora", b"Xxxxxxxx"),
        (b"Hisuiko", b"Xxxxxxx"),
    ):
        data = data.replace(old, new)
    return data


def leaking(before: Path, after: Path) -> set[str]:
    """The classes that the audit names; it shows places of each."""
    code, document = verified(before, after)
    (pair,) = document["pairs"]
    assert (code, pair["outcome"]) == (10, "leak")
    assert {place["entity"] for place in pair["places"]} == set(pair["entities"])
    assert all(place["line"] for place in pair["places"])
    return set(pair["entities"])


EVERYTHING = {"ipv4", "mac", "host", "name", "user", "number", "secret"}


def test_an_untouched_copy_is_told(taken: Taken, tmp_path: Path) -> None:
    before = taken.folder / "pcap" / "inbound.pcap"
    shutil.copy(before, tmp_path / "copy.pcap")
    assert leaking(before, tmp_path / "copy.pcap") >= EVERYTHING


def test_what_a_hand_leaves_is_told(taken: Taken, tmp_path: Path) -> None:
    before = taken.folder / "pcap" / "inbound.pcap"
    (tmp_path / "sed.pcap").write_bytes(by_hand(before.read_bytes()))
    assert leaking(before, tmp_path / "sed.pcap") >= EVERYTHING


@pytest.mark.skipif(shutil.which("tcprewrite") is None, reason="needs tcprewrite")
def test_what_a_rewriter_of_headers_leaves_is_told(taken: Taken, tmp_path: Path) -> None:
    before, after = taken.folder / "pcap" / "inbound.pcap", tmp_path / "rewritten.pcap"
    command = ["tcprewrite", "--seed=42", "--fixcsum", f"--infile={before}", f"--outfile={after}"]
    subprocess.run(command, check=True, capture_output=True)
    # The addresses of the headers are others now; those in the messages are what they were.
    assert leaking(before, after) >= EVERYTHING - {"mac"}


def test_every_output_passes(taken: Taken) -> None:
    code, document = verified(taken.folder / "pcap", taken.first.folder / "pcap", "--jobs", "2")
    assert [pair for pair in document["pairs"] if pair["outcome"] != "safe"] == []
    assert (code, len(document["pairs"])) == (0, COUNT)
    assert all({audit["name"] for audit in pair["audits"] if audit["ran"]} >= AUDITS for pair in document["pairs"])


AUDITS = {"residue", "dissection", "diagnosis"}
