"""Values behind a label: ``key = value``, ``"key": "value"``, ``<key>value</key>``, ``[key] => value``, ``--key v``.

What a label means is not known here: the look-up of the caller says it. This module knows where a label ends and where
its value begins and ends, in the notations of configuration files, JSON, XML, ``print_r``, command lines, queries,
the manager interface of Asterisk and plain log lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scrubber.detectors.shapes import ALNUM, COLON, EQUALS, GREATER, ordered
from scrubber.model import Entity, Finding, LabelRule, Span

RULE = "label"

Lookup = Callable[[bytes], LabelRule | None]
"""Says what stands behind a label; the label comes in lower case without ``-``, ``_``, ``.``, ``()`` and blanks."""

_MARK = re.compile(rb"=>|=(?![=~>])|:(?!:|//)")
_OPTION = re.compile(rb"--(?<!\S--)(?P<option>[A-Za-z][A-Za-z0-9_-]{1,63}+)(?:=|[ \t]{1,8}+(?!-))")
_LABEL_BYTES = ALNUM + b"_.-"
_PHRASE = re.compile(
    rb"[ \t|*.>#;!<-]{0,40}+(?P<label>[A-Za-z][A-Za-z0-9_()/.-]{0,31}+(?: [A-Za-z][A-Za-z0-9_()/.-]{0,31}+){1,4})"
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
    rb"\[ ?([\"'])(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63}+)\1, ?([\"'])(?P<value>(?:[^\"'\\]|\\.){1,4096}+)\3 ?\]"
)
_BLANKS = re.compile(rb"[ \t]{0,80}+")
_QUOTES: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b'\\"', re.compile(rb"(?:[^\"\\\r\n]|\\\\\\.|\\[^\"\r\n]){0,65536}+")),
    (b"\\'", re.compile(rb"(?:[^'\\\r\n]|\\[^'\r\n]){0,65536}+")),
    (b'""', re.compile(rb"(?:[^\"\r\n]|\"(?!\")){0,65536}+")),
    (b'"', re.compile(rb"(?:[^\"\\\r\n]|\\.){0,65536}+")),
    (b"'", re.compile(rb"(?:[^'\\\r\n]|\\.|''(?=[A-Za-z0-9])){0,65536}+")),
)
_BARE = re.compile(rb"[^\s;,&<>)\]}\"'|\\]{1,4096}+")
_UNBROKEN = re.compile(rb"\S{1,4096}+")
_PARAMETER = re.compile(rb"[^\s&\"'<>#]{1,4096}+")
_SPACED_NUMBER = re.compile(rb"\+?[0-9(][0-9 ().-]{2,24}[0-9](?=[ \t]{0,8}(?:[,;\"'<\r\n]|\Z))")
_NEXT_LABEL = rb"\\?[\"']?[A-Za-z_][A-Za-z0-9_.-]{0,40}+(?:\\?[\"'])?[ \t]?(?:=|:(?=[ \t\"'\\\[{0-9]))"
_END_OF_SECRET = re.compile(
    rb"[\r\n]|[ \t]{1,8};|(?<!\\)[;,][ \t]{0,2}" + _NEXT_LABEL + rb"|[ \t]{1,8}" + _NEXT_LABEL + rb"|[ \t]{4}"
    rb"|[\"'](?=[ \t]{0,2}[,})>\]]|\Z)|\\[\"'rn]|<(?=/)"
)
_END_OF_TEXT = re.compile(
    rb"[\r\n]|\"(?=[ \t]{0,2}[,})>\]]|\Z)|[;,][ \t]{0,2}" + _NEXT_LABEL + rb"|\\[\"'rn]|<(?=/)|\$\{"
)
_END_OF_WORDS = re.compile(
    rb"[\r\n;|<>\"]|[,&][ \t]{0,2}" + _NEXT_LABEL + rb"|[ \t]{1,8}" + _NEXT_LABEL + rb"|[ \t]{3}|\\[\"'rn]|\$\{"
    rb"|[)\]}](?=[^A-Za-z0-9]|\Z)|'(?=[,})\]]|\Z)"
)
_ENDS = {Entity.SECRET: _END_OF_SECRET, Entity.TEXT: _END_OF_TEXT, Entity.NAME: _END_OF_WORDS}
_ENDS[Entity.LOCATION] = _END_OF_WORDS
"""Values of several words, and secrets: without quotes they reach to the next label or to the end of the line."""
_CLOSERS = {0x29: b"(", 0x5D: b"[", 0x7D: b"{", 0x3E: b"<"}
_SCHEME = re.compile(rb"(?i)<?(?:sips?|tel|https?|wss?|ldaps?|t?ftps?|mailto|xmpp|im|urn|stuns?|turns?):(?=\S)")
_PLACEHOLDER = re.compile(
    rb"(?i)(?:yes|no|true|false|null|nil|none|undefined|unset|not set|not shown|on|off|md5|sha-?(?:1|256|512(?:-256)?)"
    rb"|plaintext|userpass|plain|digest|basic|oauth|n/?a|never|default|disabled|enabled|required|optional|empty|hidden"
    rb"|\(null\)|\(none\)|<[a-z _-]{0,32}>|\[[a-z _-]{0,32}\]|[<\[(]?redacted.{0,64}|<secret:.{0,64}|[*x.#]{3,64}"
    rb"|[-*?.]{1,8}"
    rb"|\$\{.{0,512}|\$\[.{0,512}|[{\[].{0,2}|%[a-z]{3}.{0,64}%|%[a-z](?:\W.{0,64})?|<<.{0,64})",
    re.DOTALL,
)
"""Values that only say that there is a value, of what type it is, or where it is defined."""
_ABSENT = re.compile(
    rb"(?i)\((?:null|none|nil)\)|[<\[](?:null|none|unset|not set|unknown|set|empty)[>\]]|\[?C-[0-9a-f]{8}\]?"
)
"""The same where the bytes themselves would cut the value short, and the call identifier of Asterisk's own log."""
_ENDPOINT = re.compile(
    rb"(?i)(?:(?:udp|tcp|tls|wss?|sctp):)?(?:\[[0-9a-f:.]{2,45}\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?"
)
_KEY_FILE = re.compile(rb"(?:/[A-Za-z0-9_.+-]{1,64}){1,12}\.(?:pem|key|crt|cer|p12|der|jks)")
_PROTOCOL_WORDS = frozenset((b"phone", b"ip", b"dialog"))
"""Values of the URI parameter ``user`` (RFC 3261 section 19.1.1)."""
_FILE = re.compile(rb"\.(?:c|h|cc|cpp|hpp|m|so|conf|py|lua|js|java|php|xml|cfg|ini|go|rs|pl|sh|kt)\Z")
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
    if not (EQUALS in data or COLON in data or GREATER in data or data.find(b"--") >= 0 or data.find(b"', '") >= 0):
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
    if data.find(b"['") >= 0 or data.find(b"[ '") >= 0 or data.find(b'["') >= 0:
        for match in _ARRAY.finditer(data, start, stop):
            _keep(scan, match["label"], match.span("value"))
    if data.find(b"--") >= 0:
        for match in _OPTION.finditer(data, start, stop):
            _take(scan, match["option"], match.end(), "option")
    position = _phrase(scan, start)
    while (mark := _MARK.search(data, position, stop)) is not None:
        label, form = _label_before(data, position, mark)
        taken = _take(scan, label, mark.end(), form) if len(label) > 1 else None
        position = mark.end() if taken is None else taken
    if scan.found:
        yield from ordered(scan.found)


