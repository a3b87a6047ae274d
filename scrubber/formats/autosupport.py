"""Support bundles as one text: ``autosupport`` of Digium (``digiuminfo.txt``), outputs of many commands in a row."""

from __future__ import annotations

from scrubber.engine import PLAIN
from scrubber.formats.prefix import marked
from scrubber.model import Format

_MARKS = (
    b"autosupport",
    b"ifconfig",
    b"dmidecode",
    b"iptables",
    b"/proc/",
    b"core show channels",
    b"ps aux",
    b"uname -a",
    b"pjsip show",
    b"dahdi",
)


def _sniff(head: bytes, name: str) -> int:
    named = "digiuminfo" in name.lower() or "digium-info" in name.lower()
    return 80 if (named and marked(head, _MARKS, 2)) or marked(head, _MARKS, 5) else 0


FORMAT = Format("autosupport", "Digium autosupport texts", _sniff, PLAIN.text_start)
