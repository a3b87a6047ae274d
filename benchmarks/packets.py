"""Write a capture of calls: the same seed, the same bytes, on every machine.

    python -m benchmarks.packets --kind rtp OUT

``rtp``: a million packets, 98 of 100 of them G.711 audio of 2,000 streams, the rest SIP. ``sip``: 100,000 SIP messages
of 20,000 calls (INVITE, 200, ACK, BYE, 200) over UDP; ``sip6`` the same over IPv6, ``vlan`` with a VLAN tag, ``tcp``
over TCP, each message in segments of at most 1,400 octets.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from struct import pack
from typing import NamedTuple

from benchmarks import dialogs
from benchmarks.generate import FOLDER, SEED
from benchmarks.people import SERVER_IP, User, population

KINDS = ("rtp", "sip", "sip6", "vlan", "tcp")
VERSION = 1
"""Part of the name of a cached file; raise it when the bytes change."""
START = 1_740_900_000
STREAMS = 2000
FRAMES = 490
"""Packets of each stream, 20 ms apart."""
AUDIO = 160
MESSAGES = {"rtp": 20_000}
MANY = 100_000
SEGMENT = 1400
HEAD = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
"""What a capture file of Ethernet frames begins with."""
SERVER_MAC = bytes.fromhex("00005e005301")


class Way(NamedTuple):
    """How packets travel between a device and the server."""

    device: bytes
    server: bytes
    mac: bytes
    tag: bytes

    def ethernet(self, kind: int, body: bytes, *, inbound: bool) -> bytes:
        """A frame to the server or from it."""
        macs = SERVER_MAC + self.mac if inbound else self.mac + SERVER_MAC
        return macs + self.tag + pack(">H", kind) + body

    def packet(self, protocol: int, body: bytes, at: int, *, inbound: bool) -> bytes:
        """The frame around UDP or TCP, whose checksum at offset ``at`` of ``body`` is filled in here."""
        source, target = (self.device, self.server) if inbound else (self.server, self.device)
        pseudo = source + target + pack(">HH", protocol, len(body))
        body = body[:at] + checksum(pseudo + body) + body[at + 2 :]
        if len(source) == 16:
            return self.ethernet(
                0x86DD, pack(">IHBB", 6 << 28, len(body), protocol, 64) + source + target + body, inbound=inbound
            )
        head = pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, 64, protocol, 0) + source + target
        return self.ethernet(0x0800, head[:10] + checksum(head) + head[12:] + body, inbound=inbound)

    def udp(self, sport: int, dport: int, payload: bytes, *, inbound: bool) -> bytes:
        """A datagram."""
        return self.packet(17, pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload, 6, inbound=inbound)


def checksum(data: bytes) -> bytes:
    """The Internet checksum (RFC 1071), never zero."""
    number = int.from_bytes(data + b"\0" * (len(data) % 2), "big")
    return (0xFFFF - number % 0xFFFF or 0xFFFF).to_bytes(2, "big")


def ways(users: list[User], kind: str) -> list[tuple[User, Way]]:
    """The users that packets of this kind can reach, and how."""
    six = kind == "sip6"
    tag = bytes.fromhex("81000064") if kind == "vlan" else b""
    found = []
    for index, user in enumerate(users):
        host = ip_address(user.public.rpartition(b":")[0].strip(b"[]").decode())
        if host.version == 6 and not six:
            continue
        server = ip_address("2001:db8:ffff::10" if six else SERVER_IP.decode())
        device = ip_address(f"2001:db8:{index >> 8:x}:{index & 255:x}::7") if six else host
        found.append((user, Way(device.packed, server.packed, b"\x02\x00" + index.to_bytes(4, "big"), tag)))
    return found


def message(entry: bytes) -> bytes:
    """The SIP message that a log entry shows."""
    return entry.partition(b" --->\n")[2][:-1]


def call(rng: random.Random, user: User) -> Iterator[tuple[bool, bytes]]:
    """The messages of one call, with their direction."""
    dialled = b"+1555%07d" % rng.randrange(10**7)
    talk = dialogs.dialog(rng, dialogs.device(user), dialogs.server(user, as_trunk=dialled), inbound=True)
    talk = talk._replace(caller=talk.caller._replace(transport=b"UDP"))
    answer = dialogs.offer(rng, talk.callee)
    yield True, message(dialogs.request(talk, b"INVITE", 0, body=dialogs.offer(rng, talk.caller)))
    yield False, message(dialogs.response(talk, b"200 OK", b"INVITE", 0, extra=dialogs.ALLOW, body=answer))
    yield True, message(dialogs.request(talk, b"ACK", 0, in_dialog=True))
    talk = dialogs.again(rng, talk)
    yield True, message(dialogs.request(talk, b"BYE", 0, in_dialog=True))
    yield False, message(dialogs.response(talk, b"200 OK", b"BYE", 0))


def signalling(rng: random.Random, users: list[tuple[User, Way]], kind: str) -> Iterator[bytes]:
    """Endless frames with SIP messages."""
    numbers: dict[int, list[int]] = {}
    while True:
        index = rng.randrange(len(users))
        user, way = users[index]
        port = 5060 + index % 10_000
        for inbound, text in call(rng, user):
            sport, dport = (port, 5060) if inbound else (5060, port)
            if kind != "tcp":
                yield way.udp(sport, dport, text, inbound=inbound)
                continue
            sent = numbers.setdefault(index, [rng.getrandbits(31), rng.getrandbits(31)])
            for start in range(0, len(text), SEGMENT):
                part = text[start : start + SEGMENT]
                head = pack(">HHIIBBHHH", sport, dport, sent[inbound], sent[not inbound], 0x50, 0x18, 501, 0, 0)
                sent[inbound] += len(part)
                yield way.packet(6, head + part, 16, inbound=inbound)


def audio(rng: random.Random, users: list[tuple[User, Way]]) -> Iterator[bytes]:
    """Frames with audio of all streams in turn."""
    streams = []
    for number in range(STREAMS):
        _, way = users[number % len(users)]
        streams.append((way, 10_000 + 2 * number, rng.getrandbits(32), rng.getrandbits(15), bool(number % 2)))
    noise = rng.randbytes(1 << 16)
    for frame in range(FRAMES):
        for way, port, source, first, inbound in streams:
            start = rng.randrange(len(noise) - AUDIO)
            head = pack(">BBHII", 0x80, 0, first + frame, frame * AUDIO, source)
            yield way.udp(port, 4000 + port % 1000, head + noise[start : start + AUDIO], inbound=inbound)


def frames(kind: str, seed: int = SEED) -> Iterator[bytes]:
    """All frames of a capture."""
    rng = random.Random(seed)
    users = ways(population(seed), kind)
    sip = signalling(rng, users, kind)
    if kind != "rtp":
        for _ in range(MANY):
            yield next(sip)
        return
    every = STREAMS * FRAMES // MESSAGES[kind]
    for number, frame in enumerate(audio(rng, users)):
        yield frame
        if not number % every:
            yield next(sip)


def write(path: Path, kind: str, most: int | None = None) -> None:
    """Write a capture of that kind, of ``most`` frames at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb", buffering=1 << 20) as file:
        file.write(HEAD)
        for number, frame in enumerate(frames(kind)):
            if number == most:
                break
            seconds, micros = divmod(number * 100, 10**6)
            file.write(pack("<IIII", START + seconds, micros, len(frame), len(frame)) + frame)
    partial.replace(path)


def cached(kind: str, most: int | None = None) -> Path:
    """A capture of that kind under ``build/bench``, written if it is not there yet."""
    path = FOLDER / f"{kind}-{most or 'all'}-v{VERSION}.pcap"
    if not path.is_file():
        write(path, kind, most)
    return path


def main() -> None:
    """Write one file, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=KINDS, default="rtp")
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    write(arguments.path, arguments.kind)


if __name__ == "__main__":
    main()
