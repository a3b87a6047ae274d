"""fail2ban's own log: ``2025-03-02 18:03:12,345 fail2ban.actions [812]: NOTICE  [jail] Ban …``.

Source: fail2ban ``server/server.py``. The ``fail2ban`` file of FreePBX is one of Asterisk's.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9],[0-9]{3} "
    rb"fail2ban\.(?:actions?|filter[a-z]{0,10}|server|jail|transmitter|database|ipdns|observer|asyncserver|utils|mytime)"
    rb" {0,24}\[[0-9]{1,8}\]: [A-Z]{3,8} {1,4}"
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    return share(head, text_start)


FORMAT = Format("fail2ban", "fail2ban's log of bans", _sniff, text_start)
