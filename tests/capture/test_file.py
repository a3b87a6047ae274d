"""A capture under every pass: learned from, rewritten, searched for originals, judged without a key."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from scrubber.audit.residue import Residue
from scrubber.capture.file import CaptureFile
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.learn import OCTETS
from scrubber.model import SHOW_VALUES, Action, Entity, Finding, Format, Place
from tests.capture import files, frames
from tests.capture.test_bulk import VOICE
from tests.capture.test_traffic import MESSAGE, PLANTED, datagram, fragments, segments
from tests.passes import KEY, rule_set

FRAMES = [datagram(MESSAGE), VOICE, *segments(MESSAGE, (40, 90)), *fragments(MESSAGE, 64), frames.udp_frame(b"who?")]
PCAP, PCAPNG = files.pcap(FRAMES), files.pcapng(FRAMES)
FILE = CaptureFile("pcap", rule_set())


def chunks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 333] for at in range(0, len(data), 333))


def cleaned(data: bytes, *, options: frozenset[str] = frozenset()) -> tuple[bytes, Engine]:
    rules = replace(rule_set(), options=options)
    learner = Learner(rules)
    FILE.learn(chunks(data), learner)
    engine = Engine(rules, KEY, learner.lexicon)
    return b"".join(FILE.rewrite(chunks(data), engine.rewriter(PLAIN))), engine


@pytest.mark.parametrize("data", [PCAP, PCAPNG])
def test_nothing_planted_is_left(data: bytes) -> None:
    out, engine = cleaned(data)
    assert not any(planted in out for planted in (*PLANTED, b"voice", b"who?"))
    assert list(FILE.residues(chunks(out), Residue(engine).check)) == []


def test_names_are_learned_for_other_files() -> None:
    learner = Learner(rule_set())
    FILE.learn(chunks(PCAP), learner)
    assert b"alice.doe" in learner.lexicon.values[Entity.USER]
    assert b"alice doe" in {name.lower() for name in learner.lexicon.values[Entity.NAME]}


def test_a_message_has_the_same_pseudonyms_in_a_capture_and_in_a_log() -> None:
    out, engine = cleaned(PCAP)
    assert engine.rewriter(PLAIN).rewrite(MESSAGE)[:200] in out


def find(block: bytes, fmt: Format) -> list[Finding]:
    """A search for one word."""
    assert fmt is OCTETS
    start = block.find(b"hunter22")
    return [Finding(start, start + 8, Entity.SECRET, "planted")] if start >= 0 else []


def test_an_original_is_found_in_its_frame() -> None:
    data = files.pcap([VOICE, frames.udp_frame(b"x hunter22"), VOICE])
    assert list(FILE.residues(chunks(data), find)) == [Place("planted", Entity.SECRET, 44, 2)]


def test_an_original_is_found_in_metadata() -> None:
    data = files.section(files.option(1, b"hunter22 did this")) + files.interface() + files.packet(VOICE)
    assert [place.line for place in FILE.residues(chunks(data), find)] == [0]


def test_an_original_is_found_across_segments() -> None:
    data = files.pcap(segments(b"x" * 50 + b"hunter22" + b"y" * 50, (54,)))
    assert [place.line for place in FILE.residues(chunks(data), find)] == [2]


def test_nothing_is_found_across_frames_that_have_nothing_to_do_with_each_other() -> None:
    data = files.pcap([frames.udp_frame(b"xxxxhunt"), frames.udp_frame(b"er22yyyy")])
    assert list(FILE.residues(chunks(data), find)) == []


def test_what_is_exposed_has_its_frame() -> None:
    places = list(FILE.exposed(chunks(files.pcap([VOICE, datagram(MESSAGE)])), rule_set()))
    found = {(place.line, place.entity) for place in places}
    assert (1, Entity.IPV4) in found
    assert (1, Entity.TEXT) in found, "audio"
    assert {entity for line, entity in found if line == 2} >= {Entity.HOST, Entity.TEXT}


def test_keys_of_media_are_exposed() -> None:
    sdp = b"v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n"
    head = MESSAGE.partition(b"Content-Type")[0]
    message = head + b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(sdp) + sdp
    places = FILE.exposed(chunks(files.pcap([VOICE, datagram(message), VOICE])), rule_set())
    assert {place.line for place in places if place.entity is Entity.SECRET} == {2}
    out, _ = cleaned(files.pcap([datagram(message)]))
    assert list(FILE.exposed(chunks(out), rule_set())) == []


def test_what_waits_is_exposed_in_its_own_frame() -> None:
    (whole,) = segments(MESSAGE, ())
    places = list(FILE.exposed(chunks(files.pcap([*segments(MESSAGE, (40,)), VOICE, whole])), rule_set()))
    assert Entity.HOST in {place.entity for place in places if place.line == 2}
    assert not [place for place in places if place.line == 3 and place.entity is Entity.HOST]


def test_nothing_is_exposed_in_an_output() -> None:
    out, _ = cleaned(PCAP)
    assert list(FILE.exposed(chunks(out), rule_set())) == []


@pytest.mark.parametrize("payload", [b"\r\n" + bytes(40), b"@\0\0\xb7" + bytes(60), bytes(30), b"xxxx\r\n" + bytes(30)])
def test_what_was_blanked_is_not_exposed(payload: bytes) -> None:
    assert shown(payload) == []
    assert shown(payload + b"who?") == ["unknown payload"]


def shown(payload: bytes) -> list[str]:
    """Rules that find something in the payload of a packet."""
    places = FILE.exposed(chunks(files.pcap([frames.udp_frame(payload)])), rule_set())
    return [place.rule for place in places if not place.rule.startswith("packet-")]


def test_values_are_told_on_request_alone() -> None:
    data = files.pcap([datagram(MESSAGE)])
    assert not any(place.value for place in FILE.exposed(chunks(data), rule_set()))
    asked = replace(rule_set(), options=rule_set().options | {SHOW_VALUES})
    values = {place.value for place in FILE.exposed(chunks(data), asked)}
    assert values - {b""}
    assert sum(value in MESSAGE for value in values - {b""}) > 2


def test_times_move_by_one_amount() -> None:
    dated = MESSAGE.replace(b"CSeq", b"Date: Sun, 02 Mar 2025 18:03:12 GMT\r\nCSeq")
    odd = dated.replace(b"CSeq", b"X-Odd: 1\r\nCSeq")
    data = files.pcap([datagram(dated), datagram(odd)])
    kept, _ = cleaned(data)
    moved, _ = cleaned(data, options=frozenset({"shift-time"}))
    assert kept[:24] == moved[:24]
    assert len(kept) == len(moved)
    seconds = [int.from_bytes(out[24:28], "little") for out in (kept, moved)]
    dates = [re.findall(rb"Date: ([^\r]*)", out) for out in (kept, moved)]
    assert dates[0] == [b"Sun, 02 Mar 2025 18:03:12 GMT"] * 2
    assert dates[1][0] == dates[1][1]
    distance = parsedate_to_datetime(dates[1][0].decode()) - parsedate_to_datetime(dates[0][0].decode())
    assert distance.total_seconds() == seconds[1] - seconds[0] != 0


def test_what_a_profile_keeps_stays() -> None:
    actions = {**rule_set().actions, Entity.USER: Action.KEEP, Entity.HOST: Action.KEEP}
    rules = replace(rule_set(), actions=actions)
    learner = Learner(rules)
    file = CaptureFile("pcap", rules)
    file.learn(chunks(PCAP), learner)
    out = b"".join(file.rewrite(chunks(PCAP), Engine(rules, KEY, learner.lexicon).rewriter(PLAIN)))
    assert b"sip:alice.doe@pbx.example.com" in out
    assert b"hunter22" not in out


@pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")
def test_tshark_reads_the_same_calls(tmp_path: Path) -> None:
    def told(data: bytes) -> str:
        path = tmp_path / "x.pcap"
        path.write_bytes(data)
        fields = ("frame.time_epoch", "sip.Method", "sip.CSeq.seq", "udp.srcport", "udp.checksum.status", "rtp.seq")
        command = ["tshark", "-n", "-r", str(path), "-o", "udp.check_checksum:TRUE", "-T", "fields"]
        command += [part for field in fields for part in ("-e", field)]
        return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout

    before, after = told(PCAP), told(cleaned(PCAP)[0])
    assert before == after
    assert before.count("MESSAGE") == 3
