"""User names inside paths: home folders of Linux, macOS and Windows, voicemail and mail spools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import BACKSLASH, SLASH, ordered
from scrubber.model import Entity, Finding

RULE = "home"

_UNIX = re.compile(
    rb"(?<![A-Za-z0-9_.])/(?:(?:usr|export|data|mnt|Volumes/[A-Za-z0-9_. -]{1,32})/)?(?:home|Users)/"
    rb"([^/\\\s:;,\"'<>|*?()\[\]{}$`&=]{1,64})"
)
_ESCAPED = re.compile(rb"(?i)%2F(?:home|Users)%2F([^/\\\s:;,\"'<>|*?()%&=]{1,64})")
_WINDOWS = re.compile(
    rb"(?i)(?<![A-Za-z])[A-Z]:(?:\\{1,4}|/)(?:Users|Documents and Settings)(?:\\{1,4}|/)"
    rb"([^\\/:*?\"<>|\r\n\t]{1,64}?)(?=[\\/]|[\"'<>|;,)\]]|\s|\Z)(?:(?<=[^ ]) [^\\/:*?\"<>|\r\n\t]{1,64}(?=[\\/]))?"
)
_VOICEMAIL = re.compile(rb"/voicemail/[^/\s\"']{1,64}/([^/\s\"',;:<>()]{1,64})(?=[/\s\"',;:<>()]|\Z)")
_SPOOL = re.compile(rb"/var/(?:spool/)?mail/([^/\s\"',;:<>()]{1,64})")
_PATTERNS = (
    (b"home", _UNIX),
    (b"sers", _UNIX),
    (b"%2F", _ESCAPED),
    (b"%2f", _ESCAPED),
    (b"sers", _WINDOWS),
    (b"ettings", _WINDOWS),
    (b"SERS", _WINDOWS),
    (b"/voicemail/", _VOICEMAIL),
    (b"/mail/", _SPOOL),
)
_KEPT = frozenset(
    b"public default shared all root user users guest administrator admin asterisk freeswitch kamailio opensips"
    b" linuxbrew www-data nobody me you username name home runner vagrant ubuntu debian pi centos fedora sipp".split()
)


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """User names in paths of ``data[start:end]``, in order; names that every machine has stay."""
    if SLASH not in data and BACKSLASH not in data and data.find(b"%2") < 0:
        return
    stop = len(data) if end is None else end
    patterns = dict.fromkeys(pattern for word, pattern in _PATTERNS if data.find(word) >= 0)
    if not patterns:
        return
    found = []
    for pattern in patterns:
        for match in pattern.finditer(data, start, stop):
            first = match.start(1)
            last = match.end() if pattern is _WINDOWS else match.end(1)
            name = data[first:last].rstrip(b".").lower()
            if name and name not in _KEPT and not name.startswith(b"%"):
                found.append(Finding(first, first + len(name), Entity.USER, RULE))
    yield from ordered(found)
