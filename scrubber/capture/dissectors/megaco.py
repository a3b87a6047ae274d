"""MEGACO in its text encoding (H.248.1 annex B, RFC 3525): media gateway controllers and gateways.

Commands, modes, events, transaction and context numbers stay, and terminations of the usual form, which say which line
it is. Gateways, other terminations, dialled digits, whatever is shown or said, and session descriptions become
pseudonyms or are suppressed. A word that the grammar does not know is suppressed, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.capture.words import sentence
from scrubber.grammar import sdp
from scrubber.model import Entity, FormRule
from scrubber.readings.message import Messages
from scrubber.values import Values

PORTS: Final = frozenset((2944, 2945))
_TPKT: Final = 4
"""Octets before a message over TCP (RFC 1006)."""
RULE = "megaco-parameter"
NAME = "fragment-gateway"
WORD = "MEGACO word"

_OPENING = re.compile(rb"\s{0,16}(?:MEGACO|!)/[0-9]{1,2}[ \t\r\n]{1,16}", re.IGNORECASE)
_SENDER = re.compile(rb"(\[)([^\]\r\n]{1,255})(\])|(<)([^>\r\n]{1,255})(>)|()([^ \t\r\n{]{1,255})()")
_TOKEN = re.compile(
    rb"([ \t\r\n]+|;[^\r\n]*)|(\"[^\"]*\"?)|([^ \t\r\n\"{}=,()\[\]<>#:;|]+)|([{}=,()\[\]<>#:;|])", re.DOTALL
)
_BLOCK_END = re.compile(rb"(?<!\\)}")
_DESCRIPTIONS: Final = frozenset((b"local", b"l", b"remote", b"r"))
_TERMINATED: Final = frozenset(
    b"add a move mv modify mf subtract s auditvalue av auditcapability ac servicechange sc notify n".split()
)
"""Commands, behind which a termination stands."""
_TOKENS: Final = frozenset(
    b"add audit at auditcapability ac auditvalue av both b bothway bw brief br buffer bf context c contextaudit ca"
    b" digitmap dm disconnected dc delay dl duration dr embed em emergency eg error er eventbuffer eb events e failover"
    b" fl forced fo graceful gr h221 h223 h226 handoff ho immackrequired ia inactive in isolate is inservice iv"
    b" interruptbyevent ibe interruptbynewsignalsdescr ibs keepactive ka local l localcontrol o lockstep sp loopback lb"
    b" media m method mt mgcidtotry mg mode mo modify mf modem md move mv mtp mux mx notify n notifycompletion nc nx64"
    b" observedevents oe oneway ow onoff oo otherreason or outofservice os packages pg pending pn priority pr profile"
    b" pf reason re receiveonly rc reply p restart rs remote r reservedgroup rg reservedvalue rv sendonly so sr"
    b" sendreceive services sv servicestates si servicechange sc servicechangeaddress ad signallist sl signals sg"
    b" signaltype sy statistics sa stream st subtract s synchisdn sn terminationstate ts test te timeout to topology tp"
    b" transaction t transactionresponseack k version v on off a w o external internal ex meth fm pm um ds tl ln strict"
    b" state true false fax text data norm root".split()
)
"""What the grammar spells, long and short (RFC 3525 annex B.2)."""
_PACKAGES: Final = (
    b"g|root|tonegen|tonedet|dg|dd|cg|cd|al|ct|nt|rtp|tdmc|ftmd|txp|txc|fax|ipfax|ctyp|callcon|icas|cas|bcas|swb|srvtn"
    b"|andisp|an|xal|alert|chp|bcg|biztn|int|gb|hangterm|it|gm|ri|qac|tfoc|threegup|eri|etd|xcg|scr|gri|bct|srtp|ipdc"
    b"|key|dis|func|seg|eb|ec|ib|xnut|xcd|mfg|mfd|amms|amet|aasb|aasdc|bannsyx|dwr|nas|rds|osext|rtcph|adid|ipr"
)
_EVENT = re.compile(rb"(?i)(?:%b)(?:-[0-9]{1,3})?(?:/(?:[a-z]{1,2}[a-z_]{0,18}|\*))?" % _PACKAGES)
_DIGIT = re.compile(rb"(?i)((?:%b)/d)([0-9a-fs*#o])" % _PACKAGES)
_TERMINATION = re.compile(rb"(?i)(?:ds|tdm|rtp|al|aaln|ip|ephemeral|eph|root|[$*-]|[a-z]{0,2})(?:/[0-9$*]{1,5}){0,5}")
_STAMP = re.compile(rb"[0-9]{8}(?:[Tt][0-9]{8})?")
_NUMBER = re.compile(rb"[0-9]{1,5}")
_SMALL = re.compile(rb"(?i)[0-9]{1,2}|[$*-]|0x[0-9a-f]{1,4}")
_COUNTED: Final = frozenset(b"transaction t reply p pending pn context c transactionresponseack k events e".split())
"""Whose numbers are those of transactions, contexts and requests."""
_COUNT = re.compile(rb"[0-9]{1,10}(?:-[0-9]{1,10})?")
_MEASURED = re.compile(rb"(?i)(?:nt|rtp|g|tdmc|root)/[a-z]{1,20}")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram begins with the version and the sender of a message."""
    del flow
    opening = _OPENING.match(payload)
    return opening is not None and payload[opening.end() : opening.end() + 1] not in (b"", b"{")


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One message."""
    opening = _OPENING.match(payload)
    sender = None if opening is None else _SENDER.match(payload, opening.end())
    if opening is None or sender is None or not claims(payload, flow):
        return None
    messages = Messages(to.reader)
    before, name, after = next(sender.group(at, at + 1, at + 2) for at in (1, 4, 7) if sender[at] is not None)
    # A word alone may be that of a product as well, so nothing else is searched for it.
    named = b"." in name or b":" in name
    host = messages.field_value(FormRule(RULE, "host"), name) if named else to.value(Entity.HOST, name, NAME)
    return opening[0] + before + host + after + b"".join(_Body(payload, sender.end(), messages, to).pieces())


def _is_header(data: bytes) -> bool:
    return data[:2] == b"\3\0" and (len(data) < _TPKT or int.from_bytes(data[2:4]) > _TPKT)


def _opens(data: bytes, flow: Flow) -> bool:
    """Whether TPKT begins here with a message inside (H.248.1 annex D.2)."""
    return _is_header(data) and claims(data[_TPKT:], flow)


def _length(data: bytes) -> int:
    if not _is_header(data):
        return DAMAGED
    return MORE if len(data) < _TPKT else int.from_bytes(data[2:4])


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    body = payload[_TPKT:]
    new = dissect(body, flow, to) if _is_header(payload) else None
    if new is None:
        return None
    size = int.from_bytes(payload[2:4]) + len(new) - len(body)
    return payload[:2] + min(max(size, 0), 0xFFFF).to_bytes(2) + new


STREAM = Stream("megaco", _opens, _length, _rewrite)


class _Body:
    """What stands behind the sender, word by word."""

    def __init__(self, text: bytes, start: int, messages: Messages, to: Values) -> None:
        self._text = text
        self._at = start
        self._messages = messages
        self._to = to
        self._word = b""
        """The last word, in lower case."""
        self._told = b""
        """The word before an equals sign, as long as what follows belongs to it."""
        self._mark = b""
        """The last mark."""

    def pieces(self) -> Iterator[bytes]:
        """All of it, rewritten."""
        text = self._text
        while self._at < len(text):
            match = _TOKEN.match(text, self._at)
            if match is None:  # the pattern matches everywhere; this is for the type checker
                return
            self._at = match.end()
            blank, quoted, word, mark = match.groups()
            if mark:
                yield mark
                yield from self._marked(mark)
            elif word:
                yield self._read(word)
                self._word = word.lower()
                self._mark = b""
            elif quoted:
                yield self._said(quoted)
            else:
                yield self._to.blank(blank, WORD, b";") if blank.startswith(b";") else blank

    def _marked(self, mark: bytes) -> Iterator[bytes]:
        if mark == b"=":
            self._told = self._word
        elif mark in b"{},":
            if mark == b"{" and self._word in _DESCRIPTIONS and self._told != self._word and self._mark != b"=":
                yield from self._description()
            self._told = b""
        self._mark = mark

    def _description(self) -> Iterator[bytes]:
        """Session descriptions up to the brace that ends them."""
        end = _BLOCK_END.search(self._text, self._at)
        stop = len(self._text) if end is None else end.start()
        for line in self._text[self._at : stop].splitlines(keepends=True):
            bare = line.strip()
            start = line.index(bare)
            if sdp.is_sdp_line(bare):
                bare = self._messages.sdp_line(bare)
            elif bare:
                bare = self._to.value(Entity.TEXT, bare, RULE)
            yield line[:start] + bare + line[start + len(line.strip()) :]
        self._at = stop

    def _read(self, word: bytes) -> bytes:
        lowered, to = word.lower(), self._to
        if self._mark == b"=" and self._told in _TERMINATED:
            return word if _TERMINATION.fullmatch(word) else to.value(Entity.IDENTIFIER, word, RULE)
        if self._mark == b"=" and self._told == b"ds":
            return to.value(Entity.DTMF, word, RULE)
        digit = _DIGIT.fullmatch(word)
        if digit is not None:
            return digit[1] + to.value(Entity.DTMF, digit[2], RULE)
        known = any(kind.fullmatch(word) for kind in (_SMALL, _EVENT, _STAMP))
        told = self._told
        numbered = not told or told in _TOKENS
        counted = told in _COUNTED or self._word in _COUNTED or _MEASURED.fullmatch(told)
        if (
            lowered in _TOKENS
            or known
            or (numbered and _NUMBER.fullmatch(word))
            or (counted and _COUNT.fullmatch(word))
        ):
            return word
        return to.blank(word, WORD, b"x")

    def _said(self, quoted: bytes) -> bytes:
        """Dialled digits; what an error says; names and numbers that are shown, and any other words."""
        text = quoted[1:].removesuffix(b'"')
        end = quoted[1 + len(text) :]
        if not text.strip():
            return quoted
        if self._told == b"ds":
            return b'"' + self._to.value(Entity.DTMF, text, RULE) + end
        if self._told in (b"reason", b"re") or self._word.isdigit():
            return b'"' + sentence(text, self._to).replace(b'"', b"'") + end
        return b'"' + self._to.blank(text, WORD, b"x") + end
