"""linphone and belle-sip: ``YYYY-MM-DD HH:MM:SS:mmm domain-level-text``, message lines bare below."""

from __future__ import annotations

import re

from scrubber.formats.prefix import regex_start, share
from scrubber.model import Format

_PREFIX = re.compile(
    rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[:.][0-9]{3} (?:\[[0-9]{1,10}(?:/[0-9a-fx]{1,18})?\] ?)?"
    rb"(?:(?:lib)?(?:linphone|belle-sip|belle_sip|ortp|mediastreamer|bctbx|bctoolbox|belcard|belr|lime(?:-x3dh)?|flexisip)-)?"
    rb"(?:message|warning|error|debug|fatal|trace|MESSAGE|WARNING|ERROR|DEBUG|FATAL)(?:-|[ :]{1,2})"
)
text_start = regex_start(_PREFIX)


def _sniff(head: bytes, name: str) -> int:
    del name
    part = share(head, text_start)
    return max(part, 55) if part > 5 else 0


FORMAT = Format("linphone", "linphone and belle-sip logs", _sniff, text_start)
