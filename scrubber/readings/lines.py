"""One line of a log: which of the readings it takes, and the memo that remembers the outcome.

Each line is read on its own; where the lines around it matter it comes out as a :class:`~scrubber.readings.memo.Cue`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber import encodings
from scrubber.blindness import SHAPE
from scrubber.detectors import labelled
from scrubber.grammar import sdp, sip
from scrubber.model import Entity, Finding, Format, FormRule
from scrubber.readings import entry, packetfields, pairs, spoken, table, trailing
from scrubber.readings.extent import is_text_request
from scrubber.readings.fieldname import NO_FIELD, UNKNOWN, VARIABLE, FieldNames
from scrubber.readings.fields import Fields
from scrubber.readings.jsonline import is_loosely_json, looks_like_json, scrub_json
from scrubber.readings.markup import looks_like_markup, scrub_markup
from scrubber.readings.member import Members
from scrubber.readings.memo import Contextual, Cue, Memo
from scrubber.readings.message import Messages, is_sdp_type
from scrubber.readings.rewrite import DEPTH, Reader
from scrubber.readings.screen import holds_reference, is_of_message, is_spaced, screen
from scrubber.readings.stretches import PIECE
from scrubber.readings.textline import ends_message, escaped_newlines, hexdump, looks_like_hexdump
from scrubber.readings.tokens import Tokens, compared
from scrubber.readings.unknown import is_understood
from scrubber.spans import UNKNOWN_LINE, resolve

LINES = 1 << 13
PIECES = 1 << 13
TEXTS = 1 << 12
LONGEST = 1 << 10
"""Lines above this many bytes are not remembered."""

_GLUED = frozenset(bytes((byte,)) for byte in b"@.-+%_\\" + bytes(range(0x80, 0x100)))
"""What ties a value to its neighbour: neither can be read alone."""
_APART = frozenset((b"", b" "))
_LETTERS = frozenset(bytes((byte,)) for byte in range(0x80) if bytes((byte,)).isalpha())
"""What no document begins with, nor a wrapped line unless it holds a character reference."""
_HEXADECIMAL = frozenset(bytes((byte,)) for byte in b"abcdefABCDEF")
_SCHEMES = frozenset((b"sip:", b"ips:", b"tel:"))
_QUOTED_MATTERS = re.compile(
    rb'(?:\A|")(?: ?[:=]|[0-9]{7,15}(?:"|\Z)|(?:19|20)[0-9]{2}(?![0-9A-Za-z]))|(?:19|20)[0-9]{2}"'
)
"""A number alone in its quotes, a year beside one, or the mark of a label behind a quote: what encloses them counts."""
_BREAKS = re.compile(rb"(?:</?(?:br|p|div|span|li|td|tr|pre|b|i)(?: ?/)?>){1,4}\Z")
"""How a page ends a line of a log in which it escapes everything else."""
_QUOTED_BY = re.compile(rb"[<>|*] (?=[A-Za-z])|[ \t]{1,24}(?=[Xx]-)")
"""What quotes a line of another text: mail, ``curl -v``, tickets."""
_FOLDS = frozenset((b" ", b"\t"))
_ADDRESS_LIKE = re.compile(rb"sips?:|SIP/2\.0/|tel:", re.IGNORECASE)
_STAYING = frozenset(("keep", "free", "product", "unknown"))


class Lines(dict[bytes, bytes]):
    """Line -> rewritten line. Of a line with a log prefix what stands behind it is remembered."""

    __slots__ = (
        "_by_first",
        "_calm",
        "_fields",
        "_host",
        "_is_sentence",
        "_members",
        "_messages",
        "_names",
        "_old",
        "_pairs",
        "_quoted",
        "_reader",
        "_readings",
        "_scrub_block",
        "_sentences",
        "_suppress",
        "_tail",
        "_text_start",
        "_texts",
        "_tokens",
        "_usual_names",
        "_wide",
        "depth",
    )

    def __init__(
        self, reader: Reader, messages: Messages, fmt: Format, scrub_block: Callable[[bytes, int], bytes], depth: int
    ) -> None:
        super().__init__()
        self._reader = reader
        self._messages = messages
        self._fields = Fields(reader, messages)
        self._tokens = Tokens(reader).get
        self._texts = Memo(self._behind, TEXTS).__getitem__
        self._quoted = Memo(self._between_quotes, PIECES).__getitem__
        self._members = Members(messages, self._free, self._inner if depth < DEPTH else None)
        self._pairs = pairs.Pairs(reader, self._tokens).read
        self._calm = Tokens(reader, calm=True).get
        self._sentences = reader.scanner.sentences
        self._is_sentence = screen(wrapped=fmt.host is not None)
        self._wide = None if reader.sweep is None else reader.sweep.wide
        self._text_start = fmt.text_start
        self._tail = fmt.tail
        self._suppress = "suppress-unknown" in reader.rules.options and depth == 0
        self._host = fmt.host
        self._readings = (self._wrapped, self._sdp, self._named, self._document, self._message, self._entry, self._dump)
        of_words = (self._output, self._sdp, self._named, self._message, self._entry)
        self._by_first = {
            letter: (*of_words, self._dump) if letter in _HEXADECIMAL else of_words for letter in _LETTERS
        }
        self._scrub_block = scrub_block
        self._names = FieldNames(reader)
        self._old: dict[bytes, bytes] = {}
        self._usual_names: dict[bytes, FormRule] = {}
        self.depth = depth

    def __missing__(self, line: bytes) -> bytes:
        start = self._text_start(line)
        if start:
            return self._prefixed(line, start)
        if len(line) > LONGEST:
            return self._bare(line)
        if len(self) >= LINES:
            self._old = dict(self)
            self.clear()
        value = self._old.get(line)
        if value is None:
            value = self._bare(line)
        self[line] = value
        return value

    def _prefixed(self, line: bytes, start: int) -> bytes:
        head = line[:start]
        if self._host is not None:
            found = self._host.match(line, start)
            if found is not None:
                head += self._reader.value(Entity.HOST, found[1], "log-host")
                start = found.end(1)
        text = line[start:]
        new = self._behind(text) if len(text) > LONGEST else self._texts(text)
        return Cue.of(new.kind, head + new) if isinstance(new, Cue) else head + new

    def _behind(self, text: bytes) -> bytes:
        """The text behind a prefix."""
        shape = text.translate(SHAPE)  # one for all who remember what they know of it
        if self._is_sentence(shape):
            found = self._sentences(text, shape)
            if self._wide is not None:
                found += self._wide(text)
            return self._in_whole(text, found, of_message=False)
        whole = trailing.read(text, self._free, self._members.of_json, self._reader.rules.headers) or self._pairs(text)
        if whole is not None:
            return whole
        if self._host is not None and table.looks_like_headings(text):
            return Cue.of("table", self._free(text))
        if entry.opens(text, wrapped=self._host is not None):
            listed = self._entry(text.rstrip(b"\r"))
            if listed is not None:
                return bytes(listed) + text[len(text.rstrip(b"\r")) :]
        return self._in_whole(text, self._spanning(text), of_message=is_of_message(text))

    def _in_whole(self, text: bytes, sentences: list[Finding], *, of_message: bool) -> bytes:
        """The same for a text that is no entry, list or document, in which rules have found something or nothing."""
        if not (sentences or of_message or is_spaced(text)):
            try:
                return self._plain(text)
            except Contextual:
                pass
        end = len(text.rstrip(b"\r"))
        body = text[:end]
        new = self._structured(body)
        if new is None:
            new = self._free(body) if of_message else self._assisted(body, sentences)
            if body[:1] in _FOLDS:
                return Cue.of("header", new + text[end:])
        elif isinstance(new, Cue):
            return Cue.of(new.kind, new + text[end:])
        return new + text[end:]

    def _spanning(self, text: bytes) -> list[Finding]:
        """What no reading by tokens sees: sentences, and learned values that hold a separator."""
        found = self._sentences(text) + labelled.phrase(text, self._reader.scanner.labels)
        if self._wide is not None:
            found += self._wide(text)
        return found

    def _plain(self, text: bytes) -> bytes:
        """A text by tokens. A quote is one of its own, so that what it encloses is read as anywhere else."""
        if text.find(b'"') < 0:
            return b" ".join(map(self._tokens, text.split(b" ")))
        if _QUOTED_MATTERS.search(text) is None:
            tokens = text.replace(b'"', b' " ').split(b" ")
            return b" ".join(map(self._tokens, tokens)).replace(b' " ', b'"')
        pieces = text.split(b'"')
        try:
            return b'"'.join(map(self._quoted, pieces))
        except Contextual:
            marks = compared(pieces)
            if not marks:
                raise
        for at in marks:
            pieces[at - 1] = self._tokens(b'"%b"' % pieces[at - 1])[1:-1]
        done = {*marks, *(at - 1 for at in marks)}
        return b'"'.join([piece if at in done else self._quoted(piece) for at, piece in enumerate(pieces)])

    def _between_quotes(self, piece: bytes) -> bytes:
        """What stands between two quotes, or between a closing and an opening one."""
        if piece[:1] in (b":", b"=") or piece[:2] in (b" :", b" =") or pairs.holds_extension(self._reader, piece):
            raise Contextual
        if piece.isdigit() and 6 < len(piece) < 16 and not (piece[:1] == b"1" and len(piece) in (10, 13)):
            return self._reader.value(Entity.NUMBER, piece, "number")
        return b" ".join(map(self._tokens, piece.split(b" ")))

    def _assisted(self, text: bytes, sentences: list[Finding]) -> bytes:
        """A text in which rules found something, or a token asked for its line."""
        if len(text) > PIECE:
            return self._reader.text(text)
        if sentences and not is_spaced(text):
            try:
                return self._between(text, sentences, self._plain)
            except Contextual:
                pass
        try:
            return self._between(text, self._reader.scanner.contextual(text, sentences), self._calmly)
        except Contextual:
            return self._reader.text(text)

    def _calmly(self, text: bytes) -> bytes:
        return b" ".join(map(self._calm, text.split(b" ")))

    def _between(self, text: bytes, findings: list[Finding], read: Callable[[bytes], bytes]) -> bytes:
        """The findings dealt with, and what stands between them read by ``read``."""
        pieces: list[bytes] = []
        position = 0
        for start, end, entity, rule in resolve(findings):
            gap = text[position:start]
            if gap == b"@":
                pieces.append(gap)
            elif text[start - 1 : start] in _GLUED:
                raise Contextual
            else:
                pieces.append(read(gap))
            after = text[end : end + 1]
            if after not in _APART and text[start:end].lower() in self._reader.rules.stop_words:
                raise Contextual  # it stays, and may be what tells what is behind it
            if after != b"@" and (after in _GLUED or text[max(0, start - 4) : start].lower() in _SCHEMES):
                raise Contextual
            pieces.append(self._reader.found(entity, text[start:end], rule))
            position = end
        if text[position : position + 1] == b"@":
            raise Contextual
        pieces.append(read(text[position:]))
        return b"".join(pieces)

    def _bare(self, line: bytes) -> bytes:
        body = line.removesuffix(self._tail).rstrip(b"\r")
        if not body:
            return line
        end = line[len(body) :]
        new = self._usual(body) or self._structured(body)
        if new is None:
            new = spoken.alone(body, self._reader) or spoken.uttered(body, self._reader) or self._free(body)
            if self._suppress and not ends_message(body) and not is_understood(body, new, self._reader):
                new = self._reader.value(Entity.TEXT, body, UNKNOWN_LINE)
            if table.looks_like_headings(body):
                return Cue.of("table", new + end)
            if spoken.opens(body, self._reader.rules.stop_words):
                return Cue.of("said", new + end)
            if body[0] in b" \t":
                return Cue.of("header", new + end)
        return Cue.of(new.kind, new + end) if isinstance(new, Cue) else new + end

    def _free(self, text: bytes) -> bytes:
        if trailed := trailing.read(text, self._free, self._members.of_json, self._reader.rules.headers):
            return trailed
        sentences = self._spanning(text)
        if not sentences and not is_spaced(text):
            try:
                return self._plain(text)
            except Contextual:
                pass
        return self._assisted(text, sentences)

    def _usual(self, body: bytes) -> bytes | None:
        """A header field of a form that most have, when its name was met before; what else a line may be, it is not."""
        name, _, value = body.partition(b":")
        rule = self._usual_names.get(name)
        if rule is None or body.find(b"&") >= 0:
            return None
        new = self._fields.fast(rule, value)
        if new is None or (new == value and self._reader.replaces):
            return None
        return name + b":" + new if len(new) == len(value) else Cue.of("resized", name + b":" + new)

    def _structured(self, body: bytes) -> bytes | None:
        """A start line, header field, SDP line, JSON or dump row; None for free text."""
        for read in self._readings if body.find(b"&") >= 0 else self._by_first.get(body[:1], self._readings):
            new: bytes | None = read(body)
            if new is not None:
                return new
        return None

    def _wrapped(self, body: bytes) -> bytes | None:
        """A line in character references, the beginning of a key, a line quoted by another text."""
        if holds_reference(body) and not looks_like_json(body) and not looks_like_markup(body):
            return self._decoded(body)
        if body.lstrip()[:11] == b"-----BEGIN ":
            return Cue.of("pem", body)
        quoted = _QUOTED_BY.match(body)
        if quoted is None:
            return None
        inner = packetfields.extension(body[quoted.end() :], self._messages) or self._structured(body[quoted.end() :])
        return None if inner is None else quoted[0] + inner

    def _sdp(self, body: bytes) -> bytes | None:
        if body[1:2] == b"=" and sdp.is_sdp_line(body):
            return _resized(body, self._fields.sdp_line(body))
        return None

    def _named(self, body: bytes) -> bytes | None:
        name, colon, value = body.partition(b":")
        if not colon or (name.find(b" ") >= 0 and name[-1:] not in _FOLDS):
            return None
        return self._field(body, name, value)

    def _document(self, body: bytes) -> bytes | None:
        if looks_like_json(body) and is_loosely_json(body):
            return scrub_json(body, self._members.of_json)
        if looks_like_markup(body):
            field = packetfields.element(body, self._messages, self._members.of_json)
            return scrub_markup(body, self._members.of_markup) if field is None else field
        return packetfields.octets(body, self._messages)

    def _message(self, body: bytes) -> bytes | None:
        if b"SIP/2.0" not in body:
            return None
        if sip.is_start_line(body):
            new = self._fields.start_line(body)
            return Cue.of("content", new) if is_text_request(body) else _resized(body, new)
        return escaped_newlines(body, self._inner)

    def _entry(self, body: bytes) -> bytes | None:
        if entry.is_typed(body):
            return Cue.of("variable", self._free(body))
        return entry.line(body, self._messages, self._members.of_json)

    def _output(self, body: bytes) -> bytes | None:
        """A line of a command's output in the manager interface of Asterisk, behind the name of its field."""
        if not body.startswith(table.OUTPUT):
            return None
        inner = body[len(table.OUTPUT) :]
        new = self._structured(inner) or self._free(inner)
        return Cue.of("table", table.OUTPUT + new) if table.looks_like_headings(inner) else table.OUTPUT + new

    def _dump(self, body: bytes) -> bytes | None:
        if not looks_like_hexdump(body):
            return None
        self._reader.notes["hexadecimal dump row"] += 1
        return hexdump(body)

    def _decoded(self, body: bytes) -> bytes | None:
        """A line full of character references, read in its plain form."""
        breaks = _BREAKS.search(body)
        text = body if breaks is None else body[: breaks.start()]
        plain = encodings.entities_unescape(text)
        if plain is None or plain == text or b"\n" in plain or self.depth >= DEPTH:
            return None
        new = self._inner(plain)
        return body if new == plain else encodings.entities_escape_like(new, text) + body[len(text) :]

    def _field(self, body: bytes, name: bytes, value: bytes) -> bytes | None:
        rule = self._names[name]
        if rule is NO_FIELD:
            return None
        if rule is VARIABLE:
            return Cue.of("variable", self._free(body))
        if rule is UNKNOWN:
            flattened = escaped_newlines(body, self._inner) if b"SIP/2.0" in value else None
            return Cue.of("header", self._free(body)) if flattened is None else flattened
        if len(name.strip()) == 1 and not _ADDRESS_LIKE.search(value):
            return Cue.of("header", self._free(body))
        if rule.form in self._fields.forms and len(name.strip()) > 1 and name in self._names:
            self._usual_names[name] = rule
        new_value = self._fields.value(rule, value)
        if new_value == value and self._reader.replaces and rule.form not in _STAYING:
            new_value = self._free(value)
        new = name + b":" + new_value
        if rule.form == "keep" and name.strip().lower() in (b"content-type", b"c") and not is_sdp_type(value):
            return Cue.of("content", new)
        return _resized(body, new)

    def _inner(self, text: bytes) -> bytes:
        return self._scrub_block(text, self.depth + 1)


def _resized(old: bytes, new: bytes) -> bytes:
    return new if len(old) == len(new) else Cue.of("resized", new)
