"""Where a labelled value begins and ends, and which values stay although their label is sensitive.

A secret and a text of several words reach to the next label or to the end of the line; what they lose by ending too
early would leak, so that they rather take too much. Imported by siblings of this folder.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from scrubber.detectors.shapes import SLASH
from scrubber.grammar import template
from scrubber.model import Entity, Span

_AFTER_EMPTY = (b"", b" ", b"\t", b",", b";", b")", b"]", b"}", b">")
_BLANKS = re.compile(rb"[ \t]{0,80}+")
_QUOTES: tuple[tuple[bytes, re.Pattern[bytes]], ...] = (
    (b'\\"', re.compile(rb"(?:[^\"\\\r\n]|\\\\\\.|\\[^\"\r\n]){0,65536}+")),
    (b"\\'", re.compile(rb"(?:[^'\\\r\n]|\\[^'\r\n]){0,65536}+")),
    (b'""', re.compile(rb"(?:[^\"\r\n]|\"(?!\")){0,65536}+")),
    (b'"', re.compile(rb"(?:[^\"\\\r\n]|\\.){0,65536}+")),
    (b"'", re.compile(rb"(?:[^'\\\r\n]|\\.|''(?=[A-Za-z0-9])){0,65536}+")),
)
_BARE = re.compile(rb"[^\s;,&<>)\]}\"'|\\]{1,4096}+")
_BARE_USER = re.compile(rb"/?\(?[^\s;,&<>()\]}\"'|\\/]{1,4096}+(?:\)[^\s;,&<>()\]}\"'|\\/]{1,64}+)?")
_BARE_HOST = re.compile(rb"[^\s;,&<>()\]}\"'|\\#]{1,4096}+")
_BARE_OF = {Entity.HOST: _BARE_HOST, Entity.USER: _BARE_USER, Entity.EXTENSION: _BARE_USER}
_COMMA = re.compile(rb"[,/]")
_UNBROKEN = re.compile(rb"\S{1,4096}+")
_PARAMETER = re.compile(rb"[^\s&\"'<>#]{1,4096}+")
_SPACED_NUMBER = re.compile(rb"\+?[0-9(][0-9 ().-]{2,24}[0-9](?=[ \t]{0,8}(?:[,;\"'<\r\n]|\Z))")
_GROUPED_NUMBER = re.compile(
    rb"(?=(?:[^0-9\r\n]{0,4}[0-9]){7})\+?[0-9(](?:[0-9]|[().-]| (?! )|/(?=[0-9 ])){5,24}+"
    rb"(?<=[0-9])(?=[ \t]{0,8}(?:[,;\"'<\r\n]|\Z))"
)
"""A telephone number in groups where an account is expected, too."""
_CAPITALISED = rb"[A-Z\xc3-\xf4][A-Za-z\x80-\xff'.-]{1,31}"
_PERSON = re.compile(_CAPITALISED + rb"(?: " + _CAPITALISED + rb"){1,3}(?=[ \t]{0,8}(?:[,;\"'<\r\n]|\Z))")
"""First and last name, or a firm, where a login or a host is expected."""
_NAMES = frozenset((Entity.USER, Entity.HOST, Entity.URL))
_OCTETS = re.compile(rb"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}(?![0-9A-Za-z])){3,63}+")
"""A serial number or fingerprint as certificates show it: ``0E E0 C4 …``."""
_NEXT_LABEL = rb"\\?[\"']?[A-Za-z_][A-Za-z0-9_.-]{0,40}+(?:\\?[\"'])?[ \t]?(?:=|:(?=[ \t\"'\\\[{0-9]))"
_NEXT_FIELD = rb"\|[A-Z][A-Za-z]{1,24}(?: [A-Za-z]{1,24}){0,2}="
"""The next field of an exported form: ``Passcode=…|Hot Desk PIN=…``."""
_END_OF_SECRET = re.compile(
    rb"[\r\n]|"
    + _NEXT_FIELD
    + rb"|[ \t]{1,8};|(?<!\\)[;,][ \t]{0,2}"
    + _NEXT_LABEL
    + rb"|[ \t]{1,8}"
    + _NEXT_LABEL
    + rb"|[ \t]{4}"
    rb"|[\"'](?=[ \t]{0,2}[,})>\]]|\Z)|\\[\"'rn]|<(?=/)"
)
_END_OF_TEXT = re.compile(
    rb"[\r\n]|"
    + _NEXT_FIELD
    + rb"|\"(?=[ \t]{0,2}[,})>\]]|\Z)|[;,][ \t]{0,2}"
    + _NEXT_LABEL
    + rb"|\\[\"'rn]|<(?=/)|\$\{"
)
_END_OF_WORDS = re.compile(
    rb"[\r\n;|<>\"]|[,&][ \t]{0,2}" + _NEXT_LABEL + rb"|[ \t]{1,8}" + _NEXT_LABEL + rb"|[ \t]{3}|\\[\"'rn]|\$\{"
    rb"|[)\]}](?=[^A-Za-z0-9]|\Z)|'(?=[,})\]]|\Z)"
)
_END_OF_NAME = re.compile(_END_OF_WORDS.pattern + rb"|,[ \t]{1,4}[a-z]{2,24} [0-9]")
"""Behind a person: ``…, balance 12.50``; no part of a name is a small word with a number."""
_ENDS = {Entity.SECRET: _END_OF_SECRET, Entity.TEXT: _END_OF_TEXT, Entity.NAME: _END_OF_NAME}
_ENDS[Entity.LOCATION] = _END_OF_WORDS
"""Values of several words, and secrets: without quotes they reach to the next label or to the end of the line."""
_CLOSERS = {0x29: b"(", 0x5D: b"[", 0x7D: b"{", 0x3E: b"<"}
_SCHEME = re.compile(
    rb"(?i)<?(?:sips?|tel|https?|wss?|ldaps?|t?ftps?|mailto|xmpp|im|urn|stuns?|turns?):(?=\S)"
    rb"|(?:PJSIP|SIP|IAX2?|Local|DAHDI|Agent|SCCP|CBAnn|Surrogate|Message|sofia)/"
)
"""What begins a URI or the name of a channel: both have detectors of their own."""
_MARKED = b"|".join(re.sub(rb"[^a-z]", b"", entity.encode()) for entity in Entity)
"""What stands behind the mark of a value that was replaced: its entity."""
_PLACEHOLDER = re.compile(
    rb"(?i)(?:yes|no|true|false|null|nil|none|undefined|unset|not set|not shown|on|off|md5|sha-?(?:1|256|512(?:-256)?)"
    rb"|plaintext|userpass|plain|digest|basic|oauth|n/?a|never|default|disabled|enabled|required|optional|empty|hidden"
    rb"|Array|[A-Za-z\\]{1,64} Object|\(null\)|\(none\)|<[a-z _-]{0,32}>|\[[a-z _-]{0,32}\]|[<\[(]?redacted(?:"
    + _MARKED
    + rb")?[>\])]?|redacted[0-9]{1,2}"
    rb"|<secret:.{0,64}|[*x.#]{3,64}|[0-9]{1,7} (?:bytes|octets|characters|chars)"
    rb"|[AL]?GPL ?v?[0-9.]{1,3}\+?"
    rb"|[-*?.]{1,8}|\[?C-[0-9a-f]{8}\]?|\$\{.{0,512}|\$\[.{0,512}|[{\[].{0,2}|%[a-z]{3}.{0,64}%|%[a-z](?:\W.{0,64})?|<<.{0,64})",
    re.DOTALL,
)
"""Values that only say that there is a value, of what type it is, or where it is defined."""
_VARIABLE = (
    rb"(?:\$(?:[A-Za-z_][A-Za-z0-9_]{0,31}+(?:\([^()\s]{1,64}\))?|\((?:[^()\s]|\([^()\s]{0,64}\)){1,64}+\)|[0-9]{1,2}+)"
    rb"|[$%]\{[^{}\r\n]{1,256}\})"
)
_REFERENCE = re.compile(
    _VARIABLE + rb"(?:[:@/.;+_-]{0,2}" + _VARIABLE + rb"){0,8}+(?::[0-9]{1,5})?(?=[\s,;\"'>)\]&]|\Z)"
)
"""Variables of dial plans and routing scripts: ``$fU``, ``$hdr(Host)``, ``$proto:$si:$sp``, ``%{user}``."""
_SECRET_REFERENCE = re.compile(
    rb"\$(?:avp|xavp|xavu|var|shv|hdr|dlg_var|sht|sel|def|env)\([^()\s]{1,64}\)|%\{[A-Za-z_:][A-Za-z0-9_:.-]{0,64}\}"
    rb"|\$\([A-Za-z]{2,12}\{[a-z.]{2,32}(?:,[A-Za-z0-9_.-]{1,32}){0,4}\}\)"
)
"""The same where the value is a secret, which may well begin with a dollar sign."""
_ABSENT = re.compile(
    rb"(?i)\((?:null|none|nil)\)|[<\[](?:null|none|unset|not (?:set|shown|available)|unknown|set|empty)[>\]]"
    rb"|not (?:set|shown|available)|(?:yes|no)(?=\)(?:\s|\Z))|\[?C-[0-9a-f]{8}\]?"
)
"""The same where its bytes would cut the value short, and the call identifier of Asterisk's own log."""
_NOTHING = re.compile(rb"[,;] (?=[A-Za-z][A-Za-z0-9_ -]{0,40}[=:])")
"""Behind a label without a value in a list of them: the next label."""
_EXPLAINED = re.compile(
    rb"(?<=[ \t]);[ \t]{0,4}"
    rb"(?![^\r\n]{0,256}?(?i:\b(?:was|is|old|now|new|before|formerly|changed|previously|use|used)\b))"
    rb"[A-Z][a-z]{0,15}(?:[ ,/][a-z(][a-z_]{0,24}[).,]{0,2}){2,24}(?=[ \t]{0,8}(?:[\r\n]|\Z))"
)
"""Behind a setting without a value: a sentence that says what it is for, in words of letters only."""
_ANOTHER_LABEL = re.compile(rb"[A-Za-z][A-Za-z0-9_-]{1,40}+:[ \t]")
_ENDPOINT = re.compile(
    rb"(?i)(?:(?:udp|tcp|tls|wss?|sctp):)?(?:\[[0-9a-f:.]{2,45}\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?"
)
FEWEST_COLONS = 2
"""In an address of IPv6."""
_BETWEEN_HOSTS = re.compile(rb"[ ,;/]{1,3}")
_KEY_FILE = re.compile(rb"(?:/[A-Za-z0-9_.+-]{1,64}){1,12}\.(?:pem|key|crt|cer|p12|der|jks)")
"""Where a key lies."""
_FOLDER = re.compile(rb"(?:/[A-Za-z0-9_.+-]{1,64}){0,12}/?")
_SUDO = b"PWD="
_SUDO_GOES_ON = re.compile(rb" ; (?:USER|GROUP|TSID|ENV|COMMAND)=")
"""Around the folder in which ``sudo`` was called (sudoers(5), LOG FORMAT): no password, though ``PWD`` says so."""
_PATTERN = re.compile(rb"_[0-9XZNxzn+.!*#\[\]-]{0,64}")
"""A pattern of the dial plan of Asterisk."""
_WORD = re.compile(rb"[A-Za-z]?[a-z]{1,15}|0x[0-9a-fA-F]{1,16}")
"""Behind the label of an opaque value: a word of prose, or the address of an object."""
_OPAQUE = frozenset(
    (Entity.IDENTIFIER, Entity.CALL_ID, Entity.TAG, Entity.BRANCH, Entity.NONCE, Entity.HASH, Entity.MAC)
)
_DOLLARED = frozenset((Entity.SECRET, Entity.HASH, Entity.NONCE))
"""What may begin with a dollar sign itself: passwords, and hashes with the mark of their method."""
_BRACKETED = frozenset((Entity.SECRET, Entity.IDENTIFIER))
"""What may stand in angle brackets: ``<hunter2>``, the identifier of a mail."""
SHORTEST_TAG = 4
"""Digits of a tag in a text; with fewer it is the type of an answer of a directory (``RESULT tag=97 err=0``)."""
_MASK = re.compile(rb"0x[0-9A-Fa-f]{1,4}")
"""A node of a tree or a mask where a host is expected; too short for an address."""
_PROTOCOL_WORDS = frozenset((b"phone", b"ip", b"dialog"))
"""Values of the URI parameter ``user`` (RFC 3261 section 19.1.1)."""
_FILE = re.compile(rb"\.(?:c|h|cc|cpp|hpp|m|so|conf|py|lua|js|java|php|xml|cfg|ini|go|rs|pl|sh|kt)\Z")
_MEANINGFUL = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def behind(data: bytes, position: int, stop: int, entity: Entity, form: str = "") -> Span | None:
    """The span of the value at ``position``, None when it is empty or has to stay.

    ``form`` is the notation of the label: ``option`` (``--key value``), ``query`` (``?key=value&``), ``line`` (nothing
    but the label stands before the value) or empty.
    """
    blanks = _BLANKS.match(data, position, stop)
    position = position if blanks is None else blanks.end()
    for quote, content in _QUOTES:
        if data.startswith(quote, position, stop):
            if quote == b'""' and data[position + 2 : position + 3] in _AFTER_EMPTY:
                return None
            match = content.match(data, position + len(quote), stop)
            return checked(data, *match.span(), entity) if match is not None else None
    if _stays(data, position, stop, entity):
        return None
    if entity in _BRACKETED and data[position : position + 1] == b"<" and not _SCHEME.match(data, position, stop):
        position += 1
    return _bare(data, position, stop, entity, form)


