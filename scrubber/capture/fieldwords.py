"""Header fields of HTTP and its kin (RFC 9110, RFC 7826) that hold words of the protocol: other words go."""

from __future__ import annotations

import re
from typing import Final

from scrubber.values import Values

RULE = "http-field"
METHODS: Final = frozenset(
    b"GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT "
    b"MKCALENDAR SEARCH ACL BIND UNBIND REBIND LINK UNLINK PURGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE DESCRIBE "
    b"ANNOUNCE SETUP PLAY PAUSE TEARDOWN RECORD REDIRECT GET_PARAMETER SET_PARAMETER PLAY_NOTIFY".split()
)
"""Methods of HTTP, WebDAV, RTSP and SSDP."""

DATE = re.compile(
    rb"(?:[A-Z][a-z]{2,8},? )?[0-9]{1,2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4} [0-9:]{5,8}(?: [A-Z]{1,4}| [+-][0-9]{4})?"
    rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4}|-?[0-9]{1,6}"
)
_WORDS: Final = frozenset(
    b"cors navigate no-cors same-origin websocket cross-site same-site none document empty image script style worker "
    b"iframe audio video font manifest object xmlhttprequest bytes items 100-continue deny sameorigin nosniff true "
    b"false max-age includesubdomains preload trailers keep-alive close x-requested-with content-type authorization "
    b"accept accept-language accept-encoding accept-ranges content-length content-range content-language "
    b"content-disposition content-location content-encoding origin cache-control expires last-modified pragma "
    b"if-modified-since if-none-match etag date location link server-timing x-csrf-token x-auth-token x-api-key range "
    b"cookie user-agent user referer host server vary upgrade connection transfer-encoding set-cookie soapaction "
    b"unicast multicast client_port server_port port ssrc mode play record interleaved destination source ttl append "
    b"layers rtp rtp/avp rtp/avpf rtp/savp rtp/savpf rtp/avp/tcp rtp/avp/udp raw/raw/udp udp tcp mp2t/h2221/udp "
    b"url seq rtptime npt smpte clock now off".split()
) | {method.lower() for method in METHODS}
_TOKEN = re.compile(rb"[0-9A-Za-z_/-]+(?:\.[0-9A-Za-z_/-]+)*")
_NUMBER = re.compile(rb"[0-9]{1,6}(?:\.[0-9]{1,6})?(?:-[0-9]{0,6})?")
_RANGES = re.compile(rb"bytes[= ](?:[0-9]{0,12}-[0-9]{0,12}(?:, ?)?){1,16}(?:/(?:[0-9]{1,12}|\*))?|\*/[0-9]{1,12}")
FIELDS: Final = frozenset(
    b"sec-fetch-mode sec-fetch-site sec-fetch-dest sec-fetch-user upgrade-insecure-requests range content-range "
    b"dnt age allow trailer expect max-age access-control-allow-methods access-control-allow-headers "
    b"access-control-allow-credentials access-control-max-age access-control-request-method "
    b"access-control-request-headers access-control-expose-headers x-content-type-options x-frame-options "
    b"strict-transport-security x-requested-with mx ext scale speed blocksize bandwidth public transport "
    b"configid.upnp.org searchport.upnp.org proxy-connection sec-ch-ua-mobile cseq bootid.upnp.org".split()
)
"""Fields of HTTP and its kin that hold words of the protocol and small numbers."""
DATES: Final = frozenset(b"date expires last-modified if-modified-since if-unmodified-since retry-after".split())


def read(value: bytes, to: Values) -> bytes:
    """Words of the protocol and small numbers; other words are replaced."""
    if _RANGES.fullmatch(value):
        return value
    pieces: list[bytes] = []
    position = 0
    for token in _TOKEN.finditer(value):
        pieces.append(value[position : token.start()])
        word = token[0]
        known = word.lower() in _WORDS or _NUMBER.fullmatch(word)
        pieces.append(word if known else to.reader.part("unknown", word, RULE))
        position = token.end()
    return b"".join(pieces) + value[position:]
