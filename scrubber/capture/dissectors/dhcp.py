"""DHCP and BOOTP for IPv4 (RFC 2131, options of RFC 2132 and later).

Message type, flags, times, masks and which option stands where stay. Addresses, names, files and identifiers get what
stands for them; an option that no table names is blanked at its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import domain
from scrubber.capture.packet import Flow
from scrubber.capture.unique import identifier, unique
from scrubber.capture.words import file_name, host_name, product, words
from scrubber.values import Values

PORTS = frozenset({67, 68, 4011})

_HEADER = 236
_COOKIE = b"\x63\x82\x53\x63"
_ETHERNET = b"\1\6"
_PAD, _OVERLOAD, _END = 0, 52, 255
_HOST = "dhcp-host"
_FILE = "dhcp-file"
_BLANK = "dhcp-option"

_Value = Callable[[bytes, Values], bytes]
"""From the value of an option to what stands for it."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether the ports are those of DHCP and a request or reply with a sane hardware address begins here."""
    return not PORTS.isdisjoint((flow.sport, flow.dport)) and _is_message(payload)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message; ``None`` where its fixed part is missing. A cut message is dealt with as far as it goes."""
    del flow
    if not _is_message(payload):
        return None
    options = payload[_HEADER:]
    overload = 0
    if options.startswith(_COOKIE):
        overload = _overload(options[4:])
        tail = _COOKIE + _options(options[4:], to)
    else:
        tail = to.blank(options, _BLANK)
    return (
        payload[:12]
        + b"".join(to.ipv4(payload[at : at + 4]) for at in range(12, 28, 4))
        + _hardware(payload[:3], payload[28:44], to)
        + _padded(payload[44:108], host_name, _HOST, to, options=bool(overload & 2))
        + _padded(payload[108:_HEADER], file_name, _FILE, to, options=bool(overload & 1))
        + tail
    )


def _is_message(payload: bytes) -> bool:
    return len(payload) >= _HEADER and payload[0] in (1, 2) and payload[2] <= 16 and payload[3] <= 16


def _hardware(head: bytes, field: bytes, to: Values) -> bytes:
    if head[1:3] != _ETHERNET:
        return to.blank(field, "hardware address")
    return to.mac(field[:6]) + to.blank(field[6:], "hardware address")


def _padded(
    field: bytes, read: Callable[[bytes, Values, str], bytes], rule: str, to: Values, *, options: bool
) -> bytes:
    """A field of fixed width that ends in zeros, or that more options stand in (RFC 2131 section 4.1)."""
    if options:
        return _options(field, to)[: len(field)].ljust(len(field), b"\0")
    text, zero, rest = field.partition(b"\0")
    width = len(text)
    return read(text, to, rule)[:width].ljust(width, b"\0") + zero + to.blank(rest, "dhcp-trailer")


def _overload(options: bytes) -> int:
    at = 0
    while at + 2 < len(options) and options[at] != _END:
        if options[at] == _OVERLOAD and options[at + 1] == 1:
            return options[at + 2]
        at += 1 if options[at] == _PAD else 2 + options[at + 1]
    return 0


def _options(octets: bytes, to: Values) -> bytes:
    """Options up to the end mark; what stands behind it is blanked."""
    out = bytearray()
    at = 0
    while at < len(octets) and octets[at] != _END:
        code = octets[at]
        if code == _PAD:
            out.append(code)
            at += 1
            continue
        value = octets[at + 2 : at + 2 + octets[at + 1]] if at + 1 < len(octets) else b""
        if at + 1 >= len(octets) or len(value) < octets[at + 1]:
            break
        out += _coded(code, _OPTIONS.get(code, _blank)(value, to))
        at += 2 + len(value)
    return bytes(out + octets[at : at + 1] + to.blank(octets[at + 1 :], "dhcp-trailer"))


def _coded(code: int, value: bytes) -> bytes:
    return bytes((code, min(len(value), 255))) + value[:255]


# --- values of options ---------------------------------------------------------------------------------------------


def _blank(value: bytes, to: Values) -> bytes:
    return to.blank(value, _BLANK)


def _number(*sizes: int) -> _Value:
    """A number of one of the given widths."""

    def read(value: bytes, to: Values) -> bytes:
        return value if len(value) in sizes else to.blank(value, _BLANK)

    return read


def _codes(value: bytes, to: Values) -> bytes:
    del to
    return value


def _addresses(value: bytes, to: Values) -> bytes:
    whole = len(value) // 4 * 4
    return b"".join(to.ipv4(value[at : at + 4]) for at in range(0, whole, 4)) + to.blank(value[whole:], _BLANK)


def _host(value: bytes, to: Values) -> bytes:
    text = value.rstrip(b"\0")
    return host_name(text, to, _HOST) + value[len(text) :]


def _file(value: bytes, to: Values) -> bytes:
    text = value.rstrip(b"\0")
    return file_name(text, to, _FILE) + value[len(text) :]


def _words(value: bytes, to: Values) -> bytes:
    text = value.rstrip(b"\0")
    return words(text, to) + value[len(text) :]


def _classes(value: bytes, to: Values) -> bytes:
    """Classes of a user, each behind its length (RFC 3004), or a text, as some clients send it."""
    pieces: list[bytes] = []
    at = 0
    while at < len(value) and 0 < value[at] < len(value) - at:
        word = value[at + 1 : at + 1 + value[at]]
        pieces.append(value[at : at + 1] + words(word, to)[: len(word)].ljust(len(word), b"x"))
        at += 1 + len(word)
    return b"".join(pieces) if pieces and at == len(value) else _words(value, to)


def _product(value: bytes, to: Values) -> bytes:
    """Maker and model, which decide what a provisioning server answers."""
    text = value.rstrip(b"\0")
    return product(text, to) + value[len(text) :]


def _client(value: bytes, to: Values) -> bytes:
    """RFC 2132 section 9.14: a hardware type and address; RFC 4361: 255, an IAID and a DUID."""
    if value[:1] == b"\1" and len(value) == 7:
        return value[:1] + to.mac(value[1:])
    if value[:1] == b"\xff" and len(value) > 7:
        return value[:1] + identifier(value[1:5], to) + unique(value[5:], to)
    return value[:1] + identifier(value[1:], to)


def _relay(value: bytes, to: Values) -> bytes:
    """Relay agent information (RFC 3046): circuit and remote id name a line."""
    return _nested(value, to, _RELAY, identifier)


def _vendor(value: bytes, to: Values) -> bytes:
    """Encapsulated options where they fill the field, else text or octets of a vendor."""
    return _nested(value, to, {}, _file) if _is_nested(value) else _file(value, to)


def _is_nested(value: bytes) -> bool:
    at = 0
    while at + 1 < len(value) and value[at] != _END:
        at += 1 if value[at] == _PAD else 2 + value[at + 1]
    return at == len(value) or (at < len(value) and value[at] == _END)


def _nested(value: bytes, to: Values, table: Mapping[int, _Value], default: _Value) -> bytes:
    out = bytearray()
    at = 0
    while at + 1 < len(value) and value[at] != _END:
        size = value[at + 1]
        inner = value[at + 2 : at + 2 + size]
        if value[at] == _PAD:
            out.append(_PAD)
            at += 1
            continue
        if len(inner) < size:
            break
        out += _coded(value[at], table.get(value[at], default)(inner, to))
        at += 2 + size
    end = value[at : at + 1] if value[at : at + 1] == b"\xff" else b""
    return bytes(out + end + to.blank(value[at + len(end) :], _BLANK))


def _enterprises(value: bytes, to: Values) -> bytes:
    """Per enterprise a length and options of its own (RFC 3925)."""
    out = bytearray()
    at = 0
    while at + 4 < len(value):
        inner = value[at + 5 : at + 5 + value[at + 4]]
        if len(inner) < value[at + 4]:
            break
        new = _vendor(inner, to)
        out += value[at : at + 4] + bytes((min(len(new), 255),)) + new[:255]
        at += 5 + len(inner)
    return bytes(out + to.blank(value[at:], _BLANK))


def _qualified(value: bytes, to: Values) -> bytes:
    """The client's name (RFC 4702): flags, two codes, a name in ASCII or, with flag E, in octets of the DNS."""
    if len(value) < 3:
        return to.blank(value, _BLANK)
    if not value[0] & 4:
        return value[:3] + _host(value[3:], to)
    return value[:3] + _relative(value[3:], to)


