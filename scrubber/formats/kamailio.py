"""Kamailio and OpenSIPS behind syslog: script log lines, accounting lines, debug fragments in angle brackets."""

from __future__ import annotations

from scrubber.formats.prefix import share
from scrubber.formats.syslog import HOST, text_start
from scrubber.model import Format


def _sniff(head: bytes, name: str) -> int:
    del name
    if b"kamailio" not in head and b"opensips" not in head:
        return 0
    return share(head, text_start)


FORMAT = Format("kamailio", "Kamailio and OpenSIPS syslog", _sniff, text_start, host=HOST)
