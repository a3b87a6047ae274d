"""The lines of a session description (RFC 8866), each read on its own.

No line needs another one, so a line that a log shows alone, cut or out of order is read like one in a body. What
stays: the version, the media lines, bandwidth, zones, the session version (its increments tell offers apart), ports
and everything of the codec negotiation. ``sdp_attributes`` reads the ``a=`` lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from scrubber.grammar.params import trim
from scrubber.grammar.sdp_attributes import KEPT, READERS, attribute
from scrubber.grammar.sdp_fields import fields, identifier, is_decimal, network, user, whole
from scrubber.model import Part

PRODUCTS: Final = frozenset(
    (
        b"acrobits aastra asterisk audiocodes avaya baresip bria broadworks call "
        b"cisco ciscosystemssip clarent cncm conference "
        b"eyebeam freepbx freeswitch fusionpbx gateway genband grandstream groundwire huawei imss jitsi kamailio "
        b"linksys linphone media mediagateway metaswitch microsip minisipserver mitel name netborder no ocs opensips "
        b"oracle panasonic patton pbx phone pjmedia pjsip poly polycom pstn ribbon rtp rtpengine sangoma sdp server "
        b"session siemens sip sip_call sipp sipps sipura snom sofia sofia-sip sonus spa stream switchvox talk teles "
        b"test ua unify unknown unnamed vega video voice voip x-lite yate yealink zoiper"
    ).split()
)
"""Words of which the session names of products are made, in lower case."""

_LINE = re.compile(rb"[^\r\n]++")
_TYPE = re.compile(rb"[ \t]*+([a-z])=")
_WORD = re.compile(rb"[^ _/]++")
_VERSION = re.compile(rb"v?[0-9]{1,3}\.[0-9]{1,4}(?:\.[0-9]{1,4})?")
_ZONES = re.compile(rb"[0-9dhms. \t-]*+")
_MEDIA = re.compile(rb"[A-Za-z0-9$*/_.+-]++(?:[ \t]++[A-Za-z0-9$*/_.+=-]++)*+[ \t]*+")
_LONG_NUMBER = re.compile(rb"[0-9]{9,}+")
_BRACKETED = re.compile(rb"([^<(]*+)([<(])([^>)]*+)")
_SYNTAX: Final[Mapping[int, re.Pattern[bytes]]] = {
    letter[0]: re.compile(pattern)
    for letter, pattern in (
        (b"v", rb"[0-9]{1,2}"),
        (b"o", rb"[^ ]++(?: [^ ]++)*? [0-9]{1,24} [0-9]{1,24} (?:IN IP[46]|PSTN [A-Z0-9]++|ATM [A-Z0-9]++) [^ ]++"),
        (b"s", rb"[^=]{1,256}"),
        (b"i", rb"[^=]{1,256}"),
        (b"u", rb"[a-zA-Z][a-zA-Z0-9+.-]{1,20}:[^ ]++"),
        (b"e", rb"[^@]{1,256}@[^@]{1,256}"),
        (b"p", rb"[^=0-9+]{0,128}+\+?[0-9][0-9 ().-]{2,40}+[^=]{0,128}"),
        (b"c", rb"(?:IN IP[46]|PSTN [A-Z0-9-]++|ATM [A-Z0-9]++|TN RFC2543) [^ ]++.*"),
        (b"b", rb"[A-Za-z][A-Za-z0-9-]{0,31}:[0-9]{1,12}"),
        (b"t", rb"[0-9]{1,20} [0-9]{1,20}"),
        (b"r", rb"[0-9]++[dhms]?+(?: [0-9]++[dhms]?+)++"),
        (b"z", rb"[0-9]++(?: -?[0-9]++[dhms]?+)++"),
        (b"k", rb"prompt|(?:clear|base64|uri):.+"),
        (
            b"m",
            rb"(?:audio|video|image|application|message|text|data|control) [0-9$*]++(?:/[0-9]++)?+ [A-Za-z][^ ]*+.*",
        ),
    )
}
"""What a line must look like when it stands alone in a log, by the byte of its type."""
_FLAG = KEPT | READERS.keys()
_ATTRIBUTE = re.compile(rb"([A-Za-z][A-Za-z0-9_-]{0,63}+)(:?)")


def _plain(letter: int, data: bytes, start: int, end: int) -> Iterator[Part]:
    """``v=``, ``b=``, ``r=``: numbers and words of the protocol; anything else is scanned as text."""
    if _SYNTAX[letter].fullmatch(data, start, end) is None:
        yield from whole(data, start, end, "free")


def _origin(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``user sess-id sess-version nettype addrtype address`` (section 5.2).

    Read from both ends, as users hold blanks and lines are cut.
    """
    tokens = fields(data, start, end)
    networks = [
        at for at, token in enumerate(tokens) if at and data[slice(*token)].upper() in (b"IN", b"PSTN", b"TN", b"ATM")
    ]
    where = networks[-1] if networks else min(len(tokens), 3)
    names = max(1, where - 2)
    if tokens:
        yield from user(data, tokens[0].start, tokens[min(names, len(tokens)) - 1].end)
    if names < where:
        yield from identifier(data, *tokens[names])
    for token in tokens[names + 1 : where]:
        if not is_decimal(data, token):
            yield Part(*token, "free")
    yield from network(data, tokens[where:])


