"""Values behind a label: ``key = value``, ``"key": "value"``, ``<key>value</key>``, ``[key] => value``, ``--key v``.

What a label means is not known here: the look-up of the caller says it. This module knows where a label ends and where
its value begins and ends, in the notations of configuration files, JSON, XML, ``print_r``, command lines, queries,
the manager interface of Asterisk and plain log lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scrubber.detectors import values
from scrubber.detectors.shapes import ALNUM, COLON, EQUALS, GREATER, LETTERS, ordered, word_before
from scrubber.model import Entity, Finding, LabelRule

RULE = "label"

Lookup = Callable[[bytes], LabelRule | None]
"""Says what stands behind a label; the label comes in lower case without ``-``, ``_``, ``.``, ``()`` and blanks."""

_WIDE = b"\xef\xbc\x9a"
"""The colon of Chinese and Japanese."""
_MARK = re.compile(rb"=>|=(?![=~>])|:(?!:|//)|\xef\xbc\x9a")
_OPTION = re.compile(rb"--(?<!\S--)(?P<option>[A-Za-z][A-Za-z0-9_-]{1,63}+)(?:=|[ \t]{1,8}+(?!-))")
_LABEL_BYTES = ALNUM + b"_.-" + bytes(range(0x80, 0x100))
_QUOTES = (b'"', b"'")
_FLAGS = (b"!", b"&", b"$")
"""Behind the name of a setting of a Snom telephone: whether its user may change it."""
BOLD = b"**"
"""Ends a label that Markdown prints in bold: ``**Extension:** 4711``."""
_PHRASE = re.compile(
    rb"(?:[<>] )?[ \t|*.#;!-]{0,40}+"
    rb"(?P<label>[A-Za-z\x80-\xff][A-Za-z0-9_()/.'\x80-\xff-]{0,63}+"
    rb"(?: [A-Za-z\x80-\xff][A-Za-z0-9_()/.'\x80-\xff-]{0,63}+){1,4})"
    rb"[ \t]{0,40}+(?P<mark>[:=])(?![:/=])"
)
"""A label of several words opens a line: ``Caller ID Name: …``, ``MD5 RESULT      : …``."""
_ELEMENT = re.compile(
    rb"<(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}:)?(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63}+)(?:\s[^<>]{0,512}+)?>"
    rb"\s{0,16}+(?:<!\[CDATA\[)?(?P<value>[^<\]]{1,65536}+)(?=</|\]\]>|\Z)"
)
_ATTRIBUTES = re.compile(
    rb"(?<![A-Za-z])(?:name|key|id)=[\"'](?P<label>[^\"'<>]{1,64}+)[\"']\s{1,8}+"
    rb"value=(?:\"(?P<value>[^\"]{1,4096}+)\"|'(?P<single>[^']{1,4096}+)')"
)
_ARRAY = re.compile(
    rb"[\[(] ?([\"'])(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63}+)\1, ?([\"'])(?P<value>(?:[^\"'\\]|\\.){1,4096}+)\3 ?[\])]"
)
_OPENINGS = (b"['", b"[ '", b'["', b"('", b'("')
_AGENT = b"agent"
_PORT = re.compile(rb"[0-9]{1,5}(?![0-9A-Za-z_.-])")
"""Behind what may be a host: ``sbc.example.org:5061`` is no organisation called 5061."""
_TOP_LEVEL = (b".org", b".au")
"""How names of hosts end that labels are called like, too; ``voicemail.pin:4711`` is none."""
_PRODUCT = re.compile(
    rb"[ \t]{0,80}[A-Za-z][A-Za-z0-9._+-]{1,63}/(?![0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.]))v?[0-9]{1,5}\.[0-9]"
)
"""A program with its release behind ``Agent:``, where an agent of a queue may stand, too; no account at an address."""
_FILE = re.compile(rb"\.(?:c|h|cc|cpp|hpp|m|so|conf|py|lua|js|java|php|xml|cfg|ini|go|rs|pl|sh|kt)\Z")
_MEASURE = re.compile(
    rb"(?:length|len|size|bytes|octets)=(?P<size>[0-9]{1,9})(?=[\s,;)\]]|\Z)(?P<value>[,;]?[ \t]{1,4}value=)?",
    re.IGNORECASE,
)
"""Between the name of a STUN attribute and its value: ``USERNAME: length=4, value="…"``."""
_UNMEASURED = re.compile(rb"[^\s,;&/|\"']+")
_MEASURED = re.compile(
    rb"[+-]?[0-9]{1,6}(?:\.[0-9]{1,9})?(?:%|[A-Za-z]{1,3})?|1[0-9]{9}(?:\.[0-9]{1,9})?|[0-9]{1,4}[:-][0-9:.TZ+-]{3,30}|[a-z]{2,16}(?:_[a-z]{2,16}){1,4}|[a-z]{2}(?:[_-][A-Z]{2})?"
    rb"|(?i:automixmon|inuse|onhold|ringinuse|idle|unavailable|invalid)|[A-Z]{1,4}|0x[0-9a-f]{1,8}|!?[0-9]{1,5}(?:[+*][0-9]{1,5}){1,3}"
)
"""What measures: numbers with their units, seconds since the epoch, times; codes of languages, states of devices."""
_INNER = re.compile(rb"([A-Za-z][A-Za-z_-]{1,31}+)=(?=[^\s=,;)\]}&])")
_HOLDS_LABEL = frozenset((Entity.USER, Entity.EXTENSION, Entity.NUMBER, Entity.NAME, Entity.HOST, Entity.DEVICE))
"""What is never spelled ``word=…`` itself; a secret, a text and an opaque token may be."""
_COUNTED = frozenset(b"sequence acknowledgment acknowledgement ack frame packet segment stream fragment block".split())
_COUNTING = frozenset((b"number", b"numbers", b"num", b"no"))
"""``Sequence Number: 1``: a number that counts."""
_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")


class _Scan(NamedTuple):
    """What every step of one ``find`` needs."""

    data: bytes
    stop: int
    lookup: Lookup
    found: list[Finding]
    names: set[int]
    """Where the names of ``name="…" value="…"`` begin; they are no values."""


def find(data: bytes, start: int, end: int | None, lookup: Lookup) -> Iterator[Finding]:
    """Values in ``data[start:end]`` whose label ``lookup`` knows, in order.

    A rule without an entity keeps its value. Words that only say that there is a value (``yes``, ``<none>``, ``md5``)
    stay, and so do references to a definition elsewhere (``${NAME}``) and URIs, which have a detector of their own.
    """
    marked = EQUALS in data or COLON in data or GREATER in data or data.find(b"--") >= 0 or data.find(_WIDE) >= 0
    if not (marked or data.find(b"', '") >= 0 or data.find(b"('") >= 0 or data.find(b'("') >= 0):
        return
    stop = len(data) if end is None else end
    scan = _Scan(data, stop, lookup, [], set())
    if GREATER in data:
        for match in _ELEMENT.finditer(data, start, stop):
            _keep(scan, match["label"], match.span("value"))
    if data.find(b"value=") >= 0:
        for match in _ATTRIBUTES.finditer(data, start, stop):
            scan.names.add(match.start("label"))
            _keep(scan, match["label"], match.span("value") if match["value"] else match.span("single"))
    if any(data.find(opening) >= 0 for opening in _OPENINGS):
        for match in _ARRAY.finditer(data, start, stop):
            _keep(scan, match["label"], match.span("value"))
    if data.find(b"--") >= 0:
        for match in _OPTION.finditer(data, start, stop):
            _take(scan, match["option"], match.end(), "option")
    position = _phrase(scan, start)
    while (mark := _MARK.search(data, position, stop)) is not None:
        label, form, place = _label_before(data, position, mark)
        taken = _take(scan, label, mark.end(), form, place) if len(label) > 1 else None
        position = mark.end() if taken is None else taken
    if scan.found:
        yield from ordered(scan.found)


def opens_phrase(data: bytes) -> bool:
    """Whether what may be a label of several words opens a line."""
    return _PHRASE.match(data) is not None


def phrase(data: bytes, lookup: Lookup) -> list[Finding]:
    """The value behind a label of several words that opens a line, which no reading by single words sees."""
    if not opens_phrase(data):
        return []
    scan = _Scan(data, len(data), lookup, [], set())
    _phrase(scan, 0)
    return scan.found


def _label_before(data: bytes, floor: int, mark: re.Match[bytes]) -> tuple[bytes, str, int]:
    """The label that ends before a ``=`` or ``:``; ``query`` if ``?`` or ``&`` precedes it, ``line`` if nothing does.

    The last value is where the label begins. The label is empty when what is there is none: a file name, a part of an
    address, a word of prose in quotes, or a label that is itself what is quoted (``"user=" sets …``).
    """
    base = max(floor, mark.start() - 140)
    window = data[base : mark.start()].rstrip(b" \t")
    if window[-1:] in _FLAGS and mark[0] == b":":
        window = window[:-1]
    follower = data[mark.end() : mark.end() + 1]
    quote = window[-1:]
    if quote in (b'"', b"'", b"]"):
        window = window[:-2] if window.endswith(b'""') else window[:-1].rstrip(b"\\")
        if quote == b"]":  # $settings['key'] = …
            window = window.rstrip(b"\"'")
    arguments = b""
    if window[-1:] == b")":
        bracket = window.rfind(b"(", -52)
        if bracket > 0:
            arguments = window[bracket:]
            window = window[:bracket]
    run = window[len(window.rstrip(_LABEL_BYTES)) :]
    name = run.lstrip(b"0123456789.-")
    place = base + len(window) - len(run)
    before = data[place - 1 : place] if place else b""
    if (
        arguments == b"()"
        or _FILE.search(name) is not None
        or (len(run) > len(name) and run[len(run) - len(name) - 1] not in b".-")
        or (before in _QUOTES and quote not in _QUOTES and _closes(data, mark.end(), before))
    ):
        return b"", "", place
    if mark[0] == b":":
        loose = quote not in (b'"', b"'") and follower not in (b" ", b"\t")
        if loose and name.lower().endswith(_TOP_LEVEL) and _PORT.match(data, mark.end()) is not None:
            return b"", "", place
        if (loose and (before in (b":", b"/", b"@", b".") or not _is_word(name))) or (
            quote == b"'" and not re.match(rb"[ \t]{0,2}[\"'0-9{\[-]", data[mark.end() : mark.end() + 3])
        ):
            return b"", "", place
    elif mark[0] == b"=>" and data[mark.end() : mark.end() + 2] == b" (":
        return b"", "", place
    if before in (b"?", b"&"):
        return name + arguments, "query", place
    opens = mark[0] == b"=" and not data[floor:place].strip(b" \t")
    return name + arguments, "line" if opens else "", place


def _is_word(name: bytes) -> bool:
    """Whether a name right before a colon is more than a prefix: three letters, or any of another alphabet."""
    return len(name) > 2 and (name[0] > 0x7F or name[:3].isalpha())


def _closes(data: bytes, position: int, quote: bytes) -> bool:
    """Whether the quote at ``position``, or behind a blank there, ends what it opened: no value begins behind it."""
    if data[position : position + 1] == b" ":
        position += 1
    return data[position : position + 1] == quote and not data[position + 1 : position + 2].isalnum()


def _widened(scan: _Scan, rule: LabelRule, label: bytes, place: int) -> LabelRule | None:
    """The rule of a label at ``place`` with the word before it, when both together mean something else.

    None when they only count. A word that is the value of another label does not belong to this one.
    """
    word = word_before(scan.data, place - 1, LETTERS, 32)
    if word.lower() in _COUNTED and label.lower() in _COUNTING:
        return None
    first = place - 1 - len(word)
    if len(word) < 2 or scan.data[max(0, first - 4) : first].rstrip()[-1:] in (b"=", b":", b">"):
        return rule
    both = _rule(word + label, scan.lookup)
    guessed = both is not None and rule.entity is None and both.id.startswith("fragment-")
    return rule if both is None or guessed or both == _rule(word, scan.lookup) else both


def _is_widened(rule: LabelRule, label: bytes) -> bool:
    """Whether the word before may change what a label means: a mere ``name`` is nothing, a ``Device name`` is."""
    return rule.entity is not Entity.SECRET and (rule.entity is not None or label.lower() == b"name")


def _take(scan: _Scan, label: bytes, position: int, form: str, place: int = 0) -> int | None:
    """Append the finding of the value at ``position`` and return its end; None when nothing is said about the label.

    ``place`` is where the label begins if the word before it may belong to it; a secret stays one without asking.
    """
    if scan.data.startswith(BOLD, position):
        position += len(BOLD)
    rule = _rule(label, scan.lookup)
    if rule is not None and rule.measure:
        return _measured(scan, rule, position)
    if rule is not None and place and scan.data[place - 1] == 0x20 and _is_widened(rule, label):
        rule = _widened(scan, rule, label, place)
    if rule is None or rule.entity is None:
        return None
    if label.lower() == _AGENT and _PRODUCT.match(scan.data, position, scan.stop) is not None:
        return None
    inner = position if form in ("option", "query") else _inner(scan, position, rule.entity)
    span = None if inner is None else values.behind(scan.data, inner, scan.stop, rule.entity, form)
    if span is None or span.start in scan.names:
        return None
    scan.found.append(Finding(span.start, span.end, rule.entity, rule.id))
    if rule.entity is Entity.USER and scan.data[span.end : span.end + 1] == b"/":  # ENDPOINT/CALLERID, AUTH/USER
        other = values.behind(scan.data, span.end + 1, scan.stop, rule.entity)
        if other is not None:
            scan.found.append(Finding(other.start, other.end, rule.entity, rule.id))
            return other.end
    return span.end


def _measured(scan: _Scan, rule: LabelRule, position: int) -> int | None:
    """Append what is no number, time or short word of a protocol behind a label whose values measure."""
    span = values.behind(scan.data, position, scan.stop, Entity.NAME)
    if span is None:
        return None
    for word in _UNMEASURED.finditer(scan.data, *span):
        if _MEASURED.fullmatch(word[0]) is None:
            scan.found.append(Finding(*word.span(), Entity.NAME, rule.id))
    return span.end


def _inner(scan: _Scan, position: int, entity: Entity) -> int | None:
    """Where the value begins when a label stands before it once more; None when that label has a rule of its own."""
    data, stop = scan.data, scan.stop
    first = position + len(data[position : position + 80]) - len(data[position : position + 80].lstrip(b" \t"))
    measure = _MEASURE.match(data, first, stop)
    if measure is not None:
        checksum = entity is Entity.DEVICE and measure["size"] == b"4"  # the fingerprint of RFC 8489 section 14.7
        return measure.end() if measure["value"] and not checksum else None
    label = _INNER.match(data, first, stop) if entity in _HOLDS_LABEL else None
    if label is None:
        return position
    return label.end() if _rule(label[1], scan.lookup) is None else None


def _keep(scan: _Scan, label: bytes, span: tuple[int, int]) -> None:
    """Append the finding of a value whose span the notation itself says."""
    rule = _rule(label, scan.lookup)
    if rule is None or rule.entity is None:
        return
    value = values.checked(scan.data, *span, rule.entity)
    if value is not None:
        scan.found.append(Finding(value.start, value.end, rule.entity, rule.id))


def _rule(label: bytes, lookup: Lookup) -> LabelRule | None:
    """The rule of a label: of the whole, of the argument of ``CDR(name)``, of the last part of ``account.1.name``."""
    rule = lookup(_normal(label))
    if rule is None and label[-1:] == b")":
        rule = lookup(_normal(label[:-1].rpartition(b"(")[2].rpartition(b",")[2]))
    if rule is None and b"." in label:
        rule = lookup(_normal(label.rpartition(b".")[2]))
    return rule


def _normal(label: bytes) -> bytes:
    return label.translate(_LOWER, b"-_. \t()")


def _phrase(scan: _Scan, start: int) -> int:
    """Handle a label of several words at the beginning; returns the offset from which single words are looked for."""
    match = _PHRASE.match(scan.data, start, scan.stop)
    if match is None:
        return start
    label = match["label"]
    while b" " in label:
        if scan.lookup(_normal(label)) is not None:
            taken = _take(scan, label, match.end(), "")
            return match.end() if taken is None else taken
        label = label.partition(b" ")[2]
    return start
