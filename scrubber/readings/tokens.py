"""Free text by tokens: what stands between two blanks is looked up; only a token never seen is read.

A token is plain (it stays), of a simple shape (its value is replaced where it stands), a compound (its pieces between
quotes, brackets and commas are tokens of their own), or something else, which takes the complete reading. One whose
reading depends on what stands around it raises :class:`~scrubber.readings.memo.Contextual` and is not stored. With
``calm`` labels and bare numbers raise nothing: the caller has looked for them already (:meth:`Scanner.contextual`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scrubber.detectors import card, channel, recording, reference, uri
from scrubber.edges import MONTHS, is_year
from scrubber.model import Entity, Finding
from scrubber.readings.memo import Contextual, Words
from scrubber.readings.rewrite import Reader
from scrubber.spans import SEVERITY

TOKENS = 1 << 13
LONGEST_LABEL = 20
"""Longer words before ``=`` are rather base64 with its padding."""
FEATURE = 2
"""Digits of a feature code, behind which an extension may stand."""
SHORTEST_ID = 12
"""Shorter mixes of letters and digits are no opaque identifiers by their look alone."""

_TRIM = b"\"'()[]<>{},;.!?*"
_SAFE = re.compile(
    rb"0x[0-9A-Fa-f]{1,16}|[0-9]{1,6}(?:ms|s|kb|MB|%)|[A-Za-z_]{1,40}(?:::[A-Za-z_]{1,40}){0,3}(?:\(\))?"
    rb"|[A-Za-z_]{1,40}[0-9]?\.(?:c|h|cpp|lua|conf|so)(?::[0-9]{1,5})?|1[0-9]{9}\.[0-9]{1,9}"
    rb"|(?!(?:PJSIP|SIPS?|IAX2|Local|Agent)/)[A-Za-z_]{1,30}(?:[-/][A-Za-z]{1,20}){1,4}|-[0-9]{1,3}|[0-9]{1,3}/[0-9]{1,3}"
    rb"|20[0-9]{2}-[01][0-9]-[0-3][0-9](?:[T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{4})?)?"
    rb"|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?|[0-9]{1,6}\.[0-9]{1,3}|[A-Za-z]{1,12}[0-9]{1,3}"
)
"""Shapes that no detector takes for a value, provided they hold no learned word and no keyword."""
_URI = re.compile(rb"(?i)(?:sips?|tel|https?|ftp):|[a-z0-9]/[^\s/@:]{1,128}:[^\s/@]{1,128}@")
"""A URI, or a channel with a password, whose signs divide nothing."""
_QUERY = re.compile(rb"(?:/[^\s?]{0,1024}\?|\A&)[A-Za-z_][A-Za-z0-9_.-]{0,63}=")
"""A query whose values the complete reading judges by their names."""
_DEGREES = re.compile(rb"[0-9]\.[0-9]{3,15}[,;/][+-]?[0-9]{1,3}\.[0-9]{3}")
"""Two decimals side by side, of which the words before say whether they are a place."""
_PORT_BEHIND_DOT = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\.[0-9a-z-]{1,15}:?")
_SIMPLE = re.compile(rb"[A-Za-z0-9_.+@-]{1,128}")
_SIGNS = frozenset((b"=", b":"))
_MARKS = frozenset((b"=", b":", b"=>", b":="))
_SPLIT = re.compile(rb"([^A-Za-z0-9_.+@/:%#*~$&?\\\x80-\xff-]+)").split
_WORDS = re.compile(rb"[A-Za-z]+|[0-9]+")
_GROUPS = re.compile(rb"[0-9]{2,5}(?:[-/][0-9]{2,5}){1,4}")
_LABEL_MARK = re.compile(rb"[\])\"']{0,2}(?:=|:)")
_LABEL_WORD = re.compile(rb"[A-Za-z\x80-\xff][A-Za-z0-9_./\x80-\xff-]{0,63}")
_LAST_WORD = re.compile(rb"[A-Za-z\x80-\xff][A-Za-z0-9_.\x80-\xff-]{0,63}\Z")
_PLAIN_LABEL = re.compile(rb"[A-Za-z0-9_]{1,40}(?:-[A-Za-z]{1,20}|\.(?:c|h|cpp|lua|conf|so|py|js)){0,3}")
_INNER_LABEL = re.compile(rb"([A-Za-z\x80-\xff][A-Za-z0-9_.\x80-\xff-]{1,64}):(?!/)")
_WIDE_COLON = b"\xef\xbc\x9a"

_COMPARED = re.compile(rb"[0-9]{1,6}|\+[1-9][0-9]{6,14}")

_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|[01][0-9][0-9]|[0-9]{1,2})"
_VALUES: tuple[tuple[str, bytes, Entity, str], ...] = (
    (
        "channel",
        rb"(?:PJSIP|SIP|IAX2)/([A-Za-z0-9._+]{1,64}(?:-[A-Za-z][A-Za-z0-9._+]{0,32}){0,2})-[0-9a-f]{8}",
        Entity.USER,
        "channel.endpoint",
    ),
    ("number", rb"(\+[1-9][0-9]{6,14})", Entity.NUMBER, "number"),
    ("uuid", rb"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", Entity.IDENTIFIER, "token.uuid"),
    (
        "address",
        rb"(?:(?:udp|tcp|tls|ws|wss|UDP|TCP|TLS|WS|WSS):)?(" + _OCTET + rb"(?:\." + _OCTET + rb"){3})(?::[0-9]{1,5})?",
        Entity.HOST,
        "address.ipv4",
    ),
    (
        "endpoint",
        rb"IPV4/[A-Z]{2,4}/([0-9]{1,3}(?:\.[0-9]{1,3}){3})/[0-9]{1,5}",
        Entity.HOST,
        "asterisk-security-address",
    ),
    ("position", rb"(\+?[0-9]{2,32})@[A-Za-z][A-Za-z_-]{0,60}:[0-9]{1,4}", Entity.USER, "channel.position"),
)
_EDGE = b"[" + re.escape(_TRIM) + b"]*+"
_VALUE = re.compile(
    _EDGE
    + b"(?:"
    + rb"|".join(b"(?P<%s>%s)" % (name.encode(), pattern) for name, pattern, _, _ in _VALUES)
    + b")"
    + _EDGE
)
"""A token that is one value in a known frame, and punctuation around it."""
_LAST_WORDS = frozenset((b"name", b"id", b"to", b"number", b"address", b"user", b"key", b"host", b"tag", b"extension"))
"""What labels of several words end with (``System Name:``): the word before decides."""
_RELEASE = re.compile(rb"(?:(?!0?10\.)0?[0-9]{1,2}|1[0-9]{2}\.8[0-9])\.[0-9.]+")
"""An address that may as well be the release of a program: the words before it tell."""
_MEANING = {name: (entity, rule) for name, _, entity, rule in _VALUES}
_ENDPOINT = re.compile(rb"(?:PJSIP|SIP)/([A-Za-z0-9]{1,64})")
_UNIQUE = re.compile(rb"([A-Za-z_]{2,40})=1[0-9]{9}\.[0-9]{1,9}")
"""A variable that holds the unique identifier of a channel: seconds and a count."""
_FOCUSED: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Iterator[Finding]]], ...] = (
    (re.compile(rb"(?:PJSIP|SIP|IAX2|Local|Agent)/[A-Za-z0-9._+@/-]{1,200}"), channel.find),
    (re.compile(rb"sips?:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,128}(?::[0-9]{1,5})?"), uri.find),
    (
        re.compile(rb"(?:[0-9]{4}/[0-9]{2}/[0-9]{2}/)?(?:out|in|internal|external|exten|q|rg)-[A-Za-z0-9.+-]{8,160}"),
        recording.find,
    ),
)
"""Shapes whose only values are those of one detector."""


class Tokens:
    """Memo of tokens and the readings behind it."""

    __slots__ = ("_calm", "_digits", "_labels", "_plain", "_reader", "_sweep", "_words", "get")

    def __init__(self, reader: Reader, *, calm: bool = False) -> None:
        self._reader = reader
        self._sweep = reader.sweep
        self._words = reader.sweep.words if reader.sweep is not None else {}
        self._digits = reader.sweep.digits if reader.sweep is not None else {}
        self._labels = reader.scanner.labels
        self._calm = calm
        self._plain: dict[bytes, bool] = {}
        self.get = Words(self.read, TOKENS, self._words).__getitem__

    def read(self, token: bytes) -> bytes:
        """The token dealt with, or :class:`~scrubber.readings.memo.Contextual`."""
        value = _VALUE.fullmatch(token)
        if value is not None:
            return self._shaped(token, value)
        core = token.strip(_TRIM)
        if not core:
            return token
        if core.isalnum():
            if core.isdigit():
                return self._number(token, core)
            if core.isalpha() or len(core) < SHORTEST_ID:
                return self._word(token, core)
        new = self._marked(token, core)
        if new is None and core.isascii():
            new = self._framed(token, core)
        if new is not None:
            return new
        if b"=?" in token or _WIDE_COLON in token or _PORT_BEHIND_DOT.fullmatch(core) or _DEGREES.search(core):
            raise Contextual
        return self._compound(token)

    def _marked(self, token: bytes, core: bytes) -> bytes | None:
        """Punctuation, or a word with the mark of a label."""
        if core[-1:] not in b":=" and core[:1] != b"-":
            return None
        label = core.strip(b"-:=\"'>)] ")
        if not label:
            return self._mark(token, core)
        padded = core[-1:] == b"=" and (len(label) >= LONGEST_LABEL or core[-2:] == b"==")
        return self._label(token, label) if not padded and _LABEL_WORD.fullmatch(label) else None

    def _framed(self, token: bytes, core: bytes) -> bytes | None:
        """A shape that holds no value, or the values of one detector only."""
        if _SAFE.fullmatch(core):
            return token if self._unremarkable(core) else self._reader.text(token)
        named = _ENDPOINT.fullmatch(token)
        if named is not None and named[1].lower() not in channel.KEPT and named[1] not in channel.PROTOCOL:
            return self._endpoint(token, named)
        unique = _UNIQUE.fullmatch(core)
        if unique is not None and self._labels(unique[1]) is None and self._unremarkable(core):
            return token
        for shape, find in _FOCUSED:
            if shape.fullmatch(core):
                return self._focused(token, find)
        # What a debugger says of an argument is an address in pieces alone.
        return self._reader.text(token) if b"@entry=" in core else None

    def _shaped(self, token: bytes, value: re.Match[bytes]) -> bytes:
        """A token that is one value in a known frame."""
        frame = value.lastgroup or ""
        entity, rule = _MEANING[frame]
        start, end = value.span(value.lastindex + 1 if value.lastindex else 0)
        if frame == "address" and _RELEASE.fullmatch(value[frame]) is not None:
            raise Contextual
        if token[start:end].lower() in channel.KEPT or (
            frame == "position" and not self._is_plain(token[end : value.end(frame)])
        ):
            return self._focused(token, channel.find)
        return token[:start] + self._reader.value(entity, token[start:end], rule) + token[end:]

    def _endpoint(self, token: bytes, named: re.Match[bytes]) -> bytes:
        """A technology and an endpoint without a counter."""
        start, end = named.span(1)
        known = [] if self._sweep is None else self._sweep.find(token)
        for found in known:
            if found.start < start or SEVERITY[found.entity] < SEVERITY[Entity.USER]:
                return self._focused(token, channel.find)
        return token[:start] + self._reader.value(Entity.USER, token[start:end], "channel.endpoint")

    def _is_plain(self, context: bytes) -> bool:
        """Whether a context and priority hold no learned value."""
        plain = self._plain.get(context)
        if plain is None:
            if len(self._plain) >= TOKENS:
                self._plain.clear()
            plain = self._plain[context] = self._unremarkable(context)
        return plain

    def _word(self, token: bytes, word: bytes) -> bytes:
        lowered = word.lower()
        if lowered in self._words and lowered in MONTHS:
            raise Contextual  # of a date, or somebody's name
        if lowered in self._words or not word.isascii():
            return self._reader.known(token)
        if reference.is_one(word):
            return self._reader.text(token)
        if self._sweep is not None and not word.isalpha() and not self._unremarkable(token):
            return self._reader.known(token)
        return token

    def _unremarkable(self, core: bytes) -> bool:
        """Whether no word of a harmless-looking token means something elsewhere."""
        return self._sweep is None or not self._sweep.find(core)

    def _number(self, token: bytes, core: bytes) -> bytes:
        """Short numbers stay unless they are known or may be one group of a spaced-out telephone number."""
        if token[:1] == b"(" and len(core) < 7 and b")" not in token:
            return token
        if token[:1] == b"*" and core[FEATURE:] in self._digits:
            return self._reader.text(token)
        if len(core) > 3 and self._sweep is not None:
            if core in self._digits and is_year(core):
                raise Contextual
            if known := self._sweep.find(token):
                return self._reader.settled(token, known)
        if len(core) >= 13 and card.is_card(core):
            return token.replace(core, self._reader.value(Entity.CARD, core, "card"))
        if len(core) >= 7:
            if self._calm:
                return token
            raise Contextual
        closed = token[:1] == b"(" and token[-1:] == b")"
        if (closed and 1 < len(core) < 6) or (token == core and core[:1] == b"0" and 1 < len(core) < 6):
            raise Contextual
        return token

    def _mark(self, token: bytes, core: bytes) -> bytes:
        """Punctuation on its own: a rule of dashes, an arrow, or the mark between a label and its value."""
        if core in _MARKS and not self._calm and token[:1] != b"!":
            raise Contextual
        return token

    def _label(self, token: bytes, label: bytes) -> bytes:
        """A label whose value stands behind the next blank."""
        if not self._calm:
            rule = self._labels(label)
            if (rule is not None and rule.tells) or label.lower() in _LAST_WORDS:
                raise Contextual
        if _PLAIN_LABEL.fullmatch(label) is None:
            return self._reader.text(token)
        if not self._unremarkable(label):
            return self._reader.known(token)
        return token

    def _focused(self, token: bytes, find: Callable[[bytes], Iterator[Finding]]) -> bytes:
        findings = list(find(token))
        if self._sweep is not None:
            findings += self._sweep.find(token)
        return self._reader.settled(token, findings)

    def _compound(self, token: bytes) -> bytes:
        if not self._calm and token[:1] in _SIGNS and token[1:2].isalnum():
            raise Contextual
        pieces = _SPLIT(token)
        if len(pieces) < 3 or (b"@" in token and _URI.search(token)) or _QUERY.search(token) is not None:
            if not self._calm:
                self._check_context(token)
            return self._reader.text(token)
        done = -1
        for index in range(0, len(pieces), 2):
            piece = pieces[index]
            if not piece or index == done:
                continue
            if not self._calm and index + 2 < len(pieces) and _LABEL_MARK.match(pieces[index + 1]):
                word = _LAST_WORD.search(piece)
                rule = self._labels(piece if word is None else word[0])
                if rule is not None and rule.tells:
                    if rule.entity is None or not self._is_simple_value(pieces, index):
                        return self._labelled(token, pieces, index)
                    pieces[index + 2] = self._reader.value(rule.entity, pieces[index + 2], rule.id)
                    done = index + 2
            if piece in self._digits and is_year(piece):
                raise Contextual
            pieces[index] = self._piece(token, piece)
        return b"".join(pieces)

    def _piece(self, token: bytes, piece: bytes) -> bytes:
        if piece.isdigit() and len(piece) >= 7 and b'"' + piece + b'"' in token and not _is_epoch(piece):
            return self._reader.value(Entity.NUMBER, piece, "number")
        if not self._calm:
            inner = _INNER_LABEL.match(piece)
            if inner is not None and self._labels(inner[1]) is not None:
                raise Contextual
        return self.get(piece)

    @staticmethod
    def _is_simple_value(pieces: list[bytes], index: int) -> bool:
        """Whether the label at ``index`` is followed by one plain piece in double quotes."""
        return (
            index + 3 < len(pieces)
            and pieces[index + 1] in (b'="', b'":"')
            and pieces[index + 3][:1] == b'"'
            and _SIMPLE.fullmatch(pieces[index + 2]) is not None
        )

    def _labelled(self, token: bytes, pieces: list[bytes], index: int) -> bytes:
        """A compound with a labelled value: read as a whole when the value ends inside the token."""
        mark = pieces[index + 1]
        quote = mark[-1:]
        if quote in b"\"'" and quote:
            closed = any(pieces[later].startswith(quote) for later in range(index + 3, len(pieces), 2))
            if closed:
                return self._reader.text(token)
        raise Contextual

    def _check_context(self, token: bytes) -> None:
        """Raise when the token opens something that may go on behind the next blank."""
        if token[:1] == b"+" or _GROUPS.fullmatch(token):
            raise Contextual
        inner = _INNER_LABEL.match(token)
        if inner is not None:
            rule = self._labels(inner[1])
            if rule is not None and rule.tells:
                raise Contextual


def _is_epoch(digits: bytes) -> bool:
    return len(digits) in (10, 13, 16) and digits[:1] == b"1"


def compared(pieces: list[bytes]) -> list[int]:
    """Where an expression of a dial plan compares digits, ``$[ "1001" = "" ]``: no label stands before that mark."""
    return [
        at
        for at in range(2, len(pieces))
        if pieces[at] == b" = " and pieces[at - 2][-3:] == b"$[ " and _COMPARED.fullmatch(pieces[at - 1])
    ]
