"""The first pass: identities out of structured places, into the lexicon.

Reads what the second pass reads, by the same grammar and detectors, but only to remember values. A line seen before is
not read again.
"""

from __future__ import annotations

import re

from scrubber.grammar import header, sdp, sip
from scrubber.jsonline import looks_like_json, scrub_json
from scrubber.lexicon import Lexicon
from scrubber.memo import Contextual, Memo
from scrubber.model import Entity, Format, FormRule, Part, RuleSet
from scrubber.rewrite import DEPTH, PART_ENTITY, refine
from scrubber.scan import Scanner
from scrubber.textline import escaped_newlines
from scrubber.tokens import TOKENS, Probe

SEEN = 1 << 17
PIECE = 1 << 15

_UNREMARKABLE = frozenset({b"keep", b"text", b"unknown"})
_STRUCTURED_TAIL = re.compile(rb";tag=([^;>\s]{1,256})")
_LONG_ID = 32


class Learner:
    """Collects identities of any number of files into :attr:`lexicon`."""

    def __init__(self, rules: RuleSet) -> None:
        self.lexicon = Lexicon(rules.stop_words)
        self._rules = rules
        self._scanner = Scanner(rules)
        self._seen: set[bytes] = set()
        self._values: set[bytes] = set()
        self._names: dict[bytes, FormRule | None] = {}
        self._tokens = Memo(self._token, TOKENS).__getitem__
        self._probe = Probe(self._scanner)

    def feed(self, block: bytes, fmt: Format, depth: int = 0) -> None:
        """Learn from a block of whole lines."""
        fresh = set(block.split(b"\n"))
        fresh -= self._seen
        if len(self._seen) > SEEN:
            self._seen.clear()
        text_start = fmt.text_start
        remember = self._seen.add
        for line in fresh:
            start = text_start(line)
            if start:
                self._text(line[start:].rstrip(b"\r"), depth)
            else:
                remember(line)
                self._bare(line.rstrip(b"\r"), depth)

    def _token(self, token: bytes) -> bytes:
        if not self._probe.is_plain(token):
            self._findings(token)
        return b""

    def _text(self, text: bytes, depth: int) -> None:
        try:
            for _ in map(self._tokens, text.split(b" ")):
                pass
        except Contextual:
            if not self._structured(text, depth):
                self._findings(text)

    def _bare(self, body: bytes, depth: int) -> None:
        if body and not self._structured(body, depth):
            self._text_only(body)

    def _text_only(self, text: bytes) -> None:
        try:
            for _ in map(self._tokens, text.split(b" ")):
                pass
        except Contextual:
            self._findings(text)

    def _findings(self, text: bytes) -> None:
        if len(text) > PIECE:
            for start in range(0, len(text), PIECE):
                self._findings(text[start : start + PIECE])
            return
        add = self.lexicon.add
        for finding in self._scanner.findings(text):
            add(finding.entity, text[finding.start : finding.end])

    def _structured(self, body: bytes, depth: int) -> bool:
        if body[1:2] == b"=" and sdp.is_sdp_line(body):
            if body[0] in b"oasue":
                self._parts(body, sdp.line(body, 0, len(body)))
            return True
        name, colon, value = body.partition(b":")
        if colon and self._field(name, value):
            return True
        if b"SIP/2.0" in body:
            if sip.is_start_line(body):
                self._parts(body, sip.start_line(body, 0, len(body))[1])
                return True
            if depth < DEPTH and escaped_newlines(body, lambda inner: self._nested(inner, depth)) is not None:
                return True
        if body[:1] in b"{[" and looks_like_json(body):
            scrub_json(body, lambda key, decoded: self._json_value(key, decoded, depth))
            return True
        return False

    def _nested(self, text: bytes, depth: int) -> bytes:
        for line in text.split(b"\n"):
            self._bare(line.rstrip(b"\r"), depth + 1)
        return text

    def _json_value(self, key: bytes, decoded: bytes, depth: int) -> bytes:
        rule = self._scanner.labels(key) if key else None
        if rule is not None and rule.entity is not None and b"\n" not in decoded:
            self.lexicon.add(rule.entity, decoded)
        elif depth < DEPTH and (b"\n" in decoded or b"SIP/2.0" in decoded or looks_like_json(decoded)):
            self._nested(decoded, depth)
        else:
            self._findings(decoded)
        return decoded

    def _field(self, name: bytes, value: bytes) -> bool:
        try:
            rule = self._names[name]
        except KeyError:
            stripped = name.strip(b" \t").lower()
            rule = self._rules.headers.get(stripped) if name[:1] not in (b" ", b"\t") else None
            if len(self._names) < 4096:
                self._names[name] = rule
        if rule is None:
            return False
        if rule.form == "keep":
            return True
        if rule.form == "address":
            self._address(value)
        elif value not in self._values:
            self._remember(value)
            self._parts(value, header.parts(rule.form, value, 0, len(value)))
        return True

    def _remember(self, value: bytes) -> None:
        if len(self._values) > SEEN:
            self._values.clear()
        self._values.add(value)

    def _address(self, value: bytes) -> None:
        """The part up to the closing bracket repeats from message to message; what follows is mostly a new tag."""
        end = value.find(b">") + 1
        key = value[:end] if end and value.find(b",", end) < 0 else value
        if key not in self._values:
            self._remember(key)
            self._parts(key, header.parts("address", key, 0, len(key)))
        if end and key is not value:
            match = _STRUCTURED_TAIL.search(value, end)
            if match is not None and len(match[1]) < _LONG_ID:
                self.lexicon.add(Entity.TAG, match[1])

    def _parts(self, data: bytes, parts: list[Part]) -> None:
        add = self.lexicon.add
        for start, end, name in parts:
            entity = PART_ENTITY.get(name)
            value = data[start:end]
            if entity is not None:
                add(refine(entity, value) if entity is Entity.HOST else entity, value)
            elif name == "realm" and b"." in value:
                add(Entity.HOST, value)
            elif name in ("free", "nested", "unknown"):
                self._findings(value)
