from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import lz4.frame
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrubber import filenames, pipeline, storage
from scrubber import rules as rule_files
from scrubber.audit.residue import Residue
from scrubber.bundle import limits
from scrubber.bundle.archive import Archive
from scrubber.engine import PLAIN, Learner, Rewriter
from scrubber.model import Action, Entity, Finding, Format, InputError, RuleSet
from scrubber.pipeline import Options
from scrubber.reports.report import FileReport, RunReport, Status, ignore
from scrubber.textfile import TextFile
from scrubber.worker import Worker
from tests.bundle.making import FREE, KEY, MESSAGE, PICTURE, TIME, Runs, files, headers, info, tar, untar, unzip, zipped

PACK: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "tar": (bytes, bytes),
    "tar.gz": (gzip.compress, gzip.decompress),
    "tar.xz": (lzma.compress, lzma.decompress),
    "tar.bz2": (bz2.compress, bz2.decompress),
    "tar.lz4": (lz4.frame.compress, lz4.frame.decompress),
    "tar.zst": (
        zstandard.ZstdCompressor().compress,
        lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read(),
    ),
}
TREE = {"etc/full": MESSAGE, "mokafor/notes.log": FREE, "empty": b""}


def members(run: RunReport) -> list[FileReport]:
    return [file for file in run.every if file not in run.files]


def reasons(run: RunReport) -> list[str]:
    return [member.reason for member in members(run) if member.status is Status.REFUSED]


# --- containers


@pytest.mark.parametrize("name", PACK)
def test_an_archive_comes_out_as_it_was_packed(runs: Runs, name: str) -> None:
    pack, unpack = PACK[name]
    run, output = runs.one(pack(files(TREE)), f"bundle.{name}")
    assert run.exit_code == 0
    assert run.files[0].format == "tar"
    full, notes, empty = untar(unpack(output)).items()
    assert full[0] == "etc/full"
    assert empty == ("empty", b"")
    assert notes[0].endswith("/notes.log")
    assert b"mokafor" not in unpack(output)
    assert b"Okafor" not in unpack(output)
    assert notes[1].startswith(b"account ")
    assert [member.status for member in members(run)] == [Status.RELEASED] * 3
    assert [member.index for member in members(run)] == [0, 1, 2]
    assert sum(run.entities.values()) > 5
    assert sum(members(run)[0].entities.values()) > 5


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_file_stays_one(runs: Runs, method: int) -> None:
    run, output = runs.one(zipped(TREE, method), "bundle.zip")
    assert run.exit_code == 0
    assert run.files[0].format == "zip"
    assert [name.rpartition("/")[2] for name in unzip(output)] == ["full", "notes.log", "empty"]
    assert not any(b"mokafor" in data for data in (*unzip(output).values(), output))
    with zipfile.ZipFile(io.BytesIO(output)) as archive:
        assert archive.infolist()[0].compress_type == method


def test_archives_and_files_learn_from_each_other(runs: Runs) -> None:
    run, (log, bundle, other) = runs.clean(
        {"a.log": FREE, "b.tar.gz": gzip.compress(files(TREE)), "c.zip": zipped({"mokafor.txt": FREE})}
    )
    assert run.exit_code == 0
    assert untar(gzip.decompress(bundle)).popitem()[0] == "empty"
    assert log == list(untar(gzip.decompress(bundle)).values())[1]
    ((name, text),) = unzip(other).items()
    assert text == log
    assert name == log.split()[1].decode() + ".txt"


def test_order_and_processes_do_not_matter(runs: Runs) -> None:
    inputs = {"a.log": FREE, "b.tar": files(TREE), "c.zip": zipped({"x.txt": FREE})}
    _, first = runs.clean(inputs)
    _, second = runs.clean(dict(reversed(inputs.items())))
    _, third = runs.clean(inputs, options=Options(jobs=2))
    assert first == second[::-1] == third


