"""Tables of consoles: a row is read by the headings above it.

Fixed columns (Asterisk ``main/cli.c``, ``channels/chan_sip.c``, ``res/res_pjsip/pjsip_cli.c``), columns between tabs
(FreeSWITCH) and between bars (``fwconsole``, ``mysql``). A heading no rule knows makes nothing of its column safe: what
is no plain word of a protocol there is replaced. Values cut to the width of their column become as much of what stands
for the whole value, when only one learned value begins like that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from scrubber.detectors import address, values
from scrubber.model import Entity, Finding, LabelRule
from scrubber.readings.rewrite import Reader
from scrubber.readings.vocabulary import is_plain
from scrubber.spans import resolve

ROWS: Final = 1 << 14
"""Lines below one row of headings that are read by them."""
LONGEST: Final = 1 << 10
RULE: Final = "table"
GUESS: Final = "fragment-table"
"""What no rule knows is replaced, but not looked for elsewhere (:data:`scrubber.readings.rewrite.GUESSES`)."""
RELEASE: Final = "table-release"
"""In place of a rule: the column of releases, which may look like addresses."""
CUT: Final = 4
"""Shorter beginnings of a value say nothing about which one it is."""

_HEADING = re.compile(rb"[A-Za-z#_/()\[\]+*&.:<>| \t\x80-\xff-]{8,1024}")
"""No digit, quote or equals sign stands among headings; bars of box drawings and other alphabets may."""
_LISTED = re.compile(rb"[a-z]{2,20}(?:_[a-z]{1,20}){0,4}(?:,[a-z]{2,20}(?:_[a-z]{1,20}){0,4}){3,48}\r?")
"""Headings with commas between, as FreeSWITCH prints them above its rows."""
OUTPUT = b"Output: "
"""Before each line of a command's output in the manager interface (Asterisk ``main/manager.c``)."""
_LEAD = re.compile(
    rb"Output: |[>*] |\[[a-z]{2,8}\] |[A-Za-z0-9][A-Za-z0-9._-]{0,63} [A-Za-z0-9_./-]{1,48}\[[0-9]{1,10}\]: "
    rb"| ?[A-Za-z0-9_./-]{1,48}\[[0-9]{1,10}\]: "
)
_BARS = (b"|", b"\xe2\x94\x82", b"\xe2\x94\x83")
_WORD = re.compile(rb"[^ \t]+")
_TITLE = re.compile(rb"<?([A-Za-z#\x80-\xff][A-Za-z0-9#/()_.&\x80-\xff-]*?)[.:]*>?")
_GAP = re.compile(rb"[ ]{2,}|\t")
_CELL = re.compile(rb"[^ \t]+(?: [^ \t]+)*")
_PIECE = re.compile(rb"[0-9A-Za-z\x80-\xff+%._@~'-]+")
_RULER = re.compile(rb"[\s=+|*_-]+|(?:[\s+|]|\xe2[\x94\x95].)+")
_ENDS = re.compile(
    rb"[0-9]+ [A-Za-z]|-= |[^\s*]{1,253}\*CLI>|\[[A-Z0-9]|<-{2,}|[ *]{0,8}[A-Za-z][A-Za-z0-9 .*>-]{1,30}:(?: |\Z)"
    rb"|Members:|Callers:|\S+@\S+> |LOG: [0-9]|SIP m:[0-9]|>{4,} "
)
"""What closes a table: how many rows it had, the next prompt, a line of a log."""
_SENTENCE = re.compile(rb" {0,16}[A-Za-z/]{2,20}: ")
"""One of the rows of ``pjsip show endpoints``, each of which says what it holds."""
_RELEASE = re.compile(rb"v?[0-9]{1,4}(?:[.-][0-9A-Za-z]{1,12}){0,6}")
_RELEASES = frozenset((b"version", b"release", b"firmware", b"build", b"localversion", b"onlineversion"))
_LOOKED_UP = re.compile(rb"[A-Za-z\x80-\xff]")
_INTERFACE = re.compile(rb"(?:LAN|WAN|POTS|BRI|PRI|E1|T1|E1T1|FXS|FXO|DSL)-?[0-9]{1,3}")
"""What a gateway calls its sockets."""
_FREE_OF_IDENTITY = re.compile(
    rb"\([A-Z]\)|\([a-z ]{2,16}\)|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?|\(?[A-Z][a-z-]{1,16}\)?"
    rb"|\([A-Z][A-Za-z ]{2,24}\)|[A-Z]{1,16}|[0-9]{1,3}|[0-9:.,/%-]{1,5}|[0-9]{2,3}(?::[0-9]{2}){1,2}"
    rb"|(?:eth|en[ospx]|wlan|wlp|lo|tun|br|bond|vlan)[0-9a-z.]{0,12}|[0-9]{1,9}(?:ms|s|k|b|kb|%)?|[0-9]{1,4}(?:\.[0-9]{1,6}){1,2}"
)
"""States, counters, times and releases in columns of unknown meaning; elsewhere a capitalised word may be a name."""
_PATH = re.compile(rb"/[^\s/|]{1,64}/[^\s/|]")
_PROGRAMS = frozenset((b"module", b"command", b"codec", b"format", b"application", b"function", b"uptime", b"type"))
"""Tables that open with these are about programs."""
_IDENTITIES: Final = {
    b"name": Entity.NAME,
    b"user": Entity.USER,
    b"peer": Entity.USER,
    b"aor": Entity.USER,
    b"auth": Entity.USER,
    b"mbox": Entity.USER,
    b"mailbox": Entity.USER,
    b"queue": Entity.USER,
    b"conference": Entity.USER,
    b"conferencebridgename": Entity.USER,
    b"account": Entity.USER,
    b"contact": Entity.USER,
    b"participant": Entity.USER,
    b"member": Entity.NAME,
    b"owner": Entity.USER,
    b"gateway": Entity.USER,
    b"callerid": Entity.USER,
    b"dest": Entity.USER,
    b"reguser": Entity.USER,
    b"clid": Entity.USER,
    b"registeredto": Entity.NAME,
    b"callid": Entity.CALL_ID,
    b"hash": Entity.IDENTIFIER,
}
"""Headings whose words elsewhere are those of a protocol."""
_DOUBTFUL = frozenset((b"description", b"data", b"value", b"title", b"interface", b"id", b"comment", b"info", b"text"))
"""Headings of columns that may hold anything."""
_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")


