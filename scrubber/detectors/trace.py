"""Address pairs above the packets of text traces: tcpdump writes the port behind a fifth dot.

``IP 192.0.2.1.5060 > 198.51.100.7.5071: SIP``, ``IP6 2001:db8::1.5060 > …``; tcpdump ``print-ip.c``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.model import Entity, Finding

RULE = "trace"

_PAIR = re.compile(
    rb"(?<![0-9A-Za-z.])([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{2,38})"
    rb"\.(?:[0-9]{1,5}|[a-z][a-z0-9-]{1,15})(?= > |: |:$|,| |$)"
)


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Addresses with a port behind a dot in ``data[start:end]``, in lines that show a direction."""
    if data.find(b" > ") < 0:
        return
    for match in _PAIR.finditer(data, start, len(data) if end is None else end):
        text = match[1]
        entity = Entity.IPV6 if b":" in text else Entity.IPV4
        # A time of day with milliseconds has colons too.
        if entity is Entity.IPV4 or b"::" in text or text.count(b":") == 7:
            yield Finding(*match.span(1), entity, RULE)
