"""The whole program over the lab set: nothing planted is left, and everything a diagnosis needs still stands."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrubber.audit.diagnosis import census, compare
from scrubber.formats import detect
from scrubber.textfile import TextFile
from tests import dialogs, leaks

ROOT = Path(__file__).resolve().parent.parent
SET = ROOT / "tests" / "lab" / "set.tar.xz"
CANARIES = "canaries.json"
KEYS = (bytes(range(32)).hex(), bytes(range(64, 96)).hex())
RELEASED = "released"

TIME = re.compile(
    rb"(?:<\d+>(?:1 )?)?\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.:,]\d{3,6})?(?:Z|[+]\d\d:\d\d|\])?"
    rb"|\d\d:\d\d:\d\d\.\d{3,6}|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{10}(?:\.\d{3,6})?(?![\d.])"
    rb'|"[A-Z_]+","\d{10}\.\d{6}"|-{5,} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}'
)
"""A time at the start of a line, in any layout of the set."""
VERSIONS = (
    *(b"22.brk", b"GIT-master-f0c1c1a7b7", b"v2.17-dev", b"PJSUA/v2.17", b"kamailio 5.6.3", b"(kamailio)"),
    *(b"baresip v1.0.0", b"LinphoneCore 5.1.65", b"liblinphone", b"Mediastreamer2 factory 5.1.64", b"Coturn-4.6.1"),
    *(
        b"version 2.90",
        b"2.17-dev for Linux-6.18.44/x86_64/glibc-2.36",
        b"curl/7.88.1",
        b"Asterisk Call Manager/13.0.0",
    ),
    *(b"JsSIP", b"sipsak", b"udhcpc: started, v1.35.0", b"DiG 9.18.49-1~deb12u3-Debian"),
)
OCTETS = "text/tcpdump-XX.txt"
"""A dump in octets, which is written again row by row."""
COUNTED = re.compile(rb'(?<=Content-Length:)[ ]*\d+|\d+(?= bytes)|(?<=value=")[0-9a-f]+(?=")')
"""What counts or copies bytes that were changed elsewhere: lengths, and the octets in a dissection."""
SENSITIVE = re.compile(
    rb"\d{1,3}(?:\.\d{1,3}){3}(?!\d)"  # IPv4
    rb"|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}"  # IPv6
    rb"|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|\w_[0-9a-f]{2}(?::[0-9a-f]{2}){2}"  # MAC, or behind a maker's name
    rb"|(?=[^\s0-9]{0,40}\d)[0-9A-Za-z+/=_.~%-]{16,}"  # UUID, token, any long opaque id
    rb"|(?i:sips?|tel):[^\s@]{1,64}@?|[\w.+-]@[\w\[]"  # the user of a URI, a mail address
    rb"|<note>|(?i:subject|emailbody)|Signal=|DTMF|digit|sndcode"  # human text, dialled digits
    rb"|(?i:session ?id|challenge|hash ?id|token=)|\t0x[0-9a-f]{4}:  "  # ids and secrets by label, rows of octets
)
IDENTITIES = ("names", "name_tokens", "usernames", "emails", "domains", "hostnames", "push_projects")
PLAIN_WORDS = frozenset("com net lan van der sip web edge example carrier voicemail".split())
"""Parts of planted names that are words of the trade."""

ALONE: Mapping[str, frozenset[str]] = {
    "asterisk/full": frozenset(),
    "asterisk/full.json": frozenset(),
    "asterisk/etc/pjsip.conf": frozenset({"pbx-brk01"}),
    "clients/amal/linphone.log": frozenset(),
    "clients/gwendolyn/baresip.log": frozenset(),
    "clients/theodora.q/MicroSIP_log.txt": frozenset(),
    "clients/theodora.q/settings-7346.cfg": frozenset(),
    "console/ari-curl.txt": frozenset(),
    "edge/kamailio.log": frozenset(),
    "gateway/in-f_messages.log": frozenset(),
    "provisioning/805ec04d19f7.cfg": frozenset(),
    "text/ngrep-byline.txt": frozenset(),
}
"""Files that are scrubbed alone, without what other files teach, and the values that only prose says there."""


class Pair(NamedTuple):
    """One file of the set and what became of it, unpacked."""

    name: str
    before: bytes
    after: bytes

    def changes(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, old and new text of each line."""
        yield from zip(count(1), self.before.split(b"\n"), self.after.split(b"\n"), strict=False)


class Run(NamedTuple):
    """One run of the program over the set."""

    folder: Path
    code: int
    errors: str
    entries: Mapping[str, Mapping[str, Any]]
    """Report entries by the name of the original."""
    pairs: tuple[Pair, ...]
    """The files that were released."""


class Lab(NamedTuple):
    """The set, what was planted in it, and the first run over it."""

    folder: Path
    canaries: Mapping[str, list[str]]
    planted: leaks.Planted
    first: Run


