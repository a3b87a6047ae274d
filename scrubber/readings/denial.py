"""What stays where nothing vouches for a value: the default deny of texts and documents.

Under a name that no rule knows a value stays only where it is plain: numbers of few digits, times, words of protocols
and of programs. Everything else is replaced word by word, and none of that is learned, since a place without a meaning
proves no identity. Under the name of a protocol a word stays, and several of them only if they are plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from scrubber.detectors import address
from scrubber.model import Entity, Finding, LabelRule
from scrubber.pseudonyms import time
from scrubber.readings.memo import Contextual
from scrubber.readings.rewrite import Reader
from scrubber.readings.stretches import PIECE
from scrubber.readings.tokens import SHORTEST_ID, Tokens
from scrubber.readings.vocabulary import is_choice, is_plain

REMEMBERED: Final = 1 << 14
"""Values of short texts that are remembered under their name."""
RULE: Final = "fragment-value"
"""Begins like the rules whose findings are not learned."""
UNTOLD: Final = frozenset(b"name value key id data item text param string setting var variable val keyword".split())
"""Names that say nothing: what stands under them is named by another."""
COMPOSITE: Final = UNTOLD | frozenset(
    b"names info message msg msgtext params args variable chanvariable account accounts member participant watcher"
    b" subscriber queue queuename group conf conference mailbox mailboxes voicemail from to contact address uri path"
    b" filename source location appdata lastdata interface stateinterface register match dial hint identify auths"
    b" localaddress remoteaddress expectedaddress origmailbox recordings label title description result response"
    b" action event channel chan dstchannel destchannel callerchan localnet permit deny acl".split()
)
"""Names of protocols under which anything may stand, so that a word there is no word of a protocol by its place."""
_NUMBERED: Final = COMPOSITE - UNTOLD - frozenset(b"result response action event source location".split())
"""Those under which a number of three digits or more is somebody's."""
_APPLIED: Final = frozenset((b"appdata", b"lastdata"))
"""Names of what an application of a dial plan was given."""
_ARGUMENTS = re.compile(rb"([0-9]{2,8})((?:,[^,\r\n]{0,64}){1,16})")
"""The queue, room or mailbox that it serves, and its options."""
_PRODUCTS: Final = frozenset(
    b"useragent agentstring product vendor model firmware hardware version platform osversion appversion build".split()
)
_SENTENCES: Final = frozenset(
    b"message msg msgtext logmsg text info line log error err errors reason cause detail details exception stack"
    b" stacktrace trace output stdout stderr warning notice debug command cmd".split()
)
"""Names under which a program says something, which is read like a line of its log."""
_SOURCE = re.compile(rb"(?:[a-z_]{2,40}/){0,3}[A-Za-z_][\w+-]{0,63}\.(?:c|h|cc|cpp|hpp|so|go|java|py|lua|js|rs)")
"""A file of source code, as loggers name it."""
_EPOCH = re.compile(rb"1[0-9]{9}(?:\.[0-9]{1,9}|[0-9]{3}|[0-9]{6})?")
_TIMED = re.compile(rb"(?i)time|date|stamp|expir|created|updated|_at\Z|epoch|since|until|seen|\Ats\Z")
"""Names of seconds since 1970."""
_RELEASED: Final = (b"version", b"kernel", b"firmware", b"release", b"build", b"hardware", b"revision")
"""What names end with under which a release stands, although it may look like an address."""
_RELEASE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,24}[ /])?[vVrR]?[0-9]{1,5}(?:[.-][0-9A-Za-z]{1,12}){0,6}")
_PERSONAL: Final = frozenset((b"name", b"title", b"label", b"description"))
"""Names under which a person may stand, or anything else."""
_SHAPED = re.compile(
    rb"(?:PJSIP|SIP|IAX2|DAHDI|Local|SCCP|Agent|Motif|UniMRCP|sofia|Message|ConfBridge)/[^\s,;|\"]{1,256}"
    rb"|(?i:sips?|tel|https?|wss?|ldaps?|s?ftp|tftp|mailto|stuns?|turns?|xmpp|im|urn|udp|tcp|tls|dns|file):[^\s|\"]{1,4096}"
    rb"|(?:[A-Za-z0-9._-]{1,64}-)?1[0-9]{9}\.[0-9]{1,9}|[A-Za-z0-9-]{2,16}/(?:8|11|12|16|22|24|32|44|48|90)[0-9]{3}(?:/[0-9])?"
)
"""What detectors take apart completely: channels, URIs, unique identifiers of Asterisk; and codecs."""
_DIALLED = re.compile(
    rb"((?:PJSIP|SIP|IAX2|DAHDI|Local|SCCP)/[^\s,;|\"]{1,256}),[0-9]{0,4}(?:,[A-Za-z]{0,16}(?:\([a-z0-9^,-]{0,32}\))?)?"
)
"""What ``Dial`` was given: channels, seconds, options of one letter."""
_TOKEN = re.compile(rb"[^\s,;|\"'<>]+")
_WORD = re.compile(
    rb"(\$\{[^{}\s]{1,64}\}|\\[nrt]|%[0-9]{0,2}[A-Za-z](?![0-9A-Za-z])"
    rb"|%(?:account\[[A-Za-z_]{1,32}\]|(?:sms|cloud)_[a-z]{2,12}|push[A-Za-z]{2,20}|selector|targetNumber|uniqueId"
    rb"|fullcode|imei|username|password)%"
    rb"|(?:Europe|America|Asia|Africa|Australia|Pacific|Atlantic|Indian|Etc)/[A-Z][A-Za-z_]{2,24}(?:/[A-Z][A-Za-z_]{2,24})?"
    rb"(?![0-9A-Za-z/]))|[0-9A-Za-z\x80-\xff]+"
)
"""A word, or a reference to one: variables, line ends, parts of a time, what a softphone fills in; a zone of time."""
_PORT = re.compile(rb"([0-9.]{7,15}|\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{3,253}):[0-9]{1,5}")
DATE = re.compile(
    rb"(?<![0-9A-Za-z])(?:(?:19|20)[0-9]{2}[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12][0-9]|3[01])"
    rb"(?:[T ][0-2][0-9]:[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    rb"|(?<=;[0-9];)1[4-9][0-9]{8}(?=;[0-9]{1,7};)|[0-3][0-9]\.[01][0-9]\.(?:19|20)[0-9]{2}"
    rb"|(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01])/(?:19|20)[0-9]{2}"
    rb"|(?:0?[1-9]|[12][0-9]|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)[0-9]{2}"
    rb"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[-_T]?(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]Z?"
    rb"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:[ 0-3]?[0-9] )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb"(?: [ 0-3]?[0-9],?)?(?: (?:19|20)[0-9]{2})?,? [0-2]?[0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,9})?"
    rb"(?: [AaPp][Mm])?(?: (?:[A-Z]{3,4}|[+-][0-9]{4}))?(?: (?:19|20)[0-9]{2})?)(?![0-9A-Za-z])"
)
"""A date in the middle of a text; the seconds between kind and duration of a call are those of MicroSIP's list."""
_PERSON = re.compile(
    rb"(?:[A-Z\x80-\xff][A-Za-z'.\x80-\xff-]{0,31}),?(?: [A-Za-z\x80-\xff\"'(][A-Za-z'.\x80-\xff\")-]{0,31}){1,5}"
    rb"|[^\x00-\x7f]{2,64}"
)
NAMED: Final = "document-name"
_SMALL = re.compile(
    rb"[0-9]{1,3}|-[0-9]{1,4}|[0-9]{1,6}(?:%|ms|s|kb|kB|MB|GB|Hz|kHz)|[+-]?[0-9]{1,4}\.[0-9]{1,2}|0\.[0-9]{1,9}"
    rb"|[vV]?[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}|0x[0-9A-Fa-f]{1,8}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
)
_IN_GROUPS = re.compile(rb"(?=(?:[^0-9]{0,2}[0-9]){7,15}\Z)\(?[0-9]{1,5}\)?(?:[ -][0-9]{2,5}){1,4}")
"""A telephone number as people write it; no other value of one name is several numbers side by side."""
_MEASURE = re.compile(rb"[+-]?[0-9]{1,6}(?:\.[0-9]{1,9})?%?")
_OPEN: Final = frozenset(
    b"auth debug trace verbose register checkit searchin keyid kid servicekey objectname showname accountnametype"
    b" callgroup callgroupname namedcallgroup namedpickupgroup pickupgroup ingroup outgroup assignto attach zone side"
    b" classname musicclass mohsuggest mohinterpret parkinglot callertag calleridtag calltag".split()
)
"""Names of protocols under which a word in small letters may be what somebody called a thing."""
_NUMERAL = re.compile(
    rb"[vVrR]?[0-9]{1,10}(?:[.:-][0-9A-Za-z]{1,12}){0,6}|!?[0-9]{1,6}(?:[,/+*]!?[0-9]{1,6}){1,40}"
    rb"|[A-Za-z][A-Za-z-]{1,24}/v?[0-9]{1,5}(?:\.[0-9A-Za-z]{1,12}){0,5}"
)
"""A number, several as in a row of tones, a release, or a product with its release, which detectors judge."""
_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
_PIECES = re.compile(rb".{1,%d}[\s,;\"]|.{1,%d}" % (PIECE - 1, PIECE), re.DOTALL)
_LABEL = re.compile(rb"_{0,2}[A-Za-z][A-Za-z0-9]{0,40}(?:[_.:-][A-Za-z0-9]{1,40}){0,8}")
"""What programs call a value: no blanks, no ``@``."""
_PHRASE = re.compile(rb"[A-Za-z\x80-\xff][A-Za-z0-9_ ./()*#\x80-\xff-]{0,63}")
_CAMEL = re.compile(rb"[a-z]{1,20}(?:[A-Z][a-z0-9]{1,20}){1,4}")
_PROPER = re.compile(rb"[A-Z][a-z]{1,40}")
_HIDDEN = re.compile(rb"[0-9]{5,}|[0-9A-Fa-f]{12,}")

