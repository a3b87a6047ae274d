"""Free text by tokens: what stands between two blanks is looked up; only a token never seen is read.

The shapes below cover nearly every token of a log. A token of another shape takes the complete reading
(:meth:`Rewrite.text`), and one whose reading depends on its neighbours raises :class:`~scrubber.memo.Contextual`.
"""

from __future__ import annotations

import re

from scrubber.memo import Contextual, Memo
from scrubber.model import Entity
from scrubber.rewrite import Rewrite
from scrubber.scan import Scanner

TOKENS = 1 << 16
RULE = "channel-name"

_TRIM = b"\"'()[]<>{},;.!?"
_POINTER = re.compile(rb"0x[0-9A-Fa-f]{1,16}")
_SAFE = re.compile(
    rb"0x[0-9A-Fa-f]{1,16}|[0-9]{1,2}|[0-9]{1,6}(?:ms|s|kb|MB|%)|[A-Za-z_]{1,40}(?:::[A-Za-z_]{1,40}){0,3}(?:\(\))?"
    rb"|[A-Za-z_]{1,40}\.(?:c|h|cpp|lua|conf|so)(?::[0-9]{1,5})?|-{1,3}>?|[A-Za-z]{1,20}(?:[-_/][A-Za-z]{1,20}){1,4}"
)
_CHANNEL = re.compile(
    rb"(?:[A-Za-z]{1,24}\()?[\"'(<\[]{0,3}(?:PJSIP|SIP|IAX2)/([A-Za-z0-9._+]{1,64}(?:-[A-Za-z][A-Za-z0-9._+]{0,32}){0,2})"
    rb"-[0-9a-f]{8}[\"')>\],.:;]{0,4}"
)
_EXECUTING = re.compile(rb"\[([0-9+*#]{1,32}|[a-z])@[A-Za-z][A-Za-z_-]{0,60}:[0-9]{1,4}\]")
_ENDPOINT = re.compile(rb"[\"'(<\[]{0,3}(?:(?:udp|tcp|tls|ws|wss|UDP|TCP|TLS|WS|WSS):)?([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?[\"')>\],.;:]{0,3}")
_UUID = re.compile(rb"[\"'(<\[]{0,2}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})[\"')>\],.;:]{0,3}")
_GROUPS = re.compile(rb"[0-9]{2,5}(?:-[0-9]{2,5}){1,4}[,.;)]?(?<![0-9]{4}-[0-9]{2}-[0-9]{2})")
_WORDS = re.compile(rb"[A-Za-z]+|[0-9]+|[\x80-\xff]+")


class Probe:
    """Tells tokens that stay as they are from those that need a reading, alone or with their line."""

    __slots__ = ("_keywords", "_labels", "_sweep", "_words")

    def __init__(self, scanner: Scanner) -> None:
        self._sweep = scanner.sweep
        self._words = scanner.sweep.words if scanner.sweep is not None else {}
        self._labels = scanner.labels
        self._keywords = scanner.keywords

    def is_plain(self, token: bytes) -> bool:
        """Whether the token stays. :class:`~scrubber.memo.Contextual` when its line has to be read as a whole."""
        core = token.strip(_TRIM)
        if not core:
            return True
        if not core.isascii():
            return False
        if core.isalpha():
            return self._is_plain_word(core.lower())
        if core.isdigit():
            return self._is_plain_number(token, core)
        if core[-1:] in b":=" or core in (b"=>", b"->"):
            return self._is_plain_label(token, core)
        if _SAFE.fullmatch(core) and not self._mentions(core):
            return True
        self._check_context(token)
        return False

    def _is_plain_word(self, word: bytes) -> bool:
        if word in self._keywords:
            raise Contextual
        return word not in self._words

    def _mentions(self, core: bytes) -> bool:
        """Whether a harmless-looking token holds a word that means something elsewhere."""
        return any(word in self._keywords or word in self._words for word in _WORDS.findall(core.lower()))

    def _is_plain_number(self, token: bytes, core: bytes) -> bool:
        """Short numbers stay unless they are known or may be one group of a spaced-out telephone number."""
        if len(core) >= 7 or (self._sweep is not None and core in self._sweep.digits):
            raise Contextual
        grouped = token[:1] == b"(" or (token == core and core[:1] == b"0" and 1 < len(core) < 6)
        if grouped or token[:1] in b"'\"<" or token[-1:] in b"'\">":
            raise Contextual
        return True

    def _is_plain_label(self, token: bytes, core: bytes) -> bool:
        label = core.rstrip(b":=")
        if label.isalnum() and label.isascii():
            rule = self._labels(label)
            lowered = label.lower()
            known = self._sweep is not None and lowered in self._sweep.digits
            if (rule is None or rule.entity is None) and not known and lowered not in self._keywords:
                return lowered not in self._words
        elif _SAFE.fullmatch(label) and not self._mentions(label):
            rule = self._labels(label)
            if rule is None or rule.entity is None:
                return True
        raise Contextual

    def _check_context(self, token: bytes) -> None:
        """Raise when the token opens something that may go on behind the next blank, or names a rule's keyword."""
        if token.count(b'"') & 1 or token.count(b"'") & 1 or token.count(b"<") != token.count(b">"):
            raise Contextual
        if token[-1:] in b"=:>" or token[:1] in b"=:+" or _GROUPS.fullmatch(token):
            raise Contextual
        keywords = self._keywords
        for word in _WORDS.findall(token.lower()):
            if word in keywords:
                raise Contextual


class Tokens:
    """Memo of tokens and the readings behind it."""

    __slots__ = ("_probe", "_rewrite", "memo")

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite
        self._probe = Probe(rewrite.scanner)
        self.memo = Memo(self.read, TOKENS)

    def read(self, token: bytes) -> bytes:
        """The token rewritten; :class:`~scrubber.memo.Contextual` when its line has to be read as a whole."""
        for shape, entity, rule in _SHAPES:
            match = shape.fullmatch(token)
            if match is not None:
                start, end = match.span(1)
                return token[:start] + self._rewrite.value(entity, token[start:end], rule) + token[end:]
        if self._probe.is_plain(token):
            return token
        return self._rewrite.text(token)


_SHAPES = (
    (_CHANNEL, Entity.USER, RULE),
    (_ENDPOINT, Entity.HOST, "address"),
    (_UUID, Entity.IDENTIFIER, "token"),
    (_EXECUTING, Entity.USER, "channel-name"),
)
