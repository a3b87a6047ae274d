"""Which dotted names are host names.

A log is full of dotted names: files, fields, classes. Listed here is not the whole IANA root zone but the country
codes, the common generic names and the reserved ones (RFC 2606, RFC 6761, RFC 6762, RFC 8375); names under an
ambiguous top-level domain need more than their look. Imported by siblings of this folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ALNUM, word_before

_PLAIN = (
    b"com net org biz edu gov mil mobi coop aero jobs travel asia eu io ai co tv"
    b" uk us ca mx gl de at ch li fr es pt it nl be lu dk se fi ee lv lt ie cz sk hu ro bg gr hr si ba mk al cy mt"
    b" ru su ua by kz kg tj tm uz ge ir iq il tr sa ae qa kw om ye jo lb sy pk lk np bd bt cn jp kr kp tw hk"
    b" sg th vn kh mm ph au nz fj za zw zm ng ke tz ug gh et eg ly dz ma tn sd sn ci cm cd ao mz na bw mu mg"
    b" br ar cl pe uy ve bo ec cu pr jm tt bs bb bz gt sv hn ni cr pa ht"
    b" cloud online site xyz tech systems solutions company agency hosting website store shop consulting ltd gmbh"
    b" wales cymru scot irish eus gal bzh corsica alsace bayern koeln cologne nrw ruhr saarland tirol wien brussels"
    b" vlaanderen gent frl amsterdam swiss zuerich barcelona madrid quebec miami vegas boston sydney melbourne"
    b" osaka kyoto nagoya yokohama istanbul joburg capetown durban kiwi immo haus llc ltda srl sarl africa"
    b" tel voip telecom ovh berlin hamburg london paris nyc tokyo moscow"
    b" example test invalid lan local localdomain localhost internal intranet home corp private arpa onion"
)
_DOUBTFUL_TOP = frozenset(
    b"sh py pl cc rs md ps in me is no my am ac la ml vi mo so as st gd cx mr ms gs im fm sc".split()
)
"""Country codes that are also the ends of file names (``build.sh``): two labels alone are no host name."""
_WORDS_TOP = frozenset(
    b"id to do name info pro app dev int cat media link page run zip mov network group phone support center host live"
    b" one global digital world email"
    b" club services expert team software technology tools engineering energy finance legal clinic care health"
    b" school university academy education training events restaurant cafe hotel taxi repair garden house homes"
    b" estate farm kitchen catering fitness studio design photography video film audio music radio news press"
    b" marketing social chat community church foundation partners ventures capital fund insurance bank tax trading"
    b" market exchange industries supply equipment express delivery international zone city land space today life"
    b" limited inc".split()
)
"""Top-level domains that are also fields and methods (``event.id``, ``log.info``): the name needs a further sign."""


def _alternation(words: set[bytes]) -> bytes:
    """The words as one pattern that branches on the first byte."""
    heads = sorted({word[:1] for word in words})
    branches = []
    for head in heads:
        tails = sorted((word[1:] for word in words if word[:1] == head), key=lambda tail: (-len(tail), tail))
        branches.append(b"[" + head + head.upper() + b"](?i:" + b"|".join(tails) + b")")
    return b"|".join(branches)


_NAMED_END = re.compile(
    rb"\.(" + _alternation({*_PLAIN.split(), *_DOUBTFUL_TOP, *_WORDS_TOP}) + rb"|(?i:xn--)[A-Za-z0-9-]{2,30})"
    rb"(?![A-Za-z0-9_-])(?!\.(?!(?i:crt|key|pem|cer|csr|p12|log|conf|cfg|txt|gz|tar|pcap|wav|xml|zip|csv|json)\b)[A-Za-z_])"
)
"""The last label of a dotted name with the dot before it; a name that goes on is none, but for a file extension."""
_NAME_BYTES = ALNUM + b"_.-"
_SIP_PORT = re.compile(
    rb":(?:80|443|389|636|514|1443|3478|5349|4569|5038|50[6-9][0-9]|51[67][0-9]|8080|8088|8089|8443)(?![0-9])"
)
_LOG_PREFIX = re.compile(
    rb"(?:belle-sip|liblinphone|mediastreamer|ortp|bctbx|bzrtp|lime)-(?:message|warning|error|debug|trace|fatal)-"
)
"""linphone glues this to the text of a log line."""
_FILE_LABELS = frozenset(
    b"c h cpp cc hpp so py pl sh js lua conf cfg ini xml json yml yaml env ko sample php rc jail am service".split()
)
_REVERSED_NAME = re.compile(
    rb"(?:com|org|net|io|edu|gov|java|javax|android|kotlin|sun|std|this|self|window|console|logger|log|_ws"
    rb"|tcp|udp|eth|frame|ip|ipv6|icmp|icmpv6|arp|rtp|rtcp|sdp|sll|bootp|vlan)\."
)
"""The beginning of the name of a package, of a class, or of a field of Wireshark."""
_SECOND_LEVEL = frozenset(b"co com net org or ac edu go gov".split())
_HOST_WORD = re.compile(
    rb"(?:www|pbx|sbc|proxy|voip|mail|smtp|imap|edge|vpn|gw|registrar|stun|turn|ns|mx|phone|tel|[a-z]{1,16}[0-9])"
    rb"[0-9]{0,3}\.[a-z0-9-]{2,63}"
)


def names(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Spans of the host names in ``data[start:stop]``, in order, without leading labels such as ``_sip._udp``."""
    for match in _NAMED_END.finditer(data, start, stop):
        name = word_before(data, match.start(), _NAME_BYTES, 253).rpartition(b"..")[2].lstrip(b".-")
        if data[match.start() - len(name) - 1 : match.start() - len(name)] == b"%":
            name = name[2:]  # what is left of an escape
        while name[:1] == b"_":
            name = name.partition(b".")[2].lstrip(b".-")
        prefix = _LOG_PREFIX.match(name)
        if prefix is not None:
            name = name[prefix.end() :]
        first = match.start() - len(name)
        if first < start or not name or first >= match.start():
            continue
        if _is_host(data, first, match):
            yield first, match.end()


def _is_host(data: bytes, first: int, match: re.Match[bytes]) -> bool:
    name = data[first : match.start()]
    top = match[1]
    last = match.end()
    if not (top.islower() or data[first:last].isupper() or top[:4].lower() == b"xn--"):
        return False
    labels = name.split(b".")
    if b"_" in labels[-1] or not all(labels) or labels[-1] in _FILE_LABELS:
        return False
    if len(name) < 2 or (not re.search(rb"[A-Za-z]", name) and len(labels[-1]) < 3):
        return False
    if _SIP_PORT.match(data, last) is not None:
        return True
    follower = data[last : last + 1]
    if follower in (b"(", b"[", b"=") or (_REVERSED_NAME.match(name) is not None and len(labels) >= 2):
        return False
    if labels[-1] in _SECOND_LEVEL and len(labels) >= 2:
        return True
    if top.lower() in _DOUBTFUL_TOP:
        return len(labels) >= 2 and follower != b":" and data[first - 1 : first] != b"/" and name[:3] != b"lib"
    return top.lower() not in _WORDS_TOP or _HOST_WORD.match(name) is not None
