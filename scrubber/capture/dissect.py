"""Which protocol a payload belongs to: tables of dissectors, asked in order; what nobody claims is suppressed.

Content decides wherever it can, as any protocol may run on any port. The tables hold the sure ones first: those with
magic numbers or start lines, then those known by port and content; RTP, which has least to go by, comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from scrubber.capture.dissectors import (
    ami,
    bfcp,
    dhcp,
    dhcpv6,
    diameter,
    dns,
    dtls,
    esl,
    gtp,
    h323,
    hep,
    http,
    iax2,
    ldap,
    megaco,
    mgcp,
    msrp,
    netbios,
    ntp,
    proxy,
    radius,
    rtcp,
    rtp,
    rtpengine,
    sap,
    sccp,
    sip,
    snmp,
    ssdp,
    stun,
    stunframes,
    syslog,
    tftp,
    tls,
    udptl,
    websocket,
    xmpp,
    zrtp,
)
from scrubber.capture.packet import Flow
from scrubber.capture.stream import Dissector, Stream
from scrubber.values import Values

UNKNOWN = "unknown payload"
"""The note for what no dissector claims."""


class Protocol(NamedTuple):
    """A protocol over UDP."""

    claims: Callable[[bytes, Flow], bool]
    """Whether a payload belongs to it; quick, and strict enough to be believed."""
    dissect: Dissector


def datagram(payload: bytes, flow: Flow, to: Values) -> bytes:
    """The payload of a UDP datagram, rewritten by the protocol it belongs to, or blanked."""
    return _by(DATAGRAMS, payload, flow, to)


def begin(data: bytes, flow: Flow) -> Stream | None:
    """The protocol whose message begins with these octets of a stream."""
    return next((stream for stream in STREAMS if stream.begins(data, flow)), None)


def named(name: str) -> Stream | None:
    """The protocol of that name, which another one has announced."""
    return _NAMED.get(name)


def _by(protocols: Sequence[Protocol], payload: bytes, flow: Flow, to: Values) -> bytes:
    if not payload:
        return payload
    for protocol in protocols:
        if protocol.claims(payload, flow):
            new = protocol.dissect(payload, flow, to)
            if new is not None:
                return new
    return to.blank(payload, UNKNOWN)


_RELAYED = partial(
    _by,
    (
        Protocol(sip.claims, sip.dissect),
        Protocol(stun.claims, stun.dissect),
        Protocol(dtls.claims, dtls.dissect),
        Protocol(zrtp.claims, zrtp.dissect),
        Protocol(rtcp.claims, rtcp.dissect),
        Protocol(rtp.claims, rtp.dissect),
    ),
)
"""What a TURN relay carries; a relay in a relay carries nothing, so the nesting ends."""


def _captured(kind: int, payload: bytes, flow: Flow, to: Values) -> bytes:
    """What an encapsulated packet of a capture agent holds, other than SIP and logs (HEP3 chunk 11)."""
    del kind
    return _RELAYED(payload, flow, to)


_CAPTURED = partial(hep.dissect, inner=_captured)

DATAGRAMS: tuple[Protocol, ...] = (
    Protocol(sip.claims, sip.dissect),
    Protocol(stun.claims, partial(stun.dissect, inner=_RELAYED)),
    Protocol(dtls.claims, dtls.dissect),
    Protocol(zrtp.claims, zrtp.dissect),
    Protocol(hep.claims, _CAPTURED),
    Protocol(dns.claims, dns.dissect),
    Protocol(rtpengine.claims, rtpengine.dissect),
    Protocol(syslog.claims, syslog.dissect),
    Protocol(dhcp.claims, dhcp.dissect),
    Protocol(dhcpv6.claims, dhcpv6.dissect),
    Protocol(netbios.claims, netbios.dissect),
    Protocol(ntp.claims, ntp.dissect),
    Protocol(snmp.claims, snmp.dissect),
    Protocol(radius.claims, radius.dissect),
    Protocol(ssdp.claims, ssdp.dissect),
    Protocol(sap.claims, sap.dissect),
    Protocol(http.claims, http.dissect),
    Protocol(mgcp.claims, mgcp.dissect),
    Protocol(megaco.claims, megaco.dissect),
    Protocol(iax2.claims, iax2.dissect),
    Protocol(h323.claims, h323.dissect),
    Protocol(gtp.claims, gtp.dissect),
    Protocol(tftp.claims, tftp.dissect),
    Protocol(diameter.claims, diameter.dissect),
    Protocol(ldap.claims, ldap.dissect),
    Protocol(rtcp.claims, rtcp.dissect),
    Protocol(bfcp.claims, bfcp.dissect),
    Protocol(udptl.claims, udptl.dissect),
    Protocol(rtp.claims, rtp.dissect),
)
"""Protocols over UDP."""

_FRAMED = partial(stunframes.dissect, inner=_RELAYED)

STREAMS: tuple[Stream, ...] = (
    proxy.STREAM,
    sip.STREAM,
    http.STREAM,
    tls.STREAM,
    stun.STREAM._replace(rewrite=partial(stun.dissect, inner=_RELAYED)),
    stunframes.FRAMED._replace(rewrite=_FRAMED),
    hep.STREAM._replace(rewrite=_CAPTURED),
    ami.STREAM,
    esl.STREAM,
    msrp.STREAM,
    xmpp.STREAM,
    sccp.STREAM,
    megaco.STREAM,
    h323.STREAM,
    bfcp.STREAM,
    diameter.STREAM,
    ldap.STREAM,
    dns.STREAM,
    syslog.STREAM,
)
"""Protocols over TCP that begin by themselves."""

_FOLLOWING = (websocket.STREAM, tls.RECORD, stunframes.FRAME._replace(rewrite=_FRAMED))
_NAMED = {stream.name: stream for stream in (*STREAMS, *_FOLLOWING)}
