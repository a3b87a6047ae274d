"""The filter a capture was made with: ``host 192.0.2.1 and port 5060`` (the manual page pcap-filter).

Words of the language and small numbers stay; an address, a name or anything else is replaced.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from scrubber.model import Entity
from scrubber.values import Values

RULE = "capture-filter"
SUPPRESSED = "capture filter: values suppressed"

_WORD = re.compile(rb"[^\s()\[\]{}&|!=<>+*/%^~,;\"'`\\]+")
_SMALL = re.compile(rb"\d{1,5}(?:[:-]\d{1,5})?|0[xX][0-9A-Fa-f]{1,4}")
_NUMBER = re.compile(rb"(0[xX]|)([0-9A-Fa-f.]{0,64}[0-9][0-9A-Fa-f.]{0,64})")
_MAC = re.compile(rb"(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}")
_MASKS = frozenset(str(IPv4Address((0xFFFF_FFFF << 32 - length) & 0xFFFF_FFFF)).encode() for length in range(33))
_LANGUAGE = frozenset(
    b"""
    host net mask port portrange src dst gateway proto protochain and or not broadcast multicast less greater ether fddi
    tr wlan ip ip6 arp rarp decnet iso stp ipx netbeui lat moprc mopdl tcp udp icmp icmp6 igmp igrp pim ah esp vrrp carp
    sctp vlan mpls pppoed pppoes geneve vxlan inbound outbound ifindex ifname rnr rulenum reason rset ruleset srnr
    subrulenum action pass block link ppp slip radio len icmptype icmpcode icmp6type icmp6code tcpflags tcp-fin tcp-syn
    tcp-rst tcp-push tcp-ack tcp-urg tcp-ece tcp-cwr icmp-echo icmp-echoreply icmp-unreach icmp-redirect icmp-timxceed
    aarp atalk isis clnp esis es-is is-is type subtype dir addr1 addr2 addr3 addr4 ra ta mgt ctl data sip sips rtp
    http https domain
    """.split()
)


def scrubbed(text: bytes, to: Values) -> bytes:
    """The filter with every value replaced; a filter whose text is no ASCII is no filter and is left out."""
    if not text.isascii():
        return b""
    return _WORD.sub(lambda match: _word(match[0], to), text)


def _word(word: bytes, to: Values) -> bytes:
    if word.lower() in _LANGUAGE or _SMALL.fullmatch(word) or word in _MASKS:
        return word
    if (entity := _address(word)) is not None:
        return to.value(entity, word, RULE)
    if number := _NUMBER.fullmatch(word):
        # A part of an address (net 192.0.2), or octets of a packet.
        return number[1] + to.blank(number[2], SUPPRESSED, b"0")
    return to.value(Entity.HOST, word, RULE)


def _address(word: bytes) -> Entity | None:
    if _MAC.fullmatch(word):
        return Entity.MAC
    for entity, kind in ((Entity.IPV4, IPv4Address), (Entity.IPV6, IPv6Address)):
        try:
            kind(word.decode())
        except AddressValueError:
            continue
        return entity
    return None
