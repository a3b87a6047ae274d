"""Which format a log is in: every format module is asked, the most confident wins, plain text is the safe fallback."""

from __future__ import annotations

from scrubber.formats import asterisk, baresip, jsonlog, kamailio, linphone, ngrep, pjsip, plain, siptext, syslog
from scrubber.model import Format, InputError
from scrubber.terminal import uncoloured

FORMATS: tuple[Format, ...] = (
    asterisk.FORMAT,
    pjsip.FORMAT,
    kamailio.FORMAT,
    syslog.FORMAT,
    baresip.FORMAT,
    linphone.FORMAT,
    jsonlog.FORMAT,
    ngrep.FORMAT,
    siptext.FORMAT,
    plain.FORMAT,
)
HEAD = 1 << 16
"""How many bytes of a file sniffing looks at."""


def sniff(head: bytes, name: str = "") -> Format:
    """The format of a file from its first bytes (UTF-8) and, as a weak hint, its name."""
    plain_head = uncoloured(head[:HEAD])
    return max(FORMATS, key=lambda fmt: fmt.sniff(plain_head, name))


def by_name(name: str) -> Format:
    """The format called ``name``; InputError when there is none."""
    for fmt in FORMATS:
        if fmt.name == name:
            return fmt
    raise InputError("no such format; one of: " + ", ".join(names()))


def names() -> list[str]:
    """Names of all formats, plain text last."""
    return [fmt.name for fmt in FORMATS]
