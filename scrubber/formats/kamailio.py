"""Kamailio and OpenSIPS behind syslog: script log lines, accounting lines, debug fragments in angle brackets."""

from __future__ import annotations

from scrubber.formats.prefix import share
from scrubber.formats.syslog import HOST, text_start
from scrubber.model import Format

_PROGRAMS = (b"kamailio", b"opensips", b"rtpengine[", b"rtpproxy[")


def _sniff(head: bytes, name: str) -> int:
    del name
    if not any(program in head for program in _PROGRAMS):
        return 0
    return share(head, text_start)


FORMAT = Format("kamailio", "Kamailio, OpenSIPS and rtpengine behind syslog", _sniff, text_start, host=HOST)