def _connection(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``nettype addrtype address`` (section 5.7)."""
    yield from network(data, fields(data, start, end))


def _times(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``t=`` and ``z=``: NTP seconds, where they are long enough to be a date (sections 5.9 and 5.11)."""
    if _ZONES.fullmatch(data, start, end) is None:
        yield from whole(data, start, end, "free")
        return
    for match in _LONG_NUMBER.finditer(data, start, end):
        yield Part(match.start(), match.end(), "time")


def _key(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``method:key`` (RFC 4566 section 5.12); ``prompt`` has no key."""
    colon = data.find(b":", start, end)
    if colon >= 0:
        yield from whole(data, colon + 1, end, "key")
    elif data[start:end].strip() != b"prompt":
        yield from whole(data, start, end, "key")


def _media(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``audio 49170 RTP/AVP 0 8`` stays; what is not made of tokens is scanned as text."""
    if _MEDIA.fullmatch(data, start, end) is None:
        yield from whole(data, start, end, "free")


def _with_name(
    contact: Callable[[bytes, int, int], Iterator[Part]], data: bytes, start: int, end: int
) -> Iterator[Part]:
    """``contact (name)`` or ``name <contact>`` (section 5.6)."""
    match = _BRACKETED.match(data, start, end)
    if match is None:
        yield from contact(data, start, end)
        return
    named_last = match[2] == b"("
    for group, is_name in ((1, not named_last), (3, named_last)):
        left, right = trim(data, *match.span(group))
        if not is_name:
            yield from contact(data, left, right)
        elif data[left : left + 1] == b'"' and data[right - 1 : right] == b'"' and right - left > 2:
            yield Part(left + 1, right - 1, "name")
        else:
            yield from whole(data, left, right, "name")
    yield from whole(data, min(match.end() + 1, end), end, "text")


def _mail(data: bytes, start: int, end: int) -> Iterator[Part]:
    yield from whole(data, start, end, "email" if b"@" in data[start:end] else "text")


def _telephone(data: bytes, start: int, end: int) -> Iterator[Part]:
    digits = any(48 <= byte <= 57 for byte in data[start:end])
    yield from whole(data, start, end, "number" if digits else "text")


def _email_line(data: bytes, start: int, end: int) -> Iterator[Part]:
    yield from _with_name(_mail, data, start, end)


def _phone_line(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``p=``: brackets after digits may belong to the number (``+44 (20) 7946``): a name has a letter in it."""
    match = _BRACKETED.match(data, start, end)
    if match and match[2] == b"(" and not any(byte > 64 for byte in match[3]):
        close = match.end() + 1
        again = data.find(b"(", close, end)
        stop = again if again >= 0 else end
        yield from _telephone(data, start, stop)
        if again >= 0:
            right = data.find(b")", again, end)
            yield from whole(data, again + 1, right if right >= 0 else end, "name")
            yield from whole(data, right + 1, end, "text") if right >= 0 else ()
        return
    yield from _with_name(_telephone, data, start, end)


def _url(data: bytes, start: int, end: int) -> Iterator[Part]:
    yield from whole(data, start, end, "url")


def _text(data: bytes, start: int, end: int) -> Iterator[Part]:
    yield from whole(data, start, end, "text")


_READERS: Final[Mapping[int, Callable[[bytes, int, int], Iterator[Part]]]] = {
    ord("v"): partial(_plain, ord("v")),
    ord("o"): _origin,
    ord("i"): _text,
    ord("u"): _url,
    ord("e"): _email_line,
    ord("p"): _phone_line,
    ord("c"): _connection,
    ord("b"): partial(_plain, ord("b")),
    ord("t"): _times,
    ord("r"): partial(_plain, ord("r")),
    ord("z"): _times,
    ord("k"): _key,
    ord("a"): attribute,
    ord("m"): _media,
}


def _is_product(value: bytes, products: frozenset[bytes]) -> bool:
    """Whether a session name is made of product words and versions alone."""
    words = _WORD.findall(value.lower())
    return any(word in products for word in words) and all(
        word in products or _VERSION.fullmatch(word) for word in words
    )


def line(data: bytes, start: int = 0, end: int | None = None, products: frozenset[bytes] = PRODUCTS) -> list[Part]:
    """The parts of one line without its line end, for any bytes.

    ``products`` are the lower-case words of which a session name (``s=``) may be made to stay; any other name is
    ``text``. A line that is not ``letter=value`` is one part ``free``.
    """
    stop = len(data) if end is None else end
    match = _TYPE.match(data, start, stop)
    if match is None:
        return list(whole(data, start, stop, "free"))
    left, right = trim(data, match.end(), stop)
    letter = match[1][0]
    if letter == ord("s"):
        value = data[left:right].rstrip(b".")
        return [] if value == b"-" or _is_product(value, products) else list(whole(data, left, right, "text"))
    reader = _READERS.get(letter)
    return list(reader(data, left, right) if reader else whole(data, left, right, "free"))


def parse(data: bytes, start: int = 0, end: int | None = None, products: frozenset[bytes] = PRODUCTS) -> list[Part]:
    """The parts of a whole session description (or a trickle-ICE fragment, RFC 8840), for any bytes."""
    stop = len(data) if end is None else end
    found: list[Part] = []
    for match in _LINE.finditer(data, start, stop):
        found += line(data, match.start(), match.end(), products)
    return found


def is_sdp_line(text: bytes) -> bool:
    """Whether a line of a log is a line of a session description: the type and a value that this type can have.

    An attribute must be known, or be ``token:value``.
    """
    if text[1:2] != b"=":
        return False
    value = text[2:].rstrip()
    if text[0] == ord("a"):
        match = _ATTRIBUTE.match(value)
        if match is None:
            return False
        return bool(match[2]) or (match.end() == len(value) and match[1].lower() in _FLAG)
    pattern = _SYNTAX.get(text[0])
    return pattern is not None and pattern.fullmatch(value) is not None