def test_nested_archives(runs: Runs) -> None:
    inner = gzip.compress(files(TREE))
    middle = zipped({"logs/inner.tar.gz": inner, "logs/full.gz": gzip.compress(MESSAGE)})
    run, output = runs.one(files({"middle.zip": middle, "a.log": FREE}))
    assert run.exit_code == 0
    middle = untar(output)["middle.zip"]
    inner = gzip.decompress(unzip(middle)["logs/inner.tar.gz"])
    assert b"mokafor" not in inner + middle + output + gzip.decompress(unzip(middle)["logs/full.gz"])
    assert list(untar(inner).values())[1] == untar(output)["a.log"]
    (top,) = run.files
    assert [[member.format for member in top.members], [member.format for member in top.members[0].members]] == [
        ["zip", "plain"],
        ["tar", "sip-text"],
    ]
    assert top.entities["user"] >= sum(file.entities.get("user", 0) for file in top.members[0].members[0].members) > 0


def test_archives_too_deep_are_left_out(runs: Runs) -> None:
    data = files({"a.log": FREE})
    for _ in range(limits.DEPTH):
        data = files({"a.tar": data})
    run, output = runs.one(data)
    assert reasons(run) == [f"archives nested more than {limits.DEPTH} deep"]
    assert b"mokafor" not in output


def test_members_of_every_kind(runs: Runs) -> None:
    wide = ("\ufeff" + FREE.decode().replace("\n", "\r\n")).encode("utf-16-le")
    capture = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    held = {"a.sip": MESSAGE, "wide.txt": wide, "x.pcap": capture, "x.log.xz": lzma.compress(FREE)}
    run, output = runs.one(files(held))
    assert [member.format for member in members(run)] == ["sip-text", "plain", "pcap", "plain"]
    found = untar(output)
    assert found["x.pcap"] == capture
    assert found["wide.txt"].decode("utf-16").encode() == lzma.decompress(found["x.log.xz"]).replace(b"\n", b"\r\n")


def test_what_cannot_be_scrubbed_leaves_a_note(runs: Runs) -> None:
    refused = {
        "mokafor.png": PICTURE,
        "a.wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(99),
        "b.bin": bytes(range(32)) * 9,
        "c.gz": gzip.compress(FREE)[:-9],
        "d.tar": files(TREE)[:700],
        "e.7z": b"7z\xbc\xaf\x27\x1c\0\4",
    }
    run, output = runs.one(files({**refused, "a.log": MESSAGE + FREE}))
    assert run.exit_code == 3
    assert run.files[0].status is Status.RELEASED
    found = untar(output)
    assert [name.endswith(".removed.txt") for name in found] == [True] * 6 + [False]
    assert [name.split(".", 1)[1] for name in found][:6] == [f"{name.split('.')[1]}.removed.txt" for name in refused]
    assert (
        next(iter(found.values()))
        == (
            f"scrubber left out a file that stood here.\nsize: {len(PICTURE)} bytes\n"
            "why: images are not supported yet (picture)\n"
        ).encode()
    )
    assert b"nobody should see" not in output
    assert b"mokafor" not in output
    assert [member.output for member in members(run)] == list(found)
    assert all(member.reason for member in members(run)[:6])


def test_owners_times_and_modes(runs: Runs) -> None:
    entries = (
        (info("a", uname="mokafor", gname="asterisk", uid=1017, gid=995, mode=0o640, mtime=TIME + 0.25), FREE),
        (info("b", uname="root", gname="root", mode=0o600), MESSAGE),
    )
    run, output = runs.one(tar(*entries))
    first, second = headers(output)
    user = untar(output)["a"].split()[1].decode()
    assert user != "mokafor"
    assert (first.uname, first.gname, first.uid, first.gid) == (user, "asterisk", 1000, 995)
    assert (second.uname, second.gname, second.uid, second.gid) == ("root", "root", 0, 0)
    assert (first.mode, second.mode) == (0o640, 0o600)
    assert (first.mtime, second.mtime) == (TIME + 0.25, TIME)
    assert run.exit_code == 0


