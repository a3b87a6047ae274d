"""A text that shows packets: hexadecimal dumps, and the trees of tshark ``-V``.

A dump is read as what it shows, by the dissectors that read captures, and written again in its own layout; streams over
TCP are followed within a block of text. In a tree, header fields of SIP and HTTP are read by their rules, and what
stands below a heading that names content (XML, JSON, forms, text) is read as strictly as an unknown header field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from scrubber.capture import checksum
from scrubber.capture.block import Block
from scrubber.capture.packet import Frame
from scrubber.capture.traffic import Traffic
from scrubber.engine import PLAIN, Learner, Rewriter, exposing, findings, records
from scrubber.exposure import Exposure
from scrubber.learn import OCTETS
from scrubber.model import Finding, Format, Place, RuleSet
from scrubber.readings import hexdump
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Reader
from scrubber.textfile import located
from scrubber.values import Values

RULE: Final = "packet-tree"

_ETHERNET, _RAW, _COOKED, _COOKED2 = 1, 101, 113, 276
_TYPES: Final = frozenset((b"\x08\x00", b"\x08\x06", b"\x86\xdd", b"\x81\x00", b"\x88\xa8", b"\x88\xcc", b"\x88\x8e"))
_TAGS: Final = _TYPES - {b"\x08\x00", b"\x86\xdd"}
_START = re.compile(rb"SIP/2\.0 [1-6][0-9]{2} |[A-Z]{3,16} [^ \r\n]{1,1024} (?:SIP/2|HTTP/1)\.[0-9]\r?$", re.MULTILINE)
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e\x80-\xff]+")
_HEADING = re.compile(rb"[A-Za-z\[]")
_CONTENT = re.compile(
    rb"(?:eXtensible Markup Language|Line-based text data|JavaScript Object Notation|HTML Form URL Encoded|Data \("
    rb"|Media Type|MIME Multipart|Internet Message Format|Text item|Malformed Packet|Portable Network|JPEG|GIF"
    rb"|Hypertext Markup|Simple Mail|File Transfer|Telnet|Trivial File|Post Office"
    rb"|Internet Message Access|Lightweight Directory|RADIUS|Simple Network Management|XMPP|Message Session Relay"
    rb"|Syslog|Short Message|Skinny|Media Gateway|Diameter)"
)
"""Headings below which anything may stand."""
_FIELDS = re.compile(rb"(?:Session Initiation Protocol|Hypertext Transfer Protocol)")
_FIELD = re.compile(rb"( {4}| {8})([A-Za-z][A-Za-z0-9-]{0,63}): ([^\r\n]*?)((?:\\r)?(?:\\n)?\r?)")
_READABLE = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]+|\r(?=\n)")
"""What parts the texts in the octets of a packet."""
_SPEAKING = re.compile(rb"(?:Syslog message|Text item|Data): ")
"""Headings that show content themselves."""
_READ: Final = frozenset(b"request-line status-line method request-uri status-code data".split())
_LABELLED = re.compile(rb"([ \t]*)((?:[A-Z][A-Za-z0-9 ()/-]{0,47}: )?)(.*?)((?:\\r)?(?:\\n)?\r?)", re.DOTALL)
_LENGTHS = re.compile(rb"[^A-Za-z]*[0-9]{1,9} bytes?[^A-Za-z]*")


class _Shown(NamedTuple):
    """A dump as a block without metadata."""

    frame: Frame | None
    time: int | None = None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        """The octets of the frame."""
        del to, shift_ns
        return b"" if frame is None else frame.data


@dataclass(frozen=True, slots=True)
class PacketText:
    """A text that shows packets."""

    format: Format

    @property
    def name(self) -> str:
        """The name of the format, for reports."""
        return self.format.name

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""

        def lines(text: bytes) -> bytes:
            learner.feed(text, self.format)
            return text

        to = Values(learner.reader, lines)
        for block in records(chunks, self.format):
            _read(block, to)

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        to = Values(rewriter.reader, rewriter.rewrite, rewriter.moved)
        return (_read(block, to) for block in records(chunks, self.format))

    def residues(self, chunks: Iterator[bytes], find: Callable[[bytes, Format], list[Finding]]) -> Iterator[Place]:
        """Where ``find`` meets an original in an output: between dumps as in any text, in a dump in what it shows."""
        return located(lambda block: _found(block, find, self.format), records(chunks, self.format))

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key, in the text and in what the dumps show."""

        def found(block: bytes) -> list[Finding]:
            shown = Exposure(rules)
            _read(block, Values(shown, exposing(shown, PLAIN)))
            places = findings(block, rules, self.format)
            return places or [Finding(0, 0, entity, rule) for entity, rule in shown.values.values()]

        return located(found, records(chunks, self.format))


