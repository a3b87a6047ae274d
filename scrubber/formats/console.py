"""The console of Asterisk and of FreeSWITCH: prompts, commands, tables of peers, endpoints, channels, queues, hints."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_PROMPT = re.compile(rb"^\S{1,253}\*CLI> |^freeswitch@\S{1,253}> ", re.MULTILINE)
_HEADINGS = re.compile(
    rb"^(?:Name/username {2,}Host|Channel {2,}(?:Location|Context)| Endpoint: {1,4}<Endpoint/CID|Host {2,}dnsmgr"
    rb"| <Registration/ServerURI|Context {2,}Mbox|No\. {2,}Timestamp|Username {2,}Host| {1,4}Contact: {1,4}<Aor/"
    rb"|\[ Context '| *Extension +Hint|Peer {2,}User/ANR)",
    re.MULTILINE,
)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 58 if _PROMPT.search(head) or _HEADINGS.search(head) else 0


FORMAT = Format("console", "Asterisk and FreeSWITCH console sessions and tables", _sniff, PLAIN.text_start)