class Column(NamedTuple):
    """One column: where it begins, and what stands in it; ``known`` when a rule says so."""

    start: int
    entity: Entity | None
    rule: str
    known: bool


class Table(NamedTuple):
    """The columns, and what stands between them (nothing where they are fixed)."""

    columns: tuple[Column, ...]
    bar: bytes


def looks_like_headings(text: bytes) -> bool:
    """Whether a line can be a row of headings; few others can."""
    text = _inner(text)[1]
    if _LISTED.fullmatch(text) is not None:
        return True
    if _HEADING.fullmatch(text) is None or (not text[:1].isascii() and text[:3] not in _BARS):
        return False
    return _GAP.search(text.strip()) is not None or any(text.count(bar) > 1 for bar in _BARS)


def headings(text: bytes, lookup: Callable[[bytes], LabelRule | None]) -> Table | None:
    """The table that a row of headings opens, None when the line is none."""
    text = _inner(text)[1]
    if len(text) > LONGEST or not looks_like_headings(text) or _SENTENCE.match(text) is not None:
        return None
    if _PATH.search(text) is not None:
        return None  # a row whose words happen to be headings elsewhere
    bar = _bar(text)
    if bar == b"|":
        text = text.replace(b"||", bar)  # headings in a tracker
    titles = list(_between(text, bar) if bar else _joined(list(_titles(text)), lookup))
    named = [title for _, title in titles if title]
    if len(named) < (2 if bar else 3) or named[0].translate(_LETTERS) in _PROGRAMS:
        return None
    columns = tuple(_column(start, title, lookup) for start, title in titles)
    upper = sum(title[:1].isupper() for title in named)
    if not any(column.entity is not None for column in columns) or (not bar and upper * 2 <= len(named)):
        return None
    return Table(columns, bar)


def ends(text: bytes) -> bool:
    """Whether a line cannot be a row."""
    text = _inner(text)[1]
    return not text.strip() or len(text) > LONGEST or _ENDS.match(text) is not None


