"""The queue log of Asterisk: ``epoch|callid|queue|agent|EVENT|data…``; the event says what its data are.

Source: ``apps/app_queue.c`` and the documentation of ``queue_log``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, records

_HEAD: Final = (b"time", b"uniqueid", b"account", b"membername")
_DATA: Final[Mapping[bytes, tuple[bytes, ...]]] = {
    b"ENTERQUEUE": (b"url", b"number", b"position", b"displayname"),
    b"BLINDTRANSFER": (b"exten", b"context", b"duration", b"duration", b"position"),
    b"TRANSFER": (b"exten", b"context", b"duration", b"duration", b"position"),
    b"ATTENDEDTRANSFER": (b"destination_number", b"duration", b"duration", b"duration", b"position"),
    b"CONNECT": (b"duration", b"uniqueid", b"duration"),
    b"AGENTLOGIN": (b"channel",),
    b"AGENTLOGOFF": (b"channel", b"duration"),
    b"AGENTCALLBACKLOGIN": (b"exten",),
    b"AGENTCALLBACKLOGOFF": (b"exten", b"duration", b"reason"),
    b"DID": (b"did",),
    b"EXITWITHKEY": (b"dtmf", b"position", b"position", b"duration"),
}
"""Names of the data of an event; other data are read without a name, which leaves numbers of few digits alone."""
_COUNTING: Final = frozenset(
    b"ABANDON COMPLETEAGENT COMPLETECALLER EXITEMPTY EXITWITHTIMEOUT RINGNOANSWER RINGCANCELED AGENTDUMP".split()
)
_CALLS: Final = frozenset((b"NONE", b"MANAGER", b"CLI", b"REALTIME"))
"""What stands for a call where there was none: who changed the queue."""


def _line(line: bytes, cells: Cells) -> bytes:
    text = line.rstrip(b"\r\n")
    values = text.split(b"|")
    if len(values) < 5:
        return cells.denied(line)
    event = values[4]
    names = (*_HEAD, b"eventtype", *_DATA.get(event, (b"duration",) * 5 if event in _COUNTING else ()))
    new = []
    for number, value in enumerate(values):
        told = names[number] if number < len(names) else b""
        if number == 1 and value in _CALLS:
            new.append(value)
        elif number == 3 and b"/" in value:
            new.append(cells.to.text(value))
        elif told == b"duration" and not value.isdigit():
            new.append(cells.denied(value))
        else:
            new.append(cells.read(told, value).replace(b"|", b"_") if value != b"NONE" else value)
    return b"|".join(new) + line[len(text) :]


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of some lines and what becomes of them."""
    for block in records(chunks, PLAIN):
        yield block, b"".join([_line(line, cells) for line in block.splitlines(keepends=True)])
