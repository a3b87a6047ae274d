r"""Lines that are one entry of a listing: a key, and a value that nobody can tell is harmless.

``[key] => value`` and ``'key' => string(4) "value"`` (``print_r``, ``var_dump`` and ``var_export`` of PHP, as FreePBX
writes them to ``freepbx_dbug``), ``/FAMILY/key : value`` (``database show`` of Asterisk, ``main/db.c``),
``name = "value"`` and ``name=0x7f… "value"`` (gdb, in the texts of ``ast_coredumper``), ``pstn.in.ani=value`` and
information elements of Q.931 in octets (NetBorder). What a key says decides; where it says nothing, every word goes
that is none of a protocol.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from scrubber.detectors import values
from scrubber.model import Entity, FormRule, LabelRule
from scrubber.readings.jsonline import is_json, scrub_json
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Reader

Member = Callable[[bytes, bytes], bytes]
"""(key, decoded value) -> what stands for the value of a member of JSON."""
RULE: Final = "fragment-listing"
"""What an entry holds is replaced, but not looked for elsewhere (:data:`scrubber.readings.rewrite.GUESSES`)."""
LONGEST: Final = 1 << 14

_PRINTED = re.compile(rb"(\s{0,128}(?:\|\s{0,16})?\[\"?)([^\]\"\r\n]{1,128})(\"?\] ?=> ?)")
_EXPORTED = re.compile(
    rb"(\s{0,128}(?:(?:public|protected|private|static) ){0,2}')([^'\r\n]{1,128})"
    rb"('(?::(?:protected|private|[A-Za-z\\:]{1,64}))? ?=> ?)(?! {0,12}(?:[0-9]{1,4}\. |hint:))"
)
_INSPECTED = re.compile(rb"(\s{2,64}'?)([A-Za-z_][A-Za-z0-9_-]{0,63})('?: )(?=['\"])")
LEAD: Final = re.compile(
    rb"[>*-] {1,4}|[A-Za-z0-9_./-]{1,64}\.(?:txt|log|out|conf)(?::[0-9]{1,8})?:|\[[a-z]{2,8}\] "
    rb"|[A-Za-z0-9][A-Za-z0-9._-]{0,63} [A-Za-z0-9_./-]{1,48}(?:\[[0-9]{1,10}\])?: | {1,64}(?=/[A-Za-z]|[#$][0-9])"
    rb"| ?[A-Za-z0-9_./-]{1,48}\[[0-9]{1,10}\]: |[A-Za-z0-9_./-]{2,64}:(?=[/#$\[]|\s{2})"
)
"""What mail, ``grep``, scripts and syslog put before a line of something else."""
_TYPED = re.compile(rb"(\s{0,128}string\([0-9]{1,9}\) \")([^\r\n]*?)(\",?\s{0,8})")
_TYPED_VALUE = re.compile(rb"(string\([0-9]{1,9}\) ?)(.*)", re.DOTALL)
_QUOTED_VALUE = re.compile(rb"([\"'])(.*)(\1,?\s{0,8})", re.DOTALL)
_STRUCTURE = re.compile(
    rb"(?:array ?\(|Array|stdClass|object\(|[A-Za-z_\\]{1,128} Object|&?array\([0-9]{1,9}\)|int\(|bool\(|float\(|NULL"
    rb"|null|true|false|\*RECURSION\*|enum\(|-?[0-9]{1,2},?\s{0,4}\Z)"
)
_DATABASE = re.compile(rb"(/(?=[A-Za-z])[^\s:][^:\r\n]{0,255}?)( {0,64}: )")
_FRAME = re.compile(
    rb"#[0-9]{1,4} {1,3}(?:0x[0-9a-f]{4,16} in |[A-Za-z_<])|\$[0-9]{1,5} = |\s{4,64}[A-Za-z_][A-Za-z0-9_]{0,63} = "
)
_LOCAL = re.compile(rb"\s{8,64}[A-Za-z_][A-Za-z0-9_]{0,63} = ")
_STRING = re.compile(
    rb"(?:([A-Za-z_][A-Za-z0-9_]{0,63}) ?= ?)?(?:0x[0-9a-f]{1,16} (?:<[^<>\r\n]{0,128}> )?)?"
    rb"\"((?:[^\"\\\r\n]|\\.){0,8192}+)\""
)
_OF_PROGRAM = frozenset(
    b"context file fmt func function filename format language tech app appl application __PRETTY_FUNCTION__ __func__"
    b" curbox module level type state category".split()
)
_CHANNEL = re.compile(rb"[A-Za-z0-9]{2,12}/[^\s/]{1,128}-[0-9a-f]{8}(?:;[12])?|sips?:\S{1,512}")
_ESCAPE = re.compile(rb"(\\(?:[0-7]{3}|.))")
_DOTTED = re.compile(
    rb"(\s{0,64}(?:pstn|sip|isdn|ss7|tdm|netborder|gw|media|rtp|cdr|call|routing|license)"
    rb"(?:\.[A-Za-z0-9_-]{1,64}){1,16})( ?= ?)"
)
_ELEMENT = re.compile(rb"\.ie(?:\.0x[0-9a-f]{1,2}){0,2}\.0x([0-9a-f]{1,2})\Z")
_OCTETS = re.compile(rb"(?:[0-9A-Fa-f]{2} ?)+")
_NUMBERS = frozenset((0x4C, 0x4D, 0x6C, 0x6D, 0x70, 0x71, 0x74, 0x75, 0x76))
"""Connected, calling, called and redirecting numbers and their subaddresses (ITU-T Q.931 section 4.5, Q.951)."""
_NO_TEXT = frozenset((0x04, 0x08, 0x10, 0x14, 0x18, 0x1E, 0x27, 0x29, 0x34, 0x40, 0x79, 0x7C, 0x7D))
"""Elements of bits alone: bearer capability, cause, state, channel, progress, date, signal, layers."""
_PRINTABLE = re.compile(rb"[ -~\x80-\xff]{3,}")
_DIGITS = re.compile(rb"[0-9*#]{2,}")
_VAGUE = frozenset(
    b"name id value data info message msg text args params s path key uri url address from to chan channel show dial"
    b" info title label account group queue conference member participant agent mailbox contact user hint".split()
)
"""Keys that a rule keeps because the words around them tell what they hold; here none do."""
_WORDS_OF_KEYS = frozenset(
    b"AMPUSER DEVICE CIDNAME cidname CF CFB CFU CW DND blacklist registrar contact SIP IAX Registry PeerMethods"
    b" CALLTRACE CustomDevstate CustomPresence DEVSTATES FOLLOWME Queue PersistentMembers QPENALTY RG TRUNK dundi"
    b" secret secretexpiry FM SUBMENU LASTCALL speeddial ccss agent agents subscription pbx UNIQUEID accountcode cidnum"
    b" device followme grplist grptime grpconf prering outboundcid password recording ringtimer voicemail noanswer"
    b" answermode language dialopts changecid default_user emergency_cid user type changeprefix ddial state TC"
    b" conferences intercom pinless callwaiting concurrency_limit rvolume dictate enabled format email from lang"
    b" rtone strategy annmsg contexts remotealert postdest busydest chanunavail hint extension vmx unavail busy"
    b" sysadmin DAYNIGHT TIMECON day night index dest override calltrace pinsets PARKING lot cc_options cfringtimer"
    b" queue members penalty in out external internal ondemand subscription_persistence"
    b" priority recpriority dnd ext presence".split()
)
"""Families and keys of the database that name no one."""
_PIECE = re.compile(rb"[^/]+")
_REGISTERED = re.compile(rb"([0-9A-Fa-f.:\[\]]{2,45}?)(:[0-9]{1,5}:[0-9]{1,6}:?)([^:\s]{0,128})((?::sips?:\S{1,512})?)")
"""Address, port, lifetime, account and contact of a registration kept by chan_sip or chan_iax2."""
_VISIBILITY = re.compile(rb":(?:[A-Za-z_\\]{1,64}:)?(?:protected|private)\Z")
"""How PHP marks members of objects."""
_KEY_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_ -]{0,63}")
_DEVICE = re.compile(rb"(?:PJSIP|SIP|IAX2|SCCP|DAHDI)/[^\s,;|&]{1,128} {0,64}")
"""What a device is dialled by."""
_PLAIN_VALUE = re.compile(
    rb"(?i)\s*(?:yes|no|on|off|true|false|enabled|disabled|default|none|never|not_inuse|inuse|unavailable|available"
    rb"|[0-9]{1,3}|1[0-9]{9}|[A-Z][0-9]{1,3}/(?:[A-Z][0-9]{1,3}){1,4}"
    rb"|20[0-9]{2}-[01][0-9]-[0-3][0-9](?:[T ][0-9:.]{5,15}(?:Z|[+-][0-9:]{4,5})?)?"
    rb"|[0-9]{1,3}(?:\.[0-9]{1,6}){1,2})?\s*"
)
"""Switches, measures, seconds since the epoch."""
_AMP = re.compile(rb"([A-Z]{2,24})(?=[0-9]{2,20}\Z)")
"""``DND2711``: a feature and the extension that has it."""


def opens(text: bytes, *, wrapped: bool) -> bool:
    """Whether a text behind a log prefix can be one of these entries; syslog has the name of a program before it."""
    return text[:1] in (b"/", b"[", b"'") or (wrapped and LEAD.match(text) is not None)


def line(text: bytes, messages: Messages, json: Member) -> bytes | None:
    """An entry rewritten, members of JSON in it by ``json``; None where the line is none."""
    if len(text) > LONGEST:
        return None
    lead = LEAD.match(text)
    if lead is not None:
        new = line(text[lead.end() :], messages, json)
        return None if new is None else messages.reader.known(lead[0]) + new
    for shape, read in _SHAPES:
        match = shape.match(text)
        if match is not None:
            new = _stored(text, match, messages, json) if read is None else read(text, match, messages)
            if new is not None:
                return new
    return None


def below(text: bytes, above: Sequence[bytes], messages: Messages) -> bytes | None:
    """The value of ``var_dump`` on a line of its own, with the key on the line above; None where the line is none."""
    typed = _TYPED.fullmatch(text)
    if typed is None:
        return None
    key = b""
    for neighbour in above:
        named = _PRINTED.match(neighbour)
        if named is not None:
            key = named[2]
    return typed[1] + held(key, typed[2], messages) + typed[3]


def is_typed(text: bytes) -> bool:
    """Whether a line is such a value."""
    return _TYPED.fullmatch(text) is not None


def held(key: bytes, value: bytes, messages: Messages) -> bytes:
    """What stands for the value of a key."""
    reader = messages.reader
    name = _VISIBILITY.sub(b"", key)
    rule = reader.scanner.labels(name) if _KEY_NAME.fullmatch(name) else None
    bare = value.strip()
    dialled = rule is not None and rule.entity in _DIALLED and len(bare) > 2 and bare.isdigit()
    if _PLAIN_VALUE.fullmatch(value) is not None and not dialled:
        return value
    if rule is None or rule.measure or (rule.entity is None and name.lower() in _VAGUE):
        return reader.part("unknown", value, RULE)
    if rule.entity is None:
        return reader.text(value)
    form = _FORMS.get(rule.entity)
    if form is not None and (form != "user" or b" " not in bare):
        return messages.field_value(FormRule(rule.id, form), value)
    if rule.entity in (Entity.USER, Entity.NAME) and b"<" in value:
        return reader.part("unknown", value, RULE)
    start = value.find(bare)
    entity = Entity.NAME if form == "user" else rule.entity
    return value[:start] + reader.value(entity, bare, rule.id) + value[start + len(bare) :]


_CALLER = re.compile(rb"([^\s<>\"=:@/(\[0-9-][^<>\"=:@/\r\n]{0,80}?)( ?<)(\+?[0-9]{2,20})>")
"""A text that is nothing but name and number."""
_PERSON = re.compile(rb"(?:[A-Z\xc3-\xf4][A-Za-z\x80-\xff'.-]{1,31} ){1,3}[A-Z\xc3-\xf4][A-Za-z\x80-\xff'.-]{1,31}")
_DIALLED: Final = frozenset((Entity.USER, Entity.EXTENSION, Entity.NUMBER))
_FORMS: Final = {Entity.HOST: "host", Entity.USER: "user", Entity.NUMBER: "number"}


def member(rule: LabelRule | None, value: bytes, reader: Reader) -> bytes | None:
    """What stands for a member of a document whose label a rule knows; None where the rule makes nothing of it."""
    caller = _CALLER.fullmatch(value)
    if caller is not None:
        name = reader.value(Entity.NAME, caller[1], "display-name")
        return name + caller[2] + reader.value(Entity.USER, caller[3], "display-name") + b">"
    if rule is None or rule.entity is None or b"\n" in value:
        return None
    if rule.entity is Entity.USER and _PERSON.fullmatch(value) is not None:
        return reader.value(Entity.NAME, value, rule.id)
    prose = b" " in value.strip() and rule.entity in (Entity.HOST, Entity.USER)
    if prose or values.checked(value, 0, len(value), rule.entity) is None:
        return reader.text(value)
    return reader.value(rule.entity, value, rule.id)


def _array(text: bytes, match: re.Match[bytes], messages: Messages) -> bytes | None:
    """``[key] => value`` and ``'key' => value``."""
    value = text[match.end() :]
    key = match[2]
    head = match[1] + _key(key, messages.reader) + match[3]
    if _STRUCTURE.match(value) is not None or not value.strip():
        return head + value
    typed = _TYPED_VALUE.fullmatch(value)
    if typed is not None:
        head, value = head + typed[1], typed[2]
    quoted = _QUOTED_VALUE.fullmatch(value)
    if quoted is not None:
        return head + quoted[1] + held(key, quoted[2], messages) + quoted[3]
    return head + held(key, value, messages)


def _key(key: bytes, reader: Reader) -> bytes:
    """The key of an array, which may be an identity itself."""
    if _KEY_NAME.fullmatch(_VISIBILITY.sub(b"", key)) is not None:
        return reader.known(key)
    if key.isdigit():
        return key if len(key) < 3 else reader.value(Entity.USER, key, RULE)
    return reader.text(key)


def _inspected(text: bytes, match: re.Match[bytes], messages: Messages) -> bytes | None:
    """``key: 'value'`` on a line of its own, as node.js prints an object."""
    quoted = _QUOTED_VALUE.fullmatch(text[match.end() :])
    if quoted is None:
        return None
    head = match[1] + messages.reader.known(match[2]) + match[3]
    return head + quoted[1] + held(match[2], quoted[2], messages) + quoted[3]


def _stored(text: bytes, match: re.Match[bytes], messages: Messages, json: Member) -> bytes | None:
    """``/FAMILY/key : value``: what is no known word in the key is an identity."""
    reader = messages.reader
    value = text[match.end() :]
    path = match[1]
    last = path.rpartition(b"/")[2].strip()
    new = _PIECE.sub(lambda piece: _of_path(piece[0], reader), path)
    gap = match[2]
    room = len(gap) - (len(new) - len(path))
    if len(gap) > 3:
        gap = b" " * max(0, room - 2) + b": "
    registered = _REGISTERED.fullmatch(value)
    if registered is not None:
        host, middle, user, rest = registered.groups(b"")
        kept = reader.value(Entity.HOST, host, RULE) + middle + reader.value(Entity.USER, user, RULE)
        return new + gap + kept + reader.text(rest)
    if _PLAIN_VALUE.fullmatch(value) is not None:
        return new + gap + value
    if _DEVICE.fullmatch(value) is not None:
        return new + gap + reader.text(value)
    if value[:1] == b"{" and is_json(value):
        return new + gap + scrub_json(value, json)
    named = reader.scanner.labels(last)
    if named is not None and named.entity is not None and last in _WORDS_OF_KEYS:
        return new + gap + _quoted(last, value, messages)
    if path.lower().startswith((b"/cidname/", b"/blacklist/")):
        return new + gap + held(b"displayname", value, messages)
    if value.count(b" ") > 1 and b"<" not in value and b":" not in value:
        return new + gap + reader.value(Entity.NAME, value, RULE)
    return new + gap + reader.part("unknown", value, RULE)


def _quoted(key: bytes, value: bytes, messages: Messages) -> bytes:
    """A value in which several stand: read as a text when it holds signs of a grammar, by its key otherwise."""
    if b"<" in value or b";" in value or b"/" in value or b"," in value:
        rule = messages.reader.scanner.labels(key)
        if rule is not None and rule.entity is Entity.SECRET:
            return messages.reader.value(Entity.SECRET, value, RULE)
        return messages.reader.part("unknown", value, RULE)
    return held(key, value, messages)


def _of_path(piece: bytes, reader: Reader) -> bytes:
    """One component of a key."""
    word = piece.strip()
    if len(piece) == 1 and piece.isdigit():
        return piece
    if word in _WORDS_OF_KEYS or (word.isalpha() and reader.scanner.labels(word) is not None):
        return reader.known(piece)
    head, mark, rest = piece.partition(b";@")
    if mark:
        return _of_path(head, reader) + mark + reader.value(Entity.IDENTIFIER, rest, RULE)
    feature = _AMP.match(piece)
    start = feature.end() if feature is not None else 0
    return piece[:start] + reader.value(Entity.USER, piece[start:], RULE)


def _frame(text: bytes, match: re.Match[bytes], messages: Messages) -> bytes | None:
    """The strings of a stack frame, of local variables, of a printed expression."""
    if b'"' not in text or not (
        text[:1] in b"#$" or b"\\000" in text or b" 0x" in text or b"<repeats" in text or _LOCAL.match(text) is not None
    ):
        return None
    del match
    pieces: list[bytes] = []
    position = 0
    for string in _STRING.finditer(text):
        start, end = string.span(2)
        pieces.append(messages.reader.known(text[position:start]))
        parts = _ESCAPE.split(string[2])
        pieces.append(
            b"".join(
                part if index % 2 or not part else _local(string[1] or b"", part, messages)
                for index, part in enumerate(parts)
            )
        )
        position = end
    if not pieces:
        return None
    return b"".join(pieces) + messages.reader.text(text[position:])


def _local(name: bytes, value: bytes, messages: Messages) -> bytes:
    """What stands for the string in a variable of a program: most names there say nothing."""
    rule = messages.reader.scanner.labels(name) if name else None
    if rule is not None and rule.entity is None and name not in _OF_PROGRAM:
        name = b"name"
    if name in _OF_PROGRAM or _CHANNEL.fullmatch(value) is not None:
        return messages.reader.text(value)
    return held(name, value, messages)


def _property(text: bytes, match: re.Match[bytes], messages: Messages) -> bytes | None:
    """A property of a call: by the last part of its name."""
    value = text[match.end() :]
    element = _ELEMENT.search(match[1])
    if element is not None and _OCTETS.fullmatch(value.strip()):
        return text[: match.end()] + _element(int(element[1], 16), value, messages.reader)
    key = match[1].rpartition(b".")[2]
    rule = messages.reader.scanner.labels(match[1].strip())
    if rule is not None and rule.entity is None:
        return text[: match.end()] + messages.reader.text(value)
    if rule is not None:
        key = match[1].strip().replace(b".", b"_")
    return text[: match.end()] + held(key, value, messages)


def _element(kind: int, value: bytes, reader: Reader) -> bytes:
    """An information element in octets: numbers and texts in it replaced octet by octet."""
    if kind in _NO_TEXT:
        return value
    octets = bytes.fromhex(value.decode("ascii"))
    shape, entity = (_DIGITS, Entity.USER) if kind in _NUMBERS else (_PRINTABLE, Entity.NAME)
    new = shape.sub(lambda run: _same_size(run[0], reader.value(entity, run[0].strip(), RULE)), octets)
    if entity is Entity.NAME:
        new = (
            _DIGITS.sub(lambda run: _same_size(run[0], reader.value(Entity.USER, run[0], RULE)), new)
            if new == octets
            else new
        )
    if new == octets:
        return value
    digits = iter(new.hex())
    return b"".join(next(digits).encode() if byte != 0x20 else b" " for byte in value)


def _same_size(old: bytes, new: bytes) -> bytes:
    """A text of the same number of octets."""
    return new[: len(old)].ljust(len(old), b"x" if not old.endswith(b" ") else b" ")


_Read = Callable[[bytes, "re.Match[bytes]", Messages], "bytes | None"]
_SHAPES: tuple[tuple[re.Pattern[bytes], _Read | None], ...] = (
    (_PRINTED, _array),
    (_EXPORTED, _array),
    (_DATABASE, None),
    (_FRAME, _frame),
    (_INSPECTED, _inspected),
    (_DOTTED, _property),
)