def row(text: bytes, table: Table, reader: Reader) -> bytes | None:
    """A row rewritten, its columns where they were; None when the table has no such row."""
    before, text = _inner(text)
    if table.bar and table.bar not in text and _RULER.fullmatch(text) is None:
        return None
    if _RULER.fullmatch(text) is not None:
        return before + text
    findings = reader.scanner.findings(text)
    taken = [(found.start, found.end) for found in findings]
    cut: set[int] = set()
    for start, end, of, full in _cells(text, table):
        column = of
        if column.rule == RELEASE and _RELEASE.fullmatch(text, start, end) is not None:
            findings = [found for found in findings if found.end <= start or end <= found.start]
            released = address.releases(text[start:end])
            findings += [found._replace(start=start + found.start, end=start + found.end) for found in released]
            continue
        if full:  # perhaps cut, and then nothing to look for elsewhere
            cut.add(end)
            column = column._replace(rule=GUESS)
        findings += _of_cell(text, start, end, column, taken, reader)
    return before + _put(text, resolve(findings), cut, reader)


def _inner(text: bytes) -> tuple[bytes, bytes]:
    """What a transcript, mail or syslog puts before a line, and the line."""
    lead = _LEAD.match(text)
    return (b"", text) if lead is None else (lead[0], text[lead.end() :])


def _bar(text: bytes) -> bytes:
    for bar in _BARS:
        if text.lstrip().startswith(bar) and text.count(bar) > 1:
            return bar
    if text.count(b" | ") > 1:  # psql draws no bars around a table
        return b"|"
    if _LISTED.fullmatch(text) is not None:
        return b","
    return b"\t" if text.strip().count(b"\t") > 1 else b""


def _between(text: bytes, bar: bytes) -> Iterator[tuple[int, bytes]]:
    for start, end in _spans(text, bar):
        yield start, text[start:end]


def _spans(text: bytes, bar: bytes) -> Iterator[tuple[int, int]]:
    """What stands between bars, without the blanks around it; empty cells too."""
    position = 0
    for piece in text.split(bar):
        stripped = piece.strip()
        start = position + (piece.find(stripped) if stripped else 0)
        yield start, start + len(stripped)
        position += len(piece) + len(bar)


def _titles(text: bytes) -> Iterator[tuple[int, bytes]]:
    for word in _WORD.finditer(text):
        title = _TITLE.fullmatch(word[0])
        yield word.start(), title[1] if title else b""


def _joined(
    titles: list[tuple[int, bytes]], lookup: Callable[[bytes], LabelRule | None]
) -> Iterator[tuple[int, bytes]]:
    """Headings of two words, where both together mean something."""
    position = 0
    while position < len(titles):
        start, title = titles[position]
        if position + 1 < len(titles) and titles[position + 1][0] == start + len(title) + 1:
            both = (title + titles[position + 1][1]).translate(_LETTERS)
            if both in _IDENTITIES or lookup(both) is not None:
                yield start, both
                position += 2
                continue
        yield start, title
        position += 1


def _column(start: int, title: bytes, lookup: Callable[[bytes], LabelRule | None]) -> Column:
    name = title.translate(_LETTERS, b" -_.#()")
    if name in _IDENTITIES:
        return Column(start, _IDENTITIES[name], RULE, known=True)
    if name in _RELEASES:
        return Column(start, None, RELEASE, known=True)
    if name in _DOUBTFUL:
        return Column(start, None, GUESS, known=False)
    rule = lookup(title) if _LOOKED_UP.search(title) else None
    if rule is None:
        return Column(start, None, GUESS, known=False)
    return Column(start, rule.entity, rule.id, known=not rule.measure)


def _cells(text: bytes, table: Table) -> Iterator[tuple[int, int, Column, bool]]:
    """Each cell with its column, and whether it fills it to the last byte."""
    if table.bar:
        for number, (start, end) in enumerate(_spans(text, table.bar)):
            if start < end and number < len(table.columns):
                yield start, end, table.columns[number], False
        return
    columns = table.columns
    for cell in _CELL.finditer(text):
        position = cell.start()
        while position < cell.end():
            number = _at(columns, position, cell)
            limit = columns[number + 1].start if number + 1 < len(columns) else cell.end()
            end = cell.end()
            if position < limit < end:
                blank = text.rfind(b" ", position, limit + 1)
                end = blank if blank > position else min((text.find(b" ", limit) + 1 or end + 1) - 1, end)
            yield position, end, columns[number], limit - 2 <= end <= limit and limit != cell.end()
            position = end + len(text[end : cell.end()]) - len(text[end : cell.end()].lstrip(b" "))