def _relative(octets: bytes, to: Values) -> bytes:
    """Names in octets of the DNS; the last may lack the root."""
    names = domain.replaced(octets, to)
    if names is not None:
        return names
    rooted = domain.replaced(octets + b"\0", to)
    return to.blank(octets, _BLANK) if rooted is None else rooted[:-1]


def _servers(value: bytes, to: Values) -> bytes:
    """SIP servers (RFC 3361): by name after 0, by address after 1."""
    if value[:1] == b"\0":
        return value[:1] + _relative(value[1:], to)
    return value[:1] + _addresses(value[1:], to) if value[:1] == b"\1" else to.blank(value, _BLANK)


def _routes(value: bytes, to: Values) -> bytes:
    """Classless routes (RFC 3442): a prefix length, as many octets as it needs, a router."""
    out = bytearray()
    at = 0
    while at < len(value):
        size = (value[at] + 7) // 8
        if size > 4 or at + 5 + size > len(value):
            break
        subnet = value[at + 1 : at + 1 + size]
        router = value[at + 1 + size : at + 5 + size]
        out += value[at : at + 1] + to.ipv4(subnet.ljust(4, b"\0"))[:size] + to.ipv4(router)
        at += 5 + size
    return bytes(out + to.blank(value[at:], _BLANK))


