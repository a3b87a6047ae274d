"""Where a capture was made: programs, systems, hardware and interfaces, generalised to words that everybody knows.

A name goes out when it is of a small vocabulary; versions stay as far as they are numbers. Whatever else stands in
such a text (builds, model numbers, host names) is left out.
"""

from __future__ import annotations

import re

from scrubber.model import Entity
from scrubber.values import Values

INTERFACE_RULE = "capture-interface"

# Three numbers at the most: four could be an address.
_VERSION = rb"(?>[ /]v?\d{1,4}(?:\.\d{1,4}){0,2})(?![.\w])"
_PROGRAM = re.compile(
    rb"(?i)(?:dumpcap|tshark|wireshark|rawshark|editcap|mergecap|reordercap|text2pcap|tcpdump|libpcap|windump|npcap"
    rb"|netsh|pktmon|etl2pcapng|sngrep|sipgrep|ngrep|homer|heplify|captagent|rtpengine|rtpproxy|asterisk|kamailio"
    rb"|opensips|freeswitch|scapy|pcapplusplus|tcpreplay|snort|suricata|zeek|arkime)(?![\w.-])"
    rb"(?: \(wireshark\))?(?:%b)?" % _VERSION
)
_SYSTEM = re.compile(
    rb"(?i)(?:(?:32|64)-bit )?(?:linux|windows(?: server)?(?: (?:xp|vista|7|8|8\.1|10|11|20[0-2]\d)(?![.\w]))?|macos"
    rb"|mac os x|darwin|freebsd|openbsd|netbsd|solaris|sunos|android|ios)(?![\w.-])(?:%b|(?>[ ]\d{1,2}\.\d{1,3}"
    rb"(?:\.\d{1,3})?)(?=-))?" % _VERSION
)
_HARDWARE = re.compile(
    rb"(?i)(?:intel\(r\) (?:core|xeon|atom|celeron|pentium)\((?:tm|r)\)|amd (?:ryzen|epyc|opteron|athlon)|apple m\d"
    rb"|x86_64|amd64|aarch64|arm64|i[3-6]86)(?![\w.-])"
)
_INTERFACE = re.compile(
    rb"any|lo|-|(?:eth|lo|wlan|bond|br|vlan|tun|tap|utun|gif|stf|awdl|llw|bridge|ppp|wwan|usbmon|bluetooth|veth|dummy|em"
    rb"|en|wl|re|igb|ix|vmx|nflog|nfqueue)\d{1,4}(?:\.\d{1,4})?"
    rb"|(?:en|wl|ww)(?:o\d{1,3}|(?:p\d{1,3})?s\d{1,3}(?:f\d{1,2})?(?:d\d{1,2})?)(?:\.\d{1,4})?"
    rb"|(?:Ethernet|Wi-Fi|Local Area Connection|Wireless Network Connection)(?: \d{1,2})?"
    rb"|\\Device\\NPF_Loopback|randpkt|sshdump|ciscodump|udpdump"
)
_BY_ADDRESS = re.compile(rb"((?:en|wl)x)([0-9a-f]{12})")
_BY_UUID = re.compile(rb"(\\Device\\NPF_\{|rpcap://\\Device\\NPF_\{)([0-9A-Fa-f-]{36})(\})")


def program(text: bytes) -> bytes:
    """Name and version of a known capture program at the start of ``text``, or nothing."""
    return _start(_PROGRAM, text)


def system(text: bytes) -> bytes:
    """Name and version of a known operating system at the start of ``text``, or nothing."""
    return _start(_SYSTEM, text)


def hardware(text: bytes) -> bytes:
    """The family of processors that ``text`` begins with, or nothing."""
    return _start(_HARDWARE, text)


def interface(name: bytes, to: Values) -> bytes:
    """The name of an interface: as it is when systems give it, otherwise what stands for it."""
    if _INTERFACE.fullmatch(name):
        return name
    if match := _BY_ADDRESS.fullmatch(name):
        return match[1] + to.mac(bytes.fromhex(match[2].decode())).hex().encode()
    if match := _BY_UUID.fullmatch(name):
        return match[1] + to.value(Entity.IDENTIFIER, match[2], INTERFACE_RULE) + match[3]
    return to.value(Entity.DEVICE, name, INTERFACE_RULE)


def _start(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    match = pattern.match(text)
    return match[0] if match is not None else b""
