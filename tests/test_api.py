from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import scrubber
from scrubber import Scrubber, api, clean
from scrubber.engine import Rewriter
from scrubber.model import Entity, InputError, KeyFileError, RuleError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Status
from scrubber.streaming import WITHHELD

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
KEY = Key(bytes(range(32)))


def test_the_examples_hold() -> None:
    assert doctest.testmod(api).failed == 0


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    script = "import sys, scrubber; print([name for name in sys.modules if name.startswith('scrubber.')])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert scrubber.Scrubber is api.Scrubber
    with pytest.raises(AttributeError):
        _ = scrubber.nonsense


def test_files_and_folders(tmp_path: Path) -> None:
    run = Scrubber(key=KEY).clean([SAMPLES / "baresip.log", SAMPLES / "linphone.log"], tmp_path / "out")
    assert run.report.exit_code == 0
    assert {path.parent for path in run.outputs.values()} == {tmp_path / "out"}
    assert set(run.outputs) == {str(SAMPLES / "baresip.log"), str(SAMPLES / "linphone.log")}
    assert b"carol" not in (tmp_path / "out" / "baresip.log").read_bytes()


def test_one_scrubber_gives_one_pseudonym(tmp_path: Path) -> None:
    keeper = Scrubber()
    for name in ("one", "two"):
        keeper.clean(SAMPLES / "baresip.log", tmp_path / name)
    clean(str(SAMPLES / "baresip.log"), str(tmp_path / "three"))
    one, two, three = ((tmp_path / name).read_bytes() for name in ("one", "two", "three"))
    assert one == two != three


def test_as_the_command_does_it(tmp_path: Path) -> None:
    told: list[int] = []
    source = SAMPLES / "baresip.log"
    run = Scrubber(key=KEY).clean(source, tmp_path / "out", progress=told.append)
    assert sum(told) == 2 * source.stat().st_size
    assert run.report.files[0].status is Status.RELEASED
    with pytest.raises(InputError, match="inside an input folder"):
        clean(SAMPLES, SAMPLES / "out")
    again = Scrubber(key=KEY).clean(source, tmp_path / "out")
    assert again.report.files[0].status is Status.REFUSED
    assert not again.outputs
    dry = Scrubber(key=KEY).clean(source, tmp_path / "dry", dry_run=True)
    assert dry.report.files[0].status is Status.VERIFIED
    assert not (tmp_path / "dry").exists()


def test_check(tmp_path: Path) -> None:
    keeper = Scrubber(key=KEY)
    keeper.clean(SAMPLES / "baresip.log", tmp_path / "out.log")
    assert keeper.check(SAMPLES / "baresip.log").exit_code == 10
    assert keeper.check(tmp_path / "out.log").exit_code == 0


def test_text_and_findings() -> None:
    data = b"call from 203.0.113.7\n" * 3 + b"and 198.51.100.9"
    keeper = Scrubber(key=KEY)
    spans = [data[found.start : found.end] for found in keeper.findings(data)]
    assert spans == [b"203.0.113.7"] * 3 + [b"198.51.100.9"]
    new = keeper.text(data)
    assert list(keeper.findings(new)) == []
    assert new.count(b"call from 2") == 3


def test_options() -> None:
    kept = Scrubber(key=KEY, keep=["ipv4", Entity.HOST], known=[b"Theodora"])
    assert kept.text(b"Theodora at 203.0.113.7").endswith(b" at 203.0.113.7")
    assert b"Theodora" not in kept.text(b"Theodora at 203.0.113.7")
    for options, error in (
        ({"keep": ["nonsense"]}, ValueError),
        ({"profile": "nonsense"}, RuleError),
        ({"key_file": "missing"}, KeyFileError),
    ):
        with pytest.raises(error):
            Scrubber(**options)
    with pytest.raises(TypeError):
        clean(SAMPLES / "baresip.log", nonsense=1)
    with pytest.raises(RuleError, match="no such format"):
        Scrubber(key=KEY).text(b"x", "nonsense")


def test_a_stream() -> None:
    stream = Scrubber(key=KEY).stream("plain")
    stream.take(b"from 203.0.113.7\n")
    assert stream.give(cut=False) == Scrubber(key=KEY).text(b"from 203.0.113.7\n")


def test_a_batch_is_a_clean_that_remembers(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("baresip.log", "linphone.log"):
        (source / name).write_bytes((SAMPLES / name).read_bytes())
    keeper = Scrubber(key=KEY)
    ended = keeper.batch(source, tmp_path / "out", takes=lambda each: each.path != "linphone.log")
    assert [file.status for file in ended.run.files] == [Status.RELEASED]
    ended = keeper.batch(source, str(tmp_path / "out"))
    assert (len(ended.run.files), ended.unchanged, ended.failed) == (1, 1, ())
    keeper.clean(source, tmp_path / "one")
    for name in ("baresip.log", "linphone.log"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


def test_a_batch_needs_a_key_that_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyFileError, match="a key that lasts"):
        Scrubber().batch(SAMPLES, tmp_path / "out")
    monkeypatch.setenv("SCRUBBER_KEY", "0123456789abcdef" * 4)
    with pytest.raises(InputError, match="lie in one another"):
        Scrubber().batch(SAMPLES, SAMPLES / "out")


def test_a_text_is_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"From: <sip:theodora@pbx.brackenmoor.example>\r\nall is well\r\n"
    keeper = Scrubber(key=KEY)
    assert keeper.text(data).endswith(b"\r\nall is well\r\n")
    monkeypatch.setattr(Rewriter, "rewrite", lambda self, block: block)
    assert keeper.text(data) == WITHHELD + b"\nall is well\r\n"


@pytest.mark.parametrize("name", ["asterisk-pjsip.log", "baresip.log", "asterisk-json.log"])
def test_a_text_is_what_a_file_becomes(tmp_path: Path, name: str) -> None:
    run = Scrubber(key=KEY).clean(SAMPLES / name, tmp_path / "out", format="asterisk" if "pjsip" in name else None)
    assert run.report.exit_code == 0
    text = (SAMPLES / name).read_bytes()
    assert Scrubber(key=KEY).text(text, "asterisk" if "pjsip" in name else None) == (tmp_path / "out").read_bytes()