def _label_before(data: bytes, floor: int, mark: re.Match[bytes]) -> tuple[bytes, str]:
    """The label that ends before a ``=`` or ``:``, and ``query`` if ``?`` or ``&`` stands before it.

    The label is empty when what is there is none: a file name, a part of an address, a word of prose in quotes.
    """
    base = max(floor, mark.start() - 140)
    window = data[base : mark.start()].rstrip(b" \t")
    follower = data[mark.end() : mark.end() + 1]
    quote = window[-1:]
    if quote in (b'"', b"'", b"]"):
        window = window[:-2] if window.endswith(b'""') else window[:-1].rstrip(b"\\")
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
    if _FILE.search(name) is not None or (len(run) > len(name) and run[len(run) - len(name) - 1] not in b".-"):
        return b"", ""
    if mark[0] == b":":
        loose = quote not in (b'"', b"'") and follower not in (b" ", b"\t")
        if (loose and (before in (b":", b"/", b"@", b".") or not name[:3].isalpha() or len(name) < 3)) or (
            quote == b"'" and not re.match(rb"[ \t]{0,2}[\"'0-9{\[-]", data[mark.end() : mark.end() + 3])
        ):
            return b"", ""
    elif mark[0] == b"=>" and data[mark.end() : mark.end() + 2] == b" (":
        return b"", ""
    return name + arguments, "query" if before in (b"?", b"&") else ""