def _found(block: bytes, find: Callable[[bytes, Format], list[Finding]], fmt: Format) -> list[Finding]:
    """Originals in a block; what stands across the rows of a dump has the place of its first row."""
    lines = block.split(b"\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: list[Finding] = []
    for dump in hexdump.dumps(lines):
        begin = starts[dump.start]
        found += [hit._replace(start=begin, end=begin) for hit in find(dump.octets, OCTETS)]
        for number in range(dump.start, dump.end):
            lines[number] = b" " * len(lines[number])
    return found + find(b"\n".join(lines), fmt)


def _read(block: bytes, to: Values) -> bytes:
    """A block of whole lines through one pass."""
    lines = block.split(b"\n")
    dumps = list(hexdump.dumps(lines))
    octets = _dissected([dump.octets for dump in dumps], to)
    pieces: list[bytes] = []
    position = 0
    for dump, new in zip(dumps, octets, strict=True):
        if dump.start > position:
            pieces.append(_tree(lines[position : dump.start], to))
        pieces += dump.around(new) if to.reader.replaces else lines[dump.start : dump.end]
        position = dump.end
    if position < len(lines):
        pieces.append(_tree(lines[position:], to))
    return b"\n".join(pieces)


def _dissected(shown: Sequence[bytes], to: Values) -> list[bytes]:
    """What each dump shows, rewritten: frames by the dissectors, payloads by what they look like."""
    frames = [_frame(octets) for octets in shown]
    blocks: list[Block] = [_Shown(frame) for frame in frames if frame is not None]
    news = iter([frame.data for _, frame in Traffic(to).frames(blocks) if frame is not None])
    return [_payload(octets, to) if frame is None else next(news) for octets, frame in zip(shown, frames, strict=True)]


def _frame(octets: bytes) -> Frame | None:
    """The octets as a frame of the link type that they look like; None for a payload."""
    for link, header, kind in (
        (_ETHERNET, 14, octets[12:14]),
        (_COOKED, 16, octets[14:16]),
        (_COOKED2, 20, octets[:2]),
    ):
        length = _packet_length(octets[header:])
        if length and kind in _TYPES:
            return Frame(octets, max(len(octets), header + length), link)
    # A hardware address may begin like a packet, and an address in a packet may read like a tag.
    length, tagged = _packet_length(octets), octets[12:14] in _TAGS
    if length and (_is_whole(octets, length) or not tagged):
        return Frame(octets, max(len(octets), length), _RAW)
    return Frame(octets, len(octets), _ETHERNET) if tagged and len(octets) >= 14 else None


def _packet_length(octets: bytes) -> int:
    """The length that an IP header declares; 0 where there is none."""
    if len(octets) >= 20 and 0x45 <= octets[0] <= 0x4F:
        length = int.from_bytes(octets[2:4], "big")
        return length if length >= 20 else 0
    if len(octets) >= 40 and octets[0] >> 4 == 6:
        return 40 + int.from_bytes(octets[4:6], "big")
    return 0


def _is_whole(octets: bytes, length: int) -> bool:
    """Whether a packet is as long as it says, or its header has the right checksum."""
    header = (octets[0] & 0x0F) * 4
    return length == len(octets) or (octets[0] >> 4 == 4 and not checksum.total(octets[:header]))


def _payload(octets: bytes, to: Values) -> bytes:
    """A payload without its headers: messages and texts by what they say, anything else blank."""
    if _TEXT.fullmatch(octets) is None:
        return to.blank(octets, "payload in a hexadecimal dump")
    if octets.startswith(b"SIP/2.0 ") or _START.match(octets):
        return to.message(octets)
    return to.lines(octets) if b"\n" in octets else to.text(octets)


def _tree(lines: list[bytes], to: Values) -> bytes:
    """Lines between dumps: fields of messages and content by their place in the tree, all others as in any log."""
    messages = Messages(to.reader)
    pieces: list[bytes] = []
    plain: list[bytes] = []
    section = b""
    for line in lines:
        if line[:1] not in (b" ", b"\t", b"\r", b""):
            section = line if _HEADING.match(line) else b""
        new = _placed(line, section, messages) if section and (line[:1] == b" " or _SPEAKING.match(line)) else None
        if new is None:
            plain.append(line)
        else:
            if plain:
                pieces.append(to.lines(b"\n".join(plain)))
                plain = []
            pieces.append(new)
    if plain:
        pieces.append(to.lines(b"\n".join(plain)))
    return b"\n".join(pieces)


def _placed(line: bytes, section: bytes, messages: Messages) -> bytes | None:
    """A line below a heading that says what it is; None for one that is read as in any log."""
    if _FIELDS.match(section):
        field = _FIELD.fullmatch(line)
        if field is None or field[2].lower() in _READ:
            return None
        rule = messages.field_rule(field[2].lower())
        return field[1] + field[2] + b": " + messages.field_value(rule, field[3]) + field[4]
    return _content(line, messages.reader) if _CONTENT.match(section) else None


def _content(line: bytes, reader: Reader) -> bytes | None:
    """A line of content: what stands behind its label, if it has one."""
    match = _LABELLED.fullmatch(line)
    if match is None or not match[3].strip() or _LENGTHS.fullmatch(match[3]):
        return None
    rule = reader.scanner.labels(match[2].rstrip(b" :"))
    if rule is not None and rule.entity is not None:
        return None
    return match[1] + match[2] + reader.part("unknown", match[3], RULE) + match[4]


__all__ = ["PacketText"]
