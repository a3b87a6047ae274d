"""The Domain Name System and its multicast kin (RFC 1035, 6762, 4795), over UDP and TCP.

Ids, flags, counts, types, classes, times to live, priorities, weights and ports stay; names, addresses and texts get
what stands for them; keys, digests, cookies and records of other types are blanked. Names that pointed still point;
offsets and lengths follow where a name changes its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import domain, resource
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.values import Values

PORTS = frozenset({53, 5353, 5355})

_HEADER = 12
_MOST_LABELS = 1 << 15
"""Labels of all names of a message: as many as it has room for without pointers, which could stand for millions."""
_OPCODES = frozenset({0, 1, 2, 4, 5, 6})
_OPT = 41
_CLASSES = frozenset((b"\0\1", b"\0\xff", b"\x80\1"))
"""Internet, any, and the first with the mark for an answer to one host (RFC 6762 section 5.4)."""


class _DamagedError(ValueError):
    """A field reaches beyond the octets that it may stand in."""


class _Message:
    """One message while it is rewritten: what was read, what was written, and where names stand."""

    def __init__(self, data: bytes, to: Values) -> None:
        self.data = data
        self.to = to
        self.at = 0
        self.out = bytearray()
        self.places: domain.Places = {}
        self.moved = False
        self.labels = 0

    def rewritten(self) -> bytes:
        questions, *records = (int.from_bytes(self.data[place : place + 2], "big") for place in range(4, _HEADER, 2))
        try:
            self.keep(_HEADER)
            for _ in range(questions):
                self.name()
                self.keep(4)
            for _ in range(sum(records)):
                self.record()
        except _DamagedError:
            pass
        self.blank(len(self.data))
        return bytes(self.out)

    def record(self) -> None:
        """One resource record (RFC 1035 section 3.2.1)."""
        self.name()
        fixed = self.take(10)
        kind, size = int.from_bytes(fixed[:2], "big"), int.from_bytes(fixed[8:], "big")
        place, start = len(self.out) + 8, self.at
        self.out += fixed
        end = min(start + size, len(self.data))
        try:
            for field in _RDATA.get(kind, ()):
                if self.at < end:
                    field(self, end)
        except _DamagedError:
            pass
        self.blank(end)
        size += len(self.out) - place - 2 - (end - start)
        # The octets of a record that grew beyond its length field cannot be told from those behind it.
        if size > 0xFFFF:
            del self.out[place + 2 :]
            size = 0
        self.out[place : place + 2] = size.to_bytes(2, "big")

    def take(self, size: int, end: int | None = None) -> bytes:
        """The next octets, read but not written."""
        start, self.at = self.at, self.at + size
        if self.at > (len(self.data) if end is None else end):
            self.at = start
            raise _DamagedError
        return self.data[start : self.at]

    def keep(self, size: int, end: int | None = None) -> None:
        """Numbers and codes that stay."""
        self.out += self.take(size, end)

    def put(self, old: bytes, new: bytes) -> None:
        """Octets that stand for ``old``."""
        self.moved = self.moved or len(old) != len(new)
        self.out += new

    def blank(self, end: int) -> None:
        """Everything up to ``end`` blanked."""
        self.out += self.to.blank(self.data[self.at : end], "dns")
        self.at = max(self.at, end)

    def string(self, end: int) -> bytes:
        """A character-string (RFC 1035 section 3.3), read but not written."""
        start = self.at
        size = self.take(1, end)[0]
        try:
            return self.take(size, end)
        except _DamagedError:
            self.at = start
            raise

    def put_string(self, old: bytes, new: bytes) -> None:
        new = new[:255]
        self.out.append(len(new))
        self.put(old, new)

    def name(self, end: int | None = None) -> None:
        """A name."""
        name = domain.read(self.data, self.at)
        if name is None or name.end > (len(self.data) if end is None else end):
            raise _DamagedError
        self.labels += len(name.labels)
        if self.labels > _MOST_LABELS:
            raise _DamagedError
        new = domain.mapped(name.labels, self.to)
        self.moved = self.moved or new != name.labels
        octets = domain.written(new, len(self.out), self.places, pointed=name.pointed)
        # As long as nothing moved, pointers may point where no rule would make them point.
        self.out += octets if self.moved else self.data[self.at : name.end]
        self.at = name.end


# --- fields of records ---------------------------------------------------------------------------------------------

_Field = Callable[[_Message, int], None]


def _keep(size: int) -> _Field:
    def field(message: _Message, end: int) -> None:
        message.keep(size, end)

    return field


def _blank(size: int) -> _Field:
    def field(message: _Message, end: int) -> None:
        message.out += message.to.blank(message.take(size, end), "dns")

    return field


def _name(message: _Message, end: int) -> None:
    message.name(end)


def _ipv4(message: _Message, end: int) -> None:
    message.out += message.to.ipv4(message.take(4, end), resource.ADDRESS)


def _ipv6(message: _Message, end: int) -> None:
    message.out += message.to.ipv6(message.take(16, end), resource.ADDRESS)


def _mac(message: _Message, end: int) -> None:
    message.out += message.to.mac(message.take(6, end))


def _bitmaps(message: _Message, end: int) -> None:
    """The types of a name (RFC 4034 section 4.1.2): windows with up to 32 octets each, in their order."""
    window = -1
    while message.at + 2 < end and message.data[message.at] > window and message.data[message.at + 1] <= 32:
        window = message.data[message.at]
        message.keep(2 + message.data[message.at + 1], end)


def _strings(message: _Message, end: int) -> None:
    while message.at < end:
        string = message.string(end)
        message.put_string(string, resource.text(string, message.to))


def _text_rest(message: _Message, end: int) -> None:
    text = message.take(end - message.at, end)
    message.put(text, resource.free(text, message.to))


def _blanked(string: bytes, to: Values) -> bytes:
    return to.blank(string, "dns")


def _read(read: Callable[[bytes, Values], bytes]) -> _Field:
    """A character-string that is read on its own."""

    def field(message: _Message, end: int) -> None:
        string = message.string(end)
        message.put_string(string, read(string, message.to))

    return field


def _options(message: _Message, end: int) -> None:
    """EDNS options (RFC 6891 section 6.1.2)."""
    while message.at < end:
        start = message.at
        head = message.take(4, end)
        code, size = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:], "big")
        if message.at + size > end:
            message.at = start
            raise _DamagedError
        value = message.take(size, end)
        new = resource.option(code, value, message.to)
        message.out += head[:2] + len(new).to_bytes(2, "big")
        message.put(value, new)


def _prefixes(message: _Message, end: int) -> None:
    """Address prefixes (RFC 3123 section 4): family, length, sign and number of octets, and these."""
    while message.at + 4 <= end:
        head = message.take(4, end)
        part = message.take(min(head[3] & 0x7F, end - message.at), end)
        message.out += head + resource.prefix(head[:2], part, message.to)


def _parameters(message: _Message, end: int) -> None:
    """Service parameters (RFC 9460 section 2.2)."""
    while message.at < end:
        start = message.at
        head = message.take(4, end)
        key, size = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:], "big")
        if message.at + size > end:
            message.at = start
            raise _DamagedError
        message.out += head + resource.parameter(key, message.take(size, end), message.to)


def _algorithm(message: _Message, end: int) -> None:
    """The algorithm of a transaction signature, written as a name (RFC 8945 section 6)."""
    name = domain.read(message.data, message.at)
    if name is None or name.pointed or name.end > end or b".".join(name.labels).lower() not in _ALGORITHMS:
        message.name(end)
    else:
        message.keep(name.end - message.at, end)


def _sized(message: _Message, end: int) -> None:
    """Octets after their number in two octets."""
    head = message.take(2, end)
    message.out += head
    message.out += message.to.blank(message.take(int.from_bytes(head, "big"), end), "dns")


_ALGORITHMS = frozenset(
    b"hmac-md5.sig-alg.reg.int hmac-sha1 hmac-sha224 hmac-sha256 hmac-sha384 hmac-sha512 gss-tsig".split()
)
_SIGNATURE: tuple[_Field, ...] = (_keep(16), _blank(2), _name)
_DIGEST: tuple[_Field, ...] = (_blank(2), _keep(2))
_KEY: tuple[_Field, ...] = (_keep(4),)
_ONE_NAME: tuple[_Field, ...] = (_name,)
_RANKED_NAME: tuple[_Field, ...] = (_keep(2), _name)

_RDATA: Mapping[int, tuple[_Field, ...]] = {
    1: (_ipv4,),
    **dict.fromkeys((2, 3, 4, 5, 7, 8, 9, 12, 23, 39), _ONE_NAME),  # NS MD MF CNAME MB MG MR PTR NSAP-PTR DNAME
    6: (_name, _name, _keep(20)),  # SOA
    11: (_ipv4,),  # WKS
    13: (_read(resource.hardware), _read(resource.hardware)),  # HINFO
    14: (_name, _name),  # MINFO
    **dict.fromkeys((15, 18, 21, 36), _RANKED_NAME),  # MX AFSDB RT KX
    **dict.fromkeys((16, 99), (_strings,)),  # TXT SPF
    17: (_name, _name),  # RP
    **dict.fromkeys((24, 46), _SIGNATURE),  # SIG RRSIG
    **dict.fromkeys((25, 48, 60), _KEY),  # KEY DNSKEY CDNSKEY
    26: (_keep(2), _name, _name),  # PX
    28: (_ipv6,),
    33: (_keep(6), _name),  # SRV
    35: (_keep(4), _read(resource.flags), _read(resource.service), _read(resource.expression), _name),  # NAPTR
    _OPT: (_options,),
    42: (_prefixes,),  # APL
    **dict.fromkeys((43, 59), _DIGEST),  # DS CDS
    44: (_keep(2),),  # SSHFP
    47: (_name, _bitmaps),  # NSEC
    50: (_keep(4), _read(_blanked), _read(_blanked), _bitmaps),  # NSEC3
    51: (_keep(4), _read(_blanked)),  # NSEC3PARAM
    52: (_keep(3),),  # TLSA
    **dict.fromkeys((64, 65), (_keep(2), _name, _parameters)),  # SVCB HTTPS
    108: (_mac,),  # EUI48
    250: (_algorithm, _keep(8), _sized, _keep(4), _sized),  # TSIG
    256: (_keep(4), _text_rest),  # URI
    257: (_keep(1), _read(resource.tag), _text_rest),  # CAA
}
"""The fields of each type, in their order; what follows the last of them is blanked."""


# --- messages ------------------------------------------------------------------------------------------------------


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a header stands here that fits what follows it, on one of the usual ports."""
    return not PORTS.isdisjoint((flow.sport, flow.dport)) and _is_message(payload, cut=flow.cut)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message; ``None`` where there is not even a header."""
    return _Message(payload, to).rewritten() if _is_message(payload, cut=flow.cut) else None


def _is_message(payload: bytes, *, cut: bool) -> bool:
    """Whether the octets have room for what the header counts, or at least begin with a question as it should be."""
    if len(payload) < _HEADER or payload[2] >> 3 & 15 not in _OPCODES:
        return False
    questions, *records = (int.from_bytes(payload[place : place + 2], "big") for place in range(4, _HEADER, 2))
    if cut or 5 * questions + 11 * sum(records) <= len(payload) - _HEADER:
        return True
    name = domain.read(payload, _HEADER)
    return name is not None and payload[name.end + 2 : name.end + 4] in _CLASSES


def _begins(octets: bytes, flow: Flow) -> bool:
    framed = 53 in (flow.sport, flow.dport) and len(octets) > 2 + _HEADER
    return framed and int.from_bytes(octets[:2], "big") > _HEADER and _is_message(octets[2:], cut=True)


def _length(octets: bytes) -> int:
    if len(octets) < 2:
        return MORE
    size = int.from_bytes(octets[:2], "big")
    return 2 + size if size >= _HEADER else DAMAGED


def _framed(message: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message after its length in two octets (RFC 1035 section 4.2.2)."""
    size = int.from_bytes(message[:2], "big")
    inner = message[2:]
    new = dissect(inner, flow._replace(cut=flow.cut or len(inner) < size), to)
    if new is None or size + len(new) - len(inner) > 0xFFFF:
        return None
    return (size + len(new) - len(inner)).to_bytes(2, "big") + new


STREAM = Stream("dns", _begins, _length, _framed)
