"""The nouns of scrubber: frozen types that every layer shares.

Standard library only; nothing here reads a file, a clock or a random source. Values of the input never appear in
the ``repr`` of these types, so a log line or a traceback that shows one cannot leak.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Entity(StrEnum):
    """The kind of a sensitive value; it decides the pseudonym and is what reports count."""

    __hash__ = str.__hash__  # that of enumerations is not in C, and every look-up of a value takes one

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    MAC = "mac"
    NUMBER = "number"
    """A telephone number, in any spelling, of seven digits or more."""
    EXTENSION = "extension"
    """A short number (six digits or fewer): extension, mailbox, agent, queue."""
    USER = "user"
    """The user part of a URI, an authentication name, an account, an endpoint. Digit-shaped ones become numbers."""
    NAME = "name"
    """A display name or any name of a person, company or device."""
    EMAIL = "email"
    HOST = "host"
    """A domain, host name or, where a grammar allows both, an address literal."""
    CALL_ID = "call-id"
    TAG = "tag"
    BRANCH = "branch"
    IDENTIFIER = "identifier"
    """Any other opaque identifier (UUID, session id, cname, foundation, etag)."""
    NONCE = "nonce"
    """Challenge-side value of digest authentication (nonce, opaque, cnonce)."""
    HASH = "hash"
    """Value computed from a secret (digest response, HA1)."""
    DEVICE = "device"
    """Push token, instance id, serial number, fingerprint: identifies a device."""
    SECRET = "secret"
    """Password, key, PIN, token, cookie."""
    CARD = "card"
    DTMF = "dtmf"
    TEXT = "text"
    """Human text: message body, subject, note."""
    URL = "url"
    LOCATION = "location"
    TIME = "time"


class Action(StrEnum):
    """What happens to a value of an entity under a profile."""

    PSEUDONYM = "pseudonym"
    REDACT = "redact"
    SUPPRESS = "suppress"
    GENERALIZE = "generalize"
    SHIFT = "shift"
    KEEP = "keep"


class Span(NamedTuple):
    """A half-open byte range ``[start, end)``."""

    start: int
    end: int


class Part(NamedTuple):
    """A named span that a grammar found: the bytes of the value alone, without quotes, brackets or key."""

    start: int
    end: int
    name: str


class Finding(NamedTuple):
    """One sensitive value: where, what kind, and the id of the rule that says so."""

    start: int
    end: int
    entity: Entity
    rule: str


SHOW_VALUES = "show-values"
"""The switch of a rule set under which a check tells the values it finds."""


class Place(NamedTuple):
    """Where a rule hit in a file, without the value unless a user asked for it."""

    rule: str
    entity: Entity
    offset: int
    """Bytes before it: in a text (unpacked, as UTF-8), or in the frame of a capture."""
    line: int
    """Line of a text or frame of a capture, counted from 1; 0 for what an archive says about a member."""
    member: tuple[int, ...] = ()
    """In an archive, the position of the member among its entries, from 0; in nested ones, one a level."""
    value: bytes = b""
    """What stands there, for the user's own terminal alone: filled by a check under :data:`SHOW_VALUES`."""

    def __repr__(self) -> str:
        return f"Place({self.rule!r}, {self.entity!r}, {self.offset}, {self.line}, {self.member})"


class Format(NamedTuple):
    """A log format: how it is recognised and where the text of each of its lines begins."""

    name: str
    summary: str
    sniff: Callable[[bytes, str], int]
    """(first bytes as UTF-8, file name) -> likelihood from 0 (no) to 100 (certain)."""
    text_start: Callable[[bytes], int]
    """Offset at which the text of a line begins behind its log prefix; 0 for a line without a prefix. What stands
    before that offset is copied, so it must be proven free of identities (times, levels, thread ids, source files)."""
    tail: bytes = b"\r"
    """What may stand between the text of a line and its line feed: a carriage return, or how a program prints one."""
    host: re.Pattern[bytes] | None = None
    """Where the text of a line begins with the name of the machine: a pattern whose first group is that name."""
    notation: str = ""
    """How a document is written (``csv``, ``xml`` …) that is read by its structure; empty for a log."""


class FormRule(NamedTuple):
    """How one header field or SDP line is read: a rule id and the name of a grammar form (``address``, ``via`` …)."""

    id: str
    form: str


class LabelRule(NamedTuple):
    """What the value after one label (configuration key, JSON key, XML element, column) is."""

    id: str
    entity: Entity | None
    """``None``: the value stays."""
    measure: bool = False
    """Whether it stays only where it is a number, a time or a word of a protocol."""

    @property
    def tells(self) -> bool:
        """Whether the label makes anything of its value."""
        return self.entity is not None or self.measure


class Literals(NamedTuple):
    """What a pattern cannot match without, in lower case: a cheap look before the expression is tried."""

    required: tuple[bytes, ...]
    """One of these stands in every text that matches; none if unknown."""
    conditions: tuple[tuple[bytes, ...], ...]
    """One of each of these does, too."""
    beginnings: tuple[bytes, ...] | None
    """Every text that matches begins with one of these; ``None`` if it may match anywhere."""
    blind: bool
    """Whether the pattern cannot tell one digit from another."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """A pattern for free text. Each of its named groups (``_`` for ``-``) is an entity; what they match is replaced."""

    id: str
    keywords: tuple[bytes, ...]
    """Lower-case words of which at least one stands, as a whole word, in every text the pattern can match."""
    source: bytes
    """The expression."""
    groups: tuple[tuple[str, Entity], ...]
    literals: Literals | None = None
    """What is known of the expression without parsing it; ``None``: it has to be parsed."""

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The compiled expression: on first use, since few runs meet more than some of the rules."""
        return re.compile(self.source)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything the rule files say, checked and frozen."""

    headers: Mapping[bytes, FormRule]
    """By lower-case field name, compact forms included."""
    sdp: Mapping[bytes, FormRule]
    """By line type (``o``) or by ``a=`` attribute name in lower case (``candidate``)."""
    labels: Mapping[bytes, LabelRule]
    """By label in lower case without ``-``, ``_``, ``.`` and blanks (``authuser``)."""
    fragments: tuple[tuple[bytes, LabelRule], ...]
    """For labels not listed: substrings of the same spelling that decide, first match wins."""
    text: tuple[TextRule, ...]
    stop_words: frozenset[bytes]
    """Lower-case words that are never learned as an identity."""
    nobody: frozenset[bytes]
    """Those of them that stay in the place of a name or account, too: nobody is called so."""
    kept_hosts: frozenset[bytes]
    """Well-known public services that stay readable."""
    actions: Mapping[Entity, Action]
    profile: str
    options: frozenset[str]
    """Profile switches: ``shift-time``, ``per-file``, ``hide-length``, ``suppress-unknown``."""
    digest: str
    """Hex digest of every rule text that was read."""


class ScrubError(Exception):
    """Base of the errors a user can meet. The text names file, offset and rule, never input bytes."""


class RuleError(ScrubError):
    """A rule file is wrong."""


class KeyFileError(ScrubError):
    """A key or key file cannot be used."""


class InputError(ScrubError):
    """An input cannot be scrubbed; nothing of it is written."""


class ResidueError(ScrubError):
    """An original value is still in the output; the output is not released."""