def _stays(data: bytes, position: int, stop: int, entity: Entity) -> bool:
    """Whether what stands at ``position`` says by its first bytes that it is no value of its own."""
    if data[position : position + 1] == b";" and _EXPLAINED.match(data, position, stop) is not None:
        return True
    if _ABSENT.match(data, position, stop) is not None or _NOTHING.match(data, position, stop) is not None:
        return True
    if entity is not Entity.TEXT and _ANOTHER_LABEL.match(data, position, stop) is not None:
        return True
    if entity in _ENDS:
        reference = _SECRET_REFERENCE.match(data, position, stop) if entity is Entity.SECRET else None
        return reference is not None and data[reference.end() : reference.end() + 1] == b";"
    if _is_reference(data, position, stop, entity):
        return True
    if template.begins(data, position, stop):
        return True
    bracketed = data[position : position + 1] == b"[" and _ENDPOINT.match(data, position, stop) is not None
    return bracketed or _SCHEME.match(data, position, stop) is not None


def _is_reference(data: bytes, position: int, stop: int, entity: Entity) -> bool:
    """Whether a reference to a variable stands at ``position``; what is behind it, if anything, is not told."""
    if entity in _DOLLARED or data[position : position + 1] not in (b"$", b"%"):
        return False
    return _REFERENCE.match(data, position, stop) is not None


