"""coturn: ``turn_*.log`` and ``turnserver.conf``.

``0: (812): INFO: session 001000000000000002: …`` or ``0: : session …``: seconds since the start, thread, level.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"[0-9]{1,9}: (?:\([0-9]{1,9}\))?: (?:(?:INFO|ERROR|WARNING|DEBUG|NOTICE|CRITICAL|FATAL): )?"
    rb"(?:session [0-9]{18}: )?"
)
_KEYS = re.compile(
    rb"^#? ?(?:listening-port|listening-ip|relay-ip|external-ip|lt-cred-mech|static-auth-secret|use-auth-secret"
    rb"|min-port|max-port|fingerprint|no-cli|cli-password|no-multicast-peers|user-quota|total-quota|stale-nonce)\b",
    re.MULTILINE,
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, text_start)
    if part > 40:
        return max(part, 75)
    return 95 if len(set(_KEYS.findall(head))) > 2 else 0


FORMAT = Format("coturn", "coturn: log and turnserver.conf", _sniff, text_start)
