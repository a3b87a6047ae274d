"""Numbers and users in the names of recordings, logs, bundles and certificates.

``out-15550100-1001-20250302-180312-1740938592.12.wav`` (FreePBX), ``20250302-180312-15550100-incoming-Alice.wav``
(MicroSIP), ``+15550100.log``, ``settings-1001.cfg``, per-account call records ``cdr-csv/ACCOUNT.csv`` (Asterisk),
certificates named after their holder (``alice-key.pem``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors import domain
from scrubber.detectors.shapes import ALNUM, ordered, word_before
from scrubber.model import Entity, Finding

RULE = "recording"

_EXTENSION = re.compile(
    rb"\.(?:wav|WAV|wav49|mp3|gsm|g722|ulaw|alaw|ul|al|sln(?:16)?|ogg|opus|m4a|amr|mp4|mkv|avi|log|txt|pcap|pcapng|cap|cfg"
    rb"|conf|ini|xml|csv|json|zip|tgz|gz|tar|bz2|db|html?|pdf|tiff?|dmp|rtp|data|meta|out)(?![0-9A-Za-z])"
)
_CERTIFICATE = re.compile(rb"\.(?:pem|crt|cer|csr|p12|pfx|der|key)(?![0-9A-Za-z_(\[])(?!\.[A-Za-z])")
_PUBLIC_STORE = re.compile(rb"(?:ca-certificates|/ssl/certs|/certifi|/trust)[^\s\"']{0,128}+\Z")
"""Where the certificates of public authorities lie."""
_STEM_FIELD = re.compile(rb"[^-_.@+]+")
_COMMON = frozenset(
    b"a ca cert certs certificate certificates chain fullchain bundle cabundle privkey pubkey key keys private"
    b" public root server client tls ssl dtls wss sip sips https http web www pbx asterisk freeswitch kamailio"
    b" opensips cafile keyfile certfile default self signed selfsigned localhost local dh dhparam dhparams params"
    b" rsa ecdsa ec dsa ed p prime stir shaken stirshaken passport x u sp sti cps intermediate trusted trust new"
    b" old tmp temp test dev prod device example sample user users my agent wildcard star combined node cluster"
    b" apns push voip fcm issuer sub csr request identity signing signer verify verification leaf host hostkey"
    b" gateway gw sbc proxy provider vendor manufacturer cacert cacerts clientcert servercert clientkey serverkey"
    b" file path cachain letsencrypt isrg acme com net org".split()
)
"""Words in the names of certificates that name nobody."""
_NAME = ALNUM + b"_+.~@-"
_HOLDER = _NAME + bytes(range(0x80, 0x100))
_TOKEN = re.compile(rb"[0-9A-Fa-f-]{20,128}")
"""A fingerprint or UUID, which is found by its look, as a host name is."""
_DATE = re.compile(
    rb"(?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01])"
    rb"(?:(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?=[-_.]))?(?![0-9])"
)
_FIELD = re.compile(rb"[^-_~.@]+")
_UNIQUE = re.compile(rb"1[0-9]{9}\.[0-9]{1,8}(?![0-9])")
_MICROSIP = re.compile(rb"[0-9]{8}-[0-9]{6}-(.{1,128})-(?:incoming|outgoing)(?:-(.{1,128}))?")
_DIALLED = re.compile(rb"\+?[0-9]{7,15}")
_SHORT = re.compile(rb"[0-9]{2,6}")
_PARTY_WORDS = frozenset(
    b"out in exten ext q rg g external internal force conf ondemand vm voicemail user users account settings support"
    b" phone agent queue group rec record recording call from to pjsua sip peer endpoint line msg mailbox box page"
    b" parked zap macro ivr dial monitor mix caller callee src dst".split()
)
"""A short number in a file name is an extension only behind one of these words or another party, else a counter."""


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Numbers, extensions and user names in the file names of ``data[start:end]``, in order; dates and times stay."""
    stop = len(data) if end is None else end
    found = list(_recordings(data, start, stop))
    found += _certificates(data, start, stop)
    if found:
        yield from ordered(found)


def _certificates(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """The holder in the name of a certificate or key file, without the common words around it."""
    for match in _CERTIFICATE.finditer(data, start, stop):
        stem = word_before(data, match.start(), _HOLDER, 128)
        first = max(start, match.start() - len(stem))
        before = data[first - 1 : first] if first else b""
        if match[0] == b".key" and before not in (b"/", b"\\"):  # else the field of an object
            continue
        if _TOKEN.fullmatch(data, first, match.start()) is not None or any(domain.names(data, first, match.end())):
            continue
        fields = list(_STEM_FIELD.finditer(data, first, match.start()))
        while fields and _is_common(fields[0][0]):
            fields.pop(0)
        while fields and _is_common(fields[-1][0]):
            fields.pop()
        if fields and _PUBLIC_STORE.search(data, max(0, first - 160), first) is None:
            yield Finding(fields[0].start(), fields[-1].end(), Entity.USER, "recording.certificate")


def _is_common(field: bytes) -> bool:
    """Whether a field of a file name is a common word, with a counter or not, or a single digit or two."""
    word = field.lower().rstrip(b"0123456789")
    return word in _COMMON or (not word and len(field) < 3)


def _recordings(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """The findings in the names of recordings, logs, settings and call records."""
    reached = start
    for match in _EXTENSION.finditer(data, start, stop):
        name = word_before(data, match.start(), _NAME, 200) if match.start() > reached else b""
        first = max(reached, match.start() - len(name))
        if first < match.start():
            if data[:first].endswith(b"cdr-csv/") and not data.startswith(b"Master", first):
                yield Finding(first, match.start(), Entity.USER, RULE)
            else:
                yield from _in_name(data, first, match.start())
            reached = match.end()


def _in_name(data: bytes, first: int, last: int) -> Iterator[Finding]:
    """The findings in a file name without its extension."""
    named = _MICROSIP.fullmatch(data, first, last)
    if named is not None:
        for group in (1, 2):
            if named[group]:
                yield Finding(named.start(group), named.end(group), Entity.USER, RULE)
        return
    position = first
    party = False  # whether the fields here are the parties of a call
    while position < last:
        skipped = _DATE.match(data, position, last) or _UNIQUE.match(data, position, last)
        if skipped is not None:
            party, position = False, skipped.end()
            continue
        field = _FIELD.match(data, position, last)
        if field is None:
            position += 1
            continue
        position = field.end()
        if _DIALLED.fullmatch(field[0]) is not None:
            is_clock = len(field[0]) in (10, 13) and field[0][:1] == b"1"
            party = not is_clock
            if party:
                yield Finding(field.start(), position, Entity.NUMBER, RULE)
        elif _SHORT.fullmatch(field[0]) is None:
            party = field[0].lower() in _PARTY_WORDS
        elif party:
            yield Finding(field.start(), position, Entity.EXTENSION, RULE)