def test_owners_are_learned(runs: Runs) -> None:
    _, output = runs.one(tar((info("a", uname="zweig.t"), b"home of zweig.t\n")))
    assert b"zweig" not in output
    assert untar(output)["a"].split()[-1].decode() == headers(output)[0].uname


def test_names_of_members_are_learned(runs: Runs) -> None:
    run, (output, log) = runs.clean({"a.tar": files({"home/zweig/a": b"x\n"}), "b.log": b"zweig complained\n"})
    assert run.exit_code == 0
    assert b"zweig" not in output + log


def test_times_move_with_all_others(runs: Runs) -> None:
    def shifting(rules: RuleSet) -> RuleSet:
        actions = {**rules.actions, Entity.TIME: Action.SHIFT}
        return replace(rules, actions=actions, options=rules.options | {"shift-time"})

    stamp = b"[2025-11-21 16:53:00] started\n"
    entries = ((info("a"), stamp), (info("b", mtime=TIME + 60.5), b""), (info("c.png"), PICTURE))
    _, (output, packed) = runs.clean({"a.tar": tar(*entries), "b.zip": zipped({"a": stamp})}, rules=shifting)
    first, second, note = headers(output)
    assert note.mtime == first.mtime
    moved = TIME - first.mtime
    assert moved > 0
    assert moved % (7 * 24 * 3600) == 0
    assert second.mtime - first.mtime == 60.5
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (item,) = archive.infolist()
        assert "{}-{:02}-{:02} {:02}:{:02}:{:02}".format(*item.date_time) == untar(output)["a"][1:20].decode()


def test_pseudonyms_of_a_file_of_its_own(runs: Runs) -> None:
    scoped = runs.clean(
        {"a.tar": files({"a": MESSAGE, "b": MESSAGE + b"\n"})},
        rules=lambda rules: replace(rules, options=rules.options | {"per-file"}),
    )
    one, other = untar(scoped[1][0]).values()
    line = MESSAGE.split(b"\n").index(b"Call-ID: a84b4c76e66710@198.51.100.7")
    assert one.split(b"\n")[line] != other.split(b"\n")[line]
    assert b"mokafor" not in one + other


# --- the audit


def _planted(self: Residue, block: bytes, fmt: Format) -> list[Finding]:
    start = block.find(b"is locked")
    return [Finding(start, start + 2, Entity.NAME, "planted")] if start >= 0 else []


def test_a_member_with_a_residue_gives_way_to_a_note(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Residue, "check", _planted)
    nested = zipped({"x": b"1\n2\n" + FREE, "y": b"3\n"})
    run, (output,) = runs.clean({"a.tar": files({"a": b"1\n", "b.zip": nested, "c": FREE})})
    assert run.exit_code == 3
    (top,) = run.files
    assert (top.status, top.places) == (Status.RELEASED, ())
    told = [re.sub("offset [0-9]+", "offset N", reason) for reason in reasons(run)]
    assert told == [f"an original value is still in it: line {n}, offset N, entity name, rule planted" for n in (3, 1)]
    assert [member.status for member in members(run)] == [
        Status.RELEASED, Status.RELEASED, Status.REFUSED, Status.RELEASED, Status.REFUSED
    ]  # fmt: skip
    assert b"is locked" not in output
    assert b"is locked" not in b"".join(unzip(untar(output)["b.zip"]).values())
    dry = pipeline.clean(storage.sources([runs.folder / "1" / "in"]), None, runs.rules, KEY, Options(), ignore)
    assert reasons(dry) == reasons(run)


