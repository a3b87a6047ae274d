"""Text that hardly repeats itself: the worst case for anything that remembers what it has seen.

No traces, no dialogs; nearly every line and nearly every token is new. It is the mixture that is left when a verbose
log of a quiet system, hex dumps, encoded blobs and free words come together.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from benchmarks.people import fictional_number, uuid_of

CONSONANTS = b"bdfgklmnprstvzhj"
VOWELS = b"aeio"
SYLLABLES = [bytes((first, second)) for first in CONSONANTS for second in VOWELS]
PAIRS = [first + second for first in SYLLABLES for second in SYLLABLES]
FILES = (
    b"res_pjsip_session.c",
    b"chan_pjsip.c",
    b"app_queue.c",
    b"res_odbc.c",
    b"pbx_lua.c",
    b"res_curl.c",
    b"func_odbc.c",
)


def word(rng: random.Random) -> bytes:
    """A word that was most likely never seen before: four to six syllables out of 64."""
    bits = rng.getrandbits(37)
    return PAIRS[bits & 4095] + PAIRS[bits >> 12 & 4095] + (PAIRS[bits >> 24 & 4095] if bits >> 36 else b"")


def address(rng: random.Random) -> bytes:
    """One of the 130,000 addresses of the benchmarking network, or one of its IPv6 counterpart."""
    bits = rng.getrandbits(64)
    if bits & 15 == 0:
        return b"3fff:%x:%x::%x" % (bits >> 52, (bits >> 36) & 0xFFFF, (bits >> 8) & 0xFFFF)
    return b"198.%d.%d.%d" % (18 + (bits >> 4 & 1), bits >> 16 & 255, bits >> 24 & 255)


def _words(rng: random.Random) -> bytes:
    return b" ".join([word(rng) for _ in range(rng.randint(4, 12))])


def _peers(rng: random.Random) -> bytes:
    return b"contact sip:%b@%b:%d from %b moved to %b" % (
        word(rng), address(rng), rng.randint(1024, 65535), address(rng), address(rng),
    )  # fmt: skip


def _numbers(rng: random.Random) -> bytes:
    return b"route %b via %b to %b, ticket %d" % (
        fictional_number(rng), word(rng), fictional_number(rng), rng.getrandbits(40),
    )  # fmt: skip


def _mail(rng: random.Random) -> bytes:
    return b"voicemail for %b %b sent to %b.%b@%b.example" % (word(rng), word(rng), word(rng), word(rng), word(rng))


def _pointers(rng: random.Random) -> bytes:
    return b"session %b at 0x%012x replaced %b" % (uuid_of(rng), rng.getrandbits(48), uuid_of(rng))


def _encoded(rng: random.Random) -> bytes:
    return b"blob " + base64.b64encode(rng.randbytes(rng.randint(40, 90)))


def _query(rng: random.Random) -> bytes:
    text = b"SELECT %b FROM %b WHERE %b = '%b' AND id = %d"
    return text % (word(rng), word(rng), word(rng), word(rng), rng.getrandbits(32))


def _dump(rng: random.Random) -> bytes:
    data = rng.randbytes(16)
    shown = bytes([byte if 32 <= byte < 127 else 46 for byte in data])
    return b"%08x  %b  |%b|" % (rng.getrandbits(24) << 4, data.hex(" ").encode(), shown)


PREFIXED: tuple[Callable[[random.Random], bytes], ...] = (
    _words, _words, _peers, _peers, _numbers, _mail, _pointers, _encoded, _query,
)  # fmt: skip


def entry(rng: random.Random) -> bytes:
    """One entry without the time; now and then a hex dump of several lines follows."""
    head = b"DEBUG[%d][C-%08x] %b: " % (4000 + rng.randrange(1000), rng.getrandbits(32), rng.choice(FILES))
    text = head + rng.choice(PREFIXED)(rng)
    if rng.random() < 0.04:
        return b"\n".join([text, *[_dump(rng) for _ in range(8)]])
    return text
