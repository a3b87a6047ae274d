"""The ``a=`` lines of a session description: one table from the name of an attribute to the reader of its value.

Sources: the attribute registry of RFC 8866 and the RFC named beside each entry. Attributes of the codec negotiation
carry nothing personal and stay as they are; an attribute that is in no table is scanned as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from scrubber.grammar import sdp_values as values
from scrubber.grammar.sdp_fields import fields, whole
from scrubber.grammar.sdp_values import Reader
from scrubber.model import Part

_KEPT: Final = (
    # RFC 8866, 3264, 4568: the media and its direction
    b"rtpmap fmtp ptime maxptime minptime sendrecv sendonly recvonly inactive orient "
    b"type charset sdplang lang quality "
    b"framerate framesize imageattr cliprect content hlang-send hlang-recv range maxprate silencesupp ecan gain "
    b"setup connection direction sctp-port sctpmap max-message-size max-send-size max-recv-size mid group label sqn "
    # RFC 5939, 6871: capability negotiation; RFC 3407
    b"csup creq pcfg acfg tcap rmcap omcap mfcap mscap lcfg sescap bcap rscc cdsc cpar cparmin cparmax "
    # RFC 3312, 3605, 4585, 5104, 5285, 5506, 5761, 5888, 8843, 8851, 8853
    b"curr des conf rtcp-fb rtcp-mux rtcp-mux-only rtcp-rsize rtcp-xr extmap extmap-allow-mixed bundle-only rid "
    b"simulcast ssrc-group ecn-capable-rtp floorctrl bfcpver "
    # RFC 8839, 8840
    b"ice-options ice-lite ice-pacing ice-mismatch end-of-candidates "
    # T.38
    b"t38faxversion t38maxbitrate t38faxratemanagement t38faxmaxbuffer t38faxmaxdatagram t38faxmaxifp t38faxudpec "
    b"t38faxudpecdepth t38faxudpfecmaxspan t38faxfillbitremoval t38faxtranscodingmmr t38faxtranscodingjbig "
    b"t38modemtype t38vendorinfo "
    # RFC 4975, 5547
    b"accept-types accept-wrapped-types max-size file-disposition file-range msrp-cema chatroom-type "
    # NAT helpers, products, 3GPP
    b"x-nat nortpproxy x-mediabw x-devicecaps x-caps x-ssrc-range x-google-flag x-google-max-bitrate x-data-protocol "
    b"x-candidate-info encryption 3ge2ae omr-m-cksum omr-s-cksum omr-codecs omr-m-att omr-s-att "
    b"aaltype capability qosclass bcob stc upcc cbr abrset subtype aal2cps vsel dsel fsel codecconfig "
    b"isup_usi uiLayer1_Prot maxconframes"
)
KEPT: Final = frozenset(_KEPT.lower().split())
"""Attribute names in lower case whose value stays."""


def _capability(data: bytes, start: int, end: int) -> Iterator[Part]:
    """``number attribute:value`` (RFC 5939 section 3.4.1): an attribute within an attribute, one level deep."""
    tokens = fields(data, start, end)
    if len(tokens) > 1:
        name, value = _split(data, tokens[1].start, end)
        yield from () if name == b"acap" else _read(name, data, value, end)


_ADDRESS: Final = re.compile(rb"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
"""What no attribute of a negotiation holds."""

READERS: Final[Mapping[bytes, Reader]] = {
    b"rtcp": partial(values.addresses_from, 1),  # RFC 3605
    b"candidate": values.candidate,
    b"x-candidate-ipv6": values.candidate,
    b"remote-candidates": values.remote_candidates,
    b"remote-candidate": values.identifiers,
    b"alt": values.alt,
    b"crypto": values.crypto,
    b"key-mgmt": partial(values.from_field, "key", 1),  # RFC 4567
    b"identity": values.as_one("key"),  # RFC 8827: an assertion of who the user is
    b"fingerprint": partial(values.from_field, "device", 1),  # RFC 8122
    b"zrtp-hash": partial(values.from_field, "device", 1),  # RFC 6189
    b"tls-id": values.as_one("device"),  # RFC 8842
    b"dtls-id": values.as_one("device"),
    b"ice-ufrag": values.as_one("identifier"),
    b"ice-pwd": values.as_one("key"),
    b"ssrc": values.ssrc,
    b"msid": values.identifiers,  # RFC 8830
    b"msid-semantic": values.semantic,
    b"cname": values.identifiers,
    b"path": values.msrp_path,
    b"file-selector": values.file_selector,
    b"file-transfer-id": values.as_one("identifier"),
    b"file-icon": values.content_id,
    b"file-date": values.as_one("time"),
    b"source-filter": values.source_filter,
    b"multicast-relay": values.last_address,
    b"oldmediaip": values.last_address,
    b"oldcip": values.last_address,
    b"oldoip": values.last_address,
    b"rtpengine": values.as_one("identifier"),
    b"x-bypassid": values.as_one("identifier"),
    b"x-source-streamid": values.as_one("identifier"),
    b"confid": values.as_one("identifier"),  # RFC 8856
    b"userid": values.as_one("identifier"),
    b"floorid": values.first_identifier,
    b"isub": values.as_one("number"),
    b"phone-context": values.phone_context,
    b"cs-correlation": values.correlation,
    b"visited-realm": values.realm,
    b"secondary-realm": values.realm,
    b"acap": _capability,
    b"control": values.control,
    b"tool": values.as_one("free"),
    b"cat": values.as_one("text"),
    b"keywds": values.as_one("text"),
    b"x-qt-text-nam": values.as_one("text"),
    b"x-qt-text-inf": values.as_one("text"),
    b"x-qt-text-cmt": values.as_one("text"),
}
"""By attribute name in lower case."""


def _split(data: bytes, start: int, end: int) -> tuple[bytes, int]:
    """The lower-case name of an attribute and where its value begins: behind the colon, or at ``end``."""
    colon = data.find(b":", start, end)
    stop = colon if colon >= 0 else end
    return data[start:stop].strip().lower(), colon + 1 if colon >= 0 else end


def _read(name: bytes, data: bytes, value: int, end: int) -> Iterator[Part]:
    if name in KEPT and not _ADDRESS.search(data, value, end):
        return
    reader = READERS.get(name)
    if reader is not None:
        yield from reader(data, value, end)
    elif value < end:
        yield from whole(data, value, end, "free")


def attribute(data: bytes, start: int, end: int) -> Iterator[Part]:
    """The parts of ``name:value`` (what stands behind ``a=``), in order.

    An unknown attribute without a value is its own value, and is scanned as text.
    """
    name, value = _split(data, start, end)
    if data[value - 1 : value] != b":" and name not in KEPT and name not in READERS:
        yield from whole(data, start, end, "free")
    else:
        yield from _read(name, data, value, end)