def test_an_archive_whose_notes_hold_a_residue_is_kept_back(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: Residue, block: bytes, fmt: Format) -> list[Finding]:
        return _planted(self, block, fmt) or (
            [Finding(0, 1, Entity.NAME, "planted")] if b"still in it" in block else []
        )

    monkeypatch.setattr(Residue, "check", check)
    run, outputs = runs.clean({"a.tar": files({"a": FREE})})
    assert (run.exit_code, outputs) == (10, [])
    (top,) = run.files
    assert top.status is Status.RESIDUE
    assert top.reason.startswith("an original value is still in the output: member 0 (a")


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_residue_in_a_name_keeps_the_archive_back(runs: Runs, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(Rewriter, "rewrite_name", lambda self, name: name)
    make = {"tar": files, "zip": zipped}[kind]
    run, outputs = runs.clean({"a": make({"full": MESSAGE, "x/mokafor.log": b"\n"})})
    assert outputs == []
    assert run.files[0].reason.startswith(
        "an original value is still in the output: member 1, its name, owner or comment, offset 2, entity user, rule "
    )
    assert members(run)[1].name == ""
    assert "mokafor" not in run.to_json()


# --- check


def test_check_of_an_archive(runs: Runs) -> None:
    path = runs.folder / "a.tar"
    path.write_bytes(
        files({"a.png": PICTURE, "b.zip": zipped({"x": b"\n" + MESSAGE}), "c": b"\n", "192.0.2.7.txt": b""})
    )
    run = pipeline.check(storage.sources([path]), runs.rules, Options(), ignore)
    assert run.exit_code == 10
    (top,) = run.files
    assert top.status is Status.FOUND
    assert {place.member[:1] for place in top.places} <= {(1,), (3,)}
    assert {place.member for place in top.places if place.line} == {(1, 0)}
    statuses = [member.status.value for member in members(run)]
    assert statuses[:3] == ["refused", "found", "found"]
    assert statuses[3] == "clean"
    _, output = runs.one(path.read_bytes())
    path.write_bytes(output)
    again = pipeline.check(storage.sources([path]), runs.rules, Options(), ignore)
    assert [file.places for file in again.every if file.places] == []


def test_check_of_a_damaged_archive(runs: Runs) -> None:
    path = runs.folder / "a.tar"
    path.write_bytes(files(TREE)[:700])
    run = pipeline.check(storage.sources([path]), runs.rules, Options(), ignore)
    assert (run.exit_code, run.files[0].reason) == (3, "truncated tar archive")


# --- names and links


def test_links_lead_where_they_led(runs: Runs) -> None:
    entries = (
        (info("d", type=tarfile.DIRTYPE), b""),
        (info("d/mokafor.log"), MESSAGE + FREE),
        (info("d/now", type=tarfile.SYMTYPE, linkname="mokafor.log"), b""),
        (info("e/up", type=tarfile.SYMTYPE, linkname="../d/mokafor.log"), b""),
        (info("same", type=tarfile.LNKTYPE, linkname="d/mokafor.log"), b""),
        (info("ahead", type=tarfile.SYMTYPE, linkname="later-mokafor"), b""),
        (info("later-mokafor"), FREE),
    )
    run, output = runs.one(tar(*entries))
    assert run.exit_code == 0
    folder, log, now, up, same, ahead, later = headers(output)
    assert folder.isdir()
    assert log.name == f"d/{now.linkname}"
    assert up.linkname == f"../{log.name}"
    assert (same.islnk(), same.linkname) == (True, log.name)
    assert ahead.linkname == later.name != "later-mokafor"
    assert b"mokafor" not in output


def test_equal_names_get_numbers(runs: Runs) -> None:
    run, output = runs.one(tar(*((info("x/a.log"), b"%d\n" % number) for number in range(3))))
    assert list(untar(output).items()) == [(f"x/a{mark}.log", b"%d\n" % at) for at, mark in enumerate(["", "-2", "-3"])]
    assert run.exit_code == 0


HOSTILE = [
    (info("../x"), "a name that leaves the archive"),
    (info("a/../../x"), "a name that leaves the archive"),
    (info("a\\..\\..\\x"), "a name that leaves the archive"),
    (info("/etc/mokafor"), "an absolute name"),
    (info("\\\\host\\x"), "an absolute name"),
    (info("C:x"), "an absolute name"),
    (info("a/" * 70 + "x"), f"a name in more than {limits.COMPONENTS} folders"),
    (info("a" * 256), f"a name with a component of more than {limits.LONGEST_NAME} bytes"),
    (info("a" * 200 + ("/" + "b" * 200) * 21), f"a name of more than {limits.LONGEST_PATH:,} bytes"),
    (info("."), "a member without a name"),
    (info("x", type=tarfile.CHRTYPE), "a device"),
    (info("x", type=tarfile.BLKTYPE), "a device"),
    (info("x", type=tarfile.FIFOTYPE), "a named pipe"),
    (info("x", type=tarfile.GNUTYPE_SPARSE), "a sparse file"),
    (info("x", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.name": "mokafor"}), "a sparse file"),
    (info("x", type=b"Q"), "a member of an unknown type"),
    (info("x", type=b"V"), "a member of an unknown type"),
    (info("x", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "a link that leaves the archive"),
    (info("d/x", type=tarfile.SYMTYPE, linkname="../../mokafor"), "a link that leaves the archive"),
    (info("d/x", type=tarfile.SYMTYPE, linkname="a/../.."), "a link that leaves the archive"),
    (info("x", type=tarfile.SYMTYPE, linkname=""), "a link that leaves the archive"),
    (info("d/x", type=tarfile.LNKTYPE, linkname="../x"), "a link that leaves the archive"),
    (info("x", type=tarfile.LNKTYPE, linkname="mokafor"), "a link to no file before it"),
]


@pytest.mark.parametrize(("header", "reason"), HOSTILE, ids=lambda value: getattr(value, "name", value)[:30])
def test_a_hostile_member_is_left_out(runs: Runs, header: tarfile.TarInfo, reason: str) -> None:
    header.uname = "mokafor"
    data = PICTURE if header.isreg() or header.type in (b"Q", b"V", b"S") else b""
    run, output = runs.one(tar((info("a.log"), MESSAGE), (header, data), (info("b.log"), FREE)))
    assert run.exit_code == 3
    assert reasons(run) == [reason]
    first, note, last = headers(output)
    assert (first.name, last.name) == ("a.log", "b.log")
    assert note.name.endswith(".removed.txt")
    assert note.isreg()
    assert not note.name.startswith(("/", ".."))
    assert b"why: " + reason.encode() in untar(output)[note.name]
    assert b"nobody should see" not in output
    assert b"mokafor" not in output


def test_a_name_below_a_link_is_left_out(runs: Runs) -> None:
    link = info("d", type=tarfile.SYMTYPE, linkname="e")
    run, output = runs.one(tar((link, b""), (info("d/x"), FREE)))
    assert reasons(run) == ["a name below a file or a link"]
    assert [header.name for header in headers(output)] == ["d", "member-1.removed.txt"]


# --- limits and damage


def test_too_many_members(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMBERS", 5)
    inner = zipped({f"{number}": b"" for number in range(3)})
    assert runs.one(files({"a.zip": inner, "b": b""}))[0].exit_code == 0
    assert runs.refused(files({"a.zip": inner, "b.zip": inner})) == "the archive has more than 5 members"


def test_bombs(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FREE", 1 << 20)
    bomb = zipped({"a": b"a\n" * (1 << 20)})
    assert runs.refused(bomb, "a.zip") == f"the archive expands to more than {1 << 20:,} bytes"
    nested = zipped({f"{at}.gz": gzip.compress(b"a\n" * (1 << 18)) for at in range(9)})
    assert runs.refused(nested, "a.zip") == f"the archive expands to more than {1 << 20:,} bytes"
    monkeypatch.setattr(limits, "MOST", 1 << 10)
    assert runs.refused(files({"a": FREE * 99})) == f"the archive expands to more than {1 << 10:,} bytes"


@pytest.mark.parametrize("end", [513, 767, 1023, 1300, 1537, 2047, 2048, 2060])
def test_truncated_archives(runs: Runs, end: int) -> None:
    assert runs.refused(files({"a.log": MESSAGE * 2, "b.log": FREE})[:end]) == "truncated tar archive"


def test_damage_refuses_the_whole(runs: Runs) -> None:
    whole = bytearray(files({"a.log": FREE, "b.log": MESSAGE}))
    whole[1024 + 150] ^= 1
    assert runs.refused(bytes(whole)) == "damaged tar archive"
    assert runs.refused(files(TREE) + files(TREE)) == "tar archive with more behind its end"
    assert runs.refused(zipped(TREE)[:-30], "a.zip") == "damaged zip archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damage_of_a_member_refuses_that_member(runs: Runs, method: int) -> None:
    whole = {"a.log": MESSAGE + FREE, "b.log": b"account quillfeather is locked\n" * 3, "c.log": FREE}
    packed = bytearray(zipped(whole, method))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        place = archive.getinfo("b.log").header_offset
    packed[place + 30 + len("b.log") + 6] ^= 0x55
    run, output = runs.one(bytes(packed), "a.zip")
    assert (run.exit_code, run.files[0].status) == (3, Status.RELEASED)
    reasons = [(member.status, member.reason) for member in run.files[0].members]
    released = (Status.RELEASED, "")
    assert reasons == [released, (Status.REFUSED, "damaged in the archive"), released]
    with zipfile.ZipFile(io.BytesIO(output)) as archive:
        assert archive.namelist() == ["a.log", "b.log.removed.txt", "c.log"]
        assert archive.testzip() is None
        assert b"quillfeather" not in b"".join(map(archive.read, archive.namelist()))


WHOLE = [files({"a.log": FREE, "mokafor/b": MESSAGE}), zipped({"a.log": FREE, "mokafor/b": MESSAGE})]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_archives_are_scrubbed_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rule_set: RuleSet, data: st.DataObject
) -> None:
    raw = bytearray(WHOLE[data.draw(st.integers(0, 1))])
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=4)):
        raw[place] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]
    _, outputs = Runs(tmp_path_factory.mktemp("runs"), rule_set).clean({"a": bytes(raw), "b": MESSAGE})
    # What was damaged may be a name that nobody can know; what is whole is found.
    assert b"account mokafor" not in b"".join(outputs)


def test_names_of_archives_keep_their_extensions(runs: Runs) -> None:
    for name in ("mokafor.tar.gz", "support-mokafor.tgz", "x.tar.xz", "mokafor.zip"):
        assert filenames.split(name)[1] == name[name.index(".") :]


def test_a_folder_of_archives(tmp_path: Path, runs: Runs) -> None:
    run, outputs = runs.clean({"d/a.tar": files(TREE), "d/b.log": FREE})
    assert run.exit_code == 0
    assert len(outputs) == 2


def test_check_for_known_values(runs: Runs) -> None:
    path = runs.folder / "a.tar"
    path.write_bytes(files({"a": b"x\n", "b.zip": zipped({"c": b"\nthe case of zanzibar\n"}), "d.png": PICTURE}))
    options = Options(known=(b"zanzibar",))
    run = pipeline.check(storage.sources([path]), runs.rules, options, ignore)
    assert [(place.line, place.member) for place in run.files[0].places] == [(2, (1, 0))]


def test_contents_of_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as packed:
        for name, data in (("x.log", b"call from 203.0.113.7\n"), ("p.png", b"\x89PNG\r\n\x1a\n" + bytes(64))):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    worker = Worker(rule_files.load("support", []), Options())
    source = storage.sources([path])[0].inspect()
    kind, chunks = worker.opened(source, "")
    kind.learn(chunks, Learner(worker.rules))
    assert isinstance(kind, Archive)
    before = [(inner.name, b"".join(data)) for _, inner, data in kind.contents(source.chunks())]
    assert before == [("plain", b"call from 203.0.113.7\n")]
    kind, chunks = worker.opened(source, "")
    assert isinstance(kind, Archive)
    output = b"".join(kind.rewrite(chunks, worker.engine.rewriter(PLAIN)))
    [(name, data)] = [(inner.name, b"".join(data)) for _, inner, data in kind.contents(iter((output,)))]
    assert name == "plain"
    assert data.startswith(b"call from 2")
    assert data != before[0][1]


# --- a pass that breaks


def _breaking(patch: pytest.MonkeyPatch, name: str, when: bytes = b"locked") -> None:
    """Let one pass over texts break in every text that holds ``when``."""
    original = getattr(TextFile, name)

    def broken(self: TextFile, chunks: Iterator[bytes], *rest: object) -> object:
        data = b"".join(chunks)
        if when in data:
            raise InputError("offset 5: broken")
        return original(self, iter((data,)), *rest)

    patch.setattr(TextFile, name, broken)


@pytest.mark.parametrize("pack", [files, zipped])
def test_what_nobody_could_learn_from_is_not_rewritten(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    _breaking(monkeypatch, "learn")
    inner = pack({"a/notes.log": FREE, "full": MESSAGE})
    for options in (Options(), Options(jobs=2), Options(sights=True)):
        run, output = runs.one(pack({"inner.x": inner, "bad.log": FREE, "full": MESSAGE}), "bundle.x")
        del options
        assert run.exit_code == 3
        assert reasons(run) == ["offset 5: broken"] * 2
        assert [member.status for member in members(run)] == [
            Status.RELEASED, Status.REFUSED, Status.RELEASED, Status.REFUSED, Status.RELEASED
        ]  # fmt: skip
        assert b"locked" not in output
        assert b"Okafor" not in output


@pytest.mark.parametrize("pack", [files, zipped])
def test_an_audit_that_breaks_in_a_member_releases_nothing(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    _breaking(monkeypatch, "residues")
    assert runs.refused(pack({"bad.log": FREE, "full": MESSAGE}), "bundle.x") == "offset 5: broken"
    assert runs.refused(files({"inner.x": pack({"bad.log": FREE})})) == "offset 5: broken"


def test_a_search_for_known_values_that_breaks_is_said(
    tmp_path: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.tar"
    path.write_bytes(files({"full": b"nothing here\n", "bad.log": FREE, "other": b"account mokafor\n"}))
    _breaking(monkeypatch, "residues")
    run = pipeline.check(storage.sources([path]), rule_set, Options(known=(b"mokafor",)), ignore)
    assert reasons(run) == ["offset 5: broken"]
    assert [place.member for place in run.files[0].places] == [(2,)]
    assert run.exit_code == 10


@pytest.mark.parametrize("pack", [files, zipped])
def test_a_report_of_an_archive_with_a_refused_member(runs: Runs, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    inner = pack({"cut.log.gz": gzip.compress(MESSAGE * 9)[:-20], "p.png": PICTURE, "full": MESSAGE})
    run, (output,) = runs.clean({"bundle.x": pack({"inner.x": inner, "full": MESSAGE})}, options=Options(sights=True))
    assert run.exit_code == 3
    assert len(reasons(run)) == 2
    assert output
    certificate = run.files[0].certificate
    assert certificate is not None
    assert certificate.equal
    assert certificate.counts["requests"] == {"INVITE": 2}


@pytest.mark.parametrize("pack", [files, zipped])
def test_a_dry_run_audits_what_it_would_have_written(
    tmp_path: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    path = tmp_path / "bundle.x"
    path.write_bytes(pack({"inner.x": pack(TREE), "b.log": FREE, "etc/full": MESSAGE}))

    def dry() -> RunReport:
        return pipeline.clean(storage.sources([path]), None, rule_set, KEY, Options(), ignore)

    run = dry()
    assert [member.status for member in members(run)] == [Status.VERIFIED] * 6
    assert run.files[0].size_out == 0
    rewrite = Rewriter.rewrite

    def second(self: Rewriter, block: bytes) -> bytes:
        return block if b"locked" in block else rewrite(self, block)

    monkeypatch.setattr(Rewriter, "rewrite", second)
    run = dry()
    assert run.exit_code == 3
    assert [member.index for member in members(run) if "an original value is still in it" in member.reason] == [1, 1]
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.x"]
