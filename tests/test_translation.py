from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import rules, storage
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.model import InputError, RuleSet
from scrubber.pipeline import Options
from scrubber.pseudonyms.key import Key
from scrubber.translation import Translator

KEY = Key(bytes(range(32)))


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load("support", [])


def source(path: Path, text: bytes) -> storage.Source:
    path.write_bytes(text)
    return storage.sources([path])[0]


def test_the_progress_is_told_twice_the_originals_and_once_the_reply(rule_set: RuleSet, tmp_path: Path) -> None:
    told: list[int] = []
    originals = [source(tmp_path / "a.log", b"call from Marla\n" * 100), source(tmp_path / "b.log", b"x\n" * 100)]
    reply = source(tmp_path / "reply", b"thanks\n").inspect()
    translator = Translator(rule_set, KEY, Options(), told.append)
    translator.learn(originals)
    assert b"".join(translator.translated(reply)) == b"thanks\n"
    assert sum(told) == 2 * sum(each.size for each in originals) + reply.size


def test_a_name_of_one_file_in_the_text_of_another(rule_set: RuleSet, tmp_path: Path) -> None:
    header = b'From: "Theodora Quillfeather" <sip:theodora@pbx.brackenmoor.example>;tag=1\n'
    originals = [source(tmp_path / "a.log", header), source(tmp_path / "b.log", b"ask Theodora Quillfeather\n")]
    translator = Translator(rule_set, KEY, Options(), lambda _: None)
    translator.learn(originals)
    learner = Learner(rule_set)
    learner.feed(header, PLAIN)
    cleaned = Engine(rule_set, KEY, learner.lexicon).rewriter(PLAIN).rewrite(b"ask Theodora Quillfeather\n")
    assert b"Theodora" not in cleaned
    reply = source(tmp_path / "reply", cleaned).inspect()
    assert b"".join(translator.translated(reply)) == b"ask Theodora Quillfeather\n"
    assert translator.told.replaced


def test_an_original_that_cannot_be_read_is_named(rule_set: RuleSet, tmp_path: Path) -> None:
    translator = Translator(rule_set, KEY, Options(), lambda _: None)
    with pytest.raises(InputError, match=r"missing\.log: no such file"):
        translator.learn(storage.sources([tmp_path / "missing.log"]))


def test_what_a_clean_refuses_is_passed_over(rule_set: RuleSet, tmp_path: Path) -> None:
    originals = [
        source(tmp_path / "a.log", b"call from Marla\n"),
        source(tmp_path / "p.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
    ]
    translator = Translator(rule_set, KEY, Options(), lambda _: None)
    translator.learn(originals)
    reply = source(tmp_path / "reply", b"thanks\n").inspect()
    assert b"".join(translator.translated(reply)) == b"thanks\n"
    assert translator.told.skipped == 1


@pytest.mark.parametrize(("spoken", "held", "comes_back"), [(20, 0, True), (20, 1, True), (3, 9, False)])
def test_a_short_number_that_the_originals_hold_as_it_is(
    rule_set: RuleSet, tmp_path: Path, spoken: int, held: int, *, comes_back: bool
) -> None:
    header = b'From: "Theodora Quillfeather" <sip:7346@pbx.brackenmoor.example>;tag=1\n'
    learner = Learner(rule_set)
    learner.feed(header, PLAIN)
    pseudonym = Engine(rule_set, KEY, learner.lexicon).rewriter(PLAIN).rewrite(b"7346 answered\n")[:4]
    assert pseudonym != b"7346"
    text = header + b"7346 answered\n" * spoken + b"read %b of 9000 octets\n" % pseudonym * held
    translator = Translator(rule_set, KEY, Options(), lambda _: None)
    translator.learn([source(tmp_path / "a.log", text)])
    reply = source(tmp_path / "reply", b"sip:%b@x is %b here\n" % (pseudonym, pseudonym)).inspect()
    back = b"".join(translator.translated(reply))
    assert back == b"sip:7346@x is %b here\n" % (b"7346" if comes_back else pseudonym)
