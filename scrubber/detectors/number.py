"""Telephone numbers in free text, told from the many other digit strings of a log by their spelling and neighbours.

ITU-T E.123 (notation) and E.164 (at most 15 digits), RFC 3966 section 5.1.1 (visual separators). A bare digit string
is judged by the word before it: ``find_bare``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import AT, DIGITS, PLUS, ZEROED, ordered, word_before
from scrubber.model import Entity, Finding

RULE = "number"
BARE = "number.bare"

_INTERNATIONAL = re.compile(
    rb"\+(?:(?<![0-9A-Za-z+.%]\+)|(?<=\\[nrt]\+))(?:[0-9]{7,15}(?![0-9])|[1-9][0-9]{0,2}\.[0-9]{7,12}(?![0-9.])"
    rb"|(?:[0-9]{1,4}|\([0-9]{1,3}\))(?:(?:\xc2\xa0|[ ().-]){1,3}[0-9]{1,8}){1,6}(?![0-9]|[.:][0-9]))"
)
_DELTA = re.compile(rb"\+(?:0|[1-9][0-9]{0,4})\.[0-9]{6}")
"""Seconds that passed, to the microsecond, as sngrep shows them between messages."""
_ESCAPED = re.compile(rb"%2[Bb][0-9]{7,15}(?![0-9A-Za-z])")
_BRACKETED_AREA = re.compile(
    rb"(?<![0-9A-Za-z_.(-])(?<![0-9] )(?:[0-9]{1,3}[ -]?)?\([0-9]{2,5}\)[ -]?[0-9]{2,5}(?:[ -][0-9]{2,4}){1,3}"
    rb"(?![0-9A-Za-z_]|[-.:][0-9])"
)
_NATIONAL = re.compile(
    rb"0(?<![0-9A-Za-z_./+-]0)(?<![0-9]:0)(?<![0-9A-Fa-f]{4} 0)(?<![0-9A-Fa-f]{2} [0-9A-Fa-f]{2} 0)"
    rb"[0-9]{1,5}(?:(?: / |[ /-])[0-9]{2,8}){1,5}+(?![0-9A-Za-z_]|[-.:][0-9])(?! [0-9A-Fa-f]{2,8}(?: |\Z))"
)
_AMERICAN = re.compile(
    rb"(?<![0-9A-Za-z_.+=/-])(?:1[-.])?[2-9][0-9]{2}([-.])[2-9][0-9]{2}\1[0-9]{4}(?![0-9A-Za-z_-]|\.[0-9])"
)
_PAIRS = re.compile(
    rb"0(?<![0-9A-Za-z_.-]0)[1-9]([.-])[0-9]{2}\1[0-9]{2}\1[0-9]{2}\1[0-9]{2}(?![0-9A-Za-z_]|[.-][0-9])"
)
"""Five pairs of digits, as France writes them."""
_TRIPLED = re.compile(
    rb"[6-9](?<![0-9A-Za-z_.+:/-][6-9])(?<![0-9] [6-9])[0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}"
    rb"(?![0-9A-Za-z_:%]|[ .,/-][0-9])"
)
"""Three digits and three pairs, as Spain writes them."""
_ENCLOSED = re.compile(rb"[\"'<]([0-9]{7,17})([\"'>])")
_PATTERN = re.compile(rb"_(?<![0-9A-Za-z_]_)\+?([0-9]{7,17})(?:(?=([XNZ!\[]|\.(?![0-9A-Za-z])))|(?![0-9A-Za-z_]))")
"""The extension of a dial plan that begins with digits (Asterisk's ``_0207946XXXX``), or is a whole number."""
_CALLER = re.compile(rb" <([0-9]{2,6})>")
_DIALLED = re.compile(rb"[0-9]{7,15}(?=@)")
_CANDIDATE = re.compile(rb"[0-9][0-9 ().-]{5,18}[0-9](?![0-9A-Za-z_:]|\.[0-9])")
_SPEAKS = re.compile(
    rb"(?i)(?<![a-z0-9_-])(?:tel|telefon|telefono|telephone|telefoon|rufnummer|handy|mobil|phone|mobile|cell|fax|msisdn|caller|callerid|called|calling|calls|dialed"
    rb"|dialled|dialing|dial|number|numero|numer|numeru|numerem|nummer|hotline|kom|pod|prywatny|joindre au"
    rb"|appeler le|erreichbar unter|llamar al|(?:me|us|him|her|them) at"
    rb"|ani|dnis|dnid|did|cli|clip|clid|rdnis|call from|call to|callee)"
    rb"(?: number| id)?\.?[ \t]{0,2}[:=#]?[ \t]{0,2}\Z"
)
_COUNTER = re.compile(
    rb"(?i)(?<![a-z])(?:(?:sequence|acknowledge?ment|ack|frame|packet|segment|fragment|block)[ _-](?:number|num|no)"
    rb"|(?:ssrc|seqno|seq|sequence|timestamp|ts)[^0-9A-Za-z]{1,3}(?:chang(?:ed|ing|es) )?from[^0-9A-Za-z]{1,3}"
    rb"(?:(?:0x)?[0-9A-Fa-f]{1,16}[^0-9A-Za-z]{1,4}to[^0-9A-Za-z]{1,3})?)[^0-9A-Za-z]{0,4}\Z"
)
"""Words before a digit string that counts although ``number``, ``from`` or ``to`` stands nearest to it."""
_COUNTED_ENDS = (b"ssrc", b"rtp", b"rtcp", b"timestamp", b"seqno", b"sequence")
"""How the counters of one word end: ``SentRTP``, ``SourceSSRC``, ``HighestSequence``."""
_DATE = re.compile(
    rb"(?:0[1-9]|[12][0-9]|3[01])[-/ ](?:0[1-9]|1[0-2])[-/ ](?:19|20)[0-9]{2}(?![0-9])"
    rb"|(?:0[1-9]|1[0-2])[-/ ](?:0[1-9]|[12][0-9]|3[01])[-/ ](?:19|20)[0-9]{2}(?![0-9])"
)
_BARE = re.compile(rb"(?<![0-9A-Za-z_.+%])[0-9]{7,15}(?![0-9A-Za-z_%]|\.[0-9])")
_WORD_BEFORE = re.compile(rb"([A-Za-z_#]+)[^A-Za-z]{0,4}\Z")

_COUNTED = frozenset(
    b"ssrc seq seqno sequence cseq timestamp timestamps ts id ids pid tid lwp thread len length bytes byte size sizes"
    b" port ports line lines count counter counts duration durations offset number_of packets packet octets octet time"
    b" epoch sec secs seconds usec msec ms us expires expire expiry version rev build commit hash crc checksum serial"
    b" ticket code status cause index idx slot fd socket handle ptr address addr refcount memory mem limit max min"
    b" threshold threshold1 threshold2 jitter delay rtt lost loss samples sample rate bitrate bandwidth frames frame"
    b" clock ntp rtp rtcp uniqueid linkedid key keyid session sess nonce tag branch callid since until at of total"
    b" used free avail available buffer priority prio metric weight foundation uptime started stamp origtime tick ticks"
    b" m o revision openssl raw tsval tsecr lsr dlsr".split()
)
"""Words before a digit string that is counted, measured or an identifier, and no telephone number."""
_LINKING = frozenset((b"of", b"at", b"since", b"until"))
"""Those of them that count nothing which begins with an international prefix."""
_ABROAD = re.compile(rb"00[1-9][0-9]{8,12}")
_SPOKEN_OF = frozenset(
    b"from to dial dialed dialled dialing dialling called calling caller callerid call calls callee number numbers"
    b" phone tel telephone mobile cell fax msisdn ani dnis dnid did cli clid clip cid rdnis exten extension ext aor"
    b" peer user agent endpoint contact destination dest dst src source subscriber account member for trunk forward"
    b" forwarded redirected diverted transfer transferred transferring ringing answered redirecting".split()
)
"""Words before a digit string that is a telephone number even where it could be a point in time."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Telephone numbers in ``data[start:end]``, in order, with their ``+`` and separators.

    Two to six digits in angle brackets behind a name are an EXTENSION. The ``+`` may be percent-encoded.
    """
    stop = len(data) if end is None else end
    if stop - start - len(data[start:stop].translate(None, DIGITS)) < 7:
        if data.find(b" <") >= 0:
            yield from _callers(data, start, stop)
        return
    shape = data.translate(ZEROED)
    found: list[Finding] = []
    if PLUS in data:
        found += _international(data, start, stop)
    if data.find(b"%2") >= 0:
        found += _all(_ESCAPED, data, start, stop)
    for marks, search, pattern in _BY_SHAPE:
        if any(map(shape.__contains__, marks)):
            found += search(pattern, data, start, stop)
    if shape.find(b"0000000") >= 0:
        found += _enclosed(data, start, stop)
        if AT in data:
            found += _dialled(data, start, stop)
        if data.find(b"_") >= 0:
            found += _patterns(data, start, stop)
    found += _spoken(data, start, stop)
    if data.find(b" <") >= 0:
        found += _callers(data, start, stop)
    if found:
        yield from ordered(found)


def find_bare(data: bytes, start: int, end: int, previous: bytes) -> Iterator[Finding]:
    """Bare digit strings of ``data[start:end]`` that are telephone numbers, judged by the word before each.

    ``previous`` is the word before the range; inside it the word is read from the text. Ten to fifteen digits are a
    number unless that word counts something or the digits are a point in time; seven to nine need a word that calls.
    """
    before = previous
    reached = start
    for match in _BARE.finditer(data, start, end):
        near = _WORD_BEFORE.search(data, max(reached, match.start() - 40), match.start())
        word = (near[1] if near is not None else before).lower()
        before, reached = b"", match.end()
        if _is_number(match[0], word) and not _is_counter(data, match.start()):
            yield Finding(match.start(), match.end(), Entity.NUMBER, BARE)


_LIMITS = frozenset((b"2147483647", b"2147483648", b"4294967295", b"4294967296", b"18446744073709551615"))
"""The ends of number ranges, as programs print them."""


def _is_number(digits: bytes, word: bytes) -> bool:
    if word in _SPOKEN_OF or (word in _LINKING and _ABROAD.fullmatch(digits) is not None):
        return True
    if word in _COUNTED or word.endswith(_COUNTED_ENDS) or len(digits) < 10:
        return False
    if _is_clock(digits) or _is_thread(digits) or _is_padded(digits):
        return False
    return len(set(digits)) > 2 and digits not in _LIMITS


def _is_counter(data: bytes, position: int) -> bool:
    return _COUNTER.search(data, max(0, position - 64), position) is not None


def _is_thread(digits: bytes) -> bool:
    """Whether digits are the address of a thread in decimal, 0x7e00_0000_0000 to 0x7fff_ffff_ffff; no number is."""
    return len(digits) == 15 and b"138538465099776" <= digits <= b"140737488355327"


def _is_padded(digits: bytes) -> bool:
    """Whether digits are a counter with zeros in front (``00000042``); who dials begins with three at the most."""
    return digits.startswith(b"0000") and len(digits.lstrip(b"0")) < 7


def _is_clock(digits: bytes) -> bool:
    """Whether digits are seconds or milliseconds since 1970, seconds since 1900, or a calendar date with a time."""
    if len(digits) in (10, 13):
        return digits[:1] == b"1" or (len(digits) == 10 and b"38" <= digits[:2] <= b"40")
    if len(digits) in (12, 14):
        return digits[:2] in (b"19", b"20") and b"01" <= digits[4:6] <= b"12" and b"01" <= digits[6:8] <= b"31"
    return False


def _all(pattern: re.Pattern[bytes], data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in pattern.finditer(data, start, stop):
        yield Finding(match.start(), match.end(), Entity.NUMBER, RULE)


def _international(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Numbers with ``+``; groups beyond the fifteen digits of E.164 belong to what follows."""
    for match in _INTERNATIONAL.finditer(data, start, stop):
        if _DELTA.fullmatch(match[0]) is not None:
            continue
        last = match.end()
        digits = len(match[0]) - len(match[0].translate(None, DIGITS))
        while digits > 15:
            group = len(word_before(data, last, DIGITS))
            last = match.start() + len(data[match.start() : last - group].rstrip(b" ().-\xc2\xa0"))
            digits -= group
        if digits >= 7:
            yield Finding(match.start(), last, Entity.NUMBER, RULE)


def _grouped(pattern: re.Pattern[bytes], data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Matches with as many digits as a national number has, and that are no date."""
    for match in pattern.finditer(data, start, stop):
        digits = match[0].translate(None, b" ()/-")
        most = 15 if digits.startswith((b"00", b"011")) else 12
        if 9 <= len(digits) <= most and _DATE.match(match[0]) is None and digits[:3] != b"000":
            yield Finding(match.start(), match.end(), Entity.NUMBER, RULE)


_FEATURED = re.compile(rb"(?<![0-9A-Za-z*#])\*[0-9]{2}(\+?[0-9]{7,15})(?![0-9A-Za-z_*#%@]|\.[0-9])")


def _behind_code(pattern: re.Pattern[bytes], data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """What is dialled behind a feature code of two digits: ``*7215550100``."""
    for match in pattern.finditer(data, start, stop):
        yield Finding(*match.span(1), Entity.NUMBER, RULE)


_BY_SHAPE = (
    ((b"(0",), _grouped, _BRACKETED_AREA),
    ((b"0-0", b"0 0", b"0/0"), _grouped, _NATIONAL),
    ((b"000-000-0000", b"000.000.0000"), _all, _AMERICAN),
    ((b"00.00.00.00.00", b"00-00-00-00-00"), _all, _PAIRS),
    ((b"000 00 00 00",), _all, _TRIPLED),
    ((b"*000000000", b"*00+0000000"), _behind_code, _FEATURED),
)
"""What a text holds, every digit written as zero, in which a pattern can match."""


def _enclosed(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Digits alone between quotes or angle brackets, unless the label before them counts something."""
    for match in _ENCLOSED.finditer(data, start, stop):
        opened = match[0][:1]
        if match[2] != (b">" if opened == b"<" else opened) or len(match[1]) - 2 * match[1].startswith(b"00") > 15:
            continue
        near = _WORD_BEFORE.search(data, max(start, match.start() - 40), match.start())
        word = near[1].lower() if near is not None else b""
        if word in _COUNTED or word.endswith(_COUNTED_ENDS) or _is_counter(data, match.start(1)):
            continue
        if (_is_clock(match[1]) or _is_thread(match[1]) or _is_padded(match[1])) and word not in _SPOKEN_OF:
            continue
        yield Finding(match.start(1), match.end(1), Entity.NUMBER, "number.enclosed")


def _patterns(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """The digits of extensions that are patterns; without a letter of one they may be a point in time."""
    for match in _PATTERN.finditer(data, start, stop):
        if match[2] or not _is_clock(match[1]):
            yield Finding(match.start(1), match.end(1), Entity.NUMBER, "number.pattern")


def _dialled(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Digits before ``@``."""
    for match in _DIALLED.finditer(data, start, stop):
        before = data[max(0, match.start() - 1) : match.start()]
        if not before.isalnum() and before not in (b".", b"+", b"%", b"_", b"-"):
            yield Finding(match.start(), match.end(), Entity.NUMBER, RULE)


def _spoken(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Digits in any spelling behind a word such as ``phone`` or ``calling``."""
    if data.translate(ZEROED, b" ().-").find(b"0000000") < 0:
        return
    for match in _CANDIDATE.finditer(data, start, stop):
        first = match.start()
        if data[max(0, first - 1) : first].isalnum() or _SPEAKS.search(data, max(0, first - 28), first) is None:
            continue
        if _is_counter(data, first):
            continue
        digits = match[0].translate(None, b" ().-")
        if 7 <= len(digits) <= 15 and match[0].count(b".") in (0, 2, 3, 4) and not _is_date(match[0]):
            yield Finding(first, match.end(), Entity.NUMBER, "number.spoken")


def _is_date(text: bytes) -> bool:
    return re.match(rb"(?:19|20)[0-9]{2}[-./](?:0[1-9]|1[0-2])[-./]", text) is not None or _DATE.match(text) is not None


def _callers(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """``"Name" <1001>``, the caller ID of Asterisk; a word that counts before the bracket is no name."""
    for match in _CALLER.finditer(data, start, stop):
        last = data[max(0, match.start() - 1) : match.start()]
        if not (last.isalpha() or last in (b'"', b".", b")") or last > b"\x7f"):
            continue
        near = _WORD_BEFORE.search(data, max(start, match.start() - 40), match.start())
        if last == b'"' or near is None or near[1].lower() not in _COUNTED:
            yield Finding(match.start(1), match.end(1), Entity.EXTENSION, "number.caller")