K = TypeVar("K")
V = TypeVar("V")


class Denial:
    """The words of values by what vouches for them; what was met before costs a look-up."""

    def __init__(self, reader: Reader, text: Callable[[bytes], bytes]) -> None:
        """``text`` reads what is free text."""
        self.reader = reader
        self._free = text
        self._tokens = Tokens(reader).get
        self._stop_words = reader.rules.stop_words
        self._rules: dict[bytes, LabelRule | None] = {}
        self._names: dict[bytes, bytes] = {}

    def name(self, name: bytes) -> bytes:
        """The name of a column, key or element, but for learned values, addresses and longer numbers in it."""
        known = self._names.get(name)
        if known is None:
            masked = self.reader.protocol(name)
            known = _HIDDEN.sub(lambda digits: self.reader.value(Entity.USER, digits[0], RULE), masked)
            remember(self._names, name, known)
        return known

    def key(self, name: bytes) -> bytes:
        """What an object, a map or an element calls a value; maps are often keyed by somebody."""
        return self._free(name) if self.is_label(name) else self.denied(name)

    def is_label(self, name: bytes) -> bool:
        """Whether a name is one that programs give."""
        if _LABEL.fullmatch(name) is not None:
            return _PROPER.fullmatch(name) is None or self.rule(name) is not None or self.is_plain(name)
        rule = self.rule(name) if _PHRASE.fullmatch(name) is not None else None
        return self.is_plain(name) if rule is None else not rule.id.startswith("fragment-")

    def rule(self, told: bytes) -> LabelRule | None:
        """What the name of a value says: the whole of it, or what follows its numbers and dots."""
        if told in self._rules:
            return self._rules[told]
        rule = None
        parts = [part for part in told.split(b".") if part and not part.isdigit()]
        if b"." in told or told.lower() not in UNTOLD:
            lookup = self.reader.scanner.labels
            for first in range(len(parts)):
                rule = lookup(b"".join(parts[first:]))
                if rule is not None:
                    break
        remember(self._rules, told, rule)
        return rule

    def denied(self, value: bytes) -> bytes:
        """A text of which only plain words stay."""
        if len(value) < SHORTEST_ID and value.isalnum() and value.isascii() and not value.isdigit():
            # Too short for anything that a detector knows by its look alone.
            new = self.reader.known(value)
            return new if new != value or self._is_plain(value) else self.reader.value(Entity.NAME, value, RULE)
        if _SHAPED.fullmatch(value):
            return self.token(value)
        if len(value) > PIECE:
            return b"".join(map(self.denied, _PIECES.findall(value)))
        found = self.reader.scanner.findings(value)
        return self.reader.settled(value, found + self.strange(value, 0, len(value), found))

    def strange(self, text: bytes, start: int, end: int, found: list[Finding]) -> list[Finding]:
        """The words of a text that are not plain and that no finding covers."""
        strange: list[Finding] = []
        for token in _TOKEN.finditer(text, start, end):
            if self._is_plain(token[0]) or _SHAPED.fullmatch(token[0]):
                continue
            stop = token.end()
            if b":" in token[0]:
                port = _PORT.fullmatch(token[0])
                stop = stop if port is None else token.start() + port.end(1)
            strange += [
                Finding(*word.span(), Entity.NAME, RULE)
                for word in _WORD.finditer(text, token.start(), stop)
                if word[1] is None and not self._is_plain(word[0]) and not self._is_set(text, word)
            ]
        if not strange:
            return strange
        covered = [(finding.start, finding.end) for finding in found]
        covered += [date.span() for date in DATE.finditer(text, start, end)]
        return [word for word in strange if not any(a <= word.start and word.end <= b for a, b in covered)]

    def _is_set(self, text: bytes, word: re.Match[bytes]) -> bool:
        """Whether a word is what a program calls the value behind it: ``callTag=77``."""
        if text[word.end() : word.end() + 1] != b"=":
            return False
        return _CAMEL.fullmatch(word[0]) is not None or self.rule(word[0]) is not None

    def is_plain(self, value: bytes) -> bool:
        """Whether a value is a time, or nothing but small numbers and words of protocols and programs."""
        return time.NOTATIONS.fullmatch(value) is not None or all(
            self._is_plain(token[0]) or all(word[1] or self._is_plain(word[0]) for word in _WORD.finditer(token[0]))
            for token in _TOKEN.finditer(value)
        )

    def _is_plain(self, word: bytes) -> bool:
        return is_plain(word, self._stop_words)

    def is_product(self, told: bytes) -> bool:
        """Whether a name tells of a program or device, whose words stay."""
        return told.rpartition(b".")[2].translate(_LOWER, b"-_ ") in _PRODUCTS

    def is_sentence(self, told: bytes) -> bool:
        """Whether a name tells of what a program says."""
        return told.translate(_LOWER, b"-_ ") in _SENTENCES

    def unnamed(self, told: bytes, value: bytes) -> bytes:
        """A value whose name is known to no rule, or as that of a protocol."""
        if told.translate(_LOWER, b"-_ ").endswith(_RELEASED) and _RELEASE.fullmatch(value):
            return self.reader.settled(value, address.releases(value))
        rule = self.rule(told)
        return self.untold(told, value) if rule is None or rule.measure else self.protocol(told, value)

    def untold(self, told: bytes, value: bytes) -> bytes:
        """A value of which nothing is said."""
        if DATE.fullmatch(value) or (_EPOCH.fullmatch(value) and _TIMED.search(told)):
            return value
        if told.lower() in _PERSONAL and _PERSON.fullmatch(value) and not self._is_mostly_plain(value):
            return self.reader.value(Entity.NAME, value, NAMED)
        if _IN_GROUPS.fullmatch(value) is not None:
            return self.reader.value(Entity.NUMBER, value, RULE)
        if len(value) > 2 and value.isdigit() and self.reader.sweep is not None and value in self.reader.sweep.digits:
            return self.reader.value(Entity.USER, value, RULE)
        return self.denied(value)

    def _is_mostly_plain(self, value: bytes) -> bool:
        """Whether more than half of the words are plain, so that a value names a thing rather than somebody."""
        words = value.split()
        return 2 * sum(map(self._is_plain, words)) > len(words)

    def token(self, value: bytes) -> bytes:
        """A value of one word, as in a log."""
        try:
            return self._tokens(value)
        except Contextual:
            return self._free(value)

    def protocol(self, told: bytes, value: bytes) -> bytes:
        """A value whose name says that it is no identity."""
        name = told.rpartition(b".")[2].translate(_LOWER, b"-_ ")
        if self.is_product(told):
            return self._free(value)
        if name in (b"filename", b"source", b"location") and _SOURCE.fullmatch(value):
            return self._free(value)
        arguments = _ARGUMENTS.fullmatch(value) if name in _APPLIED else None
        if arguments is not None:
            return self.reader.value(Entity.USER, arguments[1], RULE) + self.denied(arguments[2])
        if name in _NUMBERED and value.isdigit() and len(value) > 2:
            return self.reader.value(Entity.USER, value, RULE)
        if _SMALL.fullmatch(value) or DATE.fullmatch(value):
            return value
        if _MEASURE.fullmatch(value) or time.NOTATIONS.fullmatch(value) or _SHAPED.fullmatch(value):
            return self.token(value)
        dialled = _DIALLED.fullmatch(value)
        if dialled is not None:
            return self.token(dialled[1]) + value[dialled.end(1) :]
        return self._free(value) if name not in COMPOSITE and self.is_of_protocol(told, value) else self.denied(value)

    def is_setting(self, told: bytes, value: bytes) -> bool:
        """The same of a setting, which may name what another section of the configuration is called."""
        name = told.rpartition(b".")[2].translate(_LOWER, b"-_ ")
        return self.is_of_protocol(told, value) or (name in COMPOSITE and len(value.split()) < 2 and value.isascii())

    def is_of_protocol(self, told: bytes, value: bytes) -> bool:
        """Whether a value is one word that the field of a protocol may hold.

        Passwords, accounts and names are none, but for a name in small letters, so that nothing but known words stays
        under names where somebody may have written one.
        """
        if len(value.split()) > 1 or not value.isascii():
            return False
        if self.is_plain(value) or _NUMERAL.fullmatch(value) is not None:
            return True
        name = told.rpartition(b".")[2].translate(_LOWER, b"-_ ")
        return name not in _OPEN and is_choice(value, self._stop_words)


def remember(memo: dict[K, V], key: K, value: V) -> None:
    """Put into a memo, which is emptied when it is full."""
    if len(memo) >= REMEMBERED:
        memo.clear()
    memo[key] = value