def _machine(value: bytes, to: Values) -> bytes:
    return value[:1] + identifier(value[1:], to)


def _authentication(value: bytes, to: Values) -> bytes:
    return value[:3] + to.blank(value[3:], _BLANK)


def _relay_vendor(value: bytes, to: Values) -> bytes:
    """Per enterprise a length and octets of its own (RFC 4243)."""
    out, at = bytearray(), 0
    while at + 5 <= len(value) and at + 5 + value[at + 4] <= len(value):
        end = at + 5 + value[at + 4]
        out += value[at : at + 5] + identifier(value[at + 5 : end], to)
        at = end
    return bytes(out + to.blank(value[at:], _BLANK))


_RELAY: Mapping[int, _Value] = {5: _addresses, 9: _relay_vendor, 10: _number(1), 11: _addresses}

_OPTIONS: Mapping[int, _Value] = {
    **dict.fromkeys((13, 22, 26, 57), _number(2)),
    **dict.fromkeys((19, 20, 23, 27, 29, 30, 31, 34, 36, 37, 39, 46, 52, 53, 116), _number(1)),
    **dict.fromkeys((2, 24, 35, 38, 51, 58, 59, 108, 152, 153, 211), _number(4)),
    **dict.fromkeys((80, 145), _number(0, 1)),
    **dict.fromkeys((93, 132), _number(2)),  # system architecture, VLAN of a phone
    94: _number(3),
    **dict.fromkeys((25, 55, 117), _codes),
    **dict.fromkeys(
        (
            1,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            16,
            21,
            28,
            32,
            33,
            41,
            42,
            44,
            45,
            48,
            49,
            50,
            54,
            65,
            85,
            118,
            136,
            138,
            150,
        ),
        _addresses,
    ),
    **dict.fromkeys(range(68, 77), _addresses),
    **dict.fromkeys((12, 15, 40, 47, 62, 64, 66, 86, 87, 147), _host),
    **dict.fromkeys((14, 17, 18, 67, 114, 156, 159, 160, 161, 176, 209, 210, 242, 252), _file),
    56: _words,
    77: _classes,
    60: _product,
    43: _vendor,
    61: _client,
    81: _qualified,
    82: _relay,
    90: _authentication,
    97: _machine,
    119: _relative,
    120: _servers,
    **dict.fromkeys((121, 249), _routes),
    **dict.fromkeys((124, 125), _enterprises),
}
