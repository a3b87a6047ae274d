from __future__ import annotations

import pytest

from scrubber import rules
from scrubber.engine import scrub
from scrubber.formats import detect
from scrubber.readings.unknown import LONGEST, is_understood
from tests.passes import KEY, complete

STRICT = rules.load("strict")

UNDERSTOOD: tuple[tuple[bytes, bytes], ...] = (
    (b"Exten: s", b"Exten: s"),
    (b"Context: internal", b"Context: internal"),
    (b"Channel: PJSIP/carla-00000030", b"Channel: PJSIP/bomig-00000030"),
    (b"EventTV: 2026-11-21T17:44:59.376+0000", b"EventTV: 2026-11-21T17:44:59.376+0000"),
    (b"Uniqueid: 1795282884.0", b"Uniqueid: 1795282884.0"),
    (b"Action: PJSIPShowEndpoint", b"Action: PJSIPShowEndpoint"),
    (b"Report0HighestSequence: 35257", b"Report0HighestSequence: 35257"),
    (b" disable_direct_media_on_nat : false", b" disable_direct_media_on_nat : false"),
    (b"Action: QueueStatus", b"Action: QueueStatus"),
    (b"rtpstart = 10000", b"rtpstart = 10000"),
    (b"ptime: 20", b"ptime: 20"),
    (b"Uptime: 3 days, 4:05:06", b"Uptime: 3 days, 4:05:06"),
    (b"", b""),
)
UNKNOWN: tuple[bytes, ...] = (
    b"Quillfeather called twice",
    b"please ring 4711",
    "Frau Weißmüller".encode(),
    b"9f8a7b6c5d4e3f2a1b0c",
    b"QuillFeather",
    b"Comment: see Theodora",
    b"Theodora Quillfeather password: none",
    b"ptime: 20 for Theodora",
    b"rtpstart = 442079460958",
    b"Started: build2026-11-21x",
    b"up " * LONGEST,
)


@pytest.mark.parametrize(("old", "new"), UNDERSTOOD)
def test_lines_that_say_what_programs_say(old: bytes, new: bytes) -> None:
    assert is_understood(old, new, complete())


@pytest.mark.parametrize("line", UNKNOWN, ids=range(len(UNKNOWN)))
def test_lines_of_which_something_is_left(line: bytes) -> None:
    assert not is_understood(line, line, complete())


def test_a_strict_copy_keeps_what_is_understood() -> None:
    text = b"Event: Newexten\nChannel: PJSIP/gateway-00000030\nExten: s\nWobbling about Theodora\nContext: internal\n"
    new = scrub(text, STRICT, KEY, detect.by_name("ami")).split(b"\n")
    assert [new[0], new[1], new[2], new[4]] == [text.split(b"\n")[number] for number in (0, 1, 2, 4)]
    assert b"Theodora" not in new[3]
    assert b"Wobbling" not in new[3]


def test_what_was_suppressed_in_one_place_may_stand_in_another() -> None:
    body = b"application/dialog-info+xml, wobbling/quux"
    text = body + b"\nOPTIONS sip:pbx.example.com SIP/2.0\nAccept: " + body + b"\nContent-Length: 0\n\n"
    new = scrub(text, STRICT, KEY, detect.by_name("plain"))
    assert not new.startswith(body)
    assert b"Accept: " + body in new
