"""Lines of chats that somebody exported or copied: who wrote, and what.

WhatsApp and Signal (``[21.11.26, 10:15:02] Name: text``, ``21/11/2026, 10:15 - Name: text``), Skype (the same without
the comma), Telegram (``Name, [21.11.2026 10:15]``), Teams and Slack (``[10:15] Name``, ``Name  10:15 AM``), Discord
(``Name — 21.11.2026 10:15``). No document says how they are written; the layouts are those of the programs' exports.
Nothing asked here depends on the digits of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import COLON
from scrubber.model import Entity, Finding

RULE = "chat"

_MARK = rb"(?:\xe2\x80[\x8e\x8f\xaa-\xae]){0,2}"
"""Marks of direction, which telephones put before nearly everything."""
_DAY = rb"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}"
_TIME = rb"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?:(?: |\xe2\x80\xaf|\xc2\xa0)?[AaPp]\.?[Mm]\.?)?"
_NAME = rb"[^\s:\[\]{}<>\"=|/\\][^:\[\]{}<>\"=|\r\n\t/\\]{0,62}?"
_PARTICLE = (
    rb"(?: (?:a[fl]|av|bin|d[aei]|de[lnr]|della|do|dos|du|e[ln]|ibn|l[ae]|of|te[nr]|van|von|y|zu[mr]?)(?![a-z])){0,3}"
)
_PERSON = (
    rb"[A-Z\x80-\xff][A-Za-z\x80-\xff.'-]{0,31}(?:"
    + _PARTICLE
    + rb" \(?[A-Z\x80-\xff][A-Za-z\x80-\xff.')-]{0,31}){1,4}"
)
"""Words with a capital: ``[10:15] Call ended`` says what happened."""
_SOMEBODY = (
    rb"[A-Z\x80-\xff][A-Za-z\x80-\xff.'-]{0,31}(?:"
    + _PARTICLE
    + rb" \(?[A-Z\x80-\xff][A-Za-z\x80-\xff.')-]{0,31}){0,4}"
)
_SAID = re.compile(
    _MARK
    + rb"(?:\["
    + _DAY
    + rb", "
    + _TIME
    + rb"\]|"
    + _DAY
    + rb", "
    + _TIME
    + rb" -) "
    + _MARK
    + rb"~?(?: |\xe2\x80\xaf|\xc2\xa0)?(?P<name>"
    + _NAME
    + rb"): (?P<text>[^\r\n]{1,8192})"
)
_SKYPE = re.compile(
    rb"\[[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4},? "
    + _TIME
    + rb"\] (?P<name>"
    + _PERSON
    + rb"): (?P<text>[^\r\n]{1,8192})"
)
_HEADED = (
    re.compile(rb"(?P<name>" + _NAME + rb"), \[" + _DAY + rb",? " + _TIME + rb"\]:?\s{0,4}\Z"),
    re.compile(rb"\[(?:(?:" + _DAY + rb"|[A-Z][a-z]{2,9}),? )?" + _TIME + rb"\] (?P<name>" + _PERSON + rb")\s{0,4}\Z"),
    re.compile(rb"(?P<name>" + _PERSON + rb")(?:  | \[)" + _TIME + rb"\]?\s{0,4}\Z"),
    re.compile(
        rb"(?P<name>"
        + _SOMEBODY
        + rb")(?:, | \(| - | at | wrote at |, on )(?:"
        + _DAY
        + rb",? (?:at )?)?"
        + _TIME
        + rb"\)?:\s{0,4}\Z"
    ),
    re.compile(
        rb"(?P<name>"
        + _NAME
        + rb") (?:\xe2\x80\x94|\xe2\x80\x93) (?:"
        + _DAY
        + rb"|(?:Today|Yesterday) at) "
        + _TIME
        + rb"\s{0,4}\Z"
    ),
)
"""Lines that only say who wrote what follows."""
_SPEAKING = (
    re.compile(rb"(?:(?:" + _DAY + rb",? )?" + _TIME + rb"|\[" + _TIME + rb"\]):? (?P<name>" + _SOMEBODY + rb"): \S"),
    re.compile(
        rb"(?:(?:" + _DAY + rb",? )?" + _TIME + rb"|\[" + _TIME + rb"\]) "
        rb"<[ @+%~&]?(?P<name>[A-Za-z\x80-\xff][A-Za-z0-9\x80-\xff_.|^`-]{1,31})> \S"
    ),
    re.compile(rb"(?P<name>" + _SOMEBODY + rb") [(\[](?:" + _DAY + rb",? )?" + _TIME + rb"[)\]]: \S"),
)
"""Lines that say who wrote, when, and what, in a way in which programs write, too (``[10:15] Notice: …``)."""
_CLOCK = re.compile(rb"[0-9][:.][0-9]{2}")
_LONGEST_HEAD = 160


def speaks(text: bytes) -> bool:
    """Whether a line begins like one of a chat, or of a program's log: when, who, and what."""
    return _CLOCK.search(text, 0, 128) is not None and any(pattern.match(text) for pattern in _SPEAKING)


def find(text: bytes) -> Iterator[Finding]:
    """Sender and text of a message, or the sender alone, when ``text`` is such a line."""
    if COLON not in text[:80] and b"." not in text[:80]:
        return
    if _CLOCK.search(text, 0, 128) is None:
        return
    for pattern in (_SAID, _SKYPE):
        said = pattern.match(text)
        if said is not None:
            yield Finding(*said.span("name"), Entity.NAME, RULE)
            yield Finding(*said.span("text"), Entity.TEXT, RULE)
            return
    for pattern in _SPEAKING:
        speaking = pattern.match(text)
        if speaking is not None:
            yield Finding(*speaking.span("name"), Entity.NAME, RULE)
            return
    if len(text) > _LONGEST_HEAD:
        return
    for pattern in _HEADED:
        head = pattern.match(text)
        if head is not None:
            yield Finding(*head.span("name"), Entity.NAME, RULE)
            return
