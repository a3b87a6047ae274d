"""PJSIP programs (MicroSIP, pjsua): ``HH:MM:SS.mmm  sender  text`` with the message lines bare below it.

Source: ``pjlib/src/pj/log.c``. Day name, date, year, level and thread may stand before or after the time.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6} )?(?:[0-9]{4}-[0-9]{2}-[0-9]{2} |[0-9]{2}/[0-9]{2}/[0-9]{4} )?"
    rb"[0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{3} {1,2}(?:[0-9]  ?)?"
    rb" {0,24}(?:(?:[A-Za-z_]{1,24}\.(?:c|cpp|m|mm)|[a-z_]{2,12}0x[0-9a-f]{4,16})(?=[ !]))?"
    rb" {0,24}[ !.]{0,12}"
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    if b"--end msg--" not in head and b"pjsua" not in head and b"sip_endpoint" not in head:
        return 0
    part = share(head, text_start)
    return max(part, 55) if part > 3 else 0


FORMAT = Format("pjsip", "PJSIP programs: MicroSIP, pjsua", _sniff, text_start)
