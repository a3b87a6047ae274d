"""Variables of a dial plan, as the manager interface of Asterisk and the event socket of FreeSWITCH show them.

``Variable: NAME`` above ``Value: …`` (Setvar, Getvar, VarSet), ``Variable: NAME=…,NAME=…`` (Originate),
``ChanVariable: NAME=…`` and ``variable_NAME: …`` (``switch_event.c``; percent-encoded in plain events). The same
goes for members of an event, action or response that no rule knows (Asterisk ``main/manager.c``). Whoever writes
a dial plan may use any word for anything, so what a variable holds stays only where it is a word of a protocol, a
channel, or what its name calls harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from scrubber import encodings
from scrubber.model import Entity, FormRule
from scrubber.readings.message import Messages

RULE: Final = "manager-variable"
MEMBERS: Final = 48
"""So many lines above a line belong to its message."""

_LINE = re.compile(rb"(?i)(?:variable|chanvariable(?:\([^()\r\n]{0,128}\))?)[ \t]{0,8}:[ \t]{0,8}")
_VALUE = re.compile(rb"(?i)value[ \t]{0,8}:[ \t]{0,8}")
_NAMED = re.compile(rb"([A-Za-z_][A-Za-z0-9_]{0,63})=")
_NAME = re.compile(rb"_{0,2}([A-Za-z][A-Za-z0-9_]{0,63})(?:\(([A-Za-z0-9_,]{0,64})\))?[ \t]{0,8}")
_PAIRS = re.compile(rb",(?=[A-Za-z_][A-Za-z0-9_]{0,63}=)")
_PLAIN = re.compile(
    rb"[A-Za-z0-9]{2,12}/[^ \t,]{1,128}-[0-9a-f]{8}(?:;[12])?|[A-Za-z0-9_.-]{0,40}1[0-9]{9}\.[0-9]{1,9}"
    rb"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[ \t]{0,32}[a-z_]{2,24}=[0-9]{1,12}(?:\.[0-9]{1,9})?;?){1,40}"
    rb"|(?:IPV[46]/[A-Z]{2,4}/)?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.]{2,45}\])[:/][0-9]{1,5}"
    rb"|(?:[0-9]{1,16}/)?sips?:[^\s@]{1,256}@[^\s@]{1,1024}"
)
"""Channels, unique identifiers, how a call sounded as numbers of RTP and RTCP, addresses with ports, and contacts: read
as anywhere else."""
_MEASURED = re.compile(rb"[A-Z]{0,32}(?:TIME(?:_MS)?|PERF)|RTP[A-Z]{1,32}")
"""``DIALEDTIME``, ``ANSWEREDTIME_MS``, ``RTPAUDIOQOSMES``: numbers under these names measure."""
_CHANNEL = re.compile(rb"variable_([A-Za-z0-9_.-]{1,80})[ \t]{0,8}:[ \t]{0,8}")
_COUNTED = re.compile(
    rb"(?!sip_[a-z]{1,5}_[XP]-).*(?:bytes|(?<![Aa]c)count|packet|rate|msec|usec|epoch|time|port|_ms|sec|jitter|loss|mos|quality|flaw|variance|index|code"
    rb"|cause|status|seq|timer|bits|_pt|ptime|cng|dtmf_type|codec|full_via|_uri|route|media_flow|transport|protocol|_sdp|profile|disposition"
    rb"|direction|version|user_agent|privacy|app_log|via_rport|state).{0,40}",
    re.DOTALL,
)
"""Variables of FreeSWITCH that measure, or that the detectors read as well as any text."""
_MEMBER = re.compile(rb"([A-Za-z][A-Za-z0-9_/-]{0,63})[ \t]{0,4}:[ \t]{0,8}")
_MEASURE = re.compile(
    rb"(?i)uptime|reload|usec|time|count|max|min|size|rate|duration|seconds|age\Z|len|bytes|packets|calls"
)
_BLOCK = re.compile(rb"(?i)(?:event|action|response):[ \t]{0,4}[A-Za-z]")
"""The first line of a message of the manager interface."""
_NUMBER = re.compile(rb"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_FORMS: Final = {Entity.HOST: "host", Entity.USER: "user", Entity.NUMBER: "number"}
"""Entities whose place allows more than one value: how it is taken apart."""
_SEVERAL = re.compile(rb"[^\s,]{0,1024}(?:,[ \t]{0,2}[^\s,]{1,1024}){0,64}")


def is_variable(name: bytes) -> bool:
    """Whether what stands before a colon opens a line of these."""
    return (
        name[:9] == b"variable_"
        or _LINE.fullmatch(name + b":") is not None
        or _VALUE.fullmatch(name + b":") is not None
    )


def line(text: bytes, neighbours: Sequence[bytes], messages: Messages) -> bytes | None:
    """A line rewritten; None where it is none of these. ``neighbours`` are the lines above and below it."""
    channel = _CHANNEL.match(text)
    if channel is not None:
        return text[: channel.end()] + _encoded(channel[1], text[channel.end() :], messages)
    named = _LINE.match(text)
    if named is not None:
        return _assignments(text, named.end(), messages)
    value = _VALUE.match(text)
    if value is not None:
        for neighbour in neighbours:
            opening = _LINE.match(neighbour)
            name = None if opening is None else _NAME.fullmatch(neighbour, opening.end())
            if name is not None:
                return text[: value.end()] + held(b"".join(name.groups(b"")), text[value.end() :], messages)
    return None


def member(text: bytes, above: Iterable[bytes], messages: Messages) -> bytes | None:
    """A line of a message of the manager interface; None where no such message begins in the lines above it.

    ``above`` are those lines, the nearest first.
    """
    named = _MEMBER.match(text)
    if named is None:
        return None
    value = text[named.end() :]
    if _NUMBER.fullmatch(value.strip()) and _MEASURE.search(named[1]):
        return None
    for line_above in islice(above, MEMBERS):
        if _MEMBER.match(line_above) is None:
            return None
        if _BLOCK.match(line_above) is not None:
            return text[: named.end()] + held(named[1], value, messages)
    return None


def _encoded(name: bytes, value: bytes, messages: Messages) -> bytes:
    """The value of a channel variable, which may be percent-encoded."""
    reader = messages.reader
    rule = reader.scanner.labels(b"variable_" + name) or reader.scanner.labels(name)
    decoded = encodings.percent_decode(value) if b"%" in value else None
    inner = value if decoded is None or b"\n" in decoded else decoded
    if (rule is None and _COUNTED.fullmatch(name) is not None) or (rule is not None and rule.entity is None):
        new = reader.text(inner)
    else:
        new = held(b"variable_" + name, inner, messages)
    if new == inner:
        return value
    return new if inner is value else encodings.percent_encode_like(new, value)


def _assignments(text: bytes, start: int, messages: Messages) -> bytes | None:
    pairs = _PAIRS.split(text[start:])
    if _NAMED.match(pairs[0]) is None:
        return None
    news = []
    for pair in pairs:
        name, mark, value = pair.partition(b"=")
        news.append(name + mark + held(name, value, messages))
    return messages.reader.text(text[:start]) + b",".join(news)


def held(name: bytes, value: bytes, messages: Messages) -> bytes:
    """What a variable holds, by its name where that says something."""
    reader = messages.reader
    bare = value.strip(b" \t")
    if not bare:
        return value
    if _PLAIN.fullmatch(bare) or (_NUMBER.fullmatch(bare) and _MEASURED.fullmatch(name)):
        return reader.text(value)
    rule = reader.scanner.labels(name)
    if rule is None or rule.entity is None:
        return reader.part("unknown", value, RULE)
    form = _FORMS.get(rule.entity)
    if form is not None and _SEVERAL.fullmatch(bare) is None:
        return reader.part("unknown", value, RULE)  # words, of which the form would take the first
    if form is not None:
        return messages.field_value(FormRule(rule.id, form), value)
    start = value.find(bare)
    return value[:start] + reader.value(rule.entity, bare, rule.id) + value[start + len(bare) :]