def _bare(data: bytes, position: int, stop: int, entity: Entity, form: str) -> Span | None:
    """The span of a value without quotes: how far it reaches depends on the notation and on what it is."""
    if form == "option":
        match = _UNBROKEN.match(data, position, stop)
    elif form == "query":
        match = _PARAMETER.match(data, position, stop)
    elif entity in _ENDS:
        return checked(data, position, _end_of(data, position, stop, entity), entity)
    elif entity is Entity.USER and form == "line":
        comma = _COMMA.search(data, position, stop)
        last = stop if comma is None else comma.start()
        return checked(data, position, _end_of(data, position, last, Entity.NAME), entity)
    else:
        match = None
        if entity in (Entity.NUMBER, Entity.CARD):
            match = _SPACED_NUMBER.match(data, position, stop)
        elif entity is Entity.USER:
            match = _GROUPED_NUMBER.match(data, position, stop)
        elif entity is Entity.DEVICE or entity in _OPAQUE:
            match = _OCTETS.match(data, position, stop)
        if match is None and entity in _NAMES:
            match = _PERSON.match(data, position, stop)
        match = match or _BARE_OF.get(entity, _BARE).match(data, position, stop)
    return None if match is None else checked(data, *match.span(), entity)


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


def checked(data: bytes, first: int, last: int, entity: Entity) -> Span | None:
    """A span without blanks and stray closers, None when the value is a placeholder or a URI."""
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
    reference = _SECRET_REFERENCE if entity in _DOLLARED else _REFERENCE
    if text[:1] in (b"$", b"%") and reference.fullmatch(text) is not None:
        return None
    span = Span(first, first + len(text))
    if entity is Entity.SECRET:
        return None if text[:1] == b"/" and _is_path(data, span) else span
    return None if entity is not Entity.TEXT and _says_nothing(text, entity) else span