def _take(scan: _Scan, label: bytes, position: int, form: str) -> int | None:
    """Append the finding of the value at ``position`` and return its end; None when nothing is said about the label."""
    rule = _rule(label, scan.lookup)
    if rule is None or rule.entity is None:
        return None
    span = _value(scan, position, rule.entity, form)
    if span is None or span.start in scan.names:
        return None
    scan.found.append(Finding(span.start, span.end, rule.entity, rule.id))
    return span.end


def _keep(scan: _Scan, label: bytes, span: tuple[int, int]) -> None:
    """Append the finding of a value whose span the notation itself says."""
    rule = _rule(label, scan.lookup)
    if rule is None or rule.entity is None:
        return
    value = _checked(scan.data, *span, rule.entity)
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


def _value(scan: _Scan, position: int, entity: Entity, form: str) -> Span | None:
    """The span of the value behind a label, None when it is empty or has to stay."""
    data, stop = scan.data, scan.stop
    blanks = _BLANKS.match(data, position, stop)
    position = position if blanks is None else blanks.end()
    for quote, content in _QUOTES:
        if data.startswith(quote, position, stop):
            match = content.match(data, position + len(quote), stop)
            if match is not None and match[0]:
                return _checked(data, *match.span(), entity)
            if quote != b'""':
                return None
    if _ABSENT.match(data, position, stop) is not None:
        return None
    if entity is Entity.SECRET and data[position : position + 1] == b"<" and not _SCHEME.match(data, position, stop):
        position += 1
    return _bare(data, position, stop, entity, form)


def _bare(data: bytes, position: int, stop: int, entity: Entity, form: str) -> Span | None:
    """The span of a value without quotes: how far it reaches depends on the notation and on what it is."""
    if form == "option":
        match = _UNBROKEN.match(data, position, stop)
    elif form == "query":
        match = _PARAMETER.match(data, position, stop)
    elif entity in _ENDS:
        return _checked(data, position, _end_of(data, position, stop, entity), entity)
    else:
        match = None
        if entity in (Entity.NUMBER, Entity.CARD):
            match = _SPACED_NUMBER.match(data, position, stop)
        match = match or _BARE.match(data, position, stop)
    return None if match is None else _checked(data, *match.span(), entity)


def _end_of(data: bytes, position: int, stop: int, entity: Entity) -> int:
    """Where a value of several words ends; a closing bracket that it opened itself does not end it."""
    start = position
    while (limit := _ENDS[entity].search(data, position, stop)) is not None:
        last = limit.start()
        opener = _CLOSERS.get(data[last])
        if opener is None or data.count(opener, start, last) <= data.count(data[last : last + 1], start, last):
            return last
        position = last + 1
    return stop


def _checked(data: bytes, first: int, last: int, entity: Entity) -> Span | None:
    """The span without blanks and stray closers, None when the value is a placeholder or a URI."""
    text = data[first:last]
    first += len(text) - len(text.lstrip(b" \t\r\n"))
    text = text.strip(b" \t\r\n")
    if entity is not Entity.TEXT:
        text = text.rstrip(b",;" if entity is Entity.SECRET else b".,:;")
    while text and text[-1] in _CLOSERS and text.count(_CLOSERS[text[-1]]) < text.count(text[-1:]):
        text = text[:-1].rstrip(b" \t")
    if entity is Entity.HOST:
        head, colon, port = text.rpartition(b":")
        text = head if colon and port.isdigit() and b":" not in head else text
    if not text or _PLACEHOLDER.fullmatch(text) is not None or text.startswith(b"&lt;"):
        return None
    kept = _is_key_file(text) if entity is Entity.SECRET else entity is not Entity.TEXT and _says_nothing(text, entity)
    return None if kept else Span(first, first + len(text))


def _is_key_file(text: bytes) -> bool:
    return text[:1] == b"/" and _KEY_FILE.fullmatch(text) is not None


def _says_nothing(text: bytes, entity: Entity) -> bool:
    """Whether a value is a URI or an address, which have detectors of their own, or no identity at all."""
    if (len(text) < 2 and entity is not Entity.DTMF) or _SCHEME.match(text) is not None:
        return True
    if text[:1] == b"-" and text[1:].isdigit() and len(text) < 4:
        return True
    if entity in (Entity.USER, Entity.NUMBER, Entity.EXTENSION, Entity.NAME):
        return _ENDPOINT.fullmatch(text) is not None or text in _PROTOCOL_WORDS or not _is_meaningful(text)
    return (entity is Entity.HOST and text.isdigit()) or not _is_meaningful(text)


def _is_meaningful(text: bytes) -> bool:
    return any(byte > 0x7F or byte in _MEANINGFUL for byte in text)


_MEANINGFUL = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
