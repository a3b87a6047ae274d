"""Dialled digits as programs log them: one digit a line, or a whole PIN at once.

Asterisk ``main/channel.c``, ``res/res_rtp_asterisk.c``, ``channels/iax2/parser.c``, ``apps/app_read.c``; pjsua;
baresip; linphone; FreeSWITCH. Every digit is found by itself, so that a PIN spread over many lines needs no memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ordered
from scrubber.model import Entity, Finding

RULE = "dtmf"

_ONE = rb"([0-9A-D*#])(?![0-9A-Za-z.:-])"
_MANY = rb"([0-9A-D*#]{1,64})(?![0-9A-Za-z*#%_-])"
_PATTERNS: tuple[tuple[bytes, re.Pattern[bytes]], ...] = tuple(
    (word, re.compile(pattern))
    for word, pattern in (
        # Asterisk: DTMF begin '5' received on …, DTMF end accepted without begin '5' on …
        (b"dtmf", rb"(?i:dtmf (?:begin|end))[a-z ]{0,40}'([0-9A-Da-d*#])'"),
        # Asterisk RTP debug: the code of the character, then the character
        (b"dtmf", rb"(?i:dtmf) (?:Frame|Event|digit)?[:=]? ?([0-9]{1,3}) ?\(([0-9A-Da-d*#])\)"),
        # Call 1 dialing DTMF 123#, Sending DTMF '5', RTP RECV DTMF 5:640, Got DTMF 5, DTMF: 5, DTMF-Digit: 5
        (b"dtmf", rb"(?i:dtmf)[ \t]?[:=]?[ \t]{0,4}['\"<]?" + _MANY),
        # Incoming DTMF on call 0: 5, Received DTMF event 5, Sending DTMF digit id 5, send DTMF digit end: '5'
        (
            b"dtmf",
            (
                rb"(?i:dtmf[ -](?:on call [0-9]{1,6}|digits?(?: id)?(?: end)?|event|signal|tone|key|code|string)"
                rb"(?: (?:received|sent|detected|pressed|is))?)[ \t]?[:=]?[ \t]{0,4}['\"<]?" + _MANY
            ),
        ),
        # DTMF … digit '5', … dtmf … key=5
        (b"dtmf", rb"(?i:dtmf)[^'\"]{0,80}(?i:digit|key|event|signal)[ \t]?[:=]?[ \t]?['\"]([0-9A-D*#]{1,32})['\"]"),
        (b"dtmf", rb"(?i:dtmf)[^=]{0,60}(?i:\bkey|\bsignal|\bdigit)=([0-9A-D*#]{1,32})(?![0-9A-Za-z])"),
        # INFO DTMF(5), send_dtmf(123), SendDTMF("channel", "123")
        (b"dtmf", rb"(?i:[ _]|send|play)(?i:dtmf)\((?:\"[^\"]{0,128}\", ?\")?([0-9A-DwW*#]{1,64})(?=[@,\")])"),
        # IAX2: the subclass of a DTMF frame
        (b"dtmf", rb"Type: DTMF(?:_[A-Z])? {1,8}Subclass: ([0-9A-D*#])(?![0-9A-Za-z])"),
        # Body of an INFO request (application/dtmf-relay)
        (b"signal", rb"(?i)(?:^|[\s\\#n])Signal[ \t]{0,4}=[ \t]{0,4}([0-9A-D*#]{1,2})(?![0-9A-Za-z])"),
        # Digit: 5 (manager interface), "digit":"5" (REST interface), digit '5'
        (
            b"digit",
            rb"(?i)(?:^|[\s\\\"'n])digit[\"']?(?: received| pressed| id)?[ \t]?[:=]?[ \t]?[\"']?" + _ONE,
        ),
        # Asterisk: the first octet of the RFC 2833 event word is the digit (10 is the star, 11 the square)
        (b"event", rb"event 0([0-9a-f])[0-9a-f]{6}(?![0-9a-f])"),
        (b"event", rb"(?i)received event:? ?'?([0-9A-D*#])'?(?=[ ,.(]|\Z)"),
        (b"telev", rb"telev: [a-z ,:']{0,40}'?([0-9A-D*#])'?(?![0-9A-Za-z])"),
        # Applications that print or are given a whole PIN
        (b"entered", rb"(?i)\b(?:user|caller|subscriber) entered ['\"]([0-9A-D*#]{1,64})['\"]"),
        (b"entered", rb"(?i)\bentered (?:card|pin|code|password|digits?|number)[ :=]{1,2}['\"]?([0-9A-D*#]{1,64})"),
        (b"uthenticate", rb"Authenticate\((?:\"[^\"]{0,128}\", ?\")?([0-9*#]{1,32})(?=[,\")])"),
        (b"password", rb"got bad password ([0-9*#]{1,32})(?![0-9A-Za-z])"),
    )
)
"""A lower-case word without which the pattern cannot match; every group of the pattern is dialled digits."""
_WORDS = tuple(dict.fromkeys(word for word, _ in _PATTERNS))


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Dialled digits in ``data[start:end]``, in order; the span is the digits alone, for RFC 2833 one half octet."""
    stop = len(data) if end is None else end
    if not _may_hold(data):
        return
    text = data[start:stop].lower()
    found = []
    present = {word for word in _WORDS if text.find(word) >= 0}
    for word, pattern in _PATTERNS:
        if word not in present:
            continue
        for match in pattern.finditer(data, start, stop):
            for group in range(1, pattern.groups + 1):
                first, last = match.span(group)
                found.append(Finding(first, last, Entity.DTMF, RULE))
    yield from ordered(found)


WORDS = (
    b"dtmf",
    b"digit",
    b"event 0",
    b"event: ",
    b"signal=",
    b"entered",
    b"authenticate",
    b"bad password",
)
"""Lower-case text of which some stands in every line with dialled digits that is a sentence."""


def _may_hold(data: bytes) -> bool:
    find_word = data.find
    return (
        find_word(b"DTMF") >= 0
        or find_word(b"igit") >= 0
        or find_word(b"dtmf") >= 0
        or find_word(b"event") >= 0
        or find_word(b"ignal") >= 0
        or find_word(b"entered") >= 0
        or find_word(b"uthenticate") >= 0
        or find_word(b"bad password") >= 0
    )