def _at(columns: tuple[Column, ...], position: int, cell: re.Match[bytes]) -> int:
    """The column of what begins at a position; figures may stand to the right of their column."""
    number = max((index for index, column in enumerate(columns) if column.start <= position), default=0)
    following = number + 1
    if following < len(columns) and cell[0].isdigit() and cell.end() > columns[following].start:
        return following
    return number


def _of_cell(
    text: bytes, start: int, end: int, column: Column, taken: list[tuple[int, int]], reader: Reader
) -> Iterator[Finding]:
    """What is sensitive in a cell beyond what any text shows."""
    if _INTERFACE.fullmatch(text, start, end) is not None:
        return
    if column.entity is None:
        if not column.known:
            yield from _of_unknown(text, start, end, taken, reader)
        return
    if _FREE_OF_IDENTITY.fullmatch(text[start:end]) is not None and not _named(text[start:end], column, reader):
        return
    position = start
    for piece in text[start:end].split(b"/") if column.entity is Entity.USER else (text[start:end],):
        last = position + len(piece)
        span = values.checked(text, position, last, column.entity)
        if span is not None and _is_vocabulary(text[span.start : span.end], column, reader):
            span = None
        if span is not None and not any(a <= span.start and span.end <= b for a, b in taken):
            yield Finding(span.start, span.end, column.entity, column.rule)
        position = last + 1


def _is_vocabulary(value: bytes, column: Column, reader: Reader) -> bool:
    """Whether a name is made of words of protocols alone, such as that of a profile: ``external-ipv6``."""
    if column.entity is not Entity.NAME or b"-" not in value:
        return False
    return all(is_plain(word, reader.rules.stop_words) for word in value.split(b"-"))


def _named(piece: bytes, column: Column, reader: Reader) -> bool:
    """Whether a capitalised word, or a number that names someone, stands where identities, places and secrets do."""
    if column.entity in (Entity.SECRET, Entity.LOCATION) or (len(piece) > 2 and piece.isdigit()):
        return True
    if not piece.istitle():
        return False
    return column.entity is Entity.NAME or (
        column.entity is Entity.USER and not is_plain(piece, reader.rules.stop_words)
    )


def _of_unknown(text: bytes, start: int, end: int, taken: list[tuple[int, int]], reader: Reader) -> Iterator[Finding]:
    if _FREE_OF_IDENTITY.fullmatch(text[start:end]) is not None:
        return
    for piece in _PIECE.finditer(text, start, end):
        first, last = piece.span()
        plain = _FREE_OF_IDENTITY.fullmatch(piece[0]) is not None and (len(piece[0]) < 4 or not piece[0].istitle())
        if plain or piece[0].lower().rstrip(b".") in reader.rules.stop_words or piece[0].startswith(b"0x"):
            continue
        if not any(a < last and first < b for a, b in taken):
            yield Finding(first, last, Entity.NAME, GUESS)


def _put(text: bytes, findings: list[Finding], cut: set[int], reader: Reader) -> bytes:
    """The row with its findings dealt with; what follows a gap stays where it was, as far as there is room."""
    out = b""
    position = 0
    shift = 0
    for found in findings:
        out, shift = _closed(out, text[position : found.start], shift)
        value = text[found.start : found.end]
        new = _whole(found, value, reader) if found.end in cut else None
        if new is None:
            new = reader.found(found.entity, value, found.rule)
        out += new
        shift += len(new) - len(value)
        position = found.end
    return _closed(out, text[position:], shift)[0]


def _closed(out: bytes, gap: bytes, shift: int) -> tuple[bytes, int]:
    """What stands between two findings, with blanks taken or given where the columns would move."""
    blanks = _GAP.search(gap) if shift else None
    if blanks is None or blanks[0] == b"\t" or (not gap[blanks.end() :].strip() and not gap.endswith(b" ")):
        return out + gap, shift
    room = blanks.end() - blanks.start()
    width = max(1, room - shift)
    return out + gap[: blanks.start()] + b" " * width + gap[blanks.end() :], shift - (room - width)


def _whole(found: Finding, value: bytes, reader: Reader) -> bytes | None:
    """As much of what stands for the one learned value that begins like this."""
    if len(value) < CUT or reader.sweep is None or not reader.replaces:
        return None
    whole = reader.sweep.longer(value)
    if whole is None:
        return None
    return reader.value(whole[0], whole[1], found.rule)[: len(value)]
