"""Vega gateways: ``show support``, traces of the user agent (``SIP m:… UA RX``), ``LOG:`` entries, ISDN traces."""

from __future__ import annotations

import re

from scrubber.formats.prefix import marked, regex_start
from scrubber.model import Format

_PREFIX = re.compile(
    rb"LOG: [0-9]{2}/[0-9]{2}/20[0-9]{2} [0-9:.]{8,15} (?=[A-Z_]{2,12} )"
    rb"|SIP m:[0-9]{1,9} [0-9]{1,6} (?=[0-9]{1,6}[<-])"
)
_UA = re.compile(rb"^SIP m:[0-9]{1,12} [0-9]{1,6} [0-9]{1,6}<?-{1,3} UA [RT]X", re.MULTILINE)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    if _UA.search(head):
        return 85
    return 80 if marked(head, (b">>>>>>>> SHOW", b"VEGA", b"Serial #", b"\nLOG: ", b"[.lan", b"[.sip")) else 0


FORMAT = Format("vega", "Sangoma Vega gateways: show support, traces and logs", _sniff, text_start)
