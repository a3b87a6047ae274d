"""FreePBX: ``freepbx.log``, ``freepbx_security.log``, PHP errors, ``freepbx_dbug`` with its printed arrays.

Source: FreePBX ``framework`` (``utility.functions.php``, ``BMO/Logger.class.php``). The source file in round brackets
is text, since modules may bear the name of their owner.
"""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_DATE = rb"20[0-9]{2}-(?:[01][0-9]|[A-Z][a-z]{2})-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
_LEVEL = rb"(?:FATAL|CRITICAL|SECURITY|SIGNATURE_UNSIGNED|UPDATE|ERROR|WARNING|NOTICE|INFO|DEBUG|ALERT|EMERGENCY|PHP)"
_PREFIX = re.compile(
    rb"\[" + _DATE + rb"\] (?:\[(?:(?:freepbx|freepbx_security|ucp|backup)\.)?" + _LEVEL + rb"\]:? |(?=[A-Z]))"
    rb"|\[PHP-[A-Z-]{3,24}\] |" + _DATE + rb"\t"
)
_ARRAY = re.compile(rb"^ {4,64}\[[^\]\r\n]{1,64}\] => |^\s{2,64}\[\"[^\"\r\n]{1,64}\"\]=>", re.MULTILINE)
_OWN = re.compile(rb"^(?:" + _PREFIX.pattern + rb")", re.MULTILINE)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    arrays = len(_ARRAY.findall(head))
    if "freepbx" in name.lower() and (arrays or _OWN.search(head)):
        return 85
    if arrays > 2 and (b"Array\n" in head or b"array(" in head or b"Array\r" in head):
        return 60
    return (
        max(50, share(head, text_start))
        if b"freepbx" in head[:4096].lower() and _OWN.search(head)
        else (66 if share(head, _PREFIX.match) >= 80 and (b"] (" in head or b".php:" in head) else 0)
    )


FORMAT = Format("freepbx", "FreePBX logs, security log and debug arrays", _sniff, text_start)
