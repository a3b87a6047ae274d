"""``token;name=value`` lists: Event, Content-Type, Reason, Subscription-State, Security-Client, access types.

The leading token names a type, a state or a protocol and stays while it looks like one (RFC 3261 section 25.1).
"""

from __future__ import annotations

import re

from scrubber.grammar import params
from scrubber.grammar.params import LIST, Table, is_token, spare
from scrubber.model import Part

_LEADING = re.compile(rb"[\s,]*+(?:([^\s;,=(\"<]++)\s*+(?!=))?")


def collect(data: bytes, start: int, end: int, table: Table, out: list[Part]) -> None:
    """Append the parts of a comma-separated list of tokens with parameters; an odd leading token is ``free``."""
    position = start
    while position < end:
        match = _LEADING.match(data, position, end)
        if match is not None:
            if match.lastindex and not is_token(data, *match.span(1)):
                spare(data, *match.span(1), out)
            position = match.end()
        if position < end and data[position] != 0x2C:
            position = params.collect(data, position, end, table, out, LIST)
        position += 1
