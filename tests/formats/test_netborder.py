from __future__ import annotations

from scrubber.formats.netborder import FORMAT
from tests.formats.logformat import NAMED, LogFormat
from tests.formats.prefixes import sample


class TestNetborder(LogFormat):
    FORMAT = FORMAT
    PREFIXES = ((b"2025-03-02 18:03:12:345 -0600 [4067] INFO - ", NAMED),)
    BARE = (
        b"",
        b"pstn.in.ani=1",
        b"2025-03-02 18:03:12:345 -0600 [carla] INFO - x",
        b"2025-03-02 18:03:12:345 [4067] INFO - x",
    )
    TEMPLATES = (
        b"2025-03-02 18:03:12:345 -0600 [4067] INFO - @ : x",
        b"2025-03-02 18:03:12:345 -0600 [4067] @ - x",
        b"@ -0600 [4067] INFO - x",
    )
    HEADS = (
        (sample("netborder-gateway.log"), True),
        (b"x\npstn.in.ani=1\npstn.in.dnis=2\n", True),
        (b"netborder is mentioned\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 60
    STARTS = (b"2025-03-02 18:03:12:345 -0600 [4067] ",)
