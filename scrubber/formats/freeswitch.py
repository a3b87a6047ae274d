"""FreeSWITCH and controllers built on it: ``DATE [IDLE%] [LEVEL] file.c:line text``, sofia traces between the lines.

Source: FreeSWITCH ``src/switch_log.c``, ``mod_logfile``, ``mod_console``. With its ``uuid`` option every line begins
with the identifier of a channel; that is text and no prefix.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_LEVELS = rb"(?:CONSOLE|ALERT|CRIT|ERR|ERROR|WARNING|NOTICE|INFO|DEBUG)"
_LINE = (
    rb"20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{1,6} (?:[0-9]{1,3}\.[0-9]{1,2}% )?"
    rb"\[" + _LEVELS + rb"\] (?:[A-Za-z0-9_]{1,48}\.(?:c|cpp|h|cc):[0-9]{1,6} )?"
)
_PREFIX = re.compile(_LINE)
_UUID = rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12} "
_KNOWN = re.compile(rb"(?:" + _UUID + rb")?" + _LINE)
_TRACE = re.compile(
    rb"^(?:" + _UUID + rb")?(?:recv|send) [0-9]{1,7} bytes (?:from|to) (?:udp|tcp|tls|ws|wss|sctp)/", re.MULTILINE
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, _KNOWN.match)
    if part > 3:
        return max(part, 64)
    return 62 if _TRACE.search(head) or head.count(b"EXECUTE [depth=") > 1 else 0


FORMAT = Format("freeswitch", "FreeSWITCH logs, sofia traces and event socket texts", _sniff, text_start)
