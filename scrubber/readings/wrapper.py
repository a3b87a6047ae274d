"""What stands before every line of a text that something else shows: quote marks, an indent, ``grep``, syslog.

Many readings look at where a line begins. So a wrapper is taken off a whole stretch of lines that show it, the lines
are read without it, and it is put back: one line alone proves nothing. What could as well be content (a bar, an indent,
a word in brackets) is a wrapper only where every line of the block has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scrubber.model import Format

DEEPEST: Final = 3
"""Wrappers around wrappers."""
LEAST: Final = 3
"""Lines of a stretch."""
WHOLE: Final = 4
"""Lines of a block that has one before each of its lines."""
_TIME = (
    rb"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2}))"
)
_FILE = (
    rb"(?:(?:\.{0,2}/)?(?:[A-Za-z0-9_.+~-]{1,64}/){0,12}(?:[A-Za-z0-9_+~-]{1,64}(?:\.[A-Za-z0-9_+~-]{1,32}){0,4}\."
    rb"(?:log|txt|out|conf|cfg|err|gz|[0-9]{1,3}|csv|json|xml|ini|trace|dump|old|bak)|(?:full|messages|debug|security"
    rb"|console|verbose|syslog|queue_log|freepbx_dbug|freepbx_debug|dtmf_log|event_log))"
    rb"|(?:\.{1,2}|/(?:var|etc|tmp|home|usr|opt|root|srv|mnt|media|data|Users|private|logs?))"
    rb"/(?:[A-Za-z0-9_.+~-]{1,64}/){0,12}[A-Za-z0-9_.+~-]{1,64})"
)
_LEAD = re.compile(
    rb"(?:(?P<quote>>(?:[ ]?>){0,7}[ ]?)"
    rb"|(?P<time>"
    + _TIME
    + rb"(?: (?P<host>[A-Za-z0-9][A-Za-z0-9._-]{0,62}) (?P<program>[A-Za-z0-9_./-]{1,48})(?:\[[0-9]{1,10}\])?:"
    rb"| (?:stdout|stderr) [FP])?(?: |(?=\r?$)))"
    rb"|(?P<grep>(?![0-9.]{7,15}:)(?P<name>" + _FILE + rb")(?::[0-9]{1,9}:|-[0-9]{1,9}-|:))"
    rb"|(?P<pod>\[(?P<pods>pod/[a-z0-9./-]{1,200})\](?: |(?=\r?$))))"
)
_WHOLE = (
    re.compile(rb"(?:(?P<bar>\|) ?|(?P<mark>[*$#;-]) |(?P<indent>    |\t))"),
    re.compile(rb"(?P<name>[A-Za-z0-9_.-]{0,60}[A-Za-z0-9][_-][0-9]{1,3})(?P<gap> {1,32}\|(?: |\Z))"),
    re.compile(rb"(?P<word>\[[a-z]{2,8}\])(?: |\Z)"),
    re.compile(rb"(?P<number> {0,8}[0-9]{1,8}\t|[0-9]{1,8}:)"),
    re.compile(rb"(?P<comment>#(?![0-9#])|[;+])"),
)
_TRIMMED: Final = {b"*", b"$", b"#", b";", b"-", b"|", b"+", b""}
_TELLING = re.compile(
    rb"^(?:(?:Event|Action|Response|ActionID|Privilege): \S|/[A-Za-z][^\s:]{0,255} {0,64}: |#[0-9]{1,3} {1,3}\S"
    rb"|\s{0,64}(?:\[[^\]\n]{1,64}\]|'[^'\n]{1,64}') ?=> ?|\s{0,64}string\([0-9]{1,6}\)"
    rb"|[A-Za-z/#][A-Za-z/#(). ]{0,60}(?:  |\t)[ \t]{0,60}[A-Za-z/][A-Za-z/#(). \t]{2,200}\r?$"
    rb"|[0-9A-Fa-f.:]{7,45} \S{1,64} \S{1,64} \[[0-9]{2}/|\S{1,32}: \[[^\]\n]{1,40}\] [A-Z]{3,8} "
    rb"|(?:[A-Za-z_][A-Za-z0-9_.]{0,63} ?= ?|[A-Z][a-z][A-Za-z0-9]{0,63}: )[^\n]{1,512}"
    rb"\n(?:[A-Za-z_][A-Za-z0-9_.]{0,63} ?= ?|[A-Z][a-z][A-Za-z0-9]{0,63}: )"
    rb"|[A-Za-z_][A-Za-z0-9_-]{0,31}:[^:\n]{0,64}:[0-9]{1,6}:[0-9]{1,6}:|[|+][^\n]{1,200}[|+]\r?$|\xe2[\x94\x95])",
    re.MULTILINE,
)
"""What is read by where its line begins; most of what syslog shows is not."""
_LABELLED = re.compile(rb"^[A-Z][A-Za-z0-9.-]{0,24}(?: [A-Za-z0-9.-]{1,24}){0,3}: \S", re.MULTILINE)
"""What tells the same where no program stands before the text."""
_LOCALS = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{0,63} = |'?[A-Za-z_][A-Za-z0-9_-]{0,63}'?: ['\"]")
"""What is known by its indent: variables of stack frames, members of objects."""
_NUMBER = re.compile(rb"[;+#][0-9][0-9 ()./-]{2,24}")
_BLANK = frozenset((b"", b"\r"))
_OPENING = frozenset((b">", b".", b"/", b"[p"))


_DOTTED = re.compile(
    rb"(?:[^\n]{0,256}[ \t])??(?:[A-Z]{3,16} [A-Za-z][A-Za-z0-9+.-]{0,31}:[^ \n]{1,1024} SIP/2\.0"
    rb"|SIP/2\.0 [1-6][0-9]{2} [^\n]{0,256})\.\r?"
)
_DOTTED_FIELD = re.compile(rb"[^\n]{0,256}?[A-Za-z][A-Za-z0-9-]{0,63}[ \t]{0,4}:")


class Stretch(NamedTuple):
    """Lines from ``start`` to before ``end``, and how much of each is wrapper."""

    start: int
    end: int
    cuts: tuple[int, ...]
    kind: str = ""


def stretches(lines: Sequence[bytes], fmt: Format | None = None) -> list[Stretch]:
    """The wrapped stretches of the lines of a block, in order.

    What ``fmt`` takes for the prefix of a log is no wrapper.
    """
    whole = _whole(lines)
    if whole is not None:
        return [whole]
    return [stretch for stretch in _found(lines) if fmt is None or not _own(stretch, lines, fmt)]


def _own(stretch: Stretch, lines: Sequence[bytes], fmt: Format) -> bool:
    """Whether the format itself reads more of what stands before a text."""
    pairs = list(zip(lines[stretch.start : stretch.end], stretch.cuts, strict=True))
    if any(fmt.text_start(line) > cut for line, cut in pairs):
        return True
    if stretch.kind != "time" or fmt.host is None:
        return False
    machines = [found[1] for found in (fmt.host.match(line, cut) for line, cut in pairs) if found is not None]
    return 2 * len(machines) > len(pairs) and 4 * len(set(machines)) <= len(machines)


def unwrapped(head: bytes) -> bytes:
    """The first lines of a text without what wraps all of them; the text as it is when nothing does.

    Prefixes of syslog stay: they are a format of their own.
    """
    lines = head.split(b"\n")
    found = [stretch for stretch in stretches(lines) if stretch.kind not in {"time", "syslog"}]
    shown = sum(stretch.end - stretch.start for stretch in found)
    if shown * 4 < len(lines) * 3:
        return head
    for stretch in found:
        for number, cut in zip(range(stretch.start, stretch.end), stretch.cuts, strict=True):
            lines[number] = lines[number][cut:]
    return b"\n".join(lines)


def dotted(lines: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where messages stand whose line ends are printed as dots (``ngrep -W byline``): first line, and past the last."""
    found: list[tuple[int, int]] = []
    done = 0
    for number, line in enumerate(lines[:-1]):
        if number < done or line[-1:] not in (b".", b"\r") or b"SIP/2.0" not in line:
            continue
        below = lines[number + 1].rstrip(b"\r")
        if _DOTTED.fullmatch(line) is None or below[-1:] != b"." or _DOTTED_FIELD.match(below) is None:
            continue
        done = number + 2
        while done < len(lines) and lines[done].rstrip(b"\r")[-1:] == b".":
            done += 1
        found.append((number, done))
    return found


