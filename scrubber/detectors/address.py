"""Network addresses in free text: IPv4, IPv6, MAC, and the reversed names of DNS.

A four-part version number reads like an IPv4 address and has to stay; ``_is_version`` decides by what stands before
it. RFC 4291 section 2.2 (IPv6 text), RFC 1035 section 3.5 and RFC 3596 (reversed names), RFC 6116 (``e164.arpa``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ALNUM, ZEROED, ordered, word_before
from scrubber.model import Entity, Finding
from scrubber.spans import QUAD, RELEASE

RULE = "address"

_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_FILLED = rb"(?:25[0-5]|2[0-4][0-9]|[01][0-9]{2}|[0-9]{1,2})"
"""An octet that may be filled up with zeros, as ``192.000.002.009`` and ``192.0.2.09`` are."""
_FILLED_UP = re.compile(rb"(?<![0-9])0[0-9]")
_ALL_FILLED = 15
"""Octets of an address whose numbers all have three digits."""
_IPV4 = re.compile(
    rb"(?:(?<![0-9%])(?<!%[0-9A-Fa-f])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))(?<![0-9]\.)"
    rb"(" + _FILLED + rb")(?:\." + _FILLED + rb"){3}(?![0-9])"
    rb"(?:(?!\.[0-9])|(?=\.[0-9]{1,5}(?:[ :,]|\Z)))"
)
_DASHED = re.compile(
    rb"(?:@|(?<![A-Za-z])(?i:ipv?4?|addr|host|cpe|dyn|dynamic|dsl|pool|static|client|ec2|pc|gw)[-_.]?)"
    rb"(" + _OCTET + rb"([-_])" + _OCTET + rb"\2" + _OCTET + rb"\2" + _OCTET + rb")(?![0-9])(?![-_][0-9])"
    rb"|(?<![0-9])(?<![0-9][-_])"
    rb"(" + _OCTET + rb"(?:-" + _OCTET + rb"){3})"
    rb"(?=[.-][A-Za-z])(?!\.(?i:wav|log|txt|mp3|gsm|cfg|conf|pcap|csv|json|xml|gz|zip)\b)"
)
_IPV6 = re.compile(
    rb"(?:(?<![0-9A-Za-z_%.])|(?<=%[0-9A-Fa-f][0-9A-Fa-f])|(?<=\\[nrt]))"
    rb"[0-9A-Fa-f:]{3,45}+(?:(?:\.[0-9]{1,3}){3}(?![0-9]))?(?![0-9A-Za-z_])"
)
_LONG_PORT = re.compile(rb"(?<=[0-9A-Fa-f]):[0-9]{5}\Z")
"""A port behind an address without brackets: no group has five digits."""
_REVERSED = re.compile(
    rb"(?<![0-9A-Za-z.-])(?:[0-9A-Fa-f]{1,3}\.){1,33}(?i:in-addr|ip6|e164)\.(?i:arpa)(?![0-9A-Za-z-])"
)
_SEPARATED_MAC = re.compile(
    rb"(?<![0-9A-Za-z-])(?:[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![0-9A-Za-z_:-])"
    rb"|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}(?![0-9A-Za-z_-]|:[0-9A-Fa-f]{2}[:-]))"
    rb"|(?<![0-9A-Za-z.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Za-z.])"
    rb"|(?<![0-9A-Za-z-])[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}(?![0-9A-Za-z-])"
    rb"|(?<=[A-Za-z]_)[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}(?![0-9A-Za-z_:])"
)
_HEX_RUN = re.compile(rb"[0-9A-Fa-f]{12,}+(?![0-9A-Za-z])")
_MAC_FILE = re.compile(
    rb"(?:[-_](?i:boot|app|phone|web|user|line|features|directory|calls|license|now|config|log))?"
    rb"\.(?i:cfg|xml|cnf|txt|log|rom|boot|ini|tgz|gz|conf|tuz|enc|htm|bin)(?![0-9A-Za-z])"
)
_MAC_LABEL = re.compile(
    rb"(?i)(?:mac|hwaddr|ether|device|serial)[a-z _-]{0,12}[\"'>]{0,2}[ \t]{0,4}[:=#][ \t]{0,4}[\"'<]?\Z"
)
_MAC_PREFIXES = frozenset((b"sep", b"cfg"))
_VOIP_VENDORS = frozenset(
    bytes(part)
    for part in (
        b"00005e 000413 0004f2 00040d 00085d 000952 000b82 000e08 000fd3 00013e 001565 001ae8 001b4f 001fc1 0020f7"
        b" 0022ee 005058 00907a 00908f 00a0ba 080023 08000f 0c383e 249ad8 2cf4c5 44dbd2 482567 589ec6 64167f 7c1eb3"
        b" 7c2f80 805e0c 805ec0 9cadef bcc342 c074ad ec74d7"
    ).split()
)
"""Hardware address prefixes of telephone makers: twelve hexadecimal digits that begin so are a MAC anywhere."""
_ADAPTER_VENDORS = frozenset(
    b"000c41 000f66 001217 001310 0014bf 0016b6 001839 0018f8 001a70 001c10 001d7e 001ee5 002129 00226b 002369 00259c"
    b" 586d8f 687f74 c0c1c0".split()
)
"""Prefixes of analogue adapters that are also the beginning of dialled numbers: twelve plain digits are none."""
_MAC_ENDS = (b"", b" ", b")", b"]", b'"', b"'", b"\r", b"\n", b",", b";")
_HEXED = bytes.maketrans(b"123456789ABCDEFabcdef", b"0" * 21)

_ADDRESS_WORDS = frozenset(
    b"udp tcp tls ws wss sctp dtls ip ip4 ip6 ipv4 ipv6 inet from to via at on src dst source peer host addr address"
    b" sip sips pjsip iax iax2 h323 mgcp sccp local remote net internal external contact aor realm domain server client"
    b" relay rtp rtcp turn stun srflx prflx nat listen bind proxy gateway trunk registrar carrier received".split()
)
"""Words before ``/`` or ``-`` that announce an address; any other word there is a product name."""
_VERSION_WORD = re.compile(
    rb"(?i)(?<![a-z])(?:version|ver|firmware|release|revision|rev|fw|sw|build|image|rom)"
    rb"(?: (?:up|down)grade(?:d)?| updated?| changed?)?(?: from)?(?: v?[0-9]{1,3}(?:\.[0-9]{1,4}){2,4} to)?"
    rb"[\"'>]?[ \t]{0,3}[:=#]?[ \t]{0,3}[\"'(\[]?\Z"
)
_VENDOR = (
    rb"(?:yealink|grandstream|fanvil|snom|polycom|cisco|gigaset|panasonic|htek|obihai|linksys|sipura|aastra|mitel"
    rb"|audiocodes|patton|zoiper|avaya|sangoma)"
)
_PRODUCT = re.compile(
    rb"(?i)(?:user[-_ ]?agent|(?<![a-z])ua|server)[\"']?[ \t]{0,12}[:=]?[ \t]{0,2}[\"'(\[<]{0,2}"
    rb"[a-z](?:(?! (?:from|at|to|via|by|on|for|peer|ip|host|src|addr|of) )[a-z0-9 _./()+-]){0,40}[ /(-]\Z"
    rb"|" + _VENDOR + rb"[ _/-]?[a-z-]{0,12}[0-9][a-z0-9_-]{0,12}[ /]\Z"
    rb"|(?<![\w.-])(?:asterisk|freepbx|pbxact|issabel|elastix|fusionpbx|freeswitch|kamailio|opensips|switchvox|vitalpbx|3cx"
    rb"|starface|mediant|ucp|microsip|zoiper|bria|linphone|x-lite|jitsi|chrome|edge|firefox|windows)"
    rb"(?: (?:phone system|pbx|ve|sbc|smb|soho|connect|softphone|server|client|update|build|node)){0,2}[ /]v?\Z"
)
_MODEL = re.compile(rb"(?i:" + _VENDOR + rb")[A-Za-z-]{0,6}[0-9]{2,5}[A-Za-z]{0,3}")
"""A telephone in front of ``/`` (``snomD785/``): what follows is a version even if it reads like a private address."""
_YEALINK = re.compile(rb"1[0-9]{2}\.8[0-9]\.[0-9]{1,3}\.[0-9]{1,3}")
_FIRMWARE = re.compile(
    rb"(?i)(?:(?<![a-z])(?:firmware|fw)(?: version)?[\"'>]?[ \t]{0,24}[:=]?[ \t]{0,24}[\"'<]?"
    rb"|yealink[ _/-]{1,2}(?:sip[ -]?)?(?:vp-?)?[a-z]{1,2}[0-9]{2,3}[a-z]{0,2}[ /-])\Z"
)
"""Newer telephones of Yealink have releases such as ``108.86.0.90``, which no other version reaches."""
_BACKUP = re.compile(rb"(?<![0-9])20[0-9]{6}-[0-9]{6}-1[0-9]{9}-\Z")
"""FreePBX puts its release into the names of its backups, behind date, time and seconds."""
_MODULE_ROW = re.compile(
    rb"[ \t]{0,24}\|[ \t]{0,4}(?:Enabled|Disabled|Not Installed|Broken|Disabled; Pending|Online)\b"
)
"""Behind the release of a module in the list of FreePBX (``fwconsole ma list``)."""
_LOGGED_RELEASE = re.compile(rb"\[(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\] \[\Z")
"""Telephones of Grandstream begin a line with their hardware address and their release, both in brackets."""
_NETWORK_WORDS = frozenset(
    b"udp tcp tls ws wss sctp dtls ip ip4 ipv4 inet src dst host addr address peer realm srflx prflx".split()
)
"""Words before that leave no doubt: a release may be what something was updated to, from, on or by."""
_NETWORK_BEHIND = re.compile(rb"\]?:[0-9]{2,5}(?![0-9.])|/[0-9]{1,2}(?![0-9.])|~[0-9]")
_PORT_BEHIND = re.compile(rb":[0-9]{2,5}(?![0-9.])")
"""No version has a port: ``client/192.0.2.1:1194``."""
_NAMED_PRODUCT = re.compile(
    rb"(?i:user-agent|server)\"?: ?(?:[A-Za-z0-9_./()+-]{1,24} ){0,4}"
    rb"(?:[A-Z](?=[A-Za-z-]{0,16}[0-9])[A-Za-z0-9-]{2,24} |[A-Za-z][A-Za-z0-9.-]{2,24}/)\Z"
)
"""The same for any product of a user agent or server, behind a slash, or behind a blank when it has digits."""
_MAC_PRODUCT = re.compile(
    rb"(?i)(?<![a-z0-9])" + _VENDOR + rb"[ _/-]?[a-z0-9_-]{0,24}[ /-]v?[0-9]{1,3}(?:\.[0-9a-z]{1,8}){1,5}"
    rb"(?:[(-][0-9a-z.]{1,12}\)?)? [(\[]?\Z"
)
"""A telephone ends its name with its hardware address: ``Vendor/MODEL-1.2.3 0011223344AA``."""


_SMALL_FIRST, _PRIVATE_FIRST = 100, 10


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Addresses in ``data[start:end]``, in order; the span leaves out brackets, port, zone and prefix length.

    Four dotted numbers are an address (``address.ipv4``), a release (``address.release``), or an address as long as no
    other place declares them to be a release (``address.quad``). Reversed names are one HOST; the last three octets of
    a MAC behind a vendor name (``Vendor_11:22:33``) are an IDENTIFIER.
    """
    stop = len(data) if end is None else end
    found: list[Finding] = []
    if data.count(b".", start, stop) >= 3:
        found += _ipv4(data, start, stop)
        if data.find(b"arpa") >= 0 or data.find(b"ARPA") >= 0:
            found += _reversed(data, start, stop)
    colons = data.count(b":", start, stop)
    if colons >= 2 and (colons >= 6 or data.find(b"::") >= 0):
        found += _ipv6(data, start, stop)
    if data.count(b"-", start, stop) >= 3 or data.count(b"_", start, stop) >= 3:
        found += _dashed(data, start, stop)
    shape = data.translate(_HEXED)
    if (colons >= 2 and shape.find(b"00:00:00") >= 0) or _has_mac_shape(shape):
        found += _mac(data, start, stop)
    if shape.find(b"000000000000") >= 0:
        found += _bare_mac(data, start, stop)
    if found:
        yield from ordered(found)


