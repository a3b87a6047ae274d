"""What is picked out of an output for a person to look at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.file import CaptureFile
from scrubber.formats import detect
from scrubber.reports.evidence import Sights
from scrubber.reports.sights import DIALOGS, LISTED, Head, look
from scrubber.textfile import TextFile
from tests.capture import files, frames
from tests.passes import cleaned, rule_set

PLAIN = TextFile(detect.by_name("plain"))
PCAP = CaptureFile("pcap", rule_set())
INVITE = b"""\
INVITE sip:4021@pbx.example.com SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776a
From: "Alice Doe" <sip:alicedoe@pbx.example.com>;tag=1928301774
To: <sip:4021@pbx.example.com>
Call-ID: a84b4c76e66710@198.51.100.7
CSeq: 1 INVITE
User-Agent: Acme Desk 4.2
X-Acme-Route: alicedoe
Content-Length: 0

"""
NOISE = b"account alicedoe is locked\nnothing\n"


def head(data: bytes) -> Head:
    return Head(iter((data,))).filled()


def seen(data: bytes, original: bytes = b"", kind: object = PLAIN) -> Sights:
    return look(head(data), head(original), kind, rule_set())


def test_head_keeps_the_beginning_and_passes_everything() -> None:
    chunks = [b"abc", b"", b"defg", b"h"]
    kept = Head(iter(chunks), 5)
    assert list(kept) == chunks
    assert kept.kept == b"abcde"
    assert not kept.whole
    small = Head(iter(chunks))
    assert b"".join(small) == small.kept == b"abcdefgh"
    assert small.whole


def test_filled_reads_no_more_than_it_needs() -> None:
    chunks = iter([b"abc", b"def", b"never"])
    assert Head(chunks, 4).filled().kept == b"abcd"
    assert list(chunks) == [b"never"]


def test_unknown_header_fields() -> None:
    sights = seen(NOISE + INVITE + INVITE)
    assert [(each.kind, each.name, each.times, each.place) for each in sights.novelties] == [
        ("header", "X-Acme-Route", 2, 3)
    ]


def test_unknown_keys() -> None:
    text = b'{"password": "REDACTED", "widgetOwner": 1}\n{"widgetOwner": 2}\n[general]\nfrobnicator = yes\n'
    assert {(each.kind, each.name, each.times, each.place) for each in seen(text).novelties} >= {
        ("key", "widgetOwner", 2, 1),
        ("key", "frobnicator", 1, 4),
    }
    assert "password" not in {each.name for each in seen(text).novelties}


def test_rare_values() -> None:
    common = INVITE.replace(b"Acme Desk 4.2", b"Other 1.0") * 30
    rarities = {(each.kind, each.value, each.times) for each in seen(INVITE + common).rarities}
    assert ("user agent", "Acme Desk 4.2", 1) in rarities
    assert not any(value == "Other 1.0" for _, value, _ in rarities)
    alone = seen(NOISE + b'Contact: <sip:7143@qeru.invalid>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-0000>"\n')
    assert ("extension", "7143", 1) in {(each.kind, each.value, each.times) for each in alone.rarities}


def test_excerpts_show_the_output_alone() -> None:
    original = NOISE + INVITE + NOISE
    output = cleaned(original)
    sights = seen(output, original)
    texts = ["".join(piece.text for line in each.lines for piece in line) for each in sights.excerpts]
    assert len(texts) == 2
    for value in ("alicedoe", "Alice", "198.51.100.7", "a84b4c76e66710"):
        assert not any(value in text for text in texts)
    assert sum(piece.replaced for line in sights.excerpts[0].lines for piece in line) > 5
    assert all(each.compared for each in sights.excerpts)


def test_calls_come_before_other_dialogs() -> None:
    others = b"".join(
        INVITE.replace(b"INVITE", b"OPTIONS").replace(b"a84b4c", b"%06d" % number) for number in range(DIALOGS + 3)
    )
    sights = seen(others + INVITE)
    assert [each.name for each in sights.dialogs] == ["INVITE", *["OPTIONS"] * (DIALOGS - 1)]
    assert sights.more["dialogs"] == 4


def test_lists_are_bounded() -> None:
    text = b"".join(b'{"unheard%dof": 1}\n' % number for number in range(LISTED + 5))
    sights = seen(text)
    assert len(sights.novelties) == LISTED
    assert sights.more["novelties"] == 5


def test_a_capture() -> None:
    original = INVITE.replace(b"\n", b"\r\n")
    after, before = (files.pcap([frames.udp_frame(message)]) for message in (cleaned(original), original))
    sights = seen(after, before, PCAP)
    assert [(each.kind, each.name, each.place) for each in sights.novelties] == [("header", "X-Acme-Route", 1)]
    assert [each.name for each in sights.dialogs] == ["INVITE"]
    assert sights.excerpts[0].place == 1


def test_a_protocol_that_nobody_claims() -> None:
    sights = seen(files.pcap([frames.udp_frame(bytes(40))]), b"", PCAP)
    assert [(each.kind, each.place) for each in sights.novelties] == [("protocol", 1)]


def test_only_the_beginning_is_looked_at() -> None:
    long = Head(iter((NOISE * 10,)), 20).filled()
    sights = look(long, head(b""), PLAIN, rule_set())
    assert (sights.looked, sights.whole) == (20, False)


@pytest.mark.parametrize("kind", [PLAIN, PCAP, object()])
@given(data=st.binary(max_size=200), original=st.binary(max_size=200))
def test_any_octets_can_be_looked_at(kind: object, data: bytes, original: bytes) -> None:
    assert seen(data, original, kind).looked == len(data)
