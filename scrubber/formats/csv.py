"""Tables in text: comma, semicolon, tab or pipe between values, in quotes or not, with or without names of columns."""

from __future__ import annotations

import re
from typing import Final

from scrubber.engine import PLAIN
from scrubber.model import Format

ROWS: Final = 60
_QUOTED = re.compile(rb'"(?:[^"]|"")*+"')
_TOLD: Final = frozenset(
    b" accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec"
    b" disposition amaflags uniqueid userfield calldate did recordingfile cnum cnam linkedid sequence eventtype"
    b" eventtime cid_name cid_num exten context appname appdata id uuid name number extension ext secret"
    b" password username user email mail phone mobile cell firstname lastname displayname first last title"
    b" company department city street address caller called callee calling destination source from to date time"
    b" created type status state direction mac model ip host domain port queue agent event voicemail mailbox pin"
    b" outboundcid description notes comment group enabled".split()
)
"""Names of columns in what telephone systems write and export."""
_NAME = re.compile(rb"[a-z_\x80-\xff][a-z0-9_\x80-\xff]*+(?:[ ./()#-]{1,2}[a-z0-9_\x80-\xff]++){0,4}[)#]?")
_WORD = re.compile(rb"[a-z]++")


def _sniff(head: bytes, name: str) -> int:
    first = head.lstrip()[:1]
    if first in (b"", b"<", b"{", b"[", b";", b"#") or b"SIP/2.0" in head:
        return 0
    whole = head[: head.rfind(b"\n") + 1] or head
    lines = [line for line in _QUOTED.sub(b'""', whole).replace(b"\r", b"").split(b"\n") if line.strip()][:ROWS]
    score = max((_score(lines, whole, mark) for mark in (b",", b";", b"\t", b"|")), default=0)
    if not name.lower().endswith((".csv", ".tsv")):
        return score
    return min(95, max(score, 45 if all(b"," in line or b";" in line or b"\t" in line for line in lines) else 0) + 5)


def _score(lines: list[bytes], whole: bytes, separator: bytes) -> int:
    counts = [line.count(separator) for line in lines]
    usual = max(set(counts), key=counts.count, default=0)
    if not usual or 10 * counts.count(usual) < 9 * len(counts):
        return 0
    pairs = sum(1 for line in lines for cell in line.split(separator) if b"=" in cell)
    if 3 * pairs > len(lines) * usual:
        return 0
    quoted = sum(1 for line in lines if line.count(b'""') > usual // 3)
    if _is_told(whole.split(b"\n", 1)[0], separator):
        return 90
    if usual > 3 and 10 * quoted >= 9 * len(lines):
        return 85 if len(lines) > 1 or usual > 7 else 0
    if any(cell.count(b" ") > 5 for line in lines for cell in line.split(separator)):
        return 0
    if usual > 7 or (usual > 1 and len(lines) > 4):
        return 60 if usual > 3 and len(lines) > 2 else 45
    return 60 if usual > 3 and len(lines) > 2 else 0


def _is_told(line: bytes, separator: bytes) -> bool:
    """Whether a first row names columns."""
    cells = [cell.strip(b'" \r').lower() for cell in line.split(separator)]
    if len(cells) < 2 or not all(_NAME.fullmatch(cell) for cell in cells if cell):
        return False
    return 2 * sum(1 for cell in cells if any(word in _TOLD for word in _WORD.findall(cell))) > len(cells)


FORMAT = Format(
    "csv",
    "Tables in text: call detail records, exports of accounts, contacts",
    _sniff,
    PLAIN.text_start,
    notation="csv",
)
