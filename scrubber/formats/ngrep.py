"""ngrep and tcpdump text, sngrep saves: an address line above each packet, its printable bytes below.

What ngrep prints without line ends is joined before lines are read (:mod:`scrubber.payloadlines`).
"""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.formats.prefix import share
from scrubber.model import Format
from scrubber.payloadlines import is_head

_PACKET = re.compile(
    rb"[UTI] [0-9/]{10} [0-9:.]{8,15} "
    rb"|[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:.]{8,15} .* -> "
    rb"|[0-9:.]{15} (?:IP6? |[0-9a-f:]{17} > )"
)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 60 if share(head, lambda line: is_head(line) or _PACKET.match(line)) >= 2 else 0


FORMAT = Format("ngrep", "ngrep, sngrep and tcpdump text", _sniff, PLAIN.text_start, b".")
