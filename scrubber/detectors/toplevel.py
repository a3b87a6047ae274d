"""Top-level domains that make a dotted name a host name, and those that need more than the name.

Not the whole IANA root zone: a log is full of dotted names (files, fields, classes), so what is listed here are the
country codes, the common generic names and the reserved ones (RFC 2606, RFC 6761, RFC 6762, RFC 8375). Data shared by
the detectors of this folder.
"""

from __future__ import annotations

import re

_PLAIN = (
    b"com net org biz edu gov mil mobi coop aero jobs travel asia eu io ai co tv"
    b" uk us ca mx gl de at ch li fr es pt it nl be lu dk se fi ee lv lt ie cz sk hu ro bg gr hr si ba mk al cy mt"
    b" ru su ua by kz kg tj tm uz ge ir iq il tr sa ae qa kw om ye jo lb sy pk lk np bd bt cn jp kr kp tw hk"
    b" sg th vn kh mm ph au nz fj za zw zm ng ke tz ug gh et eg ly dz ma tn sd sn ci cm cd ao mz na bw mu mg"
    b" br ar cl pe uy ve bo ec cu pr jm tt bs bb bz gt sv hn ni cr pa ht"
    b" cloud online site xyz tech systems solutions company agency hosting website store shop consulting ltd gmbh"
    b" tel voip telecom ovh berlin hamburg london paris nyc tokyo moscow"
    b" example test invalid lan local localdomain localhost internal intranet home corp private arpa onion"
)
_DOUBTFUL = b"sh py pl cc rs md ps in me is no my am ac la ml vi mo so as st gd cx mr ms gs im fm sc"
_WORDS = b"id to do name info pro app dev int cat media link page run zip mov network group phone support center host live one global digital world email"


def _alternation(words: set[bytes]) -> bytes:
    """The words as one pattern that branches on the first byte."""
    heads = sorted({word[:1] for word in words})
    branches = []
    for head in heads:
        tails = sorted((word[1:] for word in words if word[:1] == head), key=lambda tail: (-len(tail), tail))
        branches.append(b"[" + head + head.upper() + b"](?i:" + b"|".join(tails) + b")")
    return b"|".join(branches)


DOUBTFUL = frozenset(_DOUBTFUL.split())
"""Country codes that are also the ends of file names (``build.sh``): two labels alone are no host name."""
WORDS = frozenset(_WORDS.split())
"""Top-level domains that are also fields and methods (``event.id``, ``log.info``): the name needs a further sign."""
NAMED_END = re.compile(
    rb"\.(" + _alternation({*_PLAIN.split(), *DOUBTFUL, *WORDS}) + rb"|(?i:xn--)[A-Za-z0-9-]{2,30})"
    rb"(?![A-Za-z0-9_-])(?!\.(?!(?i:crt|key|pem|cer|csr|p12|log|conf|cfg|txt|gz|tar|pcap|wav|xml|zip|csv|json)\b)[A-Za-z_])"
)
"""The last label of a dotted name with the dot before it; a name that goes on is none, but for a file extension."""
