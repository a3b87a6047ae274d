from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber import rules, storage
from scrubber.audit import dissection
from scrubber.audit.wrapped import capture
from scrubber.engine import scrub
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import Exit
from scrubber.verification import pair as pair_audit
from scrubber.verification.auditor import Auditor
from scrubber.verification.verdict import Outcome, PairVerdict, Verdict
from scrubber.worker import Options

RULES = rules.load("support", [])
LOG = b"""\
[Nov 21 17:43:36] NOTICE[4067] chan_sip.c: Registration from '"Front Desk" <sip:2001@pbx.marlowe-voip.com>' failed
<--- SIP read from UDP:203.0.113.9:5060 --->
INVITE sip:2002@pbx.marlowe-voip.com SIP/2.0
Via: SIP/2.0/UDP 10.73.41.101:5060;branch=z9hG4bK776asdhds
From: "Philippa Marlowe" <sip:2001@pbx.marlowe-voip.com>;tag=1928301774
To: <sip:+442079460958@pbx.marlowe-voip.com>
Call-ID: a84b4c76e66710@10.73.41.101
CSeq: 314159 INVITE
Contact: <sip:2001@10.73.41.101:5060>
Authorization: Digest username="2001", realm="marlowe-voip.com", nonce="84a4cc6f3082121f32b42a2187831a9e", \
uri="sip:pbx.marlowe-voip.com", response="7587245234b3434cc3412213e5f113a5"
Content-Length: 0

[Nov 21 17:43:37] VERBOSE[4067] pbx.c: Executing [2002@from-internal:1] Dial("PJSIP/2001-0000001a", "PJSIP/2002") in new
"""
MESSAGE = LOG[LOG.index(b"INVITE sip") : LOG.index(b"[Nov 21 17:43:37]")].replace(b"\n", b"\r\n")


def cleaned(text: bytes) -> bytes:
    return scrub(text, RULES, Key.fresh(), detect.by_name("asterisk"))


@pytest.fixture
def audited(tmp_path: Path) -> Callable[..., Verdict]:
    """Audits files of two folders, or one file a side."""

    def audit(before: dict[str, bytes] | bytes, after: dict[str, bytes] | bytes, **choices: object) -> Verdict:
        sides = []
        for side, content in (("before", before), ("after", after)):
            folder = tmp_path / side
            folder.mkdir()
            for name, data in (content if isinstance(content, dict) else {"full.log": content}).items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(data)
            path = folder if isinstance(content, dict) else folder / "full.log"
            sides.append(storage.sources([path]))
        chosen = pair_audit.Choices(**choices)  # type: ignore[arg-type]  # named by the test
        return pair_audit.verify(sides[0], sides[1], RULES, Options(), lambda _: None, chosen)

    return audit


def only(verdict: Verdict) -> PairVerdict:
    (found,) = verdict.pairs
    return found


Pair = Callable[..., Verdict]


def test_an_untouched_copy_leaks_everything(audited: Pair) -> None:
    found = only(audited(LOG, LOG))
    assert found.outcome is Outcome.LEAK
    assert {"user", "name", "host", "number", "ipv4", "extension"} <= set(found.entities)
    assert {place.entity.value for place in found.places} == set(found.entities)
    assert b"Marlowe" not in repr(found).encode()


def test_an_output_of_any_key_is_safe(audited: Pair) -> None:
    verdict = audited(LOG, cleaned(LOG))
    found = only(verdict)
    assert (found.outcome, found.entities, found.reason) == (Outcome.SAFE, {}, "")
    assert verdict.exit_code is Exit.DONE
    assert found.certificate is not None
    assert found.certificate.equal
    assert [audit.name for audit in found.audits] == ["residue", "dissection", "diagnosis"]
    assert found.format == "asterisk"


@pytest.mark.parametrize(
    ("value", "entities"),
    [
        (b"pbx.marlowe-voip.com", {"host", "name"}),
        (b"Philippa Marlowe", {"name"}),
        (b"203.0.113.9", {"ipv4"}),
        (b"+442079460958", {"number"}),
    ],
)
def test_what_a_hand_forgot(audited: Pair, value: bytes, entities: set[str]) -> None:
    after = cleaned(LOG) + b"NOTICE: " + value + b"\n"
    found = only(audited(LOG + b"NOTICE: " + value + b"\n", after))
    assert found.entities
    assert set(found.entities) <= entities
    assert {place.line for place in found.places} == {after.count(b"\n")}


def test_a_single_short_value_in_its_place_may_be_chance(audited: Pair) -> None:
    before = b"INVITE from 10.73.41.5\n"
    assert only(audited(before, before, dissect=False)).outcome is Outcome.SAFE


