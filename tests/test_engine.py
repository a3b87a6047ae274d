"""The two passes over blocks: cut anywhere, rewritten alike, and every byte of structure kept."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber import rules
from scrubber.engine import BLOCK, PLAIN, SUPPRESSED, Engine, Learner, explain, findings, records, scrub
from scrubber.formats import detect
from scrubber.model import Entity, Format
from scrubber.pseudonyms.key import Key
from tests.dialogs import differences
from tests.passes import KEY, cleaned, engine, lexicon, rewriter, rule_set
from tests.readings.test_context import INVITE, SDP, message

SAMPLES = sorted(path for path in (Path(__file__).parent.parent / "samples").iterdir() if ".pcap" not in path.name)
PEOPLE = lexicon((Entity.USER, b"carla"), (Entity.NAME, b"Carla Quarles"))


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def text_of(path: Path) -> bytes:
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    return data.decode("utf-16").encode() if data.startswith(b"\xff\xfe") else data


@cache
def long_log(name: str) -> bytes:
    """More than two blocks of a format, messages with bodies that need their header among them."""
    parts = []
    for number in range(2600):
        sms = message(b"text/plain", b"Meet Mallory number %d at nine\r\n\r\nor Trudy" % number)
        parts.append(
            {
                "asterisk": b"[2025-03-02 18:03:12] VERBOSE[4] x.c: <--- Received SIP request (%d bytes) --->\n"
                b"%s\n\n[2025-03-02 18:03:12] NOTICE[1] x.c: Carla\n" % (len(sms), sms),
                "pjsip": b"18:00:12.385    pjsua_core.c  .RX %d bytes Request msg MESSAGE/cseq=1 from UDP x:\n"
                b"%s\n--end msg--\n" % (len(sms), sms),
                "plain": b"noise from carla\n\n%s\n\n" % sms,
                "back to back": (message(b"text/plain", b"Meet Mallory number %d at nine" % number) + b"\r\n") * 2,
                "ngrep": b"U 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060 #1\n"
                + sms.replace(b"\r\n", b".\n")
                + b"\n\n",
            }[name]
        )
    return b"".join(parts) * 4


def passes(data: bytes, name: str, size: int) -> bytes:
    fmt = detect.by_name(name)
    second = Engine(rule_set(), KEY, PEOPLE).rewriter(fmt)
    return b"".join(map(second.rewrite, records(chunked(data, size), fmt)))


@given(
    st.lists(
        st.sampled_from([b"\n", b"a b\n", INVITE, b"[2025-03-02 18:03:12] NOTICE[1] x.c: y\n", b"x" * 70_000, b"\r\n"])
    )
)
@settings(max_examples=20)
def test_joined_records_are_the_input(pieces: list[bytes]) -> None:
    data = b"".join(pieces) * 4
    for size in (7919, 1 << 16, 1 << 20, 1 << 22):
        for fmt in (PLAIN, detect.by_name("asterisk")):
            if b"x" * BLOCK not in data:
                assert b"".join(records(chunked(data, size), fmt)) == data


@pytest.mark.parametrize("name", ["asterisk", "pjsip", "plain", "ngrep"])
def test_blocks_are_of_bounded_size_and_whole_lines(name: str) -> None:
    data = long_log(name)
    assert len(data) > 2 * BLOCK
    blocks = list(records(chunked(data, 1 << 16), detect.by_name(name)))
    assert b"".join(blocks) == data
    assert all(block.endswith(b"\n") for block in blocks)
    assert max(map(len, blocks)) <= BLOCK


@pytest.mark.parametrize("name", ["asterisk", "pjsip", "plain"])
def test_output_does_not_depend_on_the_chunks(name: str) -> None:
    data = long_log(name)
    outputs = {passes(data, name, size) for size in (99_991, len(data))}
    assert len(outputs) == 1
    (new,) = outputs
    for value in (b"Mallory", b"Trudy", b"carla"):
        assert value not in new


@pytest.mark.parametrize("name", ["back to back", "ngrep"])
def test_no_message_is_torn_apart(name: str) -> None:
    data = long_log(name)
    new = passes(data, "plain" if name == "back to back" else name, 1 << 16)
    for value in (b"Mallory", b"Trudy"):
        assert value not in new


def test_an_unbroken_run_becomes_a_marker() -> None:
    run = b"x" * (3 * BLOCK)
    for size in (4099, 1 << 16, BLOCK, BLOCK + 77, 4 * BLOCK):
        assert b"".join(records(chunked(b"first\nalpha " + run + b" omega\nlast\n", size), PLAIN)) == (
            b"first\nalpha " + SUPPRESSED + b" omega\nlast\n"
        )
        assert b"".join(records(chunked(run, size), PLAIN)) == SUPPRESSED
        assert list(records(chunked(b"", size), PLAIN)) == []


@given(
    st.lists(
        st.sampled_from([b"\n", b"a b\n", b"x" * 31, b"x" * 32, b"x" * 100, b" ", INVITE, b"[2025-03-02] NOTICE[1] "])
    ),
    st.integers(1, 300),
    st.sampled_from([PLAIN, detect.by_name("asterisk")]),
)
def test_blocks_do_not_depend_on_the_chunks(pieces: list[bytes], size: int, fmt: Format) -> None:
    data = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scrubber.engine.BLOCK", 64)
        blocks = list(records(chunked(data, size), fmt))
        assert blocks == list(records(iter([data] if data else []), fmt))
    joined = re.sub(rb"[^\n ,;\t&|>]{64,}", SUPPRESSED, data)
    assert b"".join(blocks) == joined


def test_memory_stays_flat_in_an_unbroken_run() -> None:
    held = 0
    longest = 0

    def feed() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * (1 << 18)

    for block in records(feed(), PLAIN):
        held += len(block)
        longest = max(longest, len(block))
    assert held == len(SUPPRESSED) == longest


NOTATIONS = {
    "plain": b'From: "Carla Quarles" <sip:carlaq@doeberg.example>\n',
    "asterisk": b"[2025-03-02 18:03:12] NOTICE[1] x.c: Registered SIP 'carlaq' at doeberg.example for Carla Quarles\n",
    "pjsip": b"18:00:12.385    pjsua_acc.c  .Account Carla Quarles sip:carlaq@doeberg.example added\n",
    "syslog": b"Mar  2 18:10:12 edge1 prog[23]: from=sip:carlaq@doeberg.example name Carla Quarles\n",
    "kamailio": b"Mar  2 18:10:12 edge1 kamailio[23]: INFO: x: user carlaq from doeberg.example, Carla Quarles\n",
    "json": b'{"message":"user carlaq at doeberg.example is Carla Quarles"}\n',
    "ngrep": b'From: "Carla Quarles" <sip:carlaq@doeberg.example>.\n',
    "linphone": b"2025-03-02 18:47:17:176 belle-sip-message-carlaq has address doeberg.example, Carla Quarles\n",
}


def test_the_same_value_has_the_same_pseudonym_in_every_format() -> None:
    learner = Learner(rule_set())
    learner.feed(INVITE, PLAIN)
    shared = Engine(rule_set(), KEY, learner.lexicon)
    of = shared.surrogates.of
    for name, line in NOTATIONS.items():
        new = shared.rewriter(detect.by_name(name)).rewrite(line)
        assert of(Entity.USER, b"carlaq") in new
        assert of(Entity.HOST, b"doeberg.example") in new
        assert of(Entity.NAME, b"Carla") in new
        assert of(Entity.NAME, b"Quarles") in new


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_keep_their_dialogs_once_and_twice(sample: Path) -> None:
    data = text_of(sample)
    fmt = detect.sniff(data, sample.name)
    once = scrub(data, rule_set(), KEY, fmt)
    twice = scrub(once, rule_set(), KEY, fmt)
    assert differences(data, once) == []
    assert differences(once, twice) == []
    assert [once.count(mark) for mark in (b"\n", b"\r")] == [data.count(mark) for mark in (b"\n", b"\r")]
    assert twice.count(b"\n") == once.count(b"\n")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_the_key_and_nothing_else_decides(sample: Path) -> None:
    data = text_of(sample)[:20_000]
    fmt = detect.sniff(data, sample.name)
    once = scrub(data, rule_set(), KEY, fmt)
    assert scrub(data, rule_set(), Key(bytes(range(32))), fmt) == once
    assert scrub(data, rule_set(), Key(b"k" * 32), fmt) != once


ENDS = [b"\n", b"\r\n", b"\r\r\n", b"\n\n", b"\r\n\r\n", b" \n", b"\t\r\n"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "line", [b"ringing", b"From: <sip:carla@doeberg.example>", b"a=rtpmap:0 PCMU/8000", b"", b"call from 198.51.100.7"]
)
def test_line_ends_stay(line: bytes, end: bytes) -> None:
    for last in (b"", end, b"ringing"):
        new = cleaned(line + end + line + end + last)
        assert re.findall(rb"[\r\n]+", new) == re.findall(rb"[\r\n]+", line + end + line + end + last)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b"\x1b[36;1m#\x1b[0m call from carla\x1b[0m", [b"\x1b[36;1m#\x1b[0m", b"\x1b[0m"]),
        (b"\x1b[1;32mRegistered\x1b[0m for carla", [b"\x1b[1;32mRegistered\x1b[0m for "]),
        (b"a\0b\0c carla", [b"a\0b\0c "]),
        (b"\0\0\0", [b"\0\0\0"]),
        (b"\xef\xbb\xbfcarla", [b"\xef\xbb\xbf"]),
        (b"\xff\xfe\xfd", [b"\xff\xfe\xfd"]),
        (b"\x0c\x0b\x07", [b"\x0c\x0b\x07"]),
    ],
)
def test_odd_bytes_stay(text: bytes, kept: list[bytes]) -> None:
    second = Engine(rule_set(), KEY, PEOPLE).rewriter(PLAIN)
    new = second.rewrite(text)
    assert b"carla" not in new
    for piece in kept:
        assert piece in new


@pytest.mark.parametrize("value", [b"Alice", b"4021", b"pbx.example.com"])
def test_values_in_colour_are_found(value: bytes) -> None:
    new = rewriter(PLAIN).rewrite(b"\x1b]0;alice@pbx\x07-- Called \x1b[1;33m" + value + b"\x1b[0m\x1b[K")
    assert value not in new
    assert b"alice" not in new
    assert new.startswith(b"-- Called \x1b[1;33m")
    assert new.endswith(b"\x1b[0m\x1b[K")


@given(st.lists(st.binary(max_size=60), max_size=6), st.sampled_from(detect.FORMATS))
def test_any_bytes_are_rewritten(rows: list[bytes], fmt: Format) -> None:
    data = b"\n".join(rows)
    new = rewriter(fmt).rewrite(data)
    assert new.count(b"\n") == data.count(b"\n")


def test_what_was_replaced_is_counted_and_noted() -> None:
    second = engine().rewriter(PLAIN)
    second.rewrite(message(b"application/sdp", SDP, extra=b"X-Unheard: Eve\r\n") + b"\n0x0010:  05b3 ae78  ....\n")
    assert second.counts[Entity.USER, "sip-address"] >= 1
    assert sum(second.counts.values()) > 5
    assert second.notes["unknown header"] >= 1
    assert second.notes["hexadecimal dump row"] == 1


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("alice.doe.log", "alice.doe"),
        ("out-5550100123-1001-20250302-180000-1740938591.42.wav", "5550100123"),
        ("pbx.example.com-full", "pbx.example.com"),
        ("00005e005301.cfg", "00005e005301"),
        ("notes.txt", ""),
        ("\udcff.log", ""),
    ],
)
def test_names_of_files_are_rewritten(name: str, hidden: str) -> None:
    new = rewriter(PLAIN).rewrite_name(name)
    assert "/" not in new
    assert "\0" not in new
    if hidden:
        assert hidden not in new
        assert new.rpartition(".")[2] == name.rpartition(".")[2] or name.endswith("-full")
    else:
        assert new == name


def test_a_file_may_have_pseudonyms_of_its_own() -> None:
    strict = rules.load("strict")
    shared = Engine(strict, KEY, lexicon())
    line = b"Call-ID: a84b4c76e66710@192.168.1.20\n"
    one, again, other = (shared.rewriter(PLAIN, name).rewrite(line) for name in (b"one", b"one", b"other"))
    assert one == again
    if "per-file" in strict.options:
        assert one != other
    else:
        assert one == other


def test_explain_shows_disjoint_findings() -> None:
    text = b'"Carla" <sip:carla@doeberg.example> from 198.51.100.7'
    found = explain(text, rule_set())
    assert [text[hit.start : hit.end] for hit in found] == [b"Carla", b"carla", b"doeberg.example", b"198.51.100.7"]


def test_findings_show_originals_and_no_pseudonyms() -> None:
    shown = {INVITE[hit.start : hit.end] for hit in findings(INVITE, rule_set(), PLAIN)}
    assert {b"198.51.100.7", b"doeberg.example", b"90125"} <= shown
    assert findings(cleaned(INVITE), rule_set(), PLAIN) == []


def test_json_stays_json() -> None:
    inner = message(b"application/sdp", SDP)
    caller = {"name": "Carla Quarles", "number": "+15550100123"}
    document = {"message": inner.decode(), "channel": {"caller": caller}, "n": [1, None, True]}
    for ascii_only in (True, False):
        new = json.loads(cleaned(json.dumps(document, ensure_ascii=ascii_only).encode(), "json"))
        assert new["n"] == document["n"]
        assert set(new["channel"]["caller"]) == {"name", "number"}
        assert "Carla" not in json.dumps(new)
        assert differences(inner, new["message"].encode()) == []
