"""The certificate: equal for what the program makes of the samples, different for files broken on purpose."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.diagnosis import MEDIA, SHAPE, Census, Difference, census, compare, total
from scrubber.capture import magic
from scrubber.capture.file import CaptureFile
from scrubber.capture.media import MediaStream
from scrubber.engine import Engine, Learner
from scrubber.formats import detect
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key
from scrubber.textfile import TextFile
from tests.capture import files, frames
from tests.passes import rule_set

SAMPLES = sorted(path for path in (Path(__file__).resolve().parents[2] / "samples").iterdir() if path.is_file())
KEY = bytes(range(32))


def chunks(data: bytes, size: int = 5000) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def kind_of(data: bytes, name: str) -> CaptureFile | TextFile:
    container = magic.kind(data[:12])
    return CaptureFile(container, rule_set()) if container else TextFile(detect.sniff(data[:65536], name))


def cleaned(kind: CaptureFile | TextFile, data: bytes) -> bytes:
    learner = Learner(rule_set())
    kind.learn(chunks(data), learner)
    rewriter = Engine(rule_set(), Key(KEY), learner.lexicon).rewriter(detect.by_name("plain"))
    if isinstance(kind, TextFile):
        rewriter = Engine(rule_set(), Key(KEY), learner.lexicon).rewriter(kind.format)
    return b"".join(kind.rewrite(chunks(data), rewriter))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_are_diagnosed_alike(path: Path) -> None:
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    data = data.decode("utf-16").encode() if data.startswith(b"\xff\xfe") else data
    kind = kind_of(data, path.name)
    new = cleaned(kind, data)
    assert new != data
    before = census(kind, chunks(data))
    assert before.counts
    assert compare(before, census(kind, chunks(new))).differences == ()


# --- broken on purpose

MESSAGE = (
    "{start}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{branch}\r\nFrom: <sip:a@example.com>;tag=1\r\n"
    "To: <sip:b@example.com>;tag=2\r\nCall-ID: {call}\r\nCSeq: {cseq} INVITE\r\nContent-Length: 0\r\n\r\n"
)


def message(start: str, call: str = "c1", branch: int = 1, cseq: int = 1) -> bytes:
    return MESSAGE.format(start=start, call=call, branch=branch, cseq=cseq).encode()


INVITE, RINGING, OK = "INVITE sip:b@example.com SIP/2.0", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"
CALL = [message(INVITE), message(RINGING), message(OK), message(INVITE, "c2", 2), message(INVITE, "c2", 2)]


def log(messages: list[bytes], level: str = "NOTICE") -> bytes:
    lines = [
        b"[2025-03-02 18:03:%02d] VERBOSE[7] res_pjsip_logger.c: <--- Received SIP request (9 bytes) "
        b"from UDP:192.0.2.1:5060 --->\n%b\n" % (place, one.replace(b"\r", b""))
        for place, one in enumerate(messages)
    ]
    return b"".join([*lines, b"[2025-03-02 18:04:00] %b[7] pbx.c: text\n" % level.encode()])


def rtp(sequence: int) -> bytes:
    packet = b"\x80\0" + sequence.to_bytes(2) + (160 * sequence).to_bytes(4) + b"ssrc" + bytes(160)
    return frames.ethernet(frames.ipv4(frames.udp(packet)))


def capture(octets: list[bytes]) -> bytes:
    return files.pcapng(octets)


TALK = [rtp(sequence) for sequence in range(20)]
SYN = frames.ethernet(frames.ipv4(frames.tcp(b"", flags=2), 6))
UNREACHABLE = frames.ethernet(frames.ipv4(b"\3\3" + bytes(30), 1))
UDP = [frames.ethernet(frames.ipv4(frames.udp(one, 5060, 5060))) for one in CALL]
LOG, CAPTURE = log(CALL), capture([*UDP, *TALK, SYN, UNREACHABLE])

BROKEN: dict[str, tuple[bytes, bytes, set[tuple[str, str]]]] = {
    "a message is missing": (LOG, log([CALL[0], *CALL[2:]]), {("responses", "180 INVITE"), ("the same", SHAPE)}),
    "another status": (
        LOG,
        log([CALL[0], message("SIP/2.0 183 Session Progress"), *CALL[2:]]),
        {("responses", "180 INVITE"), ("responses", "183 INVITE"), ("the same", SHAPE)},
    ),
    "two calls become one": (
        LOG,
        log([*CALL[:3], message(INVITE, "c1", 2), message(INVITE, "c1", 2)]),
        {("dialogs", "calls"), ("dialogs", "dialogs"), ("the same", SHAPE)},
    ),
    "no retransmission any more": (
        LOG,
        log([*CALL[:4], message(INVITE, "c2", 3)]),
        {("dialogs", "transactions"), ("dialogs", "retransmissions"), ("the same", SHAPE)},
    ),
    "other order": (LOG, log([CALL[0], CALL[2], CALL[1], *CALL[3:]]), {("the same", SHAPE)}),
    "another level": (LOG, log(CALL, "ERROR"), {("levels", "NOTICE"), ("levels", "ERROR")}),
    "another time": (LOG, LOG.replace(b"18:04:00", b"18:05:00"), {("longest silence", "between lines")}),
    "another source file": (LOG, LOG.replace(b" pbx.c", b" abc.c"), {("sources", "names in both")}),
    "a line is missing": (
        LOG,
        LOG[: LOG.rindex(b"[2025")],
        {("lines", "all"), ("levels", "NOTICE"), ("sources", "names in both"), ("longest silence", "between lines")},
    ),
    "a packet is missing": (
        CAPTURE,
        capture([*UDP, *TALK[:7], *TALK[8:], SYN, UNREACHABLE]),
        {("packets", "RTP packets"), ("packets", "RTP lost"), ("packets", "frames"), ("the same", MEDIA)},
    ),
    "packets changed places": (
        CAPTURE,
        capture([*UDP, *TALK[:7], TALK[8], TALK[7], *TALK[9:], SYN, UNREACHABLE]),
        {("packets", "RTP late"), ("the same", MEDIA)},
    ),
    "a flag of TCP": (
        CAPTURE,
        capture([*UDP, *TALK, frames.ethernet(frames.ipv4(frames.tcp(b"", flags=4), 6)), UNREACHABLE]),
        {("packets", "TCP SYN"), ("packets", "TCP RST")},
    ),
    "another code of ICMP": (
        CAPTURE,
        CAPTURE.replace(UNREACHABLE, frames.ethernet(frames.ipv4(b"\3\1" + bytes(30), 1))),
        {("packets", "ICMP 3/1"), ("packets", "ICMP 3/3")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_shows(name: str) -> None:
    before, after, expected = BROKEN[name]
    kind = kind_of(before, "")
    certificate = compare(census(kind, chunks(before)), census(kind, chunks(after)))
    assert not certificate.equal
    assert {(difference.section, difference.what) for difference in certificate.differences} >= expected
    assert all(difference.before != difference.after for difference in certificate.differences)


def test_no_value_of_a_file_is_told() -> None:
    text = log([message("MALLORY sip:alice@example.com SIP/2.0", "trudy"), *CALL], "EVE")
    text = text.replace(b"pbx.c", b"wanda.c") + b"NOTICE: walter.c:7 said\n"
    kind = kind_of(text, "")
    before = census(kind, chunks(text))
    after = census(kind, chunks(LOG))
    told = json.dumps([compare(before, after).as_json(), after.as_json()])
    for name in ("MALLORY", "alice", "trudy", "EVE", "wanda", "walter", "192.0.2"):
        assert name not in told


def test_a_census_is_data() -> None:
    kind = kind_of(CAPTURE, "")
    found = census(kind, chunks(CAPTURE))
    told = json.loads(json.dumps(found.as_json()))
    assert told["streams"] == [{"packets": 20, "lost": 0, "late": 0, "jitter": 20_000}]
    assert told["counts"]["requests"] == {"INVITE": 3}
    assert found == census(kind, chunks(CAPTURE, 7))


def test_files_together() -> None:
    one = Census({"lines": {"all": 5}, "longest silence": {"between lines": 7}}, "x", "m", (MediaStream(1, 2, 3, 4),))
    two = Census({"lines": {"all": 2, "blank": 1}, "longest silence": {"between lines": 3}}, "y", "n", full=True)
    both = total([one, two])
    assert both.counts == {"lines": {"all": 7, "blank": 1}, "longest silence": {"between lines": 7}}
    assert both.full
    assert both.streams == one.streams
    assert compare(both, total([two, one])).differences == (
        Difference("the same", SHAPE, 1, 0),
        Difference("the same", MEDIA, 1, 0),
    )


class Bag:
    """Holds a log for each piece of what it is given."""

    def contents(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, object, Iterator[bytes]]]:
        return ((number, kind_of(chunk, ""), iter((chunk,))) for number, chunk in enumerate(chunks))


def test_a_file_that_holds_others() -> None:
    parts = [LOG, CAPTURE]
    assert census(Bag(), iter(parts)) == total([census(kind_of(part, ""), iter((part,))) for part in parts])


def test_what_is_no_capture() -> None:
    with pytest.raises(InputError):
        census(CaptureFile("pcap", rule_set()), chunks(b"text"))


@given(st.lists(st.binary(max_size=50) | st.sampled_from([LOG, CAPTURE[:300], *CALL])), st.booleans())
def test_any_octets(pieces: list[bytes], captured: bool) -> None:
    data = (CAPTURE[:200] if captured else b"") + b"".join(pieces)
    kind = kind_of(data, "")
    found = census(kind, chunks(data))
    assert compare(found, census(kind, chunks(data, 111))).equal
