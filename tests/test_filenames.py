from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import filenames
from scrubber.engine import Engine, Learner, Rewriter
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from tests.passes import KEY, rule_set

LEARNED = (
    (Entity.USER, b"john.smith"),
    (Entity.USER, b"marla"),
    (Entity.HOST, b"pbx.example.net"),
    (Entity.HOST, b"intern.md"),
    (Entity.EXTENSION, b"7346"),
    (Entity.NAME, "Jürgen".encode()),
    (Entity.CALL_ID, b"regaut01.0ha0isndaksdj@example.net"),
)


@pytest.fixture(scope="module")
def rewriter() -> Rewriter:
    rules = rule_set()
    lexicon = Lexicon(rules.stop_words)
    for entity, value in LEARNED:
        lexicon.add(entity, value)
    return Engine(rules, KEY, lexicon).rewriter(detect.by_name("plain"))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.log", "a"),
        ("a.LOG.GZ", "a"),
        ("a.tar.zst", "a"),
        ("a.tgz", "a"),
        ("full.1.gz", "full.1"),
        ("full.1", "full.1"),
        ("john.smith", "john.smith"),
        ("john.smith.log", "john.smith"),
        (".log", ".log"),
        ("log", "log"),
        (".gz", ".gz"),
        ("a.gz", "a"),
        ("", ""),
    ],
)
def test_extensions_are_known_ones(name: str, stem: str) -> None:
    assert filenames.split(name) == (stem, name[len(stem) :])


@pytest.mark.parametrize(
    "name",
    [
        "marla.log",
        "pbx.example.net.log",
        "support-7346-001565a7c3d2.tar.gz",
        "john.smith.pcap.xz",
        "bob@mail.example.org.vcf",
        "Jürgen.txt",
        "intern.md",
    ],
)
def test_what_was_learned_goes_and_the_extension_stays(rewriter: Rewriter, name: str) -> None:
    new = filenames.rewritten(rewriter, name)
    stem, extension = filenames.split(name)
    assert new.endswith(extension)
    assert not new.startswith(stem)
    assert not any(value.decode().split(".")[0] in new for _, value in LEARNED)


@pytest.mark.parametrize("name", ["full", "full.1.gz", "messages", "Master.csv", "pjsip.conf", "core-show.txt", "x.7z"])
def test_other_names_stay(rewriter: Rewriter, name: str) -> None:
    assert filenames.rewritten(rewriter, name) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("otto.keller.log", ("otto", "keller")),
        ("keller_otto_2025-03-02.log", ("otto", "keller")),
        ("OttoKeller.txt", ("Otto", "Keller")),
        ("1740938592-Hans-Peter.wav", ("Hans", "Peter")),
        ("Kunde Bergmann GmbH", ("Bergmann",)),
        ("Protokoll Weber 2.txt", ("Weber",)),
        ("T46S-805ec04d19f7.cfg", ("805ec04d19f7",)),
        ("cfg805ec04d19f7.xml", ("805ec04d19f7",)),
        ("Otto_Keller_ruft.txt", ("Otto", "Keller")),
        ("diag-doeville-exchange1", ("doeville", "exchange1")),
        ("sosreport-doeham7-2026-03-01", ("doeham7",)),
    ],
)
def test_what_looks_like_a_person_or_a_device_goes(rewriter: Rewriter, name: str, words: tuple[str, ...]) -> None:
    new = filenames.rewritten(rewriter, name)
    assert [word for word in words if word in new] == []
    assert len(new) == len(name)
    assert filenames.split(new)[1] == filenames.split(name)[1]


def test_a_guess_is_the_pseudonym_that_the_word_has_elsewhere(rewriter: Rewriter) -> None:
    first, last = (rewriter.reader.value(Entity.NAME, word, "x").decode() for word in (b"otto", b"keller"))
    assert filenames.rewritten(rewriter, "otto.keller.log") == f"{first}.{last}.log"
    assert filenames.rewritten(rewriter, "keller_otto_12.log") == f"{last}_{first}_12.log"


@pytest.mark.parametrize(
    "name",
    [
        "queue_log.1",
        "pjsip_custom_post.conf",
        "sip_trace_2025-03-02_18-03.txt",
        "freepbx_dbug",
        "README.md",
        "MicroSIP_log.txt",
        "Master.csv",
        "20250302-180312.log",
        "core-thread1.txt",
        "logs-part1",
        "bundle-sip-trunk1",
        "Call_Log_Export.csv",
        "full.json.1.gz",
    ],
)
def test_names_that_programs_give_stay(rewriter: Rewriter, name: str) -> None:
    assert filenames.rewritten(rewriter, name) == name


def test_names_that_are_no_text_are_replaced(rewriter: Rewriter) -> None:
    for raw in (b"J\xfcrgen.log", b"\xff.log", b"J\x81rgen-marla.log"):
        new = filenames.rewritten(rewriter, raw.decode("utf-8", "surrogateescape"))
        assert new.endswith(".log")
        assert "rgen" not in new
        assert new.encode()


@given(st.text(st.characters(codec=None), max_size=400))
def test_any_name_becomes_a_name(rewriter: Rewriter, name: str) -> None:
    new = filenames.rewritten(rewriter, name)
    assert len(new.encode()) <= filenames.LONGEST
    assert "/" not in new
    assert not any(ord(char) < 32 for char in new)


def test_long_names_are_cut_before_the_extension(rewriter: Rewriter) -> None:
    new = filenames.rewritten(rewriter, "x " * 200 + ".log")
    assert len(new.encode()) == filenames.LONGEST
    assert new.endswith(".log")


@pytest.mark.parametrize(
    ("path", "entity", "value"),
    [
        ("home/zweig/notes.txt", Entity.USER, b"zweig"),
        ("pbx1/home/zweig/notes.txt", Entity.USER, b"zweig"),
        ("monitor/out-442079460958-7346-20251121.wav", Entity.NUMBER, b"442079460958"),
        ("tftpboot/001565a7c3d2.cfg", Entity.MAC, b"001565a7c3d2"),
    ],
)
def test_names_teach(path: str, entity: Entity, value: bytes) -> None:
    learner = Learner(rule_set())
    filenames.teach(learner, path)
    line = b"seen: " + value + b" again"
    assert Engine(rule_set(), KEY, learner.lexicon).sweep.find(line)[0].entity is entity


@pytest.mark.parametrize(
    "path", ["install.sh", "a+b/c/6in4_tunnel.pcap", "docs/README.md", "etc/asterisk/pjsip.conf", "\udcff"]
)
def test_other_names_teach_nothing(path: str) -> None:
    learner = Learner(rule_set())
    filenames.teach(learner, path)
    assert len(learner.lexicon) == 0


def test_an_identifier_that_a_file_holds_is_replaced_in_its_name(rewriter: Rewriter) -> None:
    new = filenames.rewritten(rewriter, "x-Regaut01.dat")
    assert "egaut01" not in new
    assert len(new) == len("x-Regaut01.dat")
    assert new.startswith("x-")
    assert new.endswith(".dat")
    assert filenames.rewritten(rewriter, "x-regaut02.dat") == "x-regaut02.dat"
    assert filenames.rewritten(rewriter, "regaut.dat") == "regaut.dat"