def named(wrapper: bytes) -> tuple[int, int, bool] | None:
    """Where in a wrapper a name stands, and whether it is that of a machine; None when it holds none."""
    for shape in (_LEAD, _WHOLE[1]):
        found = shape.match(wrapper)
        if found is not None:
            for group in ("host", "name", "pods"):
                if group in shape.groupindex and found[group] is not None:
                    return *found.span(group), group == "host"
    return None


def _whole(lines: Sequence[bytes]) -> Stretch | None:
    """The block as one stretch, where something stands before every line."""
    shown = [line for line in lines[: 2 * WHOLE] if line.rstrip()]
    if len(shown) < WHOLE:
        shown = [line for line in lines if line.rstrip()]
        if len(shown) < WHOLE:
            return None
    for shape in _WHOLE:
        first = shape.match(shown[0])
        if first is None:
            continue
        kind = first.lastgroup
        mark = first[0].strip() if kind not in {"gap", "number"} else b""
        if not all(_alike(shape, line, mark) for line in shown):
            continue
        cuts = _cuts(lines, shape, mark)
        if cuts is not None and _proper(kind or "", lines, cuts):
            return Stretch(0, len(lines), _even(lines, cuts) if kind == "bar" else tuple(cuts), kind or "")
    return None


def _alike(shape: re.Pattern[bytes], line: bytes, mark: bytes) -> bool:
    found = shape.match(line)
    return line.rstrip() in _TRIMMED or (found is not None and (not mark or found[0].strip() == mark))


