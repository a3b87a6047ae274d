"""What a dissector may do with the values it finds.

A dissector is written once and serves every pass: when learning, each method remembers the value and gives it back;
when rewriting, it gives what stands for the value; when checking, it collects what no pseudonym could be. A dissector
never asks which pass it is in, and it gives the whole payload back, unknown octets through :meth:`Values.blank`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from scrubber.grammar import header
from scrubber.model import Entity
from scrubber.readings.blanks import blank
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Reader

REMEMBERED = 1 << 16
"""Addresses whose pseudonym is remembered in binary form."""
ADDRESS_RULE = "packet-address"
MAC_RULE = "packet-mac"
NAMES = 1 << 10
"""Rows of names of header fields that are remembered."""

_CONTROL = bytes(sorted({*range(32), 127} - set(b"\t\r\n")))
"""Control characters that no header field of an ordinary message holds."""
_BINARY = _CONTROL.replace(b"\x1b", b"")
"""Those that a body of text does not hold, either: it may be a log with colours."""
_NAMES = re.compile(rb"\n([^\r\n:]*+)")
_TYPED = re.compile(rb"\n(?i:content-type|c)[ \t]*+:")
_DESCRIPTION = re.compile(rb"(?:[a-z]=[^\x00-\x08\x0a-\x1f\x7f]*+\r?\n)*+")
"""A body of lines that are those of a session description, or none."""


class Values:
    """The readings of one pass, in the notations of packets."""

    def __init__(
        self,
        reader: Reader,
        lines: Callable[[bytes], bytes],
        moved: Callable[[bytes], bytes] | None = None,
        plain: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """``lines`` reads a block of log lines, SIP messages among them, as the same pass does in a text file.

        ``moved`` moves the times in a text that was read otherwise, where times are to move. ``plain`` reads a SIP
        message of plain lines, which is no log.
        """
        self.reader = reader
        self._lines = lines
        self._moved = moved or _unmoved
        self._plain = plain or lines
        self._messages = Messages(reader)
        self._fields = reader.rules.headers
        self._usual: dict[tuple[bytes, ...], bool] = {}
        self._addresses: dict[bytes, bytes] = {}
        self._macs: dict[bytes, bytes] = {}

    # --- text

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """What stands for ``value``; its length may differ."""
        return self.reader.value(entity, value, rule) if value else value

    def fixed(self, entity: Entity, value: bytes, rule: str, pad: bytes = b"\0") -> bytes:
        """What stands for ``value`` in a field of fixed width: as many octets, filled up with ``pad``.

        Filling at the end of ``value`` is no part of it, so one identity keeps its pseudonym in fields of any width.
        """
        bare = value.rstrip(pad)
        return self.value(entity, bare, rule)[: len(value)].ljust(len(value), pad)

    def text(self, text: bytes) -> bytes:
        """Free text, with everything replaced that detectors find or files taught."""
        return self._moved(self.reader.text(text))

    def product(self, text: bytes, rule: str) -> bytes:
        """A product and its version, and the machine or serial number behind it, as in ``User-Agent``."""
        return self._moved(self.reader.parts(text, header.parts("product", text, 0, len(text)), rule))

    def lines(self, text: bytes) -> bytes:
        """Lines of a log or another text protocol, SIP messages among them."""
        return self._lines(text)

    def message(self, message: bytes) -> bytes:
        """One SIP message or what is left of one (RFC 3261 section 7), Content-Length corrected.

        A message in which every header field is known is read line by line, as in a log, which is faster and gives the
        same; any other is read as a whole, and so is one with a binary body, which has no lines, or a body of no type.
        """
        header, blank, body = message.partition(b"\r\n\r\n")
        if not (blank and self._is_usual(header)):
            return self._moved(self._messages.message(message))
        if not body or _DESCRIPTION.fullmatch(body) is not None:
            return self._plain(message)
        # What else stands in a body may be a log, whose lines have something before them.
        whole = len(body.translate(None, _BINARY)) < len(body) or _TYPED.search(header) is None
        return self._moved(self._messages.message(message)) if whole else self._lines(message)

    def _is_usual(self, header: bytes) -> bool:
        """Whether nothing but a line and known header fields, each on a line of its own, stand in a header."""
        ends = header.count(b"\r\n")
        if header.count(b"\n") != ends or header.count(b"\r") != ends:
            return False
        if len(header.translate(None, _CONTROL)) < len(header):
            return False
        names = tuple(_NAMES.findall(header))  # of a folded line it begins with a blank, as no name does
        usual = self._usual.get(names)
        if usual is None:
            usual = all(name.rstrip(b" ").lower() in self._fields for name in names)
            if len(self._usual) >= NAMES:
                self._usual.clear()
            self._usual[names] = usual
        return usual

    def body(self, content_type: bytes, body: bytes) -> bytes:
        """A MIME body of the given type, as in a SIP message: SDP, multipart, XML …; others are suppressed."""
        return self._moved(self._messages.body(content_type, body))

    # --- binary

    def ipv4(self, packed: bytes, rule: str = ADDRESS_RULE) -> bytes:
        """An IPv4 address of four octets."""
        return self._addresses.get(packed) or self._address(packed, Entity.IPV4, rule)

    def ipv6(self, packed: bytes, rule: str = ADDRESS_RULE) -> bytes:
        """An IPv6 address of sixteen octets."""
        return self._addresses.get(packed) or self._address(packed, Entity.IPV6, rule)

    def address(self, packed: bytes, rule: str = ADDRESS_RULE) -> bytes:
        """An address of four or sixteen octets; what has another length is none and is blanked."""
        if len(packed) == 4:
            return self.ipv4(packed, rule)
        return self.ipv6(packed, rule) if len(packed) == 16 else bytes(len(packed))

    def mac(self, packed: bytes, rule: str = MAC_RULE) -> bytes:
        """A hardware address of six octets."""
        known = self._macs.get(packed)
        if known is None:
            new = self.reader.value(Entity.MAC, packed.hex(":").encode(), rule)
            known = _hexadecimal(new, len(packed))
            _remember(self._macs, packed, known)
        return known

    def opaque(self, packed: bytes, rule: str) -> bytes:
        """A number that a system drew or counted up, in as many octets; zero says that there is none and stays."""
        if not any(packed):
            return packed
        return _hexadecimal(self.reader.value(Entity.IDENTIFIER, packed.hex().encode(), rule), len(packed))

    def blank(self, payload: bytes, reason: str, fill: bytes = b"\0") -> bytes:
        """Octets that must not leave: as many of ``fill``. ``reason`` says in the report what was suppressed."""
        return blank(self.reader, payload, reason, fill)

    def _address(self, packed: bytes, entity: Entity, rule: str) -> bytes:
        spelled = str(IPv4Address(packed) if entity is Entity.IPV4 else IPv6Address(packed)).encode()
        new = self.reader.value(entity, spelled, rule)
        try:
            result = (IPv4Address if entity is Entity.IPV4 else IPv6Address)(new.decode("ascii")).packed
        except (AddressValueError, UnicodeDecodeError):
            # An action that gives no address leaves none.
            result = bytes(len(packed))
        _remember(self._addresses, packed, result)
        return result


def _unmoved(text: bytes) -> bytes:
    return text


def _hexadecimal(text: bytes, length: int) -> bytes:
    try:
        octets = bytes.fromhex(text.replace(b":", b"").decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return bytes(length)
    return octets if len(octets) == length else bytes(length)


def _remember(memo: dict[bytes, bytes], key: bytes, value: bytes) -> None:
    if len(memo) >= REMEMBERED:
        memo.clear()
    memo[key] = value