def test_private_addresses_in_their_places_prove_it_when_there_are_many(audited: Pair) -> None:
    more = b"".join(b"INVITE from 10.73.41.%d\n" % host for host in range(100, 120))
    found = only(audited(LOG + more, cleaned(LOG) + more, dissect=False))
    assert (found.outcome, set(found.entities)) == (Outcome.LEAK, {"ipv4"})
    assert set(found.rules) == {pair_audit.ALIGNED}


def test_names_of_files_are_searched(audited: Pair) -> None:
    found = audited({"a/full": LOG, "a/b": b"x\n"}, {"a/full-marlowe-voip.com": cleaned(LOG), "a/b": b"x\n"})
    leak = next(each for each in found.pairs if each.outcome is Outcome.LEAK)
    assert set(leak.rules) == {pair_audit.NAME}


# --- captures


def frames(message: bytes) -> bytes:
    return b"".join(capture([message]))


@pytest.mark.skipif(bool(dissection.unavailable()), reason="needs tshark")
def test_captures_are_dissected(audited: Pair) -> None:
    found = only(audited(frames(MESSAGE), frames(MESSAGE.replace(b"Philippa", b"Xlopilla"))))
    assert found.outcome is Outcome.LEAK
    assert any(rule.startswith("dissection:sip_") for rule in found.rules)
    assert any(rule.startswith("residue") for rule in found.rules)
    assert {audit.name: audit.ran for audit in found.audits}["dissection"]


@pytest.mark.skipif(bool(dissection.unavailable()), reason="needs tshark")
def test_places_of_a_message_in_a_text_are_its_lines(audited: Pair) -> None:
    found = only(audited(LOG, LOG.replace(b"Marlowe", b"Xlowepi"), dissect=True))
    lines = {place.line for place in found.places if place.rule == "dissection:sip_sip_from_user"}
    assert lines == {3}


def test_dissection_is_left_out_on_request(audited: Pair) -> None:
    found = only(audited(frames(MESSAGE), frames(MESSAGE), dissect=False))
    assert found.outcome is Outcome.LEAK
    assert next(audit for audit in found.audits if audit.name == "dissection").detail.endswith("switched off")


def test_a_capture_is_no_text(audited: Pair) -> None:
    found = only(audited(frames(MESSAGE), b"a text\n"))
    assert (found.outcome, found.reason) == (Outcome.REFUSED, "another kind of file than the original")


def test_a_leak_weighs_more_than_a_refusal(audited: Pair) -> None:
    verdict = audited(frames(MESSAGE), LOG)
    assert verdict.exit_code is Exit.FOUND
    (pair,) = verdict.pairs
    assert (pair.outcome, pair.reason) == (Outcome.LEAK, "another kind of file than the original")
    assert pair.format


# --- what cannot be audited


def test_files_without_counterpart(audited: Pair) -> None:
    verdict = audited({"a": b"one\n", "b": b"two\n"}, {"a": b"one\n"})
    assert [(each.outcome, each.reason) for each in verdict.pairs] == [
        (Outcome.SAFE, ""),
        (Outcome.REFUSED, "no counterpart among the cleaned files"),
    ]
    assert verdict.exit_code is Exit.REFUSED


def test_a_note_stands_for_what_could_not_be_scrubbed(audited: Pair, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(8000)
        audio.writeframes(bytes(800))
    sound = (tmp_path / "a.wav").read_bytes()
    verdict = audited({"a.wav": sound, "b": b"x\n"}, {"a.wav.removed.txt": b"an audio file was here\n", "b": b"x\n"})
    assert [each.outcome for each in verdict.pairs] == [Outcome.SAFE, Outcome.SAFE]


def test_a_note_under_a_scrubbed_name(audited: Pair) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    before = {"logs/alice.png": png, "logs/x.log": b"one\ntwo\n", "logs/y.log": b"one\n"}
    after = {"logs/xkoge.png.removed.txt": b"an image\n", "logs/x.log": b"one\ntwo\n", "logs/y.log": b"one\n"}
    verdict = audited(before, after)
    assert [each.outcome for each in verdict.pairs] == [Outcome.SAFE] * 3
    assert verdict.pairs[0].original.endswith("alice.png")
    assert verdict.pairs[0].certificate is None


def test_an_original_that_cannot_be_read(audited: Pair) -> None:
    verdict = audited({"a": b"\x89PNG\r\n\x1a\n", "b": b"x\n"}, {"a": b"text\n", "b": b"x\n"})
    assert verdict.pairs[0].outcome is Outcome.REFUSED
    assert verdict.pairs[0].reason.startswith("the original cannot be read: ")


def test_a_died_process_refuses_its_pair() -> None:
    auditing = Auditor(RULES, Options(), Lexicon(), dissect=None)
    (source,) = storage.sources([Path(__file__)])
    item = pair_audit.Item(0, source, source)
    assert pair_audit.audit(auditing, item, "its process died").reason == "its process died"
