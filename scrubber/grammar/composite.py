"""Names made of another identity, whose pseudonym stands inside theirs: what is one outside of them is one in them.

A telephone that is called by its hardware address (``SEP00005E005301``, Cisco), and the unique identifier of a channel
(``[SYSTEM-]SECONDS.COUNT``, Asterisk ``main/channel.c``), in which the seconds are a time and stay or move like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

Map = Callable[[bytes], bytes]

_PHONE = re.compile(
    rb"((?i:sep|cfg|(?:ata|vgc?|an)(?=[0-9]{0,11}[a-f])))([0-9A-F]{12}|[0-9a-f]{12})((?:[_.-][0-9]{1,2})?)"
)
_UNIQUE = re.compile(rb"(?:([A-Za-z0-9._-]{1,64})-)?(1[0-9]{9}\.[0-9]{1,9})")
NO_SYSTEM: Final = frozenset(
    b"asterisk freeswitch log full debug messages console rec record recording call channel uniqueid linkedid id core"
    b" msg message monitor mixmonitor auto bridge queue queue_log conf vm dump trace backup unknown".split()
)
"""What else stands before the seconds of a file or an identifier."""


def phone(value: bytes, mac: Map) -> bytes | None:
    """The name of a telephone with its hardware address replaced; None for any other value."""
    match = _PHONE.fullmatch(value)
    return None if match is None else match[1] + mac(match[2]) + match[3]


def unique(value: bytes, host: Map) -> bytes | None:
    """The identifier of a channel with the name of its system replaced; None for any other value."""
    match = _UNIQUE.fullmatch(value)
    if match is None or match[1] is None or match[1].lower() in NO_SYSTEM:
        return None if match is None else value
    return host(match[1]) + b"-" + match[2]


def is_moment(value: bytes) -> bool:
    """Whether an identifier of a channel names no system, and so says no more than when and the how-manieth."""
    match = _UNIQUE.fullmatch(value)
    return match is not None and match[1] is None
