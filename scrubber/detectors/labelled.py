"""Values behind a label: ``key = value``, ``"key": "value"``, ``<key>value</key>``, ``[key] => value``, ``--key value`` …

What a label means is not known here: the caller's look-up says it. This module knows where a label ends, where its
value begins, and where the value ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scrubber.detectors.shapes import ordered
from scrubber.model import Entity, Finding, LabelRule

RULE = "label"

Lookup = Callable[[bytes], LabelRule | None]
"""Says what stands behind a label; the label comes in lower case without ``-``, ``_``, ``.`` and blanks."""

_LABEL = re.compile(
    rb"(?<![A-Za-z0-9_.$%-])(?P<open>--?|\[ ?['\"]?|[?&])?+"
    rb"(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63}+(?:\([A-Za-z0-9_, .-]{1,48}\))?)"
    rb"(?:(?P<close>(?:\\{0,2}[\"'])?\]?)[ \t]{0,40}+(?P<mark>=>|==?(?!=)|:(?![:/])|->)|(?P<space>[ \t]{1,8}+)(?![=:]))"
)
_WORDS = re.compile(
    rb"[ \t|*.>#;!<-]{0,40}+(?P<label>[A-Za-z][A-Za-z0-9_()/.-]{0,31}+(?: [A-Za-z][A-Za-z0-9_()/.-]{0,31}+){1,4})[ \t]{0,40}+(?P<mark>[:=])(?![:/=])"
)
"""A label of several words opens the line: ``Caller ID Name: …``, ``MD5 RESULT      : …``."""
_ELEMENT = re.compile(
    rb"<(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}:)?(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63}+)(?:\s[^<>]{0,512}+)?>"
    rb"\s{0,16}+(?:<!\[CDATA\[)?(?P<value>[^<]{1,65536}+)"
)
_ATTRIBUTES = re.compile(
    rb"(?<![A-Za-z])(?:name|key|id)=[\"'](?P<label>[^\"'<>]{1,64})[\"']\s{1,8}+value=(?P<value>\"[^\"]{0,4096}+\"|'[^']{0,4096}+')"
)
_PAIR = re.compile(rb"\[ ?(?P<quote>[\"'])(?P<label>[A-Za-z_][A-Za-z0-9_.-]{0,63})(?P=quote), ?(?P<value>[\"'])")
_BLANKS = re.compile(rb"[ \t]{0,80}+")
_QUOTED = {
    b'"': re.compile(rb'((?:[^"\\\r\n]++|\\.){0,65536}+)'),
    b"'": re.compile(rb"((?:[^'\\\r\n]++|\\.){0,65536}+)"),
    b'\\"': re.compile(rb'((?:[^"\\\r\n]++|\\\\\\{0,2}.|\\(?!")){0,65536}+)'),
    b'""': re.compile(rb'((?:[^"\r\n]++|"(?!")){0,65536}+)'),
}
_BARE = re.compile(rb"[^\s;,&<>)\]}\"'|]{1,4096}+")
_TO_BLANK = re.compile(rb"\S{1,4096}+")
_PARAMETER = re.compile(rb"[^\s&\"'<>#]{1,4096}+")
_TO_END = re.compile(rb"[^\r\n]{1,65536}+")
_END_OF_OPEN_VALUE = re.compile(
    rb"[ \t];|[;,&|][ \t]{0,2}[A-Za-z_][A-Za-z0-9_.-]{0,40}+[ \t]?(?:=|:[ \t])|[ \t]{1,8}[A-Za-z_][A-Za-z0-9_.-]{0,40}+(?:=|: )"
    rb"|[\"'](?=[,}\])>]|\Z)|<(?![A-Za-z0-9]{0,2}\Z)|\\[rn]|[ \t]{4}"
)
_END_OF_NAME = re.compile(rb"[;|<>\"\r\n]|,[ \t]{0,2}[A-Za-z_]{1,24}[=:]|[ \t]{1,8}[A-Za-z_][A-Za-z0-9_.-]{0,40}+(?:=|: )|[ \t]{3}|\\[rn]|[)\]}](?=\W|\Z)")
_SCHEME = re.compile(rb"(?i)<?[a-z][a-z0-9+.-]{1,12}:(?=[^\s:])")
_PLACEHOLDER = re.compile(
    rb"(?i)(?:yes|no|true|false|null|nil|none|\(null\)|<null>|undefined|unset|not set|on|off|md5|sha-?(?:1|256|512(?:-256)?)"
    rb"|plaintext|userpass|plain|digest|basic|n/?a|never|default|disabled|enabled|required|optional|empty|hidden|unknown"
    rb"|anonymous|not shown|<[a-z _-]{1,32}>|\[[a-z _-]{0,32}\]|\(?redacted.{0,64}|<secret:.{0,64}|[*x.]{3,64}|-+|\$\{.{0,256}|\{.{0,256}"
    rb"|%[a-z]{3,}.{0,64}%|%[sdi]|\{\}|string|word|pass(?:word)?|secret)"
)
_OPEN_ENTITIES = frozenset((Entity.NAME, Entity.TEXT, Entity.LOCATION))
"""Values of several words: without quotes they reach to the end of the line or to the next label."""


class _Value(NamedTuple):
    """The span of a value, and whether quotes or a delimiter say for certain where it ends."""

    start: int
    end: int


def find(data: bytes, start: int, end: int | None, lookup: Lookup) -> Iterator[Finding]:
    """Values of ``data[start:end]`` whose label ``lookup`` knows, in order.

    A rule without an entity keeps its value; words that only say that there is a value (``yes``, ``<none>``, ``md5``)
    stay, and so do references to an earlier definition (``${NAME}``).
    """
    if b"=" not in data and b":" not in data and b">" not in data and b'"' not in data and b"--" not in data:
        return
    stop = len(data) if end is None else end
    found: list[Finding] = []
    if b"</" in data or b"<![" in data:
        found += _elements(data, start, stop, lookup)
    if b"value=" in data:
        found += _attributes(data, start, stop, lookup)
    if b"', '" in data or b'", "' in data or b"','" in data:
        found += _pairs(data, start, stop, lookup)
    position = start
    words = _WORDS.match(data, start, stop)
    if words is not None:
        rule = _known(words["label"], lookup)
        if rule is not None:
            position = _append(data, words.end(), stop, rule, b":", found)
    while (match := _LABEL.search(data, position, stop)) is not None:
        position = _labelled(data, match, stop, lookup, found)
    if found:
        yield from ordered(found)
