"""Short texts in fields of packets that name a device, a file or a product: known words stay, all others go.

A detector has too little context here, so the rule is turned round. What was replaced is no proof of an identity, so
none of it is learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.model import Entity
from scrubber.values import Values

RULE = "fragment-word"
"""Begins like the rules whose findings are not learned."""
_PRINTABLE = re.compile(rb"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")
_WORD = re.compile(
    rb"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])"
    rb"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f])"
    rb"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}(?![0-9A-Fa-f])"
    rb"|[0-9A-Za-z\x80-\xff]+"
)
_MAILBOX = re.compile(
    rb"(?<![^\s@<>\"':;,()=/\[\]])([^\s@<>\"':;,()=/\[\]]{1,64})@([0-9A-Za-z_\x80-\xff][0-9A-Za-z_.\x80-\xff-]{0,253})"
    rb"|(?<![0-9A-Za-z_.-])((?:[0-9A-Za-z_-]{1,63}+\.){1,8}(?:com|net|org|info|biz|eu|io|local|lan|corp|internal"
    rb"|at|be|ca|ch|cz|de|dk|es|fi|fr|ie|it|jp|nl|no|pl|pt|se|uk|us))(?![0-9A-Za-z_.-]*[0-9A-Za-z_-])"
)
"""A user at a host, or a host. Word by word, whatever of the host is vocabulary or short would stay."""
_LED_MAC = re.compile(rb"([A-Za-z]{0,8}?)([0-9A-Fa-f]{12})")
_VERSION = re.compile(rb"[vV]?[0-9]{1,2}")
_SHORT = 2
"""Letters of words that stay: too short to name anybody."""
_CAPITALS = re.compile(rb"(?<![0-9A-Za-z])[A-Z]{3,9}(?![0-9A-Za-z])")
"""What could be an abbreviation."""
_PRODUCT = re.compile(
    rb"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])"
    rb"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f])"
    rb"|(?<![0-9A-Za-z])(?=[0-9]{0,9}[A-Za-z])(?:[A-Za-z]{0,9}[0-9]){4}[0-9A-Za-z]{4,64}|[0-9]{7,64}"
    rb"|[A-Za-z\x80-\xff]{3,}"
)
"""Addresses, serial numbers and words; model numbers and versions are shorter."""

VOCABULARY = frozenset(
    b"cfg conf cnf config configs configuration configfile default sip sep ctl itl tlv xml txt ini json csv dat bin rom"
    b" sbn loads ld sgn img zip tar gz pem crt cer key tftp tftpboot pxelinux pxe boot bootp lpxelinux undionly kpxe"
    b" efi bootx64 grub ipxe gateway gateways ringlist ringtones distinctiveringlist dialplan softkeys softkey"
    b" background locale united states germany phone phones phonebook directory contacts firmware upgrade update"
    b" provision provisioning users user system version common features language logo station model mac sys init"
    b" os79xx systems inc ip cisco polycom poly yealink snom grandstream aastra mitel avaya gigaset fanvil panasonic"
    b" htek digium sangoma obihai linksys sipura spa audiocodes patton vega vvx soundpoint soundstation trio ccx edge"
    b" siemens unify openstage alcatel lucent nortel escene akuvox algo axis cyberdata spectralink ascom msft udhcp"
    b" udhcpc dhcpcd android dhcp dhcpd client linux windows mac darwin ios iphone pxeclient httpclient arch undi"
    b" docsis pktc cablelabs switch catalyst aruba ubnt unifi meraki mikrotik routeros juniper hewlett packard hp"
    b" enterprise printer jetdirect xerox canon brother epson ricoh lexmark systemd networkd busybox isc internet"
    b" consortium anyconnect wifi wlan lan wan vlan voice data class id identifier port gigabitethernet fastethernet"
    b" ethernet eth gi fa te po trunk wireless access point ap router netbooting nbp none unknown test null"
    b" upnp dlna dlnadoc microsoft device host server stack kernel chrome chromium edge roku sonos"
    b" ringer ring tone tones en us uk de fr es it jp http https ftp www cgi php asp aspx html".split()
)


_PRODUCTS = frozenset(
    b"ios software release version technical support copyright compiled prod rel team inc systems series image"
    b" universalk ipbase ipservices lanbase lanlite npe crypto copy all rights reserved kernel debian ubuntu centos"
    b" redhat alpine bookworm bullseye smp amd arm mips armv build rev revision hardware model nexus catalyst isr"
    b" asr prosafe procurve officeconnect aruba extreme brocade fortinet fortigate sonicwall watchguard sophos"
    b" unifi usw edge usg asterisk pjsip pjnath pjmedia pjproject libnice libjingle libsrtp ccrtp zrtp gnu zfone"
    b" jitsi linphone mediastreamer ortp gstreamer ffmpeg baresip restund coturn eider citrix vovida sofia"
    b" freeswitch kamailio opensips rtpengine rtpproxy mediaproxy janus webrtc zoiper bria blink ekiga twinkle"
    b" microsip csipsimple sipml doubango oncip audio video desk soft deskphone softphone telekom speedport fritz"
    b" box fon avm auerswald agfeo mobotix tiptel telco systec tapi sep spa cpe ata tgw dect repeater base handset"
    b" headset camera door intercom speaker conference station".split()
)
"""Words of makers, models and programs, besides the vocabulary."""


def words(text: bytes, to: Values) -> bytes:
    """Text with every word replaced that is no vocabulary; no text at all is blanked. The length may change."""
    if not _is_text(text):
        return to.blank(text, "binary text")
    return _around_mailboxes(text, to, lambda piece: _WORD.sub(_replacing(to), piece))


def sentence(text: bytes, to: Values) -> bytes:
    """What a machine says about a result: common words stay, all others and everything that detectors find go."""
    if not _is_text(text):
        return to.blank(text, "binary text")
    common = to.reader.rules.stop_words

    def spelled(match: re.Match[bytes]) -> bytes:
        known = match[0].lower() in common or match[0].lower() in VOCABULARY
        return match[0] if known else to.value(Entity.USER, match[0], RULE)

    return to.reader.part("unknown", _CAPITALS.sub(spelled, text), RULE) if text else text


def product(text: bytes, to: Values) -> bytes:
    """Maker, model and version: numbers and known words stay; other words, addresses and long numbers are replaced.

    A device that is named after its model was learned as a host, so a text that holds a learned value is read by words.
    """
    if not _is_text(text):
        return to.blank(text, "binary text")
    if to.reader.known(text) != text:
        return words(text, to)
    common, replace = to.reader.rules.stop_words, _replacing(to)

    def named(match: re.Match[bytes]) -> bytes:
        word = match[0].lower()
        return match[0] if word in _PRODUCTS or word in common else replace(match)

    return _around_mailboxes(text, to, lambda piece: _PRODUCT.sub(named, piece))


def _around_mailboxes(text: bytes, to: Values, read: Callable[[bytes], bytes]) -> bytes:
    """What stands between mailboxes and hosts is read by ``read``."""
    pieces, position = [], 0
    for match in _MAILBOX.finditer(text):
        name = match[3] or match[2].rstrip(b".-")
        user = to.value(Entity.USER, match[1], RULE) + b"@" if match[1] else b""
        behind = b"" if match[3] else match[2][len(name) :]
        pieces += [read(text[position : match.start()]), user, to.value(Entity.HOST, name, RULE), behind]
        position = match.end()
    return b"".join([*pieces, read(text[position:])])


def _is_text(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return _PRINTABLE.fullmatch(text) is not None


def file_name(text: bytes, to: Values, rule: str) -> bytes:
    """A URL, or the name of a file with its path: hardware addresses in it and unknown words replaced."""
    if b"://" in text and _is_text(text):
        return to.value(Entity.URL, text, rule)
    return words(text, to)


def host_name(text: bytes, to: Values, rule: str) -> bytes:
    """A host, an address or a URL; several hosts may stand between blanks or commas."""
    if not _is_text(text):
        return to.blank(text, "binary text")
    if b"/" in text:
        return file_name(text, to, rule)
    return re.sub(rb"[^ ,;\t\r\n]+", lambda host: to.value(Entity.HOST, host[0], rule), text)


def _replacing(to: Values) -> Callable[[re.Match[bytes]], bytes]:
    def replace(match: re.Match[bytes]) -> bytes:
        word = match[0]
        if word.lower() in VOCABULARY or len(word) <= _SHORT or _VERSION.fullmatch(word):
            return word
        if match[1] or word.count(b".") == 2:
            return to.value(Entity.MAC, word, "packet-mac")
        if b"." in word:
            return to.value(Entity.IPV4, word, "packet-address")
        led = _LED_MAC.fullmatch(word)
        if led is None:
            return to.value(Entity.USER, word, RULE)
        lead = led[1] if not led[1] or led[1].lower() in VOCABULARY else to.value(Entity.USER, led[1], RULE)
        return lead + to.value(Entity.MAC, led[2], "packet-mac")

    return replace
