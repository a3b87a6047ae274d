"""The inhabitants of a generated log: users, numbers and addresses, all invented.

Documentation ranges are too small for thousands of users. Addresses come from private ranges, 100.64.0.0/10
(RFC 6598), 198.18.0.0/15 (RFC 2544) and 3fff::/20 (RFC 9637); numbers from blocks that the regulators of the United
States and the United Kingdom set aside for fiction; domains end in ``.example``.
"""

from __future__ import annotations

import ipaddress
import random
from typing import NamedTuple

GIVEN = (
    "Alice Bob Carol Dave Erin Frank Grace Heidi Ivan Judy Mallory Niaj Olivia Peggy Rupert Sybil Trent Victor Walter "
    "Renée Łukasz Sørine Zoë Jürgen Begoña Søren Åsa Çağla Đorđe Ñuño Анна Борис Дарья Жанна Фёдор Ольга Юлия "
    "翡翠子 健太 美咲 伟 秀英 Ελένη Γιώργος أمل يوسف שירה 지훈 서연"
).split()
FAMILY = (
    "Archer Bellweather Copperfield Dunmore Eddington Fairweather Greyling Holloway Inkpen Juniper Kettleby Larkspur "
    "Merriweather Nightingale Overbury Pennyfeather Quarles Ravenscroft Silverlock Thistlewood Underhallow Vexley "
    "O'Malley O'Brien Smith-Tolliver Châtelaine Żdźbłowski Æbelskov Müller-Lüdenscheidt Ibáñez Şahin Соколова "
    "Перепёлкин Журавлёв 田中 佐藤 王 李 Παπαδόπουλος الزرقاوي כהן 김"
).split()
AGENTS = (
    b"MicroSIP/3.21.5",
    b"Yealink SIP-T46S 66.86.0.15",
    b"PolycomVVX-VVX_411-UA/5.9.5.0614",
    b"Acrobits Softphone/6.2",
    b"Linphone-Desktop/5.2.6 LinphoneSDK/5.3.90",
    b"Zoiper v2.10.20",
    b"Grandstream GXP2170 1.0.11.84",
    b"baresip v3.10.1 (x86_64/Linux)",
    b"SIP.js/0.21.2",
)
TRANSPORTS = (b"UDP",) * 14 + (b"TLS",) * 4 + (b"WSS",) * 2
SERVER_IP = b"198.18.0.10"
TRUNK_IP = b"198.18.0.80"


class User(NamedTuple):
    """One subscriber; every field is as it stands in a log."""

    login: bytes
    """User part of the URI, endpoint and authentication name: digits, or ``given.family42``."""
    extension: bytes
    number: bytes
    """Direct number in E.164 with ``+``."""
    name: bytes
    """Display name in UTF-8, without quotes."""
    domain: bytes
    local: bytes
    """What the device writes about itself: ``host:port``, IPv6 in brackets; private when it sits behind NAT."""
    public: bytes
    """Where its packets come from, same form."""
    transport: bytes
    agent: bytes
    instance: bytes
    """UUID of the device."""


def uuid_of(rng: random.Random) -> bytes:
    """A random version 4 UUID."""
    text = b"%032x" % rng.getrandbits(128)
    return b"-".join((text[:8], text[8:12], b"4" + text[13:16], b"a" + text[17:20], text[20:]))


def fictional_number(rng: random.Random) -> bytes:
    """A number that no one can own: +1 *area* 555 01xx, or one of the drama blocks of +44."""
    if rng.random() < 0.6:
        return b"+1%d%d%d55501%02d" % (rng.randint(2, 9), rng.randint(0, 8), rng.randint(0, 9), rng.randint(0, 99))
    block = rng.choice((b"+441632960%03d", b"+442079460%03d", b"+447700900%03d", b"+441134960%03d"))
    return block % rng.randint(0, 999)


def _addresses(rng: random.Random, index: int) -> tuple[bytes, bytes]:
    """Local and public ``host:port`` of one device."""
    port = rng.choice((5060, 5060, 5062, rng.randint(20000, 65000)))
    if rng.random() < 0.06:
        host = ipaddress.IPv6Address((0x3FFF << 112) | (rng.getrandbits(12) << 96) | rng.getrandbits(80))
        literal = b"[%b]:%d" % (str(host).encode(), port)
        return literal, literal
    public = b"%b:%d" % (
        rng.choice((b"198.18.%d.%d", b"198.19.%d.%d", b"100.%d.%d.7")) % (64 + index // 100, 2 + rng.randrange(250)),
        rng.randint(1024, 65535),
    )
    private = rng.choice((b"10.%d.%d.21", b"192.168.%d.%d", b"172.16.%d.%d", b"10.20.%d.%d"))
    return b"%b:%d" % (private % (rng.randrange(200), 2 + rng.randrange(250)), port), public


def population(seed: int, size: int = 5000) -> list[User]:
    """The same users for the same seed: numeric and alphabetic logins, 6 % on IPv6, names in many scripts."""
    rng = random.Random(seed)
    users = []
    for index in range(size):
        given, family = rng.choice(GIVEN), rng.choice(FAMILY)
        extension = b"%d" % (1000 + index)
        login = extension
        if rng.random() < 0.3:
            ascii_name = f"{given}.{family}".lower().replace("'", "")
            login = (ascii_name if ascii_name.isascii() else "user").encode() + b"%d" % index
        local, public = _addresses(rng, index)
        users.append(
            User(
                login=login,
                extension=extension,
                number=fictional_number(rng),
                name=f"{given} {family}".encode(),
                domain=b"t%02d.voice.example" % (index % 12),
                local=local,
                public=public,
                transport=rng.choice(TRANSPORTS),
                agent=rng.choice(AGENTS),
                instance=uuid_of(rng),
            )
        )
    return users
