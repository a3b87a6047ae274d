from __future__ import annotations

import pytest

from scrubber import rules
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.model import Action, Entity, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.revelation import recording, revealing

KEY = Key(bytes(range(32)))
LOG = b"""\
INVITE sip:+442079460611@pbx.brackenmoor.example SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bK7f1a0c3b9d2e
From: "Marla Okafor" <sip:marla.okafor@pbx.brackenmoor.example>;tag=as58f4201b
To: <sip:+442079460611@pbx.brackenmoor.example>
Call-ID: 6f1a0c3b9d2e4a55@198.51.100.7
CSeq: 102 INVITE
Subject: call me at once
Content-Length: 0

Call from Marla Okafor (7346) to 020 7946 0611 over PJSIP/7346-0000001a
"""
TURNED = [line for line in LOG.splitlines() if not line.startswith(b"Subject")]


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load("support", [])


def scrubbed(rule_set: RuleSet, key: Key = KEY) -> tuple[bytes, Learner]:
    learner = Learner(rule_set)
    learner.feed(LOG, PLAIN)
    return Engine(rule_set, key, learner.lexicon).rewriter(PLAIN).rewrite(LOG), learner


def turned(rule_set: RuleSet, reply: bytes, *, annotate: bool = False, key: Key = KEY) -> tuple[bytes, set[bytes]]:
    _, learner = scrubbed(rule_set)
    engine, ledger = recording(rule_set, key, learner.lexicon)
    engine.rewriter(PLAIN).rewrite(LOG)
    back, maps = revealing(rule_set, key, ledger(), annotate=annotate)
    return back.rewriter(PLAIN).rewrite(reply), maps.unknown


def test_recording_scrubs_as_any_clean(rule_set: RuleSet) -> None:
    cleaned, learner = scrubbed(rule_set)
    engine, _ = recording(rule_set, KEY, learner.lexicon)
    assert engine.rewriter(PLAIN).rewrite(LOG) == cleaned


def test_a_whole_log_comes_back(rule_set: RuleSet) -> None:
    cleaned, _ = scrubbed(rule_set)
    assert not set(TURNED[2:4]) & set(cleaned.splitlines())
    back, unknown = turned(rule_set, cleaned)
    assert [line for line in back.splitlines() if not line.startswith(b"Subject")] == TURNED
    assert not unknown


def test_what_is_gone_stays_gone(rule_set: RuleSet) -> None:
    cleaned, _ = scrubbed(rule_set)
    back, _ = turned(rule_set, cleaned)
    assert b"call me at once" not in back
    assert [line for line in back.splitlines() if line.startswith(b"Subject")] == [
        line for line in cleaned.splitlines() if line.startswith(b"Subject")
    ]


def test_prose_around_pseudonyms(rule_set: RuleSet) -> None:
    cleaned, _ = scrubbed(rule_set)
    call = cleaned.splitlines()[-1]
    name, extension = call.split(b" (")[0].removeprefix(b"Call from "), call.partition(b"(")[2].partition(b")")[0]
    host = cleaned.split(b"@")[1].split(b" ")[0]
    reply = b"Hi, we see that %b (%b) cannot reach %b. Please ask %b." % (name, extension, host, name.upper())
    back, _ = turned(rule_set, reply)
    assert back == (
        b"Hi, we see that Marla Okafor (7346) cannot reach pbx.brackenmoor.example. Please ask MARLA OKAFOR."
    )


def test_annotated(rule_set: RuleSet) -> None:
    cleaned, _ = scrubbed(rule_set)
    extension = cleaned.splitlines()[-1].partition(b"(")[2].partition(b")")[0]
    back, _ = turned(rule_set, b"channel PJSIP/%b-0000001a" % extension, annotate=True)
    assert back == b"channel PJSIP/7346 [%b]-0000001a" % extension


def test_another_key_reveals_nothing(rule_set: RuleSet) -> None:
    cleaned, _ = scrubbed(rule_set)
    back, unknown = turned(rule_set, cleaned, key=Key(bytes(32)))
    for original in (b"Marla", b"brackenmoor", b"198.51.100.7", b"79460611"):
        assert original not in back
    assert unknown


def test_only_what_has_a_pseudonym_is_turned(rule_set: RuleSet) -> None:
    _, learner = scrubbed(rule_set)
    engine, ledger = recording(rule_set, KEY, learner.lexicon)
    del engine
    back, _ = revealing(rule_set, KEY, ledger(), annotate=False)
    kept = {entity for entity, action in back.rules.actions.items() if action is Action.KEEP}
    assert {Entity.SECRET, Entity.TEXT, Entity.CARD, Entity.DTMF, Entity.LOCATION} == kept
    assert back.rewriter(PLAIN).rewrite(b"password=hunter2hunter2 X-Unknown: what is this") == (
        b"password=hunter2hunter2 X-Unknown: what is this"
    )