def releases(data: bytes) -> list[Finding]:
    """The four dotted numbers of a text in which a release stands and no address."""
    return [Finding(*match.span(), Entity.IPV4, RELEASE) for match in _IPV4.finditer(data)]


def of_product(data: bytes, found: list[Finding]) -> list[Finding]:
    """The findings in the name of a product, where four dotted numbers are its release if they may be one."""
    return [
        finding._replace(rule=RELEASE) if finding.rule == QUAD and not _is_announced(data, finding.start) else finding
        for finding in found
    ]


def _is_announced(data: bytes, first: int) -> bool:
    return word_before(data, first - 1).lower() in _ADDRESS_WORDS


def _reversed(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _REVERSED.finditer(data, start, stop):
        yield Finding(match.start(), match.end(), Entity.HOST, "address.reversed")


def _dashed(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _DASHED.finditer(data, start, stop):
        first, last = match.span(1 if match[1] else 3)
        yield Finding(first, last, Entity.IPV4, "address.dashed")


def _ipv4(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    if data.translate(ZEROED).find(b"0.0") < 0:
        return
    for match in _IPV4.finditer(data, start, stop):
        first, last = match.span()
        if _has_dotted_port(data, last) and not _between_arrows(data, first, last):
            continue
        octet = int(match[1])
        if _FILLED_UP.search(data, first, last) and not _is_filled_up(data, first, last, octet):
            continue
        if _is_version(data, first, last, octet):
            rule = RELEASE
        else:
            rule = "address.ipv4" if _is_certain(data, first, last, octet) else QUAD
        yield Finding(first, last, Entity.IPV4, rule)


def _is_certain(data: bytes, first: int, last: int, octet: int) -> bool:
    """Whether four dotted numbers are no release: by the first, a port or prefix length behind, a word before them."""
    if not begins_release(octet) and _YEALINK.fullmatch(data, first, last) is None:
        return True
    if data[first - 1 : first] == b"@" or _NETWORK_BEHIND.match(data, last) is not None:
        return True
    return word_before(data, first - 1).lower() in _NETWORK_WORDS


def _is_filled_up(data: bytes, first: int, last: int, octet: int) -> bool:
    """Whether four numbers with zeros before them are an address: releases and dates are written so, too.

    These begin with small numbers, and nothing that announces an address stands before them.
    """
    if not begins_release(octet) or last - first == _ALL_FILLED:
        return True
    word = word_before(data, first - 1).lower()
    return word in _ADDRESS_WORDS or _PORT_BEHIND.match(data, last) is not None


def _has_dotted_port(data: bytes, last: int) -> bool:
    return data[last : last + 1] == b"." and data[last + 1 : last + 2].isdigit()


def _between_arrows(data: bytes, first: int, last: int) -> bool:
    """Whether the fifth part is a port: tcpdump prints ``IP 192.0.2.1.5060 > 192.0.2.2.5060:``."""
    return data[max(0, first - 2) : first] == b"> " or b" > " in data[last : last + 9]


def _is_version(data: bytes, first: int, last: int, octet: int) -> bool:
    """Whether four dotted numbers are a version: told by the byte before them, then by the words before them.

    Words decide only for a first part that versions have (below 100, and not the 10 of private addresses).
    """
    if first == 0:
        return False
    small = begins_release(octet)
    before = data[first - 1 : first]
    if before in b"vV":
        return not data[max(0, first - 2) : first - 1].isalpha()
    if before in b"/-":
        return _is_joined_version(data, first, last, octet)
    if not small:
        if _YEALINK.fullmatch(data, first, last) and _FIRMWARE.search(data, max(0, first - 80), first) is not None:
            return _PORT_BEHIND.match(data, last) is None
        return octet == 10 and before == b" " and _NAMED_PRODUCT.search(data, max(0, first - 120), first) is not None
    if _is_placed_version(data, first, last, before):
        return True
    window = data[max(0, first - 80) : first]
    return _VERSION_WORD.search(window) is not None or _PRODUCT.search(window) is not None


def _is_placed_version(data: bytes, first: int, last: int, before: bytes) -> bool:
    """Whether four dotted numbers stand where only a release does: in brackets behind another, in a list of modules."""
    if before == b"(":
        return data[max(0, first - 2) : first - 1].isdigit()
    if before == b"[":
        behind = _LOGGED_RELEASE.search(data, max(0, first - 24), first) is not None
        return behind and data[last : last + 1] == b"]"
    return before in b" \t" and _MODULE_ROW.match(data, last) is not None


def begins_release(octet: int) -> bool:
    """Whether the first of four dotted numbers may be that of a release, and not of a private network."""
    return octet < _SMALL_FIRST and octet != _PRIVATE_FIRST


def _is_joined_version(data: bytes, first: int, last: int, octet: int) -> bool:
    """Whether four dotted numbers behind ``/`` or ``-`` belong to a product there, and to no host or transport."""
    before = data[first - 1 : first]
    if before == b"-" and begins_release(octet) and _BACKUP.search(data, max(0, first - 28), first) is not None:
        return True
    word = word_before(data, first - 1, ALNUM + b"_.-")
    if not word[-1:].isalnum() or word.isdigit() or (before == b"-" and not word[-1:].isalpha()):
        return False
    if word.lower().rpartition(b"-")[2].rpartition(b".")[2] in _ADDRESS_WORDS or not re.search(rb"[A-Za-z]", word):
        return False
    if begins_release(octet):
        return before == b"-" or _PORT_BEHIND.match(data, last) is None
    if before != b"/" or not (octet == 10 or data.endswith(b".0.0.0", first, last)):
        return False
    named = word[:1].isupper() or _MODEL.fullmatch(word) is not None
    return named or _NAMED_PRODUCT.search(data, max(0, first - 120), first) is not None


def _ipv6(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _IPV6.finditer(data, start, stop):
        first, last = match.span()
        if first > start and data[first - 1] == 0x3A and not _labelled(data, first):
            continue
        while first < last and data[first] == 0x3A and data[first + 1 : first + 2] != b":":
            first += 1
        if data[last - 1] == 0x3A and data[last - 2] != 0x3A:
            last -= 1
        bracketed = first > 0 and data[first - 1 : first] == b"["
        port = _LONG_PORT.search(data, first, last)
        if port is not None and not bracketed:
            last = port.start()
        if _is_ipv6(data[first:last], bracketed=bracketed):
            yield Finding(first, last, Entity.IPV6, "address.ipv6")


def _labelled(data: bytes, position: int) -> bool:
    """Whether the colon before ``position`` ends a word (``addr:``) and is not part of a longer hexadecimal chain."""
    word = word_before(data, position - 1)
    return re.search(rb"[G-Zg-z]", word) is not None


def _is_ipv6(text: bytes, *, bracketed: bool) -> bool:
    """Whether ``text`` is an IPv6 address worth a pseudonym: not ``::``, a C++ scope or a row of octets."""
    head, gap, tail = text.partition(b"::")
    if b"::" in tail or (gap and tail[:1] == b":"):
        return False
    groups = [group for half in (head, tail) if half for group in half.split(b":")]
    width = len(groups)
    if groups and b"." in groups[-1]:
        if _IPV4.fullmatch(groups.pop()) is None:
            return False
        width += 1
    if not all(0 < len(group) <= 4 for group in groups) or (width > 7 if gap else width != 8):
        return False
    if not gap:
        return any(len(group) != 2 for group in groups)
    if bracketed or text == b"::1":
        return bool(groups)
    if not any(byte in b"0123456789" for byte in text):
        return False
    return width >= 2 or (width == 1 and len(groups[0]) == 4 and bool(head))


def _has_mac_shape(shape: bytes) -> bool:
    return shape.find(b"00-00-00") >= 0 or shape.find(b"0000.0000.0000") >= 0 or shape.find(b"0000-0000-0000") >= 0


def _mac(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _SEPARATED_MAC.finditer(data, start, stop):
        first, last = match.span()
        if first > start and data[first - 1] == 0x3A and not _labelled(data, first):
            continue
        if last - first == 8:
            if word_before(data, first - 1)[-5:].lower() != b"mcast":
                yield Finding(first, last, Entity.IDENTIFIER, "address.mac-tail")
        elif last - first == 17 or not data[first:last].translate(None, b".-").isdigit():
            yield Finding(first, last, Entity.MAC, "address.mac")


def _bare_mac(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _HEX_RUN.finditer(data, start, stop):
        first, last = match.span()
        before = data[max(0, first - 3) : first].lower()
        prefixed = before in _MAC_PREFIXES
        if last - first != 12 or (before[-1:].isalnum() and not prefixed):
            continue
        if before[-1:] == b"-" and len(word_before(data, first - 1)) == 4:
            continue  # the last group of a UUID
        digits = match[0].lower()
        known = (
            prefixed
            or digits[:6] in _VOIP_VENDORS
            or (digits[:6] in _ADAPTER_VENDORS and not digits.isdigit())
            or (data[last : last + 1] in _MAC_ENDS and _MAC_PRODUCT.search(data, max(0, first - 96), first) is not None)
            or _MAC_LABEL.search(data, max(0, first - 32), first) is not None
            or (_MAC_FILE.match(data, last) is not None and (digits[:2] == b"00" or not digits.isdigit()))
        )
        if known:
            yield Finding(first, last, Entity.MAC, "address.mac")