def _cuts(lines: Sequence[bytes], shape: re.Pattern[bytes], mark: bytes) -> list[int] | None:
    cuts: list[int] = []
    for line in lines:
        found = shape.match(line)
        if found is not None and (not mark or found[0].strip() == mark):
            cuts.append(found.end())
        elif line.rstrip() in _TRIMMED and (not line.rstrip() or line.rstrip() == mark):
            cuts.append(len(line.rstrip()))
        else:
            return None
    return cuts


def _even(lines: Sequence[bytes], cuts: Sequence[int]) -> tuple[int, ...]:
    """The same with the blank behind a mark, which belongs to the text when a line has none."""
    pairs = list(zip(lines, cuts, strict=True))
    if not any(cut and line[cut - 1 : cut] != b" " and line[cut:].strip() for line, cut in pairs):
        return tuple(cuts)
    return tuple([cut - (line[cut - 1 : cut] == b" ") if cut else 0 for line, cut in pairs])


def _proper(kind: str, lines: Sequence[bytes], cuts: Sequence[int]) -> bool:
    """Whether what stands before the lines is no content."""
    if kind == "bar":
        rows = (line.rstrip() for line in lines)
        return not any(row[-1:] == b"|" and len(row) > 1 and row[1:].lstrip()[:1] not in (b"|", b"+") for row in rows)
    if kind == "comment":
        return not any(_NUMBER.fullmatch(line.rstrip()) for line in lines)
    if kind == "indent":
        inner = [line[cut:] for line, cut in zip(lines, cuts, strict=True) if line.strip()]
        outermost = [text for text in inner if text[:1] not in b" \t"]
        return bool(outermost) and 2 * sum(_LOCALS.match(text) is not None for text in outermost) < len(outermost)
    if kind == "number":
        numbers = [int(line[:cut].strip(b" \t:")) for line, cut in zip(lines, cuts, strict=True) if line[:cut].strip()]
        return numbers == list(range(1, len(numbers) + 1))
    return True


def _found(lines: Sequence[bytes]) -> Iterator[Stretch]:
    """Stretches of marks that are hardly ever content."""
    for first, last in _runs(lines):
        kind: str | bytes | None = None
        start = first
        cuts: list[int] = []
        for number in range(first, last):
            line = lines[number]
            lead = _LEAD.match(line)
            shape = None if lead is None else _shape(lead)
            if lead is None and line in _BLANK and kind is not None:
                shape = kind
            if shape != kind:
                yield from _closed(lines, start, cuts, kind)
                kind, start, cuts = shape, number, []
            if shape is not None:
                cuts.append(0 if lead is None else lead.end())
        yield from _closed(lines, start, cuts, kind)


def _runs(lines: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Lines that begin alike, blank ones among them: few of a log do, and only these are looked at closely."""
    start, previous = 0, b""
    for number, line in enumerate(lines):
        key = line[:2] if line[:1] != b">" else b">"
        if key == previous or not key or line == b"\r":
            continue
        if number - start >= LEAST and _may_open(previous):
            yield start, number
        start, previous = number, key
    if len(lines) - start >= LEAST and _may_open(previous):
        yield start, len(lines)


def _may_open(key: bytes) -> bool:
    """Whether a wrapper can begin so."""
    return key in _OPENING or key[:1].isalnum() or key[:1] in _OPENING


def _shape(lead: re.Match[bytes]) -> str | bytes | None:
    """What the wrappers of a stretch have in common."""
    if lead["quote"]:
        return lead["quote"].replace(b" ", b"")
    return "syslog" if lead["host"] else lead.lastgroup


def _closed(lines: Sequence[bytes], start: int, cuts: list[int], kind: str | bytes | None) -> Iterator[Stretch]:
    """A stretch that is long enough; a message that goes on behind it keeps its start line."""
    while cuts and lines[start + len(cuts) - 1] in _BLANK:
        cuts.pop()
    end = start + len(cuts)
    if cuts and end < len(lines) and lines[end] not in _BLANK and b"SIP/2.0" in lines[end - 1]:
        end, cuts = end - 1, cuts[:-1]
    if len(cuts) < LEAST:
        return
    if kind in {"time", "syslog"}:
        inner = b"\n".join([line[cut:] for line, cut in zip(lines[start:end], cuts, strict=True)])
        if _TELLING.search(inner) is None and (kind == "syslog" or _LABELLED.search(inner) is None):
            return
    even = _even(lines[start:end], cuts) if isinstance(kind, bytes) else tuple(cuts)
    yield Stretch(start, end, even, str(kind))