def _is_path(data: bytes, span: Span) -> bool:
    """Whether a secret is only the place of one, or the folder in which a command was called."""
    if _KEY_FILE.fullmatch(data, *span) is not None:
        return True
    called = data.endswith(_SUDO, max(0, span.start - len(_SUDO)), span.start)
    return called and _FOLDER.fullmatch(data, *span) is not None and _SUDO_GOES_ON.match(data, span.end) is not None


def _are_hosts(text: bytes) -> bool:
    """Whether a text is nothing but addresses of IPv6, which have a detector of their own."""
    if text.count(b":") < FEWEST_COLONS or not text.isascii():
        return False
    try:
        return all(IPv6Address(piece.decode()) for piece in _BETWEEN_HOSTS.split(text))
    except AddressValueError:
        return False


def _says_nothing(text: bytes, entity: Entity) -> bool:
    """Whether a value is a URI or an address, which have detectors of their own, or no identity at all."""
    if (len(text) < 2 and entity is not Entity.DTMF) or _SCHEME.match(text) is not None or b"(sip" in text:
        return True
    if text[:1] == b"-" and text[1:].isdigit() and len(text) < 4:
        return True
    if entity is Entity.TAG and text.isdigit() and len(text) < SHORTEST_TAG:
        return True
    if entity in _OPAQUE:
        return _WORD.fullmatch(text) is not None or not _is_meaningful(text)
    if entity in (Entity.USER, Entity.NUMBER, Entity.EXTENSION, Entity.NAME):
        if (len(text) < 3 and text.isdigit()) or _PATTERN.fullmatch(text) is not None:
            return True
        addressed = _ENDPOINT.fullmatch(text) is not None or _are_hosts(text)
        return addressed or text in _PROTOCOL_WORDS or not _is_meaningful(text)
    if entity is Entity.HOST or entity is Entity.URL:
        return (
            text.isdigit()
            or _MASK.fullmatch(text) is not None
            or (entity is Entity.HOST and SLASH in text)
            or not _is_meaningful(text)
        )
    return not _is_meaningful(text)


def _is_meaningful(text: bytes) -> bool:
    return any(byte > 0x7F or byte in _MEANINGFUL for byte in text)
