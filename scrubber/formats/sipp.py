"""SIPp: message, error, log and screen files of a load generator; a message between quotes behind free text."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_MARKS = re.compile(
    rb"^-{20,60} {1,2}[0-9]{4}-[0-9]{2}-[0-9]{2}[ \t][0-9:.]{8,15}"
    rb"|^(?:UDP|TCP|TLS|SCTP) message (?:sent|received) [\[(]"
    rb"|unexpected message for Call-Id '|Discarding message which can't be mapped to a known SIPp call"
    rb"|^-+ (?:Scenario|Statistics|Repartition) Screen -",
    re.MULTILINE,
)


def _sniff(head: bytes, name: str) -> int:
    del name
    return 72 if _MARKS.search(head) is not None else 0


FORMAT = Format("sipp", "SIPp message, error, log and screen files", _sniff, PLAIN.text_start)
