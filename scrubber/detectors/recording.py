"""Numbers in the names of recordings, logs and bundles.

``out-15550100-1001-20250302-180312-1740938592.12.wav`` (FreePBX), ``20250302-180312-15550100-incoming-Alice.wav``
(MicroSIP), ``+15550100.log``, ``settings-1001.cfg``, per-account call records ``cdr-csv/ACCOUNT.csv`` (Asterisk).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ALNUM, word_before
from scrubber.model import Entity, Finding

RULE = "recording"

_EXTENSION = re.compile(
    rb"\.(?:wav|WAV|wav49|mp3|gsm|g722|ulaw|alaw|ul|al|sln(?:16)?|ogg|opus|m4a|amr|mp4|mkv|avi|log|txt|pcap|pcapng|cap|cfg"
    rb"|conf|ini|xml|csv|json|zip|tgz|gz|tar|bz2|db|html?|pdf|tiff?|dmp|rtp|data|meta|out)(?![0-9A-Za-z])"
)
_NAME = ALNUM + b"_+.~@-"
_DATE = re.compile(rb"(?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")
_FIELD = re.compile(rb"[^-_~.@]+")
_UNIQUE = re.compile(rb"1[0-9]{9}\.[0-9]{1,8}(?![0-9])")
_MICROSIP = re.compile(rb"[0-9]{8}-[0-9]{6}-(.{1,128})-(?:incoming|outgoing)(?:-(.{1,128}))?")
_DIALLED = re.compile(rb"\+?[0-9]{7,15}")
_SHORT = re.compile(rb"[0-9]{2,6}")
_PARTY_WORDS = frozenset(
    b"out in exten ext q rg g external internal force conf ondemand vm voicemail user users account settings support"
    b" phone agent queue group rec record recording call from to pjsua sip peer endpoint line msg mailbox box page"
    b" parked zap macro ivr dial monitor mix caller callee src dst".split()
)
"""A short number in a file name is an extension only behind one of these words or another party, else a counter."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Numbers, extensions and user names in the file names of ``data[start:end]``, in order; dates and times stay."""
    stop = len(data) if end is None else end
    reached = start
    for match in _EXTENSION.finditer(data, start, stop):
        name = word_before(data, match.start(), _NAME, 200) if match.start() > reached else b""
        first = max(reached, match.start() - len(name))
        if first < match.start():
            if data[:first].endswith(b"cdr-csv/") and not data.startswith(b"Master", first):
                yield Finding(first, match.start(), Entity.USER, RULE)
            else:
                yield from _in_name(data, first, match.start())
            reached = match.end()


def _in_name(data: bytes, first: int, last: int) -> Iterator[Finding]:
    """The findings in a file name without its extension."""
    named = _MICROSIP.fullmatch(data, first, last)
    if named is not None:
        for group in (1, 2):
            if named[group]:
                yield Finding(named.start(group), named.end(group), Entity.USER, RULE)
        return
    position = first
    party = False  # whether the fields here are the parties of a call
    while position < last:
        skipped = _DATE.match(data, position, last) or _UNIQUE.match(data, position, last)
        if skipped is not None:
            party, position = False, skipped.end()
            continue
        field = _FIELD.match(data, position, last)
        if field is None:
            position += 1
            continue
        position = field.end()
        if _DIALLED.fullmatch(field[0]) is not None:
            is_clock = len(field[0]) in (10, 13) and field[0][:1] == b"1"
            party = not is_clock
            if party:
                yield Finding(field.start(), position, Entity.NUMBER, RULE)
        elif _SHORT.fullmatch(field[0]) is None:
            party = field[0].lower() in _PARTY_WORDS
        elif party:
            yield Finding(field.start(), position, Entity.EXTENSION, RULE)
