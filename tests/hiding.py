"""Two hundred invented values of all classes, and every notation in which a log or a capture may hide one.

Written with none of the package's encoders, so that both cannot share a mistake.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from html.entities import name2codepoint
from ipaddress import IPv4Address, IPv6Address
from typing import Literal, NamedTuple
from urllib.parse import quote

from scrubber.model import Entity

E = Entity
Spell = Callable[[str], bytes]


class Value(NamedTuple):
    """A value as the first pass learns it."""

    entity: Entity
    text: str


GIVEN = "Rosemarie Bartholomew Theodora Maximilian Gwendolyn Cornelius Philippa Leopoldine Archibald Seraphina".split()
FAMILY = "Underhill Quackenbush Fotheringay Zimmerling Abernathy Wolstenholme Tannenbaum Pemberton".split()
FOREIGN = (
    "Жанна Кузнецова|Владислав Морозов|Παρασκευή Νικολάου|Ελευθερία Δημητρίου|Zdeňka Příhodová|Jürgen Schröderbäck"
    "|Ólafur Þorsteinsson|Łukasz Wiśniewski|יהונתן אברהמי|鈴木健太郎|長谷川由美子|김민수영희"
).split("|")


def _values(rng: random.Random) -> Iterator[Value]:
    def digits(count: int) -> str:
        return "".join(str(rng.randrange(10)) for _ in range(count))

    def letters(count: int, alphabet: str = "abcdefghijkmnopqrstuvwxyz") -> str:
        return "".join(rng.choice(alphabet) for _ in range(count))

    for name in FOREIGN:
        yield Value(E.NAME, name)
    for _ in range(18):
        yield Value(E.NAME, f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}")
        yield Value(E.USER, f"{letters(5)}.{letters(4)}{digits(2)}")
    for _ in range(12):
        yield Value(E.HOST, f"{letters(4)}.{letters(9)}.example")
        yield Value(E.EMAIL, f"{letters(8)}@{letters(8)}.example")
    for country, size in ((("44", 10), ("49", 10), ("1", 10), ("33", 9), ("61", 9))) * 6:
        first = {"44": "20", "49": "30", "1": "212", "33": "1", "61": "2"}[country]
        second = str(rng.randrange(2, 9))
        yield Value(E.NUMBER, f"+{country}{first}{second}{digits(size - len(first) - 1)}")
    for _ in range(20):
        yield Value(
            E.IPV4,
            f"{rng.choice((81, 92, 151, 193))}.{rng.randrange(1, 255)}.{rng.randrange(200)}.{rng.randrange(2, 250)}",
        )
    for _ in range(14):
        yield Value(E.IPV6, str(IPv6Address((0x2A02 << 112) | rng.getrandbits(96))))
        yield Value(E.MAC, ":".join(f"{octet:02x}" for octet in (0x80, 0x5E, *rng.randbytes(4))))
    for _ in range(14):
        yield Value(E.SECRET, letters(6) + rng.choice("!$%&/+=") + letters(3, "ABCDEFGHKLMN") + digits(3))
        yield Value(E.DEVICE, f"SN-{digits(5)}-{letters(4).upper()}{digits(2)}")
        yield Value(E.CALL_ID, rng.randbytes(12).hex())
    for _ in range(6):
        yield Value(E.CARD, "4" + digits(15))
        yield Value(E.TEXT, f"{letters(4)} {letters(6)} please {letters(5)} the {letters(7)} tomorrow")


VALUES = tuple(_values(random.Random(20250302)))

# --- notations of any text ----------------------------------------------------------------------------------------


def _each(form: str) -> Spell:
    return lambda text: "".join(form % octet for octet in text.encode()).encode()


def _characters(form: str) -> Spell:
    """Every character by its number, those beyond the first plane by their halves."""

    def spelled(text: str) -> bytes:
        packed = text.encode("utf-16-be")
        return "".join(form % int.from_bytes(packed[at : at + 2], "big") for at in range(0, len(packed), 2)).encode()

    return spelled


def _base64(skip: int, *, url: bool = False) -> Spell:
    def spelled(text: str) -> bytes:
        octets = b"\x01\x02\x03"[:skip] + text.encode() + b" and"
        return base64.urlsafe_b64encode(octets).rstrip(b"=") if url else base64.b64encode(octets)

    return spelled


def _wrapped(text: str) -> bytes:
    whole = base64.b64encode(b"the beginning of it " * 3 + text.encode() + b" and the end of it, which is long enough")
    return b"\n".join(whole[at : at + 20] for at in range(0, len(whole), 20))


def _dump(text: str) -> bytes:
    octets = b"some octets " + text.encode() + b" and more of them"
    rows = (octets[at : at + 16] for at in range(0, len(octets), 16))
    return b"\n".join(b"%04x: %b  ................" % (at * 16, row.hex(" ").encode()) for at, row in enumerate(rows))


def _numbers(order: Literal["big", "little"]) -> Spell:
    """What a debugger shows of a memory, four octets a number."""

    def spelled(text: str) -> bytes:
        octets = text.encode() + b" and more of them"
        rows = (octets[at : at + 4].ljust(4, b"\0") for at in range(0, len(octets), 4))
        return b"\t".join(b"0x%08x" % int.from_bytes(row, order) for row in rows)

    return spelled


def _each_character(form: str) -> Spell:
    return lambda text: "".join(form % ord(char) for char in text).encode()


def _wrapped_line(text: str) -> bytes:
    octets = text.encode()
    return octets[: len(octets) // 2] + b"\n" + octets[len(octets) // 2 :]


def _words(charset: str, encoding: str) -> Spell:
    def spelled(text: str) -> bytes:
        half = len(text) // 2
        pieces = text[:half], text[half:]
        if encoding == "b":
            done = [base64.b64encode(piece.encode(charset)).decode() for piece in pieces]
        else:
            done = ["".join(f"={octet:02X}" for octet in piece.encode(charset)) for piece in pieces]
        return "\r\n ".join(f"=?{charset}?{encoding}?{piece}?=" for piece in done).encode()

    return spelled


def _soft(text: str) -> bytes:
    half = len(text) // 2
    return quopri.encodestring(text[:half].encode()) + b"=\r\n" + quopri.encodestring(text[half:].encode())


def _folded(text: str) -> bytes:
    octets = text.encode()
    half = len(octets) // 2
    while octets[half] == 0x20 or octets[half - 1] == 0x20:
        half -= 1
    return octets[:half] + b"\r\n " + octets[half:]


def _named(text: str) -> bytes:
    names = {code: f"&{name};" for name, code in name2codepoint.items()}
    return "".join(names.get(ord(char), f"&#{ord(char)};") for char in text).encode()


def _wide(text: str) -> bytes:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text).encode()


ANY: dict[str, Spell] = {
    "plain": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "lower case": lambda text: text.lower().encode(),
    "percent": lambda text: quote(text, safe="").encode(),
    "percent, all": _each("%%%02X"),
    "percent, lower": _each("%%%02x"),
    "percent, twice": lambda text: quote(quote(text, safe=""), safe="").encode(),
    "form": lambda text: quote(text, safe=" ").replace(" ", "+").encode(),
    **{f"base64 at {skip}": _base64(skip) for skip in range(4)},
    **{f"base64url at {skip}": _base64(skip, url=True) for skip in range(4)},
    "base64 in lines": _wrapped,
    "hex": lambda text: text.encode().hex().encode(),
    "hex, upper": lambda text: text.encode().hex().upper().encode(),
    "hex, blanks": lambda text: text.encode().hex(" ").encode(),
    "hex, colons": lambda text: text.encode().hex(":").encode(),
    "hex, groups": lambda text: text.encode().hex(" ", 2).encode(),
    "hex, list": lambda text: ", ".join(f"0x{octet:02x}" for octet in text.encode()).encode(),
    "hex, rows": _dump,
    "hex, commas": lambda text: text.encode().hex(",").encode(),
    "hex, numbers": _numbers("big"),
    "hex, numbers, last octet first": _numbers("little"),
    "utf-16 in base64": lambda text: base64.b64encode(text.encode("utf-16")),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "json": _characters("\\u%04x"),
    "json, upper": _characters("\\u%04X"),
    "json, braces": _each_character("\\u{%x}"),
    "eight digits": _each_character("\\U%08x"),
    "percent u": _characters("%%u%04x"),
    "html, no semicolon": _each_character("&#%d"),
    "html, decimal": lambda text: "".join(f"&#{ord(char)};" for char in text).encode(),
    "html, hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" for char in text).encode(),
    "html, named": _named,
    "html, twice": lambda text: "".join(f"&amp;#{ord(char)};" for char in text).encode(),
    "quoted-printable": _each("=%02X"),
    "quoted-printable, lines": _soft,
    "encoded words, b": _words("utf-8", "b"),
    "encoded words, q": _words("utf-8", "q"),
    "backslash x": _each("\\x%02x"),
    "octal": _each("\\%03o"),
    "utf-7": lambda text: text.encode("utf-7"),
    "utf-7, all": lambda text: b"+" + base64.b64encode(text.encode("utf-16-be")).rstrip(b"=") + b"-",
    "full width": _wide,
    "zero width": lambda text: "\u200b".join(text).encode(),
    "reversed": lambda text: text[::-1].encode(),
    "folded": _folded,
    "wrapped": _wrapped_line,
    "base64 of percent": lambda text: base64.b64encode(quote(text, safe="").encode() + b" and"),
    "percent of base64": lambda text: (
        quote(base64.b64encode(b"x: " + text.encode()), safe="").replace("A", "%41").encode()
    ),
    "base64 of json": lambda text: base64.b64encode(b'{"x":"' + _characters("\\u%04x")(text) + b'"}'),
}
"""Notations of any text."""

# --- notations of one class ---------------------------------------------------------------------------------------


def _national(text: str) -> str:
    for code in ("44", "49", "33", "61", "1"):
        if text.startswith("+" + code):
            return text[1 + len(code) :]
    raise AssertionError


def _spaced(sign: str) -> Spell:
    def spelled(text: str) -> bytes:
        national = _national(text)
        return f"{national[:3]}{sign}{national[3:6]}{sign}{national[6:]}".encode()

    return spelled


def _in_context(text: str) -> bytes:
    national = _national(text)
    return f"tel:{national[2:]};phone-context={text.removesuffix(national)}{national[:2]}".encode()


def _swapped(text: str) -> bytes:
    digits = text[1:] + "F" * (len(text[1:]) % 2)
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2)).encode()


_DIGITS = "zero one two three four five six seven eight nine".split()


def _octets(text: str) -> bytes:
    return IPv4Address(text).packed


def _number(text: str) -> bytes:
    """As one number; what could as well be a time only where a host stands."""
    number = int(IPv4Address(text))
    return b"%d" % number if number > LAST_TIME else b"sip:%d@%d" % (number, number)


LAST_TIME = 2_200_000_000


def _foundation(text: str) -> bytes:
    return b"a=candidate:H%x 1 UDP" % int(IPv4Address(text))


NUMBER: dict[str, Spell] = {
    "digits": lambda text: text[1:].encode(),
    "00": lambda text: f"00{text[1:]}".encode(),
    "011": lambda text: f"011{text[1:]}".encode(),
    "outside line": lambda text: f"900{text[1:]}".encode(),
    "trunk zero": lambda text: f"0{_national(text)}".encode(),
    "national": lambda text: _national(text).encode(),
    "blanks": _spaced(" "),
    "dashes": _spaced("-"),
    "dots": _spaced("."),
    "brackets": lambda text: f"+{text[1:].removesuffix(_national(text))} (0) {_national(text)}".encode(),
    "sip": lambda text: f"sip:{text}@x".encode(),
    "escaped sip": lambda text: f"sip:%2B{text[1:]}%40x".encode(),
    "star": lambda text: f"*67{_national(text)}".encode(),
    "file name": lambda text: f"rec-{text[1:]}-20250302.wav".encode(),
    "enum": lambda text: (".".join(reversed(text[1:])) + ".e164.arpa").encode(),
    "extension": lambda text: f"{text}x101".encode(),
    "spoken": lambda text: " ".join(_DIGITS[int(digit)] for digit in text[1:]).encode(),
    "swapped": _swapped,
    "swapped, in a dump": lambda text: b"08 02 " + bytes.fromhex(_swapped(text).decode()).hex(" ").encode() + b" 70 05",
    "signals": lambda text: "\n".join(f"Signal={digit}\nDuration=160" for digit in text[1:]).encode(),
    "events": lambda text: "\n".join(f"x DTMF begin '{digit}' received on PJSIP/a-1" for digit in text[1:]).encode(),
    "begins and ends": lambda text: "\n".join(
        f"DTMF {what} '{digit}' on x" for digit in text[1:] for what in ("begin", "end")
    ).encode(),
    "one a line": lambda text: ("\n" + "\n".join(text[1:]) + "\n").encode(),
    "slashes": _spaced("/"),
    "pairs": lambda text: " ".join(_national(text)[at : at + 2] for at in range(0, len(_national(text)), 2)).encode(),
    "channel": lambda text: f"PJSIP/{text[1:]}-0000001a".encode(),
    "folder": lambda text: f"/var/spool/asterisk/voicemail/default/{text[1:]}/INBOX".encode(),
    "context": _in_context,
    "cut": lambda text: f"{text[:-2]}\n".encode(),
}
IPV4: dict[str, Spell] = {
    "hex": lambda text: _octets(text).hex().encode(),
    "0x": lambda text: b"0x" + _octets(text).hex().encode(),
    "little-endian": lambda text: _octets(text)[::-1].hex().encode(),
    "octal": lambda text: ".".join(f"0{octet:o}" for octet in _octets(text)).encode(),
    "hex quad": lambda text: ".".join(f"{octet:#x}" for octet in _octets(text)).encode(),
    "zeros": lambda text: ".".join(f"{octet:03}" for octet in _octets(text)).encode(),
    "reverse name": lambda text: (".".join(reversed(text.split("."))) + ".in-addr.arpa").encode(),
    "mapped": lambda text: f"::ffff:{text}".encode(),
    "mapped, hex": lambda text: str(IPv6Address(0xFFFF << 32 | int(IPv4Address(text)))).encode(),
    "nat64": lambda text: f"64:ff9b::{text}".encode(),
    "dashes": lambda text: f"ip{text.replace('.', '-')}.isp.example".encode(),
    "underscores": lambda text: f"77123@{text.replace('.', '_')}".encode(),
    "transport": lambda text: f"IPV4/UDP/{text}/5060".encode(),
    "letters": lambda text: text.translate(str.maketrans("0123456789", "ABCDEFGHIJ")).encode(),
    "foundation": _foundation,
    "tag": lambda text: f"-{_octets(text).hex()}-13c4-".encode(),
    "blanks": lambda text: _octets(text).hex(" ").encode() + b" 13 c4",
    "socket": lambda text: b"020013c4" + _octets(text).hex().encode() + b"0000000000000000",
    "decimal in a URL": lambda text: f"http://{int(IPv4Address(text))}/x".encode(),
    "little-endian, no zeros": lambda text: b"-%x-13c4-" % int.from_bytes(_octets(text), "little"),
    "number": _number,
    "nat64, hex": lambda text: str(IPv6Address(0x64FF9B << 96 | int(IPv4Address(text)))).encode(),
    "alias": lambda text: f"alias={text}~1024~1".encode(),
    "end of a Call-ID": lambda text: f"1740938592-4711@{text}".encode(),
    "escaped parameter": lambda text: f"fs_path=sip%3A1001%40{text}%3A5060".encode(),
    "dashes, host": lambda text: f"{text.replace('.', '-')}.isp.example".encode(),
    "mask": lambda text: f"{text}/255.255.255.0".encode(),
    "6to4": lambda text: str(IPv6Address(0x2002 << 112 | int(IPv4Address(text)) << 80 | 1)).encode(),
    "port": lambda text: f"{text}:5060".encode(),
    "network": lambda text: f"{text}/24".encode(),
}
IPV6: dict[str, Spell] = {
    "exploded": lambda text: IPv6Address(text).exploded.encode(),
    "brackets": lambda text: f"[{text}]:5060".encode(),
    "32 digits": lambda text: IPv6Address(text).packed.hex().encode(),
    "reverse name": lambda text: IPv6Address(text).reverse_pointer.encode(),
}
MAC: dict[str, Spell] = {
    "bare": lambda text: text.replace(":", "").encode(),
    "bare, upper": lambda text: text.replace(":", "").upper().encode(),
    "dashes": lambda text: text.replace(":", "-").encode(),
    "dots": lambda text: (
        text[:5].replace(":", "") + "." + text[6:11].replace(":", "") + "." + text[12:].replace(":", "")
    ).encode(),
    "user": lambda text: f"sip:{text.replace(':', '')}_1@x".encode(),
    "uuid": lambda text: f"urn:uuid:00000000-0000-0000-0000-{text.replace(':', '')}".encode(),
    "beginning of a tag": lambda text: f"tag={text.replace(':', '')}0002a5e31b".encode(),
    "end of a tag": lambda text: f"tag=a5e31b02{text.replace(':', '')}".encode(),
    "groups of a Call-ID": lambda text: (
        f"{text.replace(':', '')[:8]}-{text.replace(':', '')[8:]}0002-1a2b3c4d-5e6f7a8b@x".encode()
    ),
    "uuid, version 1": lambda text: f"6a1fd47c-20e9-11ee-8b5b-{text.replace(':', '')}".encode(),
    "name of a file": lambda text: f"SEP{text.replace(':', '').upper()}.cnf.xml".encode(),
    "eui-64": lambda text: (
        f"fe80::{int(text[:2], 16) ^ 2:x}{text[3:5]}:{text[6:8]}ff:fe{text[9:11]}:{text[12:].replace(':', '')}".encode()
    ),
}
PARTICULAR: dict[Entity, dict[str, Spell]] = {
    E.NUMBER: NUMBER,
    E.IPV4: IPV4,
    E.IPV6: IPV6,
    E.MAC: MAC,
    E.HOST: {"punycode": lambda text: text.encode("idna"), "trailing dot": lambda text: f"{text}.".encode()},
    E.SECRET: {
        "cut": lambda text: f"{text[:-2]}\n".encode(),
        "cut, dots": lambda text: f"{text[: len(text) // 2 + 2]}...".encode(),
        "user and password": lambda text: base64.b64encode(f"dave:{text}".encode()),
    },
    E.CARD: {"groups": lambda text: " ".join(text[at : at + 4] for at in range(0, 16, 4)).encode()},
}
"""Notations of one class alone."""


def notations(value: Value) -> Iterator[tuple[str, bytes]]:
    """Every notation of a value."""
    for name, spell in (ANY | PARTICULAR.get(value.entity, {})).items():
        yield name, spell(value.text)
