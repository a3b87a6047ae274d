"""Every value planted into captures that are clean: in a datagram, over the ends of segments and fragments, in names of
DNS, packed, masked, in half octets, in comments and options. The audit finds each in its frame, and nothing without.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from pathlib import Path

import pytest

from scrubber import rules
from scrubber.audit.residue import Residue
from scrubber.capture import magic
from scrubber.capture.file import CaptureFile
from scrubber.engine import PLAIN, Engine, Learner
from scrubber.model import Entity, Place
from tests import hiding
from tests.capture import files, frames
from tests.capture.test_runs import whole
from tests.capture.test_traffic import segments
from tests.passes import KEY, rule_set

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PCAP, PCAPNG = "asterisk-pjsip.pcap", "microsip-tcp.pcapng"
COOKIE = b"\x21\x12\xa4\x42"
HEAD = b"MESSAGE sip:a@b.invalid SIP/2.0\r\nSubject: it says "
TAIL = b" and more\r\nMax-Forwards: 70\r\n\r\n"

E = Entity
Plant = Callable[[bytes], list[bytes]]


@cache
def audit() -> tuple[Residue, dict[str, bytes]]:
    """The audit of a run over both captures in which every value was met, and what that run wrote."""
    learner = Learner(rule_set())
    for name in (PCAP, PCAPNG):
        data = (SAMPLES / name).read_bytes()
        kind(data).learn(iter([data]), learner)
    for value in hiding.VALUES:
        learner.lexicon.add(value.entity, value.text.encode())
    engine = Engine(rule_set(), KEY, learner.lexicon)
    outputs = {}
    for name in (PCAP, PCAPNG):
        data = (SAMPLES / name).read_bytes()
        outputs[name] = b"".join(kind(data).rewrite(iter([data]), engine.rewriter(PLAIN)))
    return Residue(engine), outputs


def kind(data: bytes) -> CaptureFile:
    return CaptureFile(magic.kind(data), rules.load())


def residues(data: bytes) -> list[Place]:
    return list(kind(data).residues(iter([data]), audit()[0].check))


@cache
def clean() -> list[bytes]:
    """The frames of the output of one capture."""
    return [frame.data for frame in files.frames(audit()[1][PCAP])]


def planted(octets: list[bytes]) -> bytes:
    """The clean capture with these frames among its own."""
    known = clean()
    return whole([*known[:9], *octets, *known[9:12]])


def in_a_datagram(text: bytes) -> list[bytes]:
    return [frames.udp_frame(HEAD + text + TAIL)]


def over_segments(text: bytes) -> list[bytes]:
    """In the middle of a value a segment ends."""
    before = HEAD + text[: len(text) // 2]
    return segments(HEAD + text + TAIL, (len(before),))


def over_three_segments(text: bytes) -> list[bytes]:
    third = len(HEAD) + len(text) // 3
    return segments(HEAD + text + TAIL, (third, third + max(1, len(text) // 3)))


def fragments(payload: bytes, cut: int, version: int) -> list[bytes]:
    """A datagram in two pieces, the first of ``cut`` octets."""
    octets = frames.udp(payload)
    pieces = ((0, octets[:cut], True), (cut, octets[cut:], False))
    if version == 4:
        return [
            frames.ethernet(frames.ipv4(piece, place=at // 8 | more << 13, number=77)) for at, piece, more in pieces
        ]
    return [
        frames.ethernet(frames.ipv6(b"\x11\0" + (at | more).to_bytes(2, "big") + b"\0\0\0\x4d" + piece, 44), 0x86DD)
        for at, piece, more in pieces
    ]


def over_fragments(text: bytes, version: int = 4) -> list[bytes]:
    """Filled up so that a multiple of eight octets lies in the middle of the value."""
    middle = 8 + len(HEAD) + len(text) // 2
    return fragments(b" " * (-middle % 8) + HEAD + text + TAIL, middle + -middle % 8, version)


def over_long_fragments(text: bytes) -> list[bytes]:
    return over_fragments(text, 6)


ANYWHERE: dict[str, Plant] = {
    "datagram": in_a_datagram,
    "segments": over_segments,
    "three segments": over_three_segments,
    "IPv4 fragments": over_fragments,
    "IPv6 fragments": over_long_fragments,
}


def question(name: bytes) -> list[bytes]:
    """A question for a name, and an answer whose name points at the end of that one."""
    labels = name.split(b".")
    spelled = b"".join(len(label).to_bytes(1, "big") + label for label in labels)
    parent = (12 + len(labels[0]) + 1 | 0xC000).to_bytes(2, "big")
    answer = b"\3www" + parent + b"\0\1\0\1\0\0\0\x3c\0\4\xf0\1\2\3"
    return [
        frames.ethernet(frames.ipv4(frames.udp(b"\0\1\x81\x80\0\1\0\1\0\0\0\0" + spelled + b"\0\0\1\0\1" + answer, 53)))
    ]


def packed(text: str) -> bytes:
    return ip_address(text).packed


def masked(text: str) -> list[bytes]:
    number = b"numberof12oc"
    value = packed(text)
    family = b"\0\1" if len(value) == 4 else b"\0\2"
    hidden = bytes(one ^ other for one, other in zip(value, COOKIE + number, strict=False))
    attribute = b"\0\x20" + (4 + len(value)).to_bytes(2, "big") + family + b"\x12\x34" + hidden
    return [frames.udp_frame(b"\1\1" + len(attribute).to_bytes(2, "big") + COOKIE + number + attribute)]


def half_octets(text: str) -> list[bytes]:
    """As GSM writes a number (3GPP TS 24.008): two digits an octet, the first in the lower half."""
    digits = text[1:] + "f" * (len(text[1:]) % 2)
    swapped = "".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2))
    return [frames.udp_frame(b"\xff\xfe\x91" + binascii.unhexlify(swapped) + b"\xfd\xfc")]


def mac(text: str) -> list[bytes]:
    inside = frames.ipv4(frames.udp(b"x" * 20))
    return [frames.MAC_B + bytes.fromhex(text.replace(":", "")) + b"\x08\0" + inside]


OF_CLASSES: dict[tuple[Entity, str], Callable[[str], list[bytes]]] = {
    (E.IPV4, "header"): lambda text: [frames.ethernet(frames.ipv4(frames.udp(b"x" * 20), source=packed(text)))],
    (E.IPV4, "quoted header"): lambda text: [
        frames.ethernet(frames.ipv4(b"\3\3\0\0\0\0\0\0" + frames.ipv4(frames.udp(b"x"), target=packed(text)), 1))
    ],
    (E.IPV4, "masked"): masked,
    (E.IPV4, "answer"): lambda text: [frames.udp_frame(b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + packed(text))],
    (E.IPV6, "header"): lambda text: [frames.ethernet(frames.ipv6(frames.udp(b"x" * 20), target=packed(text)), 0x86DD)],
    (E.IPV6, "masked"): masked,
    (E.MAC, "Ethernet"): mac,
    (E.NUMBER, "half octets"): half_octets,
    (E.HOST, "DNS"): lambda text: question(text.encode()),
}


@pytest.mark.parametrize("name", [PCAP, PCAPNG])
def test_outputs_are_clean(name: str) -> None:
    assert residues(audit()[1][name]) == []


def test_carriers_are_clean() -> None:
    for plant in ANYWHERE.values():
        assert residues(planted(plant(b"nothing at all that anybody knows"))) == []
    assert residues(planted(question(b"voice.bexample.invalid"))) == []


@pytest.mark.parametrize("entity", sorted({value.entity for value in hiding.VALUES}))
@pytest.mark.parametrize("carrier", ANYWHERE)
def test_every_value_is_found(carrier: str, entity: Entity) -> None:
    missed = []
    for value in hiding.VALUES:
        if value.entity is entity:
            octets = ANYWHERE[carrier](value.text.encode())
            lines = {place.line for place in residues(planted(octets))}
            if not lines & set(range(10, 10 + len(octets))):
                missed.append(value.text)
    assert not missed


@pytest.mark.parametrize(("entity", "name"), OF_CLASSES)
def test_every_value_is_found_where_its_class_stands(entity: Entity, name: str) -> None:
    missed = []
    for value in hiding.VALUES:
        if value.entity is entity:
            octets = OF_CLASSES[entity, name](value.text)
            if 10 not in {place.line for place in residues(planted(octets))}:
                missed.append(value.text)
    assert not missed


@pytest.mark.parametrize("place", ["section", "interface", "packet"])
def test_every_value_is_found_in_metadata(place: str) -> None:
    missed = []
    for value in hiding.VALUES[::3]:
        text = files.option(1, b"x " + value.text.encode() + b" y")
        options = {name: text if name == place else b"" for name in ("section", "interface", "packet")}
        data = files.section(options["section"]) + files.interface(options["interface"])
        if not residues(data + files.packet(clean()[0], options["packet"])):
            missed.append(value.text)
    assert not missed


@pytest.mark.parametrize("value", hiding.VALUES[::24])
def test_notations_are_found_in_datagrams(value: hiding.Value) -> None:
    missed = []
    for name, spelled in hiding.notations(value):
        if not residues(whole(in_a_datagram(spelled))):
            missed.append(name)
    assert not missed


@pytest.mark.parametrize("value", hiding.VALUES[::24])
def test_notations_are_found_at_the_beginning_of_a_text(value: hiding.Value) -> None:
    """Where nothing readable stands before it: what is decoded is the beginning of its line."""
    missed = []
    for name, spelled in hiding.notations(value):
        if not residues(whole([frames.udp_frame(b"another text\xff\xfe\x01" + spelled + b" and more of it\xff\xfe")])):
            missed.append(name)
    assert not missed
