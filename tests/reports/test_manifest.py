"""What a manifest says, and that nothing hostile is read as one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import Action, Entity, InputError
from scrubber.reports import manifest
from scrubber.reports.evidence import Audit
from scrubber.reports.manifest import Output
from scrubber.reports.report import FileReport, RunReport, Status, version
from tests.passes import rule_set

DIGEST = "0a" * 32
TOOL = "scrubber 1.2"
OUTPUT = Output("sub/full.log", 12, DIGEST)
FILE = FileReport(
    0,
    "/home/alice/full.log",
    "sub/full.log",
    Status.RELEASED,
    output="sub/full.log",
    format="asterisk",
    entities={"ipv4": 9},
    rules={"text.ip": 9},
    notes={"unknown header": 2},
    audits=(Audit("residue", ran=True),),
)
REFUSED = replace(FILE, index=1, status=Status.REFUSED)
RUN = RunReport("support", rule_set().digest, (FILE, REFUSED), "1.2", ("time",), ("per-file",))
TEXT = manifest.make(RUN, [(OUTPUT, FILE), (Output("x", 1, DIGEST), REFUSED)])


def changed(**changes: Any) -> bytes:  # noqa: ANN401 - anything may stand in a hostile file
    return json.dumps(json.loads(TEXT) | changes).encode()


def entry(**changes: Any) -> bytes:  # noqa: ANN401
    return changed(files=[json.loads(TEXT)["files"][0] | changes])


def test_make() -> None:
    document = json.loads(TEXT)
    assert document["verdict"] == "verified"
    assert document["refused"] == 1
    assert [file["name"] for file in document["files"]] == ["sub/full.log"]
    assert "alice" not in TEXT
    assert TEXT.isascii()


def test_it_has_the_documented_keys() -> None:
    text = manifest.make.__doc__ or ""
    example = json.loads(text[text.index("{") : text.rindex("}") + 1])
    document = json.loads(TEXT)
    assert document.keys() == example.keys()
    assert document["files"][0].keys() == example["files"][0].keys()


def test_read_gives_what_was_made() -> None:
    known = manifest.read(TEXT.encode())
    assert known.files == {"sub/full.log": OUTPUT}
    assert (known.tool, known.rules, known.kept) == (TOOL, rule_set().digest, frozenset({"time"}))


@pytest.mark.parametrize(
    "output",
    [
        Output("sub/full.log", 13, DIGEST),
        Output("sub/full.log", 12, "0b" * 32),
        Output("full.log", 12, DIGEST),
        Output("", 12, DIGEST),
    ],
)
def test_one_difference_is_enough(output: Output) -> None:
    known = manifest.read(TEXT.encode())
    assert known.matches(OUTPUT)
    assert not known.matches(output)


def test_objections() -> None:
    known = manifest.read(TEXT.encode())
    rules = rule_set()
    assert known.objection(TOOL, rules) == ""
    assert known.objection("scrubber 1.3", rules) == "written by another version of scrubber"
    assert known.objection(TOOL, replace(rules, digest="0")) == "written under other rules"
    lax = manifest.read(changed(kept=["time", "ipv4"]))
    assert lax.objection(TOOL, rules) == "written with kinds of values kept that are judged here"
    kept = replace(rules, actions={**rules.actions, Entity.IPV4: Action.KEEP})
    assert lax.objection(TOOL, kept) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"manifest":' * 50_000,
        b"\xff\xfe\x00",
        b"1" * 10_000,
        b'{"manifest": 1, "manifest": 1}',
        b" " * (manifest.LARGEST + 1),
        changed(manifest=2),
        changed(manifest=True),
        changed(manifest=1.0),
        changed(manifest=float("nan")),
        changed(verdict="trust me"),
        changed(tool=7),
        changed(rules=None),
        changed(kept="ipv4"),
        changed(kept=[1]),
        changed(options={}),
        changed(files={}),
        changed(files=[1]),
        changed(files=json.loads(TEXT)["files"] * 2),
        entry(name=1),
        entry(name=None),
        entry(size="12"),
        entry(size=True),
        entry(size=-1),
        entry(size=1e9),
        entry(sha256=DIGEST.upper()),
        entry(sha256=DIGEST[:-1]),
        entry(sha256=["0"] * 64),
    ],
    ids=lambda data: repr(data[:24]),
)
def test_hostile_files_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="the manifest cannot be read"):
        manifest.read(data)


@given(st.one_of(st.binary(max_size=200), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr)))
def test_anything_is_read_or_refused(data: bytes | str) -> None:
    with pytest.raises(InputError):
        manifest.read(data if isinstance(data, bytes) else data.encode("utf-8", "replace"))


def test_an_error_shows_nothing_of_the_file() -> None:
    with pytest.raises(InputError) as caught:
        manifest.read(b'{"manifest": "hunter2"}')
    assert "hunter2" not in str(caught.value)


def manifest_of(**changes: object) -> bytes:
    content = {
        "manifest": 1,
        "tool": f"scrubber {version()}",
        "profile": "support",
        "rules": rule_set().digest,
        "kept": [],
        "options": [],
        "verdict": "verified",
        "files": [{"name": "full.log", "size": 3, "sha256": "0" * 64}],
    }
    return json.dumps(content | changes).encode()


def test_a_manifest_vouches_for_what_it_names() -> None:
    output = Output("full.log", 3, "0" * 64)
    assert manifest.vouched(manifest_of(), output, rule_set())
    for other in (output._replace(size=4), output._replace(sha256="1" * 64), output._replace(name="messages")):
        assert not manifest.vouched(manifest_of(), other, rule_set())


@pytest.mark.parametrize(
    "changes",
    [{"tool": "scrubber 0.0.1"}, {"rules": "0" * 64}, {"kept": ["number"]}, {"verdict": "fine"}, {"files": 1}],
)
def test_a_manifest_of_something_else_vouches_for_nothing(changes: dict[str, object]) -> None:
    assert not manifest.vouched(manifest_of(**changes), Output("full.log", 3, "0" * 64), rule_set())
    assert not manifest.vouched(b"rubbish", Output("full.log", 3, "0" * 64), rule_set())
