from __future__ import annotations

from scrubber.formats.freeswitch import FORMAT
from tests.formats.logformat import NAMED, LogFormat
from tests.formats.prefixes import sample


class TestFreeswitch(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"2025-03-02 18:03:12.345678 98.70% [NOTICE] switch_channel.c:1142 ", NAMED),
        (b"2025-03-02 18:03:12.345678 [DEBUG] sofia.c:7084 ", NAMED),
        (b"2025-03-02 18:03:12.345678 [ERR] ", NAMED),
    )
    BARE = (
        b"",
        b"3f2504e0-4f89-11d3-9a0c-0305e82c3301 2025-03-02 18:03:12.345678 [DEBUG] sofia.c:1 x",
        b"2025-03-02 18:03:12.345678 [carla] x",
        b"2025-03-02 18:03:12 [DEBUG] x",
    )
    TEMPLATES = (
        b"2025-03-02 18:03:12.345678 [DEBUG] @",
        b"2025-03-02 18:03:12.345678 [DEBUG] @ x",
        b"2025-03-02 18:03:12.345678 @ [DEBUG] x",
        b"@ 2025-03-02 18:03:12.345678 [DEBUG] x.c:1 y",
    )
    HEADS = (
        (sample("freeswitch.log"), True),
        (b"recv 356 bytes from udp/[192.0.2.10]:5060 at 18:03:12.345678:\n", True),
        (b"EXECUTE [depth=0] x\nEXECUTE [depth=0] y\n", True),
        (b"recv 3 bytes\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 60
    STARTS = (b"2025-03-02 18:03:12.345678 [DEBUG] ",)