def listed(lines: Iterable[str]) -> str:
    """Up to sixty lines for a failing test, and how many more there are."""
    every = list(lines)
    more = [f"and {len(every) - 60} more"] if len(every) > 60 else []
    return "\n".join(["", *every[:60], *more])


def unpack(folder: Path) -> dict[str, list[str]]:
    """The set below ``folder``; returns the planted values by kind."""
    canaries: dict[str, Any] = {}
    with tarfile.open(SET) as archive:
        for member in archive:
            stored = archive.extractfile(member)
            assert stored is not None
            data = stored.read()
            if member.name == CANARIES:
                canaries = json.loads(data)
                continue
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return {kind: values for kind, values in canaries.items() if isinstance(values, list)}


def in_order(folder: Path) -> Iterator[str]:
    """The names of the files below ``folder``: sorted, those in a folder before those in its folders."""
    for base, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield (Path(base) / name).relative_to(folder).as_posix()


def clean(work: Path, source: Path, key: str) -> tuple[Path, subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    """What a user would type: the folder of outputs, the ended process, the files of the report."""
    work.mkdir()
    out, report, key_file = work / "out", work / "report.json", work / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(key)
    command = [
        sys.executable,
        "-m",
        "scrubber",
        "clean",
        str(source),
        "-o",
        f"{out}{os.sep}",
        "--quiet",
        "--no-dissect",
    ]
    done = subprocess.run(
        [*command, "--key-file", str(key_file), "--report", str(report)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert report.is_file(), done.stderr
    return out, done, json.loads(report.read_bytes())["files"]


def run(work: Path, source: Path, key: str) -> Run:
    """The set through the program."""
    out, done, files = clean(work, source, key)
    entries = dict(zip(in_order(source), files, strict=True))
    pairs = []
    for name, entry in entries.items():
        if entry["status"] == RELEASED:
            stored = (source / name).read_bytes()
            assert entry["size_in"] == len(stored), "the report lists the files in another order"
            pairs.append(Pair(name, leaks.unpacked(stored), leaks.unpacked((out / entry["output"]).read_bytes())))
    return Run(out, done.returncode, done.stderr, entries, tuple(pairs))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    base = tmp_path_factory.mktemp("lab")
    canaries = unpack(base / "set")
    return Lab(base / "set", canaries, leaks.Planted(canaries), run(base / "first", base / "set", KEYS[0]))


@pytest.fixture(scope="session")
def left(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> leaks.Places:
    """Planted values in the output. A soft one counts when another key leaves it too: otherwise it is a pseudonym."""
    places = lab.planted.left(lab.first.folder)
    if all(value.hard for value in places):
        return places
    second = run(tmp_path_factory.mktemp("lab") / "second", lab.folder, KEYS[1])
    again = lab.planted.left(second.folder)
    return {value: where for value, where in places.items() if value.hard or value in again}


def test_the_counter_finds_what_was_planted(lab: Lab) -> None:
    found = Counter(value.kind for value in lab.planted.left(lab.folder))
    # Some addresses and keys went over the wire alone, and captures are not in the set.
    assert [kind for kind, values in lab.canaries.items() if found[kind] < len(values) // 2] == []


def test_nothing_planted_is_left(left: leaks.Places) -> None:
    assert not left, listed(leaks.shown(left))


def test_every_file_is_released(lab: Lab) -> None:
    first = lab.first
    refused = [f"{name}: {each['reason']}" for name, each in first.entries.items() if each["status"] != RELEASED]
    assert not refused, listed(refused)
    assert (first.code, first.errors) == (0, "")
    written = {path.relative_to(first.folder).as_posix() for path in first.folder.rglob("*") if path.is_file()}
    assert written == {entry["output"] for entry in first.entries.values()}


def test_lines_stay_lines(lab: Lab) -> None:
    # A dump has as many rows as its packets need.
    changed = [pair.name for pair in lab.first.pairs if pair.before.count(b"\n") != pair.after.count(b"\n")]
    assert changed in ([], [OCTETS])


def traces(pair: Pair) -> tuple[bytes, bytes]:
    """The SIP traces of a file before and after; those inside of JSON strings are taken out of them."""
    if b'"logmsg"' not in pair.before:
        return pair.before, pair.after
    plain = []
    for data in (pair.before, pair.after):
        rows = [json.loads(line) for line in data.split(b"\n") if line.startswith(b"{")]
        plain.append("\n".join(row["logmsg"]["message"] for row in rows).encode())
    return plain[0], plain[1]


def test_call_flow_is_the_same_but_for_a_renaming(lab: Lab) -> None:
    seen = 0
    found = []
    for pair in lab.first.pairs:
        before, after = traces(pair)
        seen += len(dialogs.messages(before))
        found += [f"{pair.name}: {difference}" for difference in dialogs.differences(before, after)]
    assert not found, listed(found)
    assert seen > 4500


def test_the_certificate_is_equal(lab: Lab) -> None:
    messages = 0
    found = []
    for pair in lab.first.pairs:
        if pair.name == OCTETS:
            continue
        kind = TextFile(detect.sniff(pair.before, pair.name))
        before, after = (census(kind, iter((data,))) for data in (pair.before, pair.after))
        messages += sum(before.counts.get("requests", {}).values()) + sum(before.counts.get("responses", {}).values())
        found += [f"{pair.name}: {difference}" for difference in compare(before, after).differences]
    assert not found, listed(found)
    assert messages > 4500


def test_lengths_still_count_what_they_count(lab: Lab) -> None:
    counted = 0
    found = []
    for pair in lab.first.pairs:
        if pair.name == OCTETS:
            continue
        right, wrong = dialogs.lengths(*traces(pair))
        counted += right
        found += [f"{pair.name}: {text}" for text in wrong]
    assert not found, listed(found)
    assert counted > 5500


def test_times_stay(lab: Lab) -> None:
    seen = 0
    found = []
    for pair in lab.first.pairs:
        for number, old, new in pair.changes() if pair.name != OCTETS else ():
            if match := TIME.match(old):
                seen += 1
                if not new.startswith(match[0]):
                    found.append(f"{pair.name}:{number}")
    assert not found, listed(found)
    assert seen > 40_000


def test_versions_stay(lab: Lab) -> None:
    found = []
    seen: Counter[bytes] = Counter()
    for pair in lab.first.pairs:
        for version in VERSIONS if pair.name != OCTETS else ():
            before, after = pair.before.count(version), pair.after.count(version)
            seen[version] += before
            if after != before:
                found.append(f"{pair.name}: {version.decode()} stood there {before} times, now {after}")
    assert not found, listed(found)
    assert [version for version in VERSIONS if not seen[version]] == []


def timeless(line: bytes) -> bytes:
    """A line without the time it starts with."""
    match = TIME.match(line)
    return line[match.end() :] if match else line


class Judge:
    """Tells whether a line of the set holds anything that may be replaced."""

    def __init__(self, lab: Lab) -> None:
        self._planted = lab.planted
        texts = " ".join(text for kind in IDENTITIES for text in lab.canaries[kind]).lower()
        self._words = re.compile("|".join(sorted(set(re.findall(r"[^\W\d_]{3,}", texts)) - PLAIN_WORDS)))
        dial_plan = (lab.folder / "asterisk/etc/extensions.conf").read_bytes()
        extensions = sorted(set(re.findall(rb"exten => (\d{3,})", dial_plan)))
        # Sections that an administrator named.
        chosen = (lab.folder / "asterisk/etc/pjsip.conf").read_bytes() + (
            lab.folder / "asterisk/etc/confbridge.conf"
        ).read_bytes()
        self._sections = re.compile(
            b"|".join(map(re.escape, set(re.findall(rb"^\[(\w+[-_][\w-]+)\]", chosen, re.MULTILINE))))
        )
        self._extensions = re.compile(rb"(?<!\d)(?:%b)(?!\d)" % b"|".join(extensions))

    def __call__(self, line: bytes) -> bool:
        text = timeless(line)
        return (
            SENSITIVE.search(text) is not None
            or self._extensions.search(text) is not None
            or self._sections.search(text) is not None
            or next(self._planted.hits(text), None) is not None
            or self._words.search(text.decode("utf-8", "replace").lower()) is not None
        )


def test_next_to_nothing_else_changes(lab: Lab) -> None:
    judge = Judge(lab)
    changed = 0
    shapes: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for pair in lab.first.pairs:
        for number, old, new in pair.changes():
            if old == new or COUNTED.sub(b"#", old) == COUNTED.sub(b"#", new):
                continue
            changed += 1
            if not judge(old):
                shape = re.sub(r"\d+", "9", timeless(old).decode("utf-8", "replace"))
                shapes[shape] += 1
                examples.setdefault(shape, f"{pair.name}:{number}: {old[:160]!r} -> {new[:160]!r}")
    most = listed(f"{times:5} {examples[shape]}" for shape, times in shapes.most_common())
    assert shapes.total() < changed / 1000, f"{shapes.total()} of {changed} changed lines held nothing:\n{most}"


@pytest.mark.parametrize("name", ALONE)
def test_a_file_alone_keeps_nothing_from_a_structured_place(lab: Lab, tmp_path: Path, name: str) -> None:
    out, done, files = clean(tmp_path / "alone", lab.folder / name, KEYS[0])
    assert (done.returncode, done.stderr, [entry["status"] for entry in files]) == (0, "", [RELEASED])
    places = {v: where for v, where in lab.planted.left(out).items() if v.hard and v.text not in ALONE[name]}
    assert not places, listed(leaks.shown(places))
