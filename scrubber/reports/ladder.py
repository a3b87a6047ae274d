"""Call ladders: the messages of a call as arrows between its ends, the way engineers read a trace, as SVG.

A drawing is a text of its own: no script, no style sheet, no reference to anything outside. Colours are those of the
page around it where that names them (``--paper``, ``--soft``, ``--line``, ``--good-line``, ``--bad-line``), else what
goes with its ink in light and dark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from scrubber.heard import Heard
from scrubber.reports import synopsis
from scrubber.reports.synopsis import Description, Synopsis

DIALOGS = 100
"""Calls that are drawn."""
MESSAGES = 120
"""Messages of a call that are drawn."""
COLUMNS = 8
"""Ends of a call that have a column of their own; all others share the last one."""
LONGEST = 128
"""Characters of anything that is quoted."""

HERE = "this side"
"""The end that a log does not name, because its own program is meant."""
SOMEWHERE = "not told"
"""An end that nobody names."""
OTHERS = "other ends"

_DAY = 86_400
_METHOD, _FORMATS, _NOTE = 16, 8, 400
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Rung(NamedTuple):
    """One message as it is drawn."""

    place: int
    """Line or frame."""
    time: float | None
    source: int
    """The column it leaves."""
    target: int
    label: str
    """The method, or the status and its reason."""
    sequence: str
    """CSeq."""
    note: str
    """What its session description says."""
    sort: str
    """``request``, or the first digit of the status code."""
    again: bool
    """Whether the same message was there before."""
    late: bool
    """Whether a later one of its sender was there before."""


class Dialog(NamedTuple):
    """The messages of one Call-ID."""

    number: int
    """By first appearance, from 1."""
    name: str
    """The method it begins with."""
    call_id: str
    columns: tuple[str, ...]
    rungs: tuple[Rung, ...]
    more: int
    """Messages that are left out."""


class Ladder(NamedTuple):
    """The calls of a file."""

    dialogs: tuple[Dialog, ...]
    more: int
    """Calls that are left out."""


def ladder(heard: Iterable[Heard], most: int = DIALOGS) -> Ladder:
    """The calls among messages, in the order of their beginning; those without Call-ID are one call.

    Memory is bounded: no more is held than what is drawn, and a number for each call that is left out.
    """
    calls: dict[bytes, _Call] = {}
    left: set[int] = set()
    for one in heard:
        told = synopsis.read(one.message)
        call = calls.get(told.call_id)
        if call is None:
            if len(calls) >= most:
                if len(left) < _COUNTED:
                    left.add(hash(told.call_id))
                continue
            call = calls[told.call_id] = _Call(told)
        call.add(one, told)
    return Ladder(tuple(call.dialog(number) for number, call in enumerate(calls.values(), 1)), len(left))


def dialogs(heard: Iterable[Heard], most: int = DIALOGS) -> Iterator[Dialog]:
    """As :func:`ladder`, without how many calls are left out."""
    return iter(ladder(heard, most).dialogs)


_COUNTED = 1 << 16
"""Calls that are left out and told from each other."""


class _Call:
    """A call while its messages come; of these no more is held than is drawn."""

    def __init__(self, told: Synopsis) -> None:
        self._name = _shown(told.method) or "?"
        self._call_id = _shown(told.call_id)
        self._columns: dict[str, int] = {}
        self._rungs: list[Rung] = []
        self._seen: set[int] = set()
        self._highest: dict[int, int] = {}
        self._more = 0

    def add(self, heard: Heard, told: Synopsis) -> None:
        """One more message."""
        if len(self._rungs) >= MESSAGES:
            self._more += 1
            return
        ends = _ends(heard, told)
        source, target = map(self._column, ends)
        key = hash((*told[:8], *ends))
        again = bool(told.branch) and key in self._seen
        self._seen.add(key)
        late = False
        if not told.status:
            sender = hash(told.from_tag)
            highest = self._highest.get(sender, 0)
            late = told.number < highest and not again
            self._highest[sender] = max(told.number, highest)
        said = _label(told), _sequence(told), "; ".join(map(_media, synopsis.descriptions(told)))[:_NOTE]
        sort = told.status[:1].decode() or "request"
        self._rungs.append(Rung(heard.place, heard.time, source, target, *said, sort, again, late))

    def dialog(self, number: int) -> Dialog:
        """What there is."""
        return Dialog(number, self._name, self._call_id, tuple(self._columns), tuple(self._rungs), self._more)

    def _column(self, end: str) -> int:
        if end not in self._columns and len(self._columns) >= COLUMNS - 1:
            end = OTHERS
        return self._columns.setdefault(end, len(self._columns))


def _ends(heard: Heard, told: Synopsis) -> tuple[str, str]:
    """The names of both ends. Where a trace names none of them, the Via field tells who asks."""
    source, target = _shown(heard.source), _shown(heard.destination)
    if source or target:
        return source or HERE, target or HERE
    asking = _shown(synopsis.sent_by(told.via)) or HERE
    return (SOMEWHERE, asking) if told.status else (asking, SOMEWHERE)


def _label(told: Synopsis) -> str:
    return f"{_shown(told.status)} {_shown(told.reason)}".rstrip() if told.status else _shown(told.method) or "?"


def _sequence(told: Synopsis) -> str:
    if told.number < 0:
        return ""
    return f"{told.number} {_shown(told.method)[:_METHOD]}".rstrip() if told.status else str(told.number)


def _media(description: Description) -> str:
    where = ":".join(part for part in (_shown(description.address), _shown(description.port)) if part)
    codecs = " ".join(map(_shown, description.formats[:_FORMATS])) + (
        " …" if len(description.formats) > _FORMATS else ""
    )
    direction = "" if description.direction == b"sendrecv" else _shown(description.direction)
    words = (_shown(description.kind), where, codecs, direction)
    return " ".join(word for word in words if word)


def _shown(value: bytes) -> str:
    """Octets of a message as a text: bounded, without anything that is not seen or turns what is seen."""
    text = value[: 4 * LONGEST].decode("utf-8", "replace")[:LONGEST]
    return "".join("�" if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in text)


# --- drawing

_GAP, _NARROW, _MANY = 250, 190, 4
"""Between two columns, and when there are many."""
_MARGIN, _BESIDE, _TIMES = 124, 320, 120
"""Beside the outer columns, the most beside the last one for what stands there, and where times stand."""
_HEAD, _ROW, _NOTED = 46, 34, 50
_SIZE, _WIDE = 12, 7.3
"""The size of the letters, and what one of them takes at most."""
_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_INK, _SOFT = "currentColor", "var(--soft, GrayText)"
_COLOURS = {
    "request": _INK,
    "1": _SOFT,
    "2": "var(--good-line, light-dark(#1a7f4b, #6bcf95))",
    **dict.fromkeys("3456", "var(--bad-line, light-dark(#b8322a, #ff8a8a))"),
}


def svg(dialog: Dialog, prefix: str = "ladder") -> str:
    """The drawing of a call; ``prefix`` and its number make the ids of the drawing, which a page needs to be different.

    The same call gives the same text.
    """
    sheet = _Sheet(dialog)
    body: list[str] = []
    height = float(_HEAD)
    before: float | None = None
    for rung in dialog.rungs:
        height += _NOTED if rung.note else _ROW
        at = height - (16 if rung.note else 0)
        body.append(sheet.rung(rung, at, before))
        before = rung.time if rung.time is not None else before
    if dialog.more:
        height += _ROW
        said = f"… {dialog.more} more {'message is' if dialog.more == 1 else 'messages are'} not drawn"
        body.append(_backed(_TIMES, height, said, _SOFT, "start", ""))
    height += 18
    name = _quoted(f"{prefix}-{dialog.number}")
    count = len(dialog.rungs) + dialog.more
    title = f"Call {dialog.number}: {dialog.name}, {count} {'message' if count == 1 else 'messages'}"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{height:g}" ',
            f'viewBox="0 0 {sheet.width} {height:g}" role="img" ',
            f'aria-labelledby="{name}-title {name}-desc" ',
            f'font-family="{_quoted(_FONT)}" font-size="{_SIZE}" fill="{_INK}">',
            f'<title id="{name}-title">{_quoted(title)}</title>',
            f'<desc id="{name}-desc">{_quoted(_described(dialog))}</desc>',
            *sheet.columns(height),
            *body,
            "</svg>",
        )
    )


class _Sheet:
    """Where the columns of a call stand."""

    def __init__(self, dialog: Dialog) -> None:
        self._ends = dialog.columns
        self._gap = _NARROW if len(dialog.columns) > _MANY else _GAP
        last = self._place(max(len(dialog.columns) - 1, 1))
        rights = (self._place(min(rung[2:4])) + 20 + _length(rung.note) * _WIDE for rung in dialog.rungs)
        beside = last + min(max(max(rights, default=0) - last, _MARGIN), _BESIDE)
        loops = (rung for rung in dialog.rungs if rung.source == rung.target)
        turning = (beside, *(self._place(rung.source) + 40 + _length(self._looped(rung)) * _WIDE for rung in loops))
        self.width = int(max(turning))

    def _looped(self, rung: Rung) -> str:
        """What an arrow says that comes back to where it began."""
        return _fitted(rung.label, self._gap - 50, _behind(rung))

    def _place(self, column: int) -> int:
        return _TIMES + _MARGIN + self._gap * column

    def columns(self, height: float) -> Iterator[str]:
        """The ends and their lines."""
        for column, end in enumerate(self._ends):
            x = self._place(column)
            yield f'<line x1="{x}" y1="30" x2="{x}" y2="{height:g}" stroke="var(--line, #8a94a0)"/>'
            yield _text(x, 20, _squeezed(end, self._gap - 14), _INK, anchor="middle", weight="600")

    def rung(self, rung: Rung, y: float, before: float | None) -> str:
        """One arrow, what it says, and when."""
        colour = _COLOURS.get(rung.sort, _INK)
        start, end = self._place(rung.source), self._place(rung.target)
        low, high = min(start, end), max(start, end)
        weight = "" if rung.sort == "1" else "600"
        if start == end:
            path, turn = f"M{start} {y - 9:g} h26 v9 h-19", 1
            label = _backed(start + 34, y - 2, self._looped(rung), colour, "start", weight)
        else:
            turn = -1 if end > start else 1
            path = f"M{start} {y:g} H{end + 7 * turn}"
            text = _fitted(rung.label, high - low - 20, _behind(rung))
            label = _backed((low + high) / 2, y - 6, text, colour, "middle", weight)
        dashes = ' stroke-dasharray="5 4"' if rung.again else ""
        pieces = [
            _timed(rung, y, before),
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>',
            f'<path d="M{end} {y:g} l{9 * turn} -4.5 v9 z" fill="{colour}"/>',
            label,
        ]
        if rung.note:
            text = _fitted(rung.note, self.width - low - 20)
            pieces.append(_backed(low + 10, y + 14, text, _SOFT, "start", ""))
        return "<g>" + "".join(pieces) + "</g>"


def _behind(rung: Rung) -> str:
    """What stands behind the label of an arrow, however short that is cut."""
    sequence = f" · {rung.sequence}" if rung.sequence else ""
    return sequence + (" (again)" if rung.again else "") + (" (late)" if rung.late else "")


def _timed(rung: Rung, y: float, before: float | None) -> str:
    if rung.time is None:
        return _text(_TIMES - 14, y + 4, f"#{rung.place}", _SOFT, anchor="end")
    clock = _text(_TIMES - 14, y - 3, _clock(rung.time), _INK, anchor="end")
    if before is None:
        return clock
    return clock + _text(_TIMES - 14, y + 11, f"{rung.time - before:+.3f} s", _SOFT, anchor="end", size=10)


def _clock(time: float) -> str:
    thousandths = round(time * 1000)
    seconds, thousandth = divmod(thousandths, 1000)
    seconds %= _DAY
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandth:03}"


def _backed(x: float, y: float, text: str, colour: str, anchor: str, weight: str) -> str:
    """A text in front of the lines that it crosses."""
    wide = _length(text) * _WIDE + 6
    left = x - 3 - (wide / 2 - 3 if anchor == "middle" else 0)
    paper = f'<rect x="{left:g}" y="{y - 11:g}" width="{wide:g}" height="14" fill="var(--paper, Canvas)"/>'
    return paper + _text(x, y, text, colour, anchor=anchor, weight=weight)


def _text(  # noqa: PLR0913 - the attributes of a text
    x: float, y: float, text: str, colour: str, *, anchor: str = "start", weight: str = "", size: int = _SIZE
) -> str:
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' font-weight="{weight}"' if weight else ""
    more += f' font-size="{size}"' if size != _SIZE else ""
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{more}>{_quoted(text)}</text>'


def _length(text: str) -> int:
    """Columns of a fixed-width font that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _fitted(text: str, room: float, behind: str = "") -> str:
    """As much of a text as there is room for before what has to stand ``behind`` it."""
    most = max(int(room / _WIDE) - len(behind), 4)
    if _length(text) <= most:
        return text + behind
    while text and _length(text) >= most:
        text = text[:-1]
    return text.rstrip() + "…" + behind


def _squeezed(text: str, room: float) -> str:
    """As much of an end as there is room for: its beginning, and its end with the port."""
    most = int(room / _WIDE)
    half = most // 2
    return text if _length(text) <= most else f"{text[: half - 1]}…{text[-half:]}"


def _described(dialog: Dialog) -> str:
    """The call in words, for those who do not see the drawing."""
    lines = []
    for rung in dialog.rungs:
        when = "" if rung.time is None else _clock(rung.time) + " "
        ends = f"{dialog.columns[rung.source]} to {dialog.columns[rung.target]}"
        marks = (", again" if rung.again else "") + (", late" if rung.late else "")
        lines.append(f"{when}{ends}: {rung.label} {rung.sequence}{marks}")
    return ". ".join([*lines, f"{dialog.more} more" if dialog.more else ""]).strip(" .") + "."


def _quoted(text: str) -> str:
    return escape(_XML.sub("�", text), quote=True)


__all__ = ["COLUMNS", "DIALOGS", "MESSAGES", "Dialog", "Ladder", "Rung", "dialogs", "ladder", "svg"]
